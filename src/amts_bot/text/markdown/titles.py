"""The leaves of a directive's or container's own lines: its title, and the options that people read.

::: tip Good to know        :::note[Good to know]        ```{note} Good to know
!!! note "Good to know"     /// note | Good to know      ::: {.callout-note title="Good to know"}
:caption: A mill            === "Linux"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_bot.model import Leaf
from amts_bot.text.markdown import inline

# Directives of MyST whose argument is for machines: a path, a language, a label, a number.
_NO_TITLE = frozenset(
    {
        "bibliography",
        "code",
        "code-block",
        "code-cell",
        "embed",
        "eval-rst",
        "figure",
        "grid",
        "iframe",
        "image",
        "include",
        "index",
        "jupyter-execute",
        "literalinclude",
        "math",
        "mermaid",
        "raw",
        "toctree",
    }
)
_OPENING = re.compile(
    r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?"
    r"(?:(?::{3,}|`{3,}|~{3,})[ \t]*(?:\{(?P<directive>[A-Za-z][\w:+-]*)\}|(?P<container>[A-Za-z][\w-]*))"
    r"|/{3,}[ \t]*[A-Za-z][\w-]*(?P<bar>[ \t]*\|))"
)
_QUOTED = re.compile(r"[ \t>]*(?:!!!|\?\?\?\+?|===[+!]?)[^\"\n]*(?P<value>\"[^\n]*\")[ \t\r]*$")
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?P<name>title|caption|alt|label|fig-cap|fig-alt|tbl-cap|summary)=(?P<value>\"[^\"\n]*\")"
)
_OPTION = re.compile(
    r"[ \t>]*:(?P<name>caption|title|alt|header|label-text|summary):[ \t]+(?P<value>\S[^\n]*)"
)
_BRACES = re.compile(r"[ \t]*\{[^{}\n]*\}[ \t\r]*\Z")
_BRACKETS = re.compile(r"\[[^\n]*\](?=[ \t\r]*(?:\{[^{}\n]*\})?[ \t\r]*\Z)")
_LINE = re.compile(r"[^\n]+")


def leaves(text: str, _prose_keys: frozenset[str] = frozenset()) -> tuple[Leaf, ...]:
    """The titles, captions and other texts in the lines of a directive, in order."""
    found = (leaf for line in _LINE.finditer(text) for leaf in _of_line(text, *line.span()))
    return tuple(leaf for leaf in found if inline.has_words(leaf.text))


def _of_line(text: str, start: int, end: int) -> Iterator[Leaf]:
    if option := _OPTION.match(text, start, end):
        yield _plain(text, option["name"], *option.span("value"))
        return
    if quoted := _QUOTED.match(text, start, end):
        yield _quoted(text, "title", *quoted.span("value"))
        return
    opening = _OPENING.match(text, start, end)
    if opening is None and text[start:end].lstrip(" \t>")[:3] not in (":::", "```", "~~~", "///"):
        return
    attributes = [*_ATTRIBUTE.finditer(text, start, end)]
    for found in attributes:
        yield _quoted(text, found["name"], *found.span("value"))
    if opening and not attributes and _has_title(opening["directive"] or ""):
        yield from _title(text, opening.end(), end)


def _has_title(directive: str) -> bool:
    """Whether the argument of a directive is a title; those of another domain name what they describe."""
    domain, _, name = directive.rpartition(":")
    return domain in ("", "prf") and name not in _NO_TITLE


def _title(text: str, start: int, end: int) -> Iterator[Leaf]:
    rest = text[start:end]
    brackets = _BRACKETS.match(rest)
    if brackets:
        yield _plain(text, "title", start + 1, start + brackets.end() - 1)
        return
    attributes = _BRACES.search(rest)
    if rest[:1].strip() == "" and not rest.lstrip().startswith("{"):
        yield _plain(text, "title", start, start + attributes.start() if attributes else end)


def _plain(text: str, key: str, start: int, end: int) -> Leaf:
    value = text[start:end]
    start += len(value) - len(value.lstrip())
    end = start + len(value.strip())
    return Leaf(kind="title", key=key, start=start, end=end, text=text[start:end], syntax="line")


def _quoted(text: str, key: str, start: int, end: int) -> Leaf:
    return Leaf(
        kind="title", key=key, start=start, end=end, text=text[start + 1 : end - 1], syntax="quoted"
    )


def written(text: str, _model: str) -> str:
    """A title at the end of a line."""
    return " ".join(text.split())


def written_quoted(text: str, _model: str) -> str:
    """A title in quotes, which has none inside."""
    return '"' + " ".join(text.split()).replace('"', "'") + '"'


def said_quoted(raw: str) -> str:
    """What a title in quotes says."""
    return raw[1:-1]
