"""The protected spans of a unit of Markdown prose: the parts that must come back exactly.

`spans` finds them; `protect` and `restore` are twins that put numbered placeholders in their place
and back; `mask` and `skeleton` look at the rest. Everything here is linear in the length of the
text: whatever has to be closed (code, math, comments, tags) is looked up in an index of closers
made once per paragraph, never searched for again from each opener.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from amts_bot.errors import AmtsError
from amts_bot.model import Span, SpanKind
from amts_bot.text import scripts

# No construct here crosses a blank line: it ends a Markdown paragraph.
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

# Where a span can start, or something that hides one. `(?=`)` keeps roles cheap: the code reader
# does the rest. Two domains (`:py:meth:`) at most, so that ":a:a:a…" stays linear.
_CANDIDATE = re.compile(
    r"""
      (?P<escape> \\[!-/:-@\[-`{-~] )
    | (?P<code> `+ )
    | (?P<math> \$ )
    | (?P<role> :[A-Za-z][A-Za-z0-9_.+-]*:(?:[A-Za-z][A-Za-z0-9_.+-]*:){0,2}(?=`)
              | \{[A-Za-z][A-Za-z0-9_:.+-]*\}(?=`) )
    | (?P<template> \{\{[^{}\n]*\}\} | \{[#.][A-Za-z][^{}\n`$]*\} )
    | (?P<footnote> \[\^[^\[\]\s]+\] )
    | (?P<open> !?\[ )
    | (?P<close> \] )
    | (?P<marker> \((?:\*\*|~~) | (?:\*\*|~~)[\])] )
    | (?P<angle> < )
    | (?P<url> (?:https?://|ftp://|www\.)[A-Za-z0-9\[] )
    | (?P<bracket> [⟦⟧] )
    """,
    re.VERBOSE,
)
_SLIDE = re.compile(r"\[(?:\*\*|~~)")
_BACKTICKS = re.compile(r"`+")
_DOLLARS = re.compile(r"\\[\s\S]|\$+")

# `](target "title")`: a target has no white space and at most three levels of parentheses (deeper
# ones are not found in books, and a fixed depth keeps the match linear). Targets that begin with
# `**` or `~~` are slide markers side by side: `[**a**](**b**)`.
_FLAT = r"[^\s()\\]*(?:\\.[^\s()\\]*)*"
_NEST1 = rf"\({_FLAT}\)"
_NEST2 = rf"\({_FLAT}(?:{_NEST1}{_FLAT})*\)"
_NEST3 = rf"\({_FLAT}(?:{_NEST2}{_FLAT})*\)"
_TARGET = re.compile(
    rf"""
    \(\s*(?!\*\*|~~)
    (?: <[^<>\n]*> | {_FLAT}(?:{_NEST3}{_FLAT})* )
    (?: \s+(?: "[^"]*" | '[^']*' | \([^()]*\) ) )?
    \s*\)
    """,
    re.VERBOSE,
)
# `][ref]` and `][]`; what holds code, math, a footnote or a slide marker is something else.
_REFERENCE = re.compile(r"\[(?!\*\*|~~|\^)[^\[\]`$]*\]")

# Tags stop at the next `<` even inside quoted attributes: that keeps "<a <a <a" linear.
_ANGLE = re.compile(
    r"""
      (?P<comment> <!-- )
    | (?P<url> <[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*> | <[^\s<>@]+@[^\s<>@]+> )
    | (?P<html> </[A-Za-z][A-Za-z0-9:-]*\s*>
              | <[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*)?/?>
              | <[!?][A-Za-z][^<>]*> )
    """,
    re.VERBOSE,
)
# ASCII only: Chinese and Japanese prose goes on right behind a URL, without a space.
_URL_PART = r"[A-Za-z0-9\-._~:/?#@!&'*+,;=%$]*"
_URL = re.compile(rf"{_URL_PART}(?:\({_URL_PART}\){_URL_PART})*")
_URL_TAIL = ".,;:!?'*_~$"  # punctuation and emphasis behind a URL, not part of it


# The same sentence is looked at for its words, its anchors, its sentences and its checks.
@lru_cache(maxsize=32768)
def spans(text: str) -> tuple[Span, ...]:
    """The protected spans of `text`, sorted, not overlapping; offsets in characters."""
    return tuple(
        span for start, part in _paragraphs(text) for span in _SpanReader(part, start).read()
    )


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        yield start, text[start : blank.start()]
        start = blank.end()
    yield start, text[start:]


@dataclass(slots=True)
class _Opener:
    """A `[` that waits for its `]`. `slot` is its place in the list of spans found."""

    slot: int
    start: int
    end: int
    kind: SpanKind | None  # what it is without a target: a slide marker, an image's `![`, or text


class _SpanReader:
    """One pass over one paragraph; every reader takes a match and says where to go on."""

    def __init__(self, text: str, offset: int) -> None:
        self._text = text
        self._offset = offset
        self._found: list[Span | None] = []
        self._openers: list[_Opener] = []

    def read(self) -> Iterator[Span]:
        position, search = 0, _CANDIDATE.search
        while match := search(self._text, position):
            position = _READERS[match.lastgroup or ""](self, match)
        for opener in self._openers:
            self._settle(opener, opener.kind)
        return (span for span in self._found if span is not None)

    def _add(self, kind: SpanKind, start: int, end: int) -> int:
        self._found.append(Span(kind, start + self._offset, end + self._offset))
        return end

    def _settle(self, opener: _Opener, kind: SpanKind | None) -> None:
        if kind is not None:
            # A link's opener is the bracket alone: `[**bold**](x)` is a link with bold text.
            end = opener.start + 1 if kind == "link" else opener.end
            start = opener.start + self._offset
            self._found[opener.slot] = Span(kind, start, end + self._offset)

    # -- closers, each found once per paragraph

    @cached_property
    def _backticks(self) -> dict[int, list[int]]:
        """Run length -> where the runs of exactly that length start."""
        runs: dict[int, list[int]] = {}
        for run in _BACKTICKS.finditer(self._text):
            runs.setdefault(len(run[0]), []).append(run.start())
        return runs

    @cached_property
    def _dollars(self) -> tuple[list[int], list[int]]:
        """Where `$…` and where `$$…` may close."""
        single, double = [], []
        for run in _DOLLARS.finditer(self._text):
            if run[0][0] != "$":
                continue
            if self._may_close(run.start()):
                single.append(run.start())
            if len(run[0]) > 1:
                double.append(run.start())
        return single, double

    def _may_close(self, at: int) -> bool:
        """Pandoc's rule: no space before the closing `$`, no digit behind it."""
        before, behind = self._text[at - 1 : at], self._text[at + 1 : at + 2]
        return not before.isspace() and not ("0" <= behind <= "9")

    @cached_property
    def _comment_ends(self) -> list[int]:
        return [end.end() for end in re.finditer("-->", self._text)]

    # -- readers, one per group of _CANDIDATE

    def _skip(self, match: re.Match[str]) -> int:
        return match.end()

    def _code_end(self, start: int) -> int | None:
        """The end of the code whose backticks start here; None when nothing closes them."""
        run = _BACKTICKS.match(self._text, start)
        assert run is not None
        closer = _first(self._backticks.get(len(run[0]), []), run.end())
        return None if closer is None else closer + len(run[0])

    def _code(self, match: re.Match[str]) -> int:
        end = self._code_end(match.start())
        return match.end() if end is None else self._add("code", match.start(), end)

    def _role(self, match: re.Match[str]) -> int:
        end = self._code_end(match.end())
        return match.end() if end is None else self._add("role", match.start(), end)

    def _math(self, match: re.Match[str]) -> int:
        start, text = match.start(), self._text
        if text.startswith("$$$", start):
            return start + len(text[start:]) - len(text[start:].lstrip("$"))
        single, double = self._dollars
        if text.startswith("$$", start):
            closer = _first(double, start + 3)
            return start + 2 if closer is None else self._add("math", start, closer + 2)
        closer = None if text[start + 1 : start + 2].isspace() else _first(single, start + 2)
        return start + 1 if closer is None else self._add("math", start, closer + 1)

    def _template(self, match: re.Match[str]) -> int:
        return self._add("role", match.start(), match.end())

    def _footnote(self, match: re.Match[str]) -> int:
        return self._add("link", match.start(), match.end())

    def _open(self, match: re.Match[str]) -> int:
        start, end = match.span()
        kind: SpanKind | None = None
        if match[0] == "[" and (slide := _SLIDE.match(self._text, start)):
            kind, end = "marker", slide.end()
        self._openers.append(_Opener(len(self._found), start, end, kind))
        self._found.append(None)
        return end

    def _close(self, match: re.Match[str], marker: int | None = None) -> int:
        """`]`, alone or as the end of a slide marker that starts at `marker`."""
        at = match.end() - 1
        opener = self._openers.pop() if self._openers else None
        target = opener and self._target(at + 1)
        if opener and target:
            kind: SpanKind = "image" if self._text[opener.start] == "!" else "link"
            self._settle(opener, kind)
            return self._add(kind, at, target.end())
        if opener:
            self._settle(opener, opener.kind)
        return match.end() if marker is None else self._add("marker", marker, match.end())

    def _target(self, at: int) -> re.Match[str] | None:
        return _TARGET.match(self._text, at) or _REFERENCE.match(self._text, at)

    def _marker(self, match: re.Match[str]) -> int:
        if match[0].endswith("]"):
            return self._close(match, match.start())
        return self._add("marker", match.start(), match.end())

    def _angle(self, match: re.Match[str]) -> int:
        start = match.start()
        tag = _ANGLE.match(self._text, start)
        if tag is None:
            return start + 1
        if tag.lastgroup == "comment":
            end = _first(self._comment_ends, start + 7)
            return tag.end() if end is None else self._add("html", start, end)
        return self._add("url" if tag.lastgroup == "url" else "html", start, tag.end())

    def _url(self, match: re.Match[str]) -> int:
        start = match.start()
        before = self._text[start - 1 : start]
        if before.isascii() and before.isalnum():
            return match.end() - 1
        url = _URL.match(self._text, start)
        assert url is not None
        return self._add("url", start, start + len(url[0].rstrip(_URL_TAIL)))

    def _bracket(self, match: re.Match[str]) -> int:
        """Our own placeholder brackets, when the book has them."""
        return self._add("escape", match.start(), match.end())


_READERS: dict[str, Callable[[_SpanReader, re.Match[str]], int]] = {
    "escape": _SpanReader._skip,
    "code": _SpanReader._code,
    "math": _SpanReader._math,
    "role": _SpanReader._role,
    "template": _SpanReader._template,
    "footnote": _SpanReader._footnote,
    "open": _SpanReader._open,
    "close": _SpanReader._close,
    "marker": _SpanReader._marker,
    "angle": _SpanReader._angle,
    "url": _SpanReader._url,
    "bracket": _SpanReader._bracket,
}


def _first(places: list[int], at_least: int) -> int | None:
    index = bisect_left(places, at_least)
    return places[index] if index < len(places) else None


# ------------------------------------------------------------------ placeholders

_PLACEHOLDER = re.compile(r"⟦(?:0|[1-9][0-9]*)⟧")
_STRAY = re.compile(r"[⟦⟧]")


class DamagedPlaceholders(AmtsError):
    """A translation does not hold every placeholder exactly once."""


@dataclass(frozen=True, slots=True)
class Protected:
    """`text` with `⟦0⟧`, `⟦1⟧`… for its spans, and what they stand for."""

    text: str
    originals: tuple[str, ...]


def protect(text: str) -> Protected:
    """Put a placeholder in the place of every span: "See `x`." -> "See ⟦0⟧."."""
    pieces: list[str] = []
    originals: list[str] = []
    position = 0
    for number, span in enumerate(spans(text)):
        pieces += (text[position : span.start], f"⟦{number}⟧")
        originals.append(text[span.start : span.end])
        position = span.end
    return Protected("".join(pieces) + text[position:], tuple(originals))


def restore(text: str, originals: Sequence[str]) -> str:
    """The twin of `protect`: placeholders may have moved, but each must be there exactly once.

    Raises DamagedPlaceholders and says which are missing, doubled or unknown.
    """
    wanted = {f"⟦{number}⟧": original for number, original in enumerate(originals)}
    _check(text, wanted)
    return _PLACEHOLDER.sub(lambda match: wanted[match[0]], text)


def _check(text: str, wanted: dict[str, str]) -> None:
    seen = Counter(_PLACEHOLDER.findall(text))
    stray = _STRAY.findall(_PLACEHOLDER.sub("", text))
    complaints = {
        "missing": [f"{mark} for {wanted[mark]!r}" for mark in wanted if mark not in seen],
        "doubled": [mark for mark, count in seen.items() if mark in wanted and count > 1],
        "unknown": [mark for mark in [*seen, *stray] if mark not in wanted],
    }
    found = [f"{name}: {', '.join(marks)}" for name, marks in complaints.items() if marks]
    if found:
        raise DamagedPlaceholders(f"placeholders damaged in the translation; {'; '.join(found)}")


# ------------------------------------------------------------------ the text around the spans

# `*so*` and `**so**`; `_so_` only between words, as CommonMark has it. Spans are to be put aside first:
# the asterisk of `a * b` is none.
EMPHASIS = re.compile(
    r"(?<![\\*_])(?:(?P<star>\*{1,2})(?=[^\s*])(?P<starred>[^*]*[^\s*\\])(?P=star)(?!\*)"
    r"|(?<!\w)(?P<line>_{1,2})(?=[^\s_])(?P<lined>[^_]*[^\s_\\])(?P=line)(?![\w_]))"
)


def emphasised(text: str) -> int:
    """How many stretches of a unit stand out: "*a* and **b**" has two."""
    return len(EMPHASIS.findall(mask(text)))


# One CJK character is a word: kana too, Japanese writes no spaces either.
_SINGLE = scripts.ranges_by("single")
_WORD = re.compile(rf"[{_SINGLE}]|(?:[^\W{_SINGLE}]|[{scripts.MARKS}])+")


def mask(text: str, fill: str = "x") -> str:
    """`text` with each character of each span replaced by `fill`, one character: offsets stay."""
    pieces: list[str] = []
    position = 0
    for span in spans(text):
        pieces += (text[position : span.start], fill * (span.end - span.start))
        position = span.end
    return "".join(pieces) + text[position:]


def skeleton(text: str) -> tuple[str, ...]:
    """The casefolded words outside spans.

    Two texts with the same skeleton differ only in spans, emphasis, markers, punctuation, case and
    white space: such a change is carried to the translation, not translated.
    """
    # `_` at the rim of a word is emphasis, inside it belongs to a name: `_so_`, but `batch_size`.
    words = (word.strip("_") for word in _WORD.findall(mask(text, " ").casefold()))
    return tuple(word for word in words if word)


def without_markers(text: str) -> str:
    """`text` without its slide markers: "[**Run it**], then look." -> "Run it, then look."."""
    for span in reversed(spans(text)):
        if span.kind == "marker":
            text = text[: span.start] + text[span.end :]
    return text
