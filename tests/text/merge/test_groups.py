"""Blocks that belong together, and their order on the new page."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import Bead
from amts_bot.text.align.pages import page
from amts_bot.text.merge.changes import Change
from amts_bot.text.merge.groups import (
    Group,
    groups,
    ordered,
    outside_tabs,
)


def beads(*pairs: tuple[str, str]) -> list[Bead]:
    """Beads from digits: ("01", "0") joins two source blocks in one target block."""
    return [Bead(run(source), run(target)) for source, target in pairs]


def changes(*pairs: tuple[str, str]) -> list[Change]:
    """Changes from digits; one whose new side begins with ">" moved."""
    return [Change(run(old), run(new.lstrip(">")), new.startswith(">")) for old, new in pairs]


def run(digits: str) -> range:
    return range(int(digits[0]), int(digits[-1]) + 1) if digits else range(0)


def laid_out(made: list[Change], aligned: list[Bead]) -> list[tuple[str, str, str]]:
    """Old, new and target blocks of every group in the order of the new page, as digits."""
    size = sum(len(bead.target) for bead in aligned)
    return [
        ("".join(map(str, g.old)), "".join(map(str, g.new)), "".join(map(str, g.target)))
        for g in ordered(groups(made, aligned), aligned, size)
    ]


def test_one_block_after_the_other() -> None:
    assert laid_out(changes(("0", "0"), ("1", "1")), beads(("0", "0"), ("1", "1"))) == [
        ("0", "0", "0"), ("1", "1", "1"),
    ]  # fmt: skip


def test_paragraphs_translated_as_one_stay_one_group() -> None:
    assert laid_out(changes(("0", "0"), ("1", "1")), beads(("01", "0"))) == [("01", "01", "0")]


def test_a_paragraph_that_the_english_split_is_one_group() -> None:
    assert laid_out(changes(("0", "01")), beads(("0", "0"))) == [("0", "01", "0")]


def test_what_only_the_translators_have_stays_behind_its_neighbour() -> None:
    aligned = beads(("0", "0"), ("", "1"), ("1", "2"))
    assert laid_out(changes(("", "0"), ("0", "1"), ("", "2"), ("1", "3")), aligned) == [
        ("", "0", ""), ("0", "1", "0"), ("", "", "1"), ("", "2", ""), ("1", "3", "2"),
    ]  # fmt: skip


def test_what_stood_first_stays_first() -> None:
    aligned = beads(("", "0"), ("0", "1"))
    assert laid_out(changes(("0", "0")), aligned) == [("", "", "0"), ("0", "0", "1")]


def test_a_move_takes_its_translation_along_and_leaves_a_note_where_it_was() -> None:
    aligned = beads(("0", "0"), ("", "1"), ("1", "2"), ("2", "3"))
    assert laid_out(changes(("1", "0"), ("2", "1"), ("0", ">2")), aligned) == [
        ("", "", "1"), ("1", "0", "2"), ("2", "1", "3"), ("0", "2", "0"),
    ]  # fmt: skip


def test_half_of_a_bead_does_not_move_away() -> None:
    """Its English comes anew; the target text, which holds both, stays with the other half."""
    assert laid_out(changes(("1", "0"), ("0", ">1")), beads(("01", "0"))) == [
        ("01", "0", "0"), ("", "1", ""),
    ]  # fmt: skip


def test_a_gone_block_is_reported_where_it_stood() -> None:
    aligned = beads(("0", "0"), ("1", "1"), ("2", "2"))
    assert laid_out(changes(("0", "0"), ("1", ""), ("2", "1")), aligned) == [
        ("0", "0", "0"), ("1", "", "1"), ("2", "1", "2"),
    ]  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Change], list[Bead]]:
    """Beads and changes that cover one old page, as the aligner and the matcher make them."""
    aligned, made = [], []
    i = j = 0
    for a, b in draw(
        st.lists(st.sampled_from([(1, 1), (1, 0), (0, 1), (1, 2), (2, 1)]), max_size=8)
    ):
        aligned.append(Bead(range(i, i + a), range(j, j + b)))
        i, j = i + a, j + b
    olds, at = draw(st.permutations(range(i))), 0
    for old in olds:
        size = draw(st.integers(0, 2))
        made.append(
            Change(range(old, old + 1), range(at, at + size), size == 1 and draw(st.booleans()))
        )
        at += size
    return made, aligned


@given(cases())
def test_every_block_of_the_three_pages_stands_in_one_group(
    case: tuple[list[Change], list[Bead]],
) -> None:
    made, aligned = case
    size = sum(len(bead.target) for bead in aligned)
    found: list[Group] = ordered(groups(made, aligned), aligned, size)
    for side, count in (
        ("old", sum(len(bead.source) for bead in aligned)),
        ("new", sum(len(change.new) for change in made)),
        ("target", size),
    ):
        assert Counter(k for g in found for k in getattr(g, side)) == Counter(range(count)), side
    firsts = [group.new[0] for group in found if group.new]
    assert firsts == sorted(firsts)


def test_what_only_the_translators_have_stays_out_of_the_tabs_of_others() -> None:
    new = page(":begin_tab:`jax`\nOne.\n:end_tab:\n\nTwo.\n").blocks
    target = page("Not.\n\n:begin_tab:`jax`\nBir.\n:end_tab:\n").blocks
    note, inside = Group(target=[0]), Group(target=[2])
    begin, text, end, two = (Group(old=[i], new=[i]) for i in range(4))
    laid = outside_tabs([begin, note, inside, text, end, two], new, target)
    assert list(laid) == [begin, inside, text, end, note, two]


def test_a_tab_that_is_never_closed_ends_with_the_next_one() -> None:
    new = page(":begin_tab:`jax`\nOne.\n\n:begin_tab:`numpy`\nTwo.\n").blocks
    target = page("Not.\n").blocks
    note = Group(target=[0])
    one, two, three, four = (Group(old=[i], new=[i]) for i in range(4))
    assert list(outside_tabs([one, note, two, three, four], new, target)) == [
        one, two, note, three, four,
    ]  # fmt: skip
