"""What translators leave standing of a page: code, formulas, labels, links, numbers, and how the page is built.

Two pages are compared by these traces alone, so it does not matter in which language they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Traces = Counter[str]  # the first letter of a trace is its kind

# How much it says that one page has a trace and the other lacks it, by kind, in tenths: sums of them are exact. Numbers
# come and go with wording, and a paragraph is split or joined; a label or a heading hardly ever.
_WEIGHTS = {
    "H": 15,  # a heading of some level
    "R": 15,  # a role or directive, with what it names
    "C": 10,  # a line of code, without comments and texts
    "M": 10,  # a line of a formula
    "L": 10,  # the target of a link or image
    "U": 10,  # a bare address
    "I": 10,  # an id
    "S": 10,  # a slide mark
    "c": 6,  # code in a sentence
    "m": 6,  # a formula in a sentence
    "F": 5,  # a fence
    "P": 5,  # an item of a list
    "T": 3,  # an HTML tag
    "n": 2,  # a number
    "p": 2,  # a paragraph
}
# What any of them begins with is asked first: else each sign of a page would be tried by all.
_INSIDE_PROSE = re.compile(
    r"""
    (?=[:{`$\]\[(*h<\d]) (?:
      (?P<R>:(?:label|eqlabel|[\w-]+):`[^`\n]+`|\{[\w:-]+\}`[^`\n]+`)
    | (?P<c>`[^`\n]+`)
    | (?P<m>\${1,2}[^$\n]+\${1,2})
    | \]\((?P<L>[^)\s]+)
    | (?P<I>\{\#[^\s}]+)
    | (?P<S>[\[(]\*\*|\*\*[\])])
    | (?P<U>https?://[^\s)>\]"']+)
    | (?P<T></?[a-zA-Z][\w-]*)
    | (?P<n>\d+(?:[.,]\d+)*)
    )
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
_EMPTY_LINE = "\n\n"


@dataclass(frozen=True, slots=True, eq=False)
class PageStretch:
    """What stands between two empty lines of a page: its words, its traces, and where the next stretch then is.

    Versions of a page mostly share it, and then it is the same object.
    """

    words: str
    traces: Traces
    inside: _Inside
    fence: str


def stretches(page: str) -> Iterator[PageStretch]:
    """The stretches of a page, in order."""
    inside: _Inside = "prose"
    fence = ""
    for text in page.split(_EMPTY_LINE):
        stretch = _stretch(text, inside, fence)
        yield stretch
        inside, fence = stretch.inside, stretch.fence


def traces(page: str) -> Traces:
    """How often a page has each trace."""
    found: Traces = Counter()
    for stretch in stretches(page):
        found.update(stretch.traces)
    return found


@lru_cache(maxsize=4096)
def _stretch(text: str, inside: _Inside, fence: str) -> PageStretch:
    found: list[str] = []
    ended = True
    for line in map(str.strip, text.splitlines()):
        mark = _FENCE.match(line)
        if mark and inside != "formula" and (not fence or line == fence):
            inside, fence = ("prose", "") if fence else ("code", mark[0])
            found.append(f"F{line}")
        elif inside != "code" and line.count("$$") % 2:  # a formula begins here, or ends
            inside = "formula" if inside == "prose" else "prose"
            found.append(f"M{_squeezed(line)}")
        else:
            if inside == "formula" and not line:
                inside = "prose"  # nobody closed it
            found += _of_line(line, inside)
            if inside == "prose" and line and ended:
                found.append("p")
        ended = inside != "prose" or not line
    after: _Inside = "prose" if inside == "formula" else inside  # by the empty line
    return PageStretch(" ".join(text.split()), Counter(found), after, fence)


# Versions of a paragraph share most of its lines.
@lru_cache(maxsize=4096)
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
    return _apart(one, other) / 10


def likeness(one: Traces, other: Traces) -> float:
    """The share of the traces of two pages that both have, by weight; 0.0 where neither has any."""
    return _share(_apart(one, other), _weight(one) + _weight(other))


def weight(found: Traces) -> float:
    """How much all traces of a page say."""
    return _weight(found) / 10


def _apart(one: Traces, other: Traces) -> int:
    return sum(
        _WEIGHTS[trace[0]] * abs(one[trace] - other[trace]) for trace in one.keys() | other.keys()
    )


def _share(apart: int, both: int) -> float:
    return 1 - apart / both if both else 0.0


def _weight(found: Traces) -> int:
    return sum(_WEIGHTS[trace[0]] * count for trace, count in found.items())


class VersionBeside:
    """One version of a page after the other beside another page: only what changes between them is counted anew."""

    def __init__(self, other: Traces) -> None:
        self._other = other
        self._both = self._apart = _weight(other)
        self._stretches: Counter[PageStretch] = Counter()
        self._traces: Traces = Counter()

    @property
    def difference(self) -> float:
        """As `difference` tells it, of the version that was put there last."""
        return self._apart / 10

    @property
    def likeness(self) -> float:
        """As `likeness` tells it."""
        return _share(self._apart, self._both)

    def put(self, version: Iterable[PageStretch]) -> None:
        """Puts a version there, in place of the one before."""
        now = Counter(version)
        changed: Traces = Counter()
        for stretch in {stretch for stretch, _ in now.items() ^ self._stretches.items()}:
            times = now[stretch] - self._stretches[stretch]
            for trace, count in stretch.traces.items():
                changed[trace] += times * count
        for trace, more in changed.items():
            self._count(trace, more)
        self._stretches = now

    def _count(self, trace: str, more: int) -> None:
        weight, wanted, was = _WEIGHTS[trace[0]], self._other[trace], self._traces[trace]
        self._traces[trace] = was + more
        self._apart += weight * (abs(was + more - wanted) - abs(was - wanted))
        self._both += weight * more
