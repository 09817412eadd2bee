"""IBM Model 1 (Brown et al. 1993): word translation probabilities from aligned sentences.

Each target word is the translation of one source word of its bead, or of none: then it was drawn
from the target language as it is. Expectation maximisation shares a word's count out over the
source words of its bead. As in Moore 2004 the plain model is tamed: rare words explain anything
they once stood beside, so a fixed amount is taken off every expected count, and what is left below
zero is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Reals = NDArray[np.float64]

# Measured on two books and their parts: between 0.5 and 2, and from 0.5 to 0.95, little changes.
_DISCOUNT = 0.8
_TRANSLATED = 0.85  # the share of words that are a translation of some word of the bead
_STEPS = 6
# The first steps go without a discount: all counts begin small, and none would be left.
_FREE_STEPS = 3
_LEAST_PROBABILITY = 1e-3


class WeightedBead(NamedTuple):
    """Word numbers of both sides, repeated as often as they stand there, and how sure the bead is."""

    source: Ids
    target: Ids
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class TranslationTable:
    """p(target | source) for pairs of word numbers, sorted by source."""

    source: Ids
    target: Ids
    probability: Reals

    @classmethod
    def of(cls, source: Ids, target: Ids, probability: Reals) -> TranslationTable:
        """The table of entries in any order; those of no probability are left out."""
        order = np.lexsort((target, source))
        order = order[probability[order] > 0]
        return cls(source[order], target[order], probability[order])

    @classmethod
    def empty(cls) -> TranslationTable:
        """The table that knows no translation."""
        none = np.zeros(0, np.int64)
        return cls(none, none, np.zeros(0))


def train(beads: Sequence[WeightedBead], source_size: int, target_size: int) -> TranslationTable:
    """The translation table of beads whose words are numbered from 0 to below the two sizes."""
    meetings = _meetings(beads, source_size, target_size)
    if meetings is None:
        return TranslationTable.empty()
    source, target = meetings.pairs % source_size, meetings.pairs // source_size
    probability = np.ones(len(source))
    for step in range(_STEPS):
        counts = meetings.expected_counts(probability)
        if step >= _FREE_STEPS:
            counts = np.maximum(counts - _DISCOUNT, 0.0)
        totals = np.bincount(source, counts, source_size)
        probability = counts / np.maximum(totals[source], 1e-12)
    kept = np.flatnonzero(probability >= _LEAST_PROBABILITY)
    order = kept[np.argsort(source[kept], kind="stable")]
    return TranslationTable(source[order], target[order], probability[order])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Meetings:
    """Which source words each target word of each bead meets.

    One row per distinct target word of a bead, one meeting per distinct source word of it.
    """

    pairs: Ids  # distinct pairs: target * source_size + source
    pair: Ids  # of each meeting
    share: Reals  # of the source word in its bead, of each meeting
    starts: Ids  # the first meeting of each row
    sizes: Ids  # and their number
    weight: Reals  # how often the row's target word stands there
    untranslated: Reals  # probability of the row's target word as no translation

    def expected_counts(self, probability: Reals) -> Reals:
        """How often each pair are translations of each other, given their probability (the E step)."""
        part = probability[self.pair]
        part *= self.share
        whole = np.add.reduceat(part, self.starts) * _TRANSLATED + self.untranslated
        part *= np.repeat(self.weight * _TRANSLATED / whole, self.sizes)
        counts: Reals = np.bincount(self.pair, part, len(self.pairs)).astype(np.float64)
        return counts


def _meetings(
    beads: Sequence[WeightedBead], source_size: int, target_size: int
) -> _Meetings | None:
    source = _occurrences([bead.source for bead in beads], source_size)
    target = _occurrences([bead.target for bead in beads], target_size)
    sizes = np.bincount(source.bead, minlength=len(beads))
    met = sizes[target.bead]
    if not met.sum():
        return None
    rows = np.flatnonzero(met)
    bead, word, met = target.bead[rows], target.word[rows], met[rows]
    starts = np.cumsum(met) - met
    # The source words of a row's bead stand side by side.
    first = (np.cumsum(sizes) - sizes)[bead]
    meeting = np.arange(met.sum()) + np.repeat(first - starts, met)
    pairs, pair = _distinct(
        np.repeat(word, met) * source_size + source.word[meeting], source_size * target_size
    )
    lengths = np.bincount(source.bead, source.times, len(beads))
    weights = target.times[rows] * np.array([bead.weight for bead in beads])[bead]
    frequency = np.bincount(word, weights, target_size)
    return _Meetings(
        pairs=pairs,
        pair=pair,
        share=(source.times / lengths[source.bead])[meeting],
        starts=starts,
        sizes=met,
        weight=weights,
        untranslated=(1 - _TRANSLATED) * frequency[word] / frequency.sum(),
    )


# Tables with a place for each pair of words take so many bytes at most.
_LARGEST_TABLE = 200_000_000


def _distinct(numbers: Ids, size: int) -> tuple[Ids, Ids]:
    """The distinct ones of numbers below a size, sorted, and which of them each is: looked up in a table, which takes
    a fifth of the time of sorting, unless that would be too large."""
    places = np.int32 if len(numbers) < 2**31 else np.int64
    if size * np.dtype(places).itemsize > _LARGEST_TABLE:
        return np.unique(numbers, return_inverse=True)
    table = np.zeros(size, places)
    table[numbers] = 1
    distinct = np.flatnonzero(table)
    table[distinct] = np.arange(len(distinct), dtype=places)
    return distinct, table[numbers].astype(np.int64)


class _Occurrences(NamedTuple):
    """The distinct words of each bead, sorted by bead, and how often each stands there."""

    bead: Ids
    word: Ids
    times: Reals


def _occurrences(sides: Sequence[Ids], size: int) -> _Occurrences:
    bead = np.repeat(np.arange(len(sides)), [len(side) for side in sides])
    words = np.concatenate([np.zeros(0, np.int64), *sides])
    keys, times = np.unique(bead * size + words, return_counts=True)
    return _Occurrences(keys // max(size, 1), keys % max(size, 1), times.astype(np.float64))
