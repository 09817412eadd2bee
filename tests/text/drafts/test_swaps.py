"""Edits that need no translation, made in an old one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import DraftEdit
from amts_bot.text.drafts.swaps import Swapped, swapped
from amts_bot.text.languages import language

TEXTS = st.text("Ab 7`$(),.水", max_size=30)


@pytest.mark.parametrize(
    ("code", "old", "new", "target", "wanted", "edits"),
    [
        ("tr", "Ask Ada: 3 jars.", "Ask Bo: 4 jars.", "Ada'dan 3 tane iste.", "Bo'dan 4 tane iste.", "Ada → Bo, 3 → 4"),
        ("zh", "In zinc it holds.", "In copper it holds.", "在zinc中成立。", "在copper中成立。", "zinc → copper"),
        ("tr", "Is {ref}`a` $x$", "Is {ref}`b` $y$", "{ref}`a` $x$", "{ref}`b` $y$", "{ref}`a` → {ref}`b`, $x$ → $y$"),
        ("tr", "It holds ({ref}`a`).", "It holds.", "Geçerlidir ({ref}`a`).", "Geçerlidir.", "({ref}`a`) → "),
        ("tr", "Take `a`, `b` and `c`.", "Take `a` and `c`.", "`a`, `b` ve `c` al.", "`a` ve `c` al.", "`b` → "),
        ("tr", "It holds.", "It holds ({ref}`a`).", "Geçerlidir.", "Geçerlidir ({ref}`a`).", " → {ref}`a`"),
        ("tr", "Boil it (slowly).", "Boil it.", "Kaynat (yavaşça).", "Kaynat.", "(yavaşça) → "),
    ],
)  # fmt: skip
def test_what_stands_as_in_the_english_follows_it(
    code: str, old: str, new: str, target: str, wanted: str, edits: str
) -> None:
    found = swapped(old, new, target, language(code))
    assert (found.text, found.complete) == (wanted, True)
    assert ", ".join(f"{edit.before} → {edit.after}" for edit in found.edits) == edits


@pytest.mark.parametrize(
    ("code", "old", "new", "target"),
    [
        ("es", "There is no tea.", "There is some tea.", "Hoy no hay té."),  # a word of the target
        ("tr", "Ask Ada.", "Ask Bo.", "Ada ve Ada'ya sor."),  # not as often as in the English
        ("tr", "Ann waits.", "Adam waits.", "Annem bekliyor."),  # a part of a longer word
        ("tr", "Run `a` or `a`.", "Run `b` or `c`.", "`a` veya `a`."),  # two became of one
        ("tr", "Run `a`.", "Run `b` or `c`.", "`a` koş."),
        ("tr", "Run `a`.", "Run `b`.", "Koş."),
        ("tr", "Heat it.", "Heat it well.", "Isıt."),
    ],
)  # fmt: skip
def test_what_is_not_clear_stays(code: str, old: str, new: str, target: str) -> None:
    assert swapped(old, new, target, language(code)) == Swapped(target, complete=False)


def test_the_clear_edits_are_made_beside_others() -> None:
    found = swapped(
        "Stir `a` for 5 minutes.", "Stir `b` well for 6 minutes.", "`a` 5 dakika.", language("tr")
    )
    edits = DraftEdit("swap", "`a`", "`b`"), DraftEdit("swap", "5", "6")
    assert found == Swapped("`b` 6 dakika.", complete=False, edits=edits)


@given(TEXTS, TEXTS)
def test_english_that_stands_leaves_its_translation(english: str, target: str) -> None:
    for code in ("tr", "zh"):
        assert swapped(english, english, target, language(code)) == Swapped(target, complete=True)
