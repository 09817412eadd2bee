"""Drafts of single sentences: what is known of each comes in as a line of JSON, the draft goes out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from amts_bot.errors import UsageError
from amts_bot.text.drafts.chooser import Book, Material, choose
from amts_bot.text.drafts.corrections import Corrections, PostEdit, learnt
from amts_bot.text.drafts.spacing import spaced_like
from amts_bot.text.drafts.thresholds import thresholds
from amts_bot.text.languages import Language
from amts_bot.text.languages import language as language_row

_TEXTS = ("previous_source", "previous_target", "machine", "previous_machine")
# Without the names of pages, so many lines count as one.
_LINES_OF_A_PAGE = 20


def drafts(lines: Iterable[str], code: str, reviewed: str = "") -> Iterator[dict[str, Any]]:
    """An answer for each line, as if it stood alone: its id, draft, origin and similarity.

    `reviewed` has lines with the source, machine and human text of sentences whose corrections are learnt. Raises
    UsageError for a line that is no such object.
    """
    language = language_row(code)
    book = Book(language, thresholds(code), _corrections(reviewed, language))
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answer(_object(line, f"line {number}"), number, book)


def _answer(row: Mapping[str, Any], number: int, book: Book) -> dict[str, Any]:
    source = _text(row, "source", f"line {number}")
    texts = {name: _optional(row, name, f"line {number}") for name in _TEXTS}
    if "id" not in row:
        raise UsageError(f'line {number}: "id" is missing')
    found = choose(Material(source=source, **texts), book)
    if found is None:
        return {"id": row["id"], "draft": None, "origin": None, "similarity": None}
    likeness = round(found.similarity, 4)
    return {
        "id": row["id"],
        "draft": found.target,
        "origin": found.origin,
        "similarity": likeness,
    }


def _corrections(reviewed: str, language: Language) -> Corrections:
    rows = [
        _object(line, f"memory, line {number}")
        for number, line in enumerate(reviewed.split("\n"), 1)
        if line.strip()
    ]
    return learnt(
        PostEdit(
            spaced_like("", _text(row, "machine", "memory"), language),
            _text(row, "human", "memory"),
            str(number // _LINES_OF_A_PAGE),
        )
        for number, row in enumerate(rows)
    )


def _object(line: str, where: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: not a JSON object: {line[:60]!r}") from error
    if not isinstance(row, dict):
        raise UsageError(f"{where}: not a JSON object: {line[:60]!r}")
    return row


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise UsageError(f"{where}: {name!r} is {value!r}, not a text")
    return value


def _optional(row: Mapping[str, Any], name: str, where: str) -> str:
    return "" if row.get(name) is None else _text(row, name, where)
