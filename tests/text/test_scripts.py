"""The table of scripts."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

import pytest

from amts_bot.text import scripts

NAMES = [name for name, value in vars(scripts).items() if isinstance(value, scripts.Script)]
EVERYTHING = "".join(map(chr, range(sys.maxunicode)))
# Where a letter's name begins otherwise than the script's.
CALLED = {
    "HAN": "CJK",
    "KANA": "HIRAGANA|KATAKANA",
    "GREEK": "GREEK|COPTIC",
    "LATIN": "LATIN|FEMININE ORDINAL|MASCULINE ORDINAL",
}


def characters(name: str) -> list[str]:
    return re.findall(f"[{getattr(scripts, name).ranges}]", EVERYTHING)


@pytest.mark.parametrize("name", NAMES)
def test_a_script_has_the_letters_that_unicode_calls_by_its_name(name: str) -> None:
    letters = [unicodedata.name(c, "") for c in characters(name) if c.isalpha()]
    called = re.compile(CALLED.get(name, name))
    assert letters
    assert [letter for letter in letters if not called.search(letter)] == []


def test_no_letter_is_of_two_scripts() -> None:
    found = [set(characters(name)) for name in NAMES]
    assert sum(map(len, found)) == len(set().union(*found))


def test_scripts_are_gathered_by_how_words_are_told_apart() -> None:
    assert scripts.ranges_by("single") == scripts.ranges(scripts.KANA, scripts.HAN)
    assert re.findall(f"[{scripts.ranges_by('unmarked')}]", "aбกລကក漢한") == [*"กລကក"]
    assert re.findall(f"[{scripts.DENSE}]", "aбกカ漢한、") == [*"カ漢한"]
    assert re.findall(f"[{scripts.WIDE}]", "aбกカ漢한、ａ") == [*"カ漢、ａ"]


def test_no_other_module_has_ranges_of_its_own() -> None:
    root = Path(scripts.__file__).parents[1]
    own = re.compile(r"\\[uU][0-9a-f]{0,3}(?:3040|30ff|3400|4e00|9fff|ac00|d7a[3f])", re.IGNORECASE)
    modules = {path.name for path in root.rglob("*.py") if own.search(path.read_text("utf-8"))}
    assert modules == {"scripts.py"}
