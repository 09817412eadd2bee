"""Two changed versions of a target page become one, and reviewed text wins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.reconcile import Reconciled, reconcile
from amts_bot.text.segments import split

BASE = "# Bir\n\nBirinci.\n\nİkinci.\n\n```python\nx = 1\n```\n\nSon.\n"

paragraphs = st.lists(
    st.sampled_from([f"Cümle {word}." for word in "abcdefgh"]), unique=True, max_size=7
)
pages = paragraphs.map(lambda found: "\n".join(f"{text}\n" for text in found))


def test_changes_in_different_blocks_are_both_there() -> None:
    reviewed = BASE.replace("Birinci.", "Birinci, düzeltildi.")
    branch = BASE.replace("x = 1", "x = 2").replace("Son.\n", "Son.\n\nYeni.\n")
    assert reconcile(BASE, reviewed, branch) == Reconciled(
        "# Bir\n\nBirinci, düzeltildi.\n\nİkinci.\n\n```python\nx = 2\n```\n\nSon.\n\nYeni.\n"
    )


def test_where_both_changed_a_block_the_reviewed_one_stands_and_the_other_is_named() -> None:
    reviewed, branch = (BASE.replace("İkinci.", text) for text in ("Gözden geçti.", "Makine."))
    assert reconcile(BASE, reviewed, branch) == Reconciled(
        reviewed, ("Gözden geçti.\n",), ("Makine.\n",)
    )


def test_neighbours_that_two_people_edited_are_both_there() -> None:
    reviewed, branch = BASE.replace("Birinci.", "Ada'nın."), BASE.replace("İkinci.", "Can'ın.")
    assert reconcile(BASE, reviewed, branch) == Reconciled(
        BASE.replace("Birinci.", "Ada'nın.").replace("İkinci.", "Can'ın.")
    )


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    both = BASE.replace("İkinci.", "Aynı.")
    assert reconcile(BASE, both, both) == Reconciled(both)


def test_a_block_that_review_deleted_stays_deleted() -> None:
    reviewed = BASE.replace("İkinci.\n\n", "")
    branch = BASE.replace("İkinci.", "Makine.")
    assert reconcile(BASE, reviewed, branch) == Reconciled(reviewed, (), ("Makine.\n",))


def test_a_block_that_review_edited_and_the_branch_deleted_stays_and_is_named() -> None:
    reviewed = BASE.replace("İkinci.", "Gözden geçti.")
    branch = BASE.replace("İkinci.\n\n", "")
    assert reconcile(BASE, reviewed, branch) == Reconciled(reviewed, ("Gözden geçti.\n",))


@given(base=pages, other=pages)
def test_a_side_that_changed_nothing_gives_way(base: str, other: str) -> None:
    assert reconcile(base, other, base) == Reconciled(other)
    assert reconcile(base, base, other) == Reconciled(other)


@given(base=pages, reviewed=pages, branch=pages)
def test_reviewed_changes_are_always_there_and_nothing_of_the_branch_is_lost_unnamed(
    base: str, reviewed: str, branch: str
) -> None:
    done = reconcile(base, reviewed, branch)
    old, ours, theirs, merged = (_texts(page) for page in (base, reviewed, branch, done.text))
    assert [block for block in ours if block not in old and block not in merged] == []
    come = [block for block in theirs if block not in old]
    assert [block for block in come if block not in merged and block not in done.lost] == []


def _texts(page: str) -> list[str]:
    return [block.text for block in split(page) if block.text.strip()]


def test_a_paragraph_that_became_two_is_no_conflict_with_an_edit_of_its_neighbour() -> None:
    base = "One.\n\nTwo.\n"
    branch = "One, by hand.\n\nOne, anew.\n\nTwo.\n"
    assert reconcile(base, "One.\n\nTwo, on main.\n", branch) == Reconciled(
        "One, by hand.\n\nOne, anew.\n\nTwo, on main.\n"
    )
    assert reconcile(base, branch, "One.\n\nTwo, on the branch.\n") == Reconciled(
        "One, by hand.\n\nOne, anew.\n\nTwo, on the branch.\n"
    )
