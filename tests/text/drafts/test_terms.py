"""Terms that a book translates in one way take each other's place, alone and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import DraftEdit
from amts_bot.text.drafts.swaps import Swapped, stretches, swapped
from amts_bot.text.drafts.terms import Terms, agreed, names
from amts_bot.text.languages import language

BOOK = agreed(
    [("Oil lamp", "Yağ lambası"), ("Gas lamp", "Gaz lambası"), ("Wick", "Fitil"), ("Flame", "Alev")]
)
KITAP = agreed([("oil lamp", "油灯"), ("gas lamp", "煤气灯")])
SENTENCE = "Clean the oil lamp at noon."


@pytest.mark.parametrize(
    ("code", "target", "wanted"),
    [
        ("tr", "Öğlen yağ lambası temizle.", "Öğlen gaz lambası temizle."),
        ("tr", "Yağ lambası öğlen temizlenir.", "Gaz lambası öğlen temizlenir."),
        ("zh", "中午清洁油灯。", "中午清洁煤气灯。"),
    ],
)
def test_a_term_takes_the_place_of_another_in_the_case_of_its_place(
    code: str, target: str, wanted: str
) -> None:
    terms = BOOK if code == "tr" else KITAP
    found = swapped(SENTENCE, SENTENCE.replace("oil", "gas"), target, language(code), terms)
    assert (found.text, found.complete, [edit.kind for edit in found.edits]) == (
        wanted,
        True,
        ["term"],
    )


@pytest.mark.parametrize(
    "target",
    [
        "Öğlen yağ lambasını temizle.",  # with a suffix
        "Öğlen yağ lambası'nı temizle.",
        "Yağ lambası: öğlen yağ lambası temizlenir.",  # twice
        "Öğlen onu temizle.",
    ],
)
def test_what_is_not_the_bare_term_once_stays(target: str) -> None:
    found = swapped(SENTENCE, SENTENCE.replace("oil", "gas"), target, language("tr"), BOOK)
    assert found == Swapped(target, complete=False)


def test_an_old_term_that_still_stands_in_the_english_is_left_alone() -> None:
    old, new = "Trim the wick here.", "Trim the flame here, not the wick."
    assert swapped(old, new, "Fitil burada.", language("tr"), BOOK).text == "Fitil burada."


def test_the_edit_says_what_was_exchanged() -> None:
    found = swapped("Trim the wick.", "Trim the flame.", "Şu fitil.", language("tr"), BOOK)
    assert found == Swapped("Şu alev.", complete=True, edits=(DraftEdit("term", "fitil", "alev"),))


def test_terms_with_two_translations_or_one_for_two_terms_are_none() -> None:
    assert agreed([("wick", "fitil"), ("Wick", "bez"), ("lamp", "lamba"), ("LAMP", "Lamba")]) == (
        Terms({"lamp": "lamba"})
    )
    assert agreed([("lamp", "ışık"), ("light", "ışık"), ("wick", "fitil")]) == Terms(
        {"wick": "fitil"}
    )


def test_ten_thousand_characters_take_no_time() -> None:
    old, new = "Trim the wick of it. " * 480, "Trim the flame of it. " * 480
    assert {("wick", "flame")} < {*stretches(old, new, language("tr"))}


def test_names_stand_alone_in_headings_items_and_cells() -> None:
    page = "# The lamp\n\n- Oil\n2. **Wick**\n\n| Flame | no | a b c d e |\n\nIt is a lamp that burns.\n"
    assert [*names(page)] == ["The lamp", "Oil", "Wick", "Flame"]


@given(st.text("aA lamp'|水", max_size=20), st.text("aA lamp'|水", max_size=20))
def test_english_that_stands_exchanges_nothing(english: str, target: str) -> None:
    terms = Terms({"lamp": "水", "a": "A"})
    assert swapped(english, english, target, language("tr"), terms).text == target
