"""Tables of plain text for a terminal: letters count as many columns as a terminal shows them in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from wcwidth import wcswidth, wcwidth

_GAP = "  "
_CUT = "…"
_LEAST_FIRST = 12  # columns that the first cell keeps, however narrow the terminal is


def width_of(text: str) -> int:
    """How many columns a terminal shows a text in; control characters, which a table should not have, count as one."""
    known = wcswidth(text)
    return known if known >= 0 else sum(max(1, wcwidth(letter)) for letter in text)


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


def shortened(text: str, within: int) -> str:
    """A text without its middle where it is wider than `within` columns."""
    if width_of(text) <= within:
        return text
    left = (within - 1) // 2
    return _beginning(text, left) + _CUT + _beginning(text[::-1], within - 1 - left)[::-1]


def _beginning(text: str, within: int) -> str:
    """As many of the first letters as fit."""
    used = 0
    for number, letter in enumerate(text):
        used += max(0, wcwidth(letter))
        if used > within:
            return text[:number]
    return text


def _padded(cell: str, wide: int, right: bool) -> str:
    blanks = " " * (wide - width_of(cell))
    return blanks + cell if right else cell + blanks
