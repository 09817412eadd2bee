"""How well the words of some sentences explain those of others, as translations of them.

Every word is a translation of some word of the other side (IBM Model 1 with the lexicon, or the word itself: anchors,
numbers, names; or a cognate), or stands there by itself. A word that nothing on the other side may translate says
nothing, and is left out of all sums. Everything is a log-likelihood ratio against "written without the other side".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, compress, count, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq, Prefix

from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.align.model1 import Ids, Reals, TranslationTable
from amts_bot.text.align.neighbours import Floats, Neighbours, between, up_to_each
from amts_bot.text.align.tokens import COGNATE_KEY, Tokens, is_anchor, plain

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

_Sentences = Sequence[Tokens]
# Heights and widths of beads.
ManyShapes = tuple[Ids, Ids]


def explained(
    source: Sequence[_Sentences], target: Sequence[_Sentences], lexicon: Lexicon
) -> tuple[Explained, Explained]:
    """The target as the source of some texts explains it, and the source as the target does.

    Sentences are numbered on from text to text; the words of one text explain none of another.
    """
    left, right = _Vocabulary.of(source), _Vocabulary.of(target)
    there, back = _links(lexicon, left, right)
    spoken = left.having(there.rows, back.columns), right.having(there.columns, back.rows)
    ours, theirs = _Spoken.of(source, left, spoken[0]), _Spoken.of(target, right, spoken[1])
    return (
        Explained(ours, theirs, _table(there, *spoken, right)),
        Explained(theirs, ours, _table(back, *spoken[::-1], left)),
    )


# ------------------------------------------------------------------ sides


@dataclass(frozen=True, slots=True, eq=False)
class _Vocabulary:
    """The distinct words of each text, numbered on from text to text, and the numbers of all words as they stand."""

    texts: Sequence[Mapping[str, int]]
    running: Ids

    @classmethod
    def of(cls, texts: Iterable[_Sentences]) -> _Vocabulary:
        fresh = count()
        vocabularies = []
        running: list[int] = []
        for sentences in texts:
            words = list(chain.from_iterable(sentence.words for sentence in sentences))
            numbers = dict(zip(dict.fromkeys(words), fresh, strict=False))
            running += map(numbers.__getitem__, words)
            vocabularies.append(numbers)
        return cls(vocabularies, np.array(running, np.int64))

    @property
    def words(self) -> Iterator[str]:
        return chain.from_iterable(self.texts)

    def having(self, *numbers: Ids) -> _Subset:
        """The words that have one of some numbers."""
        inside = np.zeros(sum(map(len, self.texts)), bool)
        inside[np.concatenate(numbers)] = True
        return _Subset(inside, np.cumsum(inside) - 1)


class _Subset(NamedTuple):
    """Some words: which they are, and their numbers among themselves."""

    inside: NDArray[np.bool_]
    number: Ids


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Spoken:
    """How often each word that has a link stands in each sentence and in each clause, and how frequent it is.

    `sizes` are the sentences' numbers of words, `usual` what is usual in the text of each; `first` are the numbers of
    the sentences' first clauses, and of all clauses.
    """

    sentences: Floats
    clauses: Floats
    first: Ids
    frequency: Floats
    sizes: Floats
    usual: Reals

    @classmethod
    def of(cls, texts: Sequence[_Sentences], words: _Vocabulary, spoken: _Subset) -> _Spoken:
        sentences = list(chain.from_iterable(texts))
        sizes = np.array([len(s.words) for s in sentences], np.int64)
        clauses = [len(s.clauses) + 1 for s in sentences]
        # Where each clause ends among all words.
        ends = np.array([end for s in sentences for end in (*s.clauses, len(s.words))], np.int64)
        ends += np.repeat(np.cumsum(sizes) - sizes, clauses)
        lengths = [len(text) for text in texts]
        whole = [sum(len(s.words) for s in text) for text in texts]
        usual = [
            max(1.0, all_ / max(1, length)) for all_, length in zip(whole, lengths, strict=True)
        ]
        return cls(
            sentences=_counts(words.running, sizes, spoken),
            clauses=_counts(words.running, np.diff(ends, prepend=0), spoken),
            first=np.cumsum([0, *clauses]),
            frequency=_frequency(words, whole)[spoken.inside],
            sizes=sizes.astype(np.float32),
            usual=np.repeat(np.array(usual), lengths),
        )


def _counts(running: Ids, sizes: Ids, spoken: _Subset) -> Floats:
    """How often each word stands in each stretch of a text, whose sizes are given."""
    width = int(spoken.inside.sum())
    chosen = spoken.inside[running]
    place = np.repeat(np.arange(len(sizes)), sizes)[chosen] * width + spoken.number[running[chosen]]
    return (
        np.bincount(place, minlength=len(sizes) * width)
        .reshape(len(sizes), width)
        .astype(np.float32)
    )


def _frequency(words: _Vocabulary, whole: Sequence[int]) -> Floats:
    """The share of each word in its text, of so many words; seen half a time more than it was."""
    distinct = list(map(len, words.texts))
    sums = [all_ + size / 2 for all_, size in zip(whole, distinct, strict=True)]
    counts = np.bincount(words.running, minlength=sum(distinct)) + 0.5
    share: Floats = counts.astype(np.float32) / np.array(sums, np.float32).repeat(distinct)
    return share


# ------------------------------------------------------------------ links


class _Links(NamedTuple):
    """p(word | word of the other side): of a table's columns, given its rows; which are of the `lexicon`, by its
    entries, and which are `alike`."""

    lexicon: _Entries
    alike: _Entries

    @property
    def rows(self) -> Ids:
        return np.concatenate([self.lexicon.rows, self.alike.rows])

    @property
    def columns(self) -> Ids:
        return np.concatenate([self.lexicon.columns, self.alike.columns])


class _Entries(NamedTuple):
    rows: Ids
    columns: Ids
    probability: Reals

    @property
    def turned(self) -> _Entries:
        return _Entries(self.columns, self.rows, self.probability)


class _Table(NamedTuple):
    """p(word | word of the other side), and the share of each word's uses that it explains."""

    probabilities: Floats
    share: Floats


def _table(links: _Links, rows: _Subset, columns: _Subset, words: _Vocabulary) -> _Table:
    """Of the words of two sides that have links; `words` are those of the columns.

    A lexicon links so many words that single precision has to do; few words can be summed up in any company, and
    what is rounded differs too little to decide anything.
    """
    i, j, probability = links.lexicon
    precision = np.float32 if len(i) else np.float64
    known: Floats = np.zeros((rows.inside.sum(), columns.inside.sum()), precision)
    known[rows.number[i], columns.number[j]] = probability
    learnt = known.any(axis=0)
    i, j, probability = links.alike
    place = rows.number[i], columns.number[j]
    known[place] = np.maximum(known[place], probability)
    share = np.where(learnt, _LEXICON_WORDS, _SAME_WORDS)
    share[np.array(list(map(_is_kept, compress(words.words, columns.inside))), bool)] = _ANCHORS
    return _Table(known, (share * known.any(axis=0)).astype(np.float32))


@lru_cache(maxsize=16384)
def _is_kept(word: str) -> bool:
    return is_anchor(word) or word.isdigit()


def _links(lexicon: Lexicon, left: _Vocabulary, right: _Vocabulary) -> tuple[_Links, _Links]:
    """From source to target, and back."""
    texts = list(zip(left.texts, right.texts, strict=True))
    alike = _entries(*(pair for words in texts for pair in _alike(*words)))
    there, back = [_NONE], [_NONE]
    for ours, theirs in texts if lexicon.source_words else ():
        source, target = (
            _Known.of(lexicon.source_words, ours),
            _Known.of(lexicon.target_words, theirs),
        )
        there.append(_of_table(lexicon.forward, source, target))
        back.append(_of_table(lexicon.backward, target, source))
    return _Links(_joined(there), alike), _Links(_joined(back), alike.turned)


def _entries(*found: tuple[int, int, float]) -> _Entries:
    rows, columns, probability = zip(*found, strict=True) if found else ((), (), ())
    return _Entries(
        np.array(rows, np.int64), np.array(columns, np.int64), np.array(probability, np.float64)
    )


_NONE = _entries()


def _joined(parts: Sequence[_Entries]) -> _Entries:
    return _Entries(*map(np.concatenate, zip(*parts, strict=True)))


class _Known(NamedTuple):
    """The words of a text that are in a lexicon: their numbers there, and here."""

    there: Ids
    here: Ids

    @classmethod
    def of(cls, lexicon: Mapping[str, int], words: Mapping[str, int]) -> _Known:
        there = np.array(list(map(lexicon.get, words, repeat(-1))), np.int64)
        known = np.flatnonzero(there >= 0)
        return cls(there[known], known + next(iter(words.values()), 0))


def _of_table(table: TranslationTable, source: _Known, target: _Known) -> _Entries:
    """The part of a table for the words of a text."""
    first = np.searchsorted(table.source, source.there)
    sizes = np.searchsorted(table.source, source.there, "right") - first
    entries = np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    columns = np.full(int(max(table.target.max(initial=0), target.there.max(initial=0))) + 1, -1)
    columns[target.there] = target.here
    column = columns[table.target[entries]]
    found = column >= 0
    return _Entries(
        np.repeat(source.here, sizes)[found], column[found], table.probability[entries][found]
    )


def _alike(left: Mapping[str, int], right: Mapping[str, int]) -> Iterator[tuple[int, int, float]]:
    """Pairs of words that need no lexicon, with their probability: equal ones and cognates."""
    for word in left.keys() & right.keys():
        yield left[word], right[word], _IDENTICAL
    begun: dict[str, list[tuple[str, str]]] = {}
    for word in right:
        if letters := plain(word):
            begun.setdefault(letters[:COGNATE_KEY], []).append((word, letters))
    for word, i in left.items() if begun else ():
        if letters := plain(word):
            for other, theirs in begun.get(letters[:COGNATE_KEY], ()):
                likeness = _cognates(letters, theirs)
                if word != other and likeness > _LEAST_LIKENESS:
                    yield i, right[other], _COGNATE * likeness


def _cognates(word: str, other: str) -> float:
    """How much two words look like cognates: by all letters in order, or by what they begin with."""
    begin = Prefix.similarity(word, other)
    stem = begin / min(len(word), len(other)) if begin >= _STEM else 0.0
    return max(stem, LCSseq.normalized_similarity(word, other))


# ------------------------------------------------------------------ odds


class Explained:
    """The words of one side as the other one explains them."""

    def __init__(self, side: _Spoken, other: _Spoken, table: _Table) -> None:
        self._side, self._other, self._share = side, other, table.share
        self._said = side.sentences @ table.probabilities

    def by(self, groups: Neighbours) -> Odds:
        """By groups of neighbours of the other side."""
        side, other = self._side, self._other
        usual = side.usual[groups.start] ** (1 - _DILUTION)
        dilution = (groups.sums(side.sizes) + 1) ** _DILUTION * usual.astype(np.float32)
        likely = groups.sums(self._said) / (dilution[:, None] * other.frequency)
        # In place, as all sheets of so many words: half of the time goes into new ones.
        likely -= 1
        likely *= self._share
        likely += 1
        return Odds(groups, np.log(likely, out=likely), other)


# How wide the groups are that two neighbours translate which lent each other a clause.
_LENDERS = ((1, 1), (1, 2), (2, 1))
_LENDER = np.array([[0, 0, 0], [0, 0, 1], [0, 2, 0]])


class Odds:
    """The log-likelihood ratios of the words of one side, as what groups of neighbours of the other one say."""

    def __init__(self, groups: Neighbours, gains: Floats, side: _Spoken) -> None:
        self._groups, self._gains, self._side = groups, gains, side
        words = (gains @ side.sentences.T).astype(np.float64)
        # Of a sentence that says more than a likelihood can hold, the logarithm is known without it.
        free = np.maximum(np.log(_likelihood(words)), words + math.log(1 - _FREE))
        self._sentences = up_to_each(free)

    def whole(self, group: Ids, start: Ids, size: Ids) -> Reals:
        """Of neighbours as the translation of the whole of a group."""
        return between(self._sentences, group, start, size)

    def lent(self, first: ManyShapes, second: ManyShapes, row: Ids, column: Ids) -> Reals:
        """Of neighbours in two parts, of which one lent a clause to the other; groups begin with a row."""
        (a, b), (p, q) = first, second
        starts, lending = self._lending
        score: Reals = lending[starts[_LENDER[a, p]] + row, column + b - 1]
        score += self.whole(self._groups.number(a, row), column, b - 1)
        score += self.whole(self._groups.number(p, row + a), column + b + 1, q - 1)
        return score

    @cached_property
    def _lending(self) -> tuple[Ids, Reals]:
        """Of each two neighbours as the translation of a group and of the one behind it, but for a clause: by the
        widths of the groups, and the first of the rows for each."""
        first = self._groups.first
        clauses = up_to_each(self._gains[: first[3]] @ self._side.clauses.T)
        counts = [max(0, int(first[2]) - a - p + 1) for a, p in _LENDERS]
        rows = list(zip(map(np.arange, counts), _LENDERS, strict=True))
        before = np.concatenate([row + first[a] for row, (a, _) in rows])
        behind = np.concatenate([row + first[p] + a for row, (a, p) in rows])
        starts = np.cumsum([0, *counts])
        return starts, _lending(clauses[before], clauses[behind], self._side.first)


def _lending(before: Reals, behind: Reals, first: Ids) -> Reals:
    """The score of each two neighbours of which one is broken at a pause, all of them as likely, by sums up to
    each clause with what the beginning translates, and with what the end does."""
    size = np.diff(first)
    sentence = np.arange(len(size)).repeat(size)  # of each clause
    begin, end = before[:, first], behind[:, first]
    both = _likelihood(before[:, :-1] - begin.take(sentence, axis=1))
    both *= _likelihood(end.take(sentence + 1, axis=1) - behind[:, :-1])
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
