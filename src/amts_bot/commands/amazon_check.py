"""`amts-bot amazon`: is the account set up right?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from amts_bot.commands.amazon import WAIT, add_desk, desk_of
from amts_bot.commands.arguments import FAILED, OK, command, duration
from amts_bot.commands.output import add_format, screen_of, show

if TYPE_CHECKING:
    from amts_bot.console.canary import Shown


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
        "  amts-bot amazon check --language tr --format json\n"
        "  amts-bot amazon check --canary          then one small job, whose price is said before\n"
        "  amts-bot amazon check --show            what the last canary showed",
    )
    more = parser.add_mutually_exclusive_group()
    more.add_argument(
        "--canary",
        action="store_true",
        help="when nothing is wrong: send some twenty units with every kind of markup, and write what Amazon Translate "
        "did to them into amts/LANGUAGE.profile.json, to be committed",
    )
    more.add_argument("--show", action="store_true", help="print that file, and ask nobody")
    parser.add_argument(
        "--wait",
        default=None,
        type=duration,
        metavar="TIME",
        help="how long to wait for the canary, such as 90s or 2h; default: 45m",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    add_format(parser, "text", "json")
    add_desk(parser)


def _check(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.check import check

    if arguments.show:
        return _show(arguments)
    report = check(desk_of(arguments), arguments.language)
    if arguments.format == "text":
        print(report.as_text(screen_of(sys.stdout)))
    else:
        show(report, arguments.format)
    if arguments.canary and not report.failed:
        return _canary(arguments)
    return FAILED if report.failed else OK


def _show(arguments: argparse.Namespace) -> int:
    from amts_bot.adapters import files
    from amts_bot.console.canary import kept, places

    desk = desk_of(arguments)
    paths = {name: arguments.repository / name for name in places(desk)}
    texts = {name: files.read(path) for name, path in paths.items() if path.exists()}
    return _told(kept(desk, arguments.language, texts), arguments)


def _canary(arguments: argparse.Namespace) -> int:
    from amts_bot.adapters import files
    from amts_bot.console.canary import files as made
    from amts_bot.console.canary import quoted, sent

    desk = desk_of(arguments)
    print(quoted(desk, arguments.language), file=sys.stderr)
    shown = sent(desk, arguments.language, WAIT if arguments.wait is None else arguments.wait)
    for path, text in made(shown):
        files.write(arguments.repository / path, text)
        print(f"written: {path}; commit it", file=sys.stderr)
    return _told(shown, arguments)


def _told(shown: Shown, arguments: argparse.Namespace) -> int:
    show(shown, arguments.format)
    return FAILED if shown.failed else OK
