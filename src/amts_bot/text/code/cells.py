"""A code cell as pieces: code lines, runs of comments, docstrings, blank lines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["code", "comment", "doc", "blank"]
Span = tuple[int, int]


class Piece(NamedTuple):
    """A code line, a run of full-line comments, a docstring or block comment, or a blank line."""

    kind: Kind
    raw: str  # everything, line ends included
    code: str = ""  # of a code line: what stands before the trailing comment
    note: str = ""  # of a code line: the trailing comment with its marker
    strings: tuple[Span, ...] = ()  # where the string literals are in `code`
    key: str = ""  # code without white space; comment text without wraps
    mask: str = ""  # key with the string literals emptied


@dataclass(frozen=True, slots=True)
class Cell:
    head: str  # the opening fence
    pieces: tuple[Piece, ...]
    tail: str  # the closing fence


_HEAD = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_TAIL = re.compile(r"[ \t>]*(?:`{3,}|~{3,})\s*\Z")
_LANGUAGE = re.compile(r"[\w+#-]+")

# Tools read these, people do not: they are code. `#@save` and `#@tab` steer the notebook builder.
_DIRECTIVE = (
    r"\#(?:@\w|!|[ \t]*-\*-|[ \t]*%%|[ \t]*@(?:save|tab)\b"
    r"|[ \t]*(?:noqa|nosec|type:|fmt:|isort:|mypy:|ruff:|flake8:|pylint:|pragma:))[^\r\n#]*"
)
_STRING = (
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''(?:\\.|[^\\])*?'''"
    r'|"(?:\\.|[^"\\\r\n])*"'
    r"|'(?:\\.|[^'\\\r\n])*'"
)
_BLOCK = r"/\*(?:(?!\*/).)*\*/(?=[ \t]*(?:[\r\n]|\Z))"


def _syntax(note: str, signs: str, directive: str = "", magic: str = "") -> re.Pattern[str]:
    """What tells code from notes, one token behind the other; `signs` are those with which a note begins.

    Each token takes the plain code before it along: a search would try all of them at each character.
    """
    tokens = rf"{directive}(?P<string>{_STRING})|(?P<note>{note})|(?P<end>\r\n|\n|\r|\Z)|."
    plain = rf"[^\r\n\"'{signs}]*+"
    return re.compile(rf"{magic}{plain}(?:{tokens})", re.DOTALL | re.MULTILINE)


# In a magic (`%matplotlib inline`, `!pip install x`) a comment needs white space on both sides.
_MAGIC = r"(?P<magic>^[ \t]*(?:%%?|!)[A-Za-z](?:(?![ \t]\#[ \t])[^\r\n])*)|"
_NO_NOTE = rf"(?P<directive>{_DIRECTIVE})|"
_PYTHON = _syntax(r"\#[^\r\n]*", "#", _NO_NOTE, _MAGIC)
_HASH = _syntax(r"(?:(?<=\s)|^)\#[^\r\n]*", "#", _NO_NOTE)
_SLASH = _syntax(rf"(?<!:)//[^\r\n]*|{_BLOCK}", "/")
_DASH = _syntax(rf"--[^\r\n]*|{_BLOCK}", "/-")
_SYNTAXES = {
    **dict.fromkeys(("", "python", "py", "python3", "ipython", "input"), _PYTHON),
    **dict.fromkeys(
        ("c", "cpp", "c++", "cuda", "cs", "css", "go", "java", "javascript", "js", "json"), _SLASH
    ),
    **dict.fromkeys(("kotlin", "php", "rust", "scala", "swift", "typescript", "ts"), _SLASH),
    **dict.fromkeys(("sql", "lua", "haskell", "hs", "ada"), _DASH),
}


# A cell is read for its comments, for its key, and on each side of its merge.
@lru_cache(maxsize=4096)
def read_cell(text: str) -> Cell:
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    end = _tail_start(body) if head else len(body)
    language = _LANGUAGE.search(head[1]) if head else None
    syntax = _SYNTAXES.get(language[0].lower() if language else "", _HASH)
    pieces = _runs(_lines(body[:end], syntax))
    return Cell(head[0] if head else "", tuple(pieces), body[end:])


def _tail_start(body: str) -> int:
    text = body.rstrip()
    last_line = max(text.rfind("\n"), text.rfind("\r")) + 1
    return last_line if _TAIL.match(body, last_line) else len(body)


def _lines(body: str, syntax: re.Pattern[str]) -> Iterator[Piece]:
    start, note, strings = 0, len(body), list[Span]()
    for token in syntax.finditer(body):
        if token.lastgroup == "string":
            strings.append(token.span("string"))
        elif token.lastgroup == "note":
            note = token.start("note")
        elif token.lastgroup == "end" and token.end() > start:
            yield _line(body, start, min(note, token.start("end")), token.span("end"), strings)
            start, note, strings = token.end(), len(body), []


DOC = re.compile(
    r"([ \t]*[rRuUbBfF]{0,2}(\"\"\"|'''|/\*+)\s*)(.*?)(\s*(?:\"\"\"|'''|\*+/)\s*)\Z", re.DOTALL
)


def _line(body: str, start: int, note: int, end: Span, strings: list[Span]) -> Piece:
    """A line, whose code goes on to its note, and which `end` ends."""
    raw, code = body[start : end[1]], body[start:note].rstrip()
    if not raw.strip():
        return Piece(kind="blank", raw=raw)
    if not code:
        comment = body[note : end[0]]
        if not comment.startswith("/*"):
            return Piece(kind="comment", raw=raw)
        return Piece(kind="doc", raw=raw, key=collapse(doc_text(raw)))
    if note == end[0] and len(strings) == 1 and _is_doc(body, start, note, strings[0]):
        return Piece(kind="doc", raw=raw, key=collapse(doc_text(raw)))
    spans = tuple((a - start, b - start) for a, b in strings) if strings else ()
    key = _tight(code)
    return Piece(
        kind="code",
        raw=raw,
        code=code,
        note=body[note : end[0]].rstrip(),
        strings=spans,
        key=key,
        mask=_tight(replace_spans(code, spans, ['"'] * len(spans))) if spans else key,
    )


def _is_doc(body: str, start: int, end: int, string: Span) -> bool:
    """A string in triple quotes that is the whole line (or lines)."""
    before, after = body[start : string[0]].strip(), body[string[1] : end].strip()
    quoted = body[string[0] : string[1]]
    return (
        not after
        and quoted.startswith(('"""', "'''"))
        and len(quoted) >= 6
        and len(before) <= 2
        and not before.lower().strip("rbfu")
    )


def _runs(lines: Iterable[Piece]) -> Iterator[Piece]:
    """Consecutive full-line comments become one piece: translators wrap them anew."""
    run: list[str] = []
    for line in lines:
        if line.kind == "comment":
            run.append(line.raw)
            continue
        if run:
            yield _comment_run(run)
            run = []
        yield line
    if run:
        yield _comment_run(run)


def _comment_run(raws: Sequence[str]) -> Piece:
    return Piece(kind="comment", raw="".join(raws), key=collapse(" ".join(map(comment_text, raws))))


MARKER = re.compile(r"\s*(?:\#+|//+!?|--+|/\*+)[ \t]?")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


def collapse(text: str) -> str:
    return " ".join(text.split())


def _tight(text: str) -> str:
    return "".join(text.split())


def comment_text(line: str) -> str:
    if not line:  # the note of a line that has none
        return ""
    text = MARKER.sub("", line, count=1).strip()
    return text.removesuffix("*/").rstrip() if line.lstrip().startswith("/*") else text


def replace_spans(text: str, spans: Sequence[Span], values: Sequence[str]) -> str:
    out, at = list[str](), 0
    for (start, end), value in zip(spans, values, strict=True):
        out += (text[at:start], value)
        at = end
    return "".join((*out, text[at:]))


def doc_text(raw: str) -> str:
    """The text of a docstring with the lines after the first one dedented."""
    match = DOC.match(raw)
    if not match:
        return raw.strip()
    first, _, rest = match[3].partition("\n")
    return f"{first.rstrip()}\n{textwrap.dedent(rest)}" if rest else first


@dataclass(frozen=True, slots=True)
class CellBead:
    """Pieces of the old English and the translators' pieces for them; either may be empty."""

    base: range
    ours: range
