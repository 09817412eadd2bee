"""Short texts merged from three sides by tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.merge.threeway import three_way

TEXTS = st.lists(
    st.sampled_from(["x", "y_1", "\\alpha", " = ", "\n", "$$", " ", "12", "书", "{", "}", "a b"]), max_size=12
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        # each side its own place
        ("a b c d e", "A b c d e", "a b c d E", ("A b c d E", True)),
        # the translators' words in a formula stay where the English changes a number
        (
            "$$y = 2 \\text{ apples}$$\n",
            "$$y = 2 \\text{ elma}$$\n",
            "$$y = 3 \\text{ apples}$$\n",
            ("$$y = 3 \\text{ elma}$$\n", True),
        ),
        # the same edit on both sides is one edit
        ("a b c", "a x c", "a x c", ("a x c", True)),
        ("a b c d e f", "x b c d e f", "x b c d e y", ("x b c d e y", True)),
        # the same place, differently: the English, and the caller says so
        ("a b c", "a x c", "a y c", ("a y c", False)),
        # one side deletes what the other changes
        ("a b c", "a c", "a x c", ("a x c", False)),
        ("", "ours", "theirs", ("theirs", False)),
        ("", "", "theirs", ("theirs", True)),
        ("base", "base", "", ("", True)),
    ],
)
def test_merges(base: str, ours: str, theirs: str, merged: tuple[str, bool]) -> None:
    assert three_way(base, ours, theirs) == merged


@given(TEXTS, TEXTS)
def test_what_only_one_side_changed_is_as_that_side_has_it(base: str, other: str) -> None:
    assert three_way(base, other, base) == (other, True)
    assert three_way(base, base, other) == (other, True)
    assert three_way(base, other, other) == (other, True)


@given(TEXTS, TEXTS, TEXTS)
def test_a_clean_merge_holds_both_sides_and_takes_no_side(
    base: str, ours: str, theirs: str
) -> None:
    merged, clean = three_way(base, ours, theirs)
    assert three_way(base, theirs, ours)[1] == clean
    if clean:
        assert three_way(base, theirs, ours)[0] == merged
        assert set(merged) <= set(ours) | set(theirs)
    else:
        assert merged == theirs


@given(TEXTS, TEXTS, TEXTS)
def test_edits_in_two_halves_are_both_made(head: str, tail: str, new: str) -> None:
    middle = " one two three four five "
    base, ours, theirs = head + middle + tail, new + middle + tail, head + middle + new
    merged, clean = three_way("#" + base + "#", "#" + ours + "#", "#" + theirs + "#")
    if clean:
        assert merged == f"#{new}{middle}{new}#"


def test_giants_are_not_compared() -> None:
    base = "x " * 20_000
    assert three_way(base, base + "y", "z" + base) == ("z" + base, False)
