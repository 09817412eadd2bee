"""A unit without its Markdown clothes: the marks before it, its words, the line end."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A task box is a mark too: ticking it changes no word.
_PREFIX = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]+|(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|>[ \t]?|\|[ \t]*)?"
)
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)")


@dataclass(frozen=True, slots=True)
class Frame:
    """A unit without its Markdown clothes: `prefix + body + suffix` is the slice."""

    prefix: str
    body: str
    suffix: str

    @property
    def underline(self) -> str:
        """`=` or `-` of an underlined heading; "" of everything else."""
        return self.suffix.strip()[:1].strip("#")


def frame(text: str) -> Frame:
    """Takes off the heading, list, quote or table mark, the underline of a heading, and the line end.

    From the end with `rstrip`: a search for the white space at the end would start anew at each blank of a
    long run of them.
    """
    found = _PREFIX.match(text)
    assert found is not None  # the mark may be missing
    start = found.end()
    end = start + len(text[start:].removesuffix("\n").rstrip(" \t\r"))
    for shorter in (_without_hashes(text[start:end]), _without_underline(text[start:end])):
        if shorter is not None:
            end = start + len(shorter)
    return Frame(text[:start], text[start:end], text[end:])


def _without_hashes(body: str) -> str | None:
    """`Title ##` without its closing hashes; None where it has none."""
    title = body.rstrip("#")
    closed = title != body and title.endswith((" ", "\t"))
    return title.rstrip(" \t") if closed else None


def _without_underline(body: str) -> str | None:
    """An underlined heading without its last line; None where it is none."""
    at = max(body.rfind("\n"), body.rfind("\r"))
    underlined = at > 0 and _UNDERLINE.fullmatch(body, at + 1)
    return body[:at].rstrip() or None if underlined else None
