"""Three-way merge of a target page by blocks: the default branch and an open pull request both changed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from amts_bot.text.segments import split


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The merged page. `held` are the blocks of the default branch that stand where the open branch has
    another change, `lost` the blocks of that change."""

    text: str
    held: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def reconcile(base: str, reviewed: str, branch: str) -> Reconciled:
    """`reviewed` with the changes of `base` -> `branch`, block by block.

    Where both changed the same blocks differently, those of `reviewed` stand: a block that the default branch
    changed is always in the result. (The rule of diff3, with blocks of a page in the place of lines; but
    neighbours do not conflict.)
    """
    kept, held, lost = [], [], []  # type: _Blocks, _Blocks, _Blocks
    for old, ours, theirs in _chunks(*(_blocks(page) for page in (base, reviewed, branch))):
        if ours == old:
            kept += theirs
            continue
        kept += ours
        if theirs not in (old, ours):
            held += [block for block in ours if block not in old and block.strip()]
            lost += [block for block in theirs if block not in [*old, *ours] and block.strip()]
    return Reconciled("".join(kept), tuple(held), tuple(lost))


_Blocks = list[str]


def _blocks(page: str) -> _Blocks:
    return [block.text for block in split(page)]


def _chunks(
    base: _Blocks, ours: _Blocks, theirs: _Blocks
) -> Iterator[tuple[_Blocks, _Blocks, _Blocks]]:
    """The pages side by side, cut before and after every block that all three have.

    Blank lines are everywhere, so they are no place to cut.
    """
    mine, others = _matches(base, ours), _matches(base, theirs)
    i = j = k = 0
    for at, block in enumerate(base):
        if at in mine and at in others and block.strip():
            yield from _neighbours(base[i:at], ours[j : mine[at]], theirs[k : others[at]])
            i, j, k = at + 1, mine[at] + 1, others[at] + 1
            yield [block], [block], [block]
    yield from _neighbours(base[i:], ours[j:], theirs[k:])


def _neighbours(
    base: _Blocks, ours: _Blocks, theirs: _Blocks
) -> Iterator[tuple[_Blocks, _Blocks, _Blocks]]:
    """Cut further where a side edited blocks in place: what two people do side by side does not conflict."""
    if _in_place(base, ours):
        for _, i, p, k, q in SequenceMatcher(None, base, theirs, autojunk=False).get_opcodes():
            yield from _one_by_one(base[i:p], ours[i:p], theirs[k:q])
    elif _in_place(base, theirs):
        for _, i, p, k, q in SequenceMatcher(None, base, ours, autojunk=False).get_opcodes():
            yield base[i:p], ours[k:q], theirs[i:p]
    else:
        yield base, ours, theirs


def _in_place(base: _Blocks, other: _Blocks) -> bool:
    """Nothing came or went."""
    return [not block.strip() for block in base] == [not block.strip() for block in other]


def _one_by_one(
    base: _Blocks, ours: _Blocks, theirs: _Blocks
) -> Iterator[tuple[_Blocks, _Blocks, _Blocks]]:
    if len(base) == len(theirs):
        yield from (([a], [b], [c]) for a, b, c in zip(base, ours, theirs, strict=True))
    else:
        yield base, ours, theirs


def _matches(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Index in `base` -> index in `other`, for blocks that stand in both, in order."""
    found = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {a + offset: b + offset for a, b, size in found for offset in range(size)}
