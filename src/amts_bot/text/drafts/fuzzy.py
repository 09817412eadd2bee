"""Sentences of the book that are much like a wanted one, found by their words before anything is split or aligned.

An inverted index of the wanted sentences, not of the book: a run wants some hundred, a book has ten thousands. A
passage is split into sentences only where a stretch of it has most words of a wanted one, a page is aligned only where
one of its sentences is the most like one, and its sentences where it comes to that.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel

from amts_bot.text.align.pages import Alignment
from amts_bot.text.align.sentences import all_sure_boundaries, sure_boundaries
from amts_bot.text.drafts.translated import translated
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.merge.changes import comparable
from amts_bot.text.review_state import Sentences

# Of fewer words any other sentence has most; longer ones than this nobody writes twice.
_LEAST_WORDS, _MOST_WORDS = 3, 200
# In a short sentence, such as a cell, half of the words may be "of the": it must be more like.
_SHORT, _LEAST_OF_SHORT = 6, 0.6
# Words of more wanted sentences than these are left out of the index.
_OFTEN, _OFTEN_SHARE = 50, 0.02
# Of the words that a text must have, so many must be among the rarest.
_FEW = 3
# Where very many wanted sentences have a word, as rows of a table do, the index has so many of them. A text that may be
# like very many is looked up sentence by sentence.
_MOST_HAVING, _MANY = 200, 100
_RAW_WORD = re.compile(r"[^\W_]+")
_PASSAGE = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])")
# What no word is of; without it an item or a heading is the text that its block is looked for by.
_MARK = re.compile(r"\s*(?:#{1,6}|[-*+])[ \t]+")


@dataclass(frozen=True, slots=True)
class Like:
    """A sentence of the book, or a whole block of it, with how like it is to a wanted one (0 to 1)."""

    wanted: str
    english: str
    similarity: float


class _Said(NamedTuple):
    """What is said in a piece of a text: each word once, and how many come again.

    `weight` is how many words it must share, for each that it has, with a sentence that it is alike to.
    """

    words: frozenset[str]
    again: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Wanted:
    """A sentence as it is looked for, by its words, spans and the words that tell it from others.

    A text like it has `enough` of the telling ones, `few` of which are among the rarest, and a run of its pieces
    makes up `gain` by the words that are `said`, some of them `again` (`_may_be_in`).
    """

    text: str
    signs: str  # one for each word and span
    telling: frozenset[str]
    enough: int
    few: int
    said: frozenset[str]
    again: int
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Wanted sentences by the words they have. `least` is the least likeness of a hit."""

    least: float
    _signs: dict[str, str] = field(default_factory=dict)  # of words and spans that they have
    _having: dict[str, list[_Wanted]] = field(default_factory=dict)  # by some of the telling words
    _found: dict[str, tuple[Like, ...]] = field(default_factory=dict)  # in texts that were seen

    def add(self, wanted: str, words: Sequence[str], telling: Sequence[str]) -> None:
        """Adds a sentence in words, by those that tell it from others, the rarest first.

        Who has enough of them has some of the rarest: the most frequent ones need no entry.
        """
        enough = max(1, math.ceil(self.least / (2 - self.least) * len(telling)))
        signs, said = self._signs, inline.skeleton(wanted)
        one = _Wanted(
            text=wanted,
            signs="".join(signs.setdefault(word, chr(len(signs) + 1)) for word in words),
            telling=frozenset(telling),
            enough=enough,
            few=min(_FEW, enough),
            said=frozenset(said),
            again=len(said) - len({*said}),
            gain=self.least / 2 * len(said) - (1 - self.least) * (len(words) - len(said)),
        )
        for word in telling[: len(telling) - enough + _FEW]:
            having = self._having.setdefault(word, [])
            if len(having) < _MOST_HAVING:
                having.append(one)

    def in_page(self, english: str) -> Iterator[Like]:
        """The hits among all passages of a page."""
        if self._having:
            for passage in _PASSAGE.split(english):
                mark = _MARK.match(passage)
                yield from self.in_text(passage[mark.end() :] if mark else passage)

    def likeness(self, english: str) -> dict[str, float]:
        """How like the best hit on a page is to each wanted sentence that has some there."""
        best: dict[str, float] = {}
        for hit in self.in_page(english):
            best[hit.wanted] = max(hit.similarity, best.get(hit.wanted, 0.0))
        return best

    def in_text(self, english: str) -> Sequence[Like]:
        """The hits among a text and its sentences.

        A text is looked through once, also where nothing is found: most passages of a page are blocks, too.
        """
        whole = english.strip()
        if whole not in self._found:
            near = self._near(whole)
            self._found[whole] = tuple(self._in_parts(whole, near)) if near else ()
        return self._found[whole]

    def _near(self, whole: str) -> list[_Wanted]:
        """The wanted sentences that a text or one of its sentences may be like."""
        some = self._sharing(_raw_words(whole))
        return _may_be_in(_pieces(whole, self.least), some) if 0 < len(some) < _MANY else some

    def _sharing(self, words: AbstractSet[str]) -> list[_Wanted]:
        """Two texts of n and m words that are alike by `least` share at least least / (2 - least) of the words of
        either.
        """
        having = map(self._having.__getitem__, words & self._having.keys())
        shared = Counter(chain.from_iterable(having))
        return [
            one
            for one, few in shared.items()
            if few >= one.few and (few >= one.enough or len(one.telling & words) >= one.enough)
        ]

    def _in_parts(self, whole: str, near: Sequence[_Wanted]) -> Iterator[Like]:
        parts = [part.strip() for part in sentences.split(whole, "en")]
        for part in dict.fromkeys([*parts, whole]):
            yield from self._like(part, near if part == whole else self._near_part(part, near))

    def _near_part(self, part: str, near: Sequence[_Wanted]) -> list[_Wanted]:
        """Those that a sentence may be like, of those that its text may be like."""
        words = _raw_words(part)
        return _having_enough(words, near) if len(near) < _MANY else self._sharing(words)

    def _like(self, part: str, near: Sequence[_Wanted]) -> Iterator[Like]:
        """As `word_similarity` has it, of all at once; words that no wanted sentence has are one sign."""
        if not near:
            return
        signs = "".join(self._signs.get(word, _UNKNOWN) for word in comparable(part))
        ours = [one.signs for one in near]
        # `extract_iter` would have the order, but leaves garbage in cycles with each call.
        found = process.extract(
            signs,
            ours,
            scorer=Indel.normalized_similarity,
            score_cutoff=self.least,
            limit=None,
        )
        for words, alike, place in sorted(found, key=itemgetter(2)):
            if alike >= _LEAST_OF_SHORT or len(words) >= _SHORT:
                yield Like(near[place].text, part, alike)


_ROUNDING = 1e-9
_UNKNOWN = "\0"

# A sentence ends nowhere else (`sentences.split`); most periods in names and numbers are left out.
_PIECE_END = re.compile(rf"\.(?![A-Za-z0-9])|[{sentences.MARKS.replace('.', '')}]|\n\s*\n")


def _pieces(text: str, least: float) -> list[_Said]:
    """What is said between two places where a sentence may end."""
    parts = map(inline.said, _PIECE_END.split(inline.mask(text, " ")))
    return [
        _Said(words := frozenset(said), len(said) - len(words), least / 2 * len(said))
        for said in parts
        if said
    ]


def _may_be_in(pieces: Sequence[_Said], wanted: Iterable[_Wanted]) -> list[_Wanted]:
    """Those that some pieces in a row, which any sentence is, may be alike enough to.

    Texts of n and m words share least / 2 * (n + m) of them. So all that the pieces of a sentence share, less
    least / 2 for each of their words, is at least least / 2 * n. Spans, which pieces are without, may be shared.
    """
    found = []
    for one in wanted:
        said, again, gain, run = one.said, one.again, one.gain - _ROUNDING, 0.0
        for words, come, weight in pieces:
            run += len(said & words) + (come if come < again else again) - weight
            if run >= gain:
                break
            if run < 0:
                run = 0.0
        if run >= gain or gain <= 0:
            found.append(one)
    return found


def _having_enough(words: AbstractSet[str], wanted: Iterable[_Wanted]) -> list[_Wanted]:
    return [one for one in wanted if len(one.telling & words) >= one.enough]


def _raw_words(text: str) -> set[str]:
    if text.isascii():  # the same in half of the time, and most English is
        return set(text.translate(_LETTERS).split())
    return set(_RAW_WORD.findall(text.casefold()))


# Of ASCII: letters and digits without their case, a blank in the place of all else.
_LETTERS = "".join(sign.lower() if sign.isalnum() else " " for sign in map(chr, range(128)))


@dataclass(frozen=True, slots=True)
class Match:
    """The reviewed translation of English that is much like a wanted sentence."""

    english: str
    target: str
    similarity: float


@dataclass(slots=True)
class Matcher:
    """Looks for matches on pages, one after the other; whoever has seen a match looks for better ones only.

    `best` says how like the best is that is known of a wanted sentence, 0 where nothing is.
    """

    language: str
    unreviewed: Sentences
    best: dict[str, float] = field(default_factory=dict)

    def __call__(self, made: Search, alignment: Alignment) -> dict[str, Match]:
        """The best match of each wanted sentence on a page, where it is better than the best that is known.

        The sentences of a text are aligned only where it comes to that: the best hits are tried first.
        """
        met: dict[str, list[tuple[Like, _Pair]]] = {}
        for english, target in translated(alignment, self.language, self.unreviewed):
            pair = _Pair(english.strip(), target.strip(), self.language)
            for hit in made.in_text(english):
                if hit.similarity > self.best.get(hit.wanted, 0.0):
                    met.setdefault(hit.wanted, []).append((hit, pair))
        ranked = {w: sorted(hits, key=lambda it: -it[0].similarity) for w, hits in met.items()}
        _align_first(hits[0] for hits in ranked.values())
        found = {wanted: match for wanted, hits in ranked.items() if (match := _best_of(hits))}
        self.best |= {wanted: match.similarity for wanted, match in found.items()}
        return found


def _align_first(hits: Iterable[tuple[Like, _Pair]]) -> None:
    """Those texts are aligned for sure, and together: what is found is remembered."""
    all_sure_boundaries([pair.sides for hit, pair in hits if hit.english != pair.english])


def _best_of(hits: Iterable[tuple[Like, _Pair]]) -> Match | None:
    """The first hit that has a translation."""
    for hit, pair in hits:
        text = pair.target_of(hit.english)
        if text:
            return Match(hit.english, text, hit.similarity)
    return None


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


@dataclass(frozen=True)
class _Pair:
    """A text with its translation; its sentences are aligned when the first is asked for."""

    english: str
    target: str
    language: str

    def target_of(self, part: str) -> str:
        """The translation of the text or of one of its sentences; "" where it is not sure."""
        return self.target if part == self.english else self._parts.get(part, "")

    @cached_property
    def sides(self) -> tuple[Sequence[str], Sequence[str]]:
        """The sentences of both."""
        ours = sentences.split(self.target, self.language)
        return sentences.split(self.english, "en"), ours

    @cached_property
    def _parts(self) -> dict[str, str]:
        source, ours = self.sides
        sure = sure_boundaries(source, ours)
        return {
            part.strip(): "".join(ours[sure[i] : sure[i + 1]]).strip()
            for i, part in enumerate(source)
            if i in sure and i + 1 in sure
        }


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
        rarest = sorted(sorted(words), key=often.__getitem__)
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
