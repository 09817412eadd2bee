"""Monotone alignment of two sequences as a path through a lattice of nodes (i, j).

A step from (i, j) to (i + a, j + b) is a bead: `a` source items with `b` target items. `score` gives its
log-likelihood ratio against "the two have nothing to do with each other".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from amts_bot.model import Bead

Shape = tuple[int, int]
Score = Callable[[int, int, int, int], float]  # (i0, i1, j0, j1) -> log-likelihood ratio

IMPOSSIBLE = -1e9


# Lattices up to this size are searched whole; larger ones in a band along the diagonal, so that a page
# of 10 MB costs seconds. Pages of real books have below 100,000 nodes, and fixed points cut those.
_MOST_NODES = 250_000
_LEAST_BAND = 8


def best_path(n: int, m: int, shapes: Sequence[Shape], score: Score) -> list[Bead]:
    """The beads of the path from (0, 0) to (n, m) with the highest sum of scores (Viterbi).

    `shapes` must hold (1, 0) and (0, 1), so that a path always exists.
    """
    if not (n and m):
        return [Bead(range(i, i + 1), range(0)) for i in range(n)] + [
            Bead(range(0), range(j, j + 1)) for j in range(m)
        ]
    windows = _windows(n, m)
    best = [[-math.inf] * len(window) for window in windows]
    back: list[list[Shape]] = [[(0, 0)] * len(window) for window in windows]
    best[0][0] = 0.0
    for i, window in enumerate(windows):
        for j in window:
            at = j - window.start
            for a, b in shapes:
                k, q = i - a, j - b
                if k < 0 or q not in windows[k]:
                    continue
                total = best[k][q - windows[k].start] + score(k, i, q, j)
                if total > best[i][at]:
                    best[i][at], back[i][at] = total, (a, b)
    return _walk_back(n, m, windows, back)


def _windows(n: int, m: int) -> list[range]:
    """For each source node the target nodes that are looked at; neighbours overlap."""
    if (n + 1) * (m + 1) <= _MOST_NODES:
        return [range(m + 1)] * (n + 1)
    slope = m / max(n, 1)
    band = int(max(_LEAST_BAND, _MOST_NODES // (n + 1) // 2, slope + 1))
    return [
        range(max(0, int(i * slope) - band), min(m, int(i * slope) + band) + 1)
        for i in range(n + 1)
    ]


def _walk_back(
    n: int, m: int, windows: Sequence[range], back: Sequence[Sequence[Shape]]
) -> list[Bead]:
    beads = []
    i, j = n, m
    while i or j:
        a, b = back[i][j - windows[i].start]
        beads.append(Bead(range(i - a, i), range(j - b, j)))
        i, j = i - a, j - b
    return beads[::-1]
