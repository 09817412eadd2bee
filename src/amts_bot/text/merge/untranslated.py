"""English that still stands in a target page: how the lock names it, and how it is asked for again."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from amts_bot.model import (
    PROSE,
    Carry,
    Draft,
    Keep,
    Move,
    Part,
    Request,
    Translate,
)
from amts_bot.text.align.pages import page
from amts_bot.text.markdown import sentences
from amts_bot.text.review_state import unit_hash

_NORMAL_FORMS: tuple[Literal["NFC"], Literal["NFD"]] = ("NFC", "NFD")
_REASON = "still in English"


def pending_sentences(english: Iterable[str], hashes: Collection[str]) -> Iterator[str]:
    """The sentences of some English texts that the lock names, exactly as they stand there, or stood."""
    if hashes:
        for text in english:
            for sentence in sentences.split(text, "en"):
                if unit_hash(sentence) in hashes:
                    yield from _forms(sentence.strip())


def _forms(sentence: str) -> Iterator[str]:
    """As it is, and as a page may have it that was written in another normal form."""
    yield sentence
    if not sentence.isascii():
        yield from {unicodedata.normalize(form, sentence) for form in _NORMAL_FORMS} - {sentence}


def still_pending(hashes: Collection[str], english: str, target: str) -> set[str]:
    """Those of `hashes` whose English the target page still has."""
    if not hashes:
        return set()
    blocks = (block.text for block in page(english).blocks if block.kind in PROSE)
    return {unit_hash(text) for text in pending_sentences(blocks, hashes) if text in target}


def reopened(draft: Draft, hashes: Collection[str]) -> Draft:
    """The draft with a request for every sentence that the lock names and that stands in English."""
    return replace(draft, parts=tuple(_reopened(part, hashes) for part in draft.parts))


def _reopened(part: Part, hashes: Collection[str]) -> Part:
    step = part.step
    if not isinstance(step, Keep | Carry | Move | Translate):
        return part
    wanted = list(pending_sentences((u.source for u in step.units if u.kind in PROSE), hashes))
    before: tuple[str | Request, ...] = step.pieces if isinstance(step, Translate) else (step.text,)
    pieces = tuple(new for piece in before for new in _opened(piece, wanted))
    if not wanted or pieces == before:
        return part
    reason = step.reason if isinstance(step, Translate) else _REASON
    return replace(part, step=Translate(step.units, pieces, reason))


def _opened(piece: str | Request, wanted: Iterable[str]) -> list[str | Request]:
    if isinstance(piece, Request):
        return [piece]
    for sentence in wanted:
        before, found, after = piece.partition(sentence)
        if found:
            return [*_opened(before, wanted), Request(sentence), *_opened(after, wanted)]
    return [piece] if piece else []
