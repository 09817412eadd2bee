"""Text for a terminal: tables, folded lines, colours. Letters count as many columns as a terminal shows them in.

No text is made a link (OSC 8): addresses are printed in full, and terminals find those by themselves, while one that
knows no links would hide where they lead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

_GAP = "  "
_CUT = "…"
_LEAST_FIRST = 12  # columns that the first cell keeps, however narrow the terminal is

Style = Literal["good", "doubtful", "bad"]
_COLOURS: dict[Style, int] = {"good": 32, "doubtful": 33, "bad": 31}  # green, yellow, red


@dataclass(frozen=True, slots=True)
class Screen:
    """What shows a text: how many columns it has, 0 for any number, and whether it has colours."""

    columns: int = 0
    colours: bool = False

    def painted(self, text: str, style: Style | None) -> str:
        """The text in a colour of the terminal's own, where it has some."""
        return f"\033[{_COLOURS[style]}m{text}\033[0m" if self.colours and style else text

    def folded(self, text: str) -> str:
        """The text with no line longer than the screen is wide, where words allow it.

        Lines end between words, and go on below the first word of the last column. A command in backticks is one word;
        Chinese and Japanese, which have no blanks, end anywhere but before a sign that closes.
        """
        if not self.columns:
            return text
        lines = (line for it in text.split("\n") for line in _folded(it, self.columns))
        return "\n".join(lines)


PAPER = Screen()  # a file, a pipe, the log of a run: lines of any length, and no colours

_WIDE = r"\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\uff01-\uff60"
_CLOSING = r"、。〉》」』】〕！），．：；？］｝"
# The columns before the last one, and a mark.
_LEAD = re.compile(r"(?:.*\s{2,})?(?:→|[0-9]+\.|-)?\s*")


def _folded(line: str, within: int) -> Iterator[str]:
    if width_of(line) <= within or line.startswith("|"):  # a row of a Markdown table is one line
        yield line
        return
    lead = width_of(_LEAD.match(line)[0])  # type: ignore[index]  # it matches anything
    margin = " " * (lead if lead < within // 2 else 2)
    so_far = ""
    for blanks, word in _words().findall(line):
        if so_far.strip() and width_of(so_far + blanks + word) > within:
            yield so_far
            so_far = margin + word
        else:
            so_far += blanks + word
    yield so_far


@cache
def _words() -> re.Pattern[str]:
    """Blanks, and what stays together behind them. (To compile it takes as long as to import three modules.)"""
    return re.compile(
        rf"(\s*)(`[^`]+`[^\s{_WIDE}]*|[^\s{_WIDE}]+[{_CLOSING}]*|[{_WIDE}][{_CLOSING}]*)"
    )


def width_of(text: str) -> int:
    """How many columns a terminal shows a text in."""
    if text.isascii() and text.isprintable():
        return len(text)
    from wcwidth import width  # tables of all letters, and few runs print one that is not plain

    return width(text, control_codes="ignore")


def aligned(
    rows: Sequence[Sequence[str]], *, right: Collection[int] = (), within: int = 0
) -> Iterator[str]:
    """The lines of a table. Columns whose number is in `right` are set to the right.

    Where a line would be longer than `within` columns (0: no limit), first cells lose their middle: of a path, the
    beginning and the end tell most.
    """
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    if within and widths:
        others = sum(widths[1:]) + len(_GAP) * (len(widths) - 1)
        widths[0] = min(widths[0], max(_LEAST_FIRST, within - others))
    for first, *rest in rows:
        cells = zip((shortened(first, widths[0]), *rest), widths, strict=True)
        line = (_padded(cell, wide, n in right) for n, (cell, wide) in enumerate(cells))
        yield _GAP.join(line).rstrip()


def fitting(
    rows: Sequence[Sequence[str]], dispensable: Sequence[str], within: int
) -> Sequence[Sequence[str]]:
    """A table, its heads first, without as many dispensable columns as keep it from fitting, the first ones first."""
    heads, left = rows[0], list(dispensable)
    while within and left and _least_width(rows) > within:
        gone = left.pop(0)
        rows = [
            tuple(cell for head, cell in zip(heads, row, strict=True) if head != gone)
            for row in rows
        ]
        heads = rows[0]
    return rows


def _least_width(rows: Sequence[Sequence[str]]) -> int:
    """How narrow a table can be whose first cells people can still tell apart."""
    first, *others = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return min(first, 2 * _LEAST_FIRST) + sum(len(_GAP) + it for it in others)


def shortened(text: str, within: int) -> str:
    """A text without its middle where it is wider than `within` columns."""
    if width_of(text) <= within:
        return text
    from wcwidth import clip

    wide, left = width_of(text), (within - 1) // 2
    return clip(text, 0, left) + _CUT + clip(text, wide - (within - 1 - left), wide)


def _padded(cell: str, wide: int, right: bool) -> str:
    blanks = " " * (wide - width_of(cell))
    return blanks + cell if right else cell + blanks
