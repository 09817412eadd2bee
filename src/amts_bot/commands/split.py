"""`amts-bot split`: the blocks of a page."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, command


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
    parser.add_argument("--format", choices=("json", "text"), default="text", help="default: text")


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.text.markdown.blocks import split

    blocks = split(files.read(arguments.file))
    if arguments.format == "json":
        rows = [{"kind": b.kind, "start": b.start, "end": b.end, "text": b.text} for b in blocks]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return OK
    for block in blocks:
        first = block.text.strip().split("\n", 1)[0][:60]
        print(f"{block.start:>7} {block.end:>7}  {block.kind:<12} {first}")
    return OK
