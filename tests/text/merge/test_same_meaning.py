"""English that says the same in other words: its translation stands, and nobody is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.sync.one_page import merge
from amts_bot.text.merge import same_meaning
from amts_bot.text.merge.entries import SAME_MEANING
from amts_bot.text.merge.same_meaning import says_the_same

ALL = ("contractions", "spelling", "data set = dataset")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Let us see.", "Let's see."),
        ("It is late, and it has rained.", "It’s late, and it's rained."),
        ("We cannot, will not and do not.", "We can't, won't and don't."),
        ("The colour and its colours.", "The color and its colors."),
        ("We analyse and normalise.", "We analyze and normalize."),
        ("A multi-dimensional array.", "A multidimensional array."),
        ("A multi dimensional array.", "A multi-dimensional array."),
        ("A labelled data set.", "A labeled dataset."),
        ("Use `let us` 3 times.", "Use `b` 4 times."),
    ],
)  # fmt: skip
def test_says_the_same_in_both_directions(old: str, new: str) -> None:
    assert says_the_same(old, new, ALL)
    assert says_the_same(new, old, ALL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It is changed.", "It has changed."),
        ("We do.", "We don't."),
        ("Let us see.", "Let's not see."),
        ("A prize.", "A price."),
        ("We would go.", "We will go."),
        ("It is filled.", "It is filed."),
        ("A centre.", "A central one."),
        ("Every day.", "Everyday."),
        ("", "Let's."),
    ],
)  # fmt: skip
def test_says_something_else(old: str, new: str) -> None:
    assert not says_the_same(old, new, ALL)


def test_a_team_that_chooses_nothing_is_asked_about_everything() -> None:
    assert not says_the_same("Let us see the colour.", "Let's see the color.", ())


WORDS = st.lists(
    st.sampled_from(
        ["let", "us", "let's", "is", "it's", "it", "has", "colour", "color", "a-b", "ab"]
    )
).map(" ".join)


@given(WORDS, WORDS)
def test_it_does_not_matter_which_of_two_texts_is_the_old_one(one: str, other: str) -> None:
    assert says_the_same(one, one, ALL)
    assert says_the_same(one, other, ALL) == says_the_same(other, one, ALL)


def test_a_reviewed_sentence_stands_and_a_changed_one_beside_it_is_asked_for() -> None:
    old = "# A\n\nLet us look at `pond` 7. It is 12 metres deep.\n\n[**Let us see.**] It is late.\n"
    new = old.replace("Let us", "Let's").replace("It is 12 metres deep", "Nobody swims in it")
    target = "# A\n\n`pond` 7'ye bakalım. 12 metre derindir.\n\n[**Görelim.**] Geç oldu.\n"
    found = merge(old, new, target, "tr")
    assert found.text == target.replace("12 metre derindir.", "Nobody swims in it.")
    assert [(e.action, e.reason, e.translate) for e in found.entries if e.action != "keep"] == [
        ("translate", "1 of 2 sentences changed", ("Nobody swims in it.",)),
        ("carry", SAME_MEANING, ()),
    ]


def test_both_spellings_of_a_word_begin_with_the_same_letter() -> None:
    """That is asked first, before anything is looked up."""
    spellings = same_meaning._spellings().items()
    assert [word for word, others in spellings if any(it[0] != word[0] for it in others)] == []
