"""`amts-bot terminology`: what Amazon Translate is told of a glossary."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, command


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "terminology",
        _run,
        "Show the terms that Amazon Translate takes from a glossary, and what is left out and why.",
        "  amts-bot terminology TERMINOLOGY.md --language tr\n"
        "  amts-bot terminology glossary.csv --language zh --output terminology.csv",
    )
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="a glossary: CSV or TSV (best with codes such as en,tr in its first row), a Markdown "
        "table, or lines such as 'saddle point; eyer noktası'",
    )
    parser.add_argument(
        "--language", required=True, metavar="CODE", help="language of the translation, such as zh"
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="CSV",
        help="where the file for ImportTerminology goes; default: it is printed",
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.engines.terminology import terminology

    glossary = files.read(arguments.file)
    made = terminology(glossary, str(arguments.file), arguments.language)
    for remark in made.remarks:
        print(remark, file=sys.stderr)
    if arguments.output:
        files.write(arguments.output, made.content.decode())
    else:
        print(made.content.decode(), end="")
    return OK
