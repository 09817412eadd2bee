"""What a container holds: its lines without their prefixes, and where each of them stands in the page.

A container is read in two steps. Here its slice is cut into frame (the line that opens it, the one that closes it)
and *nests*; what stands in a nest is then read as a page of its own, and its offsets are led back line by line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from amts_bot.model import BlockKind
from amts_bot.text.markdown.containers import OPTIONS, directive_name, is_frame_line

_QUOTED = re.compile(r" {0,3}>[ \t]?")
# GitHub's alerts, and Obsidian's callouts with a title.
# What begins a block of its own, even without a blank line before it.
_BLOCK_START = re.compile(
    r" {0,3}(?:#{1,6}(?:[ \t]|$)|>|\$\$|```|~~~|</?[A-Za-z!?]|<!--|\[\^[^\]\s]+\]:|(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}"
    r"|(?:\*[ \t]*){3,})$)"
)
# Behind such a line no paragraph goes on: a fence, a heading, a rule.
_NO_PARAGRAPH = re.compile(r" {0,3}(?:```|~~~|#{1,6}[ \t]|(?:[-*_][ \t]*){3,}$)")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)")
_ALERT = re.compile(r"[ \t]*\[!\w+\][+-]?[^\n]*(?:\n|\Z)")
_FOOTNOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:[ \t]*")
_DEFINITION = re.compile(r" {0,3}:[ \t]+")
# MyST directives whose content is prose; every other fence is code, `toc` and `eval_rst` too.
_PROSE_FENCE = re.compile(
    r" {0,3}(`{3,}|~{3,})\{(?:note|tip|warning|important|admonition|attention|caution|danger"
    r"|error|hint|seealso|topic|margin|sidebar|exercise|solution|proof|prf:[\w-]+|theorem"
    r"|definition|lemma|corollary|proposition|remark|example|figure|figure-md|dropdown|toggle|card"
    r"|grid|grid-item|grid-item-card|tab-set|tab-item|tabbed|panels|epigraph|highlights|pull-quote"
    r"|aside|quote|versionadded|versionchanged|deprecated|list-table|glossary)\}[^\n]*"
)
_OPTIONS = re.compile(OPTIONS)
_INDENT = 4
_TAB_STOP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a container, `[start, end)` in the text it was cut from; `cut` characters are prefix."""

    start: int
    end: int
    cut: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a container that is frame."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Nest:
    """A stretch of a container whose lines are read as a page of their own.

    `first` is the kind of its first paragraph, `level` its level, where the container says so.
    """

    container: str
    text: str
    lines: tuple[Line, ...]
    first: BlockKind = "paragraph"
    level: int = 0

    @cached_property
    def inner(self) -> str:
        """The text without prefixes."""
        return "".join(self.text[line.start + line.cut : line.end] for line in self.lines)

    @cached_property
    def _starts(self) -> list[int]:
        lengths = (line.end - line.start - line.cut for line in self.lines)
        return list(accumulate(lengths, initial=0))[:-1]

    def outer(self, offset: int) -> int:
        """Where an offset of `inner` stands in `text`: the start of a line stands before its prefix."""
        number = bisect_right(self._starts, offset) - 1
        line, within = self.lines[number], offset - self._starts[number]
        return line.start + (line.cut + within if within else 0)

    @property
    def start(self) -> int:
        return self.lines[0].start

    @property
    def end(self) -> int:
        return self.lines[-1].end


def lines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The bounds of the lines of a stretch of a text."""
    stop = len(text) if end is None else end
    while start < stop:
        at = text.find("\n", start, stop) + 1 or stop
        yield start, at
        start = at


def indent_of(line: str) -> int:
    """The columns of white space that a line begins with."""
    width = 0
    for character in line:
        if character == " ":
            width += 1
        elif character == "\t":
            width += _TAB_STOP - width % _TAB_STOP
        else:
            break
    return width


def indentation(line: str, columns: int) -> int:
    """The characters of white space at the start of a line that make up `columns`, or as many as it has."""
    width = count = 0
    for character in line:
        if width >= columns or character not in " \t":
            break
        width += 1 if character == " " else _TAB_STOP - width % _TAB_STOP
        count += 1
    return count


def begins_block(line: str) -> bool:
    """Whether a line that is not indented ends the paragraph of a container above it."""
    return _BLOCK_START.match(line) is not None or is_frame_line(line)


def fence_after(line: str, fence: str) -> str:
    """The fence of code that is open behind a line, when `fence` was before it; "" for none."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return "" if found[1][0] == "`" and "`" in found[2] else found[1]
    closes = found[1].startswith(fence) and not found[2].strip()
    return "" if closes else fence


# ------------------------------------------------------------------ quotations


def quotation(text: str) -> Iterator[Mark | Nest]:
    """A quotation; the line `[!NOTE]` of an alert is frame, a line without a mark goes on with a paragraph."""
    lines: list[Line] = []
    outside: list[Line] = []
    fence = ""
    for start, end in lines_of(text):
        mark = _QUOTED.match(text, start, end)
        line = Line(start, end, mark.end() - start if mark else 0)
        inner = text[start + line.cut : end].rstrip("\n")
        goes_on = not (fence or begins_block(inner) or _is_no_paragraph(text, lines))
        if outside or not (mark or goes_on):
            outside.append(line)
        else:
            lines.append(line)
            fence = fence_after(inner, fence)
    yield from _quoted(text, lines)
    if outside:
        yield Nest(container="", text=text, lines=tuple(replace(o, cut=0) for o in outside))


def _is_no_paragraph(text: str, lines: Sequence[Line]) -> bool:
    """Whether a paragraph cannot go on behind the last of these lines."""
    if not lines:
        return False
    last = lines[-1]
    inner = text[last.start + last.cut : last.end]
    return not inner.strip() or _NO_PARAGRAPH.match(inner) is not None


def _quoted(text: str, lines: list[Line]) -> Iterator[Mark | Nest]:
    first = lines[0]
    if _ALERT.fullmatch(text, first.start + first.cut, first.end):
        yield Mark("directive", first.start, first.end)
        del lines[0]
    if lines:
        yield Nest(container="quote", text=text, lines=tuple(lines))


# ------------------------------------------------------------------ bodies that are indented


def admonition(text: str) -> Iterator[Mark | Nest]:
    """`!!! note` with its body."""
    first = text.find("\n") + 1 or len(text)
    yield Mark("directive", 0, first)
    if first < len(text):
        lines = _dedented(text, lines_of(text, first))
        yield Nest(container=directive_name(text) or "tab", text=text, lines=lines)


def footnote(text: str) -> Iterator[Nest]:
    """`[^1]: Text` with its further paragraphs."""
    yield _marked(text, "footnote", _FOOTNOTE)


def definition(text: str) -> Iterator[Nest]:
    """`: Text` with its further paragraphs, below the term that it defines."""
    yield _marked(text, "definition", _DEFINITION)


def _marked(text: str, container: str, mark: re.Pattern[str]) -> Nest:
    opener = mark.match(text)
    assert opener is not None  # the rule that took the slice asks for it
    bounds = list(lines_of(text))
    first = Line(0, bounds[0][1], min(opener.end(), len(text[: bounds[0][1]].rstrip("\n"))))
    rest = _dedented(text, bounds[1:])
    return Nest(container=container, text=text, lines=(first, *rest))


def _dedented(text: str, bounds: Iterable[tuple[int, int]]) -> tuple[Line, ...]:
    return tuple(
        Line(start, end, indentation(text[start:end].rstrip("\n"), _INDENT))
        for start, end in bounds
    )


# ------------------------------------------------------------------ directives


def is_prose_fence(text: str) -> bool:
    """Whether a fence is a directive whose content is prose."""
    return _PROSE_FENCE.match(text) is not None


def prose_fence(text: str) -> Iterator[Mark | Nest]:
    """A directive with a prose body: its fences and its options are frame."""
    first = text.find("\n") + 1 or len(text)
    options = _OPTIONS.match(text, first - 1)
    if options:
        first = min(len(text), options.end() + 1)
    last = max(first, _closing_fence(text))
    yield Mark("directive", 0, first)
    if first < last:
        lines = tuple(Line(start, end, 0) for start, end in lines_of(text, first, last))
        yield Nest(container=directive_name(text), text=text, lines=lines)
    if last < len(text):
        yield Mark("directive", last, len(text))


def _closing_fence(text: str) -> int:
    """Where the last line of a fence begins; behind everything when nothing closes it."""
    fence = _PROSE_FENCE.match(text)
    last = text.rstrip("\n").rfind("\n") + 1
    closed = fence is not None and text[last:].strip().startswith(fence[1])
    return last if closed and last else len(text)
