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


class Lattices(NamedTuple):
    """The scores of stretches of text, each padded to the size of the largest.

    `scores[s, k, i, j]` is the log-likelihood ratio of a bead of shape k that starts at node (i, j) of
    stretch s against sentences without counterpart, minus infinity where it does not fit. `sizes` has
    the numbers of source and of target sentences of each stretch; there is a node more on each side.
    `kinds` are the numbers of the kinds of source and target sentences, -1 for padding.
    """

    scores: Reals
    sizes: Ids
    kinds: tuple[Ids, Ids]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Posteriors:
    """Probabilities, not logarithms, of steps by the stretch and the node where they start.

    `beads` has one sheet per shape; `dropped` are source, `added` target sentences without
    counterpart; `opened` is how likely each of the two opens a run of those.
    """

    beads: Reals
    dropped: Reals
    added: Reals
    opened: tuple[Reals, Reals]
    sizes: Ids

    @property
    def node(self) -> Reals:
        """The probability that the walk passes each node and goes on from there."""
        nodes: Reals = self.beads.sum(axis=1) + self.dropped + self.added
        return nodes

    def until(self, node: tuple[int, int]) -> Posteriors:
        """The part of a single stretch before a node."""
        return replace(self, sizes=np.array([node]))


def posteriors(lattices: Lattices, gaps: Gaps, open_ended: bool = False) -> Posteriors:
    """Probabilities of all steps, given all sentences of a stretch (forward-backward).

    `gaps` says what sentences without counterpart cost. An open-ended walk may stop wherever one side is
    used up: the lists go on behind what is looked at.
    """
    scores, sizes, kinds = lattices
    dropping, adding = (Gaps(gaps.opening[side], gaps.extending[side]) for side in kinds)
    both = np.concatenate([_by_end(scores, SHAPES), _turned(scores, sizes)])
    costs = _both_ways(dropping, sizes[:, :1]), _both_ways(adding, sizes[:, 1:])
    walks = _walk(both, *costs, open_ended)
    ahead = _Walk(*walks[: len(scores)].swapaxes(0, 1))
    back = _Walk(*_turned(walks[len(scores) :], sizes).swapaxes(0, 1))
    whole = back.any[:, :1, :1]
    beads = ahead.any[:, None] + scores
    beads += _at_ends(back.any, SHAPES)
    beads -= whole[:, None]
    dropped, drops_opened = _dropped(ahead, back, dropping, adding, whole)
    added, adds_opened = _added(ahead, back, adding, whole)
    opened = drops_opened, adds_opened
    return Posteriors(
        beads=np.exp(beads, out=beads), dropped=dropped, added=added, opened=opened, sizes=sizes
    )


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
    behind it, by lattice and row or column."""

    begin: Reals
    go_on: Reals
    leave: Reals


def _both_ways(costs: Gaps, sizes: Ids) -> _Costs:
    """Of sentences on one side, for walks ahead and then for walks back.

    The first sentence of a run is charged for opening it, which on the way back is known last.
    """
    opening, extending = costs
    nothing = np.zeros_like(opening)
    node = np.arange(opening.shape[1])
    stretch = np.arange(len(sizes))[:, None]
    ahead = node - 1
    back = np.clip(sizes - node, 0, node[-1])  # seen from the start
    after = np.minimum(back + 1, node[-1])
    return _Costs(
        np.concatenate([opening[:, ahead], nothing]),
        np.concatenate([extending[:, ahead], extending[stretch, after]]),
        np.concatenate([nothing, opening[stretch, back]]),
    )


@np.errstate(divide="ignore")  # the logarithm of nothing is minus infinity
def _walk(scores: Reals, drops: _Costs, adds: _Costs, open_ended: bool) -> Reals:
    """The four sheets of a `_Walk` for each lattice; the second half of them are walked backward.

    This is the forward algorithm, row by row. `scores` are by the node where a bead ends. What is dropped
    between two beads comes before what is added, and after it on the way back: else every order of the
    two would count as an alignment of its own.
    """
    count, _, rows, columns = scores.shape
    backward = np.arange(count) >= count // 2
    after_add, after_drop = (np.where(at, 0.0, -np.inf)[:, None] for at in (backward, ~backward))
    after_add = after_add + adds.leave
    width = columns + LONGEST
    walk = _Walk(*(np.full((4, count, rows + LONGEST, width), -np.inf)))
    reached = walk.any.reshape(count, -1)
    origins = _origins(SHAPES, columns, width)
    slope = np.cumsum(adds.go_on, axis=1)
    row = slice(LONGEST, width)
    for i in range(rows):
        here, above = i + LONGEST, i + LONGEST - 1
        terms = reached.take(origins + here * width, axis=1)
        terms += scores[:, :, i]
        by_bead = _log_sum(terms)
        if i == 0:
            by_bead[:, 0] = 0.0
        if open_ended:
            starts = (backward, slice(None) if i == 0 else slice(1))
            by_bead[starts] = np.logaddexp(by_bead[starts], 0.0)
        opened = np.logaddexp(walk.bead[:, above, row], walk.add[:, above, row] + after_add)
        going_on = walk.drop[:, above, row] + drops.go_on[:, i, None]
        by_drop = np.logaddexp(opened + drops.begin[:, i, None], going_on)
        dropped = by_drop + drops.leave[:, i, None]
        opened = np.logaddexp(by_bead, dropped + after_drop)
        by_add = np.full((count, columns), -np.inf)
        by_add[:, 1:] = opened[:, :-1] + adds.begin[:, 1:]
        # add[j] = opened[j] + add[j - 1] + going on, for the whole row at once.
        by_add = np.logaddexp.accumulate(by_add - slope, axis=1) + slope
        walk.bead[:, here, row], walk.drop[:, here, row] = by_bead, by_drop
        walk.add[:, here, row] = by_add
        added = by_add + adds.leave
        walk.any[:, here, row] = np.logaddexp(np.logaddexp(by_bead, dropped), added)
    return np.stack(walk, axis=1)[:, :, LONGEST:, LONGEST:]


def _origins(shapes: Sequence[Shape], columns: int, width: int) -> Ids:
    """Where a step of each shape that ends in each column began, in a flat sheet, seen from its row."""
    back = np.array([a * width + b for a, b in shapes])
    origins: Ids = np.arange(LONGEST, columns + LONGEST) - back[:, None]
    return origins


_LEAST = -1e300


def _log_sum(terms: Reals) -> Reals:
    """log(sum(exp(terms))) over the second axis; the terms are used up."""
    top = np.maximum(terms.max(axis=1), _LEAST)  # minus infinity less itself is not a number
    terms -= top[:, None]
    total: Reals = np.log(np.exp(terms, out=terms).sum(axis=1)) + top
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
    """The sheets of each stretch seen from its end."""
    count, _, rows, columns = sheets.shape
    row = sizes[:, 0, None] - np.arange(rows)
    column = sizes[:, 1, None] - np.arange(columns)
    inside = (row >= 0)[:, :, None] & (column >= 0)[:, None, :]
    stretch = np.arange(count)[:, None, None]
    turned = sheets[stretch, :, row[:, :, None], column[:, None, :]].transpose(0, 3, 1, 2)
    return np.where(inside[:, None], turned, -np.inf)


def _by_end(sheets: Reals, shapes: Sequence[Shape]) -> Reals:
    """Sheets of steps by the node where they start, by the node where they end."""
    _, _, rows, columns = sheets.shape
    moved = np.full_like(sheets, -np.inf)
    for k, (a, b) in enumerate(shapes):
        moved[:, k, a:, b:] = sheets[:, k, : max(0, rows - a), : max(0, columns - b)]
    return moved


def _at_ends(sheet: Reals, shapes: Sequence[Shape]) -> Reals:
    """For each shape and each node what a sheet says of the node where such a step ends."""
    count, rows, columns = sheet.shape
    moved = np.full((count, len(shapes), rows, columns), -np.inf)
    for k, (a, b) in enumerate(shapes):
        moved[:, k, : max(0, rows - a), : max(0, columns - b)] = sheet[:, a:, b:]
    return moved


# ------------------------------------------------------------------ decoding


def likely(found: Posteriors, least: float) -> list[list[Bead]]:
    """Of each stretch all beads that are at least so probable, also those that exclude each other."""
    beads: list[list[Bead]] = [[] for _ in found.sizes]
    for s, k, i, j in np.argwhere(found.beads >= least).tolist():
        (a, b), (n, m) = SHAPES[k], found.sizes[s]
        if i + a <= n and j + b <= m:
            probability = min(1.0, float(found.beads[s, k, i, j]))
            beads[s].append(Bead(range(i, i + a), range(j, j + b), probability))
    return beads


_ROUNDING = 1e-9  # of sums of gains that are taken apart and put together again


def decode(found: Posteriors) -> list[list[Bead]]:
    """Of each stretch the beads with the highest expected number of sentences in right beads.

    Such a path is right more often than the most probable one (Durbin et al. 1998, 4.4). All
    sentences up to the last node are covered.
    """
    shapes = [*SHAPES, _DROP, _ADD]
    sheets = np.concatenate([found.beads, found.dropped[:, None], found.added[:, None]], axis=1)
    weights = np.array([(a + b) / 2 for a, b in shapes])
    gains = _by_end(sheets * weights[:, None, None], shapes)
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


def _back(step: Ids, sheets: Reals, shapes: Sequence[Shape], end: tuple[int, int]) -> list[Bead]:
    beads = []
    i, j = end
    while i or j:
        k = int(step[i, j])
        a, b = shapes[k]
        probability = min(1.0, float(sheets[k, i - a, j - b]))
        beads.append(Bead(range(i - a, i), range(j - b, j), probability))
        i, j = i - a, j - b
    return beads[::-1]
