"""An engine of an installed distribution, in a process of its own: `python -m amts_bot.adapters.programs.served NAME`.

The distribution names it in its group of entry points `amts_bot.engines`: a function that takes the units as
dictionaries, and gives as many back, in any order. docs/engines.md is the contract.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import entry_points
from typing import Any, BinaryIO

from amts_bot.adapters.programs import GROUP

Translate = Callable[[Iterable[dict[str, Any]]], Iterable[dict[str, Any]]]


def serve(translate: Translate, lines: BinaryIO, answers: BinaryIO) -> None:
    """Hands the units over as they come, and writes each answer at once: what was paid for is not lost."""
    for row in translate(_units(lines)):
        answers.write(json.dumps(row).encode() + b"\n")
        answers.flush()


def _units(lines: BinaryIO) -> Iterator[dict[str, Any]]:
    for line in lines:
        yield json.loads(line)


def main(name: str) -> None:
    """Serves the standard streams; what the engine prints goes where errors go, and is no answer."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    [found] = entry_points(group=GROUP, name=name)
    serve(found.load(), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main(sys.argv[1])
