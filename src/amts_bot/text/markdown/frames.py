"""A unit without its Markdown clothes: the marks before it, its words, the line end."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The marks of quotations and the indent come before every line.
_MARGIN = r"[ \t]*(?:>[ \t]*)*"
# A task box is a mark too: ticking it changes no word. So are the label of a footnote and the colon of a definition.
_PREFIX = re.compile(
    _MARGIN + r"(?:#{1,6}[ \t]+|(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+(?:>[ \t]?)*(?:\[[ xX]\][ \t]+)?"
    r"|\[\^[^\]\s]+\]:[ \t]+|:[ \t]+|\|[ \t]*)?"
)
_ITEM_MARGIN = re.compile(_MARGIN + r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
_FURTHER_LINES = re.compile(rf"(?<=\n){_MARGIN}")
_UNDERLINE = re.compile(_MARGIN + r"(?:=+|-+)")


@dataclass(frozen=True, slots=True)
class Frame:
    """A unit without its Markdown clothes: `prefix + indented(body, indent) + suffix` is the slice.

    `indent` stands before each further line of the body: the mark of a quotation, the indent of a list item. It
    is "" where those lines do not begin alike: then they are as they stand.
    """

    prefix: str
    body: str
    suffix: str
    indent: str = ""

    @property
    def margin(self) -> str:
        """The indent and the marks of quotations before the first line; an item's mark is as wide as blanks."""
        found = _ITEM_MARGIN.match(self.prefix)
        return re.sub(r"[^>\s]", " ", found[0]) if found else ""

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
    indent = _indent(text[start:end])
    body = text[start:end].replace("\n" + indent, "\n") if indent else text[start:end]
    return Frame(text[:start], body, text[end:], indent)


def _indent(body: str) -> str:
    """What all further lines of a text begin with; "" where they differ."""
    if "\n" not in body:
        return ""
    margins = {found[0] for found in _FURTHER_LINES.finditer(body)}
    return margins.pop() if len(margins) == 1 else ""


def indented(text: str, indent: str) -> str:
    """`text` with `indent` before each further line: the twin of what `frame` takes off."""
    return text.replace("\n", "\n" + indent) if indent else text


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
