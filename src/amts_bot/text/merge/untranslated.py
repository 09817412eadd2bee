"""English that still stands in a target page is asked for again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

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
from amts_bot.text.review_state import Sentences, untranslated_sentences

_REASON = "still in English"


def reopened(draft: Draft, names: Sentences) -> Draft:
    """The draft with a request for every sentence that the lock names and that stands in English."""
    return replace(draft, parts=tuple(_reopened(part, names) for part in draft.parts))


def _reopened(part: Part, names: Sentences) -> Part:
    step = part.step
    if not isinstance(step, Keep | Carry | Move | Translate):
        return part
    wanted = list(untranslated_sentences((u.source for u in step.units if u.kind in PROSE), names))
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
