"""What a report is printed as: the one table of output formats.

Files of sentence pairs have a table of their own, `text.pairs.formats.FORMATS`, by the names of
`model.PairFormat`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

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
