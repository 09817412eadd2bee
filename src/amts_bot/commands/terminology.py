"""`amts-bot terminology`: what Amazon Translate is told of a glossary, and what it has.

The first word is a file or one of three actions: the command had the file alone at first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.amazon import add_desk, desk_of
from amts_bot.commands.arguments import OK, command
from amts_bot.commands.output import show, tell
from amts_bot.errors import UsageError


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "terminology",
        _run,
        "Show the terms that Amazon Translate takes from a glossary, and what is left out and why.",
        "  amts-bot terminology TERMINOLOGY.md --language tr\n"
        "  amts-bot terminology glossary.csv --language zh --output terminology.csv\n"
        "  amts-bot terminology status                    what Amazon Translate has, of every language\n"
        "  amts-bot terminology push --language tr        the glossary that amts.toml names\n"
        "  amts-bot terminology delete --language tr      not what somebody else made\n"
        "  amts-bot terminology proposals --language tr   words that people put right again and again",
    )
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE|push|status|delete|proposals",
        help="push, status or delete: do that with what Amazon Translate has. proposals: list what people wrote "
        "again and again for words of the machine, by the merged pull requests. Else a glossary: CSV "
        "or TSV (best with codes such as en,tr in its first row, as Amazon's own), TBX or TMX of a tool, a Markdown "
        "table, or lines such as 'saddle point; eyer noktası'",
    )
    parser.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help="language of the translation, such as zh; status may go without",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="CSV",
        help="where the file for ImportTerminology goes; default: it is printed",
    )
    add_desk(parser)


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    action = _ACTIONS.get(str(arguments.file), _show)
    if action is not _status and not arguments.language:
        raise UsageError("which language? say --language CODE")
    action(arguments)
    return OK


def _push(arguments: argparse.Namespace) -> None:
    from amts_bot.adapters import files
    from amts_bot.engines.resources import push_terminology
    from amts_bot.engines.terminology import terminology

    desk = desk_of(arguments)
    language = desk.config.language(arguments.language)
    if not language.terminology:
        raise UsageError(f"[languages.{language.code}] of amts.toml names no terminology")
    file = arguments.repository / language.terminology
    made = terminology(files.read(file), str(file), language.code)
    for remark in made.remarks:
        tell(remark, sys.stderr)
    tell(push_terminology(language.code, made.content, desk.config.amazon, desk.cloud))


def _status(arguments: argparse.Namespace) -> None:
    from amts_bot.console.resources import resources

    show(resources(desk_of(arguments), "terminology"), "text")


def _delete(arguments: argparse.Namespace) -> None:
    from amts_bot.console.resources import remove

    tell(remove(desk_of(arguments), "terminology", arguments.language))


def _proposals(arguments: argparse.Namespace) -> None:
    from amts_bot.adapters.git import open_repository
    from amts_bot.sync.learning import proposals

    desk, repository = desk_of(arguments), open_repository(arguments.repository)
    language, review = desk.config.language(arguments.language), desk.config.review
    for line in proposals(language, review, repository, desk.progress):
        print(line)


_ACTIONS = {"push": _push, "status": _status, "delete": _delete, "proposals": _proposals}


def _show(arguments: argparse.Namespace) -> None:
    from amts_bot.adapters import files
    from amts_bot.engines.terminology import terminology

    glossary = files.read(arguments.file)
    made = terminology(glossary, str(arguments.file), arguments.language)
    for remark in made.remarks:
        tell(remark, sys.stderr)
    if arguments.output:
        files.write(arguments.output, made.content.decode())
    else:
        print(made.content.decode(), end="")
