"""Three-way merge of a short text by tokens: display math, directives, HTML, front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Indel

_TOKEN = re.compile(r"\\[A-Za-z]+|\d+|[^\W\d_]+|\s+|.", re.DOTALL)
_MOST_TOKENS = 20_000

_Edit = tuple[int, int, tuple[str, ...]]  # base tokens [start, end) become these


def three_way(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """`ours` with the edits of `base` -> `theirs`, and whether that was clean.

    Where both sides edited the same place differently, `theirs` is returned whole, not clean.
    """
    if theirs == base:
        return ours, True
    if ours in (base, theirs):
        return theirs, True
    tokens = [_TOKEN.findall(text) for text in (base, ours, theirs)]
    if max(map(len, tokens)) > _MOST_TOKENS:
        return theirs, False
    edits = _joined(_edits(tokens[0], tokens[1]), _edits(tokens[0], tokens[2]))
    if edits is None:
        return theirs, False
    return "".join(_applied(tokens[0], edits)), True


def _edits(base: Sequence[str], other: Sequence[str]) -> list[_Edit]:
    """Neighbouring deletions and insertions as one edit."""
    edits: list[_Edit] = []
    for op in Indel.opcodes(base, other):
        if op.tag == "equal":
            continue
        new = tuple(other[op.dest_start : op.dest_end])
        if edits and edits[-1][1] == op.src_start:
            edits[-1] = (edits[-1][0], op.src_end, edits[-1][2] + new)
        else:
            edits.append((op.src_start, op.src_end, new))
    return edits


def _joined(ours: Sequence[_Edit], theirs: Sequence[_Edit]) -> list[_Edit] | None:
    """Both lists in order; None when two different edits touch."""
    merged: list[_Edit] = []
    for edit in sorted({*ours, *theirs}):
        if merged and edit[0] <= merged[-1][1]:
            return None
        merged.append(edit)
    return merged


def _applied(base: Sequence[str], edits: Sequence[_Edit]) -> Iterator[str]:
    at = 0
    for start, end, new in edits:
        yield from base[at:start]
        yield from new
        at = end
    yield from base[at:]
