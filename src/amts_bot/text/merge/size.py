"""How much a page asks people to review: what of its English is new or changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from amts_bot.model import PROSE, Block
from amts_bot.text.align.pages import page
from amts_bot.text.markdown import sentences
from amts_bot.text.merge.portions import Size


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
    return _squeezed(sentences.split(text.strip(), "en"))  # as it is for its draft: cut once


def _squeezed(parts: Iterable[str]) -> list[str]:
    return [squeezed for part in parts if (squeezed := " ".join(part.split()))]
