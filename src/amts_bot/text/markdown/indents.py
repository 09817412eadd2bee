"""Whether a piece that is indented, and that nothing above it opens, is code or a paragraph."""

from __future__ import annotations

import re
from functools import cache

from amts_bot.text import scripts
from amts_bot.text.markdown import inline

_INDENT = re.compile(r"(?: {4}|\t)")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
# What sentences hardly have outside code spans, formulas, links and tags.
_CODE = re.compile(
    r"[{};=<>|\\~^@#$]|\w\(|\(\)|::|--|\w\.\w|/\w|^\s*(?:[-+*/.%]|\d+[ \t:.)])"
    r"|^\s*(?:import|from|def|class|return|if|for|while|print|let|const|var)\b",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_STARTS = re.compile(r"[ \t]*[*_\"'“‘«(¿¡「『\[]*[^\W\d_a-z]")
_ENDS = re.compile(r"[.!?:…。！？：」』”][)*_\"'”’»\s]*\Z")
_FEWEST_WORDS, _FEWEST_CHARACTERS = 4, 8


@cache
def _dense() -> re.Pattern[str]:
    """It takes as long to be compiled as a page to be read, and most books have no such prose."""
    return re.compile(f"[{scripts.DENSE}]")


def is_indented_prose(text: str) -> bool:
    """Whether all paragraphs of an indented piece read as sentences; a fence is none."""
    if not _INDENT.match(text):
        return False
    return all(map(_is_prose, _BLANK_LINES.split(text.strip("\n"))))


def _is_prose(paragraph: str) -> bool:
    rest = inline.mask(paragraph, " ")
    if _CODE.search(rest) or not _STARTS.match(paragraph) or not _ENDS.search(paragraph):
        return False
    words = len(_WORD.findall(rest))
    return words >= _FEWEST_WORDS or len(_dense().findall(rest)) >= _FEWEST_CHARACTERS
