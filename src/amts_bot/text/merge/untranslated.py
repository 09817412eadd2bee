"""English that still stands in a target page is asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from amts_bot.model import LEAVES, PROSE, Request
from amts_bot.model.steps import (
    Carry,
    Compound,
    Draft,
    Keep,
    Merge,
    Move,
    Part,
    Step,
    Translate,
    Unit,
)
from amts_bot.text.code import api as code
from amts_bot.text.markdown.frames import flat, frame, indented
from amts_bot.text.markdown.leaves import COMPOUND, said
from amts_bot.text.merge.code_cells import placed
from amts_bot.text.merge.entries import STILL_ENGLISH
from amts_bot.text.names.pages import untranslated_sentences
from amts_bot.text.review_state import Sentences


def reopened(draft: Draft, names: Sentences) -> Draft:
    """The draft with a request for every sentence that the lock names and that stands in English."""
    return replace(draft, parts=tuple(_reopened(part, names) for part in draft.parts))


def _reopened(part: Part, names: Sentences) -> Part:
    step = part.step
    if isinstance(step, Compound):
        pieces = tuple(p if isinstance(p, str) else _asked_again(p, names) for p in step.pieces)
        return replace(part, step=replace(step, pieces=pieces))
    if isinstance(step, Keep | Carry | Move | Merge) and step.units[0].kind == "code":
        return replace(part, step=_comments_asked_again(step, names))
    if isinstance(step, Keep | Carry | Move | Translate):
        return replace(part, step=_asked_again(step, names))
    return part


def _comments_asked_again(
    step: Keep | Carry | Move | Merge, names: Sentences
) -> Keep | Carry | Move | Merge | Translate:
    """A comment that waits is asked for as a whole: its lines are written together."""
    english = (comment for unit in step.units for comment in code.comments(unit.source))
    wanted = {comment for comment in english if any(untranslated_sentences([comment], names))}
    plain, indent = flat(step.text)
    pieces = code.opened(plain, wanted)
    if not any(isinstance(piece, Request) for piece in pieces):
        return step
    conflicts = step.conflicts if isinstance(step, Merge) else ()
    asked = placed(pieces, indent)
    return Translate(step.units, asked, step.reason or STILL_ENGLISH, conflicts=conflicts)


_Step = TypeVar("_Step", bound=Step)


def _asked_again(step: _Step, names: Sentences) -> _Step | Translate:
    if not isinstance(step, Keep | Carry | Move | Translate):
        return step
    wanted = list(untranslated_sentences(map(_body, step.units), names))
    before = step.pieces if isinstance(step, Translate) else tuple(_pieces(step))
    pieces = tuple(new for piece in before for new in _opened(piece, wanted))
    if not wanted or pieces == before:
        return step
    if isinstance(step, Translate):
        return replace(step, pieces=pieces)
    return Translate(step.units, tuple(_placed(pieces, frame(step.text).indent)), STILL_ENGLISH)


def _body(unit: Unit) -> str:
    """What of a unit is translated."""
    if unit.kind in LEAVES:
        return unit.source
    return frame(unit.source).body if unit.kind in PROSE - COMPOUND else ""


def _pieces(step: Keep | Carry | Move) -> Iterator[str]:
    """What the text of a step says: a leaf may be written another way, and further lines have marks before them."""
    form = step.units[0].form
    if form is None:
        parts = frame(step.text)
        yield from (parts.prefix, parts.body, parts.suffix)
    else:
        english = step.text == form.english
        yield step.units[0].source if english else said(step.text, form.syntax)


def _placed(pieces: Iterable[str | Request], indent: str) -> Iterator[str | Request]:
    for piece in pieces:
        if isinstance(piece, str):
            yield indented(piece, indent)
        else:
            yield replace(piece, indent=indent) if indent else piece


def _opened(piece: str | Request, wanted: Iterable[str]) -> list[str | Request]:
    if isinstance(piece, Request):
        return [piece]
    for sentence in wanted:
        before, found, after = piece.partition(sentence)
        if found:
            return [*_opened(before, wanted), Request(sentence), *_opened(after, wanted)]
    return [piece] if piece else []
