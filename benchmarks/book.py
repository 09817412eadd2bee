"""Times the main job on a real book, each command as a fresh process.

Usage: python -m benchmarks.book [--language zh] [--english CLONE_OR_BUNDLE]
       [--translation CLONE_OR_BUNDLE] [--base v0.17.0] [--to v1.0.3] [--origin] [--keep DIR]

Builds a translation repository with the English book as its submodule at --base, checks out --to in
the submodule, and runs `sync` as a translation team's workflow would. The books are taken from
`../shared/corpus` beside the checkout unless they are named.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import ROOT, SHARED

SUBMODULE = "d2l-en"
CONFIG = """\
[source]
submodule = "d2l-en"
pages = ["/chapter_*/**/*.md", "/index.md"]
exclude = ["*_origin.md"]
assets = ["*.bib"]

[review]
max-words = 0

[languages.{language}]
"""
ORIGIN = 'origin = "{stem}_origin{suffix}"\n'
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT / "src"),
    "PYTHONDONTWRITEBYTECODE": "",  # modules are compiled once, as when they are installed
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "Benchmark"), ("EMAIL", "benchmark@example.org"))
    },
}
HOW = """Name clones or bundles of the two books with
--english and --translation, or put them into a folder `shared/corpus` beside the checkout;
docs/measurements.md says which books."""
FEW_PAGES = range(1, 6)  # what a typical push to the English book changes
ROUNDS = 3  # of the short commands; the median counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to measure: where the two books come from, and the span of English versions."""

    english: Path
    translation: Path
    base: str
    to: str
    language: str
    origin: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """One finished process: wall and processor seconds, peak memory, what it printed."""

    seconds: float
    processor: float
    megabytes: float
    output: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    figure: str
    goal: str
    measured: str


# What is done with the repository that was built, and a folder for what it needs.
Measure = Callable[[Order, Path, Path], None]


class CommandFailed(Exception):
    """A measured command ended with an error; the text is what it said."""


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the table of figures and the accounting of the whole-book run."""
    about = "Times the main job on a real book, each command as a fresh process."
    return on_a_book(argv, "book", about, _measure)


def on_a_book(argv: Sequence[str] | None, name: str, about: str, measure: Measure) -> int:
    """Builds the repository that the options say, and measures on it; says so where the books are not there."""
    arguments = _parser(name, about).parse_args(argv)
    order = _order(arguments)
    missing = [path for path in (order.english, order.translation) if not path.exists()]
    if missing:
        print(f"{missing[0]} is not there: nothing measured. {HOW}")
        return 0
    try:
        with _folder(arguments.keep) as folder:
            measure(order, build(order, folder), folder)
    except CommandFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser(name: str, about: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    parser.add_argument(
        "--english", type=Path, help="clone or bundle; default: ../shared/corpus/d2l-en.bundle"
    )
    parser.add_argument(
        "--translation", type=Path, help="clone or bundle; default: the one of --language"
    )
    parser.add_argument("--language", default="zh", help="default: zh")
    parser.add_argument(
        "--base", default="v0.17.0", help="English that was translated; default: v0.17.0"
    )
    parser.add_argument("--to", default="v1.0.3", help="English to move to; default: v1.0.3")
    parser.add_argument(
        "--origin",
        action="store_true",
        help="take the kept *_origin.md pages for the base, not --base",
    )
    parser.add_argument("--keep", default="", metavar="DIR", help="build in DIR and leave it there")
    return parser


def _order(arguments: argparse.Namespace) -> Order:
    corpus = SHARED / "corpus"
    return Order(
        english=(arguments.english or corpus / "d2l-en.bundle").absolute(),
        translation=(
            arguments.translation or corpus / f"d2l-{arguments.language}.bundle"
        ).absolute(),
        base=arguments.base,
        to=arguments.to,
        language=arguments.language,
        origin=arguments.origin,
    )


@contextmanager
def _folder(keep: str) -> Iterator[Path]:
    if keep:
        Path(keep).mkdir(parents=True)
        yield Path(keep).absolute()
        return
    with tempfile.TemporaryDirectory(prefix="amts-book-") as name:
        yield Path(name)


def _measure(order: Order, repository: Path, folder: Path) -> None:
    before = git(repository, "rev-parse", "HEAD")
    rows = [*whole_book(order, repository)]
    account = accounting(order, repository, before)
    rows += rerun(order, repository)
    rows += typical_push(order, repository)
    rows += short_commands(order, repository, before, folder)
    print(table(rows))
    print()
    print("\n".join(account))


# ------------------------------------------------------------------ the repository


def build(order: Order, folder: Path) -> Path:
    """A translation repository that has the English base committed and `--to` checked out."""
    english, repository = folder / "english", folder / "book"
    git(folder, "clone", "--quiet", str(order.english), str(english))
    git(folder, "clone", "--quiet", str(order.translation), str(repository))
    local = (
        "-c",
        "protocol.file.allow=always",
    )  # git refuses submodules in local folders by default
    git(repository, *local, "submodule", "--quiet", "add", str(english), SUBMODULE)
    git(repository / SUBMODULE, "checkout", "--quiet", order.base)
    text = CONFIG.replace("{language}", order.language) + (ORIGIN if order.origin else "")
    (repository / "amts.toml").write_text(text, encoding="utf-8")
    git(repository, "add", "amts.toml", SUBMODULE)
    git(repository, "commit", "--quiet", "--message", "Add the bot's configuration and the English")
    git(repository / SUBMODULE, "checkout", "--quiet", order.to)
    return repository


def git(folder: Path, *arguments: str) -> str:
    """Runs git with an environment of its own; what it prints. Raises CommandFailed."""
    command = ["git", *arguments]
    run = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise CommandFailed(f"git {' '.join(arguments)}: {run.stderr.strip()}")
    return run.stdout.strip()


# ------------------------------------------------------------------ what is measured


def whole_book(order: Order, repository: Path) -> Iterator[Row]:
    """The first run, over every page."""
    first = [] if order.origin else ["--base", order.base]
    timing = _sync(order, repository, *first)
    yield Row("whole book, processor seconds", "< 20", f"{timing.processor:.1f}")
    yield Row("its peak memory in MB", "< 600", f"{timing.megabytes:.0f}")


def rerun(order: Order, repository: Path) -> Iterator[Row]:
    """The same again, on the open branch and after its merge: there must be nothing to do."""
    yield _nothing_to_do(order, repository, "run again on the open branch")
    _merge_branch(order, repository)
    yield _nothing_to_do(order, repository, "run again after its merge")


def _nothing_to_do(order: Order, repository: Path, figure: str) -> Row:
    timings = [_sync(order, repository) for _ in range(ROUNDS)]
    idle = all(timing.output.rstrip().endswith("nothing to do") for timing in timings)
    end = "nothing to do" if idle else "it made a commit"
    return Row(figure, "< 2", f"{_median(timings)}, {end}")


def typical_push(order: Order, repository: Path) -> Iterator[Row]:
    """From the synced state, a commit of the English book that changes a few pages."""
    before, after, pages = _small_step(repository / SUBMODULE, order.to)
    if before != git(repository / SUBMODULE, "rev-parse", f"{order.to}^{{commit}}"):
        _sync(order, repository, "--to", before)
        _merge_branch(order, repository)
    branch, start = f"refs/heads/amts/{order.language}", git(repository, "rev-parse", "HEAD")
    timings = []
    for _ in range(ROUNDS):
        git(repository, "update-ref", branch, start)
        timings.append(_sync(order, repository, "--to", after))
    name = f"the first push after it, of {pages} page{'s' if pages > 1 else ''} ({after[:10]})"
    yield Row(name, "< 1.5", _median(timings))


def _small_step(english: Path, revision: str) -> tuple[str, str, int]:
    """Two English commits, a few changed pages apart: after `revision`, else before it."""
    start = git(english, "rev-parse", f"{revision}^{{commit}}")
    for after in _commits(english, f"{start}..origin/HEAD", "--reverse"):
        if (count := _changed_pages(english, start, after)) in FEW_PAGES:
            return start, after, count
    for after in _commits(english, start):
        before = git(english, "rev-parse", f"{after}^")
        if (count := _changed_pages(english, before, after)) in FEW_PAGES:
            return before, after, count
    raise CommandFailed(f"no commit near {revision} changes 1 to 5 pages")


def _commits(english: Path, span: str, *options: str) -> list[str]:
    return git(english, "rev-list", "--first-parent", "--no-merges", *options, span).split()


def _changed_pages(english: Path, before: str, after: str) -> int:
    paths = ("chapter_*.md", "index.md")
    return len(git(english, "diff", "--name-only", before, after, "--", *paths).splitlines())


def short_commands(order: Order, repository: Path, before: str, folder: Path) -> Iterator[Row]:
    """`--help`, and the merge of a page of middling length."""
    helps = [bot(repository, "--help") for _ in range(ROUNDS)]
    yield Row("`amts-bot --help`", "< 0.3", _median(helps))
    files = _page_files(order, repository, before, folder)
    options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    command = ["merge", *options, "--language", order.language, "--engine", "memory"]
    merges = [bot(repository, *command, "--output", str(folder / "out.md")) for _ in range(ROUNDS)]
    yield Row(
        f"`amts-bot merge` of one page ({files['target'].stat().st_size:,} bytes)",
        "",
        _median(merges),
    )


def _page_files(order: Order, repository: Path, before: str, folder: Path) -> dict[str, Path]:
    """The three inputs of `merge`, for the page of median length that all three versions have."""
    english = repository / SUBMODULE
    trees = (
        pages_at(english, order.base),
        pages_at(english, order.to),
        pages_at(repository, before),
    )
    common = sorted(set(trees[0]) & set(trees[1]) & set(trees[2]), key=lambda path: trees[1][path])
    path = common[len(common) // 2]
    versions = {
        "source-old": (english, order.base),
        "source-new": (english, order.to),
        "target": (repository, before),
    }
    files = {}
    for name, (place, revision) in versions.items():
        files[name] = folder / f"{name}.md"
        files[name].write_text(git(place, "show", f"{revision}:{path}") + "\n", encoding="utf-8")
    return files


def pages_at(repository: Path, revision: str) -> dict[str, int]:
    """The pages that CONFIG names, with their sizes."""
    lines = git(repository, "ls-tree", "-r", "-l", revision).splitlines()
    sizes = {line.split("\t")[1]: line.split()[3] for line in lines}
    return {path: int(size) for path, size in sizes.items() if _is_page(path)}


def _is_page(path: str) -> bool:
    wanted = path == "index.md" or (path.startswith("chapter_") and path.endswith(".md"))
    return wanted and not path.endswith("_origin.md")


# ------------------------------------------------------------------ running


def _sync(order: Order, repository: Path, *options: str) -> Timing:
    return bot(
        repository, "sync", "--language", order.language, "--engine", "memory", "--quiet", *options
    )


def _merge_branch(order: Order, repository: Path) -> None:
    git(repository, "merge", "--quiet", "--ff-only", f"amts/{order.language}")


def bot(repository: Path, *arguments: str) -> Timing:
    """Runs a command in a process of its own. The peak counts the process and its own children."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "amts_bot", *arguments],
            cwd=repository,
            env=ENVIRONMENT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if process.returncode > 1:  # 1: some page failed; the accounting shows which
        raise CommandFailed(f"amts-bot {' '.join(arguments)}: status {process.returncode}\n{text}")
    processor = usage.ru_utime + usage.ru_stime
    return Timing(seconds, processor, usage.ru_maxrss / _PER_MEGABYTE, text)


_PER_MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3  # macOS counts bytes, Linux kilobytes


def _median(timings: Iterable[Timing]) -> str:
    return f"{statistics.median(timing.processor for timing in timings):.2f}"


# ------------------------------------------------------------------ showing


def accounting(order: Order, repository: Path, before: str) -> list[str]:
    """Every page of the whole-book run: how it ended, and whether any is unaccounted for."""
    path = repository / "amts-report" / order.language / "report.json"
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    statuses = Counter(page["status"] for page in report["pages"])
    totals = report["totals"]
    units = {name: count for name, count in totals.items() if name not in _NO_UNITS}
    listed = sum(len(page["units"]) for page in report["pages"])
    lines = [
        f"pages: {len(report['pages'])} = {_sum(statuses)}",
        f"units: {listed} = {_sum(units)}"
        + ("" if listed == sum(units.values()) else "  DO NOT MATCH"),
        f"English characters left to translate: {totals['characters']:,}",
        *_lost(order, repository, before, report),
        *_broken(order, repository, before),
    ]
    return lines + [
        f"{p['status']}: {p['target']}: {p['message']}" for p in report["pages"] if p.get("message")
    ]


_NO_UNITS = {"characters", "pages", "failed_pages"}


def _sum(counts: dict[str, int]) -> str:
    return " + ".join(f"{count} {name}" for name, count in counts.items() if count) or "0"


def _lost(order: Order, repository: Path, before: str, report: dict[str, Any]) -> Iterator[str]:
    """English pages that no target page answers for, and target pages that went without a word."""
    branch = f"amts/{order.language}"
    lock = json.loads(git(repository, "show", f"{branch}:amts/{order.language}.lock"))
    locked = {row["source"] for row in lock["pages"].values()}
    stuck = {page["source_new"] for page in report["pages"] if page["status"] in ("held", "failed")}
    english = set(pages_at(repository / SUBMODULE, order.to))
    missing = sorted(english - locked - stuck)
    yield f"English pages at {order.to}: {len(english)}"
    yield f"English pages without a target page: {_some(missing)}"
    moved = {
        page["source_old"] for page in report["pages"] if page["status"] in ("renamed", "removed")
    }
    gone = set(pages_at(repository, before)) - set(pages_at(repository, branch)) - moved
    yield f"target pages lost: {_some(sorted(gone))}"


def _broken(order: Order, repository: Path, before: str) -> Iterator[str]:
    """Pages whose framework tabs were all closed before the run and are not after it."""
    branch = f"amts/{order.language}"
    broken = [
        path
        for path in pages_at(repository, branch)
        if not _tabs_are_closed(git(repository, "show", f"{branch}:{path}"))
    ]
    were = set(pages_at(repository, before))
    new = [
        path
        for path in broken
        if path not in were or _tabs_are_closed(git(repository, "show", f"{before}:{path}"))
    ]
    yield f"pages whose `:begin_tab:` and `:end_tab:` no longer match: {_some(new)}"


def _tabs_are_closed(page: str) -> bool:
    marks = re.findall(r"^:(begin|end)_tab:", re.sub(r"(?ms)^```.*?^```", "", page), re.MULTILINE)
    return marks == ["begin", "end"] * (len(marks) // 2)


def _some(paths: Sequence[str], most: int = 5) -> str:
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return f"{len(paths)}: {', '.join(paths[:most])}{more}" if paths else "none"


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| figure | goal | measured |", "|---|--:|--:|"]
    return "\n".join([*lines, *(f"| {row.figure} | {row.goal} | {row.measured} |" for row in rows)])


if __name__ == "__main__":
    sys.exit(main())
