"""`amts-bot export` and `import`: a pull request worked on in a translation tool."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from amts_bot.commands.arguments import FAILED, OK, add_repository, command
from amts_bot.commands.output import progress_of, tell
from amts_bot.errors import UsageError
from amts_bot.model import ExchangeFormat, counted


def add(commands: Any) -> None:
    """Adds the two commands to the parser."""
    _add_export(commands)
    _add_import(commands)


def _add_export(commands: Any) -> None:
    parser = command(
        commands,
        "export",
        _export,
        "Write the units that wait for people in the open pull request of a language, as XLIFF 2.1 or PO for OmegaT, "
        "Poedit, Virtaal, Weblate and others. Drafts come along to be corrected; code has to be seen in its page.",
        "  amts-bot export --language tr                   writes tr.xlf\n"
        "  amts-bot export --language tr --format po       writes tr.po\n"
        "  amts-bot export --language tr --output -        on the terminal",
    )
    parser.add_argument("--language", required=True, metavar="CODE", help="language of amts.toml")
    parser.add_argument(
        "--format", choices=get_args(ExchangeFormat), default="xliff", help="default: xliff"
    )
    parser.add_argument(
        "--output", default="", metavar="FILE", help="default: LANGUAGE.xlf or LANGUAGE.po"
    )
    add_repository(parser)


def _add_import(commands: Any) -> None:
    parser = command(
        commands,
        "import",
        _import,
        "Write what people changed in an exported file, in one commit on the branch of the pull request. It counts as "
        "their text. What moved on since the export is left alone and named, and so is a text that would break its "
        "page.",
        "  amts-bot import tr.xlf   the language is in the file\n  amts-bot import tr.po",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="an exported file, translated")
    parser.add_argument(
        "--language", default="", metavar="CODE", help="where the file does not say it"
    )
    add_repository(parser)


def _export(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.exchange.units_out import export_units

    progress = progress_of()
    repository = open_repository(arguments.repository)
    found = export_units(arguments.language, arguments.format, repository, progress)
    if arguments.output == "-":
        sys.stdout.write(found.content.decode())
        return OK
    name = arguments.output or found.name
    files.write_bytes(Path(name), found.content)
    others = (
        f"\n{counted(found.others, 'unit of code waits', 'units of code wait')}, to be edited in the pages themselves"
        if found.others
        else ""
    )
    tell(
        f"{counted(found.units, 'unit')} written to {name}{others}\nbring it back with: amts-bot import {name}"
    )
    return OK


def _import(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.git import open_repository
    from amts_bot.commands.github import identity
    from amts_bot.exchange.units_in import import_units

    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise UsageError(f"{arguments.file}: {error.strerror}") from error
    repository = open_repository(arguments.repository, identity(environment))
    progress = progress_of()
    try:
        found = import_units(content, repository, progress, arguments.language)
    except UsageError as error:
        raise UsageError(f"{arguments.file}: {error}") from error
    for it in found.refused:
        tell(f"not written: {it.page}: {it.text!r}: {it.reason}", sys.stderr)
    if found.commit:
        tell(
            f"{counted(found.written, 'unit')} written in commit {found.commit[:10]} on {found.branch}, "
            f"{counted(found.untouched, 'other is', 'others are')} as they stand\n"
            f"now: git push origin {found.branch}"
        )
    else:
        tell(f"nothing to write: {counted(found.untouched, 'unit is', 'units are')} as they stand")
    return FAILED if found.refused else OK
