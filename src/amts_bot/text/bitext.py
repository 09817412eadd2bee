"""Pairs of text from a page and its translation: blocks, or sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from amts_bot.model import PROSE, Block, BlockKind, Range
from amts_bot.text import inline, sentences
from amts_bot.text.alignment import align_blocks
from amts_bot.text.beads import align_sentences
from amts_bot.text.lexicon import Lexicon
from amts_bot.text.revision import frame
from amts_bot.text.segments import split

Level = Literal["block", "sentence"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Source text and its translation, exact slices of their pages without Markdown's marks around them.

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
    left, right = _content(source_page), _content(target_page)
    pairs: list[Pair] = []
    for bead in align_blocks(left, right):
        one = [left[i] for i in bead.source if left[i].kind in PROSE]
        other = [right[j] for j in bead.target if right[j].kind in PROSE]
        if not one or not other:
            continue
        a = [r for block in one for r in _units(block, source_language, level)]
        b = [r for block in other for r in _units(block, target_language, level)]
        beads = align_sentences(
            [source_page[start:end] for start, end in a],
            [target_page[start:end] for start, end in b],
            source_language,
            target_language,
            lexicon,
        )
        for inner in beads:
            if inner.source and inner.target:
                mine = a[inner.source.start][0], a[inner.source.stop - 1][1]
                ours = b[inner.target.start][0], b[inner.target.stop - 1][1]
                pairs.append(
                    Pair(
                        source_page[slice(*mine)],
                        target_page[slice(*ours)],
                        inner.probability,
                        one[0].kind,
                        mine,
                        ours,
                    )
                )
    return pairs


def page_sentences(page: str, language: str) -> list[str]:
    """The sentences of the prose of a page, as a lexicon learns from them."""
    prose = (block for block in split(page) if block.kind in PROSE)
    return [
        page[start:end] for block in prose for start, end in _units(block, language, "sentence")
    ]


def _content(page: str) -> Sequence[Block]:
    return [block for block in split(page) if block.kind != "blank"]


_CAPTION = re.compile(r"\s*!\[")


def _units(block: Block, language: str, level: Level) -> Iterator[Range]:
    """The text of a block without its marks, or its sentences, as ranges of the page."""
    for start, end in _bodies(block):
        text = block.text[start:end]
        for part in sentences.split(text, language) if level == "sentence" else [text]:
            if part.strip():
                first = block.start + start + len(part) - len(part.lstrip())
                yield first, block.start + start + len(part.rstrip())
            start += len(part)


def _bodies(block: Block) -> Iterator[Range]:
    """Where the prose of a block stands in its text: a caption's is inside the brackets."""
    parts = frame(block.text)
    if block.kind == "caption":
        inner = inline.spans(block.text)
        opener, closer = inner[0], inner[-1]
        yield opener.end, closer.start
    else:
        yield len(parts.prefix), len(parts.prefix) + len(parts.body)
