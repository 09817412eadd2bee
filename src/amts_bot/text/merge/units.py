"""The units of a block, which may hold several leaves, and how a leaf is written in its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from amts_bot.model import Block, Leaf, Range
from amts_bot.model.steps import Form, Unit
from amts_bot.text.align.pages import page
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.leaves import bare, leaves, one_line, written


def block_units(
    block: Block, old: Range | None, new: Range | None, target: Range | None
) -> Iterator[Unit]:
    """The units of a compound block that stays whole or goes: its frame, and its leaves.

    `new` is None for a block that is gone; `old` and `target` are said of the frame alone.
    """
    yield Unit(
        kind=block.kind, source=block.text, source_old=old, source_new=new, target_old=target
    )
    for leaf in leaves(block):
        place = block.start + leaf.start, block.start + leaf.end
        if new is None:
            yield Unit(kind=leaf.kind, source=leaf.text, source_old=place)
        else:
            yield Unit(kind=leaf.kind, source=leaf.text, source_new=place, form=_form(leaf, block))


def english_units(english: str, prose_keys: frozenset[str] | None = None) -> Iterator[Unit]:
    """What of an English page must be accounted for: its blocks, and the leaves of those that hold several."""
    for block in page(english, prose_keys).blocks:
        yield from block_units(block, None, block.range, None)


def unasked(old: Iterable[Block], new: Iterable[Block]) -> int:
    """The changed English words of a page that stand in no unit, since nobody could read the block around them."""
    before, after = (
        Counter(word for block in page for word in _unread(block)) for page in (old, new)
    )
    return (after - before).total()


def _unread(block: Block) -> tuple[str, ...]:
    """The words of HTML outside its leaves: none, but where a tag does not end."""
    if block.kind != "html":
        return ()
    return tuple(
        word for word in inline.skeleton(_VERBATIM.sub(" ", bare(block))) if word.isalpha()
    )


_VERBATIM = re.compile(
    r"<(script|style|pre|textarea|svg|math|template|code|kbd|samp|var|tt)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL,
)


def _form(leaf: Leaf, block: Block) -> Form:
    raw = block.text[leaf.start : leaf.end]
    return Form(leaf.syntax, raw, raw)


def as_written(text: str, unit: Unit) -> str:
    """The text of a leaf as its page has it: English as the English page has it, other text in its form."""
    if unit.form is None:
        return text
    if one_line(text) == one_line(unit.source):
        return unit.form.english
    return written(text, unit.form)
