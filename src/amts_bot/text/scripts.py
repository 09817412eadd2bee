"""Scripts: which characters they have, and how words are told apart in them.

The one table of character ranges. What a pattern needs it takes from here by name, so that a script
that comes in is known to all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# White space stands between words; one character is a word; or nothing shows where words end.
Words = Literal["spaced", "single", "unmarked"]


@dataclass(frozen=True, slots=True)
class Script:
    """`ranges` are written as in a character class of a regular expression: [...]."""

    ranges: str
    words: Words = "spaced"


LATIN = Script(r"A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff")
GREEK = Script(r"\u0370-\u03ff")
CYRILLIC = Script(r"\u0400-\u04ff")
ARMENIAN = Script(r"\u0530-\u058f")
HEBREW = Script(r"\u0590-\u05ff")
ARABIC = Script(r"\u0600-\u06ff")
DEVANAGARI = Script(r"\u0900-\u097f")
BENGALI = Script(r"\u0980-\u09ff")
GURMUKHI = Script(r"\u0a00-\u0a7f")
GUJARATI = Script(r"\u0a80-\u0aff")
TAMIL = Script(r"\u0b80-\u0bff")
TELUGU = Script(r"\u0c00-\u0c7f")
KANNADA = Script(r"\u0c80-\u0cff")
MALAYALAM = Script(r"\u0d00-\u0d7f")
SINHALA = Script(r"\u0d80-\u0dff")
THAI = Script(r"\u0e00-\u0e7f", "unmarked")
LAO = Script(r"\u0e80-\u0eff", "unmarked")
MYANMAR = Script(r"\u1000-\u109f", "unmarked")
GEORGIAN = Script(r"\u10a0-\u10ff")
ETHIOPIC = Script(r"\u1200-\u137f")
KHMER = Script(r"\u1780-\u17ff", "unmarked")
KANA = Script(r"\u3040-\u30ff\u31f0-\u31ff", "single")
HAN = Script(r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff", "single")
HANGUL = Script(r"\uac00-\ud7a3")

ALL = (
    *(LATIN, GREEK, CYRILLIC, ARMENIAN, HEBREW, ARABIC, DEVANAGARI, BENGALI, GURMUKHI, GUJARATI),
    *(TAMIL, TELUGU, KANNADA, MALAYALAM, SINHALA, THAI, LAO, MYANMAR, GEORGIAN, ETHIOPIC, KHMER),
    *(KANA, HAN, HANGUL),
)


def ranges(*scripts: Script) -> str:
    """The characters of several scripts, for one character class."""
    return "".join(script.ranges for script in scripts)


def ranges_by(words: Words) -> str:
    """The characters of all scripts that tell words apart in this way."""
    return ranges(*(script for script in ALL if script.words == words))


# A character says about as much as two or three Latin ones.
DENSE = ranges(KANA, HAN, HANGUL)

# Beside these a line break in the source is no space: their scripts have none, and neither has their
# punctuation, or a full-width form.
WIDE = ranges_by("single") + r"\u3000-\u303f\uff00-\uffef"

# Combining marks, and the vowel signs of Indic and Khmer scripts: they are not \w, but words differ
# by them.
MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0963\u0966-\u0e4e\u0e50-\u0fff\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u3099\u309a"
)

# All blocks that are written from right to left, with the Arabic presentation forms.
RIGHT_TO_LEFT = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
