"""Which blocks of the three pages belong together, and in which order the new target has them.

A group joins what the English became (changes) with what translates it (beads). Groups follow the
new English order; what only the translators have stays beside its old neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from amts_bot.model import Bead
from amts_bot.text.changes import Change


@dataclass(slots=True)
class Group:
    """Blocks that belong together: indices into the three pages."""

    old: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    moved: bool = False


def groups(changes: Sequence[Change], beads: Sequence[Bead]) -> list[Group]:
    """Joins English changes and target beads that share an old block."""
    by_old = {i: bead for bead in beads for i in bead.source}
    made: list[Group] = []
    owner: dict[int, Group] = {}  # old block -> its group
    for change in _contiguous(changes, by_old):
        mates = sorted({k for i in change.old for k in by_old[i].source} | set(change.old))
        group = _joined([owner[i] for i in mates if i in owner], made)
        if group is None:
            group = Group(moved=change.moved)
            made.append(group)
        group.old = sorted({*group.old, *change.old})
        group.new = sorted({*group.new, *change.new})
        targets = (j for i in change.old for j in by_old[i].target)
        group.target = sorted({*group.target, *targets})
        owner.update(dict.fromkeys({*group.old, *mates}, group))
    return made


def _joined(found: Sequence[Group], made: list[Group]) -> Group | None:
    """One group of those found: the first takes in the others."""
    first, *others = list({id(group): group for group in found}.values()) or [None]
    for other in others:
        if first and other:
            first.old += other.old
            first.new += other.new
            first.target += other.target
            made.remove(other)
    return first


def _contiguous(changes: Sequence[Change], by_old: Mapping[int, Bead]) -> Iterator[Change]:
    """Takes a move apart when its old block shares a bead: a group must stay in one piece.

    Where the whole bead moved, its first block leads: the others' text stands with it.
    """
    still = {i for change in changes if change.new and not change.moved for i in change.old}
    for change in changes:
        mates = {k for i in change.old for k in by_old[i].source}
        if not change.moved or mates == set(change.old):
            yield change
        elif mates & still:
            yield Change(change.old, range(0))
            yield Change(range(0), change.new)
        else:
            yield change
            still |= mates


def ordered(made: Sequence[Group], beads: Sequence[Bead], size: int) -> list[Group]:
    """The groups in new English order; `size` is the number of target blocks.

    Groups that the new English has not, and what only the target has, keep their old neighbours.
    """
    by_target = {j: group for group in made for j in group.target}
    standing = sorted((g for g in made if g.new), key=lambda g: g.new[0])
    strays = [g for g in made if not g.new]
    own = [
        Group(target=list(bead.target))
        for bead in beads
        if not bead.source and bead.target[0] not in by_target
    ]
    for group in sorted([*strays, *own], key=lambda g: g.target[0] if g.target else size):
        standing.insert(_place(standing, group, by_target), group)
        by_target.update({j: group for j in group.target})
    return standing


def _place(standing: Sequence[Group], group: Group, by_target: Mapping[int, Group]) -> int:
    """Behind the nearest standing block that it followed, else before the one that followed it."""
    places = {id(g): k for k, g in enumerate(standing) if not g.moved}
    start, stop = (group.target[0], group.target[-1]) if group.target else (0, -1)
    before, after = by_target.get(start - 1), by_target.get(stop + 1)
    if id(before) in places:
        return places[id(before)] + 1
    if id(after) in places:
        return places[id(after)]
    earlier = (by_target.get(j) for j in range(start - 1, -1, -1))
    return next((places[id(g)] + 1 for g in earlier if id(g) in places), 0)
