"""Two lists of sentences as the output of one pair hidden Markov model (Durbin et al. 1998, ch. 4).

The model walks from node (0, 0) to node (n, m). Where it has passed node (i, j), the first i source
sentences belong to the first j target ones. A step is a bead of one of the `SHAPES`, or a sentence
without counterpart. Those come in runs (a paragraph that only one side has), so the first of a run
costs more than the next. Everything works on whole rows of nodes as numpy arrays; numbers are
natural logarithms unless a name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from amts_bot.model import Bead

Reals = NDArray[np.float64]

# Source and target sentences of the beads that the walk can take at once; decoding may join more.
SHAPES: tuple[tuple[int, int], ...] = (
    (1, 1),
    (1, 2),
    (2, 1),
    (2, 2),
    (1, 3),
    (3, 1),
    (2, 3),
    (3, 2),
    (3, 3),
    (1, 4),
    (4, 1),
)
LONGEST = 4


class Gaps(NamedTuple):
    """What the first sentence of a run without counterpart costs, and each one after it."""

    opening: float
    extending: float


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """Probabilities, not logarithms, of steps by the node where they start.

    `beads` has one sheet per shape; `dropped` are source, `added` target sentences without
    counterpart; `runs` is the expected number of runs of those.
    """

    beads: Reals
    dropped: Reals
    added: Reals
    runs: float

    @property
    def node(self) -> Reals:
        """The probability that the walk passes each node and goes on from there."""
        nodes: Reals = self.beads.sum(axis=0) + self.dropped + self.added
        return nodes

    def until(self, node: tuple[int, int]) -> Posteriors:
        """The part before a node."""
        rows, columns = slice(0, node[0] + 1), slice(0, node[1] + 1)
        beads = self.beads[:, rows, columns]
        return Posteriors(beads, self.dropped[rows, columns], self.added[rows, columns], self.runs)


def posteriors(scores: Reals, gaps: Gaps, open_ended: bool = False) -> Posteriors:
    """Probabilities of all steps, given all sentences (forward-backward).

    `scores[k, i, j]` is the log-likelihood ratio of a bead of shape k that starts at node (i, j)
    against sentences without counterpart, minus infinity where it does not fit; its sheets have one
    row and column more than there are sentences. An open-ended walk may stop wherever one side is
    used up: the lists go on behind what is looked at.
    """
    # A walk back charges the last sentence of a run for opening it, one ahead the first: where two
    # parts of a run meet, one of the two charges is exchanged.
    ahead = _walk(_by_end(scores), gaps, backward=False)
    turned = np.ascontiguousarray(scores[:, ::-1, ::-1])
    back = _walk(turned, gaps, backward=True, starts_anywhere=open_ended).turned()
    whole = back.any[0, 0]
    beads = np.zeros_like(scores)
    for k, (a, b) in enumerate(SHAPES):
        starts, ends = _from(scores[k], a, b), _to(scores[k], a, b)
        beads[k][starts] = np.exp(ahead.any[starts] + scores[k][starts] + back.any[ends] - whole)
    dropped, dropped_runs = _dropped(ahead, back, gaps, whole)
    added, added_runs = _added(ahead, back, gaps, whole)
    return Posteriors(beads, dropped, added, dropped_runs + added_runs)


class _Walk(NamedTuple):
    """Likelihoods of reaching each node: by any step, or by a bead (or at the start), a dropped
    source sentence, an added target sentence as the last one."""

    any: Reals
    bead: Reals
    drop: Reals
    add: Reals

    def turned(self) -> _Walk:
        return _Walk(*(sheet[::-1, ::-1] for sheet in self))


@np.errstate(divide="ignore")  # the logarithm of nothing is minus infinity
def _walk(scores: Reals, gaps: Gaps, *, backward: bool, starts_anywhere: bool = False) -> _Walk:
    """The forward algorithm, row by row; `scores` are by the node where a bead ends.

    What is dropped between two beads comes before what is added, and after it where the walk goes
    backward: else every order of the two would count as an alignment of its own.
    """
    _, rows, columns = scores.shape
    width = columns + LONGEST
    sheets = [np.full((rows + LONGEST, width), -np.inf) for _ in range(4)]
    reached, bead, drop, add = sheets
    origins = _origins(columns, width)
    slope = gaps.extending * np.arange(columns)
    row = slice(LONGEST, width)
    for i in range(rows):
        here, above = i + LONGEST, i + LONGEST - 1
        terms = reached.take(origins + here * width)
        terms += scores[:, i]
        by_bead = _log_sum(terms)
        if i == 0 and starts_anywhere:
            by_bead[:] = 0.0
        elif i == 0 or starts_anywhere:
            by_bead[0] = np.logaddexp(by_bead[0], 0.0)
        opened = np.logaddexp(bead[above, row], add[above, row]) if backward else bead[above, row]
        by_drop = np.logaddexp(opened + gaps.opening, drop[above, row] + gaps.extending)
        opened = by_bead if backward else np.logaddexp(by_bead, by_drop)
        by_add = np.full(columns, -np.inf)
        by_add[1:] = opened[:-1] + gaps.opening
        # add[j] = opened[j] + add[j - 1] + extending, for the whole row at once.
        by_add = np.logaddexp.accumulate(by_add - slope) + slope
        bead[here, row], drop[here, row], add[here, row] = by_bead, by_drop, by_add
        reached[here, row] = np.logaddexp(np.logaddexp(by_bead, by_drop), by_add)
    return _Walk(*(sheet[LONGEST:, LONGEST:] for sheet in sheets))


def _origins(columns: int, width: int) -> NDArray[np.int64]:
    """Where a bead of each shape that ends in each column began, in a flat sheet, seen from its row."""
    back = np.array([a * width + b for a, b in SHAPES])
    origins: NDArray[np.int64] = np.arange(LONGEST, columns + LONGEST) - back[:, None]
    return origins


_LEAST = -1e300


def _log_sum(terms: Reals) -> Reals:
    """log(sum(exp(terms))) over the first axis; the terms are used up."""
    top = np.maximum(terms.max(axis=0), _LEAST)  # minus infinity less itself is not a number
    terms -= top
    total: Reals = np.log(np.exp(terms, out=terms).sum(axis=0)) + top
    return total


def _dropped(ahead: _Walk, back: _Walk, gaps: Gaps, whole: float) -> tuple[Reals, float]:
    """Posteriors of source sentences without counterpart by node, and the expected number of runs."""
    starts, ends = _from(ahead.any, 1, 0), _to(ahead.any, 1, 0)
    after = np.logaddexp(back.bead[ends], back.add[ends])
    after = np.logaddexp(after, back.drop[ends] + gaps.extending - gaps.opening)
    first = np.exp(ahead.bead[starts] + gaps.opening + after - whole)
    sheet = np.zeros_like(ahead.any)
    sheet[starts] = first + np.exp(ahead.drop[starts] + gaps.extending + after - whole)
    return sheet, float(first.sum())


def _added(ahead: _Walk, back: _Walk, gaps: Gaps, whole: float) -> tuple[Reals, float]:
    """The same of target sentences."""
    starts, ends = _from(ahead.any, 0, 1), _to(ahead.any, 0, 1)
    after = np.logaddexp(back.bead[ends], back.add[ends] + gaps.extending - gaps.opening)
    before = np.logaddexp(ahead.bead[starts], ahead.drop[starts])
    first = np.exp(before + gaps.opening + after - whole)
    sheet = np.zeros_like(ahead.any)
    sheet[starts] = first + np.exp(ahead.add[starts] + gaps.extending + after - whole)
    return sheet, float(first.sum())


def _from(sheet: Reals, a: int, b: int) -> tuple[slice, slice]:
    """The nodes of a sheet at which a step of `a` by `b` can start."""
    return slice(0, max(0, sheet.shape[0] - a)), slice(0, max(0, sheet.shape[1] - b))


def _to(sheet: Reals, a: int, b: int) -> tuple[slice, slice]:
    """The nodes at which it ends then."""
    return slice(a, max(a, sheet.shape[0])), slice(b, max(b, sheet.shape[1]))


def _by_end(scores: Reals) -> Reals:
    moved = np.full_like(scores, -np.inf)
    for k, (a, b) in enumerate(SHAPES):
        moved[k][_to(scores[k], a, b)] = scores[k][_from(scores[k], a, b)]
    return moved


# ------------------------------------------------------------------ decoding


def likely(found: Posteriors, least: float) -> list[Bead]:
    """All beads that are at least so probable, also those that exclude each other."""
    rows, columns = found.node.shape
    return [
        Bead(range(i, i + a), range(j, j + b), min(1.0, float(found.beads[k, i, j])))
        for k, (a, b) in enumerate(SHAPES)
        for i, j in np.argwhere(found.beads[k, : max(0, rows - a), : max(0, columns - b)] >= least)
    ]


_ROUNDING = 1e-9  # of sums of gains that are taken apart and put together again


def decode(found: Posteriors) -> list[Bead]:
    """The beads with the highest expected number of sentences in right beads.

    Such a path is right more often than the most probable one (Durbin et al. 1998, 4.4). All
    sentences up to the last node are covered.
    """
    shapes = [*SHAPES, (1, 0), (0, 1)]
    sheets = np.concatenate([found.beads, found.dropped[None], found.added[None]])
    weights = np.array([(a + b) / 2 for a, b in shapes])
    gains = sheets * weights[:, None, None]
    _, rows, columns = sheets.shape
    best = np.full((rows, columns), -np.inf)
    best[0, 0] = 0.0
    step = np.full((rows, columns), len(shapes) - 1)
    for i in range(rows):
        for k, (a, b) in enumerate(shapes[:-1]):
            if i >= a and columns > b:
                total = best[i - a, : columns - b] + gains[k, i - a, : columns - b]
                better = total > best[i, b:]
                best[i, b:][better] = total[better]
                step[i, b:][better] = k
        along = np.concatenate([[0.0], np.cumsum(gains[-1, i, :-1])])
        reached = np.maximum.accumulate(best[i] - along) + along
        step[i][reached > best[i] + _ROUNDING] = len(shapes) - 1
        best[i] = reached
    return _back(step, sheets, shapes)


def _back(step: NDArray[np.int64], sheets: Reals, shapes: list[tuple[int, int]]) -> list[Bead]:
    beads = []
    i, j = step.shape[0] - 1, step.shape[1] - 1
    while i or j:
        k = int(step[i, j])
        a, b = shapes[k]
        probability = min(1.0, float(sheets[k, i - a, j - b]))
        beads.append(Bead(range(i - a, i), range(j - b, j), probability))
        i, j = i - a, j - b
    return beads[::-1]
