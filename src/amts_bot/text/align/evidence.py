"""How much two groups of sentences look like translations of each other.

Everything is a log-likelihood ratio against "the target was written without the source", so that a
sentence without counterpart scores nothing:

- words: every target word is a translation of some source word of the bead (IBM Model 1 with the
  lexicon, or the word itself: anchors, numbers, names; or a cognate), or stands there by itself;
  and the same from target to source;
- length: the logarithm of the ratio of lengths has a Student t distribution around that of the page
  (Gale & Church 1993 with heavier tails);
- places: sentences that begin blocks translate sentences that do, headings translate headings.

The constants were fitted on two books as docs/alignment.md tells.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np

from amts_bot.model import BlockKind
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.align.model1 import Ids, Reals
from amts_bot.text.align.neighbours import Neighbours, up_to_each
from amts_bot.text.align.pairhmm import LONGEST, SHAPES, Lattices, Shape, Steps
from amts_bot.text.align.tokens import Tokens
from amts_bot.text.align.words import Odds, explained

# Of beads with more than one sentence on either side so many are the translation of the whole; in others each part
# translates its own, but a clause went over to the neighbour; in others neighbours swapped places, and match crosswise.
_WHOLE, _LENT, _CROSSED = 0.3, 0.5, 0.2

# Share of sentences that end with the same mark, stand in the same kind of block, begin a block as
# well; and of beads that join blocks.
_SAME_ENDING, _SAME_KIND, _SAME_START, _CROSSES = 0.9, 0.95, 0.93, 0.1

# A part with more beads is scored shape by shape: there the numbers cost more than the calls.
_MANY = 8_000

_DEGREES = 8.0  # of the Student t
_LEAST_LENGTH = 7.0  # added to each sentence: short ones vary more
# Variance of the logarithm of the ratio: in general, and per letter.
_VARIANCE, _LETTER_VARIANCE = 0.03, 1.8
_AS_LONG = math.log(1.6)


class Lengths(NamedTuple):
    """Target per source letters, and the log-normal distribution of the target's sentence lengths."""

    ratio: float
    mean: float
    deviation: float


def lengths(source: Sequence[Tokens], target: Sequence[Tokens]) -> Lengths:
    """What two pages say about lengths."""
    if not source or not target:
        return Lengths(1.0, 0.0, 1.0)
    left, right = _letters(source), _letters(target)
    ratio = min(max(sum(right) / sum(left), 0.2), 5.0)
    logs = list(map(math.log, right))
    mean = sum(logs) / len(logs)
    deviation = math.sqrt(sum((log - mean) ** 2 for log in logs) / len(logs))
    return Lengths(ratio, mean, max(0.3, deviation))


def _letters(side: Iterable[Tokens]) -> list[float]:
    return [sentence.length + _LEAST_LENGTH for sentence in side]


class Place(NamedTuple):
    """Where a sentence stands: in a block of which kind, and whether it is the first one there."""

    kind: BlockKind
    first: bool


Places = tuple[Sequence[Place], Sequence[Place]]

# Kinds of sentences by which gaps are counted: those of unknown place, the first ones of blocks, others.
UNKNOWN, FIRST, INNER = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Two lists of sentences that are to be aligned, and what is known of their lengths and places."""

    source: Sequence[Tokens]
    target: Sequence[Tokens]
    lengths: Lengths
    places: Places | None = None

    @property
    def size(self) -> int:
        """How many sentences the longer side has."""
        return max(len(self.source), len(self.target))

    def part(self, rows: slice, columns: slice) -> Text:
        """Stretches of both lists; what is known of the lengths of the whole goes for them."""
        places = self.places and (self.places[0][rows], self.places[1][columns])
        return Text(
            source=self.source[rows],
            target=self.target[columns],
            lengths=self.lengths,
            places=places,
        )


class _Beads(NamedTuple):
    """Beads that are scored together: their first sentences, and how many they have of each side."""

    row: Ids
    column: Ids
    height: Ids
    width: Ids

    @classmethod
    def of(cls, shape: Ids, row: Ids, column: Ids) -> _Beads:
        return cls(row, column, _HEIGHTS[shape], _WIDTHS[shape])

    def only(self, chosen: Ids) -> _Beads:
        return _Beads(*(field[chosen] for field in self))


class Evidence:
    """The evidence of some texts, made once, asked for parts of them.

    Sentences are numbered on from text to text, and a part lies within one. Either all texts tell the places of
    their sentences or none does.
    """

    def __init__(self, texts: Sequence[Text], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        sides = [text.source for text in texts], [text.target for text in texts]
        self._sizes = sum(map(len, sides[0])), sum(map(len, sides[1]))
        self._words = explained(*sides, lexicon)
        self._lengths = _UsualLengths.of(texts)
        source, target = ([[s.ending for s in text] for text in side] for side in sides)
        self._endings = _agreement(source, target, _SAME_ENDING)
        places = [text.places for text in texts if text.places is not None]
        self._starts, self._inner = _of_places(places)
        self._kinds = _kinds(places, self._sizes)
        self._priors = np.array([self._log_prior(*shape) for shape in SHAPES])
        self._short = self._by(*(Neighbours.up_to(LONGEST, size) for size in self._sizes))

    @cached_property
    def pairs(self) -> Reals:
        """The score of each source sentence with each target sentence as a bead of their own."""
        row, column = (places.ravel() for places in np.indices(self._sizes))
        words, frame = self._whole(_Beads.of(np.zeros_like(row), row, column), self._short)
        score: Reals = words + frame + self._priors[0]
        return score.reshape(self._sizes)

    def lattices(self, parts: Sequence[tuple[range, range]]) -> Lattices:
        """The scores of all beads inside parts of the two lists."""
        sizes = np.array([(len(rows), len(columns)) for rows, columns in parts])
        first = np.array([(rows.start, columns.start) for rows, columns in parts])
        steps = Steps.inside(sizes)
        if len(steps.row) > _MANY * len(parts):
            scores = np.concatenate([scores for part in parts for scores in self._by_shape(*part)])
        else:
            scores = self._scores(steps, first)
        rows, columns = (self._kinds_in(side, first[:, side], sizes[:, side]) for side in range(2))
        return Lattices(steps, scores, sizes, (rows, columns))

    def _kinds_in(self, side: int, first: Ids, sizes: Ids) -> Ids:
        number = np.arange(sizes.max() + 1)
        kinds = self._kinds[side].take(first[:, None] + number, mode="clip")
        return np.where(number < sizes[:, None], kinds, -1)

    def score(self, rows: range, columns: range) -> float:
        """The score of one bead of any size, sentences that swapped places aside."""
        size = len(rows), len(columns)
        bead = _Beads(*(np.array([number]) for number in (rows.start, columns.start, *size)))
        groups = self._short
        if max(size) > LONGEST:
            groups = self._by(Neighbours.single(rows), Neighbours.single(columns))
        words, frame = self._whole(bead, groups)
        return float((words + frame)[0]) + self._log_prior(*size)

    def are_as_long(self, rows: range, columns: range) -> bool:
        """Are two groups of sentences as long as translations of each other are?"""
        return abs(math.log(self._lengths.ratio_of(rows, columns))) < _AS_LONG

    def lent(self, rows: Ids, columns: Ids) -> Reals:
        """The scores of beads of two by two, by their first sentences, whose pairs lent each other words."""
        shape = np.full(len(rows), _TWO_BY_TWO)
        beads = _Beads.of(shape, rows, columns)
        frame = self._whole(beads, self._short)[1] + self._priors[_TWO_BY_TWO]
        return self._lent(beads, frame, _SPLITS.first[shape])

    def _scores(self, steps: Steps, first: Ids) -> Reals:
        """The scores of beads in parts that begin with some sentences, however those in them belong together."""
        shape, begin = steps.shape.astype(np.int64), first[steps.stretch]
        beads = _Beads.of(shape, steps.row + begin[:, 0], steps.column + begin[:, 1])
        words, frame = self._whole(beads, self._short)
        frame += self._priors[shape]
        found: Reals = words + frame
        parted = np.flatnonzero(_PARTED[shape])
        if len(parted):
            ones = np.flatnonzero(shape == 0)
            pairs = np.zeros(self._sizes)
            pairs[beads.row[ones], beads.column[ones]] = found[ones]
            shape, beads = shape[parted], beads.only(parted)
            lending, split = _SPLITS.each(shape)
            crossing, order = _ORDERS.each(shape)
            lent = self._lent(beads.only(lending), frame[parted][lending], split)
            crossed = self._crossed(beads.only(crossing), order, pairs)
            crossed += self._priors[shape[crossing]]
            found[parted] = _in_all(
                (np.arange(len(parted)), found[parted] + math.log(_WHOLE)),
                (lending, lent + _SPLITS.share(shape[lending])),
                (crossing, crossed + _ORDERS.share(shape[crossing])),
            )
        return found

    def _by_shape(self, rows: range, columns: range) -> Iterator[Reals]:
        """The same of a part with many beads, of one shape after the other: a whole row or column of them at once has
        what its sentences tell."""
        pairs = np.zeros(self._sizes)
        for shape, (a, b) in enumerate(SHAPES):
            row = np.arange(rows.start, max(rows.start, rows.stop - a + 1))[:, None]
            column = np.arange(columns.start, max(columns.start, columns.stop - b + 1))[None, :]
            beads = _Beads(row, column, np.array(a), np.array(b))
            words, frame = self._whole(beads, self._short)
            frame += self._priors[shape]
            found = words + frame
            if shape == 0:
                pairs[row, column] = found
            if _PARTED[shape]:
                found += math.log(_WHOLE)
                for split in _SPLITS.of_shape(shape):
                    lent = self._lent(beads, frame, split) + _SPLITS.share(shape)
                    found = np.logaddexp(found, lent)
                for order in _ORDERS.of_shape(shape):
                    crossed = self._crossed(beads, order, pairs) + self._priors[shape]
                    found = np.logaddexp(found, crossed + _ORDERS.share(shape))
            yield found.ravel()

    def _whole(self, beads: _Beads, by: _Groups) -> tuple[Reals, Reals]:
        """What the words of beads say for them as translations of the whole, and what they score whatever their words
        are."""
        row, column, height, width = beads
        source, target = by.source.number(height, row), by.target.number(width, column)
        words = by.there.whole(source, column, width) + by.back.whole(target, row, height)
        expected, variance, scale = (of[source] for of in by.expected)
        actual, alone = (of[target] for of in by.actual)
        frame = scale - _TAIL * np.log(1 + (actual - expected) ** 2 / variance) - alone
        frame += self._endings[row + height - 1, column + width - 1]
        if self._starts is not None:
            frame += self._starts[row, column]
            for inner, first, size in zip(self._inner, (row, column), (height, width), strict=True):
                frame += inner[first + size] - inner[first + 1]
        return words / 2, frame

    def _lent(self, beads: _Beads, frame: Reals, split: Ids | int) -> Reals:
        """The scores of beads in two parts that lent each other a clause; all of them score `frame` whatever the words
        are."""
        row, column, height, width = beads
        k, n = _SPLITS.values[split].T
        words = self._short.there.lent((k, n), (height - k, width - n), row, column)
        words += self._short.back.lent((n, k), (width - n, height - k), column, row)
        score: Reals = math.log(_LENT) + words / 2 + frame
        score += self._endings[row + k - 1, column + n - 1]
        if self._starts is not None:
            score += self._starts[row + k, column + n]
        return score

    def _crossed(self, beads: _Beads, order: Ids | int, pairs: Reals) -> Reals:
        """The scores of beads in which each sentence translates the one that an order says, by those of `pairs`."""
        partner = _ORDERS.values[order]
        inside = partner >= 0
        rows = beads.row[..., None] + np.where(inside, np.arange(partner.shape[-1]), 0)
        columns = beads.column[..., None] + np.where(inside, partner, 0)
        alone = pairs[rows, columns] - self._priors[0]
        score: Reals = np.where(inside, alone, 0.0).sum(axis=-1) + math.log(_CROSSED)
        return score

    def _by(self, source: Neighbours, target: Neighbours) -> _Groups:
        there, back = self._words
        return _Groups(
            source=source,
            target=target,
            there=there.by(source),
            back=back.by(target),
            expected=self._lengths.expected(source),
            actual=self._lengths.actual(target),
        )

    def _log_prior(self, a: int, b: int) -> float:
        shapes = self.lexicon.shapes
        if (a, b) in shapes:
            return math.log(shapes[a, b])
        return math.log(shapes[1, LONGEST]) - (max(a, b) - LONGEST) * math.log(2)


class _Groups(NamedTuple):
    """What groups of neighbours on both sides say."""

    source: Neighbours
    target: Neighbours
    there: Odds
    back: Odds
    expected: tuple[Reals, Reals, Reals]
    actual: tuple[Reals, Reals]


def _in_all(*readings: tuple[Ids, Reals]) -> Reals:
    """The likelihoods of beads in all their readings: the beads' numbers with what each scores in such a one."""
    bead, score = map(np.concatenate, zip(*readings, strict=True))
    counts = np.bincount(bead)
    order = np.argsort(bead, kind="stable")
    found: Reals = np.logaddexp.reduceat(score[order], np.cumsum(counts) - counts)
    return found


# ------------------------------------------------------------------ shapes


@dataclass(frozen=True, slots=True, eq=False)
class _Choices:
    """The ways to read beads of each shape: all of them, one shape after the other; how many a shape has, and the
    number of its first one."""

    values: Ids
    sizes: Ids
    first: Ids

    @classmethod
    def of(cls, table: Mapping[Shape, Sequence[Sequence[int]]]) -> _Choices:
        choices = [table.get(shape, ()) for shape in SHAPES]
        sizes = np.array(list(map(len, choices)))
        width = max(map(len, chain.from_iterable(choices)))
        values = [[*it, *[-1] * (width - len(it))] for it in chain.from_iterable(choices)]
        return cls(np.array(values), sizes, np.cumsum(sizes) - sizes)

    def each(self, shape: Ids) -> tuple[Ids, Ids]:
        """Beads as often as they can be read, and the numbers of the readings."""
        sizes = self.sizes[shape]
        bead = np.arange(len(shape)).repeat(sizes)
        before = self.first[shape] - (np.cumsum(sizes) - sizes)
        return bead, np.arange(len(bead)) + before[bead]

    def of_shape(self, shape: int) -> range:
        """The numbers of the readings of a shape."""
        first = int(self.first[shape])
        return range(first, first + int(self.sizes[shape]))

    def share(self, shape: Ids | int) -> Reals:
        """The logarithm of how likely each reading is."""
        share: Reals = -np.log(self.sizes[shape])
        return share


_HEIGHTS, _WIDTHS = np.array(SHAPES).T
# The first parts of beads in two parts.
_SPLITS = _Choices.of(
    {
        (2, 2): ((1, 1),),
        (2, 3): ((1, 1), (1, 2)),
        (3, 2): ((1, 1), (2, 1)),
        (3, 3): ((1, 1), (1, 2), (2, 1), (2, 2)),
    }
)
# The orders of two and of three neighbours in which no first part stays in its place.
_ORDERS = _Choices.of({(2, 2): ((1, 0),), (3, 3): ((1, 2, 0), (2, 0, 1), (2, 1, 0))})
_PARTED = _SPLITS.sizes > 0
_TWO_BY_TWO = SHAPES.index((2, 2))

# ------------------------------------------------------------------ lengths

_TAIL = (_DEGREES + 1) / 2
_STUDENT = math.lgamma(_TAIL) - math.lgamma(_DEGREES / 2) - math.log(_DEGREES * math.pi) / 2


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _UsualLengths:
    """The letters of each sentence, and what is usual in its text: the ratio of lengths, the logarithm of a length."""

    source: Reals
    target: Reals
    ratio: Reals
    mean: Reals
    deviation: Reals

    @classmethod
    def of(cls, texts: Sequence[Text]) -> _UsualLengths:
        source, target = (
            [len(text.source) for text in texts],
            [len(text.target) for text in texts],
        )
        ratio, mean, deviation = np.array([text.lengths for text in texts]).T
        return cls(
            source=np.array([it for text in texts for it in _letters(text.source)]),
            target=np.array([it for text in texts for it in _letters(text.target)]),
            ratio=ratio.repeat(source),
            mean=mean.repeat(target),
            deviation=deviation.repeat(target),
        )

    def ratio_of(self, rows: range, columns: range) -> float:
        """Target letters per those that are expected."""
        source = self.source[rows.start : rows.stop].sum() * self.ratio[rows.start]
        return float(self.target[columns.start : columns.stop].sum() / source)

    def expected(self, groups: Neighbours) -> tuple[Reals, Reals, Reals]:
        """Of each group of source sentences what the Student t of its translation's logarithm needs:
        its mean, its variance times the degrees of freedom, and the logarithm of its height."""
        expected = groups.sums(self.source) * self.ratio[groups.start]
        variance = _VARIANCE + _LETTER_VARIANCE / (expected + 20)
        return np.log(expected), variance * _DEGREES, _STUDENT - np.log(variance) / 2

    def actual(self, groups: Neighbours) -> tuple[Reals, Reals]:
        """Of each group of target sentences the logarithm of its length, and the log-likelihood of its
        lengths without a source, less that of sharing its length out in any way."""
        log = np.log(groups.sums(self.target))
        each = np.log(self.target)
        z = (each - self.mean) / self.deviation
        alone = -z * z / 2 - np.log(self.deviation * math.sqrt(2 * math.pi)) - each
        shared = np.array([math.lgamma(width) for width in range(1, len(groups.first))])
        return log, groups.sums(alone) + groups.width * log - shared[groups.width - 1]


# ------------------------------------------------------------------ endings and places

_Kinds = Sequence[Sequence[Hashable]]  # of each sentence of each text


def _agreement(source: _Kinds, target: _Kinds, kept: float) -> Reals:
    """For each pair of sentences the log-likelihood ratio of their kinds, of which so many are kept."""
    usual = [_frequencies(*kinds) for kinds in zip(source, target, strict=True)]
    frequency = [
        [often[kind] for often, kinds in zip(usual, side, strict=True) for kind in kinds]
        for side in (source, target)
    ]
    same = np.log(kept / np.array(frequency[1]))
    # Of kinds that are not kept, the target's frequency decides.
    other = np.log((1 - kept) / np.maximum(1 - np.array(frequency[0]), 0.05))
    numbers: dict[Hashable, int] = {}
    left, right = (
        np.array(
            [numbers.setdefault(kind, len(numbers)) for kinds in side for kind in kinds], np.int64
        )
        for side in (source, target)
    )
    return np.where(left[:, None] == right, same, other[:, None])


def _frequencies(source: Iterable[Hashable], target: Sequence[Hashable]) -> dict[Hashable, float]:
    """The share of each kind in the target sentences of a text; it is seen half a time more than it was."""
    counts, kinds = Counter(target), {*source, *target}
    whole = len(target) + len(kinds) / 2
    return {kind: (counts[kind] + 0.5) / whole for kind in kinds}


def _kinds(places: Sequence[Places], sizes: tuple[int, int]) -> tuple[Ids, ...]:
    """The kinds of the sentences on either side, and one more that is none."""
    kinds = [[UNKNOWN] * size for size in sizes]
    if places:
        kinds = [
            [FIRST if place.first else INNER for text in side for place in text]
            for side in zip(*places, strict=True)
        ]
    return tuple(np.array([*side, -1]) for side in kinds)


def _of_places(places: Sequence[Places]) -> tuple[Reals | None, tuple[Reals, ...]]:
    """The evidence of the first sentences of a bead, and what all before each one cost if they are
    others, on either side."""
    if not places:
        return None, ()
    sides = list(zip(*places, strict=True))
    source, target = ([[place.kind for place in text] for text in side] for side in sides)
    starts = _agreement(source, target, _SAME_KIND)
    begins, begun = ([[place.first for place in text] for text in side] for side in sides)
    starts += _agreement(begins, begun, _SAME_START)
    crossed = (
        [math.log(_CROSSES) if place.first else 0.0 for text in side for place in text]
        for side in sides
    )
    return starts, tuple(up_to_each(np.array(side)) for side in crossed)
