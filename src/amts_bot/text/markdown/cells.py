"""The cells of a table row: what stands between two pipes, without the blanks around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_bot.model import Leaf, Range
from amts_bot.text.markdown import inline

_DELIMITERS = re.compile(r"[\s|:>]*-[\s|:>-]*")
_PREFIX = re.compile(r"[ \t>]*(?:\|[ \t]*)?")

_PIPE = re.compile(r"\\[\s\S]|\|")


def leaves(text: str, _prose_keys: frozenset[str] = frozenset()) -> tuple[Leaf, ...]:
    """The cells of a row that are not empty; the row of dashes has none.

    Their key is empty: what tells a cell is its column, so cells are paired in order.
    """
    if _DELIMITERS.fullmatch(text):
        return ()
    return tuple(
        Leaf(kind="cell", key="", start=start, end=end, text=text[start:end], syntax="cell")
        for start, end in _cells(text)
    )


def _cells(text: str) -> Iterator[Range]:
    head = _PREFIX.match(text)
    start = head.end() if head else 0
    for end in [*_pipes(text, start), len(text)]:
        cell = text[start:end]
        if cell.strip():
            yield start + len(cell) - len(cell.lstrip()), start + len(cell.rstrip())
        start = end + 1


def _pipes(text: str, start: int = 0) -> list[int]:
    """The pipes that part two cells: not those after a backslash or in code."""
    code = {
        at
        for span in inline.spans(text)
        if span.kind == "code"
        for at in range(span.start, span.end)
    }
    marks = (found.start() for found in _PIPE.finditer(text, start) if found[0] == "|")
    return [at for at in marks if at not in code]


def written(text: str, _model: str) -> str:
    """A text as a cell: on one line, its own pipes behind backslashes."""
    line = " ".join(text.split())
    for at in reversed(_pipes(line)):
        line = f"{line[:at]}\\{line[at:]}"
    return line
