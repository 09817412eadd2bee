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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from itertools import chain, repeat
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq, Prefix

from amts_bot.model import BlockKind
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.align.model1 import Ids, Reals, TranslationTable
from amts_bot.text.align.pairhmm import LONGEST, SHAPES, Lattices, Shape
from amts_bot.text.align.tokens import COGNATE_KEY, Tokens, is_anchor, plain

Floats = NDArray[np.float32]
_Sheet = TypeVar("_Sheet", Reals, Floats)

# Of beads with more than one sentence on either side so many are the translation of the whole; in others each part
# translates its own, but a clause went over to the neighbour; in others neighbours swapped places, and match crosswise.
_WHOLE, _LENT, _CROSSED = 0.3, 0.5, 0.2

# Share of the words that are translations: of anchors, of words that both sides have, of others.
_ANCHORS, _SAME_WORDS, _LEXICON_WORDS = 0.6, 0.5, 0.7
_IDENTICAL = 0.6  # p(word | the same word)
_COGNATE = 0.5  # p(word | a word that begins alike), times the likeness of the two
_LEAST_LIKENESS = 0.6
_STEM = 5  # letters
# A long bead holds a translation of any word by chance; this much of its length counts.
_DILUTION = 0.9
# Share of sentences that are translated so freely that their words say nothing.
_FREE = 0.03
# Likelihoods hold at most so much: the logarithm of a number of which two have a product.
_MOST = 300.0
# Of parts that lent each other a clause it stands as often before the boundary as behind it; hardly ever on neither
# side: the clause of one language may be words without a pause in the other.
_BROKEN, _UNBROKEN = 0.5, 0.001

# Share of sentences that end with the same mark, stand in the same kind of block, begin a block as
# well; and of beads that join blocks.
_SAME_ENDING, _SAME_KIND, _SAME_START, _CROSSES = 0.9, 0.95, 0.93, 0.1

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
    left, right = _letters(source), _letters(target)
    if not len(left) or not len(right):
        return Lengths(1.0, 0.0, 1.0)
    log = np.log(right)
    ratio = float(np.clip(right.sum() / left.sum(), 0.2, 5.0))
    return Lengths(ratio, float(log.mean()), max(0.3, float(log.std())))


def _letters(side: Sequence[Tokens]) -> Reals:
    return np.array([sentence.length + _LEAST_LENGTH for sentence in side])


class Place(NamedTuple):
    """Where a sentence stands: in a block of which kind, and whether it is the first one there."""

    kind: BlockKind
    first: bool


Places = tuple[Sequence[Place], Sequence[Place]]

# Kinds of sentences by which gaps are counted: those of unknown place, the first ones of blocks, others.
UNKNOWN, FIRST, INNER = range(3)


class Evidence:
    """The evidence of two lists of sentences, made once, asked for parts of them."""

    def __init__(
        self,
        source: Sequence[Tokens],
        target: Sequence[Tokens],
        lexicon: Lexicon,
        lengths: Lengths,
        places: Places | None = None,
    ) -> None:
        self.lexicon = lexicon
        self._shapes = lexicon.shapes
        left, right = _WordSide.of(source), _WordSide.of(target)
        forward, backward = _links(lexicon, left, right)
        self._there = _Words.of(_Explained(left, right, forward), right.first)
        self._back = _Words.of(_Explained(right, left, backward), left.first)
        self._letters = _letters(source), _letters(target)
        self._ratio = lengths.ratio
        self._source_length = cache(partial(_source_length, self._letters[0], lengths))
        self._target_length = cache(partial(_target_length, self._letters[1], lengths))
        endings = [s.ending for s in source], [t.ending for t in target]
        self._endings = _agreement(*endings, _SAME_ENDING)
        self._starts, self._inner = _of_places(places)
        self._sizes = len(source), len(target)
        self._kinds = _kinds(places, self._sizes)

    @cached_property
    def pairs(self) -> Reals:
        """The score of each source sentence with each target sentence as a bead of their own."""
        rows, columns = map(np.arange, self._sizes)
        return self._scores((1, 1), rows[:, None], columns[None, :])

    def lattices(self, parts: Sequence[tuple[range, range]]) -> Lattices:
        """The scores of all beads inside parts of the two lists."""
        sizes = np.array([(len(rows), len(columns)) for rows, columns in parts])
        first = np.array([(rows.start, columns.start) for rows, columns in parts])
        height, width = sizes.max(axis=0) + 1
        scores = np.full((len(parts), len(SHAPES), height, width), -np.inf)
        for k, (a, b) in enumerate(SHAPES):
            if a < height and b < width:
                row, column = np.arange(height - a), np.arange(width - b)
                fits = (row + a <= sizes[:, :1])[:, :, None] & (column + b <= sizes[:, 1:])[:, None]
                # Padding looks at sentences behind the part, or once more at the last ones.
                rows = np.minimum(first[:, :1] + row, self._sizes[0] - a)[:, :, None]
                columns = np.minimum(first[:, 1:] + column, self._sizes[1] - b)[:, None]
                found = self._readings((a, b), rows, columns)
                scores[:, k, : height - a, : width - b] = np.where(fits, found, -np.inf)
        rows, columns = (self._kinds_in(side, first[:, side], sizes[:, side]) for side in range(2))
        return Lattices(scores, sizes, (rows, columns))

    def _kinds_in(self, side: int, first: Ids, sizes: Ids) -> Ids:
        number = np.arange(sizes.max() + 1)
        kinds = self._kinds[side].take(first[:, None] + number, mode="clip")
        return np.where(number < sizes[:, None], kinds, -1)

    def score(self, rows: range, columns: range) -> float:
        """The score of one bead of any size, sentences that swapped places aside."""
        first = np.array([[rows.start]]), np.array([[columns.start]])
        return float(self._scores((len(rows), len(columns)), *first)[0, 0])

    def are_as_long(self, rows: range, columns: range) -> bool:
        """Are two groups of sentences as long as translations of each other are?"""
        source, target = self._letters[0][rows].sum(), self._letters[1][columns].sum()
        return abs(math.log(target / (source * self._ratio))) < _AS_LONG

    def lent(self, rows: Ids, columns: Ids) -> Reals:
        """The scores of beads of two by two, by their first sentences, whose pairs lent each other words."""
        return self._lent((2, 2), (1, 1), rows, columns, self._frame((2, 2), rows, columns))

    def _readings(self, shape: Shape, rows: Ids, columns: Ids) -> Reals:
        """The scores of beads of a shape by their first sentences, two arrays that broadcast, however the
        sentences in them belong together."""
        frame = self._frame(shape, rows, columns)
        whole = self._words(shape, rows, columns) + frame
        splits = _SPLITS.get(shape)
        if splits is None:
            return whole
        found = whole + math.log(_WHOLE)
        for split in splits:
            lent = self._lent(shape, split, rows, columns, frame) - math.log(len(splits))
            found = np.logaddexp(found, lent)
        for order in _ORDERS.get(shape, ()):
            found = np.logaddexp(found, self._crossed(order, rows, columns))
        return found

    def _scores(self, shape: Shape, rows: Ids, columns: Ids) -> Reals:
        """The scores of beads of a shape as translations of the whole."""
        return self._words(shape, rows, columns) + self._frame(shape, rows, columns)

    def _words(self, shape: Shape, rows: Ids, columns: Ids) -> Reals:
        """What the words of beads of a shape say for them."""
        a, b = shape
        words = self._there.whole(shape, rows, columns) + self._back.whole((b, a), columns, rows)
        both_ways: Reals = words / 2
        return both_ways

    def _lent(self, shape: Shape, split: Shape, rows: Ids, columns: Ids, frame: Reals) -> Reals:
        """The scores of beads in two parts that lent each other a clause; the first part has the shape `split`, and
        all of it scores `frame` whatever the words are."""
        (a, b), (k, n) = shape, split
        words = self._there.lent(((k, n), (a - k, b - n)), rows, columns)
        words += self._back.lent(((n, k), (b - n, a - k)), columns, rows)
        score: Reals = math.log(_LENT) + words / 2 + frame
        score += self._endings[rows + k - 1, columns + n - 1]
        if self._starts is not None:
            score += self._starts[rows + k, columns + n]
        return score

    def _crossed(self, order: Sequence[int], rows: Ids, columns: Ids) -> Reals:
        """The scores of beads in which each sentence translates the one that an order says."""
        width = len(order)
        likely = math.log(_CROSSED / len(_ORDERS[width, width])) + self._log_prior(width, width)
        alone = self._log_prior(1, 1)
        crossed = [self.pairs[rows + i, columns + j] - alone for i, j in enumerate(order)]
        score: Reals = np.add.reduce(crossed) + likely
        return score

    def _frame(self, shape: Shape, rows: Ids, columns: Ids) -> Reals:
        """What beads of a shape score whatever their words are."""
        a, b = shape
        expected, variance, scale = (of[rows] for of in self._source_length(a))
        actual, alone = (of[columns] for of in self._target_length(b))
        score = scale - _TAIL * np.log(1 + (actual - expected) ** 2 / variance) - alone
        score += self._log_prior(a, b) + self._endings[rows + a - 1, columns + b - 1]
        if self._starts is not None:
            score += self._starts[rows, columns]
            for inner, first, width in ((self._inner[0], rows, a), (self._inner[1], columns, b)):
                score += inner[first + width] - inner[first + 1]
        found: Reals = score
        return found

    def _log_prior(self, a: int, b: int) -> float:
        if (a, b) in self._shapes:
            return math.log(self._shapes[a, b])
        return math.log(self._shapes[1, LONGEST]) - (max(a, b) - LONGEST) * math.log(2)


# The orders of two and of three neighbours in which no first part stays in its place.
_ORDERS = {(2, 2): ((1, 0),), (3, 3): ((1, 2, 0), (2, 0, 1), (2, 1, 0))}
# The first parts of beads in two parts.
_SPLITS = {
    (2, 2): ((1, 1),),
    (2, 3): ((1, 1), (1, 2)),
    (3, 2): ((1, 1), (2, 1)),
    (3, 3): ((1, 1), (1, 2), (2, 1), (2, 2)),
}

_TAIL = (_DEGREES + 1) / 2
_STUDENT = math.lgamma(_TAIL) - math.lgamma(_DEGREES / 2) - math.log(_DEGREES * math.pi) / 2


def _source_length(letters: Reals, usual: Lengths, width: int) -> tuple[Reals, Reals, Reals]:
    """Of each group of so many sentences what the Student t of its translation's logarithm needs:
    its mean, its variance times the degrees of freedom, and the logarithm of its height."""
    expected = _sums(letters, width) * usual.ratio
    variance = _VARIANCE + _LETTER_VARIANCE / (expected + 20)
    return np.log(expected), variance * _DEGREES, _STUDENT - np.log(variance) / 2


def _target_length(letters: Reals, usual: Lengths, width: int) -> tuple[Reals, Reals]:
    """Of each group of so many sentences the logarithm of its length, and the log-likelihood of its
    lengths without a source, less that of sharing its length out in any way."""
    log = np.log(_sums(letters, width))
    z = (np.log(letters) - usual.mean) / usual.deviation
    alone = -z * z / 2 - math.log(usual.deviation * math.sqrt(2 * math.pi)) - np.log(letters)
    return log, _sums(alone, width) + width * log - math.lgamma(width)


def _sums(sheet: _Sheet, width: int) -> _Sheet:
    """Sums of so many neighbouring rows."""
    rows = len(sheet) - width + 1
    total = sheet[:rows].copy()
    for at in range(1, width):
        total += sheet[at : rows + at]
    return total


def _up_to(sheet: NDArray[Any]) -> Reals:
    """The sums of all before each place on the last axis, and of the whole."""
    total = np.zeros((*sheet.shape[:-1], sheet.shape[-1] + 1))
    np.cumsum(sheet, axis=-1, out=total[..., 1:])
    return total


# ------------------------------------------------------------------ endings and places


def _agreement(source: Sequence[str], target: Sequence[str], kept: float) -> Reals:
    """For each pair of sentences the log-likelihood ratio of their kinds, of which so many are kept."""
    kinds = {kind: number for number, kind in enumerate({*source, *target})}
    left, right = ([kinds[kind] for kind in side] for side in (source, target))
    frequency = np.bincount(np.array(right, np.int64), minlength=len(kinds)) + 0.5
    frequency = frequency / frequency.sum()
    # Of kinds that are not kept, the target's frequency decides.
    table = np.broadcast_to(
        (1 - kept) / np.maximum(1 - frequency, 0.05)[:, None], (len(kinds),) * 2
    )
    table = np.where(np.eye(len(kinds), dtype=bool), kept / frequency, table)
    scores: Reals = np.log(table)[np.ix_(left, right)]
    return scores


def _kinds(places: Places | None, sizes: tuple[int, int]) -> tuple[Ids, ...]:
    """The kinds of the sentences on either side, and one more that is none."""
    kinds = [[UNKNOWN] * size for size in sizes]
    if places is not None:
        kinds = [[FIRST if place.first else INNER for place in side] for side in places]
    return tuple(np.array([*side, -1]) for side in kinds)


def _of_places(places: Places | None) -> tuple[Reals | None, tuple[Reals, Reals]]:
    """The evidence of the first sentences of a bead, and what all before each one cost if they are
    others, on either side."""
    if places is None:
        return None, (np.zeros(1), np.zeros(1))
    kinds = [[place.kind for place in side] for side in places]
    firsts = [[str(place.first) for place in side] for side in places]
    starts = _agreement(kinds[0], kinds[1], _SAME_KIND)
    starts = starts + _agreement(firsts[0], firsts[1], _SAME_START)
    source, target = (
        _up_to(np.array([math.log(_CROSSES) if place.first else 0.0 for place in side]))
        for side in places
    )
    return starts, (source, target)


# ------------------------------------------------------------------ words


@dataclass(frozen=True, slots=True, eq=False)
class _WordSide:
    """The distinct words of a list of sentences, and how often each stands in each sentence and in each clause.

    `first` are the numbers of the sentences' first clauses, and of all clauses.
    """

    words: Mapping[str, int]
    sentences: Floats
    clauses: Floats
    first: Ids

    @classmethod
    def of(cls, sentences: Sequence[Tokens]) -> _WordSide:
        text = list(chain.from_iterable(s.words for s in sentences))
        words = {word: number for number, word in enumerate(dict.fromkeys(text))}
        columns = np.array(list(map(words.__getitem__, text)), np.int64)
        sizes = [len(s.words) for s in sentences]
        clauses = [len(s.clauses) + 1 for s in sentences]
        # Where each clause ends among all words.
        before = np.cumsum([0, *sizes])
        ends = np.array([end for s in sentences for end in (*s.clauses, len(s.words))], np.int64)
        ends += np.repeat(before[:-1], clauses)
        return cls(
            words=words,
            sentences=_counts(columns, sizes, len(words)),
            clauses=_counts(columns, np.diff(ends, prepend=0), len(words)),
            first=np.cumsum([0, *clauses]),
        )


def _counts(columns: Ids, sizes: Sequence[int] | Ids, width: int) -> Floats:
    """How often each word stands in each stretch of a text, whose sizes are given."""
    counts = np.zeros((len(sizes), width), np.float32)
    np.add.at(counts, (np.repeat(np.arange(len(sizes)), sizes), columns), 1)
    return counts


class _Explained:
    """How well the words of one side explain those of the other one."""

    def __init__(self, side: _WordSide, other: _WordSide, link: _Link) -> None:
        self._other = other
        frequency = other.sentences.sum(axis=0) + 0.5
        self._frequency = frequency / frequency.sum()
        self._said = side.sentences @ link.probabilities
        self._sizes = side.sentences.sum(axis=1)
        self._usual = max(1.0, float(self._sizes.mean())) if len(self._sizes) else 1.0
        self._share = link.share

    def sentences(self, width: int) -> Reals:
        """The log-likelihood ratio of all sentences before each one of the other side (columns), and of
        all, as parts of the translation of `width` sentences of this one (rows, by the first)."""
        words = (self._gains(width) @ self._other.sentences.T).astype(np.float64)
        # Of a sentence that says more than a likelihood can hold, the logarithm is known without it.
        return _up_to(np.maximum(np.log(_likelihood(words)), words + math.log(1 - _FREE)))

    def clauses(self, width: int) -> Reals:
        """The same of clauses, none of which is free."""
        return _up_to(self._gains(width) @ self._other.clauses.T)

    def _gains(self, width: int) -> Floats:
        dilution = (_sums(self._sizes, width) + 1) ** _DILUTION * self._usual ** (1 - _DILUTION)
        likely = _sums(self._said, width) / (dilution[:, None] * self._frequency)
        # In place, as all sheets of so many words: half of the time goes into new ones.
        likely -= 1
        likely *= self._share
        likely += 1
        gains: Floats = np.log(likely, out=likely)
        return gains


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """What the words of beads score from one side to the other.

    `sentences` are sums up to each sentence of the other side, as translations of so many neighbours of this one.
    `lending` are two neighbours of the other side, as translations of so many of this one and so many behind
    those, but for a clause.
    """

    sentences: Callable[[int], Reals]
    lending: Callable[[int, int], Reals]

    @classmethod
    def of(cls, explained: _Explained, first: Ids) -> _Words:
        clauses = cache(explained.clauses)
        return cls(
            cache(explained.sentences),
            cache(lambda width, after: _lending(clauses(width), clauses(after)[width:], first)),
        )

    def whole(self, shape: Shape, rows: Ids, columns: Ids) -> Reals:
        """The score of beads of a shape, by their first sentences, as translations of the whole."""
        sums = self.sentences(shape[0])
        score: Reals = sums[rows, columns + shape[1]] - sums[rows, columns]
        return score

    def lent(self, parts: tuple[Shape, Shape], rows: Ids, columns: Ids) -> Reals:
        """The same of beads in two parts, of which one lent a clause to the other."""
        (a, b), (p, q) = parts
        score = self.lending(a, p)[rows, columns + b - 1]
        if b > 1:
            score += self.whole((a, b - 1), rows, columns)
        if q > 1:
            score += self.whole((p, q - 1), rows + a, columns + b + 1)
        return score


def _lending(before: Reals, behind: Reals, first: Ids) -> Reals:
    """The score of each two neighbours of which one is broken at a pause, all of them as likely, by sums up to
    each clause with what the beginning translates, and with what the end does."""
    rows, size = min(len(before), len(behind)), np.diff(first)
    before, behind = before[:rows], behind[:rows]
    begin, end = before[:, first], behind[:, first]
    both = _likelihood(before[:, :-1] - begin[:, :-1].repeat(size, axis=1))
    both *= _likelihood(end[:, 1:].repeat(size, axis=1) - behind[:, :-1])
    both[:, first[:-1]] = 0.0
    broken = np.add.reduceat(both, first[:-1], axis=1) * (_BROKEN / np.maximum(size - 1, 1))
    own, other = (_likelihood(np.diff(sums)) for sums in (begin, end))
    gain = (broken / own)[:, :-1] + (broken / other)[:, 1:] + _UNBROKEN
    lending: Reals = np.log(own[:, :-1]) + np.log(other[:, 1:]) + np.log(gain)
    return lending


def _likelihood(words: Reals) -> Reals:
    """The likelihood ratio of words by its logarithm: translations may be so free that their words say nothing."""
    likely = np.minimum(words, _MOST)
    np.exp(likely, out=likely)
    likely *= 1 - _FREE
    likely += _FREE
    return likely


class _Link(NamedTuple):
    """p(word | word of the other side), and the share of each word's uses that it explains."""

    probabilities: Floats
    share: Floats


def _links(lexicon: Lexicon, left: _WordSide, right: _WordSide) -> tuple[_Link, _Link]:
    """From source to target, and back."""
    source = _numbers(lexicon.source_words, left.words)
    target = _numbers(lexicon.target_words, right.words)
    forward = _dense(lexicon.forward, source, target)
    backward = _dense(lexicon.backward, target, source)
    likeness = _likeness(left.words, right.words)
    return (
        _link(forward, likeness, right.words),
        _link(backward, [(j, i, p) for i, j, p in likeness], left.words),
    )


def _link(known: Floats, likeness: Sequence[tuple[int, int, float]], words: Iterable[str]) -> _Link:
    learnt = known.any(axis=0)
    for i, j, probability in likeness:
        known[i, j] = max(known[i, j], probability)
    share = np.where(learnt, _LEXICON_WORDS, _SAME_WORDS)
    share[np.array(list(map(_is_kept, words)), bool)] = _ANCHORS
    return _Link(known, (share * known.any(axis=0)).astype(np.float32))


@lru_cache(maxsize=16384)
def _is_kept(word: str) -> bool:
    return is_anchor(word) or word.isdigit()


def _numbers(known: Mapping[str, int], words: Iterable[str]) -> Ids:
    """The numbers of words in the lexicon, -1 for unknown ones."""
    return np.array(list(map(known.get, words, repeat(-1))), np.int64)


def _dense(table: TranslationTable, source: Ids, target: Ids) -> Floats:
    """The part of a table for these words, as a matrix."""
    sheet = np.zeros((len(source), len(target)), np.float32)
    rows = np.flatnonzero(source >= 0)
    first = np.searchsorted(table.source, source[rows])
    sizes = np.searchsorted(table.source, source[rows], "right") - first
    entries = np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    columns = np.full(int(max(table.target.max(initial=0), target.max(initial=0))) + 1, -1)
    columns[target[target >= 0]] = np.flatnonzero(target >= 0)
    column = columns[table.target[entries]]
    found = column >= 0
    sheet[np.repeat(rows, sizes)[found], column[found]] = table.probability[entries][found]
    return sheet


def _likeness(left: Mapping[str, int], right: Mapping[str, int]) -> list[tuple[int, int, float]]:
    """Pairs of words that need no lexicon, with their probability: equal ones and cognates."""
    pairs = [(i, right[word], _IDENTICAL) for word, i in left.items() if word in right]
    alike: dict[str, list[tuple[str, str]]] = {}
    for word in right:
        if letters := plain(word):
            alike.setdefault(letters[:COGNATE_KEY], []).append((word, letters))
    for word, i in left.items():
        if letters := plain(word):
            for other, theirs in alike.get(letters[:COGNATE_KEY], ()):
                likeness = _cognates(letters, theirs)
                if word != other and likeness > _LEAST_LIKENESS:
                    pairs.append((i, right[other], _COGNATE * likeness))
    return pairs


def _cognates(word: str, other: str) -> float:
    """How much two words look like cognates: by all letters in order, or by what they begin with."""
    begin = Prefix.similarity(word, other)
    stem = begin / min(len(word), len(other)) if begin >= _STEM else 0.0
    return max(stem, LCSseq.normalized_similarity(word, other))
