"""A machine's change made in a person's translation: a three-way merge of words.

Base is the machine's translation of the old English, ours the reviewed one, theirs the machine's of the new English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from amts_bot.text.drafts.pieces import PieceEdit, edits, joined, pieces

# What stands where both sides changed the same words: of (base, ours, theirs) one of the two.
Rule = Callable[[Sequence[str], list[str], list[str]], list[str]]

# A machine that changed its words less than this only worded them anew.
_HARDLY = 0.7


def ours(_base: Sequence[str], mine: list[str], _machine: list[str]) -> list[str]:
    """The person's words."""
    return mine


def theirs(_base: Sequence[str], _mine: list[str], machine: list[str]) -> list[str]:
    """The machine's new words."""
    return machine


def theirs_where_new(base: Sequence[str], mine: list[str], machine: list[str]) -> list[str]:
    """The machine's new words, but the person's where the machine hardly changed its own."""
    return mine if _alike(base, machine) >= _HARDLY else machine


def _alike(left: Sequence[str], right: Sequence[str]) -> float:
    return Indel.normalized_similarity(_said(left), _said(right))


def _said(some: Iterable[str]) -> str:
    return "".join(some).strip()


@dataclass(slots=True)
class _Stretch:
    """A stretch of the base that one side changed, or both."""

    start: int
    end: int
    ours: list[PieceEdit]
    theirs: list[PieceEdit]


def merged(base: str, mine: str, machine: str, rule: Rule) -> str:
    """`mine` with what changed from `base` to `machine`; `rule` decides where both changed the same words."""
    texts = [pieces(text) for text in (base, mine, machine)]
    words = texts[0]
    out: list[str] = []
    position = 0
    for place in _stretches(*(edits(words, text) for text in texts[1:])):
        out += words[position : place.start]
        out += _resolved(words, place, rule)
        position = place.end
    return joined([*out, *words[position:]], texts)


def _stretches(mine: Iterable[PieceEdit], machine: Iterable[PieceEdit]) -> Iterator[_Stretch]:
    """The edits of both sides; those that touch the same words are one place."""
    listed = [(edit, 0) for edit in mine] + [(edit, 1) for edit in machine]
    place: _Stretch | None = None
    for edit, side in sorted(listed, key=lambda e: (e[0].start, e[0].end, e[1])):
        if place is None or not _touches(place, edit):
            if place:
                yield place
            place = _Stretch(edit.start, edit.end, [], [])
        place.end = max(place.end, edit.end)
        (place.theirs if side else place.ours).append(edit)
    if place:
        yield place


def _touches(place: _Stretch, edit: PieceEdit) -> bool:
    return edit.start < place.end or edit.start == edit.end == place.start == place.end


def _resolved(words: Sequence[str], place: _Stretch, rule: Rule) -> list[str]:
    mine, machine = (_edited(words, place, side) for side in (place.ours, place.theirs))
    if not place.theirs or _said(mine) == _said(machine):
        return mine
    if not place.ours:
        return machine
    return rule(words[place.start : place.end], mine, machine)


def _edited(words: Sequence[str], place: _Stretch, changes: Iterable[PieceEdit]) -> list[str]:
    """The words of a place with the edits of one side."""
    out: list[str] = []
    position = place.start
    for edit in changes:
        out += [*words[position : edit.start], *edit.after]
        position = edit.end
    return [*out, *words[position : place.end]]
