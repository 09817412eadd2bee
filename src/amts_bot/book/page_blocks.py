"""The blocks of a page, for whoever wants to see how the bot takes it apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amts_bot.model import Block
from amts_bot.text.markdown.blocks import split

_SHOWN = 60  # characters of a block's first line


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """The blocks of one page; joined, their texts are the page."""

    blocks: tuple[Block, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """Each block with its kind and character offsets."""
        return [
            {"kind": block.kind, "start": block.start, "end": block.end, "text": block.text}
            for block in self.blocks
        ]

    def as_text(self) -> str:
        """A line for each block: offsets, kind, and how it begins."""
        return "".join(f"{_line(block)}\n" for block in self.blocks)


def page_blocks(page: str) -> PageBlocks:
    """Takes a page apart."""
    return PageBlocks(tuple(split(page)))


def _line(block: Block) -> str:
    first = block.text.strip().split("\n", 1)[0][:_SHOWN]
    return f"{block.start:>7} {block.end:>7}  {block.kind:<12} {first}"
