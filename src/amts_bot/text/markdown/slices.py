"""A page as the steps of mistune's block parser, by where each step began and ended.

mistune's tokens are altered text (stripped, de-indented, tabs expanded) and carry no positions, but its top
level is a cursor machine whose steps are contiguous, so the slices between the cursor positions tile the
page. Rules for what books add to Markdown are registered beside mistune's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from mistune import list_parser
from mistune.block_parser import BlockParser
from mistune.core import BlockState

from amts_bot.text.markdown.containers import (
    ADMONITION,
    COLON_CODE,
    DEFINITION,
    DIRECTIVE,
    FOOTNOTE,
    end_of_body,
    end_of_paragraph,
)

# Display math from line start to line end without a blank line between. mistune's own math plugin
# misses `$$\begin{...}` on the opening line, and lists swallow `- x` lines inside. MyST and Quarto put a label behind.
_LABEL = r"(?:\([\w.:-]++\)|\{#[^}\n]*+\})?"
_MATH = rf"^ {{0,3}}\$\$(?:[^$\n]|\$(?!\$)|\n(?![ \t]*\n))+\$\$[ \t]*{_LABEL}[ \t]*$"
# knitr and Quarto: the options of a chunk may hold backticks, which CommonMark forbids in a fence's line.
_CHUNK = r"^ {0,3}(?P<chunk_fence>`{3,})\{[^\n]*`[^\n]*\}[ \t]*$"
_BLANKS = re.compile(r"(?:[ \t]*+\n)++")
_WIDEST_INDENT = 3  # of a block that is no code
# No rule begins with a letter, but for the `import` of MDX.
_LINES_OF_WORDS = re.compile(r"(?:(?!import[ \t])[^\W\d_][^\n]*(?:\n|\Z))++")


# A step of the top level: the rule that took it, and `[start, end)` in the text.
Slice = tuple[str, int, int]


def slices(text: str) -> list[Slice]:
    """The top-level slices of `text`, whose line ends are all `\\n`; they tile it from 0 to its length."""
    return _parser().slices(text)


@cache
def _parser() -> _SlicingParser:
    return _SlicingParser()


class _SlicingParser(BlockParser):
    """mistune's block rules, reporting where each step of the top level began and ended.

    The loop follows the one of mistune 3.4, which is private behaviour: the version is pinned.
    """

    def __init__(self) -> None:
        super().__init__()
        self._at = 0  # where the step began
        self.register("d2l_math", _MATH, _token("d2l_math"), before="fenced_code")
        self.register("directive", DIRECTIVE, _token("directive"), before="fenced_code")
        self.register("admonition", ADMONITION, _body("admonition"), before="fenced_code")
        self.register("footnote", FOOTNOTE, _body("footnote"), before="fenced_code")
        self.register("definition", DEFINITION, _body("definition"), before="fenced_code")
        self.register("chunk", _CHUNK, _fenced("chunk"), before="fenced_code")
        self.register("colon", COLON_CODE, _fenced("colon"), before="directive")

    def slices(self, text: str) -> list[Slice]:
        """The top-level slices of `text`; they tile it from 0 to its length."""
        state = self.state_cls()
        state.process(text)
        pattern = self.compile_sc()
        found: list[Slice] = []
        while state.cursor < state.cursor_max:
            start = state.cursor
            kind = self._step(state, pattern)
            state.cursor = min(max(state.cursor, start + 1), state.cursor_max)
            _extend(found, kind, start, state.cursor)
        return found

    def _step(self, state: BlockState, pattern: re.Pattern[str]) -> str:
        """Moves the cursor over one block and returns what it is."""
        first = state.src[state.cursor]  # spares most lines two questions
        if first in " \t":
            end = self._parse_indent_code_fast(state)
            if end is not None:
                state.cursor = end
                return str(state.last_token()["type"])
        blanks = _BLANKS.match(state.src, state.cursor) if first in " \t\n" else None
        if blanks:  # mistune takes them one by one, which a page of blank lines makes slow
            state.append_token({"type": "blank_line"})
            state.cursor = blanks.end()
            return "blank_line"
        words = _LINES_OF_WORDS.match(state.src, state.cursor)
        match = None if words else pattern.match(state.src, state.cursor)
        if match:
            return self._ruled(state, match)
        end = words.end() if words else state.find_line_end()
        return _plain(state, _end_of_words(state.src, end, pattern))

    def _ruled(self, state: BlockState, match: re.Match[str]) -> str:
        """The block of the rule that matches here."""
        before, self._at = _weight(state), state.cursor
        end = self.parse_method(match, state)
        if not end:
            return _plain(state, state.find_line_end())
        state.cursor = end
        return _kind(state, match.lastgroup or "paragraph", before)

    def parse(self, _state: BlockState, _rules: object = None) -> None:
        """Nothing: what a list or a quotation holds is not looked into."""

    def parse_atx_heading(self, m: re.Match[str], state: BlockState) -> int:
        """mistune's, which reads the title as well."""
        state.append_token({"type": "heading"})
        return m.end() + 1

    def parse_fenced_code(self, m: re.Match[str], state: BlockState) -> int | None:
        """mistune's, which looks for the closing fence from each character and not from each line."""
        fence, info = m["fenced_2"], m["fenced_3"]
        if fence[0] == "`" and "`" in info:
            return None
        state.append_token({"type": "block_code"})
        return _behind_fence(state.src, m.end(), fence)

    def parse_list(self, m: re.Match[str], state: BlockState) -> int:
        """mistune's, which takes each item out of its container to read what it holds."""
        item = list_parser._create_list_marker(m, "list")
        cannot_interrupt = not item.text.strip() or (item.ordered and int(item.marker[:-1]) != 1)
        end = state.append_paragraph() if cannot_interrupt else None
        if end:
            return end
        state.cursor = m.end() + 1
        bullet = list_parser._get_list_bullet(item.bullet)
        lines = self._item_lines(item, bullet, state)
        while lines.next_item:
            lines = self._item_lines(lines.next_item, bullet, state)
        at = len(state.tokens) if lines.token_index is None else lines.token_index
        state.tokens.insert(at, {"type": "list"})
        return lines.end_pos or state.cursor

    def _item_lines(
        self, item: list_parser._ListMarker, bullet: str, state: BlockState
    ) -> list_parser._ListItemLines:
        width = item.leading_width
        text, continue_width = list_parser._compile_continue_width(item.text, width)
        next_item, other = _item_ends(bullet, min(width, _WIDEST_INDENT))
        return list_parser._collect_list_item_lines(
            block=self,
            list_item_re=next_item,
            break_sc=other,
            state=state,
            text=text,
            continue_width=continue_width,
        )

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


@cache
def _item_ends(bullet: str, width: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What the next item of a list begins with, and what ends the list: mistune makes both for each item."""
    pattern = list_parser._compile_list_item_pattern(bullet, width)
    return re.compile(pattern), list_parser._compile_list_break_sc(_parser(), width)


def _end_of_words(text: str, at: int, pattern: re.Pattern[str]) -> int:
    """Where the first line begins, from the one that begins `at`, that a rule takes.

    A search for a rule would try all of them at each character.
    """
    while at < len(text):
        words = _LINES_OF_WORDS.match(text, at)
        if not words and pattern.match(text, at):
            return at
        at = words.end() if words else text.find("\n", at) + 1 or len(text)
    return at


def _plain(state: BlockState, end: int) -> str:
    state.add_paragraph(state.get_text(end))
    state.cursor = end
    return "paragraph"


def _token(name: str) -> Callable[[Any, re.Match[str], BlockState], int]:
    def parse(_block: Any, match: re.Match[str], state: BlockState) -> int:
        state.append_token({"type": name})
        return match.end() + 1

    return parse


def _body(name: str) -> Callable[[Any, re.Match[str], BlockState], int]:
    """A mark and the paragraph behind it, with the indented blocks below that belong to it."""

    def parse(_block: Any, match: re.Match[str], state: BlockState) -> int:
        state.append_token({"type": name})
        end = match.end() if name == "admonition" else end_of_paragraph(state.src, match.end())
        return end_of_body(state.src, end)

    return parse


def _fenced(name: str) -> Callable[[Any, re.Match[str], BlockState], int]:
    """To the fence that closes it, else to the end of the page, as any other fence."""

    def parse(_block: Any, match: re.Match[str], state: BlockState) -> int:
        state.append_token({"type": name})
        return _behind_fence(state.src, match.end(), match[f"{name}_fence"])

    return parse


def _behind_fence(text: str, at: int, fence: str) -> int:
    """Behind the line that closes a fence whose first line ends `at`; the end of the page when none does."""
    closing = re.compile(rf"\n {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*(?:\n|\Z)")
    end = closing.search(text, at)
    return end.end() if end else len(text)


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


def _extend(found: list[Slice], kind: str, start: int, end: int) -> None:
    """Adds a slice; a continued paragraph grows, and a setext underline takes in its text."""
    if kind in ("paragraph", "setext") and found and found[-1][0] == "paragraph":
        found[-1] = ("heading" if kind == "setext" else kind, found[-1][1], end)
    else:
        found.append((kind, start, end))
