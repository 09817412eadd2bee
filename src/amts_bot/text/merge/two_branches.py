"""Three-way merge of a target page by blocks: the default branch and an open pull request both changed it.

The rule of diff3 (Khanna, Kunal & Pierce 2007), with blocks in the place of lines. A block is paired with what it was
edited into, so that what two people do side by side does not conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from amts_bot.model import PROSE, Block
from amts_bot.text.align.lattice import IMPOSSIBLE, best_path
from amts_bot.text.align.pages import page
from amts_bot.text.merge.changes import BlockSimilarity, match, text_similarity

# New prose of both sides in one place that is this much alike is one paragraph, written twice.
_ALIKE = 0.4
# More pairs of blocks than this are not compared: a page that was written anew is one change.
_MOST_PAIRS = 2_500
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The merged page. `held` are the blocks of the default branch that stand where the open branch has
    another change, `lost` the blocks of that change; both without their last line end."""

    text: str
    held: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    """A block without its last line end, and what stands before the next one; None at the end of a page."""

    text: str
    kind: str
    gap: str | None


_Items = list[_Item]


def reconcile(base: str, reviewed: str, branch: str) -> Reconciled:
    """`reviewed` with the changes of `base` -> `branch`, block by block.

    Where both changed the same block differently, that of `reviewed` stands: what the default branch changed is
    always in the result. New blocks of both in one place are both there, unless they are alike.
    """
    old, ours, theirs = (_PageSide.of(text) for text in (base, reviewed, branch))
    theirs, ours = _moved_along(old, theirs, ours)
    ours, theirs = _moved_along(old, ours, theirs)
    kept, held, lost = [], [], []  # type: _Items, _Items, _Items
    for chunk in _chunks(old, ours, theirs):
        stands, against, gone = _merged(*chunk)
        kept += stands
        held += against
        lost += gone
    lead = _newest(old.lead, ours.lead, theirs.lead)
    tail = _newest(*(side.tail if side.items else old.tail for side in (old, ours, theirs)))
    names = (tuple(item.text for item in items) for items in (held, lost))
    return Reconciled(lead + _joined(kept, tail), *names)


def _newest(base: _Value, ours: _Value, theirs: _Value) -> _Value:
    return theirs if ours == base else ours


# ------------------------------------------------------------------ pages as items


@dataclass(frozen=True, slots=True)
class _PageSide:
    """One version of the page: what stands before its first block, its blocks, and how its last line ends."""

    lead: str
    blocks: tuple[Block, ...]
    items: _Items
    tail: str

    @classmethod
    def of(cls, text: str) -> _PageSide:
        found = page(text)
        bodies = [block.text.rstrip("\r\n") for block in found.blocks]
        gaps = [
            block.text[len(body) :] + gap
            for block, body, gap in zip(found.blocks, bodies, found.gaps, strict=True)
        ]
        known: list[str | None] = [*gaps[:-1], None] if gaps else []
        items = [
            _Item(body, block.kind, gap)
            for block, body, gap in zip(found.blocks, bodies, known, strict=True)
        ]
        return cls(found.lead, found.blocks, items, gaps[-1] if gaps else "")

    def with_text(self, at: int, text: str) -> _PageSide:
        items = [*self.items]
        items[at] = replace(items[at], text=text)
        return replace(self, items=items)


def _joined(items: _Items, tail: str) -> str:
    """The text of a page that ends in `tail`, if it has any block."""
    gaps = [_gap(item, following, items) for item, following in pairwise(items)]
    return "".join(item.text + gap for item, gap in zip(items, [*gaps, tail], strict=False))


def _gap(item: _Item, following: _Item, items: _Items) -> str:
    """What was last on its side, and is not any more, is set apart from the next."""
    if item.gap is not None:
        return item.gap
    return _line_end(items) * (1 if item.kind == following.kind == "item" else 2)


def _line_end(items: Iterable[_Item]) -> str:
    return "\r\n" if any(item.gap and item.gap.startswith("\r\n") for item in items) else "\n"


# ------------------------------------------------------------------ what belongs together

_Span = tuple[int, int, int, int]  # blocks [i, p) of the base became [j, q)


def _spans(base: _PageSide, side: _PageSide) -> Iterator[_Span]:
    """What became of the base, in order; both sides are covered once."""
    old, new = ([item.text for item in version.items] for version in (base, side))
    found = match(old, new, BlockSimilarity(base.blocks, side.blocks), moves=False)
    pairs = sorted(
        (c.old.start, c.old.stop, c.new.start, c.new.stop) for c in found if c.old and c.new
    )
    i = j = 0
    for a, b, c, d in [*pairs, (len(old), len(old), len(new), len(new))]:
        yield from _unpaired(base.items[i:a], side.items[j:c], i, j)
        if a < b:
            yield a, b, c, d
        i, j = b, d


def _unpaired(gone: _Items, come: _Items, i: int, j: int) -> Iterator[_Span]:
    """Blocks in one place that are not alike. As many of the same kinds are new wordings, one by one."""
    if [item.kind for item in gone] == [item.kind for item in come]:
        yield from ((i + k, i + k + 1, j + k, j + k + 1) for k in range(len(gone)))
    elif not come:
        yield from ((i + k, i + k + 1, j, j) for k in range(len(gone)))
    else:
        yield from ((i + a, i + b, j + c, j + d) for a, b, c, d in _likest(gone, come))


def _likest(gone: _Items, come: _Items) -> list[_Span]:
    """Several blocks that became more or fewer others: those with any word in common, and the rest between."""

    def score(i: int, p: int, j: int, q: int) -> float:
        one, other = gone[i], come[j]
        alike = text_similarity(one.text, other.text) if one.kind == other.kind else 0.0
        return alike or IMPOSSIBLE

    huge = len(gone) * len(come) > _MOST_PAIRS
    beads = [] if huge else best_path(len(gone), len(come), ((1, 1), (1, 0), (0, 1)), score)
    pairs = [(bead.source[0], bead.target[0]) for bead in beads if bead.source and bead.target]
    spans: list[_Span] = []
    i = j = 0
    for a, c in [*pairs, (len(gone), len(come))]:
        if (
            i == a and spans
        ):  # what only came belongs to the block before it, which may have been split
            spans[-1] = (*spans[-1][:3], c)
        elif i < a or j < c:
            spans.append((i, a, j, c))
        spans.append((a, a + 1, c, c + 1))
        i, j = a + 1, c + 1
    return spans[:-1]


def _cuts(base: _PageSide, side: _PageSide) -> dict[int, tuple[int, int]]:
    """Where the base can be cut -> the blocks [j, q) of a side that are new there."""
    cuts = {0: (0, 0)}
    for i, p, j, q in _spans(base, side):
        if i == p:
            cuts[i] = (j, q)
        else:
            cuts[p] = (q, q)
    return cuts


def _chunks(
    base: _PageSide, ours: _PageSide, theirs: _PageSide
) -> Iterator[tuple[_Items, _Items, _Items]]:
    """The three pages side by side, cut wherever both sides can be: what is new there, then what follows."""
    mine, others = _cuts(base, ours), _cuts(base, theirs)
    end = len(base.items)
    for i, p in pairwise([*sorted(mine.keys() & others.keys()), end]):
        yield [], ours.items[slice(*mine[i])], theirs.items[slice(*others[i])]
        if i < p:
            yield (
                base.items[i:p],
                ours.items[mine[i][1] : mine[p][0]],
                theirs.items[others[i][1] : others[p][0]],
            )


# ------------------------------------------------------------------ who wins


def _merged(base: _Items, ours: _Items, theirs: _Items) -> tuple[_Items, _Items, _Items]:
    """What stands, which of `ours` stand against another change, and what of that is lost."""
    if not base:
        return _side_by_side(ours, theirs)
    old, mine, others = ([item.text for item in items] for items in (base, ours, theirs))
    if mine == old:
        return _with_gaps(theirs, base, ours, theirs), [], []
    stands = _with_gaps(ours, base, ours, theirs)
    if others in (old, mine):
        return stands, [], []
    return stands, _beyond(ours, base), _beyond(theirs, [*base, *ours])


def _with_gaps(items: _Items, *sides: _Items) -> _Items:
    """Blanks are merged apart from text, where all sides have the same number of blocks."""
    if len({len(side) for side in sides}) > 1:
        return items
    return [
        replace(item, gap=_newest(*(version.gap for version in versions)))
        for item, versions in zip(items, zip(*sides, strict=True), strict=True)
    ]


def _beyond(items: _Items, known: _Items) -> _Items:
    texts = {item.text for item in known}
    return [item for item in items if item.text not in texts]


def _side_by_side(ours: _Items, theirs: _Items) -> tuple[_Items, _Items, _Items]:
    """New blocks of both sides: those of `theirs` keep their order around the ones that `ours` has too."""
    stands, held, lost = [*ours], [], []  # type: _Items, _Items, _Items
    at = len(stands)
    for item in reversed(theirs):
        twin = next((k for k in reversed(range(at)) if _alike(stands[k], item)), None)
        if twin is None:
            stands.insert(at, item)
            continue
        at = twin
        if stands[twin].text != item.text:
            held.insert(0, stands[twin])
            lost.insert(0, item)
    return stands, held, lost


def _alike(one: _Item, other: _Item) -> bool:
    if one.text == other.text:
        return True
    return {one.kind, other.kind} <= PROSE and text_similarity(one.text, other.text) >= _ALIKE


# ------------------------------------------------------------------ moves


def _moved_along(
    base: _PageSide, mover: _PageSide, other: _PageSide
) -> tuple[_PageSide, _PageSide]:
    """The two sides, with the edits that `other` made of blocks that `mover` has elsewhere: they move along."""
    there = {item.text for item in other.items}
    edited = {
        base.items[i].text: j
        for i, p, j, q in _spans(base, other)
        if p - i == q - j == 1 and base.items[i].text not in there
    }
    for place in _moved(base, mover) if edited else ():
        text = mover.items[place].text
        if text in edited:
            mover = mover.with_text(place, other.items[edited[text]].text)
            other = other.with_text(edited[text], text)
    return mover, other


def _moved(base: _PageSide, mover: _PageSide) -> list[int]:
    """Where `mover` has blocks that stood elsewhere, if each stands once on either side."""
    once = [
        {text for text, count in Counter(item.text for item in side.items).items() if count == 1}
        for side in (base, mover)
    ]
    stays = {
        j
        for i, _, j, q in _spans(base, mover)
        if i < len(base.items) and mover.items[j:q] and mover.items[j].text == base.items[i].text
    }
    return [
        j for j, item in enumerate(mover.items) if j not in stays and item.text in once[0] & once[1]
    ]
