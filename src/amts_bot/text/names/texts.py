"""The name of a text in the lock: a sentence, a block, a unit of English."""

from __future__ import annotations

import hashlib

from amts_bot.text.markdown.sameness import normal
from amts_bot.text.review_state import BlockHash, SentenceHash, UnitHash


def sentence_hash(text: str) -> SentenceHash:
    """The name of a sentence in the lock."""
    return SentenceHash(_hash(text))


def block_hash(text: str) -> BlockHash:
    """The name of a block in the lock."""
    return BlockHash(_hash(text))


def unit_hash(text: str) -> UnitHash:
    """The name of a unit of English, for people to point at it."""
    return UnitHash(_hash(text))


def _hash(text: str) -> str:
    """White space and normal form aside, so that rewrapped lines are the same."""
    squeezed = " ".join(normal(text).split())
    return hashlib.sha256(squeezed.encode("utf-8", "surrogatepass")).hexdigest()[:12]
