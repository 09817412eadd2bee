"""Which items of two sequences are surely the same, in order: in time that grows with the number of items.

Items that stand once on either side come first (the patience diff of Bram Cohen), and what lies between them is
short. Where it is, difflib finds the longest runs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Pair = tuple[int, int]
_Stretch = tuple[range, range]

# Up to so many pairs difflib looks at all: it takes up to the square of the number of items, or more.
_MOST_PAIRS = 1_000_000


def equal_items(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """Numbers of equal items, rising on both sides."""
    found: list[Pair] = []
    waiting: list[_Stretch] = [(range(len(left)), range(len(right)))]
    while waiting:
        rows, columns = waiting.pop()
        if len(rows) * len(columns) <= _MOST_PAIRS:
            found += _by_runs(left, right, rows, columns)
            continue
        pairs = _by_ends(left, right, rows, columns) or _standing_once(left, right, rows, columns)
        found += pairs
        if pairs:
            waiting += between(pairs, rows, columns)
    return sorted(found)


def between(pairs: Sequence[Pair], rows: range, columns: range) -> Iterator[_Stretch]:
    """The stretches before, between and behind rising pairs that have items of either side."""
    i, j = rows.start, columns.start
    for p, q in [*pairs, (rows.stop, columns.stop)]:
        if p > i or q > j:
            yield range(i, p), range(j, q)
        i, j = p + 1, q + 1


def _by_runs(
    left: Sequence[str], right: Sequence[str], rows: range, columns: range
) -> Iterator[Pair]:
    ours, theirs = left[rows.start : rows.stop], right[columns.start : columns.stop]
    if set(ours).isdisjoint(theirs):  # as a lone sentence is that changed
        return
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for i, j, size in matcher.get_matching_blocks():
        yield from zip(rows[i : i + size], columns[j : j + size], strict=True)


def _by_ends(left: Sequence[str], right: Sequence[str], rows: range, columns: range) -> list[Pair]:
    """The run that both begin with, and the one that both end with."""
    most = min(len(rows), len(columns))
    pairs = list(zip(rows, columns, strict=False))
    head = next((n for n, (i, j) in enumerate(pairs) if left[i] != right[j]), most)
    ends = list(zip(rows[head:][::-1], columns[head:][::-1], strict=False))
    tail = next((n for n, (i, j) in enumerate(ends) if left[i] != right[j]), len(ends))
    return pairs[:head] + ends[:tail][::-1]


def _standing_once(
    left: Sequence[str], right: Sequence[str], rows: range, columns: range
) -> list[Pair]:
    found = chain([left[i] for i in rows], [right[j] for j in columns])
    return [(rows[i], columns[j]) for i, j in found]


def chain(left: Sequence[object], right: Sequence[object]) -> list[Pair]:
    """The longest rising chain of pairs of keys that stand once on either side; empty ones are none."""
    places = _once(right)
    pairs = [(i, places[key]) for key, i in _once(left).items() if key in places]
    return rising(sorted(pairs))


def _once(keys: Sequence[object]) -> dict[object, int]:
    counts = Counter(key for key in keys if key)
    return {key: i for i, key in enumerate(keys) if key and counts[key] == 1}


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest subsequence of sorted pairs whose second members rise (patience sorting)."""
    tops: list[int] = []
    chains: list[tuple[Pair, int]] = []
    last: list[int] = []
    for index, pair in enumerate(pairs):
        pile = bisect_left(tops, pair[1])
        tops[pile : pile + 1] = [pair[1]]
        last[pile : pile + 1] = [index]
        chains.append((pair, last[pile - 1] if pile else -1))
    found, index = [], last[-1] if last else -1
    while index >= 0:
        pair, index = chains[index]
        found.append(pair)
    return found[::-1]
