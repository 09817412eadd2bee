"""A newcomer's first hour on real books: `init`, `doctor`, `sync --dry-run` in a fresh clone, and nothing by hand.

Usage: python -m benchmarks.newcomer [--only NAME]

Each book is one that its team keeps in one of the layouts. Right pairs are those of `book.json`; the right base of a
page has the text that its English had at E0, which is what T0 was made from. The d2l books have no such list: there the
pages with a sure base are counted. The books are taken from `../shared` beside the checkout.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amts_bot.book import lock
from benchmarks import ROOT, SHARED

_ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT / "src"),
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "protocol.file.allow",
    "GIT_CONFIG_VALUE_0": "always",
    **{
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "Benchmark"), ("EMAIL", "benchmark@example.org"))
    },
}
_BOT = "--bot=team/amts-bot@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A book as its team has it: the bundle, the commit, and how its English is there."""

    bundle: Path
    at: str
    language: str
    english: Path | None = None  # a bundle, where the English is elsewhere
    submodule: bool = False
    truth: Path | None = None  # book.json
    words: tuple[str, ...] = ()  # for init


_BOOKS, _CORPUS = SHARED / "books", SHARED / "corpus"
NEWCOMERS = {
    "fastapi-es, one repository": Newcomer(
        bundle=_BOOKS / "fastapi-es/one.bundle",
        at="B1",
        language="es",
        truth=_BOOKS / "fastapi-es",
    ),
    "opensource-guide-es, one repository": Newcomer(
        bundle=_BOOKS / "opensource-guide-es/one.bundle",
        at="B1",
        language="es",
        truth=_BOOKS / "opensource-guide-es",
    ),
    "quantecon-zh, submodule": Newcomer(
        bundle=_BOOKS / "quantecon-zh/translation.bundle",
        at="T0",
        language="zh",
        english=_BOOKS / "quantecon-zh/english.bundle",
        submodule=True,
        truth=_BOOKS / "quantecon-zh",
    ),
    "vue-zh, upstream": Newcomer(
        bundle=_BOOKS / "vue-zh/translation.bundle",
        at="T0",
        language="zh",
        english=_BOOKS / "vue-zh/english.bundle",
        truth=_BOOKS / "vue-zh",
    ),
    "d2l-tr, upstream": Newcomer(
        bundle=_CORPUS / "d2l-tr.bundle",
        at="HEAD",
        language="tr",
        english=_CORPUS / "d2l-en.bundle",
        words=("--language=tr",),
    ),
    "d2l-zh, upstream": Newcomer(
        bundle=_CORPUS / "d2l-zh.bundle",
        at="HEAD",
        language="zh",
        english=_CORPUS / "d2l-en.bundle",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstHour:
    """What came of it: each command's status and seconds; pages in the lock, and how many are right, of how many."""

    statuses: tuple[int, ...]
    seconds: tuple[float, ...]
    pages: int
    pairs: int = 0
    bases: int = 0
    wanted: int = 0
    said: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        right = f"{self.pairs} {self.bases} of {self.wanted}" if self.wanted else "-"
        times = " + ".join(f"{it:.1f}" for it in self.seconds)
        return (
            f"{name:36} {self.pages:5} {right:>14}  {'/'.join(map(str, self.statuses))}  {times} s"
        )


def first_hour(newcomer: Newcomer, folder: Path) -> FirstHour:
    """The three commands in a fresh clone in `folder`."""
    book = folder / "book"
    english = _clone(newcomer, folder)
    upstream = [f"--upstream={english}"] if english and not newcomer.submodule else []
    commands = (
        ("init", _BOT, "--commit", *upstream, *newcomer.words),
        ("doctor",),
        ("sync", "--dry-run", "--quiet"),
    )
    done = [_timed(command, book) for command in commands]
    path = book / lock.file_of(newcomer.language)
    rows = lock.parse(path.read_text(encoding="utf-8"), str(path)).pages if path.exists() else {}
    pairs, bases, wanted = _right(newcomer, rows, english or book)
    return FirstHour(
        statuses=tuple(status for status, _, _ in done),
        seconds=tuple(seconds for _, seconds, _ in done),
        pages=len(rows),
        pairs=pairs,
        bases=bases,
        wanted=wanted,
        said=[text for status, _, text in done if status],
    )


def _clone(newcomer: Newcomer, folder: Path) -> Path | None:
    """Makes the fresh clone, and returns where its English can be fetched from."""
    book = folder / "book"
    _clone_of(newcomer.bundle, book)
    _git(book, "reset", "--quiet", "--hard", newcomer.at)
    if newcomer.english is None:
        return None
    english = folder / "english"
    _clone_of(newcomer.english, english)
    if newcomer.submodule:
        _git(book, "submodule", "--quiet", "add", str(english), "english")
        _git(book, "commit", "--quiet", "-m", "The English")
    return english


def _clone_of(bundle: Path, folder: Path) -> None:
    """A clone at the main branch, whatever that is called: some bundles do not say which is theirs."""
    heads = _git(bundle.parent, "ls-remote", "--heads", str(bundle)).split("refs/heads/")[1:]
    branch = heads[0].split()[0]
    _git(bundle.parent, "clone", "--quiet", "--branch", branch, str(bundle), str(folder))


def _timed(command: Sequence[str], folder: Path) -> tuple[int, float, str]:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "amts_bot", *command],
        cwd=folder,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, time.monotonic() - start, done.stdout + done.stderr


def _right(
    newcomer: Newcomer, rows: Mapping[str, lock.PageLock], english: Path
) -> tuple[int, int, int]:
    """Right pairs, right bases, and how many there are to find."""
    if newcomer.truth is None:
        return 0, 0, 0
    told = json.loads((newcomer.truth / "book.json").read_text(encoding="utf-8"))["pairs"]
    then = "B0" if newcomer.english is None else "E0"
    listing = _git(english, "ls-tree", "-r", "-z", then).split("\0")[:-1]
    blobs = {line.split("\t", 1)[1]: line.split()[2] for line in listing}
    pages = [it for it in told if it["english"].endswith(".md")]
    pairs = [it for it in pages if it["target"] in rows]
    pairs = [it for it in pairs if rows[it["target"]].source == it["english"]]
    bases = [it for it in pairs if rows[it["target"]].blob == blobs.get(it["english"])]
    return len(pairs), len(bases), len(pages)


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def _rows(only: str) -> Iterator[str]:
    yield f"{'book':36} {'pages':>5} {'pairs, bases':>14}  status init + doctor + sync --dry-run"
    for name, newcomer in NEWCOMERS.items():
        if only in name and newcomer.bundle.exists():
            with tempfile.TemporaryDirectory() as folder:
                hour = first_hour(newcomer, Path(folder))
            yield "\n".join([hour.row(name), *hour.said])


def main() -> None:
    """Prints a row for each book."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="books with this in their names")
    for row in _rows(parser.parse_args().only):
        print(row, flush=True)


if __name__ == "__main__":
    main()
