"""Times `parallel-data build` on a real book, each command as a fresh process, and shows what it kept.

Usage: python -m benchmarks.parallel_data [--language zh] [--english CLONE_OR_BUNDLE]
       [--translation CLONE_OR_BUNDLE] [--sample N] [--keep DIR]

Builds a translation repository as `benchmarks.book` does, from a book that keeps the English of each
page beside it. `--sample` prints that many random pairs to read.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import SHARED
from benchmarks.book import CommandFailed, Order, Row, Timing, bot, build, git, table

_SEED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the times, the counts of a sentence and a paragraph run, and a sample of pairs."""
    arguments = _parser().parse_args(argv)
    corpus = SHARED / "corpus"
    english = (arguments.english or corpus / "d2l-en.bundle").absolute()
    translation = arguments.translation or corpus / f"d2l-{arguments.language}.bundle"
    order = Order(
        english=english,
        translation=translation.absolute(),
        base=arguments.to,
        to=arguments.to,
        language=arguments.language,
        origin=True,
    )
    missing = [path for path in (order.english, order.translation) if not path.exists()]
    if missing:
        print(f"{missing[0]} is not there: nothing measured")
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="amts-parallel-") as folder:
            _measure(order, Path(folder), arguments.sample)
    except CommandFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.parallel_data",
        description="Times parallel-data build on a real book, and shows what it kept.",
    )
    parser.add_argument(
        "--english", type=Path, help="clone or bundle; default: ../shared/corpus/d2l-en.bundle"
    )
    parser.add_argument(
        "--translation", type=Path, help="clone or bundle; default: the one of --language"
    )
    parser.add_argument("--language", default="zh", help="default: zh")
    parser.add_argument("--to", default="v1.0.3", help="English in the submodule; default: v1.0.3")
    parser.add_argument(
        "--sample", default=0, type=int, metavar="N", help="print N random pairs; default: none"
    )
    return parser


def _measure(order: Order, folder: Path, sample: int) -> None:
    repository = build(order, folder)
    print(table([*_times(order, repository)]))
    for level in ("sentence", "paragraph"):
        print(f"\n{_build(order, repository, '--level', level).output}")
    pairs = folder / "pairs.jsonl"
    _build(order, repository, "--format", "jsonl", "--output", str(pairs))
    rows: list[dict[str, Any]] = [*map(json.loads, pairs.read_text("utf-8").splitlines())]
    for row in random.Random(_SEED).sample(rows, min(sample, len(rows))):
        print(f"{row['probability']:.2f} {row['source']}\n     {row['target']}")


def _times(order: Order, repository: Path) -> Iterator[Row]:
    fresh = _build(order, repository)
    yield Row("whole book, lexicon included, seconds", "< 45", f"{fresh.seconds:.1f}")
    yield Row("whole book, processor seconds, without its workers", "", f"{fresh.processor:.1f}")
    yield Row("whole book, peak memory in MB", "", f"{fresh.megabytes:.0f}")
    yield Row("again, nothing changed, seconds", "", f"{_build(order, repository).seconds:.1f}")
    _edit_a_page(repository)
    yield Row("again, one page changed, seconds", "", f"{_build(order, repository).seconds:.1f}")


def _edit_a_page(repository: Path) -> None:
    page = next(path for path in git(repository, "ls-files", "chapter_*/index.md").splitlines())
    with (repository / page).open("a", encoding="utf-8") as file:
        file.write("\n2023\n")
    git(repository, "commit", "--quiet", "--all", "--message", "Edit a page")


def _build(order: Order, repository: Path, *options: str) -> Timing:
    command = ("parallel-data", "build", "--language", order.language, "--quiet")
    return bot(repository, *command, *options)


if __name__ == "__main__":
    sys.exit(main())
