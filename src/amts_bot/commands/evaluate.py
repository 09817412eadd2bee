"""`amts-bot evaluate`: the scores of translation methods on pages that people have translated."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import OK, command

if TYPE_CHECKING:
    from amts_bot.evaluate import Evaluation
    from amts_bot.text.evaluation_report import EvaluationReport


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "evaluate",
        _run,
        "Score translation methods on pages that people have translated: BLEU and chrF by document, "
        "paragraph and sentence, with error bars and a test against the first method.",
        "  amts-bot evaluate --language zh --pages ~/pages --page 'bert*' --method memory\n"
        "  amts-bot evaluate --language zh --pages shared/replay/mt/zh --method recorded --chart zh.svg",
    )
    parser.add_argument("--language", required=True, metavar="CODE", help="language of the pages")
    parser.add_argument(
        "--method",
        action="append",
        metavar="NAME",
        help="memory (the rest of the reviewed book), recorded:FILE, or none; again for each method; "
        "the others are tested against the first; default: memory",
    )
    parser.add_argument(
        "--page",
        action="append",
        metavar="PATTERN",
        help="pages to score, patterns as in .gitignore; again for more; default: all pages",
    )
    parser.add_argument(
        "--direction",
        choices=("both", "forward", "reverse"),
        default="both",
        help="from English, to English, or both; default: both",
    )
    parser.add_argument(
        "--pages",
        type=Path,
        required=True,
        metavar="DIR",
        help="where the pages are: DIR/PAGE/{source,human}.md; machine.md is the page as a machine "
        "wrote it, for method recorded",
    )
    parser.add_argument(
        "--format",
        choices=("markdown", "csv", "json"),
        default="markdown",
        help="default: markdown",
    )
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw a .svg or .png file")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import charts, files
    from amts_bot.adapters.terminal import TerminalProgress
    from amts_bot.evaluate import evaluate
    from amts_bot.model import Pending

    order = _order(arguments)
    progress = TerminalProgress(sys.stderr, quiet=arguments.quiet)
    found = evaluate(order, progress, time)
    if isinstance(found, Pending):
        print(found.message, file=sys.stderr)
        return OK
    print(_written(found, arguments.format), end="")
    if arguments.chart:
        for direction in order.directions:
            picture = charts.draw(found.chart(str(direction)), arguments.chart.suffix[1:])
            files.write_bytes(
                _named(arguments.chart, direction.target, len(order.directions)), picture
            )
    return OK


def _named(path: Path, target: str, directions: int) -> Path:
    """One file for each direction: chart.svg is chart-zh.svg and chart-en.svg."""
    return path if directions == 1 else path.with_stem(f"{path.stem}-{target}")


def _written(found: EvaluationReport, format: str) -> str:
    if format == "json":
        return json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n"
    return found.csv() if format == "csv" else found.markdown()


def _order(arguments: argparse.Namespace) -> Evaluation:
    from amts_bot.adapters import files
    from amts_bot.evaluate import chosen, directions, of_folders

    found = files.read_folders(arguments.pages, ("source.md",), ("human.md", "machine.md"))
    methods = tuple(arguments.method or ["memory"])
    order = of_folders(found, arguments.language)
    return replace(
        order,
        pages=chosen(order.pages, arguments.page or []),
        methods=methods,
        directions=tuple(directions(arguments.language, arguments.direction)),
    )
