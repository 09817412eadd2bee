"""What people translated on a page: each text with its translation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from amts_bot.model import PROSE, Bead, Block
from amts_bot.text.align.leaves import leaf_pairs
from amts_bot.text.align.pages import Alignment
from amts_bot.text.markdown.frames import frame
from amts_bot.text.markdown.leaves import COMPOUND
from amts_bot.text.names.pages import sentence_hashes
from amts_bot.text.review_state import Sentences


def translated(
    alignment: Alignment, language: str, unreviewed: Sentences = frozenset()
) -> Iterator[tuple[str, str]]:
    """The texts of a page: those of prose without their marks, leaf by leaf where a block holds several.

    English that nobody has translated is left out, and what has an `unreviewed` sentence: machine text teaches nobody.
    """
    for bead in alignment.beads:
        if not bead.source or not bead.target or not alignment.copies.isdisjoint(bead.target):
            continue
        for source, target in _texts(alignment, bead):
            if not unreviewed or unreviewed.isdisjoint(sentence_hashes(target, language)):
                yield source, target


def _texts(alignment: Alignment, bead: Bead) -> Iterator[tuple[str, str]]:
    source = [alignment.source.blocks[i] for i in bead.source]
    target = [alignment.target.blocks[j] for j in bead.target]
    kinds = {block.kind for block in source}
    if kinds <= COMPOUND:
        if len(source) == len(target) == 1:
            yield from leaf_pairs(source[0], target[0])
    elif kinds <= PROSE:
        yield frame(_joined(source)).body, frame(_joined(target)).body


def _joined(blocks: Iterable[Block]) -> str:
    return "".join(block.text for block in blocks)
