"""`amts-bot sync`: the main job."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import ENGINE_HELP, FAILED, OK, command, duration, flag, recording

if TYPE_CHECKING:
    from amts_bot.sync import SyncResult


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "sync",
        _run,
        "Bring the translation in this repository up to the English that its submodule has checked out: "
        "one commit on branch amts/LANGUAGE, and the text of the pull request.",
        "  amts-bot sync --language tr --dry-run     plan, characters and price; writes nothing\n"
        "  amts-bot sync --language tr               the job; an empty option is an unset one\n"
        "  amts-bot sync --language zh --base v1.0   first run: the English the pages were made from",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    parser.add_argument(
        "--base",
        default="",
        metavar="REV",
        help="English commit or tag that a repository without amts.lock was translated from",
    )
    parser.add_argument(
        "--to",
        default="",
        metavar="REV",
        help="English commit or tag to move to; default: what the submodule has checked out",
    )
    parser.add_argument(
        "--engine", default="", metavar="NAME", help=f"{ENGINE_HELP}; default: as in amts.toml"
    )
    parser.add_argument(
        "--dry-run",
        nargs="?",
        const=True,
        default=False,
        type=flag,
        metavar="true|false",
        help="plan, count and price only",
    )
    parser.add_argument(
        "--wait",
        default="",
        type=duration,
        metavar="TIME",
        help="how long to wait for a batch job, such as 45m or 2h (for engines that run one)",
    )
    parser.add_argument(
        "--output-dir",
        default="",
        metavar="DIR",
        help="where the pull request text and the report go; default: amts-report",
    )
    parser.add_argument(
        "--repository",
        default=".",
        type=Path,
        metavar="DIR",
        help="the translation repository; default: here",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.terminal import TerminalProgress
    from amts_bot.survey import Order, languages
    from amts_bot.sync import sync

    identity = {
        k: v
        for k, v in environment.items()
        if re.fullmatch(r"GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)", k)
    }
    repository = open_repository(arguments.repository, identity)
    progress = TerminalProgress(sys.stderr, quiet=arguments.quiet)
    recorded = recording(arguments.engine)
    status = OK
    for language in languages(repository, arguments.language):
        order = Order(
            language, arguments.base, arguments.to, arguments.engine, recorded, arguments.dry_run
        )
        result = sync(order, repository, progress)
        folder = Path(arguments.output_dir or arguments.repository / "amts-report") / language
        files.write(folder.parent / ".gitignore", "*\n")
        files.write(folder / "pull-request.md", result.report.body())
        files.write(
            folder / "report.json",
            json.dumps(result.report.as_json(), ensure_ascii=False, indent=1) + "\n",
        )
        print(result.report.table())
        print(_summary(result, language, folder))
        _outputs(result, language, folder, environment)
        status = max(status, FAILED if result.report.failed else OK)
    return status


def _summary(result: SyncResult, language: str, folder: Path) -> str:
    if result.report.planned:
        return f"dry run: nothing was written but {folder}/pull-request.md"
    if not result.commit:
        return "nothing to do"
    return f"commit {result.commit[:10]} on branch amts/{language}; pull request text: {folder}/pull-request.md"


def _outputs(
    result: SyncResult, language: str, folder: Path, environment: Mapping[str, str]
) -> None:
    """The action's outputs, all of them, also when nothing happened."""
    path = environment.get("GITHUB_OUTPUT")
    if not path:
        return
    from amts_bot.adapters import files

    totals = result.report.totals
    values = {
        "pull-request-body": str(folder / "pull-request.md"),
        "branch": f"amts/{language}" if result.commit else "",
        "units-kept": totals["keep"],
        "units-translated": totals["translate"],
        "units-held": totals["hold"],
        "units-failed": totals["fail"] + len(result.report.failed),
        "characters": result.report.quote.characters,
    }
    files.append(Path(path), "".join(f"{name}={value}\n" for name, value in values.items()))
