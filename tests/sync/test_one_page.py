"""The page merge keeps its promises on books made from a seed, and on arbitrary text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from amts_bot.model import LEAVES, Reply
from amts_bot.model.steps import Draft
from amts_bot.sync.one_page import merge
from amts_bot.text.align.pages import align, page
from amts_bot.text.markdown.leaves import leaves, sections
from amts_bot.text.merge.entries import ACTIONS, Entry, Outcome
from amts_bot.text.merge.outcome import BrokenPromise, finish
from tests.books import CASES, Case
from tests.pages import PAGES, edited

ENGINES = ("none", "memory", "echo")


def merged(case: Case, engine: str = "none") -> Outcome:
    return merge(case.old, case.new, case.target, case.language, engine_name=engine)


def blocks_of(outcome: Outcome) -> list[Entry]:
    """What became of whole blocks: a leaf stands inside one."""
    return [entry for entry in outcome.entries if entry.kind not in LEAVES]


def assert_all_accounted_for(outcome: Outcome, english: str) -> None:
    """Every block of the English, and every leaf of it, ends as exactly one unit."""
    blocks = page(english).blocks
    inside = [
        (block.start + leaf.start, block.start + leaf.end)
        for block in blocks
        for leaf in leaves(block)
    ]
    found = sorted(entry.source_new for entry in outcome.entries if entry.source_new)
    assert found == sorted([*(block.range for block in blocks), *inside])


def flat(text: str) -> str:
    return text.replace("\r\n", "\n")


# -- books made from a seed -----------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@given(case=CASES)
def test_a_reviewed_block_stands_to_the_byte_where_its_english_stands(
    engine: str, case: Case
) -> None:
    text = merged(case, engine).text
    assert [block for block in case.standing if block not in text and block not in flat(text)] == []


@given(case=CASES)
def test_every_english_block_ends_as_exactly_one_action(case: Case) -> None:
    outcome = merged(case)
    assert_all_accounted_for(outcome, case.new)
    assert {entry.action for entry in outcome.entries} <= set(ACTIONS)
    assert sum(outcome.totals[action] for action in ACTIONS) == len(outcome.entries)


@given(case=CASES)
def test_every_old_english_block_goes_into_one_new_place_or_is_reported_gone(case: Case) -> None:
    outcome = merged(case)
    assume(not outcome.held)
    claimed: Counter[int] = Counter()
    for entry in blocks_of(outcome):
        claimed.update(range(*entry.source_old or (0, 0)))
    inside = {i for block in page(case.old).blocks for i in range(*block.range)}
    assert inside <= set(claimed)
    assert {i for i, times in claimed.items() if times > 1} == set()


@given(case=CASES)
def test_what_a_way_through_the_document_brings_back_is_what_was_there(case: Case) -> None:
    assert merged(case, "echo").text == merged(case, "none").text


@settings(max_examples=200)
@given(old=PAGES, data=st.data())
def test_the_way_through_the_document_loses_no_character(old: str, data: st.DataObject) -> None:
    new, target = data.draw(edited(old), "new"), data.draw(edited(old), "target")
    none, echo = (merge(old, new, target, "zh", engine_name=name) for name in ("none", "echo"))
    assert echo.text == none.text


@given(case=CASES)
def test_the_report_shows_where_each_text_stands_on_the_new_page(case: Case) -> None:
    """What no entry claims are blanks and text that only the translators have."""
    outcome = merged(case)
    assume(not outcome.held)
    places = sorted(entry.target_new for entry in blocks_of(outcome) if entry.target_new)
    assert all(left[1] <= right[0] for left, right in pairwise(places))
    alignment = align(case.old, case.target)
    own = {
        alignment.target.blocks[j].text for b in alignment.beads if not b.source for j in b.target
    }
    ends = [0, *(end for _, end in places)], [*(start for start, _ in places), len(outcome.text)]
    rest = "".join(outcome.text[a:b] for a, b in zip(*ends, strict=True))
    for text in sorted(own, key=len, reverse=True):
        rest = rest.replace(text.rstrip("\r\n"), "")
    assert rest.strip() == ""


@pytest.mark.parametrize("engine", ENGINES)
@given(case=CASES)
def test_the_same_english_leaves_the_page_to_the_byte(engine: str, case: Case) -> None:
    outcome = merge(case.old, case.old, case.target, case.language, engine_name=engine)
    assert outcome.text == case.target
    assert {entry.action for entry in outcome.entries} <= ({"hold"} if outcome.held else {"keep"})


@pytest.mark.parametrize("engine", ENGINES)
@given(case=CASES)
def test_merging_again_changes_nothing(engine: str, case: Case) -> None:
    once = merged(case, engine)
    assume(not once.held)
    again = merge(case.new, case.new, once.text, case.language, engine_name=engine)
    assert again.text == once.text


@given(case=CASES)
def test_there_and_back_again_keeps_what_was_never_touched(case: Case) -> None:
    there = merged(case)
    assume(not there.held)
    back = merge(case.new, case.old, there.text, case.language)
    assert [block for block in case.standing if block not in flat(back.text)] == []


@given(case=CASES)
def test_cells_that_only_the_translators_have_stay(case: Case) -> None:
    """A note may be taken for a paragraph that the translators left out; a cell of a framework that
    the English has not is nobody's translation."""
    text = flat(merged(case).text)
    cells = [own for own in case.own if "#@tab paddle" in own]
    assert [cell for cell in cells if cell.rstrip("\n") not in text] == []


@given(case=CASES)
def test_new_lines_end_as_those_of_the_page_do(case: Case) -> None:
    target = re.sub(r"\r?\n", "\r\n", case.target)
    outcome = merge(case.old, case.new, target, case.language)
    assume(target.strip())
    assert re.findall(r"(?<!\r)\n", outcome.text) == []


@given(case=CASES)
def test_the_last_line_stays_ended(case: Case) -> None:
    outcome = merge(case.old, case.new.rstrip("\n"), case.target.rstrip("\r\n") + "\n", "tr")
    assert outcome.text.endswith("\n") or not outcome.text


@given(case=CASES)
def test_blank_lines_between_blocks_that_stay_neighbours_stay(case: Case) -> None:
    """The translators' own spacing is theirs; where the English has none of it, it is not asked."""
    wide = re.sub(r"\n\n+", "\n\n\n\n", flat(case.target))
    outcome = merge(case.old, case.old + "\nOne more thing.\n", wide, case.language)
    assume(not outcome.held)
    assert outcome.text.startswith(wide.rstrip("\n"))


# -- arbitrary text -------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@given(old=PAGES, new=PAGES, target=PAGES)
@example(old="I\n one? No!\n\u2028", new="I\n one? No!\n\u2028", target="I\n one? No!\n\u2028")
def test_pages_that_have_nothing_in_common_lose_nothing(
    engine: str, old: str, new: str, target: str
) -> None:
    check_promises(old, new, target, engine)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=200)
@given(old=PAGES, data=st.data())
def test_pages_of_fragments_keep_the_promises(engine: str, old: str, data: st.DataObject) -> None:
    check_promises(old, data.draw(edited(old), "new"), data.draw(edited(old), "target"), engine)


def check_promises(old: str, new: str, target: str, engine: str) -> None:
    """All that holds for any three texts."""
    outcome = merge(old, new, target, "de", engine_name=engine)
    assert_all_accounted_for(outcome, new)
    if outcome.held:
        assert outcome.text == target
        return
    alignment = align(old, target)
    for bead in alignment.beads:
        for j in () if bead.source else bead.target:
            block = alignment.target.blocks[j]
            for _, (start, end) in sections(block):
                assert block.text[start:end].rstrip("\r\n") in outcome.text
    if old == new:
        assert outcome.text == target
    assert merge(new, new, outcome.text, "de", engine_name=engine).text == outcome.text


def test_a_page_that_breaks_a_promise_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """The merge checks its own work: a fault in it stops the page, and touches nobody's text."""

    def careless(draft: Draft, answers: Sequence[Reply]) -> Outcome:
        outcome = finish(draft, answers)
        return replace(outcome, text=outcome.text.replace("Bir", "Ein"))

    monkeypatch.setattr("amts_bot.text.merge.shape.finish", careless)
    with pytest.raises(
        BrokenPromise, match="would change reviewed text whose English stands: 'Bir.*'"
    ):
        merge("One sentence.\n", "One sentence.\n\nNew.\n", "Bir cümle.\n", "tr")
