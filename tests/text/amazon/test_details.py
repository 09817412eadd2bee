"""The details file of a job explains what it can, whatever it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.amazon.details import Details, read_details

GOOD = {"sourceFile": "sub/lamp.html", "targetFile": "sub/tr.lamp.html", "auxiliaryData": {}}
ERROR = {"errorCode": "InvalidRequestException", "errorMessage": "Invalid utf-8"}


def said(error: Any) -> Details:
    """What is read of a file whose second document has this error."""
    bad = {"sourceFile": "sub/fog.html", "auxiliaryData": {"error": error}}
    return read_details(json.dumps({"charactersTranslated": "12", "details": [GOOD, bad]}).encode())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ERROR, "InvalidRequestException: Invalid utf-8"),
        ({"errorMessage": "Invalid utf-8"}, "Invalid utf-8"),
        ("Invalid utf-8", "Invalid utf-8"),
        (["too", 2], '["too", 2]'),
        ({"code": 7}, '{"code": 7}'),
    ],
)
def test_an_error_is_told_however_it_is_written(error: Any, words: str) -> None:
    assert said(error) == Details(12, {"fog.html": words})


@pytest.mark.parametrize("error", [None, "", {}, []])
def test_no_error_is_none(error: Any) -> None:
    assert said(error) == Details(12)


def test_an_error_may_stand_beside_the_file_and_the_count_may_be_a_number() -> None:
    rows = [{"sourceFile": "fog.html", "error": "bad"}, {"sourceFile": 3}, "row"]
    content = json.dumps({"charactersTranslated": 12, "details": rows}).encode()
    assert read_details(content) == Details(12, {"fog.html": "bad"})


@given(st.binary(max_size=40))
def test_bytes_of_any_kind_are_read(content: bytes) -> None:
    assert isinstance(read_details(content), Details)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["details", "error", "sourceFile", "auxiliaryData", "errorCode"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_json_of_any_shape_is_read(details: Any, count: Any) -> None:
    content = json.dumps({"details": details, "charactersTranslated": count}).encode()
    assert isinstance(read_details(content), Details)
