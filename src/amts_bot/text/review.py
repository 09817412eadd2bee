"""Which texts of a translation a person stands behind: units are told apart by hashes in the lock."""

from __future__ import annotations

import hashlib
from typing import Literal

from amts_bot.text import sentences

# When text that the bot wrote counts as reviewed: once it is merged; once a person approved its pull
# request; never, only what a person changed does.
Trust = Literal["merged", "approved", "edited"]


def unit_hash(text: str) -> str:
    """The name of a unit in the lock; white space does not count."""
    squeezed = " ".join(text.split())
    return hashlib.sha256(squeezed.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def unit_hashes(text: str, language: str) -> frozenset[str]:
    """The names of the sentences of a text.

    By sentence, so that somebody who edits one of them has not reviewed the whole paragraph.
    """
    return frozenset(unit_hash(sentence) for sentence in sentences.split(text, language))
