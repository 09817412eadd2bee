"""The edge: arguments and environment become an order, adapters are plugged in, errors an exit status.

Exit status: 0 done · 1 some unit or page failed · 2 wrong usage or configuration · 3 a bug.
A command's module is imported when the command is typed, and what it needs inside its `run`: `--help` answers at once.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from amts_bot import __version__
from amts_bot.commands.arguments import (
    BUG,
    FAILED,
    OK,
    USAGE,
    Parser,
)
from amts_bot.errors import AmtsError, UsageError

_UNSET = re.compile(r"--[a-z][a-z-]*=")
# The modules of `commands`, in the order of `--help`, with the words that each is for.
_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "sync": ("sync",),
    "comment": ("comment",),
    "status": ("status",),
    "exchange": ("export", "import"),
    "parallel_data": ("parallel-data",),
    "crawl": ("crawl",),
    "init": ("init",),
    "doctor": ("doctor",),
    "adopt": ("adopt",),
    "demo": ("demo",),
    "languages": ("languages",),
    "merge": ("merge",),
    "split": ("split",),
    "draft": ("draft",),
    "align": ("align",),
    "lexicon": ("lexicon",),
    "score": ("score",),
    "effort": ("effort",),
    "evaluate": ("evaluate",),
    "terminology": ("terminology",),
    "amazon_check": ("amazon",),
    "jobs": ("jobs",),
    "cleanup": ("cleanup",),
    "completion": ("completion",),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    # Our matrices are small: threads of numpy's linear algebra would wait for each other longer than they
    # work, in each worker process. Must be said before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What a run makes is records without cycles: a whole book leaves a thousand in some. To look for those took a tenth
    # of its time, and a last look at its end, when all goes anyway, a thirtieth.
    gc.set_threshold(1_000_000, 50, 50)
    atexit.register(gc.freeze)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a path may hold bytes that are not text
            stream.reconfigure(errors="backslashreplace")
    given = words(sys.argv[1:] if argv is None else argv)
    if not given:
        build_parser().print_help()
        return USAGE
    arguments = build_parser(given[0]).parse_args(given)
    in_actions = os.environ.get("GITHUB_ACTIONS") == "true"
    try:
        return int(arguments.run(arguments, os.environ))
    except UsageError as error:
        return _complain(str(error), in_actions, USAGE)
    except AmtsError as error:
        return _complain(str(error), in_actions, FAILED)
    except BrokenPipeError:  # the reader has seen enough: `amts-bot split page.md | head`
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        return _complain(
            "stopped; what is committed stands, and running again continues from there",
            in_actions,
            FAILED,
        )
    except Exception:
        return _complain(_log(), in_actions, BUG)


def words(argv: Sequence[str]) -> list[str]:
    """The words to parse. `action.yml` fills in every option for every command: one with an empty value
    is unset, so that a command is not asked for the options of the others; and a command of two words
    comes as one.
    """
    command = argv[0].split() if argv else []
    return [*command, *(word for word in argv[1:] if not _UNSET.fullmatch(word))]


def _complain(message: str, in_actions: bool, status: int) -> int:
    from amts_bot.commands.output import screen_of

    screen = screen_of(sys.stderr)
    print(screen.folded(f"{screen.painted('amts-bot:', 'bad')} {message}"), file=sys.stderr)
    if in_actions:
        escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        print(f"::error::{escaped}")
    return status


def _log() -> str:
    import tempfile
    import traceback

    trace = traceback.format_exc()
    with tempfile.NamedTemporaryFile(
        "w", prefix="amts-bot-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write(trace)
    last = trace.rstrip().rsplit("\n", 1)[-1]
    return f"this is a bug, sorry: {last}\nplease report it with the log {file.name}"


def build_parser(typed: str = "") -> argparse.ArgumentParser:
    """The command that was typed with its options; all of them where it is none."""
    parser = Parser(
        prog="amts-bot",
        description="Keeps a translated book in step with its English original.",
        epilog="Exit status: 0 done, 1 some unit or page failed, 2 wrong usage or configuration, 3 a bug.",
        allow_abbrev=False,  # a script that says --lang would break with the next option
    )
    parser.add_argument("--version", action="version", version=f"amts-bot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in [it for it, names in _COMMANDS.items() if typed in names] or _COMMANDS:
        import_module(f"amts_bot.commands.{module}").add(commands)
    return parser
