"""A unit without its Markdown clothes: the marks before it, its words, the line end."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FRAME = re.compile(
    r"(?P<prefix>[ \t]*(?:#{1,6}[ \t]+|(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]?|\|[ \t]*)?)"
    r"(?P<body>.*?)(?P<suffix>(?:[ \t]+#+)?[ \t\r]*\n?)\Z",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A unit without its Markdown clothes: `prefix + body + suffix` is the slice."""

    prefix: str
    body: str
    suffix: str


def frame(text: str) -> Frame:
    """Takes off the heading, list, quote or table mark, and the line end."""
    found = _FRAME.match(text)
    assert found is not None  # every group may be empty
    return Frame(found["prefix"], found["body"], found["suffix"])
