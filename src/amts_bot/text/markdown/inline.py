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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from amts_bot.errors import AmtsError
from amts_bot.model import Span, SpanKind
from amts_bot.text import scripts

# No construct here crosses a blank line: it ends a Markdown paragraph.
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

# What can begin a span where a line begins.
_LINE = r"""
    [ \t]*+(?P<line>
        ;?--8<--[^\n]* | <<<[ \t]*[^\s<][^\n]*             # snippets of MkDocs and VitePress
      | import[ \t]++(?:(?:[^\n;'"{}]*\{[^{}]*\})?[^\n;'"{}]*\bfrom[ \t]*)?
            ["'][^"'\n]+["'];?(?=[ \t]*$)
      | export[ \t]++(?:(?:const|let|var)[ \t]++[\w$]+[ \t]*=
            | (?:default[ \t]++)?(?:async[ \t]++)?function\b
            | default[ \t]++[\w$({]+;?[ \t]*$ | \{ )(?:[^\n]|\n(?!export\b|import\b))*
      | \([^\s()]++\)=(?=[ \t]*$)                         # MyST's targets
      | :{3,}+[ \t]*(?:\{[^{}\n]*\}|[A-Za-z][\w-]*)?      # containers, whose names are no prose
      | (?:!!!|\?\?\?\+?)[ \t]++[A-Za-z][\w-]* | /{3,}+[ \t]*[A-Za-z][\w-]*
      | \[\[?(?:toc|TOC|_TOC_)\]\]?(?=[ \t]*$) )
    """
_FIRST_LINE = re.compile(_LINE, re.VERBOSE | re.MULTILINE)
# Where a span can start, or something that hides one. It begins with one class of signs, which `re` passes over the
# other characters for, several times faster than it tries alternatives; each alternative then asks which sign it was.
# What is closed at once, as nearly all code and formulas are, is read here, the rest by the readers below: no
# alternative looks beyond the next sign of its kind, so that all is linear. `(?=`)` keeps roles cheap: the code
# reader does the rest. Two domains (`:py:meth:`) at most, so that ":a:a:a…" stays linear.
_CANDIDATE = re.compile(
    rf"""
    [\n\\`$:{{\[\]!(*~<@⟦⟧hfw](?:
      (?<=[hfw])(?P<url> (?:(?<=h)ttps?://|(?<=f)tp://|(?<=w)ww\.)[A-Za-z0-9\[] )
    | (?<=\n){_LINE}
    | (?<![hfw\n])(?:
      (?<=\$)(?:(?P<formula> (?![\s$])(?:[^$\\]++|\\[\s\S])++(?<!\s)\$(?![0-9]) ) | (?P<math>) )
    | (?<=`)(?:(?P<code> [^`]++`(?!`) ) | (?P<backticks> `*+ ) )
    | (?<=[(:*~!@])(?:                                        # most of these begin nothing
          (?P<reference> (?<=\()\\\#[^()\s]+\)                # bookdown's
              | (?<=@)(?<![A-Za-z0-9_.@/]@)[A-Za-z0-9_]++(?:[:.\#%+?~/-]{{1,2}}[A-Za-z0-9_]++)* )
        | (?P<marker> (?<=\()(?:\*\*|~~) | (?:(?<=\*)\*|(?<=~)~)[\])] )
        | (?<=:)(?P<role> [A-Za-z][A-Za-z0-9_.+-]*:(?:[A-Za-z][A-Za-z0-9_.+-]*:){{0,2}}(?=`) )
        | (?<=:)(?P<icon> (?<![A-Za-z0-9_:`]:)[a-z][a-z0-9_+-]*+:(?![A-Za-z0-9_:`]) )
        | (?<=!)(?P<image> \[ ) )
    | (?<=[\\{{\[\]<⟦⟧])(?:
          (?<=\])(?P<close>)
        | (?<=\\)(?:(?P<named> @ref\([^()\s]*\) ) | (?P<tex> \\?[(\[] ) | (?P<escape> [!-/:-@\[-`{{-~] ) )
        | (?<=\{{)(?:(?P<myst> [A-Za-z][A-Za-z0-9_:.+-]*\}}(?=`) ) | (?P<brace>) )
        | (?<=\[)(?:
              (?P<citation> -?@[^\[\]\s;,]++(?:[ \t]*;\s*-?@[^\[\]\s;,]++)*\](?![(\[]) )  # Pandoc's
            | (?P<footnote> \^[^\[\]\s]+\] ) | (?P<alert> ![A-Za-z]++\][+-]? )
            | (?P<box> [ xX]\](?=[ \t\n]) ) | (?P<open>) )
        | (?<=<)(?P<angle>)
        | (?<=[⟦⟧])(?P<bracket>) ) ) )
    """,
    re.VERBOSE | re.MULTILINE,
)
# Most sentences have none of the signs, nor of the words, with which a candidate begins: that is seen at once.
_BEGINS = re.compile(r"[\\`$:{\[\]!(*~<@⟦⟧?/]")
_BEGINNINGS = ("www.", "import", "export")
# What braces of template languages enclose; the first that fits is tried: `{{< x >}}` before `{{x}}`.
_FENCES = (
    ("{{<", ">}}"),
    ("{{%", "%}}"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("{/*", "*/}"),
    ("{* ", " *}"),
    ("{# ", " #}"),
)
# `{#id .class key="value"}`, `{: .class}`, `{-}`, `{=html}`
_ATTRIBUTES = re.compile(r"\{[ \t]*(?:\#\w|\.[^\W\d])[^{}\n`$]*\}|\{:[^{}\n]*\}|\{-\}|\{=[a-z]+\}")
# Two words side by side, or a letter that is not ASCII: what is in these braces is prose.
_PROSE = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}+[,;]?\s++(?=[A-Za-z]{2})|[^\W\x00-\x7f]")
_BEFORE_ARGUMENT = re.compile(r"[A-Za-z0-9_^\\}]\{(?![\"'` ])")
_NUMBERS = re.compile(r"\{[\d\s,.;:+、，；：-]*+\}")
_OPERATOR = re.compile(r"[=(]|&&|\|\|")  # … but that of a program
_COMMAND = re.compile(r"\\[A-Za-z]")
_BRACES = re.compile(r"""[{}"'`]""")
_FORMULA_LABEL = re.compile(r"[ \t]+\([\w:.-]+\)(?=[ \t]*$)", re.MULTILINE)
# What may stand before the box of a task.
_BEFORE_BOX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?\Z")
_LONGEST_WORD = 40
_SLIDE = re.compile(r"\[(?:\*\*|~~)")
_BACKTICKS = re.compile(r"`+")
_CLOSED_CODE = re.compile(r"`[^`]++`(?!`)")
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
    \(\s*+(?!\*\*|~~)
    (?: <[^<>\n]*> | {_FLAT}(?:{_NEST3}{_FLAT})* )
    (?: \s++(?: (?: "[^"]*" | '[^']*' | \([^()]*\) )\s*+ )? )?
    \)
    """,
    re.VERBOSE,
)
# `][ref]` and `][]`, `]{.class}`; what holds code, math, a footnote or a slide marker is something else.
_REFERENCE = re.compile(r"\[(?!\*\*|~~|\^)[^\[\]`$]*\]")

# Tags stop at the next `<` even inside quoted attributes: that keeps "<a <a <a" linear.
# An attribute of JSX is an expression in braces, three deep at most.
_INNER = r"[^{}<]*"
_JSX = rf"\{{{_INNER}(?:\{{{_INNER}(?:\{{{_INNER}\}}{_INNER})*\}}{_INNER})*\}}"
_ANGLE = re.compile(
    r"""
      (?P<comment> <!-- )
    | (?P<url> <[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*> | <[^\s<>@]+@[^\s<>@]+> )
    | (?P<html> </(?:[A-Za-z][A-Za-z0-9:.-]*\s*)?> | <>
              | <[A-Za-z][A-Za-z0-9:.-]*(?:\s[^<>"'{]*(?:(?:"[^"<]*"|'[^'<]*'|_JSX_)[^<>"'{]*)*)?/?>
              | <[!?][A-Za-z][^<>]*> )
    """.replace("_JSX_", _JSX),
    re.VERBOSE,
)
# ASCII only: Chinese and Japanese prose goes on right behind a URL, without a space.
_URL_PART = r"[A-Za-z0-9\-._~:/?#@!&'*+,;=%$]*"
_URL = re.compile(rf"{_URL_PART}(?:\({_URL_PART}\){_URL_PART})*")
_URL_TAIL = ".,;:!?'*_~$"  # punctuation and emphasis behind a URL, not part of it


# The same sentence is looked at for its words, its anchors, its sentences and its checks.
@lru_cache(maxsize=8192)
def spans(text: str) -> tuple[Span, ...]:
    """The protected spans of `text`, sorted, not overlapping; offsets in characters."""
    if not (_BEGINS.search(text) or any(word in text for word in _BEGINNINGS)):
        return ()
    found: list[Span] = []
    for start, part in _paragraphs(text):
        first = _FIRST_LINE.match(part) or _CANDIDATE.search(part)
        if first:
            found += _SpanReader(part, start).read(first)
    return tuple(found)


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
        self._closers: dict[str, list[int]] = {}

    def read(self, first: re.Match[str]) -> Iterable[Span]:
        """The spans of the paragraph, whose first candidate is this one."""
        text, search = self._text, _CANDIDATE.search
        match: re.Match[str] | None = first
        while match:
            position = _READERS[match.lastgroup or ""](self, match)
            match = search(text, position)
        for opener in self._openers:
            self._settle(opener, opener.kind)
        return filter(None, self._found)

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

    def _places(self, closer: str) -> list[int]:
        """Where a closer stands, looked for once."""
        if closer not in self._closers:
            found = re.finditer(re.escape(closer), self._text)
            self._closers[closer] = [place.start() for place in found]
        return self._closers[closer]

    @cached_property
    def _closing_braces(self) -> dict[int, int]:
        """Opening brace -> behind the closing one; braces in the strings of an expression are none."""
        closing: dict[int, int] = {}
        opened: list[int] = []
        skip = 0
        for sign in _BRACES.finditer(self._text):
            at = sign.start()
            if at < skip:
                continue
            if sign[0] == "{":
                opened.append(at)
            elif sign[0] == "}" and opened:
                closing[opened.pop()] = at + 1
            elif sign[0] != "}" and opened:
                end = _first(self._places(sign[0]), at + 1)
                skip = at + 1 if end is None else end + 1
        return closing

    @cached_property
    def _prose(self) -> list[int]:
        return [found.start() for found in _PROSE.finditer(self._text)]

    @cached_property
    def _operators(self) -> list[int]:
        return [found.start() for found in _OPERATOR.finditer(self._text)]

    @cached_property
    def _commands(self) -> list[int]:
        return [found.start() for found in _COMMAND.finditer(self._text)]

    # -- readers, one per group of _CANDIDATE

    def _skip(self, match: re.Match[str]) -> int:
        return match.end()

    def _code_end(self, start: int) -> int | None:
        """The end of the code whose backticks start here; None when nothing closes them."""
        closed = _CLOSED_CODE.match(self._text, start)
        if closed:
            return closed.end()
        run = _BACKTICKS.match(self._text, start)
        assert run is not None
        closer = _first(self._backticks.get(len(run[0]), []), run.end())
        return None if closer is None else closer + len(run[0])

    def _closed_code(self, match: re.Match[str]) -> int:
        return self._add("code", match.start(), match.end())

    def _code(self, match: re.Match[str]) -> int:
        end = self._code_end(match.start())
        return match.end() if end is None else self._add("code", match.start(), end)

    def _role(self, match: re.Match[str]) -> int:
        end = self._code_end(match.end())
        return match.end() if end is None else self._add("role", match.start(), end)

    def _closed_math(self, match: re.Match[str]) -> int:
        return self._add("math", match.start(), match.end())

    def _math(self, match: re.Match[str]) -> int:
        start, text = match.start(), self._text
        if text.startswith("$$$", start):
            return start + len(text[start:]) - len(text[start:].lstrip("$"))
        single, double = self._dollars
        if text.startswith("$$", start):
            closer = _first(double, start + 3)
            if closer is None:
                return start + 2
            label = _FORMULA_LABEL.match(text, closer + 2)
            return self._add("math", start, label.end() if label else closer + 2)
        closer = None if text[start + 1 : start + 2].isspace() else _first(single, start + 2)
        return start + 1 if closer is None else self._add("math", start, closer + 1)

    def _tex(self, match: re.Match[str]) -> int:
        """`\\(x\\)` and `\\[x\\]`; around plain words these are escaped brackets."""
        start, opener = match.span()
        closer = match[0][:-1] + {"(": ")", "[": "]"}[match[0][-1]]
        end = _first(self._places(closer), opener + 1)
        if end is None or not self._is_formula(opener, end):
            return start + 2
        return self._add("math", start, end + len(closer))

    def _is_formula(self, start: int, end: int) -> bool:
        if _any_within(self._commands, start, end):
            return True
        word = (
            end - start > 2
            and end - start < _LONGEST_WORD
            and self._text[start:end].strip().isalpha()
        )
        return not word and not _any_within(self._prose, start, end)

    def _brace(self, match: re.Match[str]) -> int:
        start, text = match.start(), self._text
        for opener, closer in _FENCES:
            if text.startswith(opener, start):
                end = _first(self._places(closer), start + len(opener))
                if end is not None:
                    return self._add("role", start, end + len(closer))
        attributes = _ATTRIBUTES.match(text, start)
        end = attributes.end() if attributes else self._expression_end(start)
        return start + 1 if end is None else self._add("role", start, end)

    def _expression_end(self, start: int) -> int | None:
        """Where the expression that begins here ends; None when these are braces of prose or LaTeX."""
        end = self._closing_braces.get(start)
        if end is None or _NUMBERS.match(self._text, start) or self._is_argument(start):
            return None
        is_prose = _any_within(self._prose, start, end)
        return None if is_prose and not _any_within(self._operators, start, end) else end

    def _is_argument(self, start: int) -> bool:
        r"""`\frac{a}{b}` and `x_{i}` are LaTeX; `{a}{b}` and `a{" "}b` hold expressions."""
        last = self._found[-1] if self._found else None
        if last and last.end == start + self._offset:
            return False
        return bool(_BEFORE_ARGUMENT.search(self._text, max(0, start - 1), start + 2))

    def _mark(self, match: re.Match[str]) -> int:
        """Markup that is whole as it was matched."""
        return self._add("role", match.start(), match.end())

    def _line(self, match: re.Match[str]) -> int:
        return self._add("role", match.start("line"), match.end())

    def _box(self, match: re.Match[str]) -> int:
        before = self._text[max(0, match.start() - _LONGEST_WORD) : match.start()]
        if _BEFORE_BOX.match(before):
            self._add("role", match.start(), match.end())
        return match.end()

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
        found = _TARGET.match(self._text, at) or _REFERENCE.match(self._text, at)
        return found or _ATTRIBUTES.match(self._text, at)

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
    "code": _SpanReader._closed_code,
    "backticks": _SpanReader._code,
    "formula": _SpanReader._closed_math,
    "math": _SpanReader._math,
    "role": _SpanReader._role,
    "myst": _SpanReader._role,
    "line": _SpanReader._line,
    "reference": _SpanReader._mark,
    "named": _SpanReader._mark,
    "citation": _SpanReader._mark,
    "tex": _SpanReader._tex,
    "icon": _SpanReader._mark,
    "brace": _SpanReader._brace,
    "alert": _SpanReader._mark,
    "box": _SpanReader._box,
    "footnote": _SpanReader._footnote,
    "open": _SpanReader._open,
    "image": _SpanReader._open,
    "close": _SpanReader._close,
    "marker": _SpanReader._marker,
    "angle": _SpanReader._angle,
    "url": _SpanReader._url,
    "bracket": _SpanReader._bracket,
}


def _any_within(places: list[int], start: int, end: int) -> bool:
    place = _first(places, start)
    return place is not None and place < end


def _first(places: list[int], at_least: int) -> int | None:
    index = bisect_left(places, at_least)
    return places[index] if index < len(places) else None


# ------------------------------------------------------------------ what opens and what closes it

_TAG = re.compile(r"<(/?)([A-Za-z0-9:.-]*)")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)


def pairs(text: str) -> dict[int, int]:
    """The numbers of the spans that open something, with those that close it, properly nested.

    The two ends of a link, an image, slide markers, tags; what stands alone is left out.
    """
    found: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    for number, span in enumerate(spans(text)):
        closes, opens = _ends(span.kind, text[span.start : span.end])
        if closes and waiting[closes]:
            while opened[-1][0] != closes:
                waiting[opened.pop()[0]] -= 1
            found[opened.pop()[1]] = number
            waiting[closes] -= 1
        elif opens:
            opened.append((opens, number))
            waiting[opens] += 1
    return found


def _ends(kind: SpanKind, piece: str) -> tuple[str, str]:
    """What a span closes, and what will close it; "" for nothing."""
    if kind in ("link", "image") and piece in ("[", "!["):
        return "", kind
    if kind in ("link", "image") and piece[0] == "]":
        return kind, ""
    if kind == "marker":
        return (
            ("", piece[:0:-1] + {"[": "]", "(": ")"}[piece[0]]) if piece[0] in "[(" else (piece, "")
        )
    tag = _TAG.match(piece) if kind == "html" else None
    if tag is None or piece.startswith("<!") or (piece.endswith("/>") and len(piece) > 3):
        return "", ""
    if tag[1]:
        return f"<{tag[2]}", ""
    return "", "" if tag[2].lower() in _VOID else f"<{tag[2]}"


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
    return len(EMPHASIS.findall(mask(text))) if "*" in text or "_" in text else 0


def emphasis_places(text: str) -> Iterator[tuple[int, int, str]]:
    """Where emphasis begins and ends, its marks included, and the mark; what is inside another too."""
    yield from _emphasis_places(mask(text), 0)


def _emphasis_places(text: str, at: int) -> Iterator[tuple[int, int, str]]:
    for found in EMPHASIS.finditer(text):
        name = "starred" if found["star"] else "lined"
        yield at + found.start(), at + found.end(), "*" * len(found["star"] or found["line"])
        yield from _emphasis_places(found[name], at + found.start(name))


# Half a pair: emphasis that begins in one sentence and ends in another.
HALF = re.compile(r"(?<![\\*])\*{1,3}(?=[^\s*])|(?<=[^\s*\\])\*{1,3}(?!\*)")


def halves(text: str) -> int:
    """How many marks of emphasis have no partner here: "**Look. It is" has one."""
    if "*" not in text:  # so it is nearly always
        return 0
    rest = EMPHASIS.sub("", mask(text))
    return sum(not _between_words(found) for found in HALF.finditer(rest))


def _between_words(mark: re.Match[str]) -> bool:
    """`2*3` is no emphasis."""
    start, end = mark.span()
    before, behind = mark.string[max(0, start - 1) : start], mark.string[end : end + 1]
    return before.isalnum() and behind.isalnum()


# One CJK character is a word: kana too, Japanese writes no spaces either.
_SINGLE = scripts.ranges_by("single")
# Small letters, digits and `_` of ASCII as they are, blanks for the rest: what `_WORD` finds there, in less time.
_ASCII_WORDS = "".join(
    character.lower() if character.isalnum() or character == "_" else " "
    for character in map(chr, range(128))
)
_WORD = re.compile(rf"[{_SINGLE}]|(?:[^\W{_SINGLE}]|[{scripts.MARKS}])+")


def mask(text: str, fill: str = "x") -> str:
    """`text` with each character of each span replaced by `fill`, one character: offsets stay."""
    pieces: list[str] = []
    position = 0
    for _, start, end in spans(text):
        pieces += (text[position:start], fill * (end - start))
        position = end
    return "".join(pieces) + text[position:] if pieces else text


@lru_cache(maxsize=8192)
def skeleton(text: str) -> tuple[str, ...]:
    """The casefolded words outside spans.

    Two texts with the same skeleton differ only in spans, emphasis, markers, punctuation, case and
    white space: such a change is carried to the translation, not translated.
    """
    return said(mask(text, " "))


def said(masked: str) -> tuple[str, ...]:
    """The casefolded words of a text whose spans are blanks, or of a part of it."""
    words = (
        masked.translate(_ASCII_WORDS).split()
        if masked.isascii()
        else _WORD.findall(masked.casefold())
    )
    if "_" in masked:
        # `_` at the rim of a word is emphasis, inside it belongs to a name: `_so_`, but `batch_size`.
        words = [bare for word in words if (bare := word.strip("_"))]
    return tuple(words)


def words(text: str) -> list[str]:
    """The words outside spans as they are written; a character of Chinese or Japanese is one."""
    return _WORD.findall(mask(text, " "))


@lru_cache(maxsize=8192)  # a sentence is asked when it is drafted, and when it is left in English
def has_words(text: str) -> bool:
    """Whether there is something to translate: markup and numbers are the same in every language."""
    return any(map(str.isalpha, mask(text, " ").casefold()))


def without_markers(text: str) -> str:
    """`text` without its slide markers: "[**Run it**], then look." -> "Run it, then look."."""
    if "**" not in text and "~~" not in text:  # so it is nearly always
        return text
    for span in reversed(spans(text)):
        if span.kind == "marker":
            text = text[: span.start] + text[span.end :]
    return text
