"""Tables of plain text for a terminal: letters count as many columns as a terminal shows them in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from wcwidth import clip, ljust, rjust, width

_GAP = "  "
_CUT = "…"
_LEAST_FIRST = 12  # columns that the first cell keeps, however narrow the terminal is


def width_of(text: str) -> int:
    """How many columns a terminal shows a text in."""
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


def shortened(text: str, within: int) -> str:
    """A text without its middle where it is wider than `within` columns."""
    if width_of(text) <= within:
        return text
    wide, left = width_of(text), (within - 1) // 2
    return clip(text, 0, left) + _CUT + clip(text, wide - (within - 1 - left), wide)


def _padded(cell: str, wide: int, right: bool) -> str:
    return (rjust if right else ljust)(cell, wide, control_codes="ignore")
