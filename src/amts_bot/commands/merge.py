"""`amts-bot merge`: one page, no git."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import (
    ENGINE_HELP,
    FAILED,
    OK,
    command,
    recording,
)
from amts_bot.commands.output import progress_of, tell, written_json


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "merge",
        _run,
        "Merge one page: the old English, the new English and the translation of the old one.",
        "  amts-bot merge --source-old old.md --source-new new.md --target page.md --language tr \\\n"
        "      --engine memory --output page.md --report report.json",
    )
    for name, text in (
        ("--source-old", "English page that the target was translated from"),
        ("--source-new", "new English page"),
        ("--target", "reviewed translation of the old English"),
        ("--output", "where the new target page goes (may be the target itself)"),
    ):
        parser.add_argument(name, required=True, type=Path, metavar="FILE", help=text)
    parser.add_argument(
        "--language", required=True, metavar="CODE", help="language of the target, such as zh"
    )
    parser.add_argument(
        "--engine", default="none", metavar="NAME", help=f"{ENGINE_HELP}; default: none"
    )
    parser.add_argument(
        "--book",
        type=Path,
        metavar="DIR",
        help="other reviewed pages for the memory: DIR/en has the English, and DIR/LANGUAGE, such as DIR/zh, its "
        "translation under the same names",
    )
    parser.add_argument("--report", type=Path, metavar="JSON", help="where the merge report goes")


def _book(folder: Path | None, language: str) -> Mapping[str, Any]:
    """The pages that stand in both folders of a book, by name."""
    from amts_bot.adapters import files
    from amts_bot.sync.one_page import book_pages

    if folder is None:
        return {}
    return book_pages(*(files.folder(folder / name) for name in ("en", language)))


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.programs import program
    from amts_bot.sync.one_page import markdown, merge

    paths = (arguments.source_old, arguments.source_new, arguments.target)
    source_old, source_new, target = (markdown(str(path), files.read(path)) for path in paths)
    outcome = merge(
        source_old,
        source_new,
        target,
        arguments.language,
        engine_name=arguments.engine,
        recording=recording(arguments.engine, arguments.language),
        program=program(arguments.engine, progress_of()),
        book=_book(arguments.book, arguments.language),
    )
    files.write(arguments.output, outcome.text)
    if arguments.report:
        files.write(arguments.report, written_json(outcome.report()))
    if outcome.held:
        tell(f"amts-bot: {arguments.target}: held: {outcome.held}", sys.stderr)
        return FAILED
    return OK
