"""What translators leave standing of a page: code, formulas, labels, links, numbers, and how the page is built.

Two pages are compared by these traces alone, so it does not matter in which language they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

Traces = Counter[str]  # the first letter of a trace is its kind

# How much it says that one page has a trace and the other lacks it, by kind. Numbers come and go with wording, and
# a paragraph is split or joined; a label or a heading hardly ever.
_WEIGHTS = {
    "H": 1.5,  # a heading of some level
    "R": 1.5,  # a role or directive, with what it names
    "C": 1.0,  # a line of code, without comments and texts
    "M": 1.0,  # a line of a formula
    "L": 1.0,  # the target of a link or image
    "U": 1.0,  # a bare address
    "I": 1.0,  # an id
    "S": 1.0,  # a slide mark
    "c": 0.6,  # code in a sentence
    "m": 0.6,  # a formula in a sentence
    "F": 0.5,  # a fence
    "P": 0.5,  # an item of a list
    "T": 0.3,  # an HTML tag
    "n": 0.2,  # a number
    "p": 0.2,  # a paragraph
}
_INSIDE_PROSE = re.compile(
    r"""
      (?P<R>:(?:label|eqlabel|[\w-]+):`[^`\n]+`|\{[\w:-]+\}`[^`\n]+`)
    | (?P<c>`[^`\n]+`)
    | (?P<m>\${1,2}[^$\n]+\${1,2})
    | \]\((?P<L>[^)\s]+)
    | (?P<I>\{\#[^\s}]+)
    | (?P<S>[\[(]\*\*|\*\*[\])])
    | (?P<U>https?://[^\s)>\]"']+)
    | (?P<T></?[a-zA-Z][\w-]*)
    | (?P<n>\d+(?:[.,]\d+)*)
    """,
    re.VERBOSE,
)
_HEADING = re.compile(r"#{1,6}(?= )")
_ITEM = re.compile(r"[-*+] |\d+[.)] ")
_FENCE = re.compile(r"`{3,}|~{3,}")
# A comment to the end of the line; `#@tab` and the like are directives.
_COMMENT = re.compile(r"(?:^|\s)(?:#(?!@)|//).*$")
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_SEPARATOR = re.compile(r"[.,]")

_Inside = Literal["prose", "code", "formula"]


@lru_cache(maxsize=64)
def traces(page: str) -> Traces:
    """How often a page has each trace."""
    found: Traces = Counter()
    inside: _Inside = "prose"
    fence, ended = "", True
    for line in map(str.strip, page.splitlines()):
        mark = _FENCE.match(line)
        if mark and inside != "formula" and (not fence or line == fence):
            inside, fence = ("prose", "") if fence else ("code", mark[0])
            found[f"F{line}"] += 1
        elif inside != "code" and line.count("$$") % 2:  # a formula begins here, or ends
            inside = "formula" if inside == "prose" else "prose"
            found[f"M{_squeezed(line)}"] += 1
        else:
            if inside == "formula" and not line:
                inside = "prose"  # nobody closed it
            found.update(_of_line(line, inside))
            found["p"] += inside == "prose" and bool(line) and ended
        ended = inside != "prose" or not line
    return found


@lru_cache(maxsize=262144)
def _of_line(line: str, inside: _Inside) -> tuple[str, ...]:
    match inside:
        case "code":
            code = _squeezed(_TEXT.sub("''", _COMMENT.sub("", line)))
            return (f"C{code}",) if code else ()
        case "formula":
            return (f"M{_squeezed(line)}",) if line else ()
        case "prose":
            return tuple(_of_prose(line))


def _of_prose(line: str) -> Iterator[str]:
    if heading := _HEADING.match(line):
        yield f"H{heading[0]}"
    elif item := _ITEM.match(line):
        yield f"P{'1' if item[0][0].isdigit() else '*'}"
        line = line[item.end() :]
    for found in _INSIDE_PROSE.finditer(line):
        kind = found.lastgroup or ""
        text = _squeezed(found[kind])
        yield kind + (_SEPARATOR.sub("", text) if kind == "n" else text)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def difference(one: Traces, other: Traces) -> float:
    """The weight of the traces that only one of two pages has."""
    return sum(
        _WEIGHTS[trace[0]] * abs(one[trace] - other[trace]) for trace in one.keys() | other.keys()
    )


def likeness(one: Traces, other: Traces) -> float:
    """The share of the traces of two pages that both have, by weight; 0.0 where neither has any."""
    both = weight(one) + weight(other)
    return 1 - difference(one, other) / both if both else 0.0


def weight(found: Traces) -> float:
    """How much all traces of a page say."""
    return sum(_WEIGHTS[trace[0]] * count for trace, count in found.items())
