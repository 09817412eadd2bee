"""How much of a book people are asked to review at once, and which pages come first."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_TOC = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\btoc(?:tree)?\b[^\n]*\n(.*?)^[ \t]*\1", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Size:
    """What a page asks of a reviewer: English units that are new or changed, and their words."""

    units: int = 0
    words: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.units + other.units, self.words + other.words)

    def fits(self, most: Size) -> bool:
        """Whether it is within a limit; a limit of 0 is none."""
        return (not most.units or self.units <= most.units) and (
            not most.words or self.words <= most.words
        )


def admitted(sizes: Mapping[str, Size], used: Size, most: Size) -> list[str]:
    """The pages that fit, in the order given, after what is `used` already.

    A page that alone is larger than the limit is admitted when no other is: else it would wait forever.
    """
    found = [name for name, asked in sizes.items() if asked.units == 0]
    large = next((name for name, asked in sizes.items() if asked.units), "")
    for name, asked in sizes.items():
        if asked.units and (used + asked).fits(most):
            found.append(name)
            used += asked
    return found if used.units or not large else [*found, large]


def chapter(path: str) -> str:
    """The chapter of a page: the first folder of its path, "" for a page at the top."""
    return path.rpartition("/")[0].partition("/")[0]


def reading_order(pages: Mapping[str, str]) -> list[str]:
    """The pages in the order of the book: from `index.md` along its tables of contents, then by path."""
    found = dict.fromkeys(_read("index.md", pages, set()))
    return [*found, *(path for path in sorted(pages) if path not in found)]


def _read(path: str, pages: Mapping[str, str], seen: set[str]) -> Iterator[str]:
    if path in seen or path not in pages:
        return
    seen.add(path)
    yield path
    for entry in _entries(pages[path]):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), entry))
        for candidate in (name, f"{name}.md"):
            yield from _read(candidate, pages, seen)


def _entries(text: str) -> Sequence[str]:
    lines = [line.strip() for found in _TOC.finditer(text) for line in found[2].splitlines()]
    return [line for line in lines if line and not line.startswith(":")]
