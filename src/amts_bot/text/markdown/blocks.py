"""Pages into blocks, without losing a character.

The slices of `slices` are cut further: lists, tables, and whatever stands in a container (a quotation, the indented
body of an admonition or footnote, a MyST directive), which is read as a page of its own, with the marks before its
lines put aside. So every block is what is translated as one, or comes back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from amts_bot.model import Block, BlockKind
from amts_bot.text.markdown.containers import (
    directive_name,
    end_of_paragraph,
    indent_mark,
    is_frame_line,
    quote_mark,
)
from amts_bot.text.markdown.slices import slices

_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)|\+\+\+[ \t]*\n(?:.*\n)*?\+\+\+)[ \t]*(?:\n|\Z)"
)
_TAB = re.compile(r"\s*:(begin|end)_tab:(?:toc)?(?:`([^`\n]*)`)?")
# MyST directives whose content is prose; every other fence is code, `toc` and `eval_rst` too.
_MYST_PROSE = re.compile(
    r" {0,3}(`{3,}|~{3,})\{(?:note|tip|warning|important|admonition|attention|caution|danger"
    r"|error|hint|seealso|topic|margin|sidebar|exercise|solution|proof|prf:[\w-]+|theorem)\}[^\n]*"
)
_MYST_OPTIONS = re.compile(r"(?:[ \t]*:[A-Za-z][\w-]*:(?:[ \t][^\n]*)?\n)*")
# Prose directives inside each other: deeper than any book goes, they are read as one piece.
_DEEPEST = 20
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
    "directive": "directive",
}


def split(page: str) -> tuple[Block, ...]:
    """The blocks of a page, in order: `"".join(b.text for b in split(page)) == page`, for any text.

    Offsets count characters of `page`. Never fails: what no rule knows is a paragraph.
    """
    return tuple(_with_context(_with_offsets(_leaves(page))))


@dataclass(frozen=True, slots=True)
class _Leaf:
    kind: BlockKind
    text: str
    level: int = 0
    container: str = ""


def _with_offsets(leaves: Iterable[_Leaf]) -> Iterator[Block]:
    start = 0
    for leaf in leaves:
        yield Block(
            kind=leaf.kind,
            text=leaf.text,
            start=start,
            level=leaf.level,
            container=leaf.container,
        )
        start += len(leaf.text)


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


def _leaves(page: str, depth: int = 0) -> Iterator[_Leaf]:
    # mistune knows \n alone, and no lone surrogates: a stand-in of the same length keeps every offset.
    text = page.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", " \n").replace("\r", "\n").replace("\ufeff", " ")
    if not depth and page.startswith("\ufeff"):  # the mark is no part of the heading behind it
        yield _Leaf("blank", "\ufeff")
        page, text = page[1:], text[1:]
    front = None if depth else _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    if front:
        yield _Leaf("front_matter", page[:start])
    for piece in slices(text[start:]):
        begin, end = start + piece.start, start + piece.end
        yield from _refined(piece.kind, page[begin:end], text[begin:end], depth)


def _refined(kind: str, raw: str, text: str, depth: int) -> Iterator[_Leaf]:
    """Cuts a top-level slice into leaves. `text` is `raw` with its line ends made plain."""
    if kind in ("list", "block_quote"):
        if _ITEM.match(text):
            yield from _items(raw, text, depth)
        else:
            yield from _nested(raw, text, quote_mark, "quote", depth)
    elif kind == "admonition":
        yield from _with_body("directive", raw, text, text.find("\n") + 1 or len(text), depth)
    elif kind in ("footnote", "definition"):
        first = text.find("\n") + 1 or len(text)
        yield from _with_body("paragraph", raw, text, end_of_paragraph(text, first), depth, kind)
    elif kind == "paragraph":
        yield from _paragraph(raw, text)
    elif kind == "block_code" and depth < _DEEPEST and _MYST_PROSE.match(text):
        yield from _myst(raw, text, depth)
    elif kind == "heading":
        yield _Leaf("heading", raw, _heading_level(text))
    else:
        yield _Leaf(_KINDS.get(kind, "paragraph"), raw)


def _with_body(
    kind: BlockKind, raw: str, text: str, end: int, depth: int, container: str = ""
) -> Iterator[_Leaf]:
    """The mark of a container, up to `end`, and the indented blocks below it."""
    container = container or directive_name(text)
    yield _Leaf(kind, raw[:end], container=container)
    if end < len(raw):
        yield from _nested(raw[end:], text[end:], indent_mark, container, depth)


def _nested(
    raw: str, text: str, mark: Callable[[str], int], container: str, depth: int, level: int = 0
) -> Iterator[_Leaf]:
    """The blocks inside a container, each with the marks before its lines; `mark` measures them.

    What lies deeper than any book goes, or whose blocks do not end with lines, is one piece.
    """
    lines = [(line, mark(plain)) for line, plain in _lines(raw, text)]
    inner = "".join(line[skip:] for line, skip in lines)
    found = _on_lines(_leaves(inner, depth + 1), lines) if depth < _DEEPEST else None
    if found is None:
        yield _Leaf("quote", raw, level, container)
        return
    for leaf, whole in found:
        path = f"{container}/{leaf.container}" if leaf.container else container
        yield _Leaf(leaf.kind, whole, leaf.level or level, path)


def _on_lines(
    inner: Iterable[_Leaf], lines: list[tuple[str, int]]
) -> list[tuple[_Leaf, str]] | None:
    """Each leaf with the whole lines that it stands on; None where one begins or ends inside a line."""
    found: list[tuple[_Leaf, str]] = []
    at = 0
    for leaf in inner:
        start, left = at, len(leaf.text)
        while left > 0 and at < len(lines):
            left -= len(lines[at][0]) - lines[at][1]
            at += 1
        if left:
            return None
        found.append((leaf, "".join(line for line, _ in lines[start:at])))
    rest = "".join(line for line, _ in lines[at:])  # a last line that is nothing but its mark
    return [*found, (_Leaf("blank", ""), rest)] if rest else found


def _heading_level(text: str) -> int:
    """By its `#`; else it is underlined, with `=` for the first level and `-` for the second."""
    mark = _HEADING.match(text)
    if mark:
        return len(mark[1])
    return 1 if text.rstrip().endswith("=") else 2


def _paragraph(raw: str, text: str) -> Iterator[_Leaf]:
    lines = _lines(raw, text)
    if len(lines) > 1 and "|" in lines[0][1] and _DELIMITER_ROW.match(lines[1][1].rstrip("\n")):
        yield from (_Leaf("row", line) for line, _ in lines)
    else:
        yield _Leaf("caption" if _CAPTION.match(text) else "paragraph", raw)


def _myst(raw: str, text: str, depth: int) -> Iterator[_Leaf]:
    """A prose directive: its fence and options stay, its content is read as a page of its own."""
    first = text.index("\n") + 1 if "\n" in text else len(text)
    options = _MYST_OPTIONS.match(text, first)
    first = options.end() if options else first
    last = _closing_fence(text)
    yield _Leaf("directive", raw[:first])
    yield from _leaves(raw[first : max(first, last)], depth + 1)
    if max(first, last) < len(raw):
        yield _Leaf("directive", raw[max(first, last) :])


def _closing_fence(text: str) -> int:
    """Where the last line of a fence begins; behind everything when nothing closes it."""
    fence = _MYST_PROSE.match(text)
    last = text.rstrip("\n").rfind("\n") + 1
    closed = fence is not None and text[last:].strip().startswith(fence[1])
    return last if closed and last else len(text)


def _items(raw: str, text: str, depth: int) -> Iterator[_Leaf]:
    """List items, nested ones too, each a leaf of its own; code and math inside stay whole."""
    indents: list[int] = []
    at = 0
    for kind, lines in _item_runs(_lines(raw, text)):
        start, at = at, at + sum(map(len, lines))
        if kind == "item":
            indent = len(lines[0]) - len(lines[0].lstrip())
            while indents and indents[-1] >= indent:
                indents.pop()
            indents.append(indent)
        mark = _HEADING.match(lines[0]) if kind == "heading" else None
        if mark:
            indents.clear()
        if kind == "quote":
            plain = text[start:at]
            yield from _nested(raw[start:at], plain, quote_mark, "quote", depth, len(indents))
        else:
            yield _Leaf(kind, "".join(lines), len(mark[1]) if mark else len(indents))


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
    if is_frame_line(line.rstrip("\n")):
        return "directive", None
    if quote_mark(line):
        return ("more" if open_kind == "quote" else "quote"), None
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
