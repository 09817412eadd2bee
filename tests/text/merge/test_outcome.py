"""Drafts and answers become a page, its report, and sums that match."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from amts_bot.model import Answer, Failure, Request
from amts_bot.model.steps import (
    Carry,
    Draft,
    Drop,
    Hold,
    Keep,
    Move,
    Part,
    Translate,
    Unit,
)
from amts_bot.text.align.pages import align
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.merge.outcome import (
    BrokenPromise,
    Unanswered,
    finish,
    touched_units,
    unchanged,
    verify,
)
from tests.books import CASES, Case

OLD = "# Beds\n\nWater them. The soil is `dry`.\n\nOld news.\n"
NEW = "# Beds\n\nWater them. The soil was `dry` and hot.\n\nMore beds.\n"
TARGET = "# Yataklar\n\nSula. Toprak `dry`.\n\nEski haber.\n"
SOIL = Request(
    "The soil was `dry` and hot.",
    previous_source="The soil is `dry`.",
    previous_target="Toprak `dry`.",
)


def outcome(*answers: Answer | Failure | None) -> Outcome:
    plan = draft(align(OLD, TARGET), NEW, language("tr"))
    assert [request.source for request in plan.requests] == [SOIL.source, "More beds."]
    return finish(plan, answers)


def drafted(text: str, similarity: float = 1.0) -> Answer:
    return Answer(text, "machine", similarity)


def test_answers_take_their_places() -> None:
    done = outcome(drafted("Toprak `dry` ve sıcaktı."), drafted("Daha çok yatak."))
    assert done.text == "# Yataklar\n\nSula. Toprak `dry` ve sıcaktı.\n\nDaha çok yatak.\n"
    assert [
        (e.kind, e.action, e.translate, [d.target for d in e.drafts]) for e in done.entries
    ] == [
        ("heading", "keep", (), []),
        ("paragraph", "translate", (), ["Toprak `dry` ve sıcaktı."]),
        ("paragraph", "drop", (), []),
        ("paragraph", "translate", (), ["Daha çok yatak."]),
    ]
    verify(done, align(OLD, TARGET), NEW)


def test_without_an_answer_the_english_stands_and_is_counted() -> None:
    done = outcome(None, None)
    assert done.text == "# Yataklar\n\nSula. The soil was `dry` and hot.\n\nMore beds.\n"
    assert done.totals == {
        "keep": 1, "carry": 0, "move": 0, "merge": 0, "translate": 2, "drop": 1, "hold": 0, "fail": 0,
        "characters": len(SOIL.source) + len("More beds."),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Toprak kuru ve sıcaktı.", "lost: `dry`"),
        ("Toprak `kuru` ve sıcaktı.", "lost: `dry`; not in the English: `kuru`"),
        ("", "the translation is empty; lost: `dry`"),
        ("Toprak\n\n`dry`.", "the translation holds a blank line"),
    ],
)
def test_an_answer_that_fails_its_checks_is_not_written(answer: str, reason: str) -> None:
    done = outcome(drafted(answer), None)
    held = done.entries[1]
    assert (held.action, held.translate) == ("hold", (SOIL.source,))
    assert held.reason.endswith(reason)
    assert "The soil was `dry` and hot." in done.text


def test_where_little_changed_the_old_translation_stands_in_for_a_failed_answer() -> None:
    old = "Once a day the keeper trims the wick of the lamp with care.\n"
    new = old.replace("a day", "each day")
    target = "Bekçi günde bir kez lambanın fitilini özenle düzeltir.\n"
    plan = draft(align(old, target), new, language("tr"))
    done = finish(plan, [drafted("")])
    assert (done.text, done.entries[0].action, done.entries[0].translate) == (target, "hold", ())


def test_a_damaged_answer_is_held_with_the_engines_words() -> None:
    done = outcome(replace(drafted("Toprak `dry`."), damage="a placeholder is missing"), None)
    assert done.entries[1].reason.endswith("a placeholder is missing")
    assert "hot." in done.text


def test_what_is_to_be_known_of_machine_text_stands_on_its_unit() -> None:
    said = replace(
        drafted("Toprak `dry` çok çok çok sıcaktı."), remarks=("the glossary has toprak",)
    )
    done = outcome(said, drafted("More BEDS."))
    assert [(e.action, e.warnings, e.translate) for e in done.entries if e.warnings] == [
        ("translate", ("the glossary has toprak", "said again and again: çok"), ()),
        ("translate", ("the English came back",), ("More beds.",)),
    ]
    assert done.entries[1].as_json()["warnings"] == done.entries[1].warnings
    assert "More beds." in done.text


def test_a_fuzzy_match_is_written_as_it_is_and_says_how_alike() -> None:
    done = outcome(drafted("Toprak.", 0.83333333), None)
    assert done.text.startswith("# Yataklar\n\nSula. Toprak.\n")
    assert [(d.similarity, d.previous_source) for d in done.entries[1].drafts] == [
        (0.8333, "The soil is `dry`.")
    ]


def test_an_engine_that_failed_leaves_the_page_for_the_next_run() -> None:
    with pytest.raises(Unanswered, match="no network"):
        outcome(None, Failure("no network"))


@pytest.mark.parametrize("answers", [[], [None], [None, None, None]])
def test_answers_and_requests_must_be_as_many(answers: list[None]) -> None:
    with pytest.raises(ValueError, match=f"2 requests, {len(answers)} answers"):
        outcome(*answers)


def test_every_step_writes_its_text_and_its_entry() -> None:
    unit = Unit(
        kind="paragraph",
        source="English.\n",
        source_old=(0, 9),
        source_new=(0, 9),
        target_old=(0, 4),
    )
    gone = Unit(
        kind="paragraph", source="Gone.\n", source_old=(9, 15), source_new=None, target_old=(4, 8)
    )
    request = Request("New\nlines")
    parts = (
        Part(Keep((unit,), "kept\n", "a"), gap="\n"),
        Part(None, own="own\n"),
        Part(Carry((unit, unit), "carried\n", "b")),
        Part(Move((unit,), "moved\n", "c")),
        Part(Drop((gone,), "dropped\n", "d")),
        Part(Hold((unit,), "held\n", "e")),
        Part(Translate((unit,), ("before ", request, " after\n"), "f")),
    )
    done = finish(
        Draft(language="tr", lead="\n", parts=parts, line_end="\r\n"), [drafted("neu\nzeilen")]
    )
    assert done.text == "\nkept\n\nown\ncarried\r\nmoved\r\nheld\nbefore neu\r\nzeilen after\r\n"
    places = [
        (e.action, done.text[slice(*e.target_new)] if e.target_new else "") for e in done.entries
    ]
    assert places == [
        ("keep", "kept\n"), ("carry", "carried\r\n"), ("carry", ""), ("move", "moved\r\n"), ("drop", ""),
        ("hold", "held\n"), ("translate", "before neu\r\nzeilen after\r\n"),
    ]  # fmt: skip
    assert [e.reason for e in done.entries] == ["a", "b", "b", "c", "d", "e", "f"]


def test_the_report_leaves_out_what_is_empty_but_the_list_of_what_is_pending() -> None:
    report = outcome(None, drafted("Daha çok yatak.")).report()
    assert report["units"][0] == {
        "kind": "heading", "action": "keep", "source": "# Beds\n", "source_old": (0, 7), "source_new": (0, 7),
        "target_old": (0, 11), "target_new": (0, 11), "translate": (),
    }  # fmt: skip
    assert report["units"][3]["drafts"] == [
        {"source": "More beds.", "target": "Daha çok yatak.", "origin": "machine", "similarity": 1.0,
         "previous_source": ""}
    ]  # fmt: skip


@pytest.mark.parametrize("action", ["hold", "fail"])
def test_a_page_left_alone_accounts_for_every_unit(action: str) -> None:
    done = unchanged(TARGET, NEW, "tr", "why", "hold" if action == "hold" else "fail")
    assert (done.text, done.done) == (TARGET, False)
    assert (done.held, done.failed) == (("why", "") if action == "hold" else ("", "why"))
    assert done.totals[action] == 3


# -- the sums -------------------------------------------------------------------------------------


def test_a_unit_without_an_entry_breaks_the_promise() -> None:
    done = outcome(None, None)
    for index in (0, 1, 3):
        fewer = done.entries[:index] + done.entries[index + 1 :]
        with pytest.raises(BrokenPromise, match="3 English units, but 2 accounted for"):
            verify(replace(done, entries=fewer), align(OLD, TARGET), NEW)


def test_a_unit_accounted_for_twice_breaks_the_promise() -> None:
    done = outcome(None, None)
    with pytest.raises(BrokenPromise, match="3 English units, but 4 accounted for"):
        verify(replace(done, entries=(*done.entries, done.entries[0])), align(OLD, TARGET), NEW)


def test_a_touched_reviewed_block_breaks_the_promise() -> None:
    done = outcome(None, None)
    touched = replace(done, text=done.text.replace("# Yataklar", "# Yatak"))
    with pytest.raises(
        BrokenPromise, match="would change reviewed text whose English stands: '# Yataklar"
    ):
        verify(touched, align(OLD, TARGET), NEW)


@given(CASES)
def test_any_lost_letter_of_a_standing_block_is_noticed(case: Case) -> None:
    """The guard knows by itself which blocks stand: it is not told by the merge."""
    alignment = align(case.old, case.target)
    assert touched_units(case.target, alignment, case.old) == []
    for bead in alignment.beads[:5]:
        if bead.source and bead.target:
            block = alignment.target.blocks[bead.target[0]]
            text = case.target[: block.start] + case.target[block.start + 1 :]
            if block.text not in text:
                assert block.text in touched_units(text, alignment, case.old)
