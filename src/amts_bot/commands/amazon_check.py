"""`amts-bot amazon`: is the account set up right?"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from amts_bot.commands.amazon import add_desk, desk_of
from amts_bot.commands.arguments import FAILED, OK, command
from amts_bot.commands.output import FORMATS, add_format


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    text = "The account of Amazon Translate: check that everything is set up right."
    parser = commands.add_parser("amazon", help=text, description=text)
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(parts)


def _add_check(parts: Any) -> None:
    parser = command(
        parts,
        "check",
        _check,
        "Check credentials, roles, bucket, region, rights, languages, resources and limits, before a run costs "
        "anything: for each what is right, or which setting, permission or page of the AWS console to change.",
        "  amts-bot amazon check                   for every language of amts.toml; costs nothing\n"
        "  amts-bot amazon check --language tr --format json",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    add_format(parser, "text", "json")
    add_desk(parser)


def _check(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.check import check

    report = check(desk_of(arguments), arguments.language)
    print(FORMATS[arguments.format](report).rstrip("\n"))
    return FAILED if report.failed else OK
