"""Text from books inside Markdown of ours: on GitHub it shows as it is, and does nothing.

A page may hold mentions, `#123`, HTML, comments, fences of any length and links. Inside HTML blocks of one line
Markdown is not read at all; what GitHub itself links in plain text (mentions, issues, addresses) is cut by a
zero-width space.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff

from amts_bot.text import scripts

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MARKUP = re.compile(r"[\\`*_\[\](){}|!~$<>&\"'=+:^-]")
# Where GitHub would make a link: @name, #1, GH-1, ://, mailto:, xmpp:, www.
_LINKS = re.compile(
    r"(?<=[@#])|(?<=:)(?=//)|(?<=\bGH-)|(?<=mailto:)|(?<=xmpp:)|(?<=www)(?=\.)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_CODE_OR_MATH = re.compile(rf"(`+|\$+)[^`$\n{scripts.RIGHT_TO_LEFT}]+\1")
_CUT = "\u200b"
_LONG = 20_000  # characters; beyond it a word diff costs seconds and tells nobody anything


def inline(text: str, most: int = 300) -> str:
    """A line of plain text, for a sentence or list of ours."""
    flat = _CONTROL.sub("", " ".join(text.split()))[:most]
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", _LINKS.sub(_CUT, flat))


def code(text: str) -> str:
    """A code span for a name, such as that of a page: inside, Markdown and GitHub read nothing."""
    flat = _CONTROL.sub("", " ".join(text.split()))[:300] or " "
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    ticks, room = "`" * (longest + 1), " " * (flat.startswith("`") or flat.endswith("`"))
    return f"{ticks}{room}{flat}{room}{ticks}"


def counted(number: int, noun: str) -> str:
    """ "1 unit", "1,204 units"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def flow(text: str) -> str:
    """`cell` for a paragraph, whose line wraps mean nothing."""
    return cell(" ".join(text.split()))


def cell(text: str) -> str:
    """HTML on one line that shows text; its line breaks stay.

    Code and math in Arabic or Hebrew run from left to right: else `f(x)` shows as `(f(x`.
    """
    shown = html.escape(_LINKS.sub(_CUT, _CONTROL.sub("", text.strip("\r\n"))))
    if re.search(f"[{scripts.RIGHT_TO_LEFT}]", text):
        shown = _CODE_OR_MATH.sub(r'<span dir="ltr">\g<0></span>', shown)
    return shown.replace("\n", "<br>")


def preformatted(text: str) -> str:
    """HTML on one line that shows code, space for space."""
    lines = html.escape(_CONTROL.sub("", text.strip("\r\n"))).replace("\n", "&#10;")
    return f"<pre>{lines}</pre>"


def word_diff(old: str, new: str) -> str:
    """HTML on one line: both texts in one, what went as <del>, what came as <ins>. White space is no change."""
    a, b = (_WORD.findall(" ".join(text.split())) for text in (old, new))
    if a == b or len(old) + len(new) > _LONG:
        return flow(new)
    return "".join(_changes(a, b))


def _changes(a: list[str], b: list[str]) -> Iterator[str]:
    """White space between two changes belongs to them: else every single word is struck through alone."""
    gone = come = ""
    for tag, i, p, j, q in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        old, new = "".join(a[i:p]), "".join(b[j:q])
        if tag != "equal" or old.isspace():
            gone, come = gone + old, come + new
            continue
        yield from (_changed(gone, come), cell(new))
        gone = come = ""
    yield _changed(gone, come)


def _changed(gone: str, come: str) -> str:
    return f"<del>{cell(gone)}</del>" * bool(gone) + f"<ins>{cell(come)}</ins>" * bool(come)


def line_diff(old: str, new: str) -> str:
    """HTML on one line for code: the changed lines with two around them, as <del> and <ins>."""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    if not lines or len(old) + len(new) > _LONG:
        return preformatted(new)
    return f"<pre>{'&#10;'.join(map(_changed_line, lines))}</pre>"


def _changed_line(line: str) -> str:
    shown = html.escape(_CONTROL.sub("", line))
    if line.startswith("@@"):
        return "…"
    tag = {"-": "del", "+": "ins"}.get(line[:1])
    return f"<{tag}>{shown}</{tag}>" if tag else shown


def fenced(text: str) -> str:
    """A code block that nothing inside can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}\n\n"
