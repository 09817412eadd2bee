"""`amts-bot evaluate`: the scores of translation methods on pages that people have translated."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import (
    OK,
    add_base,
    add_repository,
    command,
    duration,
    recording,
)
from amts_bot.commands.output import FORMATS, add_format

if TYPE_CHECKING:
    from amts_bot.measure.evaluate import Evaluation
    from amts_bot.ports import Progress


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "evaluate",
        _run,
        "Score translation methods on pages that people have translated: BLEU and chrF by document, "
        "paragraph and sentence, with error bars and a test against the first method.",
        "  amts-bot evaluate --language zh --page 'bert*.md' --method amazon \\\n"
        "      --method amazon-act:paragraphs --method amazon-act:sentences --wait 5h --chart bert.svg\n"
        "  amts-bot evaluate --language zh --pages shared/replay/mt/zh --method recorded --chart zh.svg",
    )
    parser.add_argument("--language", required=True, metavar="CODE", help="language of the pages")
    _add_methods(parser)
    _add_pages(parser)
    _add_output(parser)


def _add_methods(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--method",
        action="append",
        metavar="NAME",
        help="none, memory (the rest of the reviewed book), recorded:FILE, amazon-text (TranslateText, a "
        "paragraph at a time, as published comparisons have it), amazon (a batch job without parallel data), "
        "amazon-act:paragraphs or amazon-act:sentences (with parallel data of such pairs); again "
        "for each; they are tested against the first; default: memory",
    )
    parser.add_argument(
        "--page",
        action="append",
        metavar="PATTERN",
        help="pages to score, patterns as in .gitignore; again for more; default: all pages",
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="leave all pages under test out of what is learnt at once: one parallel data for all of them, "
        "not one for each page",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="leave the parallel data that was made for the evaluation, and its files, at Amazon Translate; "
        "else they are deleted when it is done",
    )
    parser.add_argument(
        "--wait",
        default="0",
        type=duration,
        metavar="TIME",
        help="how long to wait for batch jobs, such as 45m; the same command later collects them; default: 0",
    )


def _add_pages(parser: argparse.ArgumentParser) -> None:
    add_base(parser)
    parser.add_argument(
        "--direction",
        choices=("both", "forward", "reverse"),
        default="both",
        help="from English, to English, or both; default: both",
    )
    add_repository(parser)
    parser.add_argument(
        "--pages",
        type=Path,
        metavar="DIR",
        help="instead of a repository: DIR/PAGE/{source,human}.md; machine.md is the page as a machine "
        "wrote it, for method recorded",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    add_format(parser, "markdown", "csv", "json")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw a .svg or .png file")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import charts, files
    from amts_bot.adapters.terminal import TerminalProgress
    from amts_bot.measure.evaluate import evaluate
    from amts_bot.model import Pending

    progress = TerminalProgress(sys.stderr, quiet=arguments.quiet)
    order = _order(arguments, progress)
    found = evaluate(order, progress, time, arguments.wait)
    if isinstance(found, Pending):
        print(found.message, file=sys.stderr)
        return OK
    print(FORMATS[arguments.format](found), end="")
    if arguments.chart:
        # A recording goes one way: the other direction has no results then.
        scored = [way for way in order.directions if found.chart(str(way)).bars]
        for direction in scored:
            picture = charts.draw(found.chart(str(direction)), arguments.chart.suffix[1:])
            path = _named(arguments.chart, direction.target, len(scored))
            files.write_bytes(path, picture)
    return OK


def _named(path: Path, target: str, directions: int) -> Path:
    """One file for each direction: chart.svg is chart-zh.svg and chart-en.svg."""
    return path if directions == 1 else path.with_stem(f"{path.stem}-{target}")


def _order(arguments: argparse.Namespace, progress: Progress) -> Evaluation:
    from amts_bot.measure.evaluate import chosen, directions

    order = _of_folders(arguments) if arguments.pages else _of_repository(arguments, progress)
    return replace(
        order,
        pages=chosen(order.pages, arguments.page or []),
        methods=tuple(arguments.method or ["memory"]),
        directions=tuple(directions(arguments.language, arguments.direction)),
        together=arguments.together,
        keep=arguments.keep,
    )


def _of_folders(arguments: argparse.Namespace) -> Evaluation:
    from amts_bot.adapters import files
    from amts_bot.measure.evaluate import of_folders

    found = files.read_folders(arguments.pages, ("source.md",), ("human.md", "machine.md"))
    return of_folders(found, arguments.language, _recordings(arguments))


def _of_repository(arguments: argparse.Namespace, progress: Progress) -> Evaluation:
    from amts_bot.adapters.amazon.translate import connect
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.processes import Processes
    from amts_bot.measure.evaluate import Resources, of_repository

    repository = open_repository(arguments.repository)
    with Processes() as workers:
        resources = Resources(connect, time, progress, workers)
        return of_repository(
            repository, arguments.language, arguments.base, resources, _recordings(arguments)
        )


def _recordings(arguments: argparse.Namespace) -> dict[str, str]:
    """The texts of the files that methods `recorded:FILE` name."""
    return {
        name: recording(name) for name in arguments.method or [] if name.startswith("recorded:")
    }
