"""When two texts are the same: what a reader cannot tell apart is one text."""

from __future__ import annotations

import re
import unicodedata

from amts_bot.model import Block
from amts_bot.text.markdown.frames import frame

# Soft hyphens, joints of zero width, marks of direction, byte order marks. Not the joiners U+200C and U+200D:
# they change how letters and emoji look.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def normal(text: str) -> str:
    """`text` in Unicode's normal form C: "é" is one letter, however it is stored."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def seen(text: str) -> str:
    """What a reader sees of `text`: in normal form, without the signs that nobody sees."""
    return text if text.isascii() else _UNSEEN.sub("", normal(text))


def as_read(block: Block) -> str:
    """The text by which versions of a block are the same one; in code a sign that nobody sees is a bug."""
    text = block.text.rstrip()
    return normal(text) if block.kind == "code" else seen(text)


def identity(block: Block) -> str:
    """The text by which a block is found again: an item or heading with another mark is still that one."""
    if block.kind not in ("item", "heading"):
        return as_read(block)
    return f"{block.kind} {seen(frame(block.text).body)}"
