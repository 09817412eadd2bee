"""Pages into blocks, without losing a character.

A page is read level by level: `slices` cuts a level where mistune's rules do, `containers` and `lists` take the
prefixes off what stands inside a container, which is a level of its own. All of it ends up in one flat list of
blocks that tile the page; each is a leaf: what is translated as one, or comes back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amts_bot.model import Block, BlockKind
from amts_bot.text.markdown.containers import directive_name
from amts_bot.text.markdown.indents import is_indented_prose
from amts_bot.text.markdown.lists import ITEM, items
from amts_bot.text.markdown.nests import (
    Mark,
    Nest,
    admonition,
    definition,
    footnote,
    is_prose_fence,
    lines_of,
    prose_fence,
    quotation,
)
from amts_bot.text.markdown.slices import slices

_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)|\+\+\+[ \t]*\n(?:.*\n)*?\+\+\+)[ \t]*(?:\n|\Z)"
)
_TAB = re.compile(r"\s*:(begin|end)_tab:(?:toc)?(?:`([^`\n]*)`)?")
# Containers inside each other: deeper than any book goes, they are one piece of frame.
_DEEPEST = 20
# A line with a pipe, and below it the line of dashes that makes it the head of a table.
_TABLE = re.compile(
    r"[^\n|]*+\|[^\n]*+\n {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?:\n|\Z)"
)
# Possessive throughout: many `![a](` in one paragraph must not be tried in every combination.
_CAPTION = re.compile(
    r"\s*+!\[(?:[^\]\\]++|\\.|\](?!\())*+\]"
    r"\((?:[^()\n]++|\([^()\n]*+\))*+\)(?:\{[^}\n]*+\})?+\s*+\Z"
)
# A component alone in its paragraph, which mistune does not take for HTML: <Card title="A lamp" size={3} />
_COMPONENT = re.compile(
    r"\s*+<[A-Za-z][\w.:-]*+(?:[^<>\"'{}/]++|/(?!>)|\"[^\"]*+\"|'[^']*+'|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+/>\s*+\Z"
)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)", re.MULTILINE)
# Lines that begin with a letter and have no cell are a paragraph, whatever stands around them.
_PLAIN = re.compile(r"(?:[^\W\d_][^\n|]*+(?:\n|\Z))++\Z")
_PARAGRAPH = re.compile(r"(?P<words>(?:[^\n]*\S[^\n]*(?:\n|\Z))+)(?:[ \t]*\n)*(?:[ \t]+\Z)?")
_COLONS = re.compile(r" {0,3}(:{3,}|/{3,})[ \t]*(\S?)")

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
    "colon": "code",
    "directive": "directive",
}
# What holds nothing, and is no paragraph under another name.
_WHOLE = frozenset(("blank_line", "thematic_break", "block_html", "ref_link", "d2l_math"))
_CONTAINERS: dict[str, Callable[[str], Iterator[Mark | Nest]]] = {
    "block_quote": quotation,
    "list": items,
    "admonition": admonition,
    "footnote": footnote,
    "definition": definition,
}


def split(page: str, prose_keys: frozenset[str] | None = None) -> tuple[Block, ...]:
    """The blocks of a page, in order: `"".join(b.text for b in split(page)) == page`, for any text.

    Offsets count characters of `page`; `prose_keys` are those of front matter that people read, where a book has
    its own. Never fails: what no rule knows is a paragraph.
    """
    return tuple(_blocks(page, prose_keys))


def _blocks(page: str, prose_keys: frozenset[str] | None) -> Iterator[Block]:
    # mistune knows \n alone, and no lone surrogates: a stand-in of the same length keeps every offset.
    text = page.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", " \n").replace("\r", "\n").replace("\ufeff", " ")
    start = int(page.startswith("\ufeff"))  # the mark is no part of the heading behind it
    if start:
        yield Block(kind="blank", text="\ufeff", start=0)
    front = _FRONT_MATTER.match(text[start:])
    if front:
        head = page[start : start + front.end()]
        yield Block(kind="front_matter", text=head, start=start, prose_keys=prose_keys)
        start += front.end()
    tab = _Tab()
    for kind, begin, end, level, container in _pieces(text[start:]):
        first, last = start + begin, start + end
        if kind == "directive" or tab.is_over:
            tab.goes_on(text[first:last] if kind == "directive" else "")
        yield Block(
            kind=kind,
            text=page[first:last],
            start=first,
            level=level,
            context=tab.name,
            container=container,
        )


@dataclass(slots=True)
class _Tab:
    """Which `:begin_tab:` the next block stands in, both marks included; an unclosed one runs to the next."""

    name: str = ""
    is_over: bool = False

    def goes_on(self, directive: str) -> None:
        """What a block changes that is a mark, or stands behind one; `directive` is its text, where it is one."""
        mark = _TAB.match(directive) if directive else None
        if self.is_over:
            self.name, self.is_over = "", False
        if mark and mark[1] == "begin":
            self.name = f"tab {mark[2] or ''}".strip()
        self.is_over = bool(mark and mark[1] == "end")


# ------------------------------------------------------------------ one level


class _Piece(NamedTuple):
    """A leaf of a level, `[start, end)` in its text."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    container: str = ""


def _pieces(text: str, depth: int = 0) -> Iterator[_Piece]:
    """The leaves of a level and of all levels in it; they tile `text`."""
    fences: list[str] = []
    for kind, start, end in _slices(text):
        opened = _COLONS.match(text, start) if kind == "directive" else None
        if opened and not opened[2] and fences:
            fences.pop()
        if kind in _WHOLE and not fences:  # spares half of the slices the questions
            yield _Piece(_KINDS[kind], start, end)
            continue
        for piece in _refined(kind, text[start:end], start, depth):
            yield _in_container("/".join(fences), piece) if fences else piece
        if opened and opened[2] and len(fences) < _DEEPEST:
            name = directive_name(text[start:end])
            fences += [name] if "." not in name else []  # `::: package.module` has no content


def _in_container(container: str, piece: _Piece) -> _Piece:
    path = "/".join(filter(None, (container, piece.container)))
    return piece._replace(container=path)


def _slices(text: str) -> Iterator[tuple[str, int, int]]:
    plain = text.rstrip("\n")
    if _PLAIN.match(plain):  # spares most items of a list the walk
        end = min(len(text), len(plain) + 1)
        yield "paragraph", 0, end
        if end < len(text):
            yield "blank_line", end, len(text)
        return
    yield from slices(text)


def _refined(kind: str, text: str, at: int, depth: int) -> Iterable[_Piece]:
    """The leaves of one slice, which begins `at` in its level."""
    container = _container(kind, text)
    if container and depth < _DEEPEST:
        return _contained(container(text), at, depth)
    if container:
        return (_Piece("directive", at, at + len(text)),)
    if kind == "block_code" and is_indented_prose(text):
        return _paragraphs(text, at)
    if kind == "paragraph":
        return _paragraph(text, at)
    level = _heading_level(text) if kind == "heading" else 0
    return (_Piece(_KINDS.get(kind, "paragraph"), at, at + len(text), level),)


def _container(kind: str, text: str) -> Callable[[str], Iterator[Mark | Nest]] | None:
    if kind in ("list", "block_quote"):  # mistune's step may be of the other kind
        return items if ITEM.match(text) else quotation
    if kind == "block_code" and is_prose_fence(text):
        return prose_fence
    return _CONTAINERS.get(kind)


def _contained(parts: Iterable[Mark | Nest], at: int, depth: int) -> Iterator[_Piece]:
    for part in parts:
        if isinstance(part, Mark):
            yield _Piece(kind=part.kind, start=at + part.start, end=at + part.end)
        else:
            yield from _nested(part, at, depth)


def _nested(nest: Nest, at: int, depth: int) -> Iterator[_Piece]:
    """The leaves inside a container, as they stand around it; an item's first paragraph is the item."""
    end = at + nest.start
    for piece in _pieces(nest.inner, depth + 1):
        start, end = end, at + nest.outer(piece.end)
        is_first = piece.start == 0 and nest.first != "paragraph"
        if is_first and piece.kind in ("paragraph", "blank"):
            first = end if piece.kind == "paragraph" else at + nest.lines[0].end
            yield _Piece(kind=nest.first, start=start, end=first, level=nest.level)
            start = first
        if start < end:
            yield _within(nest, piece, start, end)
    if end < at + nest.end:  # a last line that is nothing but its mark
        kind = nest.first if end == at + nest.start else "blank"
        yield _Piece(kind=kind, start=end, end=at + nest.end, level=nest.level)


def _within(nest: Nest, piece: _Piece, start: int, end: int) -> _Piece:
    # How deep an item stands is its level.
    around = "" if nest.container == piece.kind == "item" else nest.container
    deeper = nest.level if piece.kind in ("item", "paragraph", "code", "math") else 0
    return _Piece(
        kind=piece.kind,
        start=start,
        end=end,
        level=piece.level + deeper,
        container="/".join(filter(None, (around, piece.container))),
    )


def _heading_level(text: str) -> int:
    """By its `#`; else it is underlined, with `=` for the first level and `-` for the second."""
    mark = _HEADING.match(text)
    if mark:
        return len(mark[1])
    return 1 if text.rstrip().endswith("=") else 2


def _paragraphs(text: str, at: int) -> Iterator[_Piece]:
    """Paragraphs, each with the blank lines behind it."""
    end = 0
    for found in _PARAGRAPH.finditer(text):
        yield _Piece(kind="paragraph", start=at + end, end=at + found.end("words"))
        end = found.end()
        if found.end("words") < end:
            yield _Piece(kind="blank", start=at + found.end("words"), end=at + end)


def _paragraph(text: str, at: int) -> Iterable[_Piece]:
    if _TABLE.match(text):
        return [_Piece("row", at + start, at + end) for start, end in lines_of(text)]
    return (_Piece(_paragraph_kind(text), at, at + len(text)),)


def _paragraph_kind(text: str) -> BlockKind:
    if _CAPTION.match(text):
        return "caption"
    return "html" if _COMPONENT.match(text) else "paragraph"
