"""What a report is printed as: the one table of output formats.

Files of sentence pairs have a table of their own, `text.pairs.formats.FORMATS`, by the names of
`model.PairFormat`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from amts_bot.adapters.terminal import TerminalProgress
    from amts_bot.text.columns import Screen

# A report says what it can be by its methods.
FORMATS: dict[str, Callable[[Any], str]] = {
    "text": lambda report: str(report.as_text()),
    "markdown": lambda report: str(report.markdown()),
    "csv": lambda report: str(report.csv()),
    "json": lambda report: written_json(report.as_json()),
}


def written_json(data: object) -> str:
    """JSON as people read it, too: in their own letters, indented, with a line end."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def add_format(parser: argparse.ArgumentParser, default: str, *others: str) -> None:
    """Adds `--format` with some rows of the table."""
    choices = [name for name in FORMATS if name in (default, *others)]
    parser.add_argument("--format", choices=choices, default=default, help=f"default: {default}")


def screen_of(stream: TextIO) -> Screen:
    """What shows the text that is written there."""
    from amts_bot.adapters.terminal import columns_of, has_colours
    from amts_bot.text.columns import Screen

    return Screen(columns_of(stream), has_colours(stream, os.environ))


def tell(text: str, stream: TextIO | None = None) -> None:
    """A text for people: a terminal gets it in lines that it has room for."""
    stream = stream or sys.stdout
    print(screen_of(stream).folded(text), file=stream)


def progress_of(*, quiet: bool = False) -> TerminalProgress:
    """What tells people how far a command is."""
    from amts_bot.adapters.terminal import TerminalProgress

    return TerminalProgress(sys.stderr, quiet=quiet, fold=screen_of(sys.stderr).folded)


def show(report: Any, form: str) -> None:
    """Prints a report in a row of the table; some are for people."""
    text = FORMATS[form](report).rstrip("\n")
    (tell if form in ("text", "markdown") else print)(text)
