"""Lists, taken apart into their items.

More tolerant than CommonMark, because books are written by hand: what is indented at all below an item belongs to it,
and an item that is indented deeper than the one before it is a part of that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from amts_bot.text.markdown.nests import (
    Line,
    Nest,
    begins_block,
    fence_after,
    indent_of,
    indentation,
    lines_of,
)

ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|(?=\n|$))")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$")
# White space behind a mark that is more than this is part of indented code.
_WIDEST_GAP = 4
_FARTHEST = 3


@dataclass(slots=True)
class _ListItem:
    """An item while its lines are gathered: the columns of its mark and of its text."""

    indent: int
    content: int
    lines: list[Line] = field(default_factory=list)


def items(text: str) -> Iterator[Nest]:
    """The items of a list, and what stands between them or behind them, as nests that tile `text`."""
    open_item: _ListItem | None = None
    fence, blank = "", False
    for start, end in lines_of(text):
        line = text[start:end].rstrip("\n")
        begins = _begins(line, open_item, fence, after_blank=blank)
        if begins == "more" and open_item:
            columns = open_item.content
            if not fence and ITEM.match(line):  # else an item that is indented far would be code
                columns = max(columns, indent_of(line) - _FARTHEST)
            open_item.lines.append(Line(start, end, indentation(line, columns)))
        else:
            if open_item:
                yield _nest(text, open_item)
            open_item = (
                _opened(line, start, end)
                if begins == "item"
                else _ListItem(-1, 0, [Line(start, end, 0)])
            )
        fence = fence_after(line, fence)
        blank = not line.strip()
    if open_item:
        yield _nest(text, open_item)


def _begins(line: str, item: _ListItem | None, fence: str, *, after_blank: bool) -> str:
    """What a line begins: an "item", something "outside" the list, or nothing: "more" of what is open."""
    if fence or not line.strip():
        return "more" if item else "outside"
    indent = indent_of(line)
    if ITEM.match(line) and not _RULE.match(line):
        return "item" if item is None or indent <= item.indent or item.indent < 0 else "more"
    if item is None:
        return "outside"
    if item.indent < 0 or indent > item.indent:
        return "more"
    if after_blank or begins_block(line.lstrip()):
        return "outside"
    return "more"


def _opened(line: str, start: int, end: int) -> _ListItem:
    mark = ITEM.match(line)
    assert mark is not None
    bare = mark[0].rstrip()
    gap = len(mark[0]) - len(bare)
    cut = len(bare) + 1 if gap > _WIDEST_GAP else len(mark[0])
    content = indent_of(line) + len(bare.lstrip()) + max(1, cut - len(bare))
    return _ListItem(indent_of(line), content, [Line(start, end, min(cut, len(line)))])


def _nest(text: str, item: _ListItem) -> Nest:
    lines = tuple(item.lines)
    if item.indent < 0:
        return Nest(container="", text=text, lines=lines)
    return Nest(container="item", text=text, lines=lines, first="item", level=1)
