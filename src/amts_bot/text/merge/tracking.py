"""Where pages went: which new English page continues which old one, by path, by git, by content.

Git pairs a deleted with an added file where half of the bytes are the same. Books are restructured more
roughly than that: pages are split, joined and rewritten while they move. What stays are lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Shorter lines (`)`, `$$`, "## Summary") are the same in unrelated pages.
_LEAST_LINE = 20
# The share of the smaller page's prose that must be found in the other; a page that keeps its file name
# in another folder needs less. Code does not count: pages borrow it from each other.
_LEAST_SHARE = 0.25
_SAME_NAME = 0.2
_FENCED = re.compile(r"^(```+|~~~+).*?^\1", re.MULTILINE | re.DOTALL)
_COMMON_NAMES = frozenset({"index", "readme"})


@dataclass(frozen=True, slots=True)
class PagePair:
    """An English page now and before; one side is "" for a page that came or went."""

    old: str
    new: str


def pair_pages(
    old: Mapping[str, str], new: Mapping[str, str], renames: Mapping[str, str]
) -> list[PagePair]:
    """Every old and every new page exactly once, in path order.

    `old` and `new` map paths to texts; the texts of pages that stand at their old path may be empty.
    `renames` are git's own: old path -> new path.
    """
    kept = {path: path for path in old if path in new}
    found = dict(kept)
    for before, after in sorted(renames.items()):
        if before in old and before not in kept and after in new and after not in kept:
            found[before] = after
    gone = {path: text for path, text in old.items() if path not in found}
    came = {path: text for path, text in new.items() if path not in set(found.values())}
    found.update(_by_content(gone, came))
    pairs = [PagePair(before, after) for before, after in found.items()]
    pairs += [PagePair(path, "") for path in gone if path not in found]
    taken = set(found.values())
    pairs += [PagePair("", path) for path in came if path not in taken]
    return sorted(pairs, key=lambda pair: (pair.new or pair.old, pair.old))


def _by_content(gone: Mapping[str, str], came: Mapping[str, str]) -> dict[str, str]:
    """The likest pages first; every page is taken once."""
    found: dict[str, str] = {}
    for _, before, after in sorted(_likeness(gone, came), reverse=True):
        if before not in found and after not in found.values():
            found[before] = after
    return found


def _likeness(gone: Mapping[str, str], came: Mapping[str, str]) -> Iterator[tuple[float, str, str]]:
    lines = {path: _lines(text) for path, text in came.items()}
    for before, text in gone.items():
        mine = _lines(text)
        for after, theirs in lines.items():
            smaller = min(sum(map(len, mine)), sum(map(len, theirs)))
            share = sum(map(len, mine & theirs)) / smaller if smaller else 0.0
            likeness = share + (_SAME_NAME if share and _name(before) == _name(after) else 0.0)
            if likeness >= _LEAST_SHARE:
                yield likeness, before, after


def _name(path: str) -> str:
    """The file name that may tell a page; common ones are told apart by their path."""
    name = path.rpartition("/")[2].rpartition(".")[0].casefold()
    return path if name in _COMMON_NAMES else name


def _lines(text: str) -> set[str]:
    prose = _FENCED.sub("", text)
    return {line for line in map(str.strip, prose.splitlines()) if len(line) >= _LEAST_LINE}
