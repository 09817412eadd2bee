"""A run in several processes leaves what it leaves in one, to the byte."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.adapters.side_by_side import SideBySide
from amts_bot.book.one_by_one import OneByOne
from amts_bot.book.snapshot import Order
from amts_bot.commands.sync_files import write
from amts_bot.ports import Crew
from amts_bot.pull_request.published import Published
from amts_bot.sync.run import sync
from tests.books import book as case_of
from tests.conftest import Book, MakeBook, Silence

PAGES = 7


@pytest.fixture(scope="module")
def cases() -> list[Any]:
    return [case_of(seed, "tr", blocks=12, edits=5) for seed in range(PAGES)]


@pytest.fixture
def book(make_book: MakeBook, cases: list[Any]) -> Book:
    made = make_book(
        {f"page-{n}.md": case.old for n, case in enumerate(cases)},
        {f"page-{n}.md": case.target for n, case in enumerate(cases)},
    )
    moved = cases[0].old.partition("\n\n")[2]  # a page that came holds blocks of another one
    new = {f"page-{n}.md": case.new for n, case in enumerate(cases)}
    made.publish({**new, "came.md": f"# Came\n\n{moved}", "page-6.md": None})
    return made


def left(book: Book, crew: Crew, **order: Any) -> list[str]:
    """The tree, the words of the commit, how the run is told, and its files."""
    if "amts/tr" in book.branches():
        book.git("update-ref", "-d", "refs/heads/amts/tr")
    made = Order("tr", base="v1", engine="memory", crew=crew, **order)
    result = sync(made, open_repository(book.root), Silence())
    tree = book.rev("amts/tr^{tree}") if result.commit else ""
    words = book.git("log", "-1", "--format=%B", "amts/tr") if result.commit else ""
    folder = book.root.parent / "report" / "tr"
    write(Published(result), folder, crew)
    files = [file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())]
    return [tree, words, result.report.table(), *files]


def test_one_two_and_three_processes_leave_the_same(book: Book) -> None:
    alone = left(book, OneByOne())
    assert len(alone) == 6
    assert all(left(book, SideBySide(n, Silence(), least=1)) == alone for n in (1, 2, 3))


def test_a_run_leaves_no_objects_behind_that_know_each_other(book: Book) -> None:
    left(book, OneByOne())  # modules do, which are loaded with it
    gc.collect()
    gc.disable()
    try:
        left(book, OneByOne())
        assert gc.collect() < 250
    finally:
        gc.enable()


def test_a_plan_is_the_same_too(book: Book) -> None:
    planned = left(book, OneByOne(), dry_run=True)
    assert left(book, SideBySide(2, Silence(), least=1), dry_run=True) == planned
