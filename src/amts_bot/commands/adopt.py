"""`amts-bot adopt`: takes up a repository."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import OK, add_repository, command
from amts_bot.commands.output import screen_of, tell, written_json
from amts_bot.errors import UsageError

if TYPE_CHECKING:
    from amts_bot.adapters.git import GitRepository


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "adopt",
        _run,
        "Take up a repository: find where the English is, the layout of the translations, their languages, and the "
        "English that each page was made from. Proposes amts.toml, shows how far each page is, and says what to do "
        "about the pages of which nothing is sure. Reads commits, and changes nothing without --write.",
        "  amts-bot adopt                                         look: nothing is written\n"
        "  amts-bot adopt --write                                 write amts.toml, if it is missing, and the locks\n"
        "  amts-bot adopt --language tr                           where nothing tells the language of the pages\n"
        "  amts-bot adopt --upstream https://github.com/OWNER/english-book   in a fork of the English book\n"
        "  amts-bot adopt --json                                  the same for programs",
    )
    parser.add_argument(
        "--write", action="store_true", help="write amts.toml, where there is none, and the locks"
    )
    parser.add_argument(
        "--upstream",
        default="",
        metavar="URL",
        help="the English repository that this one is a fork of; it is fetched",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="this language alone, such as tr or pt-BR"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    add_repository(parser)


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.files import write_all
    from amts_bot.adapters.git import open_repository
    from amts_bot.adopt.adoption import adopt
    from amts_bot.adopt.places import Asked
    from amts_bot.commands.github import token_of

    repository = open_repository(arguments.repository, token=token_of(environment))
    found = adopt(Asked(arguments.upstream, arguments.language), repository)
    if arguments.write:
        _refuse_uncommitted(found.files, repository)
        write_all(repository.root, found.files)
    if arguments.json:
        sys.stdout.write(written_json(found.as_json()))
    else:
        sys.stdout.write(found.as_text(screen_of(sys.stdout)))
        tell(_closing(found.files, arguments.write))
    return OK


def _refuse_uncommitted(files: Mapping[str, bytes], repository: GitRepository) -> None:
    """A file that is there and in no commit is somebody's work."""
    for path in repository.uncommitted(files):
        raise UsageError(
            f"{path} is there and not committed: commit it, or delete it; nothing was written"
        )


def _closing(files: Mapping[str, bytes], written: bool) -> str:
    names = " ".join(files)
    if not files:
        return "\nnothing to write: the settings and the locks are there"
    if not written:
        return f"\nnothing was written; --write writes {names}"
    commit = f"git add {names} && git commit -m 'Add the AMTS bot'"
    return f"\nwritten: {names}; look at them, then: {commit} && amts-bot sync --dry-run"
