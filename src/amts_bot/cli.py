"""The edge: arguments and environment become an order, adapters are plugged in, errors an exit status.

Exit status: 0 done · 1 some unit or page failed · 2 wrong usage or configuration · 3 a bug.
Imports of what a command needs stand inside its `run`: `--help` answers at once.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence

from amts_bot import __version__
from amts_bot.commands import (
    adopt,
    align,
    amazon_check,
    cleanup,
    comment,
    completion,
    crawl,
    demo,
    doctor,
    draft,
    effort,
    evaluate,
    exchange,
    init,
    jobs,
    languages,
    lexicon,
    merge,
    parallel_data,
    score,
    split,
    status,
    sync,
    terminology,
)
from amts_bot.commands.arguments import (
    BUG,
    FAILED,
    OK,
    USAGE,
    Parser,
)
from amts_bot.errors import AmtsError, UsageError

_UNSET = re.compile(r"--[a-z][a-z-]*=")
_COMMANDS = (
    sync,
    comment,
    status,
    exchange,
    parallel_data,
    crawl,
    init,
    doctor,
    adopt,
    demo,
    languages,
    merge,
    split,
    draft,
    align,
    lexicon,
    score,
    effort,
    evaluate,
    terminology,
    amazon_check,
    jobs,
    cleanup,
    completion,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    # Our matrices are small: threads of numpy's linear algebra would wait for each other longer than they
    # work, in each worker process. Must be said before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Nearly all that a run makes is records without cycles: looking for those took a tenth of a whole book's time.
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a path may hold bytes that are not text
            stream.reconfigure(errors="backslashreplace")
    given = words(sys.argv[1:] if argv is None else argv)
    if not given:
        build_parser().print_help()
        return USAGE
    arguments = build_parser().parse_args(given)
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
        return _complain(_log(traceback.format_exc()), in_actions, BUG)


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


def _log(trace: str) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="amts-bot-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write(trace)
    last = trace.rstrip().rsplit("\n", 1)[-1]
    return f"this is a bug, sorry: {last}\nplease report it with the log {file.name}"


def build_parser() -> argparse.ArgumentParser:
    """All commands and options."""
    parser = Parser(
        prog="amts-bot",
        description="Keeps a translated book in step with its English original.",
        epilog="Exit status: 0 done, 1 some unit or page failed, 2 wrong usage or configuration, 3 a bug.",
        allow_abbrev=False,  # a script that says --lang would break with the next option
    )
    parser.add_argument("--version", action="version", version=f"amts-bot {__version__}")
    parser.set_defaults(parser=parser)  # for the command that tells shells of the others
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add(commands)
    return parser
