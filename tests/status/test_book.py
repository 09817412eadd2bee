"""How far a book is, read from real repositories, and the same as a run would find it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.snapshot import Order
from amts_bot.cli import main
from amts_bot.status.book import status
from amts_bot.sync.run import sync
from amts_bot.text.merge.portions import Size
from amts_bot.text.status.state import LanguageState, PageState
from tests.conftest import CONFIG, Book, MakeBook, Silence

LAMP = "# The Lamp\n\nA lamp burns on the rock. It burns through the night.\n"
LAMBA = "# Lamba\n\nKayanın üstünde bir lamba yanar. Gece boyunca yanar.\n"
FOG = "# Fog\n\nA horn is blown in fog.\n"
SIS = "# Sis\n\nSiste bir boru çalınır.\n"
SHORE = "# Shore\n\nThe shore is far away.\n"
INDEX = "# Book\n\n```toc\nrock/lamp\nfog\n```\n"
EVERYTHING = "\n[review]\nmax-words = 5\n"


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """Two translated pages, one that nobody translated, and a file of the translators' own."""
    made = make_book(
        {"index.md": INDEX, "rock/lamp.md": LAMP, "fog.md": FOG, "shore.md": SHORE},
        {"rock/lamp.md": LAMBA, "fog.md": SIS, "rock/ours.md": "# Bizim\n\nBizim sayfamız.\n"},
        CONFIG.replace('pages = ["*.md"]', 'pages = ["**/*.md"]') + EVERYTHING,
    )
    made.sync(base="v1", engine="none")
    made.merge()
    return made


def state(book: Book) -> LanguageState:
    (found,) = status(["tr"], open_repository(book.root), Silence()).languages
    return found


def test_a_book_that_is_in_step_says_so(book: Book) -> None:
    head = book.pointer("HEAD")
    assert state(book) == LanguageState(
        code="tr",
        old=head,
        new=head,
        pages=(
            PageState(target="index.md", source="index.md", standing="untranslated"),
            PageState(target="rock/lamp.md", source="rock/lamp.md", standing="in step"),
            PageState(target="fog.md", source="fog.md", standing="in step"),
            PageState(target="shore.md", source="shore.md", standing="untranslated"),
        ),
        own=("rock/ours.md",),
        evening=5,
    )


def test_a_page_that_fell_behind_names_the_english_commits_that_it_lacks(book: Book) -> None:
    first = book.edit({"rock/lamp.md": LAMP.replace("rock.", "high rock.")})
    book.edit({"shore.md": SHORE + "\nAnd low.\n"})
    last = book.publish({"rock/lamp.md": LAMP.replace("rock.", "very high rock.")})
    (lamp,) = [page for page in state(book).pages if page.target == "rock/lamp.md"]
    assert (lamp.standing, lamp.behind, lamp.commits) == ("behind", Size(1, 8), (first, last))
    assert lamp.since == int(book.english_git("show", "--no-patch", "--format=%ct", first))


def test_english_that_came_back_to_what_was_translated_is_in_step(book: Book) -> None:
    book.edit({"fog.md": FOG + "\nMore.\n"})
    book.publish({"fog.md": FOG})
    assert state(book).waiting == ()


def test_new_and_deleted_pages_are_told_apart(book: Book) -> None:
    book.publish({"tide.md": "# Tide\n\nThe tide comes in.\n", "fog.md": None})
    assert {page.target: page.standing for page in state(book).waiting} == {
        "tide.md": "new",
        "fog.md": "gone",
    }


def test_the_pages_and_words_are_those_of_a_dry_run(book: Book) -> None:
    book.publish(
        {
            "rock/lamp.md": LAMP.replace("night", "whole night"),
            "fog.md": FOG.replace("horn", "loud horn"),
            "tide.md": "# Tide\n\nThe tide comes in.\n",
        }
    )
    found = state(book)
    run = sync(Order("tr", dry_run=True), open_repository(book.root), Silence()).report
    named = {*run.queued, *(page.target for page in run.pages)}
    assert run.queued
    assert {page.target for page in found.waiting} == named
    assert run.share
    queued = sum(page.behind.words for page in found.pages if page.target in run.queued)
    assert queued == run.share.words


def test_text_of_the_open_pull_request_counts_as_drafts_in_review(book: Book) -> None:
    book.publish({"fog.md": FOG + "\nA lamp burns on the rock.\n\nAnd the sea is loud.\n"})
    book.sync(engine="memory")
    (fog,) = [page for page in state(book).pages if page.target == "fog.md"]
    assert (fog.standing, fog.is_open, fog.english) == ("in step", True, 1)


def test_a_page_on_hold_says_why(book: Book) -> None:
    lock = json.loads(book.show("amts/tr.lock", "HEAD"))
    lock["hold"] = ["fog.md"]
    book.translate({"amts/tr.lock": json.dumps(lock)})
    book.publish({"fog.md": FOG + "\nMore.\n"})
    (fog,) = state(book).waiting
    assert (fog.standing, fog.why) == (
        "held",
        "on hold: a reviewer asked to leave it at its old English",
    )


def test_the_command_prints_every_form_and_writes_files_whole(
    book: Book, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    book.publish({"fog.md": FOG.replace("horn", "loud horn")})
    asked = ["status", "--repository", str(book.root)]
    assert main(asked) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "tr: 1 of 2 pages in step (50%); 1 behind; 2 untranslated; 1 unit and 7 words to review, about 1 evening"
    )
    assert main([*asked, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["languages"]["tr"]
    assert (rows["share_in_step"], rows["behind"]) == (
        0.5,
        {"units": 1, "words": 7, "evenings": 1},
    )
    for form, beginning in (
        ("html", "<!doctype html>"),
        ("badge", "<svg "),
        ("markdown", "### tr"),
    ):
        file = tmp_path / "out" / form
        assert main([*asked, "--format", form, "--output", str(file)]) == 0
        assert file.read_text(encoding="utf-8").startswith(beginning)
    assert capsys.readouterr().out == ""
