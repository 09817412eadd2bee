"""English that still stands in a target page: how the lock names it, and how it is asked for again."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Literal, TypeVar

from amts_bot.model import (
    LEAVES,
    PROSE,
    Carry,
    Compound,
    Draft,
    Keep,
    Move,
    Part,
    Request,
    Step,
    Translate,
    Unit,
)
from amts_bot.text.align.pages import page
from amts_bot.text.markdown import sentences
from amts_bot.text.markdown.frames import frame
from amts_bot.text.markdown.leaves import COMPOUND, leaves, prose, said
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
    bodies = (leaf.text for block in page(english).blocks for leaf in prose(block))
    said = {leaf.text for block in page(target).blocks for leaf in leaves(block)}
    return {
        unit_hash(text)
        for text in pending_sentences(bodies, hashes)
        if text in target or any(text in leaf for leaf in said)
    }


def reopened(draft: Draft, hashes: Collection[str]) -> Draft:
    """The draft with a request for every sentence that the lock names and that stands in English."""
    return replace(draft, parts=tuple(_reopened(part, hashes) for part in draft.parts))


def _reopened(part: Part, hashes: Collection[str]) -> Part:
    step = part.step
    if isinstance(step, Compound):
        pieces = tuple(p if isinstance(p, str) else _asked_again(p, hashes) for p in step.pieces)
        return replace(part, step=replace(step, pieces=pieces))
    if isinstance(step, Keep | Carry | Move | Translate):
        return replace(part, step=_asked_again(step, hashes))
    return part


_Step = TypeVar("_Step", bound=Step)


def _asked_again(step: _Step, hashes: Collection[str]) -> _Step | Translate:
    if not isinstance(step, Keep | Carry | Move | Translate):
        return step
    wanted = list(pending_sentences(map(_body, step.units), hashes))
    before: tuple[str | Request, ...] = (
        step.pieces if isinstance(step, Translate) else (_said(step),)
    )
    pieces = tuple(new for piece in before for new in _opened(piece, wanted))
    if not wanted or pieces == before:
        return step
    reason = step.reason if isinstance(step, Translate) else _REASON
    return Translate(step.units, pieces, reason)


def _body(unit: Unit) -> str:
    """What of a unit is translated."""
    if unit.kind in LEAVES:
        return unit.source
    return frame(unit.source).body if unit.kind in PROSE - COMPOUND else ""


def _said(step: Keep | Carry | Move) -> str:
    """What the text of a step says: a leaf may be written another way."""
    form = step.units[0].form
    if form is None:
        return step.text
    return step.units[0].source if step.text == form.english else said(step.text, form.syntax)


def _opened(piece: str | Request, wanted: Iterable[str]) -> list[str | Request]:
    if isinstance(piece, Request):
        return [piece]
    for sentence in wanted:
        before, found, after = piece.partition(sentence)
        if found:
            return [*_opened(before, wanted), Request(sentence), *_opened(after, wanted)]
    return [piece] if piece else []
