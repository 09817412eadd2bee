"""`amts-bot split`: the blocks of a page."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, command
from amts_bot.commands.output import FORMATS, add_format


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "split",
        _run,
        "Show the blocks of a page with their kinds and character offsets.",
        "  amts-bot split page.md --format json",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a Markdown page")
    add_format(parser, "text", "json")


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.book.page_blocks import page_blocks

    print(FORMATS[arguments.format](page_blocks(files.read(arguments.file))), end="")
    return OK
