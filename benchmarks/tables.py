"""Makes the tables of docs/measurements.md again, each by the benchmark that the mark above it names.

Usage: python -m benchmarks.tables [NAME]...

NAME is that of a benchmark, such as `ratios`; without one all marked tables are made, which takes minutes. A table
stays as it is where its benchmark prints none, because the books are not there, for one.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Sequence

from amts_bot.adapters import files
from benchmarks import ROOT

DOCUMENT = ROOT / "docs" / "measurements.md"
MARKED = re.compile(
    r"(?P<mark><!-- table: python -m benchmarks\.(?P<name>\w+) -->\n)(?P<table>(?:\|.*\n)*)"
)
_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the document; 1 if a benchmark printed no table."""
    text = files.read(DOCUMENT)
    marked = [found["name"] for found in MARKED.finditer(text)]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(marked)}")
    names = parser.parse_args(argv).names or marked
    printed = {name: printed_by(name) for name in marked if name in names}
    files.write(DOCUMENT, remade(text, printed.get))
    return int(any(not _TABLE.search(output) for output in printed.values()))


def remade(text: str, printed: Callable[[str], str | None]) -> str:
    """The document with the first table that each benchmark printed; None and output without a table change nothing."""

    def new(found: re.Match[str]) -> str:
        table = _TABLE.search(printed(found["name"]) or "")
        return found["mark"] + (table[0] if table else found["table"])

    return MARKED.sub(new, text)


def printed_by(name: str) -> str:
    """What a benchmark prints, which goes to the terminal too."""
    run = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(run.stdout, end="", flush=True)
    return run.stdout


if __name__ == "__main__":
    sys.exit(main())
