"""Bases as teams write them down."""

from __future__ import annotations

import pytest

from amts_bot.book.base_words import BaseWords, read_table, written_in
from amts_bot.errors import UsageError


@pytest.mark.parametrize(
    ("page", "pattern", "said"),
    [
        (
            "<!-- quay.md\n     commit 0f4c3d2 -->\n",
            r"commit (?P<commit>[0-9a-f]{7,40})",
            BaseWords("0f4c3d2"),
        ),
        ("---\nsynced: 2024-05-31\n---\n", r"^synced: (?P<date>\S+)$", BaseWords("", "2024-05-31")),
        ("# Quay\n", r"commit (?P<commit>\w+)", None),
        ("commit: \n", r"commit:(?P<commit> *)", None),
    ],
)
def test_a_page_names_its_base(page: str, pattern: str, said: BaseWords | None) -> None:
    assert written_in(page, pattern) == said


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("1970-01-02", 2 * 86400 - 1),
        ("1970/01/02", 2 * 86400 - 1),
        ("1970-01-02T00:00:10Z", 86410),
        ("1970-01-02 01:00:10+01:00", 86410),
        ("last week", None),
        ("", None),
    ],
)
def test_a_day_lasts_to_its_end(date: str, moment: int | None) -> None:
    assert BaseWords(date=date).moment == moment


TABLE = {"a/quay.md": BaseWords("0f4c3d2"), "mole.md": BaseWords("", "2024-05-31")}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "bases.json",
            '[{"page": "a/quay.md", "sha": "0f4c3d2"}, {"path": "mole.md", "date": "2024-05-31"}]',
        ),
        ("bases.json", '{"a/quay.md": "0f4c3d2", "mole.md": {"date": "2024-05-31"}}'),
        ("bases.yml", "a/quay.md: 0f4c3d2\nmole.md: {date: 2024-05-31}\n"),
        ("tr/bases.CSV", "Page,Commit,Date\na/quay.md, 0f4c3d2,\nmole.md,,2024-05-31\n"),
    ],
)
def test_a_table_names_the_base_of_each_page(file: str, text: str) -> None:
    assert read_table(text, file) == TABLE


def test_a_table_of_two_columns_needs_no_heading() -> None:
    assert read_table("a/quay.md,0f4c3d2\n\n", "bases.csv") == {"a/quay.md": BaseWords("0f4c3d2")}


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("bases.txt", "", "name a file that ends in json, yaml, yml, csv"),
        ("bases.json", "{", "base.file bases.json: "),
        ("bases.yaml", "- a: [", "base.file bases.yaml: "),
        ("bases.json", "3", "neither a table of paths with commits nor a list of rows"),
        ("bases.json", '[{"commit": "0f4c3d2"}]', "a row without page or path"),
        ("bases.json", '[{"page": "a.md"}]', "a row without commit or sha"),
        ("bases.csv", "a,b,c\n", "it must have two columns"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(file: str, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_table(text, file)
