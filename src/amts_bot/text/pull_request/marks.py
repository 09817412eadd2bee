"""Which sentences of a unit changed: people read these, and the others around them only in passing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from amts_bot.text.pull_request.units import ReviewUnit


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text: one that changed, or one that stands as it stood."""

    text: str
    changed: bool


def marked(unit: ReviewUnit, language: str) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """The translation before and now, each cut into what changed and what did not.

    A sentence whose English changed counts as changed, even where its old translation stands as the draft.
    """
    if not (unit.before and unit.now):
        return _whole(unit.before), _whole(unit.now)
    from amts_bot.text.markdown import sentences  # most runs show no unit

    before, now = (
        [(piece, _squeezed(piece)) for piece in sentences.split(text, language)]
        for text in (unit.before, unit.now)
    )
    drafted = dict.fromkeys(_squeezed(draft.target) for draft in unit.entry.drafts)
    drafted |= dict.fromkeys(_squeezed(english) for english in unit.entry.translate)
    asked = {key for _, key in now if _is_in(key, drafted)}
    was, are = ({key for _, key in side} for side in (before, now))
    return (
        tuple(_stretches(before, was - are | was & asked)),
        tuple(_stretches(now, are - was | asked)),
    )


def _whole(text: str) -> tuple[Stretch, ...]:
    """A text that came or went."""
    return (Stretch(text, True),) if text else ()


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _is_in(sentence: str, texts: Mapping[str, None]) -> bool:
    if not sentence or sentence in texts:
        return bool(sentence)
    return any(sentence in text or text in sentence for text in texts if text)


def _stretches(pieces: Collection[tuple[str, str]], changed: Collection[str]) -> Iterator[Stretch]:
    for is_changed, run in groupby(pieces, key=lambda piece: piece[1] in changed):
        yield Stretch("".join(text for text, _ in run), is_changed)
