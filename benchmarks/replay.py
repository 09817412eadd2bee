"""Replays real page syncs and scores them against what the translators did.

Usage: python -m benchmarks.replay [EVENTS_DIR] [--engine none|memory] [--scorer FILE]

EVENTS_DIR holds LANGUAGE/EVENT/ with source_old.md, source_new.md, target_old.md, target_human.md
and event.json. The figures are those of the scorer that comes with the data, `score_sync.py`. The
merge runs in this process, not in a new one for each page: the seconds are the merge alone. `typed` and `prose` are
measured without a machine: no recorded machine output covers these events, so that what one adds is a projection and
is not printed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from amts_bot.cli import main as amts_bot
from benchmarks import SHARED

ENGINES = ("none", "memory")
HOW = """Name the folder of events, and with --scorer the score_sync.py that goes with it, or
put them into a folder `shared` beside the checkout; docs/measurements.md says what they are."""


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a line of figures per language and engine; 1 if a page could not be merged."""
    arguments = _parser().parse_args(argv)
    for path in (arguments.events, arguments.scorer):
        if not path.exists():
            print(f"{path} is not there: nothing replayed. {HOW}")
            return 0
    scorer = load(arguments.scorer)
    engines = [arguments.engine] if arguments.engine else ENGINES
    return max(replay(scorer, arguments.events, engine) for engine in engines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.replay",
        description="Replays real page syncs and scores them against what the translators did.",
    )
    parser.add_argument(
        "events", nargs="?", type=Path, default=SHARED / "replay" / "sync", metavar="EVENTS_DIR"
    )
    parser.add_argument("--engine", choices=ENGINES, help="default: each of them")
    parser.add_argument(
        "--scorer", type=Path, default=SHARED / "tools" / "score_sync.py", metavar="FILE"
    )
    return parser


def load(path: Path) -> ModuleType:
    """The scorer as a module. It is a script beside the data, on no import path."""
    spec = importlib.util.spec_from_file_location("score_sync", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def replay(scorer: ModuleType, events: Path, engine: str) -> int:
    """Runs the scorer over all events; its own table goes to the terminal."""
    print(f"engine {engine}, measured without a machine", flush=True)
    vars(scorer)["subprocess"] = SimpleNamespace(run=_run)
    with _arguments("score_sync.py", str(events), "--engine", engine):
        return int(scorer.main())


@contextlib.contextmanager
def _arguments(*words: str) -> Iterator[None]:
    """The scorer is a script: it reads its arguments from `sys.argv`."""
    before, sys.argv = sys.argv, list(words)
    try:
        yield
    finally:
        sys.argv = before


def _run(command: Sequence[str], **_options: Any) -> subprocess.CompletedProcess[str]:
    """What the scorer has for `subprocess.run`: it only ever runs `amts-bot merge …`."""
    complaints = io.StringIO()
    with contextlib.redirect_stderr(complaints):
        status = amts_bot(command[1:])
    return subprocess.CompletedProcess(command, status, "", complaints.getvalue())


if __name__ == "__main__":
    sys.exit(main())
