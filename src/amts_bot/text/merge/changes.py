"""What became of the old English: which new items stand for which old ones.

Works on blocks of a page and on sentences of a paragraph alike. Equal items first, then similar
ones between them, then items that moved.
"""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product

from rapidfuzz.distance import Indel

from amts_bot.model import PROSE, Block
from amts_bot.text.align.blocks import same_place, whereabouts
from amts_bot.text.align.chains import between, equal_items
from amts_bot.text.align.lattice import IMPOSSIBLE, best_path
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.containers import directive_kind
from amts_bot.text.markdown.leaves import COMPOUND, bare, leaves
from amts_bot.text.markdown.sameness import identity, seen
from amts_bot.text.merge import near

Similarity = Callable[[int, int, int, int], float]  # old [i, p) against new [j, q) -> 0..1

# Less alike than this is another text: with four words in ten in common, little can be reused.
_LEAST = 0.4
_MOVED_LEAST = 0.75
# A moved item has more characters, and among so many pairs each is compared.
_LEAST_SAID = 24
_MOST_CELLS = 40_000
_MOST_WORDS = 20_000
_SHAPES = ((1, 1), (1, 0), (0, 1), (1, 2), (2, 1))


@dataclass(frozen=True, slots=True)
class Change:
    """Old items `old` became new items `new`; either may be empty."""

    old: range
    new: range
    moved: bool = False


def match(
    old: Sequence[str], new: Sequence[str], similarity: Similarity, *, moves: bool = True
) -> list[Change]:
    """Changes in the order of the new items, deletions near where they stood.

    Both sides are covered once. `old` and `new` are keys: equal keys are the same item. Without
    `moves` the old items come in order.
    """
    pairs = equal_items(old, new)
    gaps = list(between(pairs, range(len(old)), range(len(new))))
    # Equal items that crossed over: before the similar ones, which would take their place.
    moved = _crossed(old, new, gaps) if moves else {}
    taken = set(moved.values())
    changes = [Change(range(i, i + 1), range(j, j + 1)) for i, j in pairs]
    changes += [Change(range(i, i + 1), range(j, j + 1), moved=True) for j, i in moved.items()]
    for rows, columns in gaps:
        left = [i for i in rows if i not in taken]
        right = [j for j in columns if j not in moved]
        changes += _similar(left, right, similarity, partial(_guide, left, right, old, new))
    if moves:
        changes = _with_moves(changes, old, new, similarity)
    return _in_order(changes)


def _crossed(
    old: Sequence[str], new: Sequence[str], gaps: Iterable[tuple[range, range]]
) -> dict[int, int]:
    """Items without an equal in their own gap that have one in another: new index -> old index."""
    left: dict[str, deque[int]] = {}
    right: list[int] = []
    for rows, columns in gaps:
        for k in rows:
            left.setdefault(old[k], deque()).append(k)
        right += columns
    return {j: left[new[j]].popleft() for j in right if left.get(new[j])}


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """By new items; a deletion stands behind what became of the old item before it."""
    listed = list(changes)
    places = {k: change.new.start for change in listed if change.new for k in change.old}
    place = -1
    order = {}
    for change in sorted(listed, key=lambda c: c.old.start if c.old else -1):
        if change.new and change.old and not change.moved:
            place = places[change.old.start]
        if not change.new:
            order[change] = place
    return sorted(listed, key=lambda c: (c.new.start, 0) if c.new else (order[c], 1 + c.old.start))


def _guide(
    left: Sequence[int], right: Sequence[int], old: Sequence[str], new: Sequence[str]
) -> Sequence[tuple[int, int]]:
    return near.guide([old[i].split() for i in left], [new[j].split() for j in right])


def _similar(
    left: Sequence[int],
    right: Sequence[int],
    similarity: Similarity,
    guide: Callable[[], Sequence[tuple[int, int]]],
) -> list[Change]:
    """The best monotone pairing of what is left of a gap; one item may become two, or two one."""

    def score(a: int, b: int, c: int, d: int) -> float:
        i, p, j, q = left[a], left[b - 1] + 1, right[c], right[d - 1] + 1
        if p - i > b - a or q - j > d - c:  # what stood between them is taken
            return IMPOSSIBLE
        alike = similarity(i, p, j, q)
        split = 0.15 if p - i + q - j > 2 else 0.0
        return alike - _LEAST - split if alike > _LEAST else IMPOSSIBLE

    beads = best_path(len(left), len(right), _SHAPES, score, guide)
    return [_change([left[k] for k in b.source], [right[k] for k in b.target]) for b in beads]


def _change(old: Sequence[int], new: Sequence[int]) -> Change:
    return Change(
        range(old[0], old[-1] + 1) if old else range(0),
        range(new[0], new[-1] + 1) if new else range(0),
    )


def _with_moves(
    changes: list[Change], old: Sequence[str], new: Sequence[str], similarity: Similarity
) -> list[Change]:
    """Pairs what vanished in one place with what appeared in another, the most alike first."""
    gone = [c.old.start for c in changes if len(c.old) == 1 and not c.new]
    come = [c.new.start for c in changes if len(c.new) == 1 and not c.old]
    pairs = _moved_pairs(gone, come, old, new, similarity)
    taken = set(pairs.values())
    return [
        Change(range(pairs[c.new.start], pairs[c.new.start] + 1), c.new, moved=True)
        if not c.old and len(c.new) == 1 and c.new.start in pairs
        else c
        for c in changes
        if c.new or not (len(c.old) == 1 and c.old.start in taken)
    ]


def _moved_pairs(
    gone: Sequence[int],
    come: Sequence[int],
    old: Sequence[str],
    new: Sequence[str],
    similarity: Similarity,
) -> dict[int, int]:
    said = [i for i in gone if len(old[i]) > _LEAST_SAID]
    come = [j for j in come if len(new[j]) > _LEAST_SAID]
    scored = (
        (1.0 if old[i] == new[j] else similarity(i, i + 1, j, j + 1), -abs(i - j), i, j)
        for i, j in _candidates(said, come, old, new)
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted((it for it in scored if it[0] >= _MOVED_LEAST), reverse=True):
        if j not in pairs and i not in taken:
            pairs[j] = i
            taken.add(i)
    return pairs


def _candidates(
    gone: Sequence[int], come: Sequence[int], old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """All pairs of a few items; of many those that share rare words."""
    if len(gone) * len(come) <= _MOST_CELLS:
        yield from product(gone, come)
        return
    words = [[old[i].split() for i in gone], [new[j].split() for j in come]]
    yield from ((gone[a], come[b]) for a, b in near.near_pairs(*words))


# A change is compared for its draft, for the choice among others, and for the report.
@lru_cache(maxsize=2048)
def text_similarity(a: str, b: str) -> float:
    """Word similarity from 0 to 1 (normalised indel distance over words and protected spans)."""
    return word_similarity(comparable(a), comparable(b))


def word_similarity(a: Sequence[str], b: Sequence[str]) -> float:
    """`text_similarity` of texts that were taken apart before."""
    if max(len(a), len(b)) > _MOST_WORDS:  # quadratic: of giants only what they are made of counts
        shared = (Counter(a) & Counter(b)).total()
        return 2 * shared / (len(a) + len(b))
    return Indel.normalized_similarity(a, b)


def comparable(text: str) -> list[str]:
    """The words and protected spans of a text; slide markers, case and punctuation do not count."""
    text = seen(text)
    spans = [
        "".join(text[s.start : s.end].split()) for s in inline.spans(text) if s.kind != "marker"
    ]
    return [*inline.skeleton(text), *spans] if len(text) < 20_000 else text.split()


def match_blocks(old: Sequence[Block], new: Sequence[Block]) -> list[Change]:
    """`match` for the blocks of two English versions of a page."""
    keys, anywhere = [], []
    for page in (old, new):
        texts = [identity(block) for block in page]
        keys.append([*map(_in_its_tab, page, texts)])
        anywhere.append([*map(_anywhere, page, texts)])
    changes = match(keys[0], keys[1], BlockSimilarity(old, new))
    return _reunited(changes, *anywhere)


def _in_its_tab(block: Block, text: str) -> str:
    return f"{block.context}\n{text}"


def _anywhere(block: Block, text: str) -> str:
    """What a block is, whatever tab it stands in; the closing mark of another tab is another one."""
    text = text.strip()
    return f"{block.context} {text}" if text == ":end_tab:" else text


def _reunited(changes: list[Change], old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The same text in another tab, or out of one, is the same block moved, not a similar one."""
    gone: dict[str, deque[int]] = {}
    for change in changes:
        alone = len(change.old) == 1 and len(change.new) <= 1
        if alone and not (change.new and old[change.old[0]] == new[change.new[0]]):
            gone.setdefault(old[change.old[0]], deque()).append(change.old[0])
    pairs: dict[int, int] = {}
    for change in changes:
        alone = len(change.new) == 1 and len(change.old) <= 1
        if alone and not (change.old and old[change.old[0]] == new[change.new[0]]):
            places = gone.get(new[change.new[0]])
            if places:
                pairs[change.new[0]] = places.popleft()
    return _in_order(_repaired(changes, pairs)) if pairs else changes


def _repaired(changes: Iterable[Change], pairs: Mapping[int, int]) -> Iterator[Change]:
    """The changes with `pairs` (new item -> old item) as moves; what they leave stands alone."""
    taken = set(pairs.values())
    for change in changes:
        old, new = change.old, change.new
        if len(new) == 1 and new[0] in pairs:
            yield Change(range(pairs[new[0]], pairs[new[0]] + 1), new, moved=True)
            new = range(0)
        if len(old) == 1 and old[0] in taken:
            old = range(0)
        if (old, new) == (change.old, change.new):
            yield change
        elif old or new:
            yield Change(old, new)


_ELSEWHERE = 0.95  # of two texts that are as like, the one in the same container
_FAMILIES = {"paragraph": "prose", "item": "prose"}


class BlockSimilarity:
    """Similarity of runs of blocks; what is compared of a run is made once."""

    def __init__(self, old: Sequence[Block], new: Sequence[Block]) -> None:
        signs = _Signs()
        self._old, self._new = _Side(old, signs), _Side(new, signs)

    def __call__(self, i: int, p: int, j: int, q: int) -> float:
        old, new = self._old, self._new
        if old.families[i] != new.families[j] or not same_place(old.places[i], new.places[j]):
            return 0.0
        if p - i + q - j > 2 and {*old.families[i:p], *new.families[j:q]} != {"prose"}:
            return 0.0
        a, b = old.blocks[i], new.blocks[j]
        alike = word_similarity(old.said(i, p), new.said(j, q))
        return max(alike, _least_likeness(a, b)) * (1 if a.container == b.container else _ELSEWHERE)


class _Signs(dict[str, str]):
    """A sign for each word: strings are compared several times faster than lists of words."""

    def __missing__(self, word: str) -> str:
        # Beyond a million different words all others are one.
        self[word] = sign = chr(min(len(self), sys.maxunicode))
        return sign


class _Side:
    """The blocks of a version, and what is compared of each and of runs of them."""

    def __init__(self, blocks: Sequence[Block], signs: _Signs) -> None:
        self.blocks = blocks
        self.places = [whereabouts(block) for block in blocks]
        self.families = [_FAMILIES.get(block.kind, block.kind) for block in blocks]
        self._signs = signs
        self._said: dict[tuple[int, int], str] = {}

    def said(self, start: int, stop: int) -> str:
        run = start, stop
        if run not in self._said:
            self._said[run] = (
                _parts(self.blocks[start], self._signs)
                if stop == start + 1
                else "".join(self.said(at, at + 1) for at in range(start, stop))
            )
        return self._said[run]


def _parts(block: Block, signs: _Signs) -> str:
    if block.kind in PROSE:
        return "".join(map(signs.__getitem__, comparable(block.text)))
    return " ".join(block.text.split())[:8000]


def _least_likeness(old: Block, new: Block) -> float:
    """A reworded heading is the same section, a renamed label the same label."""
    if old.kind == "heading":
        return 0.42 if old.level == new.level else 0.0
    if old.kind == "directive" and directive_kind(old.text) == directive_kind(new.text):
        return 0.45
    is_same = old.kind == new.kind and old.kind in COMPOUND
    return 0.45 if is_same and _is_reworded(old, new) else 0.0


def _is_reworded(old: Block, new: Block) -> bool:
    """Whether two blocks with several leaves are one, whatever these say: a row by its first cell, or half of all."""
    if old.kind == "row":
        was, now = ([leaf.text for leaf in leaves(block)] for block in (old, new))
        same = sum(map(str.__eq__, was, now))
        return was[:1] == now[:1] != [] or (same > 0 and 2 * same >= max(len(was), len(now)))
    return old.kind == "front_matter" or (bool(leaves(old)) and bare(old) == bare(new))
