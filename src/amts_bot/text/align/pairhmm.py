"""Two lists of sentences as the output of one pair hidden Markov model (Durbin et al. 1998, ch. 4).

The model walks from node (0, 0) to node (n, m). Where it has passed node (i, j), the first i source
sentences belong to the first j target ones. A step is a bead of one of the `SHAPES`, or a sentence
without counterpart. Those come in runs (a paragraph that only one side has), so the first of a run
costs another sum than the next, and what it costs depends on the kind of sentence. Everything works on
whole rows of nodes as numpy arrays, of several stretches of text at once; numbers are natural logarithms
unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from amts_bot.model import Bead

Reals = NDArray[np.float64]
Ids = NDArray[np.int64]
Shape = tuple[int, int]

# Source and target sentences of the beads that the walk can take at once; decoding may join more.
SHAPES: tuple[Shape, ...] = (
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
_DROP, _ADD = (1, 0), (0, 1)


class Gaps(NamedTuple):
    """What the first sentence of a run without counterpart costs, and each one after it, by the number of
    the sentence's kind."""

    opening: Reals
    extending: Reals


_Places = NDArray[np.int32]  # a window may have millions of beads


class Steps(NamedTuple):
    """Beads by the stretch of text, the number of their shape, and the node of the stretch where they start."""

    stretch: _Places
    shape: _Places
    row: _Places
    column: _Places

    @classmethod
    def inside(cls, sizes: Ids) -> Steps:
        """All beads that fit into stretches of so many source and target sentences."""
        row, column = map(np.arange, sizes.max(axis=0) + 1)
        fits_rows = row + _HEIGHTS[:, None] <= sizes[:, :1, None]
        fits_columns = column + _WIDTHS[:, None] <= sizes[:, 1:, None]
        fits = fits_rows[:, :, :, None] & fits_columns[:, :, None]
        return cls(*(places.astype(np.int32) for places in np.nonzero(fits)))

    def nodes(self, rows: int, columns: int) -> tuple[Ids, Ids]:
        """The nodes where they start and end, numbered on from sheet to sheet of so many rows and columns."""
        start = self.stretch.astype(np.int64)
        start *= rows
        start += self.row
        start *= columns
        start += self.column
        return start, start + (_HEIGHTS * columns + _WIDTHS)[self.shape]


_HEIGHTS, _WIDTHS = np.array(SHAPES).T


class Lattices(NamedTuple):
    """The scores of stretches of text.

    `scores` has for each of the `steps` the log-likelihood ratio of such a bead against sentences without
    counterpart. `sizes` has the numbers of source and of target sentences of each stretch; there is a node more on
    each side. `kinds` are the numbers of the kinds of source and target sentences of each stretch, -1 for padding to
    the nodes of the largest.
    """

    steps: Steps
    scores: Reals
    sizes: Ids
    kinds: tuple[Ids, Ids]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Posteriors:
    """Probabilities, not logarithms, of steps by the stretch and the node where they start.

    `beads` has one for each of the `steps`; `dropped` are source, `added` target sentences without counterpart, by
    node; `opened` is how likely each of the two opens a run of those.
    """

    steps: Steps
    beads: Reals
    dropped: Reals
    added: Reals
    opened: tuple[Reals, Reals]
    sizes: Ids

    @property
    def node(self) -> Reals:
        """The probability that the walk passes each node and goes on from there."""
        count, rows, columns = self.dropped.shape
        start, _ = self.steps.nodes(rows, columns)
        beads = np.bincount(start, self.beads, count * rows * columns)
        nodes: Reals = beads.reshape(self.dropped.shape) + self.dropped + self.added
        return nodes

    def until(self, node: tuple[int, int]) -> Posteriors:
        """The part of a single stretch before a node."""
        return replace(self, sizes=np.array([node]))


def posteriors(
    lattices: Lattices, gaps: Gaps, open_ended: bool = False, temper: float = 1.0
) -> Posteriors:
    """Probabilities of all steps, given all sentences of a stretch (forward-backward).

    `gaps` says what sentences without counterpart cost: by kind, or by stretch and kind. An open-ended walk may stop
    wherever one side is used up: the lists go on behind what is looked at.
    """
    steps, scores, sizes, kinds = lattices
    dropping, adding = (_of_kinds(gaps, side) for side in kinds)
    costs = _both_ways(dropping, sizes[:, :1]), _both_ways(adding, sizes[:, 1:])
    walks = _walk(_by_end(lattices), *costs, open_ended)
    ahead, back = _Walk(*walks[:, 0]), _Walk(*_turned(walks[:, 1], sizes))
    whole = back.any[:, 0, 0]
    start, end = steps.nodes(*ahead.any.shape[1:])
    beads = ahead.any.take(start)
    beads += scores
    beads += back.any.take(end)
    beads -= whole[steps.stretch]
    dropped, drops_opened = _dropped(ahead, back, dropping, adding, whole[:, None, None])
    added, adds_opened = _added(ahead, back, adding, whole[:, None, None])
    return Posteriors(
        steps=steps,
        beads=np.exp(beads, out=beads),
        dropped=dropped,
        added=added,
        opened=(drops_opened, adds_opened),
        sizes=sizes,
    )


def _by_end(lattices: Lattices) -> Reals:
    """The scores by shape and by the node where a bead ends: ahead, and seen from the end of its stretch."""
    steps, scores, sizes, _ = lattices
    count, (rows, columns) = len(sizes), sizes.max(axis=0) + 1
    both = np.full((2, count, len(SHAPES), rows, columns), -np.inf)
    start, end = steps.nodes(rows, columns)
    # From the sheet of a stretch to that of a stretch and a shape.
    sheet = steps.stretch.astype(np.int64)
    sheet *= len(SHAPES) - 1
    sheet += steps.shape
    sheet *= rows * columns
    end += sheet
    both[0].put(end, scores)
    # The last node of a stretch is the first one when seen from the end, which turns the way round.
    turned = sizes @ np.array([columns, 1]) + 2 * np.arange(count) * rows * columns
    sheet += turned[steps.stretch]
    sheet -= start
    both[1].put(sheet, scores)
    return both


def _of_kinds(gaps: Gaps, kinds: Ids) -> Gaps:
    """What the sentences of some kinds cost, by stretch."""
    if gaps.opening.ndim == 1:
        return Gaps(gaps.opening[kinds], gaps.extending[kinds])
    stretch = np.arange(len(kinds))[:, None]
    return Gaps(gaps.opening[stretch, kinds], gaps.extending[stretch, kinds])


class _Walk(NamedTuple):
    """Likelihoods of reaching each node of all lattices: by any step, or by a bead (or at the start), a
    dropped source sentence, an added target sentence as the last one.

    On the way back the last one is not charged yet: what it costs depends on the one before it.
    """

    any: Reals
    bead: Reals
    drop: Reals
    add: Reals


class _Costs(NamedTuple):
    """What it costs to begin a run with the sentence before a node, to go on with it, and to leave the run
    behind it, by way, lattice and row or column."""

    begin: Reals
    go_on: Reals
    leave: Reals


def _both_ways(costs: Gaps, sizes: Ids) -> _Costs:
    """Of sentences on one side, for walks ahead and then for walks back.

    The first sentence of a run is charged for opening it, which on the way back is known last.
    """
    count, nodes = costs.opening.shape
    made = _Costs(*np.zeros((3, 2, count, nodes)))
    made.begin[0, :, 1:], made.go_on[0, :, 1:] = (of[:, :-1] for of in costs)
    back = np.maximum(sizes - np.arange(nodes), 0)  # seen from the start
    stretch = np.arange(count)[:, None]
    made.go_on[1] = costs.extending[stretch, np.minimum(back + 1, nodes - 1)]
    made.leave[1] = costs.opening[stretch, back]
    return made


@np.errstate(divide="ignore")  # the logarithm of nothing is minus infinity
def _walk(scores: Reals, drops: _Costs, adds: _Costs, open_ended: bool) -> Reals:
    """The four sheets of a `_Walk`, each ahead and backward, of each lattice.

    This is the forward algorithm, row by row. `scores` are by the node where a bead ends, for either way. What is
    dropped between two beads comes before what is added, and after it on the way back: else every order of the
    two would count as an alignment of its own.
    """
    _, count, _, rows, columns = scores.shape
    width = columns + LONGEST
    reached = np.full((2, count, rows + LONGEST, width), -np.inf)
    flat = reached.reshape(2, count, -1)
    origins = _origins(SHAPES, columns, width) + LONGEST * width
    walks = np.full((4, 2, count, rows, columns), -np.inf)
    _, by_bead, by_drop, added = walks[:, :, :, 0].copy()
    # add[j] = opened[j - 1] + beginning, or add[j - 1] + going on, for the whole row at once.
    slope = np.cumsum(adds.go_on, axis=2)
    begin = (adds.begin - slope)[:, :, 1:]
    costs = (of_row[..., None] for of_row in np.moveaxis(np.stack(drops), 3, 0))
    for i, (beginning, going_on, leaving) in enumerate(costs):
        by_bead[1] = np.logaddexp(by_bead[1], added[1])
        by_drop = np.logaddexp(by_bead + beginning, by_drop + going_on)
        by_bead = _log_sum(flat.take(origins, axis=2) + scores[:, :, :, i])
        if i == 0:
            by_bead[:, :, 0] = 0.0
        if open_ended:
            starts = (1, slice(None), slice(None) if i == 0 else slice(1))
            by_bead[starts] = np.logaddexp(by_bead[starts], 0.0)
        reached_so = np.logaddexp(by_bead, by_drop + leaving)
        by_add = walks[3, :, :, i]
        by_add[:, :, 1:] = begin
        by_add[0, :, 1:] += reached_so[0, :, :-1]
        by_add[1, :, 1:] += by_bead[1, :, :-1]
        np.logaddexp.accumulate(by_add, axis=2, out=by_add)
        by_add += slope
        added = by_add + adds.leave
        walks[0, :, :, i] = reached[:, :, i + LONGEST, LONGEST:] = np.logaddexp(reached_so, added)
        walks[1, :, :, i], walks[2, :, :, i] = by_bead, by_drop
        origins += width
    return walks


def _origins(shapes: Sequence[Shape], columns: int, width: int) -> Ids:
    """Where a step of each shape that ends in each column began, in a flat sheet, seen from its row."""
    back = np.array([a * width + b for a, b in shapes])
    origins: Ids = np.arange(LONGEST, columns + LONGEST) - back[:, None]
    return origins


_LEAST = -1e300


def _log_sum(terms: Reals) -> Reals:
    """log(sum(exp(terms))) over the last axis but one; the terms are used up."""
    top = np.maximum(terms.max(axis=-2), _LEAST)  # minus infinity less itself is not a number
    terms -= top[..., None, :]
    total: Reals = np.log(np.exp(terms, out=terms).sum(axis=-2)) + top
    return total


def _dropped(
    ahead: _Walk, back: _Walk, dropping: Gaps, adding: Gaps, whole: Reals
) -> tuple[Reals, Reals]:
    """Posteriors of source sentences without counterpart by node, and of those that open runs."""
    starts, ends = (..., slice(-1), slice(None)), (..., slice(1, None), slice(None))
    opening, extending = (of[:, :, None] for of in dropping)
    after = np.logaddexp(back.bead[ends], back.add[ends] + adding.opening[:, None])
    after = np.logaddexp(after, back.drop[ends] + extending[ends]) - whole
    first = np.exp(ahead.bead[starts] + opening[starts] + after)
    sheet = np.zeros_like(ahead.any)
    sheet[starts] = first + np.exp(ahead.drop[starts] + extending[starts] + after)
    opened = np.zeros_like(dropping.opening)
    opened[:, :-1] = first.sum(axis=2)
    return sheet, opened


def _added(ahead: _Walk, back: _Walk, adding: Gaps, whole: Reals) -> tuple[Reals, Reals]:
    """The same of target sentences."""
    starts, ends = (..., slice(-1)), (..., slice(1, None))
    opening, extending = (of[:, None] for of in adding)
    after = np.logaddexp(back.bead[ends], back.add[ends] + extending[ends]) - whole
    before = np.logaddexp(ahead.bead[starts], ahead.drop[starts])
    first = np.exp(before + opening[starts] + after)
    sheet = np.zeros_like(ahead.any)
    sheet[starts] = first + np.exp(ahead.add[starts] + extending[starts] + after)
    opened = np.zeros_like(adding.opening)
    opened[:, :-1] = first.sum(axis=1)
    return sheet, opened


def _turned(sheets: Reals, sizes: Ids) -> Reals:
    """Some sheets of each stretch, seen from its end."""
    count, rows, columns = sheets.shape[1:]
    row = sizes[:, 0, None] - np.arange(rows)
    column = sizes[:, 1, None] - np.arange(columns)
    inside = (row >= 0)[:, :, None] & (column >= 0)[:, None, :]
    place = (np.arange(count)[:, None, None] * rows + row[:, :, None]) * columns + column[:, None]
    turned = sheets.reshape(len(sheets), -1).take(place, axis=1, mode="wrap")
    return np.where(inside, turned, -np.inf)


# ------------------------------------------------------------------ decoding


def likely(found: Posteriors, least: float) -> list[list[Bead]]:
    """Of each stretch all beads that are at least so probable, also those that exclude each other."""
    beads: list[list[Bead]] = [[] for _ in found.sizes]
    chosen = np.flatnonzero(found.beads >= least)
    steps = (field[chosen].tolist() for field in (*found.steps, found.beads))
    for s, k, i, j, probability in zip(*steps, strict=True):
        (a, b), (n, m) = SHAPES[k], found.sizes[s]
        if i + a <= n and j + b <= m:
            beads[s].append(Bead(range(i, i + a), range(j, j + b), min(1.0, probability)))
    return beads


_ROUNDING = 1e-9  # of sums of gains that are taken apart and put together again


def decode(found: Posteriors) -> list[list[Bead]]:
    """Of each stretch the beads with the highest expected number of sentences in right beads.

    Such a path is right more often than the most probable one (Durbin et al. 1998, 4.4). All
    sentences up to the last node are covered.
    """
    shapes = [*SHAPES, _DROP, _ADD]
    sheets = _sheets(found)
    weights = np.array([(a + b) / 2 for a, b in shapes])
    gains = sheets * weights[:, None, None]
    count, _, rows, columns = gains.shape
    width = columns + LONGEST
    best = np.full((count, rows + LONGEST, width), -np.inf)
    reached = best.reshape(count, -1)
    origins = _origins(shapes[:-1], columns, width)
    along = np.cumsum(np.maximum(gains[:, -1], 0.0), axis=2)
    step = np.empty((count, rows, columns), np.int64)
    for i in range(rows):
        terms = reached.take(origins + (i + LONGEST) * width, axis=1)
        terms += gains[:, :-1, i]
        step[:, i] = terms.argmax(axis=1)
        ending = terms.max(axis=1)
        if i == 0:
            ending[:, 0] = 0.0
        highest = np.maximum.accumulate(ending - along[:, i], axis=1) + along[:, i]
        step[:, i][highest > ending + _ROUNDING] = len(shapes) - 1
        best[:, i + LONGEST, LONGEST:] = highest
    return [
        _back(step[s], sheets[s], shapes, (int(n), int(m))) for s, (n, m) in enumerate(found.sizes)
    ]


def _sheets(found: Posteriors) -> Reals:
    """The probabilities of all steps, sentences without counterpart the last two, by the node where they end."""
    count, rows, columns = found.dropped.shape
    sheets = np.full((count, len(SHAPES) + 2, rows, columns), -np.inf)
    stretch, shape, row, column = found.steps
    sheets[stretch, shape, row + _HEIGHTS[shape], column + _WIDTHS[shape]] = found.beads
    sheets[:, -2, 1:] = found.dropped[:, :-1]
    sheets[:, -1, :, 1:] = found.added[:, :, :-1]
    return sheets


def _back(step: Ids, sheets: Reals, shapes: Sequence[Shape], end: tuple[int, int]) -> list[Bead]:
    beads = []
    i, j = end
    while i or j:
        k = int(step[i, j])
        a, b = shapes[k]
        probability = min(1.0, float(sheets[k, i, j]))
        beads.append(Bead(range(i - a, i), range(j - b, j), probability))
        i, j = i - a, j - b
    return beads[::-1]
