"""A unit without its Markdown clothes: the marks before it, its words, the line end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

# The marks of quotations and the indent come before every line.
_MARGIN = r"[ \t]*(?:>[ \t]*)*"
# A task box is a mark too: ticking it changes no word. So are the label of a footnote and the colon of a definition.
_PREFIX = re.compile(
    _MARGIN + r"(?:#{1,6}[ \t]+|(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+(?:>[ \t]?)*(?:\[[ xX]\][ \t]+)?"
    r"|\[\^[^\]\s]+\]:[ \t]+|:[ \t]+|\|[ \t]*)?"
)
_QUOTED = re.compile(rf"{_MARGIN}(?:(?:[-*+]|\d{{1,9}}[.)])[ \t]+(?:>[ \t]?)*)*")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:[ \t]*")
_HASHES = re.compile(r"#+[ \t]+\Z")
_BLANKS = re.compile(r"[ \t]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_MARGINED = re.compile(r"[\r\n][ \t>]")
_EMPTY = re.compile(r"[ \t]*[\r\n]")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)")


class Frame(NamedTuple):
    """A unit without its Markdown clothes: `prefix + indented(body, indent) + suffix` is the slice.

    `indent` stands before each further line of the body: the marks of quotations, the indent of a list item. Only a
    quotation of which some lines lack their mark comes back another way: with all of them.
    """

    prefix: str
    body: str
    suffix: str
    indent: str = ""
    cuts: tuple[int, ...] = ()  # how many characters of each further line are none of the body

    def place(self, offset: int) -> int:
        """Where an offset of the body stands in the slice."""
        lines = len(_LINE_END.findall(self.body, 0, offset)) if self.cuts else 0
        return len(self.prefix) + offset + sum(self.cuts[:lines])

    @property
    def margin(self) -> str:
        """What a further line begins with below the first one; an item's mark is as wide as blanks."""
        return re.sub(r"[^>\s]", " ", _HASHES.sub("", _FOOTNOTE.sub("    ", self.prefix)))

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
    shorter = _without_hashes(text[start:end])
    if shorter is not None:
        end = start + len(shorter)
    flat, indent, cuts = _flat(text[:start], text[start:end])
    title = _without_underline(flat)
    if title is not None:
        lines = len(_LINE_END.findall(title))
        end, flat, cuts = start + len(title) + sum(cuts[:lines]), title, cuts[:lines]
    return Frame(
        prefix=text[:start], body=flat, suffix=text[end:], indent=indent if cuts else "", cuts=cuts
    )


# ------------------------------------------------------------------ the margin of further lines


def has_lines(text: str) -> bool:
    """Whether a text has further lines."""
    return _LINE_END.search(text) is not None


def indented(text: str, indent: str) -> str:
    """`text` with `indent` behind each line end; an empty line has no white space at its end."""
    if not indent:
        return text
    empty = indent.rstrip(" \t")
    return _LINE_END.sub(
        lambda end: end[0] + (empty if _EMPTY.match(text, end.end()) else indent), text
    )


def flat(text: str) -> tuple[str, str]:
    """A block without the margin of its further lines, and that; "" where they have not one."""
    found = _QUOTED.match(text)
    body = text.rstrip("\r\n")
    plain, indent, _ = _flat(found[0] if found else "", body)
    end = text[len(body) :]
    return (plain + end, indent) if indented(plain, indent) == body else (text, "")


def lined(text: str, indent: str) -> str:
    """The twin of `flat`: a block with a margin before each of its further lines."""
    body = text.rstrip("\r\n")
    return indented(body, indent) + text[len(body) :]


def _flat(prefix: str, body: str) -> tuple[str, str, tuple[int, ...]]:
    """The text without the margins of its further lines, the one they should have, and how long they were."""
    if not _MARGINED.search(body):  # spares most paragraphs the rest
        return body, "", ()
    first, *rest = _lines(body)
    marks = prefix.count(">")
    pattern = re.compile(rf"(?:[ \t]*>){{0,{marks}}}[ \t]*") if marks else _BLANKS
    margins = [found[0] if (found := pattern.match(line)) else "" for line in rest]
    told = [m for m, line in zip(margins, rest, strict=True) if line[len(m) :].strip(" \t\r\n")]
    indent = _shared(told)
    if told and indent.count(">") < marks:  # some lines, or all, lack their mark
        indent, cuts = Counter(told).most_common(1)[0][0], [len(m) for m in margins]
    else:
        empty = indent.rstrip(" \t")
        cuts = [
            len(indent) if line[len(m) :].strip(" \t\r\n") else len(empty) * line.startswith(empty)
            for m, line in zip(margins, rest, strict=True)
        ]
    plain = "".join(line[cut:] for cut, line in zip(cuts, rest, strict=True))
    return first + plain, indent, tuple(cuts) if any(cuts) else ()


def _shared(texts: Sequence[str]) -> str:
    """The longest text that all of them begin with."""
    low, high = min(texts, default=""), max(texts, default="")
    same = (i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b)
    return low[: next(same, min(len(low), len(high)))]


def _lines(text: str) -> list[str]:
    """The lines with their ends; one that is empty for a text without any."""
    ends = [match.end() for match in _LINE_END.finditer(text)]
    bounds = [0, *(end for end in ends if end < len(text))]
    return [text[a:b] for a, b in zip(bounds, [*bounds[1:], len(text)], strict=True)]


# ------------------------------------------------------------------ headings


def _without_hashes(body: str) -> str | None:
    """`Title ##` without its closing hashes; None where it has none."""
    if not body.endswith("#"):
        return None
    title = body.rstrip("#")
    closed = title.endswith((" ", "\t"))
    return title.rstrip(" \t") if closed else None


def _without_underline(body: str) -> str | None:
    """An underlined heading without its last line; None where it is none."""
    if not body.endswith(("=", "-")):
        return None
    at = max(body.rfind("\n"), body.rfind("\r"))
    underlined = at > 0 and _UNDERLINE.fullmatch(body, at + 1)
    return body[:at].rstrip() or None if underlined else None
