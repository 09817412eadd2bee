"""`amts-bot score`: a machine's page against the people's."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, command, count
from amts_bot.commands.output import written_json


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "score",
        _run,
        "Score a machine's translation of a page against the people's: BLEU and chrF by document, "
        "paragraph, sentence and section, and the worst units side by side.",
        "  amts-bot score machine.md human.md --language zh\n"
        "  amts-bot score machine.md human.md --language tr --json",
    )
    parser.add_argument("hypothesis", type=Path, metavar="HYPOTHESIS", help="the machine's page")
    parser.add_argument("reference", type=Path, metavar="REFERENCE", help="the page people made")
    parser.add_argument(
        "--language", required=True, metavar="CODE", help="language of both pages, such as zh"
    )
    parser.add_argument("--json", action="store_true", help="figures as data, scores 0 to 1")
    parser.add_argument(
        "--worst", type=count, default=5, metavar="N", help="how many units to show; default: 5"
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.measure.score import score

    card = score(
        files.read(arguments.hypothesis),
        files.read(arguments.reference),
        arguments.language,
        arguments.worst,
    )
    print(written_json(card.as_json()) if arguments.json else f"{card}\n", end="")
    return OK
