"""Takes every version of every page in the histories of books apart, and puts it together again.

Usage: python -m benchmarks.corpus [CLONE_OR_BUNDLE ...] [--every N] [--jobs N]

Checks for each distinct version that its blocks join to the page, that `protect` and `restore` are
twins on every prose unit, and that its sentences join to the unit. A unit that many versions share
is looked at once. The books are those in `../shared/corpus` beside the checkout unless others are named.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path

from amts_bot.model import PROSE
from amts_bot.text.markdown import sentences
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.inline import protect, restore
from benchmarks import SHARED

CORPUS = SHARED / "corpus"
PAGES = (".md", ".qmd", ".Rmd", ".mdx", ".markdown")
LANGUAGES = {"d2l-tr.bundle": "tr", "d2l-zh.bundle": "zh"}  # every other book is English


@dataclass
class Tally:
    """What was looked at, and every fault: the blob, and what did not come back."""

    pages: int = 0
    characters: int = 0
    units: int = 0
    faults: list[str] = field(default_factory=list)

    def __iadd__(self, other: Tally) -> Tally:
        self.pages += other.pages
        self.characters += other.characters
        self.units += other.units
        self.faults += other.faults
        return self


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a line for each book; 1 if any page lost anything."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.corpus",
        description="Takes every version of every page apart, and puts it together again.",
    )
    parser.add_argument("books", nargs="*", type=Path, metavar="CLONE_OR_BUNDLE")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="look at one in N versions"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes; default: 2")
    arguments = parser.parse_args(argv)
    books = arguments.books or sorted(CORPUS.glob("*.bundle"))
    if not books:
        print(f"{CORPUS} is not there: nothing checked. Name clones or bundles of books.")
        return 0
    failed = False
    for book in books:
        tally = check_book(book, arguments.every, arguments.jobs)
        print(
            f"{book.name}: {tally.pages:,} page versions, {tally.characters:,} characters, "
            f"{tally.units:,} prose units: {len(tally.faults)} faults"
        )
        print("".join(f"  {fault}\n" for fault in tally.faults[:20]), end="")
        failed = failed or bool(tally.faults)
    return int(failed)


def check_book(book: Path, every: int = 1, jobs: int = 1) -> Tally:
    """Checks one in `every` distinct page versions of a clone or bundle, by `jobs` processes."""
    language = LANGUAGES.get(book.name, "en")
    with tempfile.TemporaryDirectory(prefix="amts-corpus-") as folder:
        clone = Path(folder)
        git(clone, "clone", "--quiet", "--mirror", str(book), ".")
        blobs = page_blobs(clone)[::every]
        shares = [(clone, blobs[at::jobs], language) for at in range(jobs)]
        if jobs == 1:
            return _share(shares[0])
        tally = Tally()
        with Pool(jobs) as pool:
            for part in pool.imap_unordered(_share, shares):
                tally += part
        return tally


def _share(work: tuple[Path, list[str], str]) -> Tally:
    clone, blobs, language = work
    return check(read(clone, blobs), language)


def check(versions: Iterable[tuple[str, bytes]], language: str) -> Tally:
    """Checks page versions, given as (name, content)."""
    tally, seen = Tally(), set[str]()
    for name, content in versions:
        page = content.decode("utf-8")
        blocks = split(page)
        tally.pages += 1
        tally.characters += len(page)
        if "".join(block.text for block in blocks) != page:
            tally.faults.append(f"{name}: the blocks are not the page")
        for block in blocks:
            if block.kind in PROSE and block.text not in seen:
                seen.add(block.text)
                tally.faults += [f"{name}: {fault}" for fault in unit_faults(block.text, language)]
    tally.units = len(seen)
    return tally


def unit_faults(unit: str, language: str) -> Iterator[str]:
    """What does not come back of a prose unit."""
    protected = protect(unit)
    if restore(protected.text, protected.originals) != unit:
        yield f"protect and restore are no twins on {unit[:80]!r}"
    for code in dict.fromkeys(("en", language)):
        if "".join(sentences.split(unit, code)) != unit:
            yield f"the sentences ({code}) are not the unit {unit[:80]!r}"


# ------------------------------------------------------------------ histories


def page_blobs(clone: Path) -> list[str]:
    """The blobs that any commit has, or had, at the path of a Markdown page, sorted."""
    listing = git(
        clone,
        "log",
        "--all",
        "--format=",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "-m",
        "--root",
    ).decode("utf-8", "surrogateescape")
    fields = listing.split("\0")
    found = set()
    for entry, path in zip(fields[::2], fields[1::2], strict=False):
        mode, blob = entry.split()[1], entry.split()[3]
        if path.endswith(PAGES) and mode.startswith("100"):
            found.add(blob)
    return sorted(found)


def read(clone: Path, blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Blobs with their content, by one git process."""
    command = ["git", "-C", str(clone), "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for blob in blobs:
            process.stdin.write(f"{blob}\n".encode())
            process.stdin.flush()
            size = int(process.stdout.readline().split()[2])
            yield blob, process.stdout.read(size)
            process.stdout.readline()
        process.stdin.close()


def git(folder: Path, *arguments: str) -> bytes:
    """What a git command prints; a failure is an exception."""
    run = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True)
    return run.stdout


if __name__ == "__main__":
    sys.exit(main())
