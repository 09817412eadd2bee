"""Hard line breaks: two blanks or a backslash at the end of a line, which readers see and words do not show."""

from __future__ import annotations

from typing import NamedTuple


class _EndedLine(NamedTuple):
    words: str
    mark: str
    end: str


def with_breaks(old: str, new: str, target: str) -> str:
    """`target` with the hard breaks that its English gained or lost, line by line.

    Only where nothing but white space differs between `old` and `new`, and all three have the same lines: elsewhere
    nobody knows which line of the translation is meant. A line where the translators broke otherwise keeps their mark.
    """
    before, after, ours = _lines(old), _lines(new), _lines(target)
    if not len(before) == len(after) == len(ours):
        return target
    if any(a.words.split() != b.words.split() for a, b in zip(before, after, strict=True)):
        return target
    lines = [_broken(*three) for three in zip(before, after, ours, strict=True)]
    return "".join([*lines[:-1], *map("".join, ours[-1:])])  # no line breaks where a text ends


def _broken(before: _EndedLine, after: _EndedLine, ours: _EndedLine) -> str:
    changed = bool(before.mark) != bool(after.mark)
    mark = after.mark if changed and bool(before.mark) == bool(ours.mark) else ours.mark
    return ours.words + mark + ours.end


def _lines(text: str) -> list[_EndedLine]:
    return [_ended(line) for line in text.splitlines(keepends=True)]


def _ended(line: str) -> _EndedLine:
    """A line taken apart from its end: a pattern would try every run of blanks in it."""
    inner = line.rstrip("\r\n")
    words = inner.rstrip(" ")
    if len(inner) - len(words) < 2:
        words = inner.removesuffix("\\")
    return _EndedLine(words, inner[len(words) :], line[len(inner) :])
