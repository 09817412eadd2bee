"""Sentences of the book that are much like a wanted one, found by their words before anything is split or aligned.

An inverted index of the wanted sentences, not of the book: a run wants some hundred, a book has ten thousands. A
passage is split into sentences only where it has most words of a wanted one, and a page is aligned only where one of
its sentences is the most like one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain

from amts_bot.text.align.pages import Alignment
from amts_bot.text.align.sentences import sure_boundaries
from amts_bot.text.drafts.translated import translated
from amts_bot.text.markdown import sentences
from amts_bot.text.merge.changes import comparable, word_similarity
from amts_bot.text.review_state import Sentences

# Of fewer words any other sentence has most; longer ones than this nobody writes twice.
_LEAST_WORDS, _MOST_WORDS = 3, 200
# In a short sentence, such as a cell, half of the words may be "of the": it must be more like.
_SHORT, _LEAST_OF_SHORT = 6, 0.6
# Words of more wanted sentences than these are left out of the index.
_OFTEN, _OFTEN_SHARE = 50, 0.02
# Of the words that a text must have, so many must be among the rarest.
_FEW = 3
_RAW_WORD = re.compile(r"[^\W_]+")
_PASSAGE = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])")


@dataclass(frozen=True, slots=True)
class Like:
    """A sentence of the book, or a whole block of it, with how like it is to a wanted one (0 to 1)."""

    wanted: str
    english: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Wanted sentences by the words they have. `least` is the least likeness of a hit."""

    least: float
    _words: dict[str, list[str]] = field(default_factory=dict)  # in order
    _telling: dict[str, frozenset[str]] = field(default_factory=dict)  # its words that count
    _enough: dict[str, int] = field(default_factory=dict)  # how many of those a hit has at least
    _having: dict[str, list[str]] = field(default_factory=dict)  # wanted sentences by a word

    def add(self, wanted: str, words: list[str], telling: Sequence[str]) -> None:
        """Adds a sentence in words, by those that tell it from others, the rarest first.

        Who has enough of them has some of the rarest: the most frequent ones need no entry.
        """
        enough = max(1, math.ceil(self.least / (2 - self.least) * len(telling)))
        self._words[wanted] = words
        self._telling[wanted] = frozenset(telling)
        self._enough[wanted] = enough
        for word in telling[: len(telling) - enough + _FEW]:
            self._having.setdefault(word, []).append(wanted)

    def in_page(self, english: str) -> Iterator[Like]:
        """The hits among all passages of a page."""
        if self._words:
            for passage in _PASSAGE.split(english):
                yield from self.in_text(passage)

    def likeness(self, english: str) -> dict[str, float]:
        """How like the best hit on a page is to each wanted sentence that has some there."""
        best: dict[str, float] = {}
        for hit in self.in_page(english):
            best[hit.wanted] = max(hit.similarity, best.get(hit.wanted, 0.0))
        return best

    def in_text(self, english: str) -> Iterator[Like]:
        """The hits among a text and its sentences."""
        near = self._near(_raw_words(english))
        if not near:
            return
        whole = english.strip()
        parts = [part.strip() for part in sentences.split(english, "en")]
        for part in dict.fromkeys([*parts, whole]):
            yield from self._like(
                part, near if part == whole else self._having_enough(_raw_words(part), near)
            )

    def _near(self, words: AbstractSet[str]) -> list[str]:
        """The wanted sentences that a text of these words may be like: two of n and m words that are alike by `least`
        share at least least / (2 - least) of the words of either.
        """
        having = (self._having[word] for word in words & self._having.keys())
        shared = Counter(chain.from_iterable(having))
        some = (one for one, count in shared.items() if count >= _FEW or count >= self._enough[one])
        return self._having_enough(words, some)

    def _having_enough(self, words: AbstractSet[str], wanted: Iterable[str]) -> list[str]:
        return [one for one in wanted if len(self._telling[one] & words) >= self._enough[one]]

    def _like(self, part: str, near: Iterable[str]) -> Iterator[Like]:
        words = comparable(part) if near else []
        for wanted in near:
            ours = self._words[wanted]
            least = max(self.least, _LEAST_OF_SHORT) if len(ours) < _SHORT else self.least
            if 2 * min(len(ours), len(words)) < least * (len(ours) + len(words)):
                continue
            alike = word_similarity(ours, words)
            if alike >= least:
                yield Like(wanted, part, alike)


def _raw_words(text: str) -> set[str]:
    return set(_RAW_WORD.findall(text.casefold()))


@dataclass(frozen=True, slots=True)
class Match:
    """The reviewed translation of English that is much like a wanted sentence."""

    english: str
    target: str
    similarity: float


def matches(
    alignments: Iterable[Alignment], made: Search, language: str, unreviewed: Sentences
) -> dict[str, Match]:
    """The best match of each wanted sentence on some pages, where their sentences are surely aligned."""
    return best_matches(map(Matcher(made, language, unreviewed), alignments))


@dataclass(slots=True)
class Matcher:
    """Looks for matches on pages, one after the other; whoever has seen a match looks for better ones only."""

    made: Search
    language: str
    unreviewed: Sentences
    _best: dict[str, Match] = field(default_factory=dict, repr=False)

    def __call__(self, alignment: Alignment) -> dict[str, Match]:
        """The best match of each wanted sentence on a page, where it is better than those seen before."""
        found: dict[str, Match] = {}
        for english, target in translated(alignment, self.language, self.unreviewed):
            hits = [hit for hit in self.made.in_text(english) if _is_better(hit, self._best)]
            parts = _aligned(english, target, self.language) if hits else {}
            for hit in hits:
                text = parts.get(hit.english, "")
                if text and _is_better(hit, self._best):
                    found[hit.wanted] = Match(hit.english, text, hit.similarity)
                    self._best[hit.wanted] = found[hit.wanted]
        return found


def best_matches(pages: Iterable[Mapping[str, Match]]) -> dict[str, Match]:
    """The best match of each wanted sentence, of those on several pages; of two equal ones the first."""
    best: dict[str, Match] = {}
    for found in pages:
        best |= {
            wanted: match
            for wanted, match in found.items()
            if wanted not in best or best[wanted].similarity < match.similarity
        }
    return best


def _is_better(hit: Like, best: Mapping[str, Match]) -> bool:
    return hit.wanted not in best or best[hit.wanted].similarity < hit.similarity


def _aligned(english: str, target: str, language: str) -> dict[str, str]:
    """A text and its sentences with their translations, as far as they are sure."""
    source, ours = sentences.split(english, "en"), sentences.split(target, language)
    sure = sure_boundaries(source, ours)
    found = {
        part.strip(): "".join(ours[sure[i] : sure[i + 1]]).strip()
        for i, part in enumerate(source)
        if i in sure and i + 1 in sure
    }
    return {**found, english.strip(): target.strip()}


def search(wanted: Iterable[str], least: float) -> Search:
    """The index of some wanted sentences. Words that many of them have tell nothing."""
    texts = {text: comparable(text) for text in dict.fromkeys(wanted)}
    raw = {
        t: _raw_words(t) for t, words in texts.items() if _LEAST_WORDS <= len(words) <= _MOST_WORDS
    }
    often = Counter(word for words in raw.values() for word in words)
    most = max(_OFTEN, _OFTEN_SHARE * len(raw))
    made = Search(least=least)
    for text, words in raw.items():
        rarest = sorted(words, key=lambda word: (often[word], word))
        telling = [word for word in rarest if often[word] <= most]
        made.add(text, texts[text], telling if len(telling) > 1 else rarest[:2])
    return made


def best_pages(pages: Iterable[tuple[str, Mapping[str, float]]]) -> list[str]:
    """The pages, by name, that have the sentence which is most like a wanted one, by how like each has one.

    In the order in which they were given: of two equal matches the first is taken, on every machine.
    """
    best: dict[str, tuple[float, str]] = {}
    names: list[str] = []
    for name, likeness in pages:
        names.append(name)
        for wanted, similarity in likeness.items():
            if similarity > best.get(wanted, (0.0, ""))[0]:
                best[wanted] = similarity, name
    having = {name for _, name in best.values()}
    return [name for name in names if name in having]
