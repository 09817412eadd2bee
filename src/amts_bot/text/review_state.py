"""Which texts of a translation a person stands behind: units are told apart by hashes in the lock."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal

from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.leaves import prose
from amts_bot.text.markdown.sameness import normal

# When text that the bot wrote counts as reviewed: once it is merged; once a person approved its pull
# request; never, only what a person changed does.
Trust = Literal["merged", "approved", "edited"]


def unit_hash(text: str) -> str:
    """The name of a sentence in the lock: white space and normal form aside: rewrapped lines are the same."""
    squeezed = " ".join(normal(text).split())
    return hashlib.sha256(squeezed.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def unit_hashes(text: str, language: str) -> frozenset[str]:
    """The names of the sentences of a unit; those of a caption stand inside its image.

    By sentence, so that somebody who edits one of them has not reviewed the whole paragraph.
    """
    spans = inline.spans(text)
    if spans and spans[0].kind == "image" and spans[0].start == 0 and spans[-1].end == len(text):
        text = text[spans[0].end : spans[-1].start]
    return frozenset(unit_hash(sentence) for sentence in sentences.split(text, language))


@lru_cache(maxsize=8)
def page_hashes(page: str, language: str) -> frozenset[str]:
    """The names of the sentences of a whole page."""
    bodies = (leaf.text for block in split(page) for leaf in prose(block))
    return frozenset(name for body in bodies for name in unit_hashes(body.strip(), language))
