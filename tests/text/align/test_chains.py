"""Equal items of two sequences, in order: few are all compared, many by those that stand once."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.align.chains import between, chain, equal_items

ITEMS = st.lists(st.sampled_from("abcde"), max_size=9)
NUMBERS = [str(n) for n in range(1500)]


@given(ITEMS, ITEMS, st.booleans())
def test_equal_items_rise_on_both_sides(ours: list[str], theirs: list[str], many: bool) -> None:
    left, right = (NUMBERS * many + ours, NUMBERS * many + theirs)
    pairs = equal_items(left, right)
    assert all(left[i] == right[j] for i, j in pairs)
    assert all(i < p and j < q for (i, j), (p, q) in pairwise(pairs))


def test_of_many_items_those_between_a_change_are_found() -> None:
    changed = [*NUMBERS[:700], "new", *NUMBERS[701:1000], *NUMBERS[1003:]]
    gone = {700, 1000, 1001, 1002}
    assert [i for i, _ in equal_items(NUMBERS, changed)] == [
        n for n in range(1500) if n not in gone
    ]


def test_of_many_equal_items_all_but_the_changed_one_are_found() -> None:
    same = ["a"] * 2000
    pairs = equal_items(same, [*same[:900], "b", *same[901:]])
    assert pairs == [(k, k) for k in range(2000) if k != 900]


def test_of_many_items_in_another_order_the_longest_chain_is_taken() -> None:
    turned = NUMBERS[600:] + NUMBERS[:600]
    assert equal_items(NUMBERS, turned) == [(600 + k, k) for k in range(900)]


def test_a_chain_has_keys_that_stand_once_and_no_empty_ones() -> None:
    assert chain(["a", "", "b", "x", "c", "c"], ["b", "a", "", "x", "c"]) == [(2, 0), (3, 3)]


def test_between_pairs_lies_what_has_items_of_either_side() -> None:
    stretches = between([(0, 0), (1, 2)], range(3), range(4))
    assert list(stretches) == [(range(1, 1), range(1, 2)), (range(2, 3), range(3, 4))]
