"""What the pages of a book teach, kept from run to run: only pages whose text changed are read and aligned again.

A lexicon of the whole book makes each page depend on all others. So the lexicon is an input of its own, and each page
depends on its two texts, the manner and the lexicon: with one lexicon the order of edits, and what was kept of them,
changes nothing. It stays until more than `MOST_NEW` of the text is new to it, then all pages are aligned anew.
No rule that looks at the book alone could do better: one that let every small edit pass would, edit by edit, come to
the same lexicon for any book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from amts_bot import __version__
from amts_bot.model import PROSE, counted
from amts_bot.ports import Progress, Workers
from amts_bot.teach.kept import KeptBook, Repeats, TaughtPage, digest, line_of, page_of
from amts_bot.text.align import lexicon
from amts_bot.text.align.learning import learn
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.markdown.blocks import split
from amts_bot.text.measure.held_out import in_slice
from amts_bot.text.pairs.bitext import Level, Pair, bitext, page_sentences
from amts_bot.text.pairs.cleaning import LEAST_PROBABILITY, candidate, repeats_of
from amts_bot.text.pairs.holdout import HeldOut

# The lexicon is learnt again when more of the book's text than this is new to it. Up to that the
# pages that did not change keep the alignments they have.
MOST_NEW = 0.1
NO_PAIRS = "no text with a counterpart"
NO_TRANSLATION = "does not look like a translation: the aligner is sure of almost nothing"
# Below this share of a page's prose in sure pairs it is no translation of its English: in a real book
# all pages had more, 11 of 13 pages paired at random less.
_LEAST_SURE = 0.2
# A piece of work for one process, in characters: small enough to share out evenly.
_PORTION = 250_000

PageTexts = tuple[str, str]  # a page and its translation


@dataclass(frozen=True, slots=True)
class Manner:
    """How pages are aligned."""

    source_language: str
    target_language: str
    level: Level = "sentence"

    @property
    def codes(self) -> tuple[str, str]:
        return self.source_language, self.target_language

    @property
    def stamp(self) -> str:
        """What all that is kept depends on, beside the texts."""
        return f"amts-bot {__version__} {self}"


@dataclass(frozen=True, slots=True)
class Aligned:
    """What each page teaches, and its key, in the order of the pages; how many were aligned anew; and what is to be
    kept for the next run."""

    pages: tuple[TaughtPage, ...]
    keys: tuple[str, ...]
    anew: int
    kept: KeptBook


def align_book(
    pages: Sequence[PageTexts],
    manner: Manner,
    kept: KeptBook,
    workers: Workers,
    *,
    progress: Progress,
) -> Aligned:
    """Aligns every page with the lexicon of the book that was kept, or else with one that is learnt now."""
    keys = tuple(digest(*page) for page in pages)
    if _newer(pages, keys, kept) > MOST_NEW:
        progress.say(f"learning the lexicon of {counted(len(pages), 'page')}")
        kept = KeptBook(_learnt(pages, manner, workers), frozenset(keys))
    missing = {key: page for key, page in zip(keys, pages, strict=True) if key not in kept.pages}
    found = _align(missing, manner, kept.lexicon, workers, progress=progress)
    known = {**kept.pages, **found}
    taught = tuple(page_of(known[key]) for key in keys)
    return Aligned(taught, keys, len(missing), replace(kept, pages=_bounded(known, keys)))


def _bounded(known: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """The lines of the pages of this run, and of as many others: pages that are held out come back."""
    current = {key: known[key] for key in keys}
    others = ((key, line) for key, line in known.items() if key not in current)
    return current | dict(islice(others, len(current)))


def repeats(aligned: Aligned, held_out: Sequence[str], language: str) -> Repeats:
    """The candidates of each page that repeat a held-out sentence; looked for where nobody did yet."""
    name, before = digest(*sorted({*held_out})), aligned.kept.repeats
    known = before.pages if before.held == name else {}
    held = HeldOut(held_out, language)
    found = {
        key: known[key] if key in known else sorted(repeats_of(page.candidates, held))
        for key, page in zip(aligned.keys, aligned.pages, strict=True)
    }
    return Repeats(name, found)


def _newer(pages: Sequence[PageTexts], keys: Sequence[str], kept: KeptBook) -> float:
    """The share of the text that the lexicon has not seen; all of it where there is no lexicon."""
    if not kept.learnt:
        return 1.0
    new = sum(
        len(source) for key, (source, _) in zip(keys, pages, strict=True) if key not in kept.learnt
    )
    return new / max(1, sum(len(source) for source, _ in pages))


# ------------------------------------------------------------------ the work


def _learnt(pages: Sequence[PageTexts], manner: Manner, workers: Workers) -> str:
    """The text of the lexicon: aligning reads it from there, so that a kept one gives the same pairs."""
    split_pages = (
        [page_sentences(*side) for side in zip(page, manner.codes, strict=True)] for page in pages
    )
    learnt = learn(((source, target) for source, target in split_pages), *manner.codes, workers.map)
    return lexicon.render(learnt)


@dataclass(frozen=True, slots=True)
class _Portion:
    """What one process does at a time."""

    pages: Mapping[str, PageTexts]
    manner: Manner
    lexicon: str


def _align(
    pages: Mapping[str, PageTexts],
    manner: Manner,
    lexicon_text: str,
    workers: Workers,
    *,
    progress: Progress,
) -> dict[str, str]:
    portions = [_Portion(part, manner, lexicon_text) for part in _portions(pages)]
    found: dict[str, str] = {}
    for lines in workers.map(_aligned, portions):
        found.update(lines)
        progress.step("aligning", len(found), len(pages))
    return found


def _portions(pages: Mapping[str, PageTexts]) -> Iterator[dict[str, PageTexts]]:
    part: dict[str, PageTexts] = {}
    size = 0
    for key, page in pages.items():
        part[key] = page
        size += sum(map(len, page))
        if size >= _PORTION:
            yield part
            part, size = {}, 0
    if part:
        yield part


def _aligned(portion: _Portion) -> dict[str, str]:
    manner, known = portion.manner, _lexicon(portion.lexicon)
    return {
        key: line_of(_taught(page, bitext(*page, *manner.codes, manner.level, known), manner))
        for key, page in portion.pages.items()
    }


@lru_cache(maxsize=1)  # a process gets several portions
def _lexicon(text: str) -> Lexicon:
    return lexicon.parse(text)


def _taught(page: PageTexts, pairs: Sequence[Pair], manner: Manner) -> TaughtPage:
    source, _ = page
    return TaughtPage(
        fault=_fault(source, pairs),
        in_slice=in_slice(page_sentences(source, manner.source_language)),
        candidates=[candidate(pair, manner.codes) for pair in pairs],
    )


def _fault(source: str, pairs: Sequence[Pair]) -> str:
    """Why nothing of a page enters, or ""."""
    if not pairs:
        return NO_PAIRS
    prose = sum(len(block.text.strip()) for block in split(source) if block.kind in PROSE)
    sure = sum(
        pair.source_range[1] - pair.source_range[0]
        for pair in pairs
        if pair.probability >= LEAST_PROBABILITY
    )
    return "" if sure >= _LEAST_SURE * prose else NO_TRANSLATION
