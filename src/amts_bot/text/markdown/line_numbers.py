"""On which line of a page a place is. A page's line ends are found once: reports ask for thousands of places."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache


def line_number(text: str, offset: int) -> int:
    """The line of an offset, counted from 1."""
    return bisect_left(_line_ends(text), offset) + 1


@lru_cache(maxsize=4)
def _line_ends(text: str) -> tuple[int, ...]:
    return tuple(found.start() for found in re.finditer("\n", text))
