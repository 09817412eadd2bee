"""What translators leave standing of a page: code, formulas, labels, links, numbers, and how the page is built.

Two pages are compared by these traces alone, so it does not matter in which language they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, compress, count, groupby
from operator import ne

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
# In lines that begin behind a line end. The first sign is looked for alone, which is several times faster than trying
# every rule everywhere; there are fewer such signs where prose is plain.
_INSIDE_PROSE = r"""
    [\n:{`$\]\[(*<%s] (?:
      (?<=\n) (?: \#{1,6}(?=\ ) | [-*+]\  | \d+[.)]\  )
    | (?<=:) [\w-]+:`[^`\n]+`
    | (?<=\{) (?: [\w:-]+\}`[^`\n]+` | \#[^\s}]+ )
    | (?<=`) [^`\n]+`
    | (?<=\$) \$?[^$\n]+\${1,2}
    | (?<=\]) \([^)\s]+
    | (?<=[\[(]) \*\*
    | (?<=\*) \*[\])]
    | (?<=h) ttps?://[^\s)>\]"']+
    | (?<=<) /?[a-zA-Z][\w-]*
    | (?<=\d) \d*(?:[.,]\d+)*
    )
    """
_IN_PLAIN_PROSE = re.compile(_INSIDE_PROSE % "0-9", re.VERBOSE)  # ASCII without an address
_IN_ANY_PROSE = re.compile(_INSIDE_PROSE % r"h\d", re.VERBOSE)
# The kind of a trace by its first sign, where that tells it.
_KINDS = {":": "R", "`": "c", "$": "m", "[": "S", "(": "S", "*": "S", "h": "U", "<": "T"}
_FENCE = re.compile(r"`{3,}|~{3,}")
# A comment to the end of the line, at its beginning or behind white space; `#@tab` and the like are directives.
_COMMENT = re.compile(r"[#/](?<!\S[#/])(?:(?<=#)(?!@)|(?<=/)/).*")
_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_SEPARATOR = re.compile(r"[.,]")

_EMPTY_LINE = "\n\n"


@dataclass(frozen=True, slots=True, eq=False)
class PageStretch:
    """The traces of what stands between two empty lines of a page, and the fence that is open behind it, or "".

    Versions of a page mostly share it, and then it is the same object.
    """

    traces: tuple[str, ...]
    fence: str


def traces(page: str) -> Traces:
    """How often a page has each trace."""
    return _traces_of(_stretches(page.split(_EMPTY_LINE)))


def _traces_of(stretches: Iterable[PageStretch]) -> Traces:
    return Counter(chain.from_iterable(stretch.traces for stretch in stretches))


def _stretches(texts: Iterable[str], fence: str = "") -> Iterator[PageStretch]:
    """What stands between empty lines, in order, where a fence is open before."""
    for text in texts:
        stretch = _stretch(text, fence)
        yield stretch
        fence = stretch.fence


@lru_cache(maxsize=1024)
def _stretch(text: str, fence: str) -> PageStretch:
    lines = [*map(str.strip, text.splitlines())]
    if fence in text if fence else "```" in text or "~~~" in text or "$$" in text:
        return _mixed(lines, fence)
    found = _of_code(lines) if fence else chain(_of_prose(lines), _paragraphs(lines))
    return PageStretch(tuple(found), fence)


def _mixed(lines: Iterable[str], fence: str) -> PageStretch:
    """A stretch where code or a formula may begin or end. A formula that nobody closed ends with an empty line."""
    found: list[str] = []
    prose: list[str] = []
    code: list[str] = []
    in_formula = in_paragraph = False
    for line in lines:
        mark = _FENCE.match(line)
        if mark and not in_formula and (not fence or line == fence):
            fence = "" if fence else mark[0]
            in_paragraph = not fence
            found.append(f"F{line}")
        elif fence:
            code.append(line)
        elif line.count("$$") % 2:
            in_formula, in_paragraph = not in_formula, in_formula
            found.append(f"M{_squeezed(line)}")
        elif in_formula and line:
            found.append(f"M{_squeezed(line)}")
        else:
            found += ["p"] * (bool(line) and not in_paragraph)
            in_formula, in_paragraph = False, bool(line)
            prose.append(line)
    return PageStretch((*found, *_of_code(code), *_of_prose(prose)), fence)


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    return ("p" for is_text, _ in groupby(lines, bool) if is_text)


def _of_code(lines: Iterable[str]) -> Iterator[str]:
    code = _TEXT.sub("''", _COMMENT.sub("", "\n".join(lines)))
    return (f"C{_squeezed(line)}" for line in code.split("\n") if line and not line.isspace())


def _of_prose(lines: Iterable[str]) -> Iterator[str]:
    prose = "\n".join(["", *lines])
    is_plain = prose.isascii() and "http" not in prose
    return map(_trace, (_IN_PLAIN_PROSE if is_plain else _IN_ANY_PROSE).findall(prose))


@lru_cache(maxsize=4096)
def _trace(found: str) -> str:
    text = _squeezed(found)
    match found[0]:
        case "\n":
            return f"H{text}" if text[0] == "#" else f"P{'1' if text[0].isdigit() else '*'}"
        case "{":
            return f"{'I' if text[1] == '#' else 'R'}{text}"
        case "]":
            return f"L{text[2:]}"
        case sign if sign in _KINDS:
            return f"{_KINDS[sign]}{text}"
        case _:
            return f"n{_SEPARATOR.sub('', text)}"


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
        self._texts: list[str] = []
        self._stretches: list[PageStretch] = []
        self._traces: Traces = Counter()

    @property
    def difference(self) -> float:
        """As `difference` tells it, of the version that was put there last."""
        return self._apart / 10

    @property
    def likeness(self) -> float:
        """As `likeness` tells it."""
        return _share(self._apart, self._both)

    def put(self, version: str) -> None:
        """Puts a version there, in place of the one before."""
        texts, was = version.split(_EMPTY_LINE), self._texts
        first = _alike(texts, was)
        last = _alike(texts[first:][::-1], was[first:][::-1])
        fence = self._stretches[first - 1].fence if first else ""
        new = [*_stretches(texts[first : len(texts) - last], fence)]
        old = self._stretches[first : len(was) - last]
        if last and _fence_behind(new, fence) != _fence_behind(old, fence):
            last = 0  # what was code is prose now
            new, old = [*_stretches(texts[first:], fence)], self._stretches[first:]
        self._replace(_traces_of(old), _traces_of(new))
        self._texts = texts
        self._stretches[first : len(was) - last] = new

    def _replace(self, old: Traces, new: Traces) -> None:
        for trace in {trace for trace, _ in old.items() ^ new.items()}:
            self._count(trace, new[trace] - old[trace])

    def _count(self, trace: str, more: int) -> None:
        weight, wanted, was = _WEIGHTS[trace[0]], self._other[trace], self._traces[trace]
        self._traces[trace] = was + more
        self._apart += weight * (abs(was + more - wanted) - abs(was - wanted))
        self._both += weight * more


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many texts are the same at the beginning of both."""
    return next(compress(count(), map(ne, one, other)), min(len(one), len(other)))


def _fence_behind(stretches: Sequence[PageStretch], before: str) -> str:
    return stretches[-1].fence if stretches else before
