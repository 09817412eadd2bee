"""`amts-bot comment`: does what a comment on the pull request asks for."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import (
    ENGINE_HELP,
    OK,
    add_repository,
    command,
    recording,
)
from amts_bot.commands.github import identity, pull_requests, token_of
from amts_bot.commands.output import progress_of
from amts_bot.commands.programs import programs
from amts_bot.errors import UsageError

if TYPE_CHECKING:
    from amts_bot.model import Comment


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "comment",
        _run,
        "Do what a comment on the bot's pull request asks for (/amts status, keep, hold, retranslate), for "
        "people who may push, and answer it. Needs GITHUB_TOKEN and GITHUB_REPOSITORY.",
        "  amts-bot comment                       in a workflow for comments\n"
        "  amts-bot comment --event event.json    with the event from a file",
    )
    parser.add_argument(
        "--event",
        default="",
        metavar="FILE",
        help="the event as GitHub sends it; default: the file that GITHUB_EVENT_PATH names",
    )
    parser.add_argument(
        "--engine", default="", metavar="NAME", help=f"{ENGINE_HELP}; default: as in amts.toml"
    )
    add_repository(parser)


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.actions import Runner
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.snapshot import Order
    from amts_bot.commands.amazon import connect
    from amts_bot.pull_request.comment import answer
    from amts_bot.sync.amazon import Amazon

    token = token_of(environment)
    runner = Runner(environment, sys.stdout)
    runner.mask(token)
    comment = _comment(arguments.event or environment.get("GITHUB_EVENT_PATH", ""))
    repository = open_repository(arguments.repository, identity(environment), token)
    progress = progress_of()
    order = Order(
        "",
        engine=arguments.engine,
        recording=recording(arguments.engine, ""),
        programs=programs(progress, environment, repository),
        wait=_PATIENCE,
    )
    hub = pull_requests(environment)
    said = answer(comment, order, repository, hub, progress, Amazon(connect, time))
    runner.print(said or "nothing to do")
    return OK


# Seconds for a batch job: small ones take minutes, and the next comment waits for its answer.
_PATIENCE = 600.0


def _comment(path: str) -> Comment:
    """The comment of an event; one on an issue that is no pull request has the number 0."""
    from amts_bot.adapters import files
    from amts_bot.model import Comment

    if not path:
        raise UsageError("no event: name its file with --event, or run in a workflow for comments")
    try:
        event = json.loads(files.read(Path(path)))
        row = event["comment"]
        login = row["user"]["login"] if row["user"] else ""  # the account was deleted meanwhile
        number, thread = _place(event)
        return Comment(
            number=number,
            id=int(row["id"]),
            author=str(login),
            body=str(row["body"]),
            thread=thread,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: not an event of issue_comment or pull_request_review_comment ({error!r})"
        ) from error


def _place(event: Mapping[str, Any]) -> tuple[int, int]:
    """The number of the pull request, and of the first comment of the thread where the comment is on lines."""
    if "pull_request" in event:  # pull_request_review_comment
        row = event["comment"]
        return int(event["pull_request"]["number"]), int(row.get("in_reply_to_id") or row["id"])
    issue = event["issue"]
    return (int(issue["number"]) if "pull_request" in issue else 0), 0
