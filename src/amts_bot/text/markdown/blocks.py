"""Pages into blocks, without losing a character.

`split` walks a page with mistune's block rules and keeps the *slices* between cursor positions:
mistune's tokens are altered text (stripped, de-indented, tabs expanded) and carry no positions, but
its top level is a cursor machine whose steps are contiguous, so the slices tile the page. Lists,
tables and tabs are cut further, so that every block is a leaf: what is translated as one, or comes
back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from mistune.block_parser import BlockParser
from mistune.core import BlockState

from amts_bot.model import Block, BlockKind

_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)|\+\+\+[ \t]*\n(?:.*\n)*?\+\+\+)[ \t]*(?:\n|\Z)"
)
# Display math from line start to line end without a blank line between. mistune's own math plugin
# misses `$$\begin{...}` on the opening line, and lists swallow `- x` lines inside.
_MATH = r"^ {0,3}\$\$(?:[^$\n]|\$(?!\$)|\n(?![ \t]*\n))+\$\$[ \t]*$"
# Lines that stand alone in d2l books, and MyST's colon fences, whose content is prose. Not :numref:,
# :cite:, :eqref:, which are text of a paragraph.
_DIRECTIVE = (
    r"^ {0,3}(?::(?:label|eqlabel|width|height|bibliography|begin_tab|end_tab)"
    r":(?:`[^`\n]*`)?(?:toc|eval_rst)?|:{3,}(?:\{[^{}\n]+\}[^\n]*)?)[ \t]*$"
)
_DIRECTIVE_LINE = re.compile(_DIRECTIVE)
# knitr and Quarto: the options of a chunk may hold backticks, which CommonMark forbids in a fence's line.
_CHUNK = r"^ {0,3}(?P<chunk_fence>`{3,})\{[^\n]*`[^\n]*\}[ \t]*$"
_TAB = re.compile(r"\s*:(begin|end)_tab:(?:toc)?(?:`([^`\n]*)`)?")
# MyST directives whose content is prose; every other fence is code, `toc` and `eval_rst` too.
_MYST_PROSE = re.compile(
    r" {0,3}(`{3,}|~{3,})\{(?:note|tip|warning|important|admonition|attention|caution|danger"
    r"|error|hint|seealso|topic|margin|sidebar|exercise|solution|proof|prf:[\w-]+|theorem)\}[^\n]*"
)
_MYST_OPTIONS = re.compile(r"(?:[ \t]*:[A-Za-z][\w-]*:(?:[ \t][^\n]*)?\n)*")
# Prose directives inside each other: deeper than any book goes, they are read as one piece.
_DEEPEST = 20
_BLANKS = re.compile(r"(?:[ \t]*+\n)++")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})")
_DELIMITER_ROW = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
# Possessive throughout: many `![a](` in one paragraph must not be tried in every combination.
_CAPTION = re.compile(
    r"\s*+!\[(?:[^\]\\]++|\\.|\](?!\())*+\]"
    r"\((?:[^()\n]++|\([^()\n]*+\))*+\)(?:\{[^}\n]*+\})?+\s*+\Z"
)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)", re.MULTILINE)

_KINDS: dict[str, BlockKind] = {
    "paragraph": "paragraph",
    "heading": "heading",
    "block_code": "code",
    "thematic_break": "rule",
    "block_html": "html",
    "blank_line": "blank",
    "ref_link": "reference",
    "d2l_math": "math",
    "chunk": "code",
    "d2l_directive": "directive",
}


def split(page: str) -> tuple[Block, ...]:
    """The blocks of a page, in order: `"".join(b.text for b in split(page)) == page`, for any text.

    Offsets count characters of `page`. Never fails: what no rule knows is a paragraph.
    """
    return tuple(_with_context(_with_offsets(_leaves(page))))


def _with_offsets(leaves: Iterable[_Leaf]) -> Iterator[Block]:
    start = 0
    for kind, text, level in leaves:
        yield Block(kind=kind, text=text, start=start, level=level)
        start += len(text)


def _with_context(blocks: Iterable[Block]) -> Iterator[Block]:
    """Tells each block which `:begin_tab:` it stands in, both marks included.

    An unclosed tab runs to the next one.
    """
    context = ""
    for block in blocks:
        tab = _TAB.match(block.text) if block.kind == "directive" else None
        if tab and tab[1] == "begin":
            context = f"tab {tab[2] or ''}".strip()
        yield replace(block, context=context) if context else block
        if tab and tab[1] == "end":
            context = ""


_Leaf = tuple[BlockKind, str, int]  # kind, text, level


def _leaves(page: str, depth: int = 0) -> Iterator[_Leaf]:
    # mistune knows \n alone, and no lone surrogates: a stand-in of the same length keeps every offset.
    text = page.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", " \n").replace("\r", "\n").replace("\ufeff", " ")
    if not depth and page.startswith("\ufeff"):  # the mark is no part of the heading behind it
        yield "blank", "\ufeff", 0
        page, text = page[1:], text[1:]
    front = None if depth else _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    if front:
        yield "front_matter", page[:start], 0
    for piece in _SlicingParser().slices(text[start:]):
        begin, end = start + piece.start, start + piece.end
        yield from _refined(piece.kind, page[begin:end], text[begin:end], depth)


def _refined(kind: str, raw: str, text: str, depth: int) -> Iterator[_Leaf]:
    """Cuts a top-level slice into leaves. `text` is `raw` with its line ends made plain."""
    if kind in ("list", "block_quote"):
        if _ITEM.match(text):
            yield from _items(raw, text)
        else:
            yield "quote", raw, 0
    elif kind == "paragraph":
        yield from _paragraph(raw, text)
    elif kind == "block_code" and depth < _DEEPEST and _MYST_PROSE.match(text):
        yield from _myst(raw, text, depth)
    elif kind == "heading":
        yield "heading", raw, _heading_level(text)
    elif kind == "ref_link" and text.lstrip().startswith("[^"):  # a footnote of one word
        yield "paragraph", raw, 0
    else:
        yield _KINDS.get(kind, "paragraph"), raw, 0


def _heading_level(text: str) -> int:
    """By its `#`; else it is underlined, with `=` for the first level and `-` for the second."""
    mark = _HEADING.match(text)
    if mark:
        return len(mark[1])
    return 1 if text.rstrip().endswith("=") else 2


def _paragraph(raw: str, text: str) -> Iterator[_Leaf]:
    lines = _lines(raw, text)
    if len(lines) > 1 and "|" in lines[0][1] and _DELIMITER_ROW.match(lines[1][1].rstrip("\n")):
        yield from (("row", line, 0) for line, _ in lines)
    else:
        yield "caption" if _CAPTION.match(text) else "paragraph", raw, 0


def _myst(raw: str, text: str, depth: int) -> Iterator[_Leaf]:
    """A prose directive: its fence and options stay, its content is read as a page of its own."""
    first = text.index("\n") + 1 if "\n" in text else len(text)
    options = _MYST_OPTIONS.match(text, first)
    first = options.end() if options else first
    last = _closing_fence(text)
    yield "directive", raw[:first], 0
    yield from _leaves(raw[first : max(first, last)], depth + 1)
    if max(first, last) < len(raw):
        yield "directive", raw[max(first, last) :], 0


def _closing_fence(text: str) -> int:
    """Where the last line of a fence begins; behind everything when nothing closes it."""
    fence = _MYST_PROSE.match(text)
    last = text.rstrip("\n").rfind("\n") + 1
    closed = fence is not None and text[last:].strip().startswith(fence[1])
    return last if closed and last else len(text)


def _items(raw: str, text: str) -> Iterator[_Leaf]:
    """List items, nested ones too, each a leaf of its own; code and math inside stay whole."""
    indents: list[int] = []
    for kind, lines in _item_runs(_lines(raw, text)):
        if kind == "item":
            indent = len(lines[0]) - len(lines[0].lstrip())
            while indents and indents[-1] >= indent:
                indents.pop()
            indents.append(indent)
        mark = _HEADING.match(lines[0]) if kind == "heading" else None
        if mark:
            indents.clear()
        yield kind, "".join(lines), len(mark[1]) if mark else len(indents)


def _item_runs(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[BlockKind, list[str]]]:
    kind, run, closes = "blank", [], None  # type: BlockKind, list[str], re.Pattern[str] | None
    for raw, line in lines:
        if closes:
            run.append(raw)
            if closes.match(line):
                closes = None
                yield kind, run
                kind, run = "blank", []
            continue
        now, closes = _line_kind(line, kind)
        if run and now != "more" and not (now == kind == "blank"):
            yield kind, run
            run = []
        kind = kind if now == "more" else now
        run.append(raw)
    if run:
        yield kind, run


def _line_kind(line: str, open_kind: BlockKind) -> tuple[Any, re.Pattern[str] | None]:
    """What a line inside a list begins, "more" for a line that continues, and what closes it."""
    fence = _FENCE.match(line)
    if fence and not _ITEM.match(line):
        mark = fence[1]
        return "code", re.compile(rf"[ \t]*{mark[0]}{{{len(mark)},}}[ \t]*$")
    if not line.strip():
        return "blank", None
    if _ITEM.match(line) and not _RULE.match(line):
        return "item", None
    if line.lstrip().startswith("$$"):
        one_line = line.count("$$") >= 2
        return ("math", None) if one_line else ("math", re.compile(r".*\$\$[ \t]*$"))
    if _DIRECTIVE_LINE.match(line):
        return "directive", None
    if _HEADING.match(line):  # mistune takes the block behind a list in the same step
        return "heading", None
    return ("more" if open_kind in ("item", "paragraph") else "paragraph"), None


def _lines(raw: str, text: str) -> list[tuple[str, str]]:
    """Pairs of a raw line and its plain twin; both lists tile their text at the same offsets."""
    ends = [match.end() for match in re.finditer(r"\n", text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    starts = [0, *ends[:-1]]
    return [(raw[a:b], text[a:b]) for a, b in zip(starts, ends, strict=True) if b > a]


@dataclass(frozen=True, slots=True)
class _Slice:
    kind: str
    start: int
    end: int


class _SlicingParser(BlockParser):
    """mistune's block rules, reporting where each step of the top level began and ended.

    The loop follows the one of mistune 3.4, which is private behaviour: the version is pinned.
    """

    def __init__(self) -> None:
        super().__init__()
        self._at = 0  # where the step began
        self.register("d2l_math", _MATH, _token("d2l_math"), before="fenced_code")
        self.register("d2l_directive", _DIRECTIVE, _token("d2l_directive"), before="fenced_code")
        self.register("chunk", _CHUNK, _chunk, before="fenced_code")

    def slices(self, text: str) -> list[_Slice]:
        """The top-level slices of `text`; they tile it from 0 to its length."""
        state = self.state_cls()
        state.process(text)
        pattern = self.compile_sc()
        found: list[_Slice] = []
        while state.cursor < state.cursor_max:
            start, before = state.cursor, _weight(state)
            rule = self._step(state, pattern)
            state.cursor = min(max(state.cursor, start + 1), state.cursor_max)
            _extend(found, _kind(state, rule, before), start, state.cursor)
        return found

    def _step(self, state: BlockState, pattern: re.Pattern[str]) -> str:
        """Moves the cursor over one block and returns the rule that took it."""
        end = self._parse_indent_code_fast(state)
        if end is not None:
            state.cursor = end
            return "indent_code"
        blanks = _BLANKS.match(state.src, state.cursor)
        if blanks:  # mistune takes them one by one, which a page of blank lines makes slow
            state.append_token({"type": "blank_line"})
            state.cursor = blanks.end()
            return "blank_line"
        match = pattern.match(state.src, state.cursor)
        if match is None and self._parse_plain_paragraph(state, pattern):
            return "paragraph"
        match = match or pattern.search(state.src, state.cursor)
        if match is None or match.start() > state.cursor:
            return _plain(state, match.start() if match else state.cursor_max)
        self._at = state.cursor
        end = self.parse_method(match, state)
        if not end:
            return _plain(state, state.find_line_end())
        state.cursor = end
        return match.lastgroup or "paragraph"

    def parse(self, _state: BlockState, _rules: object = None) -> None:
        """Nothing: what a list or a quotation holds is not looked into."""

    def parse_method(self, m: re.Match[str], state: BlockState) -> int | None:
        """Where a block ends, or None when it is none after all.

        mistune takes the block that ends a list or a quotation in the same step, and if that is a list
        the block that ends it, and so on: quotations and lists in turn would be a recursion as deep as
        the page is long. Such a block is only asked where it begins: it is a step of its own.
        """
        start = state.cursor
        if start == self._at:
            return super().parse_method(m, state)
        nests = m.lastgroup in ("list", "block_quote")
        return start if nests or super().parse_method(m, state) else None


def _plain(state: BlockState, end: int) -> str:
    state.add_paragraph(state.get_text(end))
    state.cursor = end
    return "paragraph"


def _token(name: str) -> Callable[[Any, re.Match[str], BlockState], int]:
    def parse(_block: Any, match: re.Match[str], state: BlockState) -> int:
        state.append_token({"type": name})
        return match.end() + 1

    return parse


def _chunk(_block: Any, match: re.Match[str], state: BlockState) -> int:
    """To the fence that closes it, else to the end of the page, as any other fence."""
    closing = re.compile(rf"^ {{0,3}}`{{{len(match['chunk_fence'])},}}[ \t]*(?:\n|$)", re.MULTILINE)
    end = closing.search(state.src, match.end())
    state.append_token({"type": "chunk"})
    return end.end() if end else state.cursor_max


def _weight(state: BlockState) -> tuple[int, str, int]:
    """Tells a token that a step added or grew from one that it left alone."""
    last = state.last_token()
    grown = len(last["text"]) if last and last["type"] == "paragraph" else 0
    return len(state.tokens), last["type"] if last else "", grown


def _kind(state: BlockState, rule: str, before: tuple[int, str, int]) -> str:
    after = _weight(state)
    if after == before or rule in ("list", "block_quote"):
        return rule
    if rule == "setex_heading" and after[1] == "heading":
        return "setext"
    return after[1]


def _extend(found: list[_Slice], kind: str, start: int, end: int) -> None:
    """Adds a slice; a continued paragraph grows, and a setext underline takes in its text."""
    last = found[-1] if found else None
    if last and last.kind == "paragraph" and kind in ("paragraph", "setext"):
        found[-1] = _Slice("heading" if kind == "setext" else kind, last.start, end)
    else:
        found.append(_Slice(kind, start, end))
