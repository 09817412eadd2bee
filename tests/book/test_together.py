"""Which pages a change leaves in step with their English."""

from __future__ import annotations

from amts_bot.book.together import InStep, moved_together
from amts_bot.model import CommitChange

EN, TR = "en/lamp.md", "tr/lamp.md"


def change(commit: str, **files: str) -> CommitChange:
    """`en="1-2"` is the English from blob 1 to blob 2; nothing before or after the dash is no file."""
    paths = {"en": EN, "tr": TR}
    halves = {paths[name]: blobs.partition("-") for name, blobs in files.items()}
    return CommitChange(commit, {path: (old, new) for path, (old, _, new) in halves.items()})


def test_a_page_that_was_in_step_moves_with_each_change_of_both() -> None:
    changes = [change("a", en="1-2", tr="x-y"), change("b", en="2-3", tr="y-z")]
    assert moved_together({TR: (EN, "1")}, changes) == {TR: InStep("b", "3")}


def test_a_page_that_was_behind_or_changed_alone_does_not_move() -> None:
    changes = [
        change("a", en="1-2"),
        change("b", tr="x-y"),
        change("c", en="2-3", tr="y-z"),
    ]
    assert moved_together({TR: (EN, "1")}, changes) == {}


def test_a_page_that_nobody_knows_takes_the_english_that_came_with_it() -> None:
    changes = [change("a", en="-1", tr="-x"), change("b", en="1-2")]
    assert moved_together({TR: (EN, "")}, changes) == {TR: InStep("a", "1")}


def test_a_page_that_goes_is_in_step_with_nothing() -> None:
    assert moved_together({TR: (EN, "1")}, [change("a", en="1-", tr="x-")]) == {}
    assert moved_together({TR: (EN, "1")}, [change("a", en="1-2", tr="x-")]) == {}
