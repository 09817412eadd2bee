"""Remarks at the lines of weak drafts: only where the page changed, and the weakest first."""

from __future__ import annotations

from amts_bot.text.merge.entries import Entry, Outcome, SentenceDraft
from amts_bot.text.names.texts import unit_hash
from amts_bot.text.pull_request.remarks import remarks
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult, Quote

OLD = "The lamp burns oil.\n\nA keeper sleeps.\n\nIt rains.\n"
NEW_ENGLISH = ("The lamp burns gas.", "A keeper works.", "It snows.")
BEFORE = "Lamba yanar.\n\nBekçi uyur.\n\nYağmur yağar.\n"
NOW = "Lamba gazla yanar.\n\nBekçi çalışır.\n\nYağmur yağar.\n"
PLACES = [
    ((0, 19), (0, 12), (0, 18)),
    ((21, 37), (14, 25), (20, 34)),
    ((39, 48), (27, 40), (36, 49)),
]


def entry(number: int, similarity: float) -> Entry:
    english, before, now = PLACES[number]
    draft = SentenceDraft(
        source=NEW_ENGLISH[number],
        target=NOW[slice(*now)],
        origin="memory",
        similarity=similarity,
        previous_source=OLD[slice(*english)],
    )
    return Entry(
        kind="paragraph",
        action="translate",
        source=NEW_ENGLISH[number],
        source_old=english,
        source_new=(0, 1),
        target_old=before,
        target_new=now,
        drafts=(draft,),
    )


def run(*likeness: float) -> RunReport:
    entries = tuple(entry(number, alike) for number, alike in enumerate(likeness))
    page = PageResult(
        target="lamp.md",
        source_old="lamp.md",
        source_new="lamp.md",
        status="merged",
        outcome=Outcome(language="tr", text=NOW, entries=entries),
        english_old=OLD,
        target_old=BEFORE,
    )
    return RunReport(language="tr", old="a", new="b", pages=(page,), held_assets=(), quote=Quote(0))


def test_weak_drafts_that_changed_their_lines_are_named_the_weakest_first() -> None:
    first, second = remarks(run(0.75, 0.6, 0.6))
    assert [(it.first, it.last) for it in (first, second)] == [(3, 3), (1, 1)]
    assert first.name == unit_hash("A keeper works.")
    assert "60% alike" in first.text
    assert "A keeper <del>sleeps</del><ins>works</ins>." in first.text


def test_a_good_draft_has_no_remark() -> None:
    assert remarks(run(0.8, 0.95, 1.0)) == ()
