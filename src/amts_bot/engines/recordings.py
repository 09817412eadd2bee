"""Translations that were made elsewhere, such as the memory of another tool, as a recording that can be replayed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import BinaryIO

from amts_bot.text.pairs import corpora


def recorded(kind: str, streams: Sequence[BinaryIO], language: str) -> str:
    """The pairs of a file of a kind (`text.pairs.corpora`) from English, as the JSON lines of a recording.

    Raises UsageError with the line that is none of its kind.
    """
    pairs = (it.segment for it in corpora.read(kind, streams, ("en", language)))
    lines = ({"source": pair.source, "target": pair.target} for pair in pairs if pair.target)
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
