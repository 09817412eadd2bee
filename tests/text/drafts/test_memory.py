"""The translation memory: what the reviewed book already says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import Answer, Request
from amts_bot.text.align.pages import align
from amts_bot.text.drafts.chooser import Book
from amts_bot.text.drafts.memory import answer, collect, wanted
from amts_bot.text.drafts.thresholds import LEAST_SIMILARITY, thresholds
from amts_bot.text.languages import language
from tests.pages import PAGES

ENGLISH = """\
# The Cellar

The cellar is cold. Apples keep in it until `May`.

* Pears do not.

```
The cellar is cold.
```
"""
TURKISH = """\
# Kiler

Kiler soğuktur. Elmalar `May` ayına dek dayanır.

* Armutlar dayanmaz.

```
Kiler soğuktur.
```
"""


def known(
    *texts: str, pages: tuple[tuple[str, str], ...] = ((ENGLISH, TURKISH),)
) -> dict[str, str]:
    keys = wanted(Request(text) for text in texts)
    return collect([align(source, target) for source, target in pages], keys, "tr")


def way(least: float) -> Book:
    return Book(language("tr"), replace(thresholds("tr"), alone=least))


def ask(
    source: str, least: float = LEAST_SIMILARITY, previous: tuple[str, str] = ("", "")
) -> Answer | None:
    request = Request(source, previous_source=previous[0], previous_target=previous[1])
    return answer(request, known(source), way(least))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("The Cellar", "Kiler"),  # a heading, without its mark
        ("Pears do not.", "Armutlar dayanmaz."),
        ("The cellar is cold.", "Kiler soğuktur."),  # a sentence of a paragraph
        ("The cellar is\ncold.  Apples keep in it until `May`.",
         "Kiler soğuktur. Elmalar `May` ayına dek dayanır."),  # the whole, wrapped otherwise
        # a new paragraph of known sentences, each from its own place
        ("Pears do not. The cellar is cold.", "Armutlar dayanmaz. Kiler soğuktur."),
    ],
)  # fmt: skip
def test_what_the_book_says_is_the_answer(source: str, target: str) -> None:
    assert ask(source) == Answer(target, "memory")


def test_slide_markers_make_no_other_text() -> None:
    """They are put back where the checks let them be: a translation without them is not written."""
    source = "The [**cellar**] is cold."
    assert known(source) == {"The cellar is cold.": "Kiler soğuktur."}
    assert ask(source) is None


@pytest.mark.parametrize(
    "source", ["The cellar is hot.", "Cold.", "", "Pears do not. Nobody knows this."]
)
def test_what_the_book_does_not_say_is_for_a_person(source: str) -> None:
    assert ask(source) is None


def test_of_several_translations_the_most_frequent_counts() -> None:
    pages = tuple(("Twice.\n", f"{word}.\n") for word in ("Bir", "İki kez", "İki kez"))
    assert known("Twice.", pages=pages) == {"Twice.": "İki kez."}


def test_english_left_standing_is_no_translation() -> None:
    pairs = known("Left as it is.", pages=(("Left as it is.\n", "Left as it is.\n"),))
    assert answer(Request("Left as it is."), pairs, way(0.5)) is None


def test_a_translation_that_lost_a_formula_is_no_match() -> None:
    pairs = {"Add $x$.": "Topla."}
    assert answer(Request("Add $x$."), pairs, way(0.5)) is None


def test_a_lightly_changed_sentence_has_its_own_old_translation() -> None:
    previous = ("Stir `a` for 5 minutes with care.", "`a` 5 dakika özenle karıştır.")
    found = ask("Stir `b` for 6 minutes with much care.", previous=previous)
    assert found is not None
    assert (found.target, found.origin) == ("`b` 6 dakika özenle karıştır.", "memory")
    assert 0.6 < found.similarity < 0.7


def test_below_the_least_similarity_there_is_no_fuzzy_match() -> None:
    previous = ("Stir the soup well.", "Çorbayı iyice karıştır.")
    found = ask("Stir the big pot well.", previous=previous)
    assert found is not None
    assert found.target == "Çorbayı iyice karıştır."
    assert ask("Stir the big pot well.", found.similarity, previous) == found
    assert ask("Stir the big pot well.", found.similarity + 1e-6, previous) is None


def test_an_old_translation_that_points_to_what_is_gone_is_no_draft() -> None:
    old = "The cellar is cold all year, as {doc}`winter` tells, and dry."
    target = "Kiler bütün yıl soğuktur, bkz. {doc}`winter`, ve kurudur."
    assert ask("The cellar is cold all year and dry.", previous=(old, target)) is None
    found = ask(
        "The cellar is cold all year, as {doc}`spring` tells, and dry.", previous=(old, target)
    )
    assert found is not None
    assert found.target == target.replace("winter", "spring")


def test_an_exact_match_goes_before_the_old_translation() -> None:
    previous = ("The cellar is cool.", "Kiler serindir.")
    assert ask("The cellar is cold.", previous=previous) == Answer("Kiler soğuktur.", "memory")


@given(
    st.text("ab. \n`$[*]", max_size=30), st.text("ab. ", max_size=20), st.text("cd. ", max_size=20)
)
def test_a_fuzzy_match_is_never_called_exact(source: str, previous: str, target: str) -> None:
    found = answer(Request(source, previous_source=previous, previous_target=target), {}, way(0.0))
    assert found is None or found.similarity < 1


@given(
    PAGES,
    PAGES,
    st.lists(st.sampled_from(["The cellar is cold.", "A sentence of its own.", "text"])),
)
def test_only_what_was_asked_for_is_collected(source: str, target: str, texts: list[str]) -> None:
    keys = wanted(map(Request, texts))
    assert collect([align(source, target)], keys, "tr").keys() <= keys
