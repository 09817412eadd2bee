"""Text from books inside Markdown of ours: on GitHub it shows as it is, and does nothing.

A page may hold mentions, `#123`, HTML, comments, fences of any length and links. Inside HTML blocks of one line
Markdown is not read at all; what GitHub itself links in plain text (mentions, issues, addresses) is cut by <wbr>:
GitHub looks at one stretch of text at a time, and what people copy out of a cell has no sign that the page lacks.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher, unified_diff
from functools import cache, lru_cache
from itertools import count

from amts_bot.text import scripts

# Scripts without spaces are compared sign by sign: their sentences would be one word.
_APART = scripts.ranges_by("single") + scripts.ranges_by("unmarked")
_MARKUP = re.compile(r"[\\`*_\[\](){}|!~$<>&\"'=+:^-]")
# Where GitHub would make a link: @name, #1, GH-1, ://, mailto:, xmpp:, www.
_LINKS = re.compile(
    r"(?<=[@#])|(?<=:)(?=//)|(?<=\bGH-)|(?<=mailto:)|(?<=xmpp:)|(?<=www)(?=\.)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_CODE_OR_MATH = re.compile(rf"(`+|\$+)[^`$\n{scripts.RIGHT_TO_LEFT}]+\1")
_CUT = "\0"  # control characters are taken out before, so no text has it
_LONG = 20_000  # characters; beyond it a word diff costs seconds and tells nobody anything


def inline(text: str, most: int = 300) -> str:
    """A line of plain text, for a sentence or list of ours."""
    flat = without_control(" ".join(text.split()))
    if len(flat) > most:
        flat = f"{flat[: most - 1]}…"
    quoted = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", _LINKS.sub(_CUT, flat))
    return quoted.replace(_CUT, "<wbr>")


def without_control(text: str) -> str:
    """A text without characters that nobody sees; its line ends and tabs stay."""
    return _CONTROL.sub("", text)


def code(text: str) -> str:
    """A code span for a name, such as that of a page: inside, Markdown and GitHub read nothing."""
    flat = without_control(" ".join(text.split()))[:300] or " "
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    ticks, room = "`" * (longest + 1), " " * (flat.startswith("`") or flat.endswith("`"))
    return f"{ticks}{room}{flat}{room}{ticks}"


def flow(text: str) -> str:
    """`cell` for a paragraph, whose line wraps mean nothing."""
    return cell(" ".join(text.split()))


def cell(text: str) -> str:
    """HTML on one line that shows text; its line breaks stay.

    Code and math in Arabic or Hebrew run from left to right: else `f(x)` shows as `(f(x`.
    """
    shown = html.escape(_LINKS.sub(_CUT, without_control(text.strip("\r\n"))))
    if re.search(f"[{scripts.RIGHT_TO_LEFT}]", text):
        shown = _CODE_OR_MATH.sub(r'<span dir="ltr">\g<0></span>', shown)
    return shown.replace(_CUT, "<wbr>").replace("\n", "<br>")


def preformatted(text: str) -> str:
    """HTML on one line that shows code, space for space."""
    lines = html.escape(without_control(text.strip("\r\n"))).replace("\n", "&#10;")
    return f"<pre>{lines}</pre>"


def word_diff(old: str, new: str) -> str:
    """HTML on one line: both texts in one, what went as <del>, what came as <ins>. White space is no change."""
    return "".join(map(_shown, word_edits(old, new)))


@dataclass(frozen=True, slots=True)
class WordEdit:
    """A stretch of two texts: `gone` stood in the old one, `come` stands in the new one."""

    gone: str
    come: str

    @property
    def changes(self) -> bool:
        return self.gone != self.come


@cache
def _word() -> re.Pattern[str]:
    """A word, or a sign of a script without spaces. (To compile it takes as long as to import two modules.)"""
    # ASCII first: the ranges of the others are looked through one by one.
    return re.compile(
        rf" |(?:[A-Za-z0-9]++|[^\W{_APART}]++|(?:(?![{_APART}])[{scripts.MARKS}])++)++"
        rf"|[{_APART}][{scripts.MARKS}]*+|[^\w ]"
    )


# The same two texts are compared for the groups, for the pull request and for the review page.
@lru_cache(maxsize=16384)
def word_edits(old: str, new: str) -> tuple[WordEdit, ...]:
    """Two texts, stretch by stretch, words compared: white space is no change; giants are one stretch."""
    was, now = (" ".join(text.split()) for text in (old, new))
    if was == now or len(old) + len(new) > _LONG:
        return (WordEdit(now, now),)
    return tuple(_edits(_word().findall(was), _word().findall(now)))


class WordMatcher(SequenceMatcher[str]):
    """difflib's comparison with a sign for each word: the longest stretches are found as parts of a string.

    Its own search looks at every pair of equal words, and every other word is a blank.
    """

    def __init__(self, a: list[str], b: list[str]) -> None:
        signs = dict(zip({*a, *b}, map(chr, count()), strict=False))
        self._a, self._b = ("".join(map(signs.__getitem__, side)) for side in (a, b))
        super().__init__(None, self._a, self._b, autojunk=False)

    def set_seq2(self, b: Sequence[str]) -> None:
        """Without difflib's index of `b`, which its own search looks into."""
        self.b = b
        self.matching_blocks = self.opcodes = None

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest stretch that both sides have; the first of them in `a`, and then in `b`."""
        a, b = self._a[alo:ahi], self._b[blo:bhi]
        start = size = 0
        for at in range(len(a)):
            if at + size >= len(a):
                break
            if a[at : at + size + 1] in b:
                start, size = at, _longest(a[at:], b, size + 1)
        return Match(alo + start, blo + b.index(a[start : start + size]), size)


def _longest(start: str, b: str, known: int) -> int:
    """How many of the first signs stand in `b` together, of which some are known to."""
    sizes = range(len(start) + 1)
    return bisect_left(sizes, True, known + 1, key=lambda size: start[:size] not in b) - 1


def _edits(a: list[str], b: list[str]) -> Iterator[WordEdit]:
    """White space between two changes belongs to them: else every single word is struck through alone."""
    gone = come = ""
    for tag, i, p, j, q in WordMatcher(a, b).get_opcodes():
        old, new = "".join(a[i:p]), "".join(b[j:q])
        if tag != "equal" or old.isspace():
            gone, come = gone + old, come + new
            continue
        yield from (
            (WordEdit(gone, come), WordEdit(new, new)) if gone or come else (WordEdit(new, new),)
        )
        gone = come = ""
    if gone or come:
        yield WordEdit(gone, come)


def _shown(edit: WordEdit) -> str:
    if not edit.changes:
        return cell(edit.come)
    gone, come = cell(edit.gone), cell(edit.come)
    return f"<del>{gone}</del>" * bool(gone) + f"<ins>{come}</ins>" * bool(come)


def line_diff(old: str, new: str) -> str:
    """HTML on one line for code: the changed lines with two around them, as <del> and <ins>."""
    return f"<pre>{'&#10;'.join(map(_changed_line, diff_lines(old, new)))}</pre>"


@lru_cache(maxsize=16)  # code of a translation is mostly that of its English, and changed with it
def diff_lines(old: str, new: str) -> tuple[str, ...]:
    """The changed lines with two around them, each behind "-", "+" or " "; "@@…" stands between two places.

    Texts that are the same, and giants, are just the new one.
    """
    lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    if not lines or len(old) + len(new) > _LONG:
        return tuple(f" {line}" for line in new.splitlines())
    return tuple(lines)


def _changed_line(line: str) -> str:
    shown = html.escape(without_control(line))
    if line.startswith("@@"):
        return "…"
    tag = {"-": "del", "+": "ins"}.get(line[:1])
    return f"<{tag}>{shown}</{tag}>" if tag else shown


def fenced(text: str) -> str:
    """A code block that nothing inside can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}\n\n"
