"""How the time of a page grows with its size, where a page is odd: long lists, equal sentences, giant paragraphs.

Usage: python -m benchmarks.growth [--kind NAME]... [--share 0.25] [--limit 120] [--list]

Each kind is done at a quarter, at half and at all of its size, each in a process of its own. The exponent says how time
grows from the first to the last: 1 is linear, 2 quadratic. `--share` makes all sizes smaller, and what takes more than
`--limit` seconds of processor time ends there.
"""

from __future__ import annotations

import argparse
import gc
import math
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from amts_bot.adapters.files import CacheFile
from amts_bot.adapters.processes import Processes
from amts_bot.adapters.review_page import review_page
from amts_bot.book.reviewed import ReviewedBook, ReviewedPage
from amts_bot.errors import AmtsError
from amts_bot.sync.one_page import merge
from amts_bot.teach.align import AlignOrder, align
from amts_bot.teach.parallel_data import BuildOrder, build
from amts_bot.text.languages import language
from amts_bot.text.markdown.checks import complaints, remarks
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.pull_request.page import page_data
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult, Quote
from amts_bot.text.pull_request.review import review
from tests import odd_pages as odd
from tests.conftest import Silence

LEAST = 1e-3  # seconds; less is noise
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is done to a page: `prepared` makes the work of a size, `size` is the largest, counted in `unit`."""

    name: str
    size: int
    unit: str
    prepared: Callable[[int], Work]


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a row for each kind; 1 if one did not end in time."""
    arguments = _parser().parse_args(argv)
    if arguments.size:
        resource.setrlimit(resource.RLIMIT_CPU, (arguments.limit, arguments.limit))
        print(_seconds(_named(arguments.kind[0]), arguments.size))
        return 0
    if arguments.list:
        print("\n".join(kind.name for kind in KINDS))
        return 0
    print("| what | size | a quarter | half | all of it | exponent |\n|---|--:|--:|--:|--:|--:|")
    complete = True
    for kind in map(_named, arguments.kind or [kind.name for kind in KINDS]):
        whole = max(8, round(kind.size * arguments.share))
        times = list(_measured(kind, whole, arguments.limit))
        print(f"| {kind.name} | {whole:,} {kind.unit} | {_cells(times)} |", flush=True)
        complete &= len(times) == len(_PARTS)
    return 0 if complete else 1


_PARTS = (4, 2, 1)


def _measured(kind: Kind, whole: int, limit: int) -> Iterator[float]:
    """The processor time of each size, up to the first that does not end in time."""
    for part in _PARTS:
        order = ("--kind", kind.name, "--size", str(whole // part), "--limit", str(limit))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.growth", *order],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return
        done.check_returncode()
        yield float(done.stdout)


def _cells(times: Sequence[float]) -> str:
    shown = [f"{it:.2f}" for it in times] + ["did not end"] * (len(_PARTS) - len(times))
    return " | ".join([*shown, _exponent(times)])


def _exponent(times: Sequence[float]) -> str:
    if len(times) < 2:
        return ""
    first, *_, last = (max(it, LEAST) for it in times)
    return f"{math.log2(last / first) / (len(times) - 1):.2f}"


def _seconds(kind: Kind, size: int) -> float:
    """Processor time of one size; what is imported and compiled once is nobody's time."""
    gc.set_threshold(1_000_000, 50, 50)  # as the command line does
    kind.prepared(8)()
    work = kind.prepared(size)
    start = time.process_time()
    work()
    return time.process_time() - start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--kind", action="append", help="by name; default: all, see --list")
    parser.add_argument("--share", type=float, default=1.0, help="of the sizes; default: all of it")
    parser.add_argument("--limit", type=int, default=120, help="seconds for each size")
    parser.add_argument("--list", action="store_true", help="only say which kinds there are")
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)  # one size, in this process
    return parser


def _named(name: str) -> Kind:
    found = [kind for kind in KINDS if kind.name == name]
    if not found:
        sys.exit(f"there is no kind {name!r}: --list names them")
    return found[0]


# ------------------------------------------------------------------ what is done


def _edited(english: str) -> str:
    """A word more in the middle, and a new end."""
    middle = english.find(" ", len(english) // 2)
    return f"{english[:middle]} new{english[middle:]}\nA new end stands here.\n"


def _merged(make: odd.Make, engine: str = "memory") -> Callable[[int], Work]:
    return lambda size: partial(_merge, make(size), _edited(make(size)), engine=engine)


def _merge(old: str, new: str, target: str = "", engine: str = "memory") -> Outcome:
    return merge(old, new, target or odd.translation(old), "tr", engine_name=engine)


def _all_changed(make: odd.Make, engine: str = "memory") -> Callable[[int], Work]:
    """Every line has another word."""
    return lambda size: partial(_merge, make(size), _reworded(make(size)), engine=engine)


def _reworded(english: str) -> str:
    return english.replace(" the ", " that ").replace(" is ", " was ").replace("beside", "under")


def _moved(make: odd.Make) -> Callable[[int], Work]:
    """The lines in another order: a card of one half, a card of the other, from behind."""

    def prepared(size: int) -> Work:
        lines = make(size).splitlines(keepends=True)
        half = len(lines) // 2
        mixed = [line for pair in zip(lines[:half], lines[::-1], strict=False) for line in pair]
        return partial(_merge, make(size), "".join(mixed))

    return prepared


def _doubled(make: odd.Make) -> Callable[[int], Work]:
    """The English goes on as it began."""
    return lambda size: partial(_merge, make(size), make(2 * size))


def _mismatched(make: odd.Make) -> Callable[[int], Work]:
    """Beside a page that is no translation of it."""
    return lambda size: partial(_merge, make(size), _edited(make(size)), odd.stranger(size))


def _rewritten(make: odd.Make) -> Callable[[int], Work]:
    """The English is another text now."""
    return lambda size: partial(_merge, make(size), odd.stranger(size))


def _aligned(make: odd.Make, other: odd.Make | None = None) -> Callable[[int], Work]:
    order = AlignOrder(source_language="en", target_language="tr")

    def prepared(size: int) -> Work:
        target = other(size) if other else odd.translation(make(size))
        return partial(align, order, make(size), target)

    return prepared


def _built(make: odd.Make) -> Callable[[int], Work]:
    """Parallel data of a book with one page."""

    def prepared(size: int) -> Work:
        page = ReviewedPage(
            path="a.md", source_path="a.md", source=make(size), target=odd.translation(make(size))
        )
        order, book = BuildOrder("tr"), ReviewedBook((page,))

        def work() -> None:
            with suppress(AmtsError):  # of a page of one sentence no pair is left
                build(order, book, CacheFile(None), Processes(1), Silence())

        return work

    return prepared


def _answered(make: odd.Make) -> Callable[[int], Work]:
    def prepared(size: int) -> Work:
        source, row = make(size), language("tr")
        target = odd.translation(source)
        return lambda: (complaints(source, target, row), remarks(source, target, row))

    return prepared


def _shown(make: odd.Make) -> Callable[[int], Work]:
    """The review page of a page whose every line changed."""

    def prepared(size: int) -> Work:
        old = make(size)
        outcome = _merge(old, _reworded(old))
        page = PageResult(
            target="a.md",
            source_old="a.md",
            source_new="a.md",
            status="merged",
            outcome=outcome,
            english_old=old,
            target_old=odd.translation(old),
        )
        report = RunReport(
            language="tr", old="a", new="b", pages=(page,), held_assets=(), quote=Quote(0)
        )
        return lambda: "".join(review_page(page_data(review(report))))

    return prepared


KINDS = (
    Kind("list", 480, "items", _merged(odd.items)),
    Kind("long list", 5_000, "items", _merged(odd.items)),
    Kind("list, every item changed", 2_000, "items", _all_changed(odd.items)),
    Kind("list, every item moved", 5_000, "items", _moved(odd.items)),
    Kind("list that doubled", 2_000, "items", _doubled(odd.items)),
    Kind("loose list", 5_000, "items", _merged(odd.loose_items)),
    Kind("table", 5_000, "rows", _merged(odd.rows)),
    Kind("table, every row changed", 2_000, "rows", _all_changed(odd.rows)),
    Kind("table, every row moved", 5_000, "rows", _moved(odd.rows)),
    Kind("HTML table", 5_000, "rows", _merged(odd.html_rows)),
    Kind("HTML table, every row changed", 2_000, "rows", _all_changed(odd.html_rows)),
    Kind("equal sentences", 20_000, "sentences", _merged(odd.equal_sentences)),
    Kind("equal sentences, one paragraph", 20_000, "sentences", _merged(odd.equal_sentence_run)),
    Kind("one paragraph", 120, "kB", _merged(odd.paragraph)),
    Kind("one paragraph, all changed", 120, "kB", _all_changed(odd.paragraph)),
    Kind("one paragraph that doubled", 120, "kB", _doubled(odd.paragraph)),
    Kind("one sentence", 1_000, "kB", _merged(odd.long_line)),
    Kind("prose", 1_000, "kB", _merged(odd.prose)),
    Kind("prose, all changed", 200, "kB", _all_changed(odd.prose)),
    Kind("prose that doubled", 200, "kB", _doubled(odd.prose)),
    Kind("prose beside a stranger", 200, "kB", _mismatched(odd.prose)),
    Kind("prose, another text now", 200, "kB", _rewritten(odd.prose)),
    Kind("long page", 12_000, "kB", _merged(odd.book)),
    Kind("headings", 20_000, "headings", _merged(odd.headings)),
    Kind("link definitions", 50_000, "lines", _merged(odd.definitions)),
    Kind("front matter", 5_000, "keys", _merged(odd.front_matter)),
    Kind("front matter that nothing closes", 1_000, "kB", _merged(odd.unclosed_front_matter)),
    Kind("fence that nothing closes", 1_000, "kB", _merged(odd.unclosed("```\n"))),
    Kind("comment that nothing closes", 1_000, "kB", _merged(odd.unclosed("<!-- "))),
    Kind("tag that nothing closes", 1_000, "kB", _merged(odd.unclosed("<div>\n"))),
    Kind("formula that nothing closes", 1_000, "kB", _merged(odd.unclosed("$$\n"))),
    Kind("nested quotations", 500, "levels", _merged(odd.nested("> "))),
    Kind("nested lists", 500, "levels", _merged(odd.nested("- "))),
    Kind("nested containers", 500, "levels", _merged(odd.nested("::: tip\n", ":::\n"))),
    Kind("nested tags", 500, "levels", _merged(odd.nested("<div>\n", "</div>\n"))),
    Kind("indented list", 500, "levels", _merged(odd.staircase)),
    Kind("long quotation", 200, "kB", _merged(odd.quoted)),
    *(Kind(f"run of {sign!r}", 120, "kB", _merged(odd.run(sign))) for sign in odd.SIGNS),
    Kind("echo, prose all changed", 200, "kB", _all_changed(odd.prose, "echo")),
    Kind("echo, one paragraph", 120, "kB", _all_changed(odd.paragraph, "echo")),
    Kind("align prose", 200, "kB", _aligned(odd.prose)),
    Kind("align equal sentences", 20_000, "sentences", _aligned(odd.equal_sentences)),
    Kind("align one paragraph", 120, "kB", _aligned(odd.paragraph)),
    Kind("align a list", 5_000, "items", _aligned(odd.items)),
    Kind("align strangers", 200, "kB", _aligned(odd.prose, odd.stranger)),
    Kind("align a long page", 2_000, "kB", _aligned(odd.book)),
    Kind("parallel data of prose", 200, "kB", _built(odd.prose)),
    Kind("parallel data of equal sentences", 20_000, "sentences", _built(odd.equal_sentences)),
    Kind("checks of an answer", 120, "kB", _answered(odd.paragraph)),
    Kind("checks of equal sentences", 5_000, "sentences", _answered(odd.equal_sentence_run)),
    Kind("review page of prose", 200, "kB", _shown(odd.prose)),
    Kind("review page of a paragraph", 120, "kB", _shown(odd.paragraph)),
)


if __name__ == "__main__":
    sys.exit(main())
