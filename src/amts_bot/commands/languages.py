"""`amts-bot languages`: what a workflow makes one job each of."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, add_repository, command


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "languages",
        _run,
        "List the languages of amts.toml. In GitHub Actions the list is also the output `languages`, as JSON.",
        "  amts-bot languages\n"
        "  amts-bot languages --json                  for the matrix of a workflow\n"
        "  amts-bot languages --language tr --json    the list with this one alone, if it is there",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="only this one; it must be in amts.toml"
    )
    parser.add_argument("--json", action="store_true", help="a JSON list on one line")
    add_repository(parser)


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.snapshot import languages

    codes = languages(open_repository(arguments.repository, {}), arguments.language)
    print(json.dumps(codes) if arguments.json else "\n".join(codes))
    if environment.get("GITHUB_OUTPUT"):
        files.append(Path(environment["GITHUB_OUTPUT"]), f"languages={json.dumps(codes)}\n")
    return OK
