"""Two changed versions of a target page become one, and reviewed text wins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.markdown.blocks import split
from amts_bot.text.merge.two_branches import Reconciled, reconcile

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
        reviewed, ("Gözden geçti.",), ("Makine.",)
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
    assert reconcile(BASE, reviewed, branch) == Reconciled(reviewed, (), ("Makine.",))


def test_a_block_that_review_edited_and_the_branch_deleted_stays_and_is_named() -> None:
    reviewed = BASE.replace("İkinci.", "Gözden geçti.")
    branch = BASE.replace("İkinci.\n\n", "")
    assert reconcile(BASE, reviewed, branch) == Reconciled(reviewed, ("Gözden geçti.",))


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
    return [block.text.rstrip("\n") for block in split(page) if block.text.strip()]


# -- two people at work, each on a copy: names tell whose paragraphs are the same ------------------

NAMES = "ABCDEF"
Work = dict[
    str, tuple[str, bool]
]  # name -> how it was edited ("" for not at all), something new behind it


def said(name: str, edit: str = "") -> str:
    """A paragraph that shares no word with those of other names, and most words with its edits."""
    return " ".join(f"{name}{word}{edit * (word == 'son')}" for word in ("bir", "iki", "üç", "son"))


def written(work: Work, who: str) -> list[str]:
    found = []
    for name in NAMES:
        edit, new = work.get(name, ("", False))
        found += [said(name, edit)] * (edit != "gone") + [said(f"{name}{who}")] * new
    return found


def page_of(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs) + "\n" if paragraphs else ""


def works(*edits: str) -> st.SearchStrategy[Work]:
    """Nothing new beside what is gone: that would be a new wording."""
    one = st.tuples(st.sampled_from(edits), st.booleans())
    return st.dictionaries(st.sampled_from(NAMES), one, max_size=4).map(_apart)


def _apart(work: Work) -> Work:
    gone = {name for name, (edit, _) in work.items() if edit == "gone"}
    beside = gone | {NAMES[NAMES.index(name) - 1] for name in gone - {"A"}}
    return {name: (edit, new and name not in beside) for name, (edit, new) in work.items()}


EDITS = ("", "", "x", "y", "gone")


@given(mine=works(*EDITS), others=works(*EDITS))
def test_only_what_both_changed_is_a_conflict_and_all_else_is_there(
    mine: Work, others: Work
) -> None:
    expected, lost, held = [], [], []
    for name in NAMES:
        (edit, new), (edit_2, new_2) = mine.get(name, ("", False)), others.get(name, ("", False))
        edits = [edit for edit in (edit, edit_2) if edit]
        if len({*edits}) > 1:
            held += [said(name, edit)] * (edit != "gone")
            lost += [said(name, edit_2)] * (edit_2 != "gone")
        stands = edits[0] if edits else ""
        expected += [said(name, stands)] * (stands != "gone")
        expected += [said(f"{name}M")] * new + [said(f"{name}O")] * new_2
    done = reconcile(*map(page_of, (written({}, ""), written(mine, "M"), written(others, "O"))))
    assert done == Reconciled(page_of(expected), tuple(held), tuple(lost))


def test_an_edit_moves_along_with_its_paragraph() -> None:
    base, moved = (
        page_of(["Bir.", "İki.", "Üç.", "Dört."]),
        page_of(["İki.", "Üç.", "Dört.", "Bir."]),
    )
    edited = base.replace("Bir.", "Bir, elle.")
    both = Reconciled(page_of(["İki.", "Üç.", "Dört.", "Bir, elle."]))
    assert reconcile(base, edited, moved) == reconcile(base, moved, edited) == both


def test_a_rewording_beside_a_deleted_paragraph_does_not_conflict_with_an_edit_of_that() -> None:
    base = page_of(["# Bir", "Ada feneri yakar.", "Can kapıyı boyar."])
    mine = base.replace("Can kapıyı boyar.", "Can kapıyı yağlar.")
    others = page_of(["# Bir", "Ada artık orada çok daha iyi çalışıyor."])
    assert reconcile(base, mine, others) == Reconciled(
        page_of(["# Bir", "Ada artık orada çok daha iyi çalışıyor.", "Can kapıyı yağlar."]),
        ("Can kapıyı yağlar.",),
    )


def test_the_same_move_on_both_sides_is_no_conflict() -> None:
    base = page_of(["# Bir", "Fener.", "# İki", "Liman."])
    both = page_of(["# İki", "Liman.", "# Bir", "Fener.", "# Üç"])
    assert reconcile(base, both, both) == Reconciled(both)


def test_the_same_new_paragraph_of_both_sides_stands_once() -> None:
    base = page_of(["Bir.", "İki."])
    mine = page_of(["Bir.", "Fener yeni bir mercek aldı.", "İki."])
    others = page_of(["Bir.", "Önce.", "Fener artık yeni bir mercek aldı.", "Sonra.", "İki."])
    assert reconcile(base, mine, others) == Reconciled(
        page_of(["Bir.", "Önce.", "Fener yeni bir mercek aldı.", "Sonra.", "İki."]),
        ("Fener yeni bir mercek aldı.",),
        ("Fener artık yeni bir mercek aldı.",),
    )


def test_an_end_without_a_line_end_and_lists_without_blanks_stay_apart() -> None:
    assert reconcile("Bir.", "Bir.\n\nİki.", "Bir.\n\nÜç.\n") == Reconciled("Bir.\n\nİki.\n\nÜç.\n")
    assert reconcile("* a\n", "* a\n* b\n", "* a\n* c\n") == Reconciled("* a\n* b\n* c\n")


def test_a_paragraph_that_became_two_is_no_conflict_with_an_edit_of_its_neighbour() -> None:
    base = "One.\n\nTwo.\n"
    branch = "One, by hand.\n\nOne, anew.\n\nTwo.\n"
    assert reconcile(base, "One.\n\nTwo, on main.\n", branch) == Reconciled(
        "One, by hand.\n\nOne, anew.\n\nTwo, on main.\n"
    )
    assert reconcile(base, branch, "One.\n\nTwo, on the branch.\n") == Reconciled(
        "One, by hand.\n\nOne, anew.\n\nTwo, on the branch.\n"
    )
