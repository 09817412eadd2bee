"""How much of a book people are asked to review at once, and which pages come first."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from amts_bot.model import PROSE, Block
from amts_bot.text.align.pages import page
from amts_bot.text.markdown import sentences

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


def size(old: str, new: str) -> Size:
    """The size of the change from one English page to another: of its sentences, and of the lines of its code."""
    before, after = page(old).blocks, page(new).blocks
    stand = _prose(before) & _prose(after)
    known = {part for block in before if block.text not in stand for part in _parts(block)}
    standing = _Standing(sorted(stand))
    changed = [
        [part for part in _parts(block) if part not in known and part not in standing]
        for block in after
        if block.kind not in PROSE or block.text not in stand
    ]
    words = sum(len(part.split()) for parts in changed for part in parts)
    return Size(sum(map(bool, changed)), words)


def _prose(blocks: Sequence[Block]) -> set[str]:
    return {block.text for block in blocks if block.kind in PROSE}


@dataclass(frozen=True)
class _Standing:
    """The sentences of paragraphs that stand as they did; they are split where a new sentence may be one of them."""

    paragraphs: Sequence[str]

    def __contains__(self, part: str) -> bool:
        return part in self._text and part in self._sentences

    @cached_property
    def _text(self) -> str:
        return "\n".join(" ".join(text.split()) for text in self.paragraphs)

    @cached_property
    def _sentences(self) -> frozenset[str]:
        return frozenset(part for text in self.paragraphs for part in _sentences(text))


def _parts(block: Block) -> list[str]:
    """What of a block is read for itself, whatever its white space."""
    if block.kind in PROSE:
        return _sentences(block.text)
    return _squeezed(block.text.splitlines())


def _sentences(text: str) -> list[str]:
    return _squeezed(sentences.split(text, "en"))


def _squeezed(parts: Iterable[str]) -> list[str]:
    return [squeezed for part in parts if (squeezed := " ".join(part.split()))]


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
