"""The leaves of a block: what in it is translated for itself. Everything between them is frame.

A block of front matter, a row, a piece of HTML or the line of a directive holds several; other prose is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from amts_bot.model import (
    PROSE,
    Block,
    BlockKind,
    Leaf,
    Range,
    Syntax,
)
from amts_bot.model.steps import Form
from amts_bot.text.markdown import cells, front_matter, markup, titles
from amts_bot.text.markdown.frames import frame

# Blocks with a syntax of their own around their leaves.
READERS: dict[BlockKind, Callable[[str, frozenset[str]], tuple[Leaf, ...]]] = {
    "front_matter": front_matter.leaves,
    "row": cells.leaves,
    "html": markup.leaves,
    "directive": titles.leaves,
}
WRITERS: dict[Syntax, Callable[[str, str], str]] = {
    "yaml": front_matter.written_yaml,
    "yaml flow": front_matter.written_yaml_flow,
    "yaml block": lambda text, _model: one_line(text),
    "toml": front_matter.written_toml,
    "cell": cells.written,
    "text": markup.written,
    "attribute": markup.written_attribute,
    "line": titles.written,
    "quoted": titles.written_quoted,
}
# What a leaf says, where that is not how it is written.
SAYINGS: dict[Syntax, Callable[[str], str]] = {
    "yaml": front_matter.said_yaml,
    "yaml flow": front_matter.said_yaml,
    "toml": front_matter.said_toml,
    "attribute": markup.said_attribute,
    "quoted": titles.said_quoted,
}
COMPOUND = frozenset(READERS)


def leaves(block: Block) -> tuple[Leaf, ...]:
    """The leaves of a compound block, in order; offsets count characters of its text. None of any other block."""
    keys = front_matter.PROSE_KEYS if block.prose_keys is None else block.prose_keys
    return _read(block.kind, block.text, keys) if block.kind in READERS else ()


@lru_cache(maxsize=4096)
def _read(kind: BlockKind, text: str, prose_keys: frozenset[str]) -> tuple[Leaf, ...]:
    return READERS[kind](text, prose_keys)


def prose(block: Block) -> tuple[Leaf, ...]:
    """What of any block is translated: its leaves, or its body without Markdown's marks around it."""
    if block.kind in READERS:
        return leaves(block)
    if block.kind not in PROSE:
        return ()
    parts = frame(block.text)
    body = Leaf(
        kind=block.kind,
        key="",
        start=len(parts.prefix),
        end=len(block.text) - len(parts.suffix),
        text=parts.body,
        syntax="line",
    )
    return (body,)


def sections(block: Block) -> tuple[tuple[str, Range], ...]:
    """The stretches of a compound block that are merged for themselves, by name: they tile its text."""
    if block.kind != "front_matter":
        return (("", (0, len(block.text))),)
    return tuple((e.key, (e.start, e.end)) for e in front_matter.entries(block.text))


def bare(block: Block) -> str:
    """The frame of a compound block: its text with a mark in the place of each leaf, white space collapsed."""
    out, at = [], 0
    for leaf in leaves(block):
        out += [block.text[at : leaf.start], "…"]
        at = leaf.end
    return one_line("".join(out) + block.text[at:])


def written(text: str, form: Form) -> str:
    """A text as it is written where a leaf stands: quoted or escaped as its syntax asks."""
    return WRITERS[form.syntax](text, form.model)


def said(raw: str, syntax: Syntax) -> str:
    """The twin of `written`: what a leaf says."""
    return SAYINGS[syntax](raw) if syntax in SAYINGS else raw


def one_line(text: str) -> str:
    """White space collapsed."""
    return " ".join(text.split())


def shifted(leaf: Leaf, by: int) -> Leaf:
    """The leaf in a text that begins `by` characters later."""
    return replace(leaf, start=leaf.start + by, end=leaf.end + by)
