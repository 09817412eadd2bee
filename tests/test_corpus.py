"""Versions of real pages, taken apart and put together again: one in forty, the same ones always.

`python -m benchmarks.corpus` looks at all of them, and `AMTS_EVERY=1` at every page of the books of other flavours.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from benchmarks import SHARED
from benchmarks.corpus import CORPUS, check, check_book


@pytest.mark.parametrize("book", ["d2l-en.bundle", "d2l-tr.bundle", "d2l-zh.bundle"])
def test_nothing_of_a_page_version_is_lost(book: str) -> None:
    if not (CORPUS / book).exists():
        pytest.skip(f"needs {CORPUS / book}, the history of a book")
    tally = check_book(CORPUS / book, every=40)
    assert tally.pages > 30
    assert tally.faults == []


BOOKS = SHARED / "books"
NAMES = sorted(path.parent.name for path in BOOKS.glob("*/book.json")) or ["none"]


@pytest.mark.parametrize("side", ["english", "translation"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_book_of_another_flavour_is_lost(name: str, side: str) -> None:
    bundle = BOOKS / name / f"{side}.bundle"
    if not bundle.exists():
        pytest.skip(f"needs {BOOKS}, real books of other flavours")
    tally = check_book(bundle, every=int(os.environ.get("AMTS_EVERY", "20")))
    assert tally.pages > 0
    assert tally.faults == []


@pytest.mark.parametrize(
    ("broken", "lost", "faults"),
    [
        ("split", lambda page: (), ["a1: the blocks are not the page"]),
        ("restore", lambda text, originals: text,
         ["a1: protect and restore are no twins on 'Use `a`.\\n'"]),
        ("sentences.split", lambda text, language: [],
         ["a1: the sentences (en) are not the unit 'Use `a`.\\n'",
          "a1: the sentences (tr) are not the unit 'Use `a`.\\n'"]),
    ],
)  # fmt: skip
def test_what_is_lost_is_named(
    monkeypatch: pytest.MonkeyPatch, broken: str, lost: Callable[..., object], faults: list[str]
) -> None:
    monkeypatch.setattr(f"benchmarks.corpus.{broken}", lost)
    assert check([("a1", b"Use `a`.\n"), ("a2", b"")], "tr").faults == faults
