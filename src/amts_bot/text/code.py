"""Three-way merge of one code cell: the old English, the translators' and the new English version.

Translators change a cell in four ways: they translate comments and docstrings (wrapped anew), they
translate string literals such as plot labels, they add lines, and now and then they mend the code.
A cell is cut into pieces (a code line, a run of full-line comments, a docstring, a blank line), the
old English is aligned with both other sides, and the new English is then written piece by piece
with everything of the translators' that its English still supports.
"""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

__all__ = [
    "CodeConflict",
    "CodeMerge",
    "bare",
    "comment_pairs",
    "comments",
    "merge",
    "translate_comments",
]


@dataclass(frozen=True, slots=True)
class CodeConflict:
    """A place where the new English was taken although the translators had something else there."""

    ours: str
    theirs: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodeMerge:
    """The merged cell. `added`: the translators' cell has lines that the English never had."""

    text: str
    conflicts: tuple[CodeConflict, ...]
    added: bool


def merge(base: str, ours: str, theirs: str, memory: Mapping[str, str] | None = None) -> CodeMerge:
    """Merge a cell: `base` old English, `ours` the translators', `theirs` new English.

    All three are whole fenced slices. `memory` maps English comment texts (white space collapsed,
    without marker) to translations known from elsewhere; only new and changed comments use it.
    """
    if ours == base and not memory:
        return CodeMerge(theirs, (), added=False)
    old, mine, new = _cell(base), _cell(ours), _cell(theirs)
    beads = _beads(old.pieces, mine.pieces)
    added = any(_is_addition(bead, mine.pieces) for bead in beads)
    if theirs == base:
        return CodeMerge(ours, (), added)
    return _Merger(old, mine, new, beads, memory or {}).run(added)


@lru_cache(maxsize=16384)
def bare(code: str) -> str:
    """The code without comments, docstrings, blank lines and trailing white space."""
    cell = _cell(code)
    parts = [cell.head, *(p.code for p in cell.pieces if p.kind == "code"), cell.tail]
    lines = (line.rstrip() for part in parts for line in part.splitlines())
    return "\n".join(line for line in lines if line)


def comments(code: str) -> tuple[str, ...]:
    """The texts of the comments and docstrings in order, wrapped lines joined, without markers."""
    return tuple(text for p in _cell(code).pieces for text in _english_texts(p))


def comment_pairs(base: str, ours: str) -> dict[str, str]:
    """English comment text (white space collapsed) -> its translation; a value may have lines."""
    old, mine = _cell(base).pieces, _cell(ours).pieces
    return _pairs(old, mine, _beads(old, mine))


def translate_comments(cell: str, memory: Mapping[str, str]) -> str:
    """A wholly new cell with every comment that the memory knows translated."""
    return merge("", "", cell, memory).text


# --- cells and pieces ---------------------------------------------------------------------------

Kind = Literal["code", "comment", "doc", "blank"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A code line, a run of full-line comments, a docstring or block comment, or a blank line."""

    kind: Kind
    raw: str  # everything, line ends included
    code: str = ""  # of a code line: what stands before the trailing comment
    note: str = ""  # of a code line: the trailing comment with its marker
    strings: tuple[Span, ...] = ()  # where the string literals are in `code`
    key: str = ""  # code without white space; comment text without wraps
    mask: str = ""  # key with the string literals emptied


@dataclass(frozen=True, slots=True)
class _Cell:
    head: str  # the opening fence
    pieces: tuple[_Piece, ...]
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


def _syntax(note: str, first: str = "") -> re.Pattern[str]:
    return re.compile(
        rf"{first}(?P<string>{_STRING})|(?P<note>{note})|(?P<end>\r\n|\n|\r|\Z)",
        re.DOTALL | re.MULTILINE,
    )


# In a magic (`%matplotlib inline`, `!pip install x`) a comment needs white space on both sides.
_MAGIC = r"(?P<magic>^[ \t]*(?:%%?|!)[A-Za-z](?:(?![ \t]\#[ \t])[^\r\n])*)|"
_PYTHON = _syntax(r"\#[^\r\n]*", rf"{_MAGIC}(?P<directive>{_DIRECTIVE})|")
_HASH = _syntax(r"(?:(?<=\s)|^)\#[^\r\n]*", rf"(?P<directive>{_DIRECTIVE})|")
_SLASH = _syntax(rf"(?<!:)//[^\r\n]*|{_BLOCK}")
_DASH = _syntax(rf"--[^\r\n]*|{_BLOCK}")
_SYNTAXES = {
    **dict.fromkeys(("", "python", "py", "python3", "ipython", "input"), _PYTHON),
    **dict.fromkeys(
        ("c", "cpp", "c++", "cuda", "cs", "css", "go", "java", "javascript", "js", "json"), _SLASH
    ),
    **dict.fromkeys(("kotlin", "php", "rust", "scala", "swift", "typescript", "ts"), _SLASH),
    **dict.fromkeys(("sql", "lua", "haskell", "hs", "ada"), _DASH),
}


def _cell(text: str) -> _Cell:
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    end = _tail_start(body) if head else len(body)
    language = _LANGUAGE.search(head[1]) if head else None
    syntax = _SYNTAXES.get(language[0].lower() if language else "", _HASH)
    pieces = _runs(_lines(body[:end], syntax))
    return _Cell(head[0] if head else "", tuple(pieces), body[end:])


def _tail_start(body: str) -> int:
    text = body.rstrip()
    last_line = max(text.rfind("\n"), text.rfind("\r")) + 1
    return last_line if _TAIL.match(body, last_line) else len(body)


def _lines(body: str, syntax: re.Pattern[str]) -> Iterator[_Piece]:
    start, note, strings = 0, len(body), list[Span]()
    for token in syntax.finditer(body):
        if token.lastgroup == "string":
            strings.append(token.span())
        elif token.lastgroup == "note":
            note = token.start()
        elif token.lastgroup == "end" and token.end() > start:
            yield _line(body, start, min(note, token.start()), token, strings)
            start, note, strings = token.end(), len(body), []


_DOC = re.compile(
    r"([ \t]*[rRuUbBfF]{0,2}(\"\"\"|'''|/\*+)\s*)(.*?)(\s*(?:\"\"\"|'''|\*+/)\s*)\Z", re.DOTALL
)


def _line(body: str, start: int, note: int, end: re.Match[str], strings: list[Span]) -> _Piece:
    raw, code = body[start : end.end()], body[start:note].rstrip()
    if not raw.strip():
        return _Piece("blank", raw)
    if not code:
        comment = body[note : end.start()]
        if not comment.startswith("/*"):
            return _Piece("comment", raw)
        return _Piece("doc", raw, key=_collapse(_doc_text(raw)))
    if note == end.start() and len(strings) == 1 and _is_doc(body, start, note, strings[0]):
        return _Piece("doc", raw, key=_collapse(_doc_text(raw)))
    spans = tuple((a - start, b - start) for a, b in strings)
    key = _tight(code)
    mask = _tight(_replace(code, spans, ['"'] * len(spans))) if spans else key
    return _Piece("code", raw, code, body[note : end.start()].rstrip(), spans, key, mask)


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


def _runs(lines: Iterable[_Piece]) -> Iterator[_Piece]:
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


def _comment_run(raws: Sequence[str]) -> _Piece:
    return _Piece("comment", "".join(raws), key=_collapse(" ".join(map(_comment_text, raws))))


_MARKER = re.compile(r"\s*(?:\#+|//+!?|--+|/\*+)[ \t]?")
_EOL = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


def _collapse(text: str) -> str:
    return " ".join(text.split())


def _tight(text: str) -> str:
    return "".join(text.split())


def _comment_text(line: str) -> str:
    text = _MARKER.sub("", line, count=1).strip()
    return text.removesuffix("*/").rstrip() if line.lstrip().startswith("/*") else text


def _replace(text: str, spans: Sequence[Span], values: Sequence[str]) -> str:
    out, at = list[str](), 0
    for (start, end), value in zip(spans, values, strict=True):
        out += (text[at:start], value)
        at = end
    return "".join((*out, text[at:]))


# --- comments -----------------------------------------------------------------------------------


def _doc_text(raw: str) -> str:
    """The text of a docstring with the lines after the first one dedented."""
    match = _DOC.match(raw)
    if not match:
        return raw.strip()
    first, _, rest = match[3].partition("\n")
    return f"{first.rstrip()}\n{textwrap.dedent(rest)}" if rest else first


# A wrapped comment goes on in lower case, or in a code span after a line that is not closed.
_MAY_GO_ON = re.compile(r"[`($]")
_CLOSED = re.compile(r"[.:;!?。：；！？]\Z")


def _goes_on(before: str, text: str) -> bool:
    if not before:
        return False
    open_code = _MAY_GO_ON.match(text) and not _CLOSED.search(before)
    return text[:1].islower() or bool(open_code)


def _units(lines: Sequence[str]) -> list[list[str]]:
    """The comment lines of a run, grouped into what reads as one comment each."""
    units: list[list[str]] = []
    for line in lines:
        if units and _goes_on(_comment_text(units[-1][-1]), _comment_text(line)):
            units[-1].append(line)
        else:
            units.append([line])
    return units


def _unit_text(lines: Sequence[str]) -> str:
    return "\n".join(map(_comment_text, lines))


def _english_texts(piece: _Piece) -> list[str]:
    """The translation units of an English piece: keys of the memory."""
    if piece.kind == "comment":
        texts = [_collapse(_unit_text(unit)) for unit in _units(_EOL.findall(piece.raw))]
    else:
        texts = [piece.key if piece.kind == "doc" else _collapse(_comment_text(piece.note))]
    return [text for text in texts if text]


def _split_like(old: Sequence[str], mine: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """(English unit, translated lines) of one run; one pair where they cannot be told apart."""
    units = _units(old)
    if len(old) == len(mine):
        lines = iter(mine)
        return [(unit, [next(lines) for _ in unit]) for unit in units]
    translated = _units(mine)
    if len(units) == len(translated):
        return list(zip(units, translated, strict=True))
    return [(list(old), list(mine))]


def _pairs(old: Sequence[_Piece], mine: Sequence[_Piece], beads: Iterable[_Bead]) -> dict[str, str]:
    found: dict[str, str] = {}
    for bead in beads:
        for english, text in _bead_pairs(old, mine, bead):
            if english and text and _collapse(text) != english:
                found.setdefault(english, text)
    return found


def _bead_pairs(
    old: Sequence[_Piece], mine: Sequence[_Piece], bead: _Bead
) -> Iterator[tuple[str, str]]:
    if len(bead.base) == len(bead.ours) == 1:
        yield from _piece_pairs(old[bead.base[0]], mine[bead.ours[0]])
        return
    # Code that was rewritten: its comments are still the same ones where their number is.
    english = [old[i] for i in bead.base if old[i].kind in ("comment", "doc")]
    translated = [mine[j] for j in bead.ours if mine[j].kind in ("comment", "doc")]
    if [p.kind for p in english] == [p.kind for p in translated]:
        for pair in zip(english, translated, strict=True):
            yield from _piece_pairs(*pair)


def _piece_pairs(old: _Piece, mine: _Piece) -> Iterator[tuple[str, str]]:
    if old.kind == "code":
        yield _collapse(_comment_text(old.note)), _comment_text(mine.note)
    elif old.kind == "doc":
        yield old.key, _doc_text(mine.raw)
    elif old.kind == "comment":
        for english, lines in _unit_pairs(old, mine):
            yield english, _unit_text(lines)


def _unit_pairs(old: _Piece, mine: _Piece) -> Iterator[tuple[str, list[str]]]:
    """English comments of a run with the translators' lines for each, and the run as a whole."""
    lines, translated = _EOL.findall(old.raw), _EOL.findall(mine.raw)
    for unit, part in _split_like(lines, translated):
        yield _collapse(_unit_text(unit)), part
    yield old.key, translated


# A light change leaves these alone: words, operators, signs and decimal points.
_WEIGHTY = re.compile(r"\w+|(?<=\d)\.(?=\d)|-(?=\d)|[<>=+*/^%&|~\\]")


def _light(text: str) -> str:
    return "".join(_WEIGHTY.findall(text)).casefold()


# The better draft of a lightly changed comment is its old translation, as with prose.
_LIGHTLY = 83.0


def _lightly_changed(old: _Piece, new: _Piece) -> bool:
    same_place = _indent(old.raw) == _indent(new.raw)
    return same_place and fuzz.ratio(old.key.split(), new.key.split()) >= _LIGHTLY


_TOKEN = re.compile(r"`[^`\n]*`|\d+(?:[.,]\d+)*|[^\W\d][\w.]*\w|\w|[<>=+*/^%&|~\\]")
# In backticks, with a digit, underscore or inner dot, in camelCase; "a" and "I" are words.
_CODE_TOKEN = re.compile(r"`.*`|.*[_\d].*|\w*[a-z][A-Z]\w*|\w+\.\w.*|[b-hj-zB-HJ-Z]")


def _shape(text: str) -> str:
    """The text with its code tokens emptied: equal for comments that differ in these alone."""
    tokens = _TOKEN.findall(text)
    return " ".join("`" if _CODE_TOKEN.fullmatch(token) else _light(token) for token in tokens)


def _names(old: str, new: str) -> dict[str, str] | None:
    """The code tokens that differ between two comments; None if anything weightier does.

    "Train `model` once" and "train `net` once." differ in {"`model`": "`net`"}.
    """
    names = _changed_tokens(_TOKEN.findall(old), _TOKEN.findall(new)) if old != new else None
    return names or ({} if _light(old) == _light(new) else None)


def _changed_tokens(old: Sequence[str], new: Sequence[str]) -> dict[str, str] | None:
    if len(old) != len(new):
        return None
    names: dict[str, str] = {}
    for a, b in zip(old, new, strict=True):
        code = _CODE_TOKEN.fullmatch(a) and _CODE_TOKEN.fullmatch(b)
        if not code and _light(a) != _light(b):
            return None
        name = b if code and a.strip("`") != b.strip("`") else a
        if names.setdefault(a, name) != name:
            return None
    return {a: b for a, b in names.items() if a != b}


def _rename(old: str, new: str, translated: str) -> str | None:
    """`translated` with the code tokens changed as from `old` to `new`; None if it cannot be."""
    names = _names(old, new)
    if not names:
        return translated if names is not None else None
    count, english = Counter(_TOKEN.findall(translated)), Counter(_TOKEN.findall(old))
    if all(count[name] == english[name] for name in names):
        return _TOKEN.sub(lambda token: names.get(token[0], token[0]), translated)
    return translated if _light(old) == _light(new) else None


def _translation(old: str, new: str, translated: str, known: Mapping[str, str]) -> str | None:
    """The translation of the new English comment as far as the old one or the memory gives it."""
    found = _rename(old, new, translated) if old else None
    return known.get(new) or None if found is None else found


_BREAK = re.compile(r"[ \t]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+[ \t]*")
_CJK_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")


def _end(raw: str) -> str:
    return raw[len(raw.rstrip("\r\n")) :]


def _indent(raw: str) -> str:
    return raw[: len(raw) - len(raw.lstrip())]


def _as_comment(text: str, like: Sequence[str]) -> str:
    """`text` as full-line comments with the indent, marker and line ends of the lines `like`."""
    marker = _MARKER.match(like[0])
    opening = marker[0].rstrip() if marker else "#"
    lines = (f"{opening} {line}".rstrip() for line in _BREAK.sub("\n", text).split("\n"))
    return (_end(like[0]) or "\n").join(lines) + _end(like[-1])


def _as_note(text: str, like: str) -> str:
    """`text` as a trailing comment with the marker of the comment `like`."""
    line = _CJK_BREAK.sub("", _BREAK.sub("\n", text)).replace("\n", " ")
    marker = _MARKER.match(like)
    closing = " */" if like.startswith("/*") else ""
    if closing and "*/" in line:
        return like
    return f"{marker[0] if marker else '# '}{line}{closing}"


def _as_doc(text: str, like: str) -> str | None:
    """`text` in the quotes of the docstring `like`, or None where it cannot stand in them."""
    match = _DOC.match(like)
    if not match or any(mark in text for mark in (match[2][:3], "*/", "```", "~~~")):
        return None
    if text.endswith(("\\", match[2][0])):
        return None
    first, *rest = re.split(r"\r\n|\n|\r", text)
    indent = _indent(like)
    lines = [first, *(indent + line if line.strip() else "" for line in rest)]
    return match[1] + "\n".join(lines) + match[4]


# --- alignment ----------------------------------------------------------------------------------

Pair = tuple[int, int]
Gap = tuple[range, range]


@dataclass(frozen=True, slots=True)
class _Bead:
    """Pieces of the old English and the translators' pieces for them; either may be empty."""

    base: range
    ours: range


def _gaps(pairs: Sequence[Pair], left: int, right: int) -> Iterator[Gap]:
    """The stretches between the pairs; one more than there are pairs."""
    i, j = 0, 0
    for a, b in (*pairs, (left, right)):
        yield range(i, a), range(j, b)
        i, j = a + 1, b + 1


def _common(left: Sequence[str | None], right: Sequence[str | None], gap: Gap) -> Iterator[Pair]:
    rows = [i for i in gap[0] if left[i]]
    columns = [j for j in gap[1] if right[j]]
    if not rows or not columns:
        return
    keys = [left[i] for i in rows], [right[j] for j in columns]
    for block in LCSseq.opcodes(*keys):
        if block.tag == "equal":
            yield from zip(
                rows[block.src_start : block.src_end],
                columns[block.dest_start : block.dest_end],
                strict=True,
            )


# Above this many comparisons a gap is left alone: such a stretch was rewritten, not edited.
_MOST_COMPARISONS = 4_000
_ALIKE = 0.55


def _similar(left: Sequence[_Piece], right: Sequence[_Piece], gap: Gap) -> list[Pair]:
    """The monotone pairs of alike pieces of one kind with the greatest sum of likeness."""
    rows = [i for i in gap[0] if left[i].kind != "blank"]
    columns = [j for j in gap[1] if right[j].kind != "blank"]
    if not rows or not columns or len(rows) * len(columns) > _MOST_COMPARISONS:
        return []
    score = [[_likeness(left[i], right[j]) for j in columns] for i in rows]
    return [(rows[i], columns[j]) for i, j in _best_path(score, _ALIKE)]


def _likeness(old: _Piece, new: _Piece) -> float:
    if old.kind != new.kind:
        return 0.0
    return fuzz.ratio(old.key, new.key) / 100


def _best_path(score: Sequence[Sequence[float]], least: float) -> Iterator[Pair]:
    n, m = len(score), len(score[0])
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            here = score[i][j] + best[i + 1][j + 1] if score[i][j] >= least else 0.0
            best[i][j] = max(here, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < n and j < m:
        if score[i][j] >= least and best[i][j] == score[i][j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _matched(
    left: Sequence[_Piece],
    right: Sequence[_Piece],
    keys: Iterable[Callable[[_Piece], str | None]],
) -> list[Pair]:
    """Equal pieces, by the sharpest key first."""
    pairs: list[Pair] = []
    for key in keys:
        pairs = _refine(pairs, [key(p) for p in left], [key(p) for p in right])
    return pairs


def _refine(
    pairs: list[Pair], left: Sequence[str | None], right: Sequence[str | None]
) -> list[Pair]:
    """`pairs` and, in every gap between them, those of the longest common subsequence of keys."""
    found = list[Pair]()
    for gap, pair in zip(_gaps(pairs, len(left), len(right)), (*pairs, None), strict=True):
        found += _common(left, right, gap)
        if pair:
            found.append(pair)
    return found


def _raw_key(piece: _Piece) -> str | None:
    return None if piece.kind == "blank" else piece.raw.rstrip()


def _text_key(piece: _Piece) -> str | None:
    if piece.kind == "blank":
        return None
    return piece.code if piece.kind == "code" else f"{piece.kind} {_light(piece.key)}"


def _code_key(piece: _Piece) -> str | None:
    return piece.code or None


def _mask_key(piece: _Piece) -> str | None:
    return piece.mask or None


def _kind_key(piece: _Piece) -> str | None:
    return None if piece.kind == "code" else piece.kind


def _blank_key(piece: _Piece) -> str | None:
    return piece.kind if piece.kind == "blank" else None


def _partners(old: Sequence[_Piece], new: Sequence[_Piece]) -> dict[int, int]:
    """New English piece -> the old English piece that it is, edited or moved."""
    pairs = _matched(old, new, (_raw_key, _text_key, _mask_key))
    gaps = list(_gaps(pairs, len(old), len(new)))
    pairs = sorted([*pairs, *(pair for gap in gaps for pair in _edited(old, new, gap))])
    pairs = _refine(pairs, [_blank_key(p) for p in old], [_blank_key(p) for p in new])
    return {j: i for i, j in pairs} | _moved(pairs, old, new)


def _edited(old: Sequence[_Piece], new: Sequence[_Piece], gap: Gap) -> list[Pair]:
    """Alike pieces; a lone comment in the place of a lone comment is its new wording."""
    pairs = _similar(old, new, gap)
    rows = [i for i in gap[0] if old[i].kind in ("comment", "doc")]
    columns = [j for j in gap[1] if new[j].kind in ("comment", "doc")]
    if not pairs and len(rows) == len(columns) == 1:
        return [(rows[0], columns[0])] if old[rows[0]].kind == new[columns[0]].kind else []
    return pairs


def _moved(pairs: Iterable[Pair], old: Sequence[_Piece], new: Sequence[_Piece]) -> dict[int, int]:
    """Pieces that stand elsewhere now; closing brackets and the like say nothing."""
    left, right = {i for i, _ in pairs}, {j for _, j in pairs}
    places: dict[str, list[int]] = {}
    for i, piece in enumerate(old):
        if i not in left and len(piece.key) > 3:
            places.setdefault(piece.kind + piece.key + piece.note, []).append(i)
    found: dict[int, int] = {}
    for j, piece in enumerate(new):
        rows = places.get(piece.kind + piece.key + piece.note)
        if j not in right and rows:
            found[j] = rows.pop(0)
    return found


def _beads(old: Sequence[_Piece], mine: Sequence[_Piece]) -> list[_Bead]:
    """The old English aligned with the translators' cell: every piece of both is in one bead."""
    pairs = _matched(old, mine, (_code_key, _mask_key))
    gaps = list(_gaps(pairs, len(old), len(mine)))
    pairs = sorted([*pairs, *(pair for gap in gaps for pair in _touched(old, mine, gap))])
    beads = list[_Bead]()
    for gap, pair in zip(_gaps(pairs, len(old), len(mine)), (*pairs, None), strict=True):
        beads += _gap_beads(old, mine, gap)
        if pair:
            beads.append(_single(*pair))
    return beads


def _single(i: int, j: int) -> _Bead:
    return _Bead(range(i, i + 1), range(j, j + 1))


def _code_in(pieces: Sequence[_Piece], places: range) -> list[int]:
    return [i for i in places if pieces[i].kind == "code"]


def _touched(old: Sequence[_Piece], mine: Sequence[_Piece], gap: Gap) -> list[Pair]:
    """Code lines that the translators edited one by one; a line split in two is none of these."""
    rows, columns = _code_in(old, gap[0]), _code_in(mine, gap[1])
    if len(rows) != len(columns):
        return []
    pairs = list(zip(rows, columns, strict=True))
    return pairs if all(_likeness(old[i], mine[j]) >= _ALIKE for i, j in pairs) else []


def _gap_beads(old: Sequence[_Piece], mine: Sequence[_Piece], gap: Gap) -> Iterator[_Bead]:
    """Between equal code lines: code that the translators rewrote is one bead, all of it."""
    rows, columns = _code_in(old, gap[0]), _code_in(mine, gap[1])
    if not rows or not columns:
        yield from _text_beads(old, mine, gap)
        return
    (i0, i1), (j0, j1) = (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)
    # Translators' own comments on top of a rewrite speak of it and go where it goes.
    if i0 == gap[0].start and len(rows) != len(columns):
        j0 = gap[1].start
    yield from _text_beads(old, mine, (range(gap[0].start, i0), range(gap[1].start, j0)))
    yield _Bead(range(i0, i1), range(j0, j1))
    yield from _text_beads(old, mine, (range(i1, gap[0].stop), range(j1, gap[1].stop)))


def _text_beads(old: Sequence[_Piece], mine: Sequence[_Piece], gap: Gap) -> Iterator[_Bead]:
    """Comments, docstrings and blank lines of one gap; code here has nothing to go with."""
    rows, columns = gap
    for pair in (*_text_path(old, mine, gap), (gap[0].stop, gap[1].stop)):
        yield from (_Bead(range(i, i + 1), range(0)) for i in range(rows.start, pair[0]))
        if columns.start < pair[1]:
            yield _Bead(range(pair[0], pair[0]), range(columns.start, pair[1]))
        if pair[0] < gap[0].stop:
            yield _single(*pair)
        rows, columns = range(pair[0] + 1, gap[0].stop), range(pair[1] + 1, gap[1].stop)


def _text_path(old: Sequence[_Piece], mine: Sequence[_Piece], gap: Gap) -> list[Pair]:
    kinds, translated = [old[i].kind for i in gap[0]], [mine[j].kind for j in gap[1]]
    if kinds == translated and "code" not in kinds:
        return list(zip(*gap, strict=True))
    if not kinds or not translated:
        return []
    if len(kinds) * len(translated) > _MOST_COMPARISONS:
        keys = [_kind_key(p) for p in old], [_kind_key(p) for p in mine]
        return list(_common(*keys, gap))
    score = [[_text_likeness(old[i], mine[j]) for j in gap[1]] for i in gap[0]]
    return [(gap[0][i], gap[1][j]) for i, j in _best_path(score, 0.1)]


def _text_likeness(old: _Piece, mine: _Piece) -> float:
    """Numbers, code and names survive translation; blank lines hold a place, no more."""
    if old.kind != mine.kind or old.kind == "code":
        return 0.0
    if old.kind == "blank":
        return 0.2
    a, b = set(_TOKEN.findall(old.key)), set(_TOKEN.findall(mine.key))
    return 1 + len(a & b) / max(1, len(a | b))


# --- the merge ----------------------------------------------------------------------------------


def _is_addition(bead: _Bead, mine: Sequence[_Piece]) -> bool:
    return not bead.base and any(mine[j].kind != "blank" for j in bead.ours)


class _Merger:
    """One merge on its way: what is known about the three sides, and what is written so far."""

    def __init__(
        self, old: _Cell, mine: _Cell, new: _Cell, beads: list[_Bead], memory: Mapping[str, str]
    ) -> None:
        self.cells = old, mine, new
        self.old, self.mine, self.new = old.pieces, mine.pieces, new.pieces
        self.beads = beads
        self.bead_of = {i: bead for bead in beads for i in bead.base}
        self.partner = _partners(self.old, self.new)
        self.known = {**memory, **_pairs(self.old, self.mine, beads)}
        self.strings = self._localised_strings()
        self.out: list[str] = []
        self.conflicts: list[CodeConflict] = []
        self.lost: list[str] = []  # the translators' own lines that have no place any more
        self.clashes: dict[_Bead, list[str]] = {}  # rewritten by the translators: new English lines
        self.regions: dict[Pair, tuple[list[_Piece], Counter[str]]] = {}
        self.ahead = self._find_ahead()
        self.before, self.after = self._place_additions()

    def run(self, added: bool) -> CodeMerge:
        head, tail = self._fence()
        self._write(head)
        self._addition(self.after.get(-1))
        at = 0
        while at < len(self.new):
            at += self._step(at)
        self._addition(self.before.get(len(self.old)))
        self._write(tail)
        for bead, lines in self.clashes.items():
            self._conflict(self._ours(bead), "".join(lines), "code changed on both sides")
        for text in self.lost:
            self._conflict(text, "", "the lines around the translators' own are gone")
        return CodeMerge("".join(self.out), tuple(self.conflicts), added)

    # What the translators already took over from a newer English is no addition of theirs.

    def _find_ahead(self) -> set[_Bead]:
        place = {i: j for j, i in self.partner.items()}
        kept, found = sorted(place), set[_Bead]()
        for bead in self.beads:
            own = [self.mine[j] for j in bead.ours]
            lines = Counter(p.code for p in own if p.kind == "code")
            if not lines or len(bead.base) == len(bead.ours) == 1:
                continue
            above = bisect_left(kept, bead.base.start) - 1
            below = bisect_left(kept, bead.base.stop)
            start = place[kept[above]] if above >= 0 else 0
            stop = place[kept[below]] + 1 if below < len(kept) else len(self.new)
            fresh, codes = self._fresh_between(start, stop)
            if lines <= codes:
                found.add(bead)
                self._learn(fresh, own)
        return found

    def _fresh_between(self, start: int, stop: int) -> tuple[list[_Piece], Counter[str]]:
        """New English pieces of a region and its code lines; many beads may share a region."""
        if (start, stop) not in self.regions:
            fresh = [self.new[j] for j in range(start, stop) if not self._stands(j)]
            codes = Counter(p.code for p in fresh if p.kind == "code")
            self.regions[start, stop] = fresh, codes
        return self.regions[start, stop]

    def _learn(self, fresh: Sequence[_Piece], own: Sequence[_Piece]) -> None:
        """Take the comments of lines that are no longer the translators' own for the English."""
        beads = _beads(fresh, own)
        for english, text in _pairs(fresh, own, beads).items():
            self.known.setdefault(english, text)
        for bead in beads:
            pieces = [own[j] for j in bead.ours if not bead.base]
            if any(p.kind in ("comment", "doc") for p in pieces):
                self.lost.append("".join(p.raw for p in pieces))

    def _place_additions(self) -> tuple[dict[int, _Bead], dict[int, _Bead]]:
        """Where the translators' own lines go: comments before what follows, code after."""
        alive = {-1, len(self.old), *self.partner.values()} if self.partner else set[int]()
        before, after = dict[int, _Bead](), dict[int, _Bead]()
        for bead in self.beads:
            if bead.base or bead in self.ahead:
                continue
            above, below = bead.base.start - 1, bead.base.start
            comment = self.mine[bead.ours[-1]].kind in ("comment", "doc")
            if below in alive and (comment or above not in alive):
                before[below] = bead
            elif above in alive:
                after[above] = bead
            elif _is_addition(bead, self.mine):
                self.lost.append(self._ours(bead))
        return before, after

    def _localised_strings(self) -> dict[str, str]:
        """Translated messages and labels, for code lines that were wrapped anew."""
        found: dict[str, str] = {}
        for bead in self.beads:
            if len(bead.base) == len(bead.ours) == 1:
                old, mine = self.old[bead.base[0]], self.mine[bead.ours[0]]
                if old.kind == "code" and old.mask == mine.mask:
                    pairs = zip(_literals(old), _literals(mine), strict=False)
                    found |= {a: b for a, b in pairs if a != b and _MESSAGE.search(a)}
        return found

    # One step writes one new piece, or all that stand for one bead.

    def _step(self, at: int) -> int:
        i = self.partner.get(at)
        if i is None:
            self._fresh(self.new[at])
            return 1
        bead = self.bead_of[i]
        size = len(bead.base)
        whole = all(self.partner.get(at + k) == bead.base[0] + k for k in range(size))
        if whole and all(self._stands(at + k) for k in range(size)):
            self._addition(self.before.get(i))
            self._keep(bead, self.new[at])
            self._addition(self.after.get(i + size - 1))
            return size
        self._addition(self.before.get(i))
        self._changed(bead, i, self.new[at])
        self._addition(self.after.get(i))
        return 1

    def _stands(self, j: int) -> bool:
        """The English of this piece is what it was, up to a light change of the comment."""
        if j not in self.partner:
            return False
        old, new = self.old[self.partner[j]], self.new[j]
        if old.raw == new.raw or old.kind == new.kind == "blank":
            return True
        if old.kind != new.kind:
            return False
        if old.kind == "code":
            notes = _comment_text(old.note), _comment_text(new.note)
            return old.code == new.code and _names(*notes) == {}
        return _names(old.key, new.key) == {}

    def _ours(self, bead: _Bead) -> str:
        return "".join(self.mine[j].raw for j in bead.ours)

    def _conflict(self, ours: str, theirs: str, reason: str) -> None:
        self.conflicts.append(CodeConflict(ours, theirs, reason))

    def _write(self, raw: str) -> None:
        if self.out and raw and not self.out[-1].endswith(("\n", "\r")):
            self.out.append("\n")
        self.out.append(raw)

    def _addition(self, bead: _Bead | None) -> None:
        if bead:
            self._write(self._ours(bead))

    def _keep(self, bead: _Bead, new: _Piece) -> None:
        raw = self._ours(bead)
        if new.kind in ("comment", "doc") and raw:
            raw = _reindent(raw, _indent(self.old[bead.base[0]].raw), _indent(new.raw))
        if raw:
            self._write(raw)

    def _fresh(self, new: _Piece) -> None:
        if new.kind == "code":
            literals = [self.strings.get(text, text) for text in _literals(new)]
            code = _replace(new.code, new.strings, literals)
            self._write(self._noted(new, code, None, None))
        elif new.kind == "blank":
            self._write(new.raw)
        else:
            self._reword(None, None, new)

    def _changed(self, bead: _Bead, i: int, new: _Piece) -> None:
        old = self.old[i]
        mine = self.mine[bead.ours[0]] if len(bead.ours) == 1 else None
        if len(bead.base) > 1 or len(bead.ours) > 1:
            self._rewritten(bead, new)
        elif old.kind == "code":
            self._code(old, mine, new)
        elif old.kind == "blank":
            self._write(new.raw)
        else:
            self._reword(old, mine, new)

    def _rewritten(self, bead: _Bead, new: _Piece) -> None:
        """Code that the translators rewrote as a whole and the English changed as well."""
        self._fresh(new)
        if bead not in self.ahead:
            self.clashes.setdefault(bead, []).append(new.raw)

    def _code(self, old: _Piece, mine: _Piece | None, new: _Piece) -> None:
        if mine is None:
            self._conflict("", new.raw, "the translators removed this line, the English changed it")
            self._fresh(new)
            return
        code, clash = _merged_code(old, mine, new)
        if clash:
            self._conflict(mine.raw, new.raw, "code changed on both sides")
        self._write(self._noted(new, code, old, mine))

    def _noted(self, new: _Piece, code: str, old: _Piece | None, mine: _Piece | None) -> str:
        """A code line with its trailing comment, translated where that is known."""
        was = _comment_text(old.note) if old else ""
        had = _comment_text(mine.note) if mine else ""
        text = _comment_text(new.note)
        if not text:
            own = mine.note if mine and not was else ""
            return _code_line(new, code, own)
        found = _translation(_collapse(was), _collapse(text), had, self.known)
        if found is not None:
            kept = mine.note if mine and found == had else _as_note(found, new.note)
            return _code_line(new, code, kept)
        if mine and had != was:
            self._conflict(mine.raw, new.raw, "comment changed in English")
        return _code_line(new, code, new.note)

    def _reword(self, old: _Piece | None, mine: _Piece | None, new: _Piece) -> None:
        """A comment run or docstring whose English changed, or a new one."""
        if new.kind == "doc":
            units, parts = [[new.raw]], [self._doc(old, mine, new)]
        else:
            units = _units(_EOL.findall(new.raw))
            parts = self._comments(old, mine, units)
        if None in parts and old and mine and mine.key != old.key:
            if _lightly_changed(old, new) and new.kind == "comment":
                self._conflict(
                    mine.raw, new.raw, "comment changed a little, its translation stands"
                )
                self._write(mine.raw)
                return
            self._conflict(mine.raw, new.raw, "comment changed in English")
        for unit, part in zip(units, parts, strict=True):
            self._write("".join(unit) if part is None else part)

    def _comments(
        self, old: _Piece | None, mine: _Piece | None, units: Iterable[Sequence[str]]
    ) -> list[str | None]:
        """The translation of every new English comment of a run that had an old one, or None."""
        pairs = list(_unit_pairs(old, mine)) if old and mine else []
        by_text = {_light(english): (english, lines) for english, lines in reversed(pairs)}
        by_shape = {_shape(english): (english, lines) for english, lines in reversed(pairs)}
        return [
            self._comment(by_text.get(_light(text)) or by_shape.get(_shape(text)), text, unit)
            for unit in units
            for text in (_collapse(_unit_text(unit)),)
        ]

    def _comment(
        self, pair: tuple[str, Sequence[str]] | None, text: str, unit: Sequence[str]
    ) -> str | None:
        english, lines = pair or ("", [])
        if english and _names(english, text) == {}:
            return _reindent("".join(lines), _indent(lines[0]), _indent(unit[0]))
        found = _translation(english, text, _unit_text(lines), self.known)
        return _as_comment(found, unit) if found else None

    def _doc(self, old: _Piece | None, mine: _Piece | None, new: _Piece) -> str | None:
        was, had = (old.key, _doc_text(mine.raw)) if old and mine else ("", "")
        found = _translation(was, new.key, had, self.known)
        return _as_doc(found, new.raw) if found else None

    def _fence(self) -> tuple[str, str]:
        """The translators' fence where the English one stands, else the new English one."""
        old, mine, new = self.cells
        if old.head.strip() == new.head.strip() and mine.head and mine.tail:
            same_end = mine.tail.rstrip() + new.tail[len(new.tail.rstrip()) :]
            return mine.head, mine.tail if old.tail == new.tail else same_end
        if mine.head and mine.head.strip() not in (old.head.strip(), new.head.strip()):
            self._conflict(mine.head, new.head, "fence changed on both sides")
        return new.head, new.tail


def _code_line(new: _Piece, code: str, note: str) -> str:
    """A code line with the gap before the comment and the line end of the new English line."""
    if not note:
        return code + _end(new.raw)
    between = new.raw[len(new.code) : new.raw.find(new.note, len(new.code))] if new.note else "  "
    return code + between + note + _end(new.raw)


def _reindent(raw: str, old: str, new: str) -> str:
    if old == new:
        return raw
    lines = _EOL.findall(raw)
    return "".join(new + x[len(old) :] if x.strip() and x.startswith(old) else x for x in lines)


def _merged_code(old: _Piece, mine: _Piece, new: _Piece) -> tuple[str, bool]:
    """The code of a line that changed in English, and whether something of ours had to go."""
    if mine.key in (old.key, new.key):
        return (mine if new.code == old.code else new).code, False
    if new.code == old.code:
        return mine.code, False
    if mine.mask == old.mask and len(mine.strings) == len(old.strings):
        return _localised(old, mine, new)
    return new.code, True


# A string of one letter or of signs is a format or a key: it is not replaced out of its place.
_MESSAGE = re.compile(r"[^\W\d_]{3}")


def _literals(piece: _Piece) -> list[str]:
    return [piece.code[a:b] for a, b in piece.strings]


def _localised(old: _Piece, mine: _Piece, new: _Piece) -> tuple[str, bool]:
    """The new code with the translators' strings, and whether a string they translated changed."""
    was, had, now = _literals(old), _literals(mine), _literals(new)
    whole = range(len(was)), range(len(now))
    pairs = list(_common(list(map(_unquoted, was)), list(map(_unquoted, now)), whole))
    clash, values = False, list(now)
    for rows, columns in list(_gaps(pairs, len(was), len(now))):
        if len(rows) == len(columns):
            pairs += zip(rows, columns, strict=True)
        elif columns and any(was[i] != had[i] for i in rows):
            clash = True
    for i, j in pairs:
        if was[i] != had[i]:
            kept = _with_fields(was[i], had[i], now[j])
            clash, values[j] = clash or kept is None, kept or now[j]
    return _replace(new.code, new.strings, values), clash


def _unquoted(literal: str) -> str:
    return "=" + literal.strip("'\"")


_FIELD = re.compile(r"\{[^{}]*\}|%[-+.\d]*[a-zA-Z]|\d+(?:\.\d+)*")


def _with_fields(old: str, mine: str, new: str) -> str | None:
    """The translated string with the fields of the new English one; None if its words changed.

    f'loss {l.mean():f}' -> f'loss {l:f}' makes f'kayıp {l.mean():f}' into f'kayıp {l:f}'.
    """
    if _unquoted(old) == _unquoted(new):
        return mine
    before, after = _FIELD.findall(old), _FIELD.findall(new)
    words = (_FIELD.sub("{}", _unquoted(text)) for text in (old, new))
    if len(set(words)) > 1 or sorted(_FIELD.findall(mine)) != sorted(before):
        return None
    names = dict(zip(before, after, strict=True))
    if any(names[a] != b for a, b in zip(before, after, strict=True)):
        return None
    return _FIELD.sub(lambda field: names[field[0]], mine)
