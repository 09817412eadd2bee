"""How the time of one page grows with its size, where a page is odd: long lists, equal sentences, giant paragraphs.

Usage: python -m benchmarks.growth [--share 0.25]

Each row is merged at half its size and at its whole size; the exponent says how time grows: 1 is linear, 2 quadratic.
`--share` makes all sizes smaller.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from amts_bot.sync.one_page import merge

LEAST = 1e-3  # seconds; less is noise


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page: `make` builds one of a size, `size` is the largest, counted in `unit`."""

    name: str
    size: int
    unit: str
    make: Callable[[int], str]


def _items(count: int) -> str:
    return "".join(f"- Item {n} holds the value of row {n * 7 % 31}.\n" for n in range(count))


def _equal_sentences(count: int) -> str:
    paragraph = " ".join(["Water turns the wheel."] * 20)
    return "\n\n".join([paragraph] * (count // 20)) + "\n"


def _pages(kilobytes: int) -> str:
    section = "## Part {n}\n\nThe mill of year {n} has a pond. It is {n} feet deep.\n\n```python\nturn({n})\n```\n\n"
    text = "".join(section.format(n=n) for n in range(kilobytes * 1000 // 100))
    return text[: kilobytes * 1000] + "\n"


def _paragraph(kilobytes: int) -> str:
    sentences = (f"Stone {n} lies beside stone {n + 1}." for n in range(kilobytes * 1000 // 33))
    return " ".join(sentences) + "\n"


def _run(sign: str) -> Callable[[int], str]:
    return lambda kilobytes: f"Before {sign * (kilobytes * 1000 // len(sign))} behind.\n"


PAGES = (
    Page("list", 480, "items", _items),
    Page("equal sentences", 20_000, "sentences", _equal_sentences),
    Page("one paragraph", 120, "kB", _paragraph),
    Page("run of blanks", 120, "kB", _run(" ")),
    Page("run of brackets", 120, "kB", _run("[")),
    Page("run of closed brackets", 120, "kB", _run("[]")),
    Page("long page", 200, "kB", _pages),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a row for each kind of page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the sizes; default: 1, all of it"
    )
    share = parser.parse_args(argv).share
    print("| page | size | seconds | exponent |\n|---|--:|--:|--:|")
    _seconds(PAGES[0].make(20))  # what is imported and compiled once is nobody's time
    for page in PAGES:
        whole = max(2, round(page.size * share))
        half, full = (_seconds(page.make(size)) for size in (whole // 2, whole))
        exponent = math.log2(max(full, LEAST) / max(half, LEAST))
        print(f"| {page.name} | {whole:,} {page.unit} | {full:.2f} | {exponent:.2f} |", flush=True)
    return 0


def _seconds(english: str) -> float:
    """Processor time of the merge of a page in which one word in the middle, and the end, changed."""
    middle = english.find(" ", len(english) // 2)
    new = f"{english[:middle]} new{english[middle:]}\nA new end stands here.\n"
    start = time.process_time()
    merge(english, new, english.upper(), "tr", engine_name="memory")
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
