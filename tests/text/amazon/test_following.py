"""Whether answers follow the terminology, whatever endings their language sets."""

from __future__ import annotations

import pytest

from amts_bot.text.amazon.following import ForcedTerms
from amts_bot.text.amazon.terminology import read_glossary
from amts_bot.text.languages import language

GLOSSARY = {
    "tr": "book; kitap\n\nlong wheel; uzunluk çarkı, tekerlek\n\nwheel; çark\n\nIce; Işık\n",
    "zh": "wheel; 轮子\n\nmill; 磨坊\n",
    "de": "wheel; Rad\n\nmill; Mühle\n",
}


@pytest.mark.parametrize(
    ("source", "target", "code", "said"),
    [
        ("The book turns.", "Kitabı döner.", "tr", None),
        ("The book turns.", "Defter döner.", "tr", "book → kitap"),
        ("The long wheel turns.", "Uzunluğun çarkları döner.", "tr", None),
        ("The long wheel turns.", "Tekerlekler döner.", "tr", None),  # the other one of the glossary
        ("The long wheel turns.", "Kitap döner.", "tr", "long wheel → uzunluk çarkı"),
        ("Ice on a book", "IŞIKLI KİTAP", "tr", None),
        ("The long wheel turns.", "Uzun luk çarkı döner.", "tr", None),
        ("Two wheels turn, and `wheel`.", "İki teker döner.", "tr", None),  # the service asks for whole words
        ("The water-wheel turns.", "Değirmen döner.", "tr", None),
        ("The wheel of the mill", "磨坊 的 轮 子", "zh", None),
        ("The wheel of the mill", "水车", "zh", "wheel → 轮子, mill → 磨坊"),
        ("Wheel", "Wasserräder", "de", "Wheel → Rad"),
        ("Wheel", "Mühlrad", "de", None),
    ],
)  # fmt: skip
def test_a_term_is_found_with_any_ending(
    source: str, target: str, code: str, said: str | None
) -> None:
    terms = ForcedTerms.of(read_glossary(GLOSSARY[code], "terms.md"), language(code))
    wanted = f"terminology not followed: {said}" if said else None
    assert terms.not_followed(source, target) == wanted


def test_without_terms_nothing_is_said() -> None:
    assert ForcedTerms({}, language("tr")).not_followed("The book", "Defter") is None
