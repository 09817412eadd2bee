"""Why a pair of web pages is not worth having: each reason by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from amts_bot.model.web import WebPage
from amts_bot.text.web.filters import (
    Wanted,
    duplicates,
    fault,
    page_likeness,
    repeats,
    usual_ratio,
)
from amts_bot.text.web.pairing import WebPair
from tests.web_site import TEXTS


def page(code: str, topic: str, **changes: object) -> WebPage:
    text = f"{TEXTS[code][topic].format(n=12)}\n\n{TEXTS[code][topic].format(n=340)}\n"
    made = WebPage(
        address=f"/{code}/{topic}",
        canonical="",
        title=topic,
        language=code,
        text=text,
        letters=len(text),
        alternates=(),
        links=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def pair(topic: str = "bread", **changes: Any) -> WebPair:
    """A good pair; `changes` are of its Spanish page."""
    return WebPair(page("en", topic), page("es", topic, **changes), "hreflang")


# A page of another shape: short pages of one shape are too little to tell them apart.
SHOP = "# Tienda\n\n" + "\n\n".join(
    f"## Oferta {n}\n\nZapatos." for n in ("roja", "verde", "azul", "negra", "blanca", "gris")
)
WANTED = Wanted(source="en", target="es", keywords=(), ratio=1.1)


def test_a_translation_is_worth_having() -> None:
    assert fault(pair(), WANTED) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"letters": 199}, "no article"),
        ({"language": "pt"}, "prose is not in the language es"),
        ({"language": ""}, ""),  # nobody can tell
        ({"language": "es-MX"}, ""),
        ({"letters": 1200}, "odd length"),
        ({"letters": 200}, "odd length"),
        ({"text": SHOP}, "does not look like a translation"),
        ({"text": "# Nada\n"}, "does not look like a translation"),
    ],
)
def test_the_first_reason_that_holds_is_named(changes: dict[str, Any], reason: str) -> None:
    assert fault(pair(**changes), WANTED) == reason


@pytest.mark.parametrize(
    ("keywords", "reason"),
    [
        (("YEAST",), ""),
        (("levadura",), ""),  # on either side
        (("whale", "warm kitchen"), ""),  # one is enough
        (("sugar\nand", "dos horas\ten"), "no keyword"),  # a keyword is one line
        (("whale",), "no keyword"),
    ],
)
def test_one_keyword_on_either_page_is_enough(keywords: tuple[str, ...], reason: str) -> None:
    assert fault(pair(), replace(WANTED, keywords=keywords)) == reason


def test_a_keyword_may_stand_in_the_title_the_subjects_or_across_lines() -> None:
    wanted = replace(WANTED, keywords=("whale songs",))
    for changes in ({"title": "Whale  songs"}, {"subjects": "sea, whale songs"}):
        assert fault(pair(**changes), wanted) == ""
    wrapped = pair().target.text.replace("gas", "whale\nsongs")
    assert fault(pair(text=wrapped), wanted) == ""


@pytest.mark.parametrize(
    ("notice", "is_machine"),
    [
        ("Esta página fue traducida de forma automática.", True),
        ("This article was machine-translated and may have errors.", True),
        ("Dieser Artikel wurde maschinell übersetzt.", True),
        ("Cette page est une traduction automatique de cette page en anglais.", True),
        ("translationtype: mt", True),
        ("Texto obtenido mediante traducción automática, sin revisar.", True),
        ("此页面由机器翻译。本页", True),
        ("We teach machine translation.", False),  # a subject, not how it was made
        ("Automatically translated captions are off.", False),
        ("A page about bread.", False),
    ],
)
def test_a_page_that_says_it_is_a_machines_is_believed(notice: str, is_machine: bool) -> None:
    reason = "machine translation" if is_machine else ""
    assert fault(pair(notices=("Menu", notice)), WANTED) == reason


def test_the_usual_ratio_is_the_middle_one_and_empty_pages_do_not_count() -> None:
    letters = [pair(letters=len(pair().source.text) * n) for n in (1, 2, 9)]
    empty = WebPair(page("en", "bread", letters=0), page("es", "bread"), "content")
    assert usual_ratio([*letters, empty]) == 2
    assert usual_ratio([empty]) == usual_ratio([]) == 1


def test_nearly_the_same_page_repeats_another_one() -> None:
    bread, view = page("en", "bread"), page("en", "bread", address="/en/bread?view=2")
    other = replace(view, text=view.text.replace("warm", "hot").replace("gas", "air"))
    half = replace(view, text=view.text[: len(view.text) // 2])
    assert [repeats(it, [bread]) for it in (view, other, half, page("en", "bridges"))] == [
        True,
        True,
        False,
        False,
    ]
    assert not repeats(bread, [])


def test_of_nearly_equal_pairs_the_first_stays() -> None:
    again = replace(pair(), source=page("en", "bread", address="/en/bread?view=2"))
    assert list(duplicates([pair(), pair("bridges"), again, pair("bridges")])) == [2, 3]


def test_likeness_is_high_between_translations_and_low_elsewhere() -> None:
    english = page("en", "gardens").text
    true = page_likeness(english, page("es", "gardens").text, "en", "es")
    false = page_likeness(english, SHOP, "en", "es")
    assert true > 0.5 > 0.3 > false
    assert page_likeness(english, "", "en", "es") == page_likeness("", english, "en", "es") == 0
