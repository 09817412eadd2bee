"""`amts-bot demo`: a whole sync of a small book that comes along."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import FAILED, OK, command
from amts_bot.commands.output import progress_of, screen_of, tell
from amts_bot.errors import UsageError

if TYPE_CHECKING:
    from amts_bot.text.pull_request.report import RunReport


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "demo",
        _run,
        "Sync a small book that comes along, in two git repositories in a temporary folder: no account, no network.",
        "  amts-bot demo\n  amts-bot demo --folder /tmp/look     leave it there",
    )
    parser.add_argument(
        "--folder",
        default="",
        metavar="DIR",
        help="an empty folder to play in; default: a temporary one",
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.review_page import review_page
    from amts_bot.adapters.stage import DemoStage
    from amts_bot.sync.demo import demo
    from amts_bot.text.pull_request.body import body
    from amts_bot.text.pull_request.page import page_data
    from amts_bot.text.pull_request.review import review

    if (
        arguments.folder
        and Path(arguments.folder).exists()
        and any(Path(arguments.folder).iterdir())
    ):
        raise UsageError(f"{arguments.folder} is not empty: name a new folder")
    folder = Path(arguments.folder or tempfile.mkdtemp(prefix="amts-demo-")).absolute()

    def keep(report: RunReport) -> str:
        page, text, shown = folder / "review.html", folder / "pull-request.md", review(report)
        files.write(text, body(shown))
        files.write_stretches(page, review_page(page_data(shown)))
        return f"The pull request: {text}\nTo review it in your browser: {page.as_uri()}"

    stage, progress = DemoStage(folder, open_repository), progress_of(quiet=True)
    result = demo(stage, progress, tell, keep, screen_of(sys.stdout))
    tell("For a book of your own: amts-bot init --dry-run, which looks and changes nothing")
    return FAILED if result.report.failed else OK
