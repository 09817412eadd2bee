"""`amts-bot doctor`: is everything right for a run?"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import FAILED, OK, USAGE, add_base, add_repository, command
from amts_bot.commands.output import progress_of, screen_of, show

if TYPE_CHECKING:
    from amts_bot.book.config import Config
    from amts_bot.console.desk import Desk
    from amts_bot.ports import Rights


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "doctor",
        _run,
        "Look over everything that a run needs: amts.toml with every fault in it, patterns that match nothing, the "
        "branch, the English, the languages and their pages, the locks, the workflows against the examples of this "
        "version, the rights of the token in GITHUB_TOKEN, and with an engine of Amazon its account. A line for each, "
        "and below it what to do. Changes nothing. Exit status: 2 where something of the repository is wrong, 1 where "
        "only the token or the account is.",
        "  amts-bot doctor\n"
        "  amts-bot doctor --language tr --json\n"
        "  amts-bot doctor --no-amazon                leave the account of Amazon alone",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    add_base(parser)
    parser.add_argument(
        "--no-amazon", action="store_true", help="ask nobody at Amazon, whatever the engine"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    add_repository(parser)


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.actions import Runner
    from amts_bot.adapters.files import looking_in
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.package import examples
    from amts_bot.adapters.programs import installed
    from amts_bot.commands.github import token_of
    from amts_bot.doctor.examination import examine
    from amts_bot.doctor.subject import Subject
    from amts_bot.engines.table import ENGINES

    repository = open_repository(arguments.repository, token=token_of(environment))
    found = examine(
        Subject(
            repository=repository,
            there=looking_in(repository.root),
            examples=examples(),
            engines=frozenset({*ENGINES, *installed()}),
            rights=_rights(environment),
            desk=None if arguments.no_amazon else _desk,
            language=arguments.language,
            base=arguments.base,
        )
    )
    if arguments.json:
        show(found, "json")
    else:
        print(found.as_text(screen_of(sys.stdout)))
    Runner(environment, sys.stdout).annotate(found.annotations())
    if found.misconfigured:
        return USAGE
    return FAILED if found.failed else OK


def _rights(environment: Mapping[str, str]) -> Rights | None:
    from amts_bot.adapters.github import API, connect
    from amts_bot.adapters.github_rights import GitHubRights
    from amts_bot.commands.github import token_of

    token, name = token_of(environment), environment.get("GITHUB_REPOSITORY", "")
    if not (token and name):
        return None
    return GitHubRights(connect(token, environment.get("GITHUB_API_URL") or API), name)


def _desk(config: Config) -> Desk:
    from amts_bot.commands.amazon import connect
    from amts_bot.console.desk import Desk

    return Desk(config, connect, time, progress_of())
