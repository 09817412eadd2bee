"""`amts-bot draft`: the draft of each sentence that comes in, no git."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, command


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "draft",
        _run,
        'Choose the draft of each sentence: JSON lines {"id", "source", "previous_source", "previous_target", '
        '"machine", "previous_machine"} on the standard input, all but the first two may be null; out come {"id", '
        '"draft", "origin", "similarity"}. A line is answered as if it stood alone.',
        "  cat sentences.jsonl | amts-bot draft --language tr > drafts.jsonl\n"
        "  cat sentences.jsonl | amts-bot draft --language zh --memory reviewed.jsonl",
    )
    parser.add_argument(
        "--language", required=True, metavar="CODE", help="language of the drafts, such as zh"
    )
    parser.add_argument(
        "--memory",
        type=Path,
        metavar="JSONL",
        help='reviewed sentences {"source", "machine", "human"}, one a line: corrections that people made again and '
        "again in the machine's text are made in it",
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.sync.one_sentence import drafts

    reviewed = files.read(arguments.memory) if arguments.memory else ""
    for answer in drafts(files.lines(sys.stdin.buffer), arguments.language, reviewed):
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return OK
