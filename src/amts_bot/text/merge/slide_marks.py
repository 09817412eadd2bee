"""Slide markers around the stretches of a translation that stand for those which the English marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.merge.same_meaning import says_the_same


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A target text with its slide markers; `notes` say what a person should look at."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _SlideMark:
    """A stretch between slide markers: offsets inside the text without markers."""

    opener: str
    closer: str
    start: int
    end: int


def _unmarked(text: str) -> tuple[str, list[_SlideMark]]:
    """The text without slide markers, and the stretches they marked."""
    plain: list[str] = []
    marked: list[_SlideMark] = []
    opened: list[tuple[str, int]] = []
    position = length = 0
    for span in inline.spans(text):
        if span.kind != "marker":
            continue
        plain.append(text[position : span.start])
        length += span.start - position
        position, mark = span.end, text[span.start : span.end]
        if mark[0] in "[(":
            opened.append((mark, length))
        elif opened:
            opener, start = opened.pop()
            marked.append(_SlideMark(opener, mark, start, length))
    return "".join(plain) + text[position:], sorted(marked, key=lambda m: m.start)


# Where sentences of the English surely end with sentences of the target: [:i] with [:j], i -> j.
Boundaries = Callable[[Sequence[str], Sequence[str]], Mapping[int, int]]


def with_markers(
    old: str, new: str, target: str, language: Language, boundaries: Boundaries
) -> MarkedText:
    """`target`, a translation of English `old`, with markers where `new` has them, as far as that is clear."""
    (was, old_marks), (now, new_marks) = _unmarked(old), _unmarked(new)
    places = [_place(was, m) for m in old_marks], [_place(now, m) for m in new_marks]
    if places[0] == places[1] or _mark_the_same((was, old_marks), (now, new_marks), language):
        return MarkedText(target)
    plain, ours = _unmarked(target)
    if len(ours) == len(new_marks) and len(ours) != len(old_marks):
        return MarkedText(target)  # the translators were ahead of the English
    source, theirs = sentences.split(now, "en"), sentences.split(plain, language.code)
    return _mark(new_marks, _Aligned(source, theirs, boundaries(source, theirs)))


_Marked = tuple[str, list[_SlideMark]]


def _mark_the_same(old: _Marked, new: _Marked, language: Language) -> bool:
    """Whether words that say the same stand between the marks, and before them."""
    (was, old_marks), (now, new_marks) = old, new
    return len(old_marks) == len(new_marks) and all(
        a.opener == b.opener
        and says_the_same(was[: a.start], now[: b.start], language.same_meaning)
        and says_the_same(was[a.start : a.end], now[b.start : b.end], language.same_meaning)
        for a, b in zip(old_marks, new_marks, strict=True)
    )


def _place(text: str, marked: _SlideMark) -> tuple[int, int, str]:
    """What is marked, in words, which white space and wraps do not move, and with which mark."""
    return len(text[: marked.start].split()), len(text[: marked.end].split()), marked.opener


def _mark(marks: Sequence[_SlideMark], sides: _Aligned) -> MarkedText:
    """Markers around the target of what the English marks: of whole sentences, of names and spans, else by clauses."""
    english, target = "".join(sides.source), "".join(sides.target)
    edits: list[tuple[int, int, _SlideMark]] = []
    notes = []
    for mark in marks:
        sign = f"slide marker {mark.opener}…{mark.closer}"
        sure = _sentence_place(sides, mark) or _verbatim(english, mark, target)
        place = sure or _clause_place(sides, mark)
        if place is None or any(a < place[1] and place[0] < b for a, b, _ in edits):
            notes.append(f"place the {sign} by hand")
            continue
        edits.append((*place, mark))
        if sure is None:
            notes.append(f"{sign} placed by its clause")
    return MarkedText(_wrapped(target, edits), tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Aligned:
    """The sentences of the English and of the target, and the boundaries of which both are sure."""

    source: Sequence[str]
    target: Sequence[str]
    sure: Mapping[int, int]


def _verbatim(english: str, mark: _SlideMark, target: str) -> tuple[int, int] | None:
    """A marked name, or the spans inside the mark, where the target has them once."""
    text = english[mark.start : mark.end].strip()
    inside = [
        text[s.start : s.end] for s in inline.spans(text) if s.kind in ("code", "math", "role")
    ]
    for parts in ([text], inside):
        if parts and all(part and target.count(part) == english.count(part) == 1 for part in parts):
            starts = [target.index(part) for part in parts]
            return min(starts), max(a + len(part) for a, part in zip(starts, parts, strict=True))
    return None


def _sentence_place(sides: _Aligned, mark: _SlideMark) -> tuple[int, int] | None:
    """The target sentences of the English ones of which the mark covers more than half."""
    covered = _covered(sides.source, mark, 0.5)
    if not covered or covered[0] not in sides.sure or covered[-1] + 1 not in sides.sure:
        return None
    return _stretch(sides.target, sides.sure[covered[0]], sides.sure[covered[-1] + 1])


def _covered(parts: Sequence[str], mark: _SlideMark, share: float) -> list[int]:
    """The parts of a text of which a mark covers more than a share."""
    found, at = [], 0
    for index, part in enumerate(parts):
        inside = min(mark.end, at + len(part)) - max(mark.start, at)
        if inside > share * len(part.strip()):
            found.append(index)
        at += len(part)
    return found


def _stretch(parts: Sequence[str], first: int, last: int) -> tuple[int, int] | None:
    """Where parts `[first, last)` of a text stand, without the white space around them; None where that is nothing."""
    start, text = sum(map(len, parts[:first])), "".join(parts[first:last])
    if not text.strip():
        return None
    return start + len(text) - len(text.lstrip()), start + len(text.rstrip())


# A clause ends at one of these; not within a number.
_CLAUSE = re.compile(r"[,;:](?!\d)\s*|[，；：]\s*")
_SIGN_AT_END = re.compile(r"[.,;:!?。，；：！？]\Z")
_MOST_SENTENCES = 2


def _clause_place(sides: _Aligned, mark: _SlideMark) -> tuple[int, int] | None:
    """The clause of the target in the place of the marked one, where its sentence has as many; else the sentence."""
    touched = _covered(sides.source, mark, 0)
    if not touched:
        return None
    first = max(i for i in sides.sure if i <= touched[0])
    last = min(i for i in sides.sure if i > touched[-1])
    if last - first > _MOST_SENTENCES:
        return None
    skipped = sum(map(len, sides.source[:first]))
    english = "".join(sides.source[first:last])
    clauses = _clauses(english)
    inside = replace(mark, start=mark.start - skipped, end=mark.end - skipped)
    covered = _covered(clauses, inside, 0)
    theirs = _clauses("".join(sides.target[sides.sure[first] : sides.sure[last]]))
    alike = len(clauses) == len(theirs)
    place = _stretch(theirs, *((covered[0], covered[-1] + 1) if alike else (0, len(theirs))))
    if place is None:
        return None
    begin = sum(map(len, sides.target[: sides.sure[first]]))
    text = "".join(theirs)[slice(*place)]
    if not _SIGN_AT_END.search(english[inside.start : inside.end].rstrip()):
        text = _SIGN_AT_END.sub("", text)
    return begin + place[0], begin + place[0] + len(text)


def _clauses(text: str) -> list[str]:
    ends = [m.end() for m in _CLAUSE.finditer(inline.mask(text, "x"))]
    return [text[a:b] for a, b in pairwise([0, *ends, len(text)]) if a < b]


def _wrapped(target: str, edits: Iterable[tuple[int, int, _SlideMark]]) -> str:
    for start, end, mark in sorted(edits, key=lambda edit: edit[0], reverse=True):
        target = target[:start] + mark.opener + target[start:end] + mark.closer + target[end:]
    return target
