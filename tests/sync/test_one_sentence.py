"""Drafts of single sentences, as lines of JSON."""

from __future__ import annotations

import json

import pytest

from amts_bot.errors import UsageError
from amts_bot.sync.one_sentence import drafts

NEW = {"id": 1, "source": "Boil 3 eggs.", "machine": "3 yumurta haşla."}
CHANGED = {
    "id": "two",
    "source": "Boil 3 eggs.",
    "previous_source": "Boil 2 eggs.",
    "previous_target": "2 yumurta kaynat.",
    "machine": None,
    "previous_machine": None,
}
UNKNOWN = {"id": 3, "source": "Boil 3 eggs."}


def test_each_line_gets_its_answer_as_if_it_stood_alone() -> None:
    lines = [json.dumps(row) for row in (NEW, CHANGED, UNKNOWN)]
    answers = list(drafts([lines[0], "", *lines[1:]], "tr"))
    assert answers == [
        {"id": 1, "draft": "3 yumurta haşla.", "origin": "machine", "similarity": 1.0},
        {"id": "two", "draft": "3 yumurta kaynat.", "origin": "memory", "similarity": 0.6667},
        {"id": 3, "draft": None, "origin": None, "similarity": None},
    ]
    assert list(drafts(lines[::-1], "tr")) == answers[::-1]


def test_what_people_corrected_is_learnt_from_a_file() -> None:
    row = {"source": "Boil it.", "machine": "Onu haşla.", "human": "Onu kaynat."}
    reviewed = "\n".join([json.dumps(row)] * 40)
    (answer,) = drafts([json.dumps(NEW)], "tr", reviewed)
    assert answer["draft"] == "3 yumurta kaynat."


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: not a JSON object: '{'"),
        ("[1]", r"line 1: not a JSON object: '\[1\]'"),
        ("[" * 100_000, "line 1: not a JSON object"),
        ('{"id": 1}', "line 1: 'source' is None, not a text"),
        ('{"source": "a"}', 'line 1: "id" is missing'),
        ('{"id": 1, "source": "a", "machine": 5}', "line 1: 'machine' is 5, not a text"),
    ],
)
def test_a_line_that_is_none_is_named(line: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        list(drafts([line], "tr"))
    with pytest.raises(UsageError, match="memory, line 2: not a JSON object"):
        list(drafts([], "tr", '{"source": "a", "machine": "b", "human": "c"}\n['))
