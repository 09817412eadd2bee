"""An answer of an engine in the form in which it can stand where its English stands.

Nothing is lost: a paragraph that would read as another kind of block is escaped, lines are joined where
the English has one line, emphasis that would not render gets marks that do.
"""

from __future__ import annotations

import re

from amts_bot.text import scripts
from amts_bot.text.markdown.emphasis import rendering

# What begins another block where a paragraph should begin, and can be escaped. `* ` cannot: it is what an
# engine makes of emphasis.
_MARK = (
    r"(?:\d{1,9}(?=[.)](?:[ \t]|$))|(?=[-+](?:[ \t]|$)|\#{1,6}(?:[ \t]|$)|>|~~~|={1,}[ \t]*$|\|))"
)
_BLOCK_START = re.compile(rf"[ \t]*{_MARK}")
_BLOCK_LINE = re.compile(rf"^[ \t]*{_MARK}", re.MULTILINE)
# Behind what a paragraph begins: the marks of quotations and items, not those of headings and cells.
_AT_START = re.compile(r"(?:^|[\r\n])(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])[ \t])*\Z")
_WRAP = re.compile(r"(?<! [ ])(?<!\\)[ \t]*\r?\n[ \t]*")
_WIDE_WRAP = re.compile(rf"(?<=[{scripts.WIDE}])[ \t]*\r?\n[ \t]*(?=[{scripts.WIDE}])")


LOOKS_BACK = 200  # characters of what stands before an answer


def fitted(target: str, source: str, before: str = "") -> str:
    """`target`, an answer for `source`, as it can be written behind `before`, the text in front of it."""
    text = rendering(_in_lines(target, source), source)
    if _BLOCK_LINE.search(source) or not _AT_START.search(before[-LOOKS_BACK:]):
        return text
    return escaped(text)


def escaped(text: str) -> str:
    """Text that reads as a paragraph where a block may begin: "1. Mayıs" -> "1\\. Mayıs"."""
    found = _BLOCK_START.match(text)
    return f"{text[: found.end()]}\\{text[found.end() :]}" if found else text


def begins_block(line: str) -> bool:
    """Whether a line that is to go on a paragraph would begin another block."""
    return bool(_BLOCK_START.match(line))


def _in_lines(target: str, source: str) -> str:
    """One line where the English has one; lines that would begin a block go on the line before."""
    if "\n" in source.strip() and not (
        _BLOCK_LINE.search(target) and not _BLOCK_LINE.search(source)
    ):
        return target
    if "\n\n" in target.strip() or "\n" not in target.strip():
        return target
    lead, tail = target[: -len(target.lstrip())], target[len(target.rstrip()) :]
    return lead + _WRAP.sub(" ", _WIDE_WRAP.sub("", target.strip())) + tail
