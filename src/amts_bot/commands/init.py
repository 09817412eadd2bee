"""`amts-bot init`: all files that the bot needs in a repository."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import OK, add_repository, command
from amts_bot.commands.output import tell, written_json
from amts_bot.errors import UsageError

if TYPE_CHECKING:
    from amts_bot.adapters.git import GitRepository
    from amts_bot.adopt.beginning import Beginning, BeginningOrder, EnglishClone


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "init",
        _run,
        "Set up a repository: find the English, the layout, the languages, and the English that each page was made "
        "from, and write amts.toml, the locks, and the workflows. Says what to set on GitHub. Asks what it cannot "
        "find out, on a terminal alone. What is there already stays as it is: run it as often as you like.",
        "  amts-bot init --dry-run                 show the files, and write none\n"
        "  amts-bot init --bot my-team/amts-bot@v1 --commit\n"
        "  amts-bot init --language tr             where nothing tells the language of the pages\n"
        "  amts-bot init --upstream https://github.com/OWNER/english-book   English that is no submodule\n"
        "  amts-bot init --english ../english-book   also the workflow there that tells of its changes",
    )
    parser.add_argument(
        "--upstream",
        default="",
        metavar="URL",
        help="the English repository, where it is no submodule of this one; it is fetched",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="this language alone, such as tr or pt-BR"
    )
    _add_files(parser)
    add_repository(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    """What the files say, and what is done with them."""
    parser.add_argument(
        "--bot",
        default=None,
        type=_bot,
        metavar="OWNER/NAME[@REV]",
        help="the repository of the bot that the workflows call; default: the one this was installed from",
    )
    parser.add_argument(
        "--branch",
        default="",
        metavar="NAME",
        help="the default branch on GitHub; default: the one that was cloned",
    )
    parser.add_argument(
        "--english",
        default=None,
        type=Path,
        metavar="DIR",
        help="a clone of the English repository: the workflow that tells this translation of its changes is written "
        "there, or this translation into the list of the one that is there",
    )
    parser.add_argument("--aws", action="store_true", help="say what to set for Amazon Translate")
    parser.add_argument("--dry-run", action="store_true", help="show the files, and write none")
    parser.add_argument(
        "--commit", action="store_true", help="commit what was written: the bot reads commits"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--json", action="store_true", help="for programs; asks nothing")


def _bot(text: str) -> str:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+(@[\w./-]+)?", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no repository on GitHub such as my-team/amts-bot@v1"
        )
    return text if "@" in text else f"{text}@v1"


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.files import write_all
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.terminal import asks
    from amts_bot.commands.github import token_of

    repository = open_repository(arguments.repository, token=token_of(environment))
    talks = asks() and not (arguments.yes or arguments.json)
    found = _found(_order(arguments, repository), repository, talks=talks)
    if arguments.json:
        sys.stdout.write(written_json(found.as_json()))
    elif arguments.dry_run:
        print(found.contents(), end="\n\n")
    if arguments.dry_run:
        _tell(found, "\nnothing was written", arguments)
        return OK
    if talks and found.new and not _agreed(found):
        raise UsageError("nothing was written: run again when you want these files")
    write_all(repository.root, found.new)
    if found.notice and found.notice.state == "new":
        write_all(arguments.english, {found.notice.path: found.notice.content})
    _tell(found, _after(found, repository, commits=_commits(arguments, talks=talks)), arguments)
    return OK


def _order(arguments: argparse.Namespace, repository: GitRepository) -> BeginningOrder:
    from amts_bot.adapters.package import home
    from amts_bot.adopt.beginning import BeginningOrder
    from amts_bot.adopt.places import Asked
    from amts_bot.adopt.workflows import PLACEHOLDER

    return BeginningOrder(
        asked=Asked(arguments.upstream, arguments.language),
        bot=arguments.bot or home() or PLACEHOLDER,
        branch=arguments.branch
        or repository.default_branch()
        or repository.current_branch()
        or "main",
        amazon=arguments.aws,
        english=_english(arguments.english) if arguments.english else None,
    )


def _english(folder: Path) -> EnglishClone:
    from amts_bot.adapters.files import looking_in
    from amts_bot.adapters.git import open_repository
    from amts_bot.adopt.beginning import EnglishClone

    clone = open_repository(folder)
    branch = clone.default_branch() or clone.current_branch() or "main"
    return EnglishClone(branch, looking_in(folder))


def _found(order: BeginningOrder, repository: GitRepository, *, talks: bool) -> Beginning:
    """What is found; on a terminal people are asked for what is not."""
    from amts_bot.adapters.files import looking_in
    from amts_bot.adapters.package import examples
    from amts_bot.adapters.terminal import ask
    from amts_bot.adopt.beginning import beginning
    from amts_bot.adopt.finding import NoEnglish, NoLanguage

    if talks:
        order = _with_wishes(order)
    while True:
        try:
            return beginning(order, repository, examples(), looking_in(repository.root))
        except (NoEnglish, NoLanguage) as error:
            what = "language" if isinstance(error, NoLanguage) else "upstream"
            answer = ask(f"{error}\n{_QUESTIONS[what]}") if talks else ""
            if not answer:
                raise
            order = replace(order, asked=replace(order.asked, **{what: answer}))


def _with_wishes(order: BeginningOrder) -> BeginningOrder:
    """What nothing in a repository can tell. Raises UsageError for an answer that is none."""
    from amts_bot.adapters.terminal import ask
    from amts_bot.adopt.workflows import PLACEHOLDER

    if order.bot == PLACEHOLDER:
        answer = ask("Which repository of the bot do you use, such as my-team/amts-bot@v1?")
        try:
            order = replace(order, bot=_bot(answer) if answer else order.bot)
        except argparse.ArgumentTypeError as error:
            raise UsageError(f"{error}\nrun again; an empty answer leaves it open") from error
    wanted = order.amazon or ask("Will you use Amazon Translate? [y/N]").casefold() in ("y", "yes")
    return replace(order, amazon=wanted)


_QUESTIONS = {
    "language": "Which language are the pages in, such as tr?",
    "upstream": "Where is the English repository, such as https://github.com/OWNER/english-book?",
}


def _agreed(found: Beginning) -> bool:
    from amts_bot.adapters.terminal import ask

    tell(found.listing(written=False))
    return ask("Write them? [Y/n]").casefold() in ("", "y", "yes")


def _commits(arguments: argparse.Namespace, *, talks: bool) -> bool:
    from amts_bot.adapters.terminal import ask

    if arguments.commit or not talks:
        return bool(arguments.commit)
    return ask("Commit them? The bot reads commits. [Y/n]").casefold() in ("", "y", "yes")


def _after(found: Beginning, repository: GitRepository, *, commits: bool) -> str:
    """What became of the files, and the next command."""
    from amts_bot.adapters.git.by_hand import record

    changed = repository.uncommitted(it.path for it in found.files if it.state != "other")
    names = " ".join(changed)
    if changed and not commits:
        return f"next: git add {names} && git commit -m '{_MESSAGE}' && amts-bot doctor"
    if changed:
        record(repository.root, changed, _MESSAGE)
        return f"committed: {names}\nnext: amts-bot doctor"
    return "all of it is committed\nnext: amts-bot doctor"


_MESSAGE = "Add the AMTS bot"

_SAID_OF = {
    "new": "written, with this translation in its list: commit and push it there",
    "same": "there already, with this translation in its list",
    "other": "left as it is: it has no list of translations to write this one into, do it by hand",
}


def _tell(found: Beginning, closing: str, arguments: argparse.Namespace) -> None:
    if arguments.json:
        return
    tell(found.listing(written=not arguments.dry_run))
    tell("\nto set where the bot may set nothing:")
    for number, step in enumerate(found.steps, 1):
        tell(f"  {number}. {step}")
    if found.notice:
        says = _SAID_OF | ({"new": "would be written"} if arguments.dry_run else {})
        tell(f"\nin the English repository:\n  {found.notice.path}  {says[found.notice.state]}")
    tell(f"\n{closing.strip()}")
