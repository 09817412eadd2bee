"""Walks through the history of the English book, commit by commit, as a translation that merges whatever is opened.

Usage: python -m benchmarks.walk [--language tr] [--commits 200] [--base v0.17.1] [--english CLONE_OR_BUNDLE]
       [--translation CLONE_OR_BUNDLE]

Each first-parent commit after --base is checked out in the submodule, and the main job runs against the GitHub of the
tests (tests/github_server.py). A pull request that it opens is counted, and merged before the next commit. What is
looked for is a pull request without anything to read. The books are those in `../shared/corpus` beside the checkout
unless they are named.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from amts_bot.book.snapshot import branch_of
from amts_bot.pull_request.published import Published
from amts_bot.text.pull_request.review import review
from benchmarks import SHARED
from benchmarks.book import HOW, SUBMODULE, Order, build, git
from tests.conftest import Book
from tests.github_server import Server, running
from tests.team import Team


@dataclass(frozen=True, slots=True)
class Step:
    """One English commit, what the run did, and what its pull request holds: "words" where it asks for reading.

    "glance" has changed pages or copied files, "decide" pages that are held, and "nothing" neither.
    """

    commit: str
    operation: str
    holds: Literal["words", "decide", "glance", "nothing"]


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a line for each pull request; 1 if one of them had nothing to read."""
    arguments = _parser().parse_args(argv)
    corpus = SHARED / "corpus"
    order = Order(
        english=arguments.english or corpus / "d2l-en.bundle",
        translation=arguments.translation or corpus / f"d2l-{arguments.language}.bundle",
        base=arguments.base,
        to=arguments.base,
        language=arguments.language,
        origin=False,
    )
    if not (order.english.exists() and order.translation.exists()):
        print(f"{order.english} or {order.translation} is not there: nothing measured. {HOW}")
        return 0
    with tempfile.TemporaryDirectory(prefix="amts-walk-") as folder:
        opened = Counter(_said(step) for step in walk(order, Path(folder), arguments.commits))
    print(f"{arguments.commits} commits, {sum(opened.values())} pull requests: {dict(opened)}")
    return int(bool(opened["nothing"]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.walk",
        description="Runs at each commit of the English book, and merges each pull request.",
    )
    parser.add_argument("--english", type=Path, help="clone or bundle; default: d2l-en.bundle")
    parser.add_argument(
        "--translation", type=Path, help="clone or bundle; default: the one of --language"
    )
    parser.add_argument("--language", default="tr", help="default: tr")
    parser.add_argument("--base", default="v0.17.1", help="English that was translated")
    parser.add_argument("--commits", type=int, default=200, help="how many; default: 200")
    return parser


def _said(step: Step) -> str:
    print(f"{step.commit[:10]} {step.operation}: {step.holds}", flush=True)
    return step.holds


def walk(order: Order, folder: Path, commits: int) -> Iterator[Step]:
    """Every commit after the base at which a pull request was opened or went on."""
    book = build(order, folder)
    git(book, "checkout", "--quiet", "-B", "main")
    git(folder, "clone", "--quiet", "--bare", str(book), "hub.git")
    git(book, "remote", "set-url", "origin", str(folder / "hub.git"))
    git(folder, "clone", "--quiet", "hub.git", "desk")
    english = book / SUBMODULE
    span = f"{order.base}..origin/HEAD"
    after = git(english, "rev-list", "--first-parent", "--reverse", span).split()[:commits]
    with running(folder / "hub.git") as server:
        team = Team(
            book=Book(english, book), server=server, desk=folder / "desk", language=order.language
        )
        team.run(engine="memory", base=order.base)  # a first lock
        for commit in after:
            _merge(server)
            git(english, "checkout", "--quiet", commit)
            done = team.run(engine="memory")
            if server.open_pulls():
                yield Step(commit, done.operation, _holds(done, team))


def _merge(server: Server) -> None:
    if server.open_pulls():
        server.merge()
    server.answered.clear()  # 200 runs say much


def _holds(done: Published, team: Team) -> Literal["words", "decide", "glance", "nothing"]:
    shown = review(done.report)
    branch = branch_of(done.report.language)
    changed = git(team.server.bare, "diff", "--name-only", "main", branch).split()
    if any(shown.of(page) for page in done.report.pages if page.done):
        return "words"
    if any(not page.done for page in done.report.pages):
        return "decide"
    return "glance" if {*changed} - {f"amts/{done.report.language}.lock", SUBMODULE} else "nothing"


if __name__ == "__main__":
    sys.exit(main())
