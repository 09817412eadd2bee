"""Monotone alignment of two sequences as a path through a lattice of nodes (i, j).

A step from (i, j) to (i + a, j + b) is a bead: `a` source items with `b` target items. `score` gives its
log-likelihood ratio against "the two have nothing to do with each other"; an item alone has always the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from amts_bot.model import Bead

Shape = tuple[int, int]
Node = tuple[int, int]
Score = Callable[[int, int, int, int], float]  # (i0, i1, j0, j1) -> log-likelihood ratio

IMPOSSIBLE = -1e9


# Lattices up to this size are searched whole: all of real books, whose largest have 3,600 nodes. Larger ones are
# searched in a band around the way that is expected, and again in wider ones while pairs come near a rim, or are few.
# No band has more nodes than the most, but for very long pages, so that a page of 10 MB costs seconds.
_WHOLE = 10_000
_MOST_NODES = 250_000
_FIRST_BAND, _LEAST_BAND = 32, 8
_RIM = 3


def best_path(
    n: int,
    m: int,
    shapes: Sequence[Shape],
    score: Score,
    guide: Callable[[], Sequence[Node]] = tuple,
    alone: float = 0.0,
) -> list[Bead]:
    """The beads of the path from (0, 0) to (n, m) with the highest sum of scores (Viterbi).

    `shapes` must hold (1, 0) and (0, 1), so that a path always exists: these score `alone`. `guide` makes rising
    nodes near which the path is expected, and a large lattice is searched there (along a straight line where there
    are none).
    """
    if not (n and m):
        return [Bead(range(i, i + 1), range(0)) for i in range(n)] + [
            Bead(range(0), range(j, j + 1)) for j in range(m)
        ]
    beads: list[Bead] = []
    for windows in _ever_wider(n, m, guide):
        beads = _best_inside(windows, shapes, score, alone)
        pairs = [bead for bead in beads if bead.source and bead.target]
        near_rim = any(_is_near_rim(pair, windows, m) for pair in pairs)
        if not near_rim and 2 * len(pairs) >= min(n, m):
            break
    return beads


def _best_inside(
    windows: Sequence[range], shapes: Sequence[Shape], score: Score, alone: float
) -> list[Bead]:
    best: list[list[float]] = []
    back: list[list[Shape]] = []
    for i, window in enumerate(windows):
        row, steps = [-math.inf] * len(window), [(0, 0)] * len(window)
        best.append(row)
        back.append(steps)
        steps_here = [(a, b, best[i - a], windows[i - a]) for a, b in shapes if a <= i]
        for at, j in enumerate(window):
            top, step = (-math.inf, (0, 0)) if i or j else (0.0, (0, 0))
            for a, b, before, columns in steps_here:
                q = j - b
                if q in columns:
                    total = before[q - columns.start]
                    total += score(i - a, i, q, j) if a and b else alone
                    if total > top:
                        top, step = total, (a, b)
            row[at], steps[at] = top, step
    return _walk_back(windows, back)


def _ever_wider(n: int, m: int, guide: Callable[[], Sequence[Node]]) -> Iterator[list[range]]:
    """For each source node the target nodes that are looked at, first in a narrow band, then in wider ones."""
    if (n + 1) * (m + 1) <= _WHOLE:
        yield [range(m + 1)] * (n + 1)
        return
    widest = max(_LEAST_BAND, _MOST_NODES // (n + 1) // 2)
    known = guide()
    middle = list(_middle(n, m, known))
    band = _LEAST_BAND if 2 * len(known) > min(n, m) else _FIRST_BAND
    while band < widest:
        yield _around(middle, band, m)
        band *= 4
    yield _around(middle, widest, m)


def _middle(n: int, m: int, guide: Sequence[Node]) -> Iterator[int]:
    """The target node expected for each source node: straight from one node of the guide to the next."""
    for (i, j), (p, q) in pairwise([(0, 0), *guide, (n, m)]):
        yield from (j + (q - j) * (k - i) // (p - i) for k in range(i, p))
    yield m


def _around(middle: Sequence[int], band: int, m: int) -> list[range]:
    """Windows from the expected node before to the one behind, so that neighbours overlap, and a band more."""
    return [
        range(max(0, low - band), min(m, high + band) + 1)
        for low, high in zip([0, *middle[:-1]], [*middle[1:], m], strict=True)
    ]


def _is_near_rim(pair: Bead, windows: Sequence[range], m: int) -> bool:
    """Whether a pair stands where better ones may be out of sight."""
    window, j = windows[pair.source.start], pair.target.start
    below, above = window.start > 0, window.stop <= m  # are there nodes beyond it?
    return (below and j < window.start + _RIM) or (above and j >= window.stop - _RIM)


def _walk_back(windows: Sequence[range], back: Sequence[Sequence[Shape]]) -> list[Bead]:
    beads = []
    i, j = len(windows) - 1, windows[-1][-1]
    while i or j:
        a, b = back[i][j - windows[i].start]
        beads.append(Bead(range(i - a, i), range(j - b, j)))
        i, j = i - a, j - b
    return beads[::-1]
