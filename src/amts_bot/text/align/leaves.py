"""Which leaf of a block is the translation of which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from amts_bot.model import Block, Leaf
from amts_bot.text.markdown.leaves import leaves


def paired(source: Sequence[Leaf], target: Sequence[Leaf]) -> dict[int, int] | None:
    """Leaves of the English with those of the translation, by their numbers; None where that is not clear."""
    left, right = ([shape(leaf) for leaf in side] for side in (source, target))
    if left == right:
        return dict(zip(range(len(left)), range(len(right)), strict=True))
    pairs: dict[int, int] = {}
    for tag, i, p, j, q in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs.update(zip(range(i, p), range(j, q), strict=True))
        elif tag == "replace" or _blurred(left, i, p) or _blurred(right, j, q):
            return None
    return pairs


def leaf_pairs(source: Block, target: Block) -> Iterator[tuple[str, str]]:
    """What the leaves of an English block and of its translation say, as far as they can be paired."""
    english, ours = leaves(source), leaves(target)
    for i, k in (paired(english, ours) or {}).items():
        yield english[i].text, ours[k].text


def shape(leaf: Leaf) -> tuple[str, str]:
    return leaf.kind, re.sub(r"\[\d+\]|#\d+", "[]", leaf.key)


def _blurred(shapes: Sequence[tuple[str, str]], start: int, end: int) -> bool:
    """Whether what one side has more may as well be its neighbour."""
    inside, around = (
        {*shapes[start:end]},
        {*shapes[max(0, start - 1) : start], *shapes[end : end + 1]},
    )
    return not inside.isdisjoint(around)
