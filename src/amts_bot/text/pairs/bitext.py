"""Pairs of text from a page and its translation: blocks, or sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from amts_bot.model import (
    PROSE,
    Bead,
    Block,
    BlockKind,
    Range,
)
from amts_bot.text.align.blocks import fixed_points
from amts_bot.text.align.evidence import Place
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.align.tokens import tokens
from amts_bot.text.align.windows import align
from amts_bot.text.markdown import cells, inline, sentences
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.frames import Frame, frame

Level = Literal["block", "sentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Source text and its translation, slices of their pages without Markdown's marks around and between their lines.

    `probability` is how sure the aligner is that each is the translation of the other, all of it;
    `kind` is that of the source's first block.
    """

    source: str
    target: str
    probability: float
    kind: BlockKind
    source_range: Range
    target_range: Range


def bitext(
    source_page: str,
    target_page: str,
    source_language: str,
    target_language: str,
    level: Level,
    lexicon: Lexicon | None = None,
) -> list[Pair]:
    """The pairs of two pages, in the order of the source. Text without a counterpart is in none."""
    source, target = (
        _UnitsOfPage.of(page, language, level)
        for page, language in ((source_page, source_language), (target_page, target_language))
    )
    beads = align(
        [tokens(text) for text in source.texts],
        [tokens(text) for text in target.texts],
        lexicon or Lexicon(source_language=source_language, target_language=target_language),
        _nodes(source, target),
        (source.places, target.places),
    )
    pairs = (_pair(bead, source, target) for bead in beads if bead.source and bead.target)
    if level == "block":
        return list(pairs)
    return [part for pair in pairs for part in _cell_by_cell(pair, source_page, target_page)]


def _cell_by_cell(pair: Pair, source_page: str, target_page: str) -> list[Pair]:
    """The pairs of the cells of two rows, where both have as many; else the pair as it is."""
    if pair.kind != "row":
        return [pair]
    ours, theirs = (
        [(start + cell.start, start + cell.end) for cell in cells.leaves(page[start:end])]
        for page, (start, end) in (
            (source_page, pair.source_range),
            (target_page, pair.target_range),
        )
    )
    if len(ours) != len(theirs):
        return [pair]
    return [
        replace(
            pair,
            source=source_page[slice(*one)],
            target=target_page[slice(*other)],
            source_range=one,
            target_range=other,
        )
        for one, other in zip(ours, theirs, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _TextOfPage:
    """A unit `[start, end)` of a page; `indent` is the prefix of its further lines."""

    start: int
    end: int
    indent: str = ""

    def of(self, page: str, end: int) -> str:
        """The text from here to `end`, without the prefixes."""
        text = page[self.start : end]
        return text.replace(f"\n{self.indent}", "\n") if self.indent else text


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnitsOfPage:
    """The units of a page: sentences or whole blocks, in order, and the blocks they stand in."""

    text: str
    blocks: tuple[Block, ...]
    first: tuple[
        int, ...
    ]  # number of the first unit of each block, or of the next one that has any
    units: tuple[_TextOfPage, ...]
    places: tuple[Place, ...]

    @classmethod
    def of(cls, page: str, language: str, level: Level) -> _UnitsOfPage:
        blocks = tuple(block for block in split(page) if block.kind != "blank")
        first: list[int] = []
        found: list[_TextOfPage] = []
        places: list[Place] = []
        for block in blocks:
            first.append(len(found))
            if block.kind in PROSE:
                units = list(_units(block, language, level))
                places += [Place(block.kind, unit == units[0]) for unit in units]
                found += units
        return cls(
            text=page,
            blocks=blocks,
            first=tuple(first),
            units=tuple(found),
            places=tuple(places),
        )

    @property
    def texts(self) -> list[str]:
        return [unit.of(self.text, unit.end) for unit in self.units]

    def span(self, units: range) -> Range:
        return self.units[units.start].start, self.units[units.stop - 1].end

    def joined(self, units: range) -> str:
        return self.units[units.start].of(self.text, self.units[units.stop - 1].end)


def _nodes(source: _UnitsOfPage, target: _UnitsOfPage) -> list[tuple[int, int]]:
    """The boundaries between units where blocks stand that read the same on both sides."""
    points = fixed_points(source.blocks, target.blocks)
    nodes = {(source.first[i], target.first[j]) for i, j in points}
    return sorted(nodes)


def _pair(bead: Bead, source: _UnitsOfPage, target: _UnitsOfPage) -> Pair:
    return Pair(
        source=source.joined(bead.source),
        target=target.joined(bead.target),
        probability=bead.probability,
        kind=source.places[bead.source.start].kind,
        source_range=source.span(bead.source),
        target_range=target.span(bead.target),
    )


def page_sentences(page: str, language: str) -> list[str]:
    """The sentences of the prose of a page, as a lexicon learns from them."""
    prose = (block for block in split(page) if block.kind in PROSE)
    return [
        unit.of(page, unit.end) for block in prose for unit in _units(block, language, "sentence")
    ]


_CAPTION = re.compile(r"\s*!\[")


def _units(block: Block, language: str, level: Level) -> Iterator[_TextOfPage]:
    """The text of a block without its marks, or its sentences, as stretches of the page."""
    parts, at = frame(block.text), 0
    for first, last in _bodies(block, parts):
        text, at = parts.body[first:last], first
        for part in sentences.split(text, language) if level == "sentence" else [text]:
            if part.strip():
                start, end = at + len(part) - len(part.lstrip()), at + len(part.rstrip())
                yield _TextOfPage(
                    block.start + parts.place(start), block.start + parts.place(end), parts.indent
                )
            at += len(part)


def _bodies(block: Block, parts: Frame) -> Iterator[Range]:
    """Where the prose of a block stands in its body: a caption's is inside the brackets."""
    if block.kind == "caption":
        inner = inline.spans(parts.body)
        yield inner[0].end, inner[-1].start
    else:
        yield 0, len(parts.body)
