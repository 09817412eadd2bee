"""`amts-bot cleanup`: takes away what nobody needs any more at Amazon."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from amts_bot.commands.amazon import add_desk, desk_of
from amts_bot.commands.arguments import OK, command, count
from amts_bot.commands.output import tell


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "cleanup",
        _run,
        "Delete what nobody needs any more at Amazon: files of old runs and what evaluate made. Without --yes it only "
        "says what it would do.",
        "  amts-bot cleanup                              what is older than 30 days, and evaluate's resources\n"
        "  amts-bot cleanup --scope evaluate --days 0 --yes\n"
        "  amts-bot cleanup --scope everything --yes     before the stack is deleted",
    )
    parser.add_argument(
        "--scope",
        choices=("old", "evaluate", "everything"),
        default="old",
        help="everything: all files, jobs, parallel data and terminologies that the bot made for this translation, "
        "but not the ledger of paid answers; default: old",
    )
    parser.add_argument(
        "--days", type=count, default=30, metavar="N", help="how old files must be; default: 30"
    )
    parser.add_argument("--yes", action="store_true", help="do it")
    add_desk(parser)


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.cleanup import clean_up, waste

    desk = desk_of(arguments)
    found = waste(desk, arguments.scope, arguments.days)
    tell(found.as_text())
    if arguments.yes:
        clean_up(desk, found)
    elif found.is_something:
        print("nothing was done: say --yes to do it")
    return OK
