"""A machine's change made in a person's translation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.drafts import repair
from amts_bot.text.drafts.pieces import PieceEdit, edits, joined, pieces

TEXTS = st.text("ab 7.,`$水火ğ'", max_size=40)


def test_a_piece_is_a_word_a_sign_or_a_span_with_its_white_space() -> None:
    assert pieces("  Add $x + 1$, then\nstop.") == ["Add ", "$x + 1$", ", ", "then\n", "stop", "."]
    assert pieces("水桶 of 3") == ["水", "桶 ", "of ", "3"]


@given(TEXTS)
def test_pieces_tile_their_text(text: str) -> None:
    assert "".join(pieces(text)) == text.lstrip()


@given(TEXTS, TEXTS)
def test_the_edits_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    old, new = pieces(before), pieces(after)
    out: list[str] = []
    position = 0
    for edit in edits(old, new):
        out += [*old[position : edit.start], *edit.after]
        position = edit.end
    stripped = [word.rstrip() for word in [*out, *old[position:]]]
    assert stripped == [word.rstrip() for word in new]


def test_neighbouring_edits_are_one() -> None:
    assert list(edits(pieces("a b c d"), pieces("a x y d e"))) == [
        PieceEdit(1, 3, ("x ", "y ")),
        PieceEdit(4, 4, ("e",)),
    ]


@given(TEXTS)
def test_a_text_of_its_own_pieces_is_that_text(text: str) -> None:
    assert joined(pieces(text), [pieces(text)]) == text.strip()


@pytest.mark.parametrize(
    ("base", "ours", "machine", "wanted"),
    [
        # the machine's new words, in the person's sentence
        ("The lamp is on.", "The lantern is lit.", "The lamp is on today.", "The lantern is lit today."),
        ("Open the old door.", "Open the old gate.", "Open the door.", "Open the gate."),
        # both say the same by now
        ("Take a bowl.", "Take a cup.", "Take a cup.", "Take a cup."),
        # a word that went, before a sign
        ("Wait, then go now.", "Wait, then go soon.", "Wait now.", "Wait soon."),
        ("灯亮了。", "灯很亮了。", "昨天灯亮了。", "昨天灯很亮了。"),
        ("Use 3.5 now.", "Use 3.5 today.", "Use 3.5 kg now.", "Use 3.5 kg today."),
    ],
)  # fmt: skip
def test_the_change_of_the_machine_is_made_in_the_persons_text(
    base: str, ours: str, machine: str, wanted: str
) -> None:
    for rule in (repair.ours, repair.theirs, repair.theirs_where_new):
        assert repair.merged(base, ours, machine, rule) == wanted


def test_the_rule_decides_where_both_changed_the_same_words() -> None:
    base, ours, machine = "Fill the bucket.", "Fill the pail.", "Fill the barrel."
    assert repair.merged(base, ours, machine, repair.ours) == ours
    assert repair.merged(base, ours, machine, repair.theirs) == machine
    assert repair.merged(base, ours, machine, repair.theirs_where_new) == machine
    reworded = "Fill the buckets."
    assert repair.merged(base, ours, reworded, repair.theirs_where_new) == ours
    assert repair.merged(base, ours, reworded, repair.theirs) == reworded


@given(TEXTS, TEXTS)
def test_who_changed_nothing_gets_the_other_text(base: str, other: str) -> None:
    for rule in (repair.ours, repair.theirs):
        plain = "".join(repair.merged(base, other, base, rule).split())
        assert plain == "".join(other.split())
        assert "".join(repair.merged(base, base, other, rule).split()) == plain
