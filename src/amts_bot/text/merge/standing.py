"""A page as it stands on an open branch, unit by unit: what earlier runs and people made of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from amts_bot.model import Block, Range
from amts_bot.text.align.leaves import paired
from amts_bot.text.align.pages import align
from amts_bot.text.markdown.front_matter import EVERY_KEY
from amts_bot.text.markdown.leaves import leaves
from amts_bot.text.merge.entries import EDITED, Entry, Outcome
from amts_bot.text.names.pages import block_hashes_at
from amts_bot.text.review_state import Blocks, ReviewState

_EDITED = "edited by a person"


@dataclass(frozen=True, slots=True)
class Branch:
    """A target page on the open branch, what the lock says of it there, and the blocks of the default branch's page."""

    text: str
    state: ReviewState
    merged: Blocks


def as_it_stands(planned: Outcome, english: str, branch: Branch) -> Outcome:
    """The outcome that the default branch's page would need, filled with the branch's text.

    `planned` has an entry for each unit of the new `english`; those that are gone keep theirs. Ranges of the
    new target count in the branch's page.
    """
    found = places(english, branch.text)
    entries = [
        entry
        if entry.source_new is None
        else _standing(entry, found.get(entry.source_new[0]), branch)
        for entry in planned.entries
    ]
    return replace(planned, text=branch.text, entries=tuple(entries))


def places(english: str, target: str) -> dict[int, Range]:
    """Where each English unit starts -> where its translation stands; of a group the first block has it."""
    found = align(english, target, EVERY_KEY)
    blocks, standing = found.source.blocks, found.target.blocks
    at: dict[int, Range] = {}
    for bead in found.beads:
        if not bead.source or not bead.target:
            continue
        first, last = standing[bead.target[0]], standing[bead.target[-1]]
        if len(bead.source) == len(bead.target) == 1:
            at |= _leaf_places(blocks[bead.source[0]], first)
        at[blocks[bead.source[0]].start] = first.start, last.end
    return at


def _leaf_places(source: Block, target: Block) -> dict[int, Range]:
    """As `places`, for the leaves of a block that can be paired."""
    english, ours = leaves(source), leaves(target)
    return {
        source.start + english[i].start: (target.start + ours[k].start, target.start + ours[k].end)
        for i, k in (paired(english, ours) or {}).items()
    }


def _standing(entry: Entry, place: Range | None, branch: Branch) -> Entry:
    text = branch.text[slice(*place)] if place else ""
    left = tuple(sentence for sentence in entry.translate if sentence in text)
    entry = replace(entry, target_new=place, translate=left, drafts=())
    if entry.action in ("keep", "move", "hold", "fail") or not place or not text:
        return entry
    names = block_hashes_at(branch.text, place)
    if names & branch.state.stale:
        return replace(entry, action="hold", reason=EDITED)
    if not branch.state.people_blocks(names, branch.merged):
        return entry
    return replace(entry, reason=f"{entry.reason}; {_EDITED}" if entry.reason else _EDITED)


def with_drafts(standing: Outcome, run: Mapping[str, Entry]) -> Outcome:
    """Where a sentence of the last run came from is known: its entries by English text lend it."""
    entries = [
        replace(entry, drafts=run[entry.source].drafts)
        if entry.source in run and entry.action == "translate"
        else entry
        for entry in standing.entries
    ]
    return replace(standing, entries=tuple(entries))
