"""Text that a person wrote on the open branch stays; what the bot would have written becomes a proposal."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from amts_bot.model import (
    Carry,
    Compound,
    Draft,
    Hold,
    Merge,
    Part,
    Range,
    Reply,
    Translate,
    Unit,
    requests_of,
)
from amts_bot.text.align.pages import page
from amts_bot.text.merge.outcome import Outcome, finish
from amts_bot.text.merge.units import EDITED
from amts_bot.text.review_state import unit_hash


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the bot would have written in the place of lines `[first, last]`; "" proposes to delete them."""

    first: int
    last: int
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """A page on which people's text stands, and what was proposed for it."""

    outcome: Outcome
    proposals: tuple[Proposal, ...] = ()


def blocks_of(target: str) -> frozenset[str]:
    """The names of the blocks of a page."""
    return frozenset(unit_hash(block.text) for block in page(target).blocks)


def names_at(target: str, place: Range) -> frozenset[str]:
    """The names of the blocks of a page that a stretch of it touches."""
    blocks = page(target).blocks
    first = max(0, bisect_right(blocks, place[0], key=lambda block: block.start) - 1)
    touched = takewhile(lambda block: block.start < place[1], blocks[first:])
    return frozenset(unit_hash(block.text) for block in touched if block.end > place[0])


def finish_guarded(
    draft: Draft, answers: Sequence[Reply], target: str, theirs: Collection[str]
) -> Guarded:
    """The finished page, with every block of `target` that `theirs` names as it was.

    `target` is the old target page that the draft was made for, and `theirs` what it was told of; blocks are
    named by `unit_hash`.
    """
    wanted = finish(draft, answers)
    if not theirs:
        return Guarded(wanted)
    ranges = [block.range for block in page(target).blocks if unit_hash(block.text) in theirs]
    parts, left, supply = [], [], iter(answers)  # type: list[Part], list[Reply], Iterator[Reply]
    for part in draft.parts:
        kept = _kept(part, target, ranges)
        parts.append(kept)
        mine = [next(supply) for _ in requests_of(part.step)]
        left += mine if kept is part else []
    outcome = finish(replace(draft, parts=tuple(parts)), left)
    return Guarded(outcome, tuple(_proposals(wanted, outcome)))


def _kept(part: Part, target: str, ranges: Sequence[tuple[int, int]]) -> Part:
    """The part itself, or one that holds the old text where a range of a person lies in it."""
    step = part.step
    if not isinstance(step, Carry | Compound | Merge | Translate):
        return part
    place = _place(step.units)
    if place is None or not any(start < place[1] and place[0] < end for start, end in ranges):
        return part
    return replace(part, step=Hold(step.units, target[slice(*place)], EDITED))


def _place(units: Sequence[Unit]) -> tuple[int, int] | None:
    found = [unit.target_old for unit in units if unit.target_old]
    return (min(start for start, _ in found), max(end for _, end in found)) if found else None


def _proposals(wanted: Outcome, outcome: Outcome) -> Iterator[Proposal]:
    for new, stands in zip(wanted.entries, outcome.entries, strict=True):
        if stands.reason != EDITED or stands.target_new is None:
            continue
        old = outcome.text[slice(*stands.target_new)]
        text = wanted.text[slice(*new.target_new)] if new.target_new and new.source_new else ""
        if text.rstrip() == old.rstrip():
            continue
        first = outcome.text.count("\n", 0, stands.target_new[0]) + 1
        yield Proposal(first, first + old.rstrip("\r\n").count("\n"), text, stands.source)
