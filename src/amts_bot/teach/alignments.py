"""The alignments of a whole book, kept from run to run: only pages whose text changed are aligned again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from amts_bot import __version__
from amts_bot.model import BlockKind, counted
from amts_bot.ports import Cache, Progress, Workers
from amts_bot.text.align import lexicon
from amts_bot.text.align.learning import learn
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.pairs.bitext import (
    Level,
    Pair,
    bitext,
    page_sentences,
)

# The lexicon is learnt again when more of the book's text than this is new to it. Up to that the
# pages that did not change keep the alignments they have.
MOST_NEW = 0.1
# A piece of work for one process, in characters: small enough to share out evenly.
_PORTION = 250_000

PageTexts = tuple[str, str]  # a page and its translation


@dataclass(frozen=True, slots=True)
class Manner:
    """How pages are aligned."""

    source_language: str
    target_language: str
    level: Level = "sentence"


@dataclass(frozen=True, slots=True)
class Aligned:
    """The pairs of each page, in the order of the pages, and how many pages were aligned anew."""

    pairs: tuple[list[Pair], ...]
    anew: int


def align_book(
    pages: Sequence[PageTexts], manner: Manner, cache: Cache, workers: Workers, progress: Progress
) -> Aligned:
    """Aligns every page with the lexicon of the whole book.

    With an empty cache the result depends on the pages alone; with a full one, on the lexicon that is
    kept there too, which may be a little older than the book.
    """
    keys = [_digest(*page) for page in pages]
    kept = _recalled(cache.load(), manner)
    if _newer(pages, keys, kept) > MOST_NEW:
        progress.say(f"learning the lexicon of {counted(len(pages), 'page')}")
        kept = _Kept(_learnt(pages, manner, workers), frozenset(keys))
    missing = {key: page for key, page in zip(keys, pages, strict=True) if key not in kept.pages}
    known = {**kept.pages, **_align(missing, manner, kept.lexicon, workers, progress)}
    if missing or known.keys() != set(keys):
        current = {key: known[key] for key in keys}
        cache.save(_written(_Kept(kept.lexicon, kept.learnt, current), manner))
    pairs = tuple(_pairs(known[key], page) for key, page in zip(keys, pages, strict=True))
    return Aligned(pairs, len(missing))


# ------------------------------------------------------------------ the cache

# Kind, probability, range in the source page, range in the target page.
_Row = tuple[BlockKind, float, int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The text of a lexicon, the pages it was learnt from, and what was aligned with it."""

    lexicon: str = ""
    learnt: frozenset[str] = frozenset()
    pages: Mapping[str, Sequence[_Row]] = field(default_factory=dict)


def _digest(*texts: str) -> str:
    lengths = " ".join(str(len(text)) for text in texts)
    return hashlib.sha256("\0".join((lengths, *texts)).encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(manner: Manner) -> str:
    """What else the content depends on: a cache of another version or language is none."""
    return f"amts-bot {__version__} {manner}"


def _written(kept: _Kept, manner: Manner) -> str:
    rows = {"lexicon": kept.lexicon, "learnt": sorted(kept.learnt), "pages": kept.pages}
    text = json.dumps(rows, ensure_ascii=False)
    return f"{_digest(_stamp(manner), text)}\n{text}"


def _recalled(text: str, manner: Manner) -> _Kept:
    """The twin of `_written`; what is damaged or of another making is as good as nothing."""
    digest, _, body = text.partition("\n")
    if digest != _digest(_stamp(manner), body):
        return _Kept()
    rows: dict[str, Any] = json.loads(body)
    return _Kept(rows["lexicon"], frozenset(rows["learnt"]), rows["pages"])


def _newer(pages: Sequence[PageTexts], keys: Sequence[str], kept: _Kept) -> float:
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
    languages = manner.source_language, manner.target_language
    split = (
        [page_sentences(*side) for side in zip(page, languages, strict=True)] for page in pages
    )
    learnt = learn(((source, target) for source, target in split), *languages, workers.map)
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
    progress: Progress,
) -> dict[str, list[_Row]]:
    portions = [_Portion(part, manner, lexicon_text) for part in _portions(pages)]
    found: dict[str, list[_Row]] = {}
    for rows in workers.map(_aligned, portions):
        found.update(rows)
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


def _aligned(portion: _Portion) -> dict[str, list[_Row]]:
    manner = portion.manner
    return {
        key: [
            (p.kind, p.probability, *p.source_range, *p.target_range)
            for p in bitext(
                *page,
                manner.source_language,
                manner.target_language,
                manner.level,
                _lexicon(portion.lexicon),
            )
        ]
        for key, page in portion.pages.items()
    }


@lru_cache(maxsize=1)  # a process gets several portions
def _lexicon(text: str) -> Lexicon:
    return lexicon.parse(text)


def _pairs(rows: Sequence[_Row], page: PageTexts) -> list[Pair]:
    source, target = page
    return [
        Pair(
            source=source[a:b],
            target=target[c:d],
            probability=probability,
            kind=kind,
            source_range=(a, b),
            target_range=(c, d),
        )
        for kind, probability, a, b, c, d in rows
    ]
