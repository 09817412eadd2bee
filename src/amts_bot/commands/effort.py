"""`amts-bot effort`: how much of the bot's text survived review."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import (
    ENGINE_HELP,
    OK,
    command,
    recording,
)
from amts_bot.commands.output import add_format, progress_of, show, tell

if TYPE_CHECKING:
    from amts_bot.ports import Progress
    from amts_bot.text.measure.effort_report import EffortReport

# Those of text/effort.py, which is not imported here: --help answers at once.
_GROUPINGS = ("language", "engine", "month", "chapter")


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "effort",
        _run,
        "Measure the post-edit effort of merged pull requests: how much of what the bot proposed the "
        "translators accepted or changed, and how much work that saved them.",
        "  amts-bot effort --language tr --chart effort.svg\n"
        "  amts-bot effort --replay-syncs SYNCS --engine memory   page syncs that you kept, in a folder\n"
        "  amts-bot effort --replay-pages PAGES --format json   raw machine text, and what people made of it",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="one language; default: all of them"
    )
    parser.add_argument(
        "--repository",
        default=".",
        type=Path,
        metavar="DIR",
        help="the translation repository, with the history of the pull requests; default: here",
    )
    _add_replays(parser)
    _add_output(parser)


def _add_replays(parser: argparse.ArgumentParser) -> None:
    """What is measured instead of the history of a repository."""
    parser.add_argument(
        "--replay-pages",
        type=Path,
        metavar="DIR",
        help="instead: pages that a machine wrote and people edited, DIR/LANGUAGE/PAGE/{machine,human}.md",
    )
    parser.add_argument(
        "--replay-syncs",
        type=Path,
        metavar="DIR",
        help="instead: syncs that people did by hand, DIR/LANGUAGE/PAGE/"
        "{source_old,source_new,target_old,target_human}.md, proposed by the bot as it is now",
    )
    parser.add_argument(
        "--engine",
        default="memory",
        metavar="NAME",
        help=f"for --replay-syncs: {ENGINE_HELP}; default: memory",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    add_format(parser, "markdown", "json")
    parser.add_argument(
        "--chart", type=Path, metavar="FILE", help="draw the work saved into a .svg or .png file"
    )
    parser.add_argument(
        "--chart-by", choices=_GROUPINGS, default="language", help="bars of it; default: language"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import charts, files
    from amts_bot.text.measure.effort_report import NOT_ENOUGH

    if arguments.chart:
        charts.require(arguments.chart.suffix[1:])
    found = _measure(arguments, progress_of(quiet=arguments.quiet))
    show(found, arguments.format)
    if arguments.chart:
        chart = found.chart(arguments.chart_by)
        if not chart.bars:
            tell(f"{arguments.chart}: {NOT_ENOUGH}, nothing was drawn", sys.stderr)
            return OK
        files.write_bytes(arguments.chart, charts.draw(chart, arguments.chart.suffix[1:]))
    return OK


def _measure(arguments: argparse.Namespace, progress: Progress) -> EffortReport:
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.programs import program
    from amts_bot.measure.effort import effort, replay_pages, replay_syncs
    from amts_bot.sync.one_page import merge

    if arguments.replay_pages:
        pages = files.read_folders(arguments.replay_pages, ("machine.md", "human.md"))
        return replay_pages(_of(arguments.language, pages), progress)
    if arguments.replay_syncs:
        names = ("source_old.md", "source_new.md", "target_old.md", "target_human.md")
        syncs = files.read_folders(arguments.replay_syncs, names)
        engine = arguments.engine
        bot = partial(
            merge,
            engine_name=engine,
            recording=recording(engine, arguments.language),
            program=program(engine, progress),
        )
        return replay_syncs(_of(arguments.language, syncs), bot, engine, progress)
    languages = [arguments.language] if arguments.language else []
    return effort(open_repository(arguments.repository), languages, progress)


def _of(language: str, folders: Mapping[str, Any]) -> dict[str, Any]:
    """The folders of one language, or all of them."""
    return {
        path: files
        for path, files in folders.items()
        if not language or path.startswith(f"{language}/")
    }
