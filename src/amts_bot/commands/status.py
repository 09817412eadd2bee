"""`amts-bot status`: how far every page is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import OK, add_repository, command
from amts_bot.commands.output import FORMATS, progress_of, screen_of

if TYPE_CHECKING:
    from amts_bot.text.status.report import StatusReport

_FORMATS = ("text", "markdown", "html", "badge", "json")


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "status",
        _run,
        "Say how far each page of each language is: in step, behind (by how much, since when, by which English "
        "commits), new, held and why, untranslated, and which drafts nobody has reviewed yet. Reads commits, offline, "
        "and changes nothing but with --publish.",
        "  amts-bot status                                      all languages, on the terminal\n"
        "  amts-bot status --language tr --json                 a row for each page, for your site or a script\n"
        "  amts-bot status --format markdown                    tables for an issue\n"
        "  amts-bot status --format html --output status.html   a page for a browser\n"
        "  amts-bot status --format badge --output status.svg   a picture for the README\n"
        "  amts-bot status --publish                            one issue, pinned, kept up to date",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    parser.add_argument("--format", choices=_FORMATS, default="text", help="default: text")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write it there; default: the terminal"
    )
    parser.add_argument(
        "--output-dir",
        default="",
        metavar="DIR",
        help="write status.html, status.svg and status.json there, for a site",
    )
    parser.add_argument(
        "--publish",
        action="store_true",
        help="show it in an issue on GitHub, too, with the token in GITHUB_TOKEN",
    )
    add_repository(parser)


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.snapshot import languages
    from amts_bot.commands.github import pull_requests, token_of
    from amts_bot.pull_request.dashboard import dashboard
    from amts_bot.status.book import status

    repository = open_repository(arguments.repository, token=token_of(environment))
    progress = progress_of()
    asked = languages(repository, arguments.language)
    if arguments.publish:
        found, issue = dashboard(asked, repository, pull_requests(environment), progress)
        progress.say(issue.note or f"shown in {issue.url}")
    else:
        found = status(asked, repository, progress)
    if arguments.output_dir:
        for name, form in (("html", "html"), ("svg", "badge"), ("json", "json")):
            files.write(Path(arguments.output_dir) / f"status.{name}", _written(found, form))
    form = "json" if arguments.json else arguments.format
    if arguments.output:
        files.write(arguments.output, _written(found, form))
    else:
        screen = screen_of(sys.stdout)
        sys.stdout.write(found.as_text(screen) if form == "text" else _written(found, form))
    return OK


def _written(found: StatusReport, form: str) -> str:
    from amts_bot.adapters.status_page import status_page

    match form:
        case "html":
            return status_page(found.html())
        case "badge":
            return found.badge()
        case _:
            return FORMATS[form](found)
