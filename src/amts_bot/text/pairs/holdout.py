"""Keeping what is measured on out of what is learnt from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from amts_bot.text.markdown import sentences
from amts_bot.text.merge.changes import comparable, word_similarity
from amts_bot.text.pairs.bitext import page_sentences
from amts_bot.text.pairs.formats import Segment

# Word similarity from which a sentence is a near-duplicate: with fewer changed words than one in
# five, a score on it says how well the engine copies.
NEAR = 0.8


# A page with a greater share of its sentences in another one is a copy. Pages of one subject share words, hardly
# sentences.
_COPY = 0.5
_COMMON_WORDS = 0.6
_LEAST_SENTENCES = 4


def is_copy(page: str, other: str, language: str = "en") -> bool:
    """Does most of one page stand in the other, exactly or nearly?"""
    one, two = sorted((_read(page, language), _read(other, language)), key=lambda it: it.count)
    if one.count < _LEAST_SENTENCES or len(one.words & two.words) < _COMMON_WORDS * len(one.words):
        return False
    return sum(map(two.index.holds, one.sentences)) > _COPY * one.count


@dataclass(frozen=True, slots=True)
class _Read:
    """The different sentences of a page, its words, and where to look its sentences up."""

    sentences: tuple[str, ...]
    words: frozenset[str]
    index: _Index

    @property
    def count(self) -> int:
        return len(self.sentences)


@lru_cache(maxsize=1024)
def _read(page: str, language: str) -> _Read:
    found = tuple(dict.fromkeys(page_sentences(page, language)))
    words = frozenset(word for text in found for word in comparable(text))
    return _Read(found, words, _Index(found))


def exclude(
    segments: Iterable[Segment], held_out: Sequence[str], source_language: str = "en"
) -> list[Segment]:
    """The segments of which no source sentence is a held-out sentence, exactly or nearly."""
    held = HeldOut(held_out, source_language)
    return [segment for segment in segments if not held.has(segment.source)]


class HeldOut:
    """Source sentences that are measured on. Slide markers, case, punctuation and white space do not count."""

    def __init__(self, texts: Iterable[str], language: str = "en") -> None:
        self._index, self._language = _Index(texts), language

    def has(self, text: str) -> bool:
        """Is one of the sentences of a text held out, exactly or nearly?"""
        return bool(self._index) and any(
            self._index.holds(part) for part in sentences.split(text, self._language)
        )


class _Index:
    """Held-out sentences by their pairs of neighbouring words: near-duplicates have some in common."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sentences = [words for text in texts if (words := tuple(comparable(text)))]
        self._exact = frozenset(self._sentences)
        self._by_pair: dict[tuple[str, str], set[int]] = defaultdict(set)
        for number, words in enumerate(self._sentences):
            for pair in pairwise(words):
                self._by_pair[pair].add(number)

    def __bool__(self) -> bool:
        return bool(self._sentences)

    def holds(self, text: str) -> bool:
        words = tuple(comparable(text))
        if words in self._exact:
            return True
        near = {number for pair in pairwise(words) for number in self._by_pair.get(pair, ())}
        return any(
            _may_be_near(words, self._sentences[number])
            and word_similarity(words, self._sentences[number]) >= NEAR
            for number in near
        )


def _may_be_near(a: Sequence[str], b: Sequence[str]) -> bool:
    """Lengths too different cannot reach the similarity: 2 * shorter / (both) is its bound."""
    return 2 * min(len(a), len(b)) >= NEAR * (len(a) + len(b))
