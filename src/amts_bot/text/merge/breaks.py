"""Hard line breaks: two blanks or a backslash at the end of a line, which readers see and words do not show."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE = re.compile(r"(?P<words>.*?)(?P<mark> {2,}|\\)?(?P<end>\r?\n|\Z)", re.S)


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
    found = (_LINE.fullmatch(line) for line in text.splitlines(keepends=True))
    return [_EndedLine(m["words"], m["mark"] or "", m["end"]) for m in found if m]
