"""Text in pieces that an edit moves as one: words, signs, and protected spans, each with the white space behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

from amts_bot.text import scripts
from amts_bot.text.markdown import inline

# In scripts that show no words, every character is a piece.
_SIGN = scripts.ranges_by("single") + scripts.ranges_by("unmarked")
_SPACED_WORD = re.compile(rf"[^\W{_SIGN}]")
_PIECE = re.compile(rf"(?:[{_SIGN}]|(?:[^\W{_SIGN}]|[{scripts.MARKS}])+|\S)\s*")


def pieces(text: str) -> list[str]:
    """`"".join(pieces(text)) == text.lstrip()`: "Add $x$ now." is "Add ", "$x$ ", "now", "."."""
    found: list[str] = []
    position = len(text) - len(text.lstrip())
    for span in inline.spans(text):
        found += _PIECE.findall(text[position : span.start])
        end = span.end + _white(text, span.end)
        found.append(text[span.start : end])
        position = end
    return [*found, *_PIECE.findall(text[position:])]


def _white(text: str, at: int) -> int:
    rest = text[at : at + 80]
    return len(rest) - len(rest.lstrip())


@dataclass(frozen=True, slots=True)
class PieceEdit:
    """Pieces `[start, end)` of one text became `after` in another one."""

    start: int
    end: int
    after: tuple[str, ...]


def edits(before: Sequence[str], after: Sequence[str]) -> Iterator[PieceEdit]:
    """What made one list of pieces of another; white space behind a piece is no edit."""
    stripped = [piece.rstrip() for piece in before], [piece.rstrip() for piece in after]
    for start, end, first, last in differences(*stripped):
        yield PieceEdit(start, end, tuple(after[first:last]))


def differences(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches `before[start:end]` that became `after[first:last]`, as few as may be."""
    start = end = first = last = 0
    for op in Indel.opcodes(before, after):
        if op.tag == "equal":
            continue
        if op.src_start > end or op.dest_start > last:
            if end > start or last > first:
                yield start, end, first, last
            start, first = op.src_start, op.dest_start
        end, last = op.src_end, op.dest_end
    if end > start or last > first:
        yield start, end, first, last


_CLOSING = frozenset(".,;:!?)]}%\u2026")
_SETS_OFF = frozenset(".,;:!?)")


def joined(words: Iterable[str], texts: Iterable[Sequence[str]]) -> str:
    """One text of pieces from several `texts`: two pieces have the white space of where they stand side by side."""
    gaps: dict[tuple[str, str], str] = {}
    for left, right in (pair for text in texts for pair in pairwise(text)):
        gap = left[len(left.rstrip()) :]
        gaps[left, right.rstrip()] = gap
        gaps.setdefault((left.rstrip(), right.rstrip()), gap)
    out = before = ""
    for word in words:
        out += before.rstrip() + _between(before, word, gaps)
        before = word
    return out + before.rstrip()


def _between(left: str, right: str, gaps: Mapping[tuple[str, str], str]) -> str:
    for piece in (left, left.rstrip()):
        if (piece, right.rstrip()) in gaps:
            return gaps[piece, right.rstrip()]
    return _gap(left, right) if left else ""


def _gap(left: str, right: str) -> str:
    """The white space between two pieces that never stood side by side."""
    word = left.rstrip()
    if right[0] in _CLOSING:
        return ""
    if _SPACED_WORD.match(right) and (_SPACED_WORD.match(word[-1]) or word[-1] in _SETS_OFF):
        return " "
    return left[len(word) :]
