"""Learns a lexicon from pages that are translations of each other but not aligned yet.

As in Moore 2002: align by lengths and anchors, learn word translations from the beads that are
likely, align again with what was learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from amts_bot.model import Bead
from amts_bot.text.align import model1
from amts_bot.text.align.lexicon import USUAL_SHAPES, Lexicon
from amts_bot.text.align.model1 import Ids
from amts_bot.text.align.pairhmm import Shape
from amts_bot.text.align.tokens import Tokens, is_anchor, tokens
from amts_bot.text.align.windows import likely_beads

# Each pass counts the beads that are at least so probable, each as much as it is: of two that exclude
# each other the surer one alone would settle at the start what only the words can tell later. A fourth
# pass changes less than one bead in a hundred; a single page is believed too firmly after a third.
_PASSES = (0.1, 0.3, 0.3)
_OWN_PASSES = (0.1, 0.3)
_LONGEST_PAGE = 5_000  # sentences

# What shapes beads have in a text is set against so many beads of usual ones.
_USUAL_BEADS = 60

# Pages that are aligned as one piece of work.
_PORTION = 8


class _Page(NamedTuple):
    """The sentences of a page and of its translation, and the numbers of the known words of each."""

    source: list[Tokens]
    target: list[Tokens]
    source_ids: list[Ids]
    target_ids: list[Ids]


Value = TypeVar("Value")
Result = TypeVar("Result")


class Each(Protocol):
    """Applies a function to values, in order, perhaps several at once."""

    def __call__(
        self, function: Callable[[Value], Result], values: Sequence[Value], /
    ) -> Iterable[Result]: ...


def _one_by_one(
    function: Callable[[Value], Result], values: Sequence[Value], /
) -> Iterable[Result]:
    return map(function, values)


def learn(
    pages: Iterable[tuple[Sequence[str], Sequence[str]]],
    source_language: str,
    target_language: str,
    each: Each = _one_by_one,
    passes: Sequence[float] = _PASSES,
) -> Lexicon:
    """The lexicon of pages, each a pair of its source and its target sentences, in order.

    It knows words that stand in two sentences at least; a single page teaches it a little. `each` may
    align portions of the book at once; the lexicon is the same. In each of the `passes` the beads count
    that are at least so probable.
    """
    cut = [([tokens(s) for s in source], [tokens(t) for t in target]) for source, target in pages]
    source_words = _vocabulary(page[0] for page in cut)
    target_words = _vocabulary(page[1] for page in cut)
    lexicon = Lexicon(
        source_language=source_language,
        target_language=target_language,
        source_words=source_words,
        target_words=target_words,
        sentences=sum(len(source) for source, _ in cut),
    )
    numbers = source_words, target_words
    made = [_Page(*page, *map(_all_ids, page, numbers)) for page in cut]
    portions = [made[at : at + _PORTION] for at in range(0, len(made), _PORTION)]
    for least in passes:
        found = each(partial(_portion_beads, lexicon, least), portions)
        beads = [bead for part in found for bead in part]
        there = [model1.WeightedBead(*bead.words, bead.weight) for bead in beads]
        back = [model1.WeightedBead(*bead.words[::-1], bead.weight) for bead in beads]
        lexicon = replace(
            lexicon,
            forward=model1.train(there, len(source_words), len(target_words)),
            backward=model1.train(back, len(target_words), len(source_words)),
            shapes=_shapes(beads),
        )
    return lexicon


def own_lexicon(
    source: Sequence[str], target: Sequence[str], source_language: str, target_language: str
) -> Lexicon:
    """What the sentences of one page teach about themselves, where there is no better lexicon; nothing
    where a page is as long as a book."""
    pages = [(source, target)] if max(len(source), len(target)) <= _LONGEST_PAGE else []
    return replace(
        learn(pages, source_language, target_language, passes=_OWN_PASSES), own=bool(pages)
    )


def _vocabulary(pages: Iterable[Iterable[Tokens]]) -> dict[str, int]:
    """Words of two sentences or more; anchors are their own translation."""
    counts = Counter(word for page in pages for sentence in page for word in {*sentence.words})
    known = (word for word, count in counts.items() if count > 1 and not is_anchor(word))
    return {word: number for number, word in enumerate(sorted(known))}


class _Counted(NamedTuple):
    """A bead of a page, the numbers of its words on both sides, and how likely it is."""

    shape: Shape
    words: tuple[Ids, Ids]
    weight: float


def _shapes(beads: Iterable[_Counted]) -> Mapping[Shape, float]:
    """How often beads of each shape are found here, and usually."""
    found = {shape: _USUAL_BEADS * share for shape, share in USUAL_SHAPES.items()}
    for bead in beads:
        found[bead.shape] += bead.weight
    whole = sum(found.values())
    return {shape: count / whole for shape, count in found.items()}


def _portion_beads(lexicon: Lexicon, least: float, pages: Sequence[_Page]) -> list[_Counted]:
    return [bead for page in pages for bead in _beads(page, lexicon, least)]


def _beads(page: _Page, lexicon: Lexicon, least: float) -> Iterable[_Counted]:
    for bead in likely_beads(page.source, page.target, lexicon, least):
        if not _is_left(page, bead):
            words = (
                np.concatenate(page.source_ids[bead.source.start : bead.source.stop]),
                np.concatenate(page.target_ids[bead.target.start : bead.target.stop]),
            )
            yield _Counted((len(bead.source), len(bead.target)), words, bead.probability)


_NAMES = 3  # more words than that, and it is a sentence that nobody has translated


def _is_left(page: _Page, bead: Bead) -> bool:
    source, target = (
        page.source[bead.source.start : bead.source.stop],
        page.target[bead.target.start : bead.target.stop],
    )
    size = sum(len(sentence.words) for sentence in source)
    if size <= _NAMES or size != sum(len(sentence.words) for sentence in target):
        return False
    return [*chain(*(it.words for it in source))] == [*chain(*(it.words for it in target))]


def _all_ids(side: Iterable[Tokens], numbers: Mapping[str, int]) -> list[Ids]:
    return [_ids(sentence, numbers) for sentence in side]


def _ids(sentence: Tokens, numbers: Mapping[str, int]) -> Ids:
    return np.array([numbers[word] for word in sentence.words if word in numbers], np.int64)
