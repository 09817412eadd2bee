"""`amts-bot jobs`: the batch jobs of Amazon Translate in hand."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from amts_bot.commands.amazon import add_desk, desk_of
from amts_bot.commands.arguments import OK, command, count
from amts_bot.commands.output import add_format, show, tell

if TYPE_CHECKING:
    from amts_bot.console.jobs import JobCard, JobList

_LANGUAGE = "language of amts.toml; default: all of them"


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    text = "The batch jobs of this translation at Amazon Translate: list, show, stop, retry."
    parser = commands.add_parser("jobs", help=text, description=text)
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add_part in (_add_list, _add_show, _add_stop, _add_retry):
        add_part(parts)


def _add_list(parts: Any) -> None:
    parser = command(
        parts,
        "list",
        _list,
        "List the jobs of the last days, newest first: how they stand, what they cost, what the next run does with "
        "them, and where they are in the AWS console.",
        "  amts-bot jobs list\n  amts-bot jobs list --language tr --days 90 --format json",
    )
    parser.add_argument("--language", default="", metavar="CODE", help=_LANGUAGE)
    parser.add_argument("--days", type=count, default=30, metavar="N", help="default: 30")
    add_format(parser, "text", "json")
    add_desk(parser)


def _add_show(parts: Any) -> None:
    parser = command(
        parts,
        "show",
        _show,
        "Show one job, with what Amazon says of documents that failed.",
        "  amts-bot jobs show 91d9da1451263e58b0a9e637865ba0e9",
    )
    _add_job(parser)


def _add_stop(parts: Any) -> None:
    parser = command(
        parts,
        "stop",
        _stop,
        "Stop a job of this translation. What it has translated until then is paid, and used; the next run starts "
        "another one for the rest.",
        "  amts-bot jobs stop 91d9da1451263e58b0a9e637865ba0e9",
    )
    _add_job(parser)


def _add_retry(parts: Any) -> None:
    parser = command(
        parts,
        "retry",
        _retry,
        "Let the next run send again what failed, got lost or came back damaged. It may be paid a second time: say "
        "so once the reason is mended.",
        "  amts-bot jobs retry --language tr",
    )
    parser.add_argument("--language", default="", metavar="CODE", help=_LANGUAGE)
    add_desk(parser)


def _add_job(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", metavar="JOB", help="its number, as amts-bot jobs list shows it")
    add_format(parser, "text", "json")
    add_desk(parser)


def _list(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.jobs import listed

    return _told(listed(desk_of(arguments), arguments.language, arguments.days), arguments)


def _show(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.jobs import shown

    return _told(shown(desk_of(arguments), arguments.job), arguments)


def _stop(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.jobs import stop

    return _told(stop(desk_of(arguments), arguments.job), arguments)


def _told(found: JobCard | JobList, arguments: argparse.Namespace) -> int:
    show(found, arguments.format)
    return OK


def _retry(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.jobs import retry

    for language in retry(desk_of(arguments), arguments.language):
        tell(
            f"{language}: what failed, got lost or came back damaged until now is sent again by the next run; "
            "start it with amts-bot sync, or wait for the schedule"
        )
    return OK
