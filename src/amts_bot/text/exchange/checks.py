"""Whether a person's text can stand in its page: what the page is built of stays, the words are theirs."""

from __future__ import annotations

from collections.abc import Iterator

from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.checks import (
    cells_come_back,
    halves_come_back,
    no_new_block,
    spans_come_back,
    stays_prose,
)

_STRUCTURE = (spans_come_back, no_new_block, stays_prose, halves_come_back, cells_come_back)


def faults(english: str, text: str, before: str, after: str) -> Iterator[str]:
    """What is wrong with the `text` of a unit whose page is `before` without it and `after` with it."""
    said = [found for check in _STRUCTURE if (found := check(english, text)) is not None]
    yield from said
    if not said and _kinds(before) != _kinds(after):
        yield "the page would be built in another way with it"


def _kinds(page: str) -> list[str]:
    return [block.kind for block in split(page)]
