"""Keeping what is measured on out of what is learnt from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from amts_bot.text.markdown import sentences
from amts_bot.text.merge.changes import comparable, word_similarity
from amts_bot.text.pairs.formats import Segment

# Word similarity from which a sentence is a near-duplicate: with fewer changed words than one in
# five, a score on it says how well the engine copies.
NEAR = 0.8


def exclude(
    segments: Iterable[Segment], held_out: Sequence[str], source_language: str = "en"
) -> list[Segment]:
    """The segments of which no source sentence is a held-out sentence, exactly or nearly.

    `held_out` are source sentences. Slide markers, case, punctuation and white space do not count.
    """
    if not held_out:
        return list(segments)
    index = _Index(held_out)
    return [
        segment
        for segment in segments
        if not any(index.holds(part) for part in sentences.split(segment.source, source_language))
    ]


class _Index:
    """Held-out sentences by their pairs of neighbouring words: near-duplicates have some in common."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sentences = [words for text in texts if (words := tuple(comparable(text)))]
        self._exact = frozenset(self._sentences)
        self._by_pair: dict[tuple[str, str], set[int]] = defaultdict(set)
        for number, words in enumerate(self._sentences):
            for pair in pairwise(words):
                self._by_pair[pair].add(number)

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
