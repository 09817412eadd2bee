"""What became of the old English: equal, similar and moved items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.align.pages import page
from amts_bot.text.merge.changes import (
    Change,
    match,
    match_blocks,
    text_similarity,
)
from tests.pages import PAGES

ITEMS = st.lists(
    st.sampled_from(["a b c", "a b d", "x y z", "x y", "q", "w " * 20, "w " * 21]), max_size=9
)


def matched(old: Sequence[str], new: Sequence[str], *, moves: bool = True) -> list[Change]:
    def similarity(i: int, p: int, j: int, q: int) -> float:
        return text_similarity(" ".join(old[i:p]), " ".join(new[j:q]))

    return match(old, new, similarity, moves=moves)


def change(old: Sequence[int], new: Sequence[int], moved: bool = False) -> Change:
    def run(indices: Sequence[int]) -> range:
        return range(indices[0], indices[-1] + 1) if indices else range(0)

    return Change(run(old), run(new), moved)


@given(ITEMS, ITEMS, st.booleans())
def test_both_sides_are_covered_once_and_the_new_in_order(
    old: list[str], new: list[str], moves: bool
) -> None:
    changes = matched(old, new, moves=moves)
    assert [j for c in changes for j in c.new] == list(range(len(new)))
    assert Counter(i for c in changes for i in c.old) == Counter(range(len(old)))


@given(ITEMS, ITEMS)
def test_without_moves_the_old_items_come_in_order(old: list[str], new: list[str]) -> None:
    changes = matched(old, new, moves=False)
    assert [i for c in changes if c.new for i in c.old] == sorted(
        i for c in changes if c.new for i in c.old
    )
    assert [c for c in changes if c.moved] == []


@given(ITEMS)
def test_the_same_items_are_themselves(items: list[str]) -> None:
    assert matched(items, items) == [change([k], [k]) for k in range(len(items))]


@given(ITEMS, ITEMS)
def test_an_item_that_stands_on_both_sides_is_never_gone_and_new_at_once(
    old: list[str], new: list[str]
) -> None:
    changes = matched(old, new)
    gone = Counter(old[c.old[0]] for c in changes if not c.new)
    come = Counter(new[c.new[0]] for c in changes if not c.old)
    assert list(gone & come) == []


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (["one two three"], ["one two four"], [change([0], [0])]),
        (["one two three"], ["five six four"], [change([0], []), change([], [0])]),
        # one becomes two, and two become one
        (["a b c d e f"], ["a b c", "d e f"], [change([0], [0, 1])]),
        (["a b c", "d e f"], ["a b c d e f"], [change([0, 1], [0])]),
        # a neighbour that crossed over is a move, not an edit
        (["a a a", "b b b", "c c c"], ["c c c", "a a a", "b b b"],
         [change([2], [0], True), change([0], [1]), change([1], [2])]),
        # far away, lightly changed, and long enough to be told
        (["this long sentence travels far", "x1", "x2", "x3"], ["x1", "x2", "x3", "this long sentence travels on"],
         [change([1], [0]), change([2], [1]), change([3], [2]), change([0], [3], True)]),
        # a deletion stands behind what became of the item before it
        (["a", "gone", "b"], ["a", "b"], [change([0], [0]), change([1], []), change([2], [1])]),
        ([], ["a"], [change([], [0])]),
        (["a"], [], [change([0], [])]),
        ([], [], []),
    ],
)  # fmt: skip
def test_matches(old: list[str], new: list[str], changes: list[Change]) -> None:
    assert matched(old, new) == changes


# -- blocks ---------------------------------------------------------------------------------------


def block_changes(old: str, new: str) -> list[tuple[str, str, bool]]:
    left, right = page(old).blocks, page(new).blocks
    return [
        (
            "+".join(left[i].text.strip() for i in c.old),
            "+".join(right[j].text.strip() for j in c.new),
            c.moved,
        )
        for c in match_blocks(left, right)
    ]


def test_a_reworded_heading_of_the_same_level_is_the_same_section() -> None:
    assert block_changes("## Summary\n", "## What We Learnt\n") == [
        ("## Summary", "## What We Learnt", False)
    ]
    assert block_changes("## Summary\n", "# What We Learnt\n") == [
        ("## Summary", "", False), ("", "# What We Learnt", False),
    ]  # fmt: skip


def test_a_renamed_label_is_the_same_label() -> None:
    assert block_changes(":label:`a`\n", ":label:`b`\n") == [(":label:`a`", ":label:`b`", False)]
    assert ("", ":width:`b`", False) in block_changes(":label:`a`\n", ":width:`b`\n")


def test_a_block_that_went_into_a_tab_is_the_same_block() -> None:
    text = "A paragraph about boats, long enough.\n"
    assert block_changes(text, f":begin_tab:`jax`\n{text}:end_tab:\n") == [
        ("", ":begin_tab:`jax`", False), (text.strip(), text.strip(), True), ("", ":end_tab:", False),
    ]  # fmt: skip


def test_a_cell_never_becomes_a_paragraph() -> None:
    changes = block_changes("```\nprint one two three\n```\n", "print one two three\n")
    assert [c for c in changes if c[0] and c[1]] == []


@given(PAGES, PAGES)
def test_blocks_are_covered_once(old: str, new: str) -> None:
    left, right = page(old).blocks, page(new).blocks
    changes = match_blocks(left, right)
    assert [j for c in changes for j in c.new] == list(range(len(right)))
    assert Counter(i for c in changes for i in c.old) == Counter(range(len(left)))


# -- similarity -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("One two three four.", "one TWO, three four!", 1.0),
        ("[**One two**] three.", "One two three.", 1.0),
        ("*One* _two_ three.", "One two three.", 1.0),
        ("one two three four", "one two three five", 0.75),
        ("Use `a` now.", "Use `b` now.", 2 / 3),
        ("one two", "three four", 0.0),
        ("", "", 1.0),
        ("", "one", 0.0),
    ],
)
def test_similarity_counts_words_and_spans(a: str, b: str, alike: float) -> None:
    assert text_similarity(a, b) == pytest.approx(alike)


def test_giants_are_compared_by_what_they_are_made_of() -> None:
    giant = "some words of a giant text " * 5_000
    assert text_similarity(giant, giant + "end ") == pytest.approx(1, abs=1e-3)
    assert text_similarity(giant, "other things entirely " * 9_000) == 0.0
