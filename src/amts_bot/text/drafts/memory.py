"""The translation memory: reviewed translations of English that stands elsewhere in the book.

Exact matches of whole units and of sentences, looked up for the wanted English only: a book has a
hundred times more sentences than a run asks for, so sentences are aligned where there is a hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from amts_bot.model import (
    Answer,
    Request,
)
from amts_bot.text.align.pages import Alignment
from amts_bot.text.align.sentences import all_sure_boundaries, sure_boundaries
from amts_bot.text.drafts import chooser
from amts_bot.text.drafts.fuzzy import Match
from amts_bot.text.drafts.swaps import stretches
from amts_bot.text.drafts.terms import NO_TERMS, Terms, is_term
from amts_bot.text.drafts.translated import translated
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.checks import complaints
from amts_bot.text.markdown.sameness import seen
from amts_bot.text.review_state import Sentences

Pairs = dict[str, str]  # English, white space collapsed -> target


def key(text: str) -> str:
    """English as the memory knows it: white space collapsed; slide markers and what nobody sees left out."""
    return " ".join(inline.without_markers(seen(text)).split())


def wanted(requests: Iterable[Request]) -> set[str]:
    """The keys that would answer requests: of each whole one, and of its sentences."""
    return {
        key(text) for request in requests for text in (request.source, *_english(request.source))
    }


def _english(text: str) -> list[str]:
    return sentences.split(text, "en")


def collect(
    alignments: Iterable[Alignment],
    keys: set[str],
    language: str,
    unreviewed: Sentences = frozenset(),
) -> Pairs:
    """The reviewed translations of `keys` in the book; where it has several, the most frequent.

    `unreviewed` are sentences of machine text that nobody has reviewed: they are no translations yet.
    """
    return most_frequent(map(Hits(keys, language, unreviewed), alignments))


def most_frequent(pages: Iterable[Iterable[tuple[str, str]]]) -> Pairs:
    """Of the translations that pages have of each text the most frequent, the first of several."""
    votes: dict[str, dict[str, int]] = {}
    for english, target in chain.from_iterable(pages):
        counts = votes.setdefault(english, {})
        counts[target] = counts.get(target, 0) + 1
    return {english: max(counts, key=counts.__getitem__) for english, counts in votes.items()}


@dataclass(slots=True)
class Hits:
    """Looks on a page for `keys`, whole units and sentences, as `collect` says."""

    keys: set[str]
    language: str
    unreviewed: Sentences = frozenset()
    _heads: set[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._heads = {key[:_HEAD] for key in self.keys}

    def __call__(self, alignment: Alignment) -> list[tuple[str, str]]:
        keys, heads = self.keys, self._heads
        return [*_hits(alignment, keys, heads, self.language, unreviewed=self.unreviewed)]


# Where a sentence may start, and how much of its start tells it well enough to split the block.
_START = re.compile(r"(?:^|[.!?:…][)\]\"'”’*_]*)\s*", re.MULTILINE)
_HEAD = 16


def _may_hold(flat: str, heads: set[str]) -> bool:
    """Whether a block, as a key, may hold a wanted sentence: splitting every block of a book takes seconds."""
    return any(flat[m.end() : m.end() + _HEAD] in heads for m in _START.finditer(flat))


def _hits(
    alignment: Alignment, keys: set[str], heads: set[str], language: str, unreviewed: Sentences
) -> Iterator[tuple[str, str]]:
    texts: list[tuple[str, str, _Sides]] = []
    for source, target in translated(alignment, language, unreviewed):
        whole = key(source)
        english = _english(source) if _may_hold(whole, heads) else []
        if len(english) > 1 and any(key(sentence) in keys for sentence in english):
            texts.append((whole, target, (english, sentences.split(target, language))))
        elif whole in keys:
            texts.append((whole, target, ([], [])))
    sure = all_sure_boundaries(sides for _, _, sides in texts)
    for (whole, target, sides), ends in zip(texts, sure, strict=True):
        if whole in keys:
            yield whole, target
        yield from _sentence_hits(sides, ends, keys)


# The English sentences of a text, and those of its translation.
_Sides = tuple[list[str], list[str]]


def wanted_terms(requests: Iterable[Request], language: Language) -> set[str]:
    """What may be terms that the English exchanged, in the old and the new English of requests; without their case."""
    return {
        term.casefold()
        for request in requests
        if request.previous_target
        for pair in stretches(request.previous_source, request.source, language)
        for term in pair
    }


@dataclass(frozen=True, slots=True)
class TermsAlone:
    """Looks on a page for terms, given without their case, where they stand alone, in headings, items, cells, with what
    stands there in the translation.
    """

    wanted: set[str]
    language: str
    unreviewed: Sentences = frozenset()

    def __call__(self, alignment: Alignment) -> list[tuple[str, str]]:
        return [
            (source.strip(), target.strip())
            for source, target in translated(alignment, self.language, self.unreviewed)
            if source.strip().casefold() in self.wanted and is_term(target.strip())
        ]


def sentence_pairs(
    texts: Iterable[tuple[str, str]], keys: set[str], language: str
) -> Iterator[tuple[str, str]]:
    """The translations of the sentences `keys` inside some texts with their translations: one for one where both sides
    have as many, else where the alignment is sure.
    """
    heads = {wanted[:_HEAD] for wanted in keys}
    for source, target in texts if keys else ():
        english = _english(source) if _may_hold(key(source), heads) else []
        ours = sentences.split(target, language)
        if len(english) == len(ours):
            yield from zip(map(key, english), (part.strip() for part in ours), strict=True)
        elif english:
            yield from _sentence_hits((english, ours), sure_boundaries(english, ours), keys)


def _sentence_hits(
    sides: _Sides, sure: Mapping[int, int], keys: set[str]
) -> Iterator[tuple[str, str]]:
    english, target = sides
    for i, sentence in enumerate(english):
        if key(sentence) in keys and i in sure and i + 1 in sure:
            text = "".join(target[sure[i] : sure[i + 1]]).strip()
            if text and key(text) != key(sentence):  # else nobody has translated it
                yield key(sentence), text


def own_answers(
    requests: Iterable[Request], pairs: Pairs, book: chooser.Book
) -> list[Answer | None]:
    """What the memory has for some requests without a look at sentences that are like theirs."""
    return [_own(request, pairs, book) for request in requests]


def likeness_of(requests: Iterable[Request], own: Iterable[Answer | None]) -> dict[str, float]:
    """How like their English the own answers to requests are: of two to the same English, the less like one.

    English that one of them has no answer to is left out.
    """
    alike: dict[str, float] = {}
    for request, answer in zip(requests, own, strict=True):
        mine = answer.similarity if answer else 0.0
        alike[request.source] = min(mine, alike.get(request.source, mine))
    return {source: similarity for source, similarity in alike.items() if similarity}


def answers(
    requests: Iterable[Request], pairs: Pairs, book: chooser.Book, like: Mapping[str, Match]
) -> list[Answer | None]:
    """The best that the memory has for each of some requests."""
    return [answer(request, pairs, book, like) for request in requests]


def answer(
    request: Request, pairs: Pairs, book: chooser.Book, like: Mapping[str, Match] | None = None
) -> Answer | None:
    """The best the memory has: exact, else the old translation of a changed sentence or that of another one that is
    more like it, else sentence by sentence; None when a part is unknown. `like` has such others.
    """
    own = _own(request, pairs, book)
    if request.instead or (own and own.similarity == 1.0):
        return own
    match = like.get(request.source) if like else None
    drafts = [draft for draft in (own, _like(request, match, book) if match else None) if draft]
    return max(drafts, key=lambda draft: draft.similarity, default=None) or _piecewise(
        request.source, pairs
    )


def _own(request: Request, pairs: Pairs, book: chooser.Book) -> Answer | None:
    """An exact answer, else the old translation of a changed sentence."""
    exact = _exact(request.source, pairs)
    if request.instead and (exact is None or exact.target in request.instead):
        return None  # the old translation is what people want another one for
    return exact or _old(request, book)


def _like(request: Request, match: Match, book: chooser.Book) -> Answer | None:
    """The translation of another sentence of the book, as a draft that says of which."""
    made = _old(replace(request, previous_source=match.english, previous_target=match.target), book)
    return replace(made, made_from=match.english) if made else None


def sure_answers(
    requests: Iterable[Request], pairs: Pairs, language: Language, terms: Terms
) -> list[Answer | None]:
    """What needs no machine of some requests."""
    return [sure_answer(request, pairs, language, terms) for request in requests]


def sure_answer(
    request: Request, pairs: Pairs, language: Language, terms: Terms = NO_TERMS
) -> Answer | None:
    """What needs no machine: an exact answer, or the old translation after edits that need no translation."""
    return exact_answer(request.source, pairs) or chooser.mechanical(request, language, terms)


def exact_answer(source: str, pairs: Pairs) -> Answer | None:
    """What the book says of the very English, as a whole or sentence by sentence."""
    return _exact(source, pairs) or _piecewise(source, pairs)


def _exact(source: str, pairs: Pairs) -> Answer | None:
    target = pairs.get(key(source))
    if target is None or target == source or complaints(source, target):
        return None
    return Answer(target, "memory")


def _old(request: Request, book: chooser.Book) -> Answer | None:
    material = chooser.Material(
        source=request.source,
        previous_source=request.previous_source,
        previous_target=request.previous_target,
    )
    found = chooser.choose(material, book) if request.previous_target else None
    return None if found is None or found.damage else found


def _piecewise(source: str, pairs: Pairs) -> Answer | None:
    parts = _english(source)
    if len(parts) < 2:
        return None
    found = [_exact(part.strip(), pairs) for part in parts]
    if not all(found):
        return None
    joined = "".join(
        hit.target + part[len(part.rstrip()) :]
        for hit, part in zip(found, parts, strict=True)
        if hit
    )
    return Answer(joined, "memory")
