"""From aligned pairs to parallel data: reviewed, clean, every source text once.

Parallel data teaches by example, so a pair that nobody should imitate is worse than none. Each pair
that is left out is counted under the first reason that holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import NamedTuple

from amts_bot.text import scripts
from amts_bot.text.languages import language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.checks import spans_come_back
from amts_bot.text.names.pages import sentence_hashes
from amts_bot.text.pairs.addresses import with_addresses_of
from amts_bot.text.pairs.bitext import Pair
from amts_bot.text.pairs.formats import FIELD_RULES, Segment, field_fault
from amts_bot.text.pairs.holdout import HeldOut
from amts_bot.text.review_state import Sentences

LEAST_PROBABILITY = 0.9


@dataclass(frozen=True, slots=True)
class PagePairs:
    """The pairs of one target page, when it last changed (seconds since 1970), and the hashes of its
    units that nobody has reviewed."""

    page: str
    pairs: Sequence[Pair]
    changed: int = 0
    unreviewed: Sentences = frozenset()


class Candidate(NamedTuple):
    """A pair as two lines of running text, with all that is to be said of it whatever book it stands in.

    `ratio` is how long the target is for the source. `written` is the target as it stands on its page: its sentences
    are known by that. `fault` is the first of the `RULES` that leaves it out, `form` what a field may not be; or "".
    """

    source: str
    target: str
    probability: float
    ratio: float
    written: str
    fault: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePage:
    """The candidates of one target page, the rest as in `PagePairs`, and the numbers of those that repeat a
    held-out sentence."""

    page: str
    candidates: Sequence[Candidate]
    changed: int = 0
    unreviewed: Sentences = frozenset()
    repeats: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A source text with several translations: the one that was taken, and the others."""

    taken: Segment
    others: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ParallelData:
    """`segments` in the order of the book, and how many pairs were `rejected` for which reason.

    Segments and rejected pairs together are all pairs.
    """

    segments: tuple[Segment, ...]
    rejected: Mapping[str, int]
    conflicts: tuple[Conflict, ...] = ()


def build(
    pages: Iterable[PagePairs],
    source_language: str,
    target_language: str,
    *,
    least_probability: float = LEAST_PROBABILITY,
    held_out: Sequence[str] = (),
    reverse: bool = False,
) -> ParallelData:
    """The parallel data of a book.

    `held_out` are source sentences that no segment may repeat, exactly or nearly. `reverse` turns
    the pairs round, so that they teach the way from the target language to the source language.
    """
    codes, held = (source_language, target_language), HeldOut(held_out, source_language)
    found = [candidate_page(page, codes, held) for page in pages]
    return choose(found, target_language, least_probability=least_probability, reverse=reverse)


def candidate_page(page: PagePairs, codes: tuple[str, str], held_out: HeldOut) -> CandidatePage:
    """The candidates that the pairs of a page are, between languages of two codes."""
    found = [candidate(pair, codes) for pair in page.pairs]
    return CandidatePage(
        page=page.page,
        candidates=found,
        changed=page.changed,
        unreviewed=page.unreviewed,
        repeats=repeats_of(found, held_out),
    )


def repeats_of(candidates: Sequence[Candidate], held_out: HeldOut) -> frozenset[int]:
    """The numbers of the candidates that repeat a held-out sentence, of those that could enter without it."""
    return frozenset(
        number
        for number, it in enumerate(candidates)
        if not it.fault and not it.form and held_out.has(it.source)
    )


def choose(
    pages: Sequence[CandidatePage],
    target_language: str,
    *,
    least_probability: float = LEAST_PROBABILITY,
    reverse: bool = False,
) -> ParallelData:
    """The parallel data of the candidates of a book; the rest as for `build`."""
    sure = (
        it.ratio for page in pages for it in page.candidates if it.probability >= least_probability
    )
    book = _Book(target_language, least_probability, _typical(list(sure)))
    faults = [
        _fault(number, page, book) for page in pages for number in range(len(page.candidates))
    ]
    segments = (_segment(it, page) for page in pages for it in page.candidates)
    unseen = [it for it, fault in zip(segments, faults, strict=True) if not fault]
    rejected = Counter(fault for fault in faults if fault)
    if reverse:
        unseen = [replace(it, source=it.target, target=it.source) for it in unseen]
    kept, conflicts = resolve(unseen)
    taken = {it.source: it.target for it in kept}
    rejected[OTHER_TRANSLATION] = sum(it.target != taken[it.source] for it in unseen)
    rejected[DUPLICATE] = len(unseen) - len(kept) - rejected[OTHER_TRANSLATION]
    return ParallelData(
        segments=kept,
        rejected={r: rejected[r] for r in REASONS if rejected[r]},
        conflicts=conflicts,
    )


def _segment(candidate: Candidate, page: CandidatePage) -> Segment:
    return Segment(
        source=candidate.source,
        target=candidate.target,
        page=page.page,
        changed=page.changed,
        probability=candidate.probability,
    )


# ------------------------------------------------------------------ running text

_WIDE = re.compile(f"[{scripts.WIDE}]")
_WRAP = re.compile(r"[ \t]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])\s*")
_SPACES = re.compile(r"[ \t]+")
_EMPTY_ANCHOR = re.compile(
    r"""<a(?:\s+(?:name|id|class)\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))+\s*(?:/>|>\s*</a>)"""
)


def running_text(text: str) -> str:
    """A stretch of Markdown as one line, as the engine meets it: wraps undone, slide markers and
    emphasis left out (`text.documents` sends emphasis as markup), protected spans as they stand. Empty
    anchors hold no text: one side has them, the other has ids instead.

    A wrap beside a Chinese or Japanese character is nothing, elsewhere it is a space.
    """
    marked = _EMPTY_ANCHOR.sub("", inline.without_markers(text).replace("\ufeff", ""))
    line = _WRAP.sub(_unwrapped, marked)
    protected = inline.protect(_SPACES.sub(" ", line))
    return inline.restore(_without_emphasis(protected.text), protected.originals).strip()


def _without_emphasis(text: str) -> str:
    return inline.EMPHASIS.sub(
        lambda found: _without_emphasis(found["starred"] or found["lined"]), text
    )


def _unwrapped(wrap: re.Match[str]) -> str:
    before, behind = wrap.string[: wrap.start()][-1:], wrap.string[wrap.end() :][:1]
    # A role needs a space before it: 如 :numref:`fig_a`所示.
    if behind != ":" and _WIDE.search(before + behind):
        return ""
    return " "


# ------------------------------------------------------------------ what is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A pair as it is judged by itself: its running texts, the kind of its block, the words outside protected spans
    by side, and whether the source is English."""

    texts: tuple[str, str]
    kind: str
    words: tuple[tuple[str, ...], tuple[str, ...]]
    from_english: bool


@dataclass(frozen=True, slots=True)
class _Book:
    """What candidates are held against: how sure they must be, and how long a target is for its source, as a rule."""

    target_language: str
    least_probability: float
    ratio: float


def candidate(pair: Pair, codes: tuple[str, str]) -> Candidate:
    """A pair between languages of two codes, judged by itself."""
    source, target = running_text(pair.source), running_text(pair.target)
    if pair.kind == "heading":
        source, target = (_SLUG.sub("", text) for text in (source, target))
    target = with_addresses_of(source, target, codes)
    judged = _Judged(
        texts=(source, target),
        kind=pair.kind,
        words=(inline.skeleton(source), inline.skeleton(target)),
        from_english=language(codes[0]).code.startswith("en"),
    )
    return Candidate(
        source=source,
        target=target,
        probability=pair.probability,
        ratio=_ratio(judged.texts),
        written=pair.target,
        fault=next((reason for reason, holds in RULES.items() if holds(judged)), ""),
        form=next((fault for text in judged.texts if (fault := field_fault(text))), ""),
    )


# A name for links behind a heading, as the documentation of some libraries has it: "Word by word[[word-by-word]]".
_SLUG = re.compile(r"\s*\[\[[a-z0-9-]+\]\]\Z")


def _has_no_words(pair: _Judged) -> bool:
    """Numbers, formulas and markup alone teach no language."""
    return not all(any(map(_is_word, words)) for words in pair.words)


def _is_word(word: str) -> bool:
    return any(character.isalpha() for character in word)


def _is_one_link(pair: _Judged) -> bool:
    """The line under every page that leads to its forum, a list of links: furniture."""
    return any(_is_link(text) for text in pair.texts)


def _is_link(text: str) -> bool:
    links = [span for span in inline.spans(text) if span.kind in ("link", "image", "url")]
    return bool(links) and links[0].start == 0 and links[-1].end == len(text) and len(links) <= 2


def _is_table_row(pair: _Judged) -> bool:
    return pair.kind == "row" and any("|" in inline.mask(text) for text in pair.texts)


# Names stay as they are in any translation; more words than that, and a sentence was left.
_MOST_LEFT, _NAMES = 0.6, 3


def _is_untranslated(pair: _Judged) -> bool:
    source = set(pair.words[0])
    left = [word in source for word in pair.words[1]]
    return all(left) or (sum(left) > _NAMES and sum(left) >= _MOST_LEFT * len(left))


def _is_half_translated(pair: _Judged) -> bool:
    """A heading of which words were left in a row: "Convert a map (optional)", "Convert a map (opcional)".

    Names are left, too; but one of these words has no capital. Neighbours of English share such words by chance, not
    rows of them; those of other languages do.
    """
    if pair.kind != "heading" or not pair.from_english:
        return False
    source, target = (set(_in_a_row(text)) for text in pair.texts)
    return any(
        words.split()[0].islower() or words.split()[1].islower() for words in source & target
    )


def _in_a_row(text: str) -> Iterator[str]:
    """Each two words with a space between them."""
    return (found[1] for found in _TWO_WORDS.finditer(inline.mask(text, "|")))


_TWO_WORDS = re.compile(r"(?<![\w.'-])(?=([^\W\d_]+ [^\W\d_]+)(?![\w'-]|\.\w))")


def _has_other_spans(pair: _Judged) -> bool:
    """The bot would not write such a translation itself, so it does not learn from one."""
    return spans_come_back(*pair.texts) is not None


def _has_other_numbers(pair: _Judged) -> bool:
    """Each side has a number that the other lacks: 10 epochs here, 2 epochs there.

    One side alone may spell a number out. Digits are compared between points and commas, which
    languages place differently: 5,800 and 5.800.
    """
    source, target = (set(_DIGITS.findall(inline.mask(text, " "))) for text in pair.texts)
    return bool(source - target) and bool(target - source)


_DIGITS = re.compile(r"[0-9]+")


# How far the length of a translation may be from what is usual in this book, and how many
# characters more or less say nothing.
_MOST_OFF = 1.75
_SLACK = 25
# A Chinese or Japanese character says as much as this many Latin letters.
_LETTERS_PER_WIDE = 2.6
_LEAST_PAIRS = 30


def _length(text: str) -> float:
    """Letters outside protected spans."""
    plain = _SPACES.sub(" ", inline.mask(text, " "))
    return len(plain) + (_LETTERS_PER_WIDE - 1) * len(_WIDE.findall(plain))


def _ratio(texts: tuple[str, str]) -> float:
    source, target = map(_length, texts)
    return (target + _SLACK) / (source + _SLACK)


def _typical(ratios: Sequence[float]) -> float:
    """The median; 1 where there are too few to say."""
    return median(ratios) if len(ratios) >= _LEAST_PAIRS else 1.0


UNSURE, NOT_REVIEWED, ODD_LENGTH = "alignment not sure", "not reviewed", "odd length"
DUPLICATE, OTHER_TRANSLATION, HELD_OUT = "duplicate", "another translation", "held out"

# Of a pair by itself; what only the book tells is asked before and after.
RULES: dict[str, Callable[[_Judged], bool]] = {
    "no words": _has_no_words,
    "only a link": _is_one_link,
    "table row": _is_table_row,
    "untranslated": _is_untranslated,
    "half-translated heading": _is_half_translated,
    "other code, formulas or references": _has_other_spans,
    "other numbers": _has_other_numbers,
}
# In the order in which they are asked.
REASONS = (
    UNSURE,
    NOT_REVIEWED,
    *RULES,
    ODD_LENGTH,
    *FIELD_RULES,
    HELD_OUT,
    DUPLICATE,
    OTHER_TRANSLATION,
)


def _fault(number: int, page: CandidatePage, book: _Book) -> str:
    pair = page.candidates[number]
    if pair.probability < book.least_probability:
        return UNSURE
    if not _is_reviewed(pair, page.unreviewed, book.target_language):
        return NOT_REVIEWED
    off = pair.ratio / book.ratio
    odd = "" if 1 / _MOST_OFF <= off <= _MOST_OFF else ODD_LENGTH
    return pair.fault or odd or pair.form or (HELD_OUT if number in page.repeats else "")


def _is_reviewed(pair: Candidate, unreviewed: Sentences, code: str) -> bool:
    return not unreviewed or unreviewed.isdisjoint(sentence_hashes(pair.written, code))


# ------------------------------------------------------------------ one translation each


def resolve(segments: Iterable[Segment]) -> tuple[tuple[Segment, ...], tuple[Conflict, ...]]:
    """Each source text once, and the conflicts.

    Amazon Translate takes the last of several records with one source text. Here the choice is made
    on purpose: the newest page; of equally new ones the more frequent translation, then the surer.
    """
    by_source: dict[str, list[Segment]] = {}
    for segment in segments:
        by_source.setdefault(segment.source, []).append(segment)
    kept, conflicts = [], []
    for same in by_source.values():
        taken, *others = _by_merit(same)
        kept.append(taken)
        if others:
            conflicts.append(Conflict(taken, tuple(others)))
    return tuple(kept), tuple(conflicts)


def _by_merit(same: Sequence[Segment]) -> list[Segment]:
    """One segment for each translation, the best first."""
    votes = Counter(segment.target for segment in same)
    best: dict[str, Segment] = {}
    for segment in sorted(
        same, key=lambda it: (it.changed, votes[it.target], it.probability), reverse=True
    ):
        best.setdefault(segment.target, segment)
    return list(best.values())
