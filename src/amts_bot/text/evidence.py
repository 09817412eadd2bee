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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from amts_bot.model import BlockKind
from amts_bot.text.lexicon import Lexicon
from amts_bot.text.model1 import Ids, Table
from amts_bot.text.pairhmm import LONGEST, SHAPES
from amts_bot.text.tokens import Tokens, cognate_key, is_anchor

Reals = NDArray[np.float64]
Floats = NDArray[np.float32]

# How often beads of each shape are found, sentences without counterpart aside.
_PRIORS = {
    (1, 1): 0.90,
    (1, 2): 0.03,
    (2, 1): 0.03,
    (2, 2): 0.01,
    (1, 3): 0.006,
    (3, 1): 0.006,
    (2, 3): 0.002,
    (3, 2): 0.002,
    (3, 3): 0.001,
    (1, 4): 0.002,
    (4, 1): 0.002,
}
# Translators swap neighbours: then the group is one bead, whose sentences match crosswise.
_CROSSED = 0.005

# Share of the words that are translations: of anchors, of words that both sides have, of others.
_ANCHORS, _SAME_WORDS, _LEXICON_WORDS = 0.6, 0.5, 0.7
_IDENTICAL = 0.6  # p(word | the same word)
_COGNATE = 0.5  # p(word | a word that begins alike), times the likeness of the two
_LEAST_LIKENESS = 0.6
# A long bead holds a translation of any word by chance; this much of its length counts.
_DILUTION = 0.85
# Share of sentences that are translated so freely that their words say nothing.
_FREE = 0.02

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
        left, right = _Side.of(source), _Side.of(target)
        forward, backward = _links(lexicon, left, right)
        self._forward = _Explained(left, right, forward)
        self._backward = _Explained(right, left, backward)
        self._letters = _letters(source), _letters(target)
        self._lengths = lengths
        endings = [s.ending for s in source], [t.ending for t in target]
        self._endings = _agreement(*endings, _SAME_ENDING)
        self._starts, self._inner = _of_places(places)

    def scores(self, rows: range, columns: range) -> Reals:
        """For each of the `SHAPES` and each node where it may start in this part, its score.

        One more row and column than sentences; minus infinity where the bead does not fit.
        """
        n, m = len(rows), len(columns)
        scores = np.full((len(SHAPES), n + 1, m + 1), -np.inf)
        there = [self._forward.of(rows, columns, a) for a in range(1, min(n, LONGEST) + 1)]
        back = [self._backward.of(columns, rows, b) for b in range(1, min(m, LONGEST) + 1)]
        for k, (a, b) in enumerate(SHAPES):
            if a <= n and b <= m:
                score = self._score(rows, columns, a, b, there[a - 1], back[b - 1])
                scores[k, : n - a + 1, : m - b + 1] = score
        _add_crossed(scores)
        return scores

    def score(self, rows: range, columns: range) -> float:
        """The score of one bead of any size."""
        a, b = len(rows), len(columns)
        there = self._forward.of(rows, columns, a)
        back = self._backward.of(columns, rows, b)
        return float(self._score(rows, columns, a, b, there, back)[0, 0])

    def are_as_long(self, rows: range, columns: range) -> bool:
        """Are two groups of sentences as long as translations of each other are?"""
        source, target = _part(self._letters[0], rows).sum(), _part(self._letters[1], columns).sum()
        return abs(math.log(target / (source * self._lengths.ratio))) < _AS_LONG

    def _score(
        self, rows: range, columns: range, a: int, b: int, there: Reals, back: Reals
    ) -> Reals:
        """The scores of all beads of a by b sentences in a part, by their first sentences.

        `there` holds the evidence of each target sentence, `back` of each source one.
        """
        words = (_sums(there.T, b).T + _sums(back.T, a)) / 2
        score = _log_prior(a, b) + words + self._length(rows, columns, a, b)
        score += self._endings[rows.start + a - 1 : rows.stop, columns.start + b - 1 : columns.stop]
        if self._starts is not None:
            last, final = rows.stop - a + 1, columns.stop - b + 1
            score += self._starts[rows.start : last, columns.start : final]
            for axis, (part, width) in enumerate(((rows, a), (columns, b))):
                inner = _part(self._inner[axis], part)
                joined = _sums(inner, width) - inner[: len(inner) - width + 1]
                score += joined[:, None] if axis == 0 else joined[None, :]
        return score

    def _length(self, rows: range, columns: range, a: int, b: int) -> Reals:
        ratio, mean, deviation = self._lengths
        source = np.log(_sums(_part(self._letters[0], rows), a) * ratio)[:, None]
        each = _part(self._letters[1], columns)
        target = np.log(_sums(each, b))[None, :]
        variance = _VARIANCE + _LETTER_VARIANCE / (np.exp(source) + 20)
        z = (target - source) / np.sqrt(variance)
        as_pair = _STUDENT - (_DEGREES + 1) / 2 * np.log1p(z * z / _DEGREES) - np.log(variance) / 2
        # The sentences of a bead share its length out in any way.
        shared = math.lgamma(b) - (b - 1) * target
        z = (np.log(each) - mean) / deviation
        alone = -z * z / 2 - math.log(deviation * math.sqrt(2 * math.pi)) - np.log(each)
        return as_pair - target + shared - _sums(alone, b)[None, :]


_STUDENT = math.lgamma((_DEGREES + 1) / 2) - math.lgamma(_DEGREES / 2)
_STUDENT -= math.log(_DEGREES * math.pi) / 2


def _part(sheet: NDArray[Any], rows: range) -> NDArray[Any]:
    return sheet[rows.start : rows.stop]


def _log_prior(a: int, b: int) -> float:
    known = _PRIORS.get((a, b))
    return math.log(known) if known else math.log(_PRIORS[1, 4]) - (max(a, b) - 4) * math.log(2)


def _sums(sheet: NDArray[Any], width: int) -> Reals:
    """Sums of so many neighbouring rows."""
    if width == 1:
        return sheet.astype(np.float64)
    total = np.cumsum(sheet, axis=0, dtype=np.float64)
    total[width:] -= total[:-width].copy()
    return total[width - 1 :]


# The orders of two and of three neighbours in which no first part stays in its place.
_ORDERS = (((1, 0),), ((1, 2, 0), (2, 0, 1), (2, 1, 0)))


def _add_crossed(scores: Reals) -> None:
    """Adds to the beads of two by two and three by three what their crossed pairs say."""
    pair = scores[SHAPES.index((1, 1))] - math.log(_PRIORS[1, 1])
    for orders in _ORDERS:
        width = len(orders[0])
        sheet = scores[SHAPES.index((width, width))]
        n, m = max(0, sheet.shape[0] - width), max(0, sheet.shape[1] - width)
        for order in orders:
            crossed = sum(pair[i : n + i, j : m + j] for i, j in enumerate(order))
            likely = math.log(_CROSSED / len(orders)) + crossed
            sheet[:n, :m] = np.logaddexp(sheet[:n, :m], likely)


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


def _of_places(places: Places | None) -> tuple[Reals | None, tuple[Reals, Reals]]:
    """The evidence of the first sentences of a bead, and what the others cost on either side."""
    if places is None:
        return None, (np.zeros(0), np.zeros(0))
    kinds = [[place.kind for place in side] for side in places]
    firsts = [[str(place.first) for place in side] for side in places]
    starts = _agreement(kinds[0], kinds[1], _SAME_KIND)
    starts = starts + _agreement(firsts[0], firsts[1], _SAME_START)
    source, target = (
        np.array([math.log(_CROSSES) if place.first else 0.0 for place in side]) for side in places
    )
    return starts, (source, target)


# ------------------------------------------------------------------ words


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """The distinct words of a list of sentences, and how often each stands in each sentence."""

    words: Mapping[str, int]
    counts: Floats

    @classmethod
    def of(cls, sentences: Sequence[Tokens]) -> _Side:
        words: dict[str, int] = {}
        columns = [words.setdefault(word, len(words)) for s in sentences for word in s.words]
        rows = np.repeat(np.arange(len(sentences)), [len(s.words) for s in sentences])
        flat = rows * len(words) + np.array(columns, np.int64)
        counts = np.bincount(flat, minlength=len(sentences) * len(words))
        return cls(words, counts.reshape(len(sentences), len(words)).astype(np.float32))


class _Explained:
    """How well the words of one side explain those of the other one, sentence by sentence."""

    def __init__(self, side: _Side, other: _Side, link: _Link) -> None:
        self._counts = other.counts
        frequency = other.counts.sum(axis=0) + 0.5
        self._frequency = frequency / frequency.sum()
        self._said = side.counts @ link.probabilities
        self._sizes = side.counts.sum(axis=1)
        self._usual = max(1.0, float(self._sizes.mean())) if len(self._sizes) else 1.0
        self._share = link.share

    def of(self, rows: range, columns: range, width: int) -> Reals:
        """The log-likelihood ratio of each sentence of the other side (columns) as part of the
        translation of `width` sentences of this one (rows, by the first)."""
        dilution = (_sums(_part(self._sizes, rows), width) + 1) ** _DILUTION
        dilution *= self._usual ** (1 - _DILUTION)
        likely = _sums(_part(self._said, rows), width) / (dilution[:, None] * self._frequency)
        ratio = np.log1p(self._share * (likely - 1).astype(np.float32))
        words = (ratio @ _part(self._counts, columns).T).astype(np.float64)
        freely: Reals = np.logaddexp(words + math.log(1 - _FREE), math.log(_FREE))
        return freely


class _Link(NamedTuple):
    """p(word | word of the other side), and the share of each word's uses that it explains."""

    probabilities: Floats
    share: Floats


def _links(lexicon: Lexicon, left: _Side, right: _Side) -> tuple[_Link, _Link]:
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
    kept = [is_anchor(word) or word.isdigit() for word in words]
    share[np.array(kept, bool)] = _ANCHORS
    return _Link(known, (share * known.any(axis=0)).astype(np.float32))


def _numbers(known: Mapping[str, int], words: Iterable[str]) -> Ids:
    """The numbers of words in the lexicon, -1 for unknown ones."""
    return np.array([known.get(word, -1) for word in words], np.int64)


def _dense(table: Table, source: Ids, target: Ids) -> Floats:
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
    alike: dict[str, list[str]] = {}
    for word in right:
        if key := cognate_key(word):
            alike.setdefault(key, []).append(word)
    for word, i in left.items():
        for other in alike.get(cognate_key(word), ()):
            likeness = LCSseq.normalized_similarity(word, other)
            if word != other and likeness > _LEAST_LIKENESS:
                pairs.append((i, right[other], _COGNATE * likeness))
    return pairs
