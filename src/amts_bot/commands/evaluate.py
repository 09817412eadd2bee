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
    add_folders,
    add_repository,
    add_source_language,
    command,
    duration,
    recording,
)
from amts_bot.commands.output import add_format, progress_of, show, tell
from amts_bot.errors import UsageError

if TYPE_CHECKING:
    from amts_bot.measure.evaluate import Evaluation, Resources
    from amts_bot.ports import Program, Progress


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "evaluate",
        _run,
        "Score translation methods on pages that people have translated, in a repository or in two folders: BLEU and "
        "chrF by document, paragraph and sentence, with error bars and a test against the first method.",
        "  amts-bot evaluate --language zh --page 'bert*.md' --method amazon \\\n"
        "      --method amazon-act:paragraphs --method amazon-act:sentences --wait 5h --chart bert.svg\n"
        "  amts-bot evaluate --language zh --pages PAGES --method recorded --chart zh.svg\n"
        "  amts-bot evaluate crawled/en crawled/es --language es --page 'maps.md' --method memory \\\n"
        "      --method 'command:python3 my_engine.py'",
    )
    add_folders(parser)
    parser.add_argument(
        "--language", required=True, metavar="CODE", help="language of the translation"
    )
    add_source_language(parser)
    _add_methods(parser)
    _add_pages(parser)
    _add_output(parser)


def _add_methods(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--method",
        action="append",
        metavar="NAME",
        help="none, memory (the rest of the reviewed book), recorded:FILE, command:PROGRAM or the name of an "
        "installed engine (docs/engines.md), amazon-text (TranslateText, a "
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
        help="from the language of the original, to it, or both; default: both",
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
    from amts_bot.measure.evaluate import evaluate
    from amts_bot.model import Pending

    if arguments.chart:
        charts.require(arguments.chart.suffix[1:])
    progress = progress_of(quiet=arguments.quiet)
    order = _order(arguments, progress)
    found = evaluate(order, progress, time, arguments.wait)
    if isinstance(found, Pending):
        tell(found.message, sys.stderr)
        return OK
    show(found, arguments.format)
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

    order = _pages(arguments, progress)
    source = arguments.source_language
    return replace(
        order,
        bench=replace(order.bench, programs=_programs(arguments, progress)),
        pages=chosen(order.pages, arguments.page or []),
        methods=tuple(arguments.method or ["memory"]),
        directions=tuple(directions(arguments.language, arguments.direction, source)),
        together=arguments.together,
        keep=arguments.keep,
    )


def _pages(arguments: argparse.Namespace, progress: Progress) -> Evaluation:
    """What there is to evaluate on."""
    if arguments.folders and arguments.pages:
        raise UsageError("--pages names folders of another kind: give two folders, or --pages")
    if arguments.folders:
        return _of_two_folders(arguments, progress)
    if arguments.source_language != "en":
        raise UsageError("--source-language is for two folders: SOURCE_DIR TARGET_DIR")
    return _of_folders(arguments) if arguments.pages else _of_repository(arguments, progress)


def _of_two_folders(arguments: argparse.Namespace, progress: Progress) -> Evaluation:
    """Pages of one name; Amazon Translate as the repository has it, where a method asks for it."""
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.reviewed import book_of_files
    from amts_bot.measure.evaluate import of_book, with_amazon

    if len(arguments.folders) != 2:
        raise UsageError("two folders of pages are needed: SOURCE_DIR TARGET_DIR")
    book = book_of_files(*map(files.folder, arguments.folders))
    order = of_book(book, arguments.language, arguments.source_language, _recordings(arguments))
    if any(name.startswith("amazon") for name in arguments.method or []):
        repository = open_repository(arguments.repository)
        return with_amazon(order, repository, _resources(progress))
    return order


def _of_folders(arguments: argparse.Namespace) -> Evaluation:
    from amts_bot.adapters import files
    from amts_bot.measure.evaluate import of_folders

    found = files.read_folders(arguments.pages, ("source.md",), ("human.md", "machine.md"))
    return of_folders(found, arguments.language, _recordings(arguments))


def _of_repository(arguments: argparse.Namespace, progress: Progress) -> Evaluation:
    from amts_bot.adapters.git import open_repository
    from amts_bot.measure.evaluate import of_repository

    resources = _resources(progress)
    repository, recordings = open_repository(arguments.repository), _recordings(arguments)
    return of_repository(repository, arguments.language, arguments.base, resources, recordings)


def _resources(progress: Progress) -> Resources:
    from amts_bot.adapters.amazon.translate import connect
    from amts_bot.adapters.processes import Processes
    from amts_bot.measure.evaluate import Resources

    return Resources(connect, time, progress, Processes())


def _programs(arguments: argparse.Namespace, progress: Progress) -> dict[str, Program]:
    """The programs behind methods."""
    from amts_bot.adapters.programs import program

    found = {name: program(name, progress) for name in arguments.method or []}
    return {name: it for name, it in found.items() if it is not None}


def _recordings(arguments: argparse.Namespace) -> dict[str, str]:
    """The texts of the files that methods `recorded:FILE` name."""
    return {
        name: recording(name, arguments.language)
        for name in arguments.method or []
        if name.startswith("recorded:")
    }
