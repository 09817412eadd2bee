"""Which blocks of the three pages belong together, and in which order the new target has them.

A group joins what the English became (changes) with what translates it (beads). Groups follow the
new English order; what only the translators have stays beside its old neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from amts_bot.model import Bead, Block
from amts_bot.text.merge.changes import Change


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
    """One group of those found, or None: the first takes in the others."""
    distinct = list({id(group): group for group in found}.values())
    for other in distinct[1:]:
        distinct[0].old += other.old
        distinct[0].new += other.new
        distinct[0].target += other.target
        made.remove(other)
    return distinct[0] if distinct else None


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
    shelf = _Shelf(standing)
    for group in sorted([*strays, *own], key=lambda g: g.target[0] if g.target else size):
        shelf.put(group, by_target)
        by_target.update(dict.fromkeys(group.target, group))
    return list(shelf.read())


def outside_tabs(
    in_order: Iterable[Group], new: Sequence[Block], target: Sequence[Block]
) -> Iterator[Group]:
    """What the new English has not does not stand in one of its tabs, unless it is of this tab."""
    tab = ""
    later: list[Group] = []
    for group in in_order:
        if not group.new:
            strange = tab and group.target and target[group.target[0]].context != tab
            if strange:
                later.append(group)
            else:
                yield group
            continue
        if new[group.new[0]].text.lstrip().startswith(":begin_tab:"):
            yield from later
            later = []
        yield group
        last = new[group.new[-1]]
        tab = "" if last.text.lstrip().startswith(":end_tab:") else last.context
        if not tab:
            yield from later
            later = []
    yield from later


def replaced(
    in_order: Iterable[Group], theirs: frozenset[int], replaces: Callable[[Group, Group], bool]
) -> Iterator[Group]:
    """The groups, those that come where a person's text goes joined with what they replace, in order.

    English that has nothing in common with what stood there is one paragraph gone and another one new. But the
    target blocks of people, `theirs`, do not go: what is new is a proposal for them, not a paragraph beside
    them. Where not as many come as go, nobody can tell which replaces which.
    """
    for _, run in groupby(in_order, lambda group: bool(group.old and group.new)):
        stretch = list(run)
        gone = [group for group in stretch if group.old and not group.new]
        come = [group for group in stretch if group.new and not group.old]
        if (
            any(theirs.intersection(group.target) for group in gone)
            and len(gone) == len(come)
            and all(map(replaces, gone, come))
        ):
            for old, new in zip(gone, come, strict=True):
                old.new = new.new
            stretch = [group for group in stretch if group.old or not group.new]
        yield from stretch


class _Shelf:
    """Standing groups, and beside each the ones that were put there: linear, also for huge pages."""

    def __init__(self, standing: Sequence[Group]) -> None:
        self._front: list[Group] = []
        self._standing = standing
        self._known = {id(group) for group in standing if not group.moved}
        self._ahead: dict[int, list[Group]] = {}
        self._behind: dict[int, list[Group]] = {}

    def put(self, group: Group, by_target: Mapping[int, Group]) -> None:
        """Behind the nearest standing block that it followed, else before the one that followed it."""
        start, stop = (group.target[0], group.target[-1]) if group.target else (0, -1)
        before, after = by_target.get(start - 1), by_target.get(stop + 1)
        if id(before) in self._known:
            self._behind.setdefault(id(before), []).append(group)
        elif id(after) in self._known:
            self._ahead.setdefault(id(after), []).append(group)
        else:
            earlier = (by_target.get(j) for j in range(start - 1, -1, -1))
            anchor = next((g for g in earlier if id(g) in self._known), None)
            place = self._front if anchor is None else self._behind.setdefault(id(anchor), [])
            place.append(group)
        self._known.add(id(group))

    def read(self) -> Iterator[Group]:
        """All groups in order; what was put behind a group last stands next to it."""
        stack = [*reversed([*reversed(self._front), *self._standing])]
        while stack:
            group = stack.pop()
            ahead = self._ahead.pop(id(group), None)
            if ahead:
                stack += [group, *reversed(ahead)]
                continue
            yield group
            stack += self._behind.get(id(group), ())
