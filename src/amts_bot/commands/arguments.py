"""What the commands share: how one is declared, its exit statuses, and kinds of values."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from amts_bot.errors import UsageError

OK, FAILED, USAGE, BUG = 0, 1, 2, 3

ENGINE_HELP = (
    "none (leaves English), memory (what the reviewed book says, exactly or nearly), echo (every text through the "
    "document that Amazon would get, and back unchanged), recorded:FILE "
    'with JSON lines of {"source", "target"}, or a memory such as .tmx, command:PROGRAM (any other engine, by JSON '
    "lines in and out) or the name of an installed one (docs/engines.md), or of Amazon Translate: amazon (at once) and "
    "amazon-act (a batch job with the book's parallel data)"
)

_TRUE, _FALSE = {"true", "yes", "1", "on"}, {"false", "no", "0", "off", ""}


class Parser(argparse.ArgumentParser):
    """A parser that says first what is wrong, then what to do; the usage is in --help."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with status 2."""
        slip = re.search(r"invalid choice: '(.*?)'|unrecognized arguments: (\S+)", message)
        word = (slip[1] or slip[2]) if slip else ""
        wrong = re.sub("argument COMMAND: .*", f"there is no command {word!r}", message)
        near = get_close_matches(word, {*_names(self)} - {word}, n=1)
        meant = f"is {near[0]} meant? " if near else ""
        self.exit(USAGE, f"{self.prog}: {wrong}\n{meant}{self.prog} --help says what there is\n")


def _names(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The commands and options below a parser."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices
            for below in action.choices.values():
                yield from _names(below)


def command(
    commands: Any, name: str, run: Callable[..., int], text: str, examples: str
) -> argparse.ArgumentParser:
    """Adds a command whose `run` takes the arguments and the environment and returns a status."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser


def add_base(parser: argparse.ArgumentParser) -> None:
    """Adds `--base`."""
    parser.add_argument(
        "--base",
        default="",
        metavar="REV",
        help="English commit or tag that pages without a row in the lock were translated from",
    )


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Adds two folders of pages, in the place of a repository."""
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="SOURCE_DIR TARGET_DIR",
        help="folders whose pages have the same names; default: the repository",
    )


def add_sides(parser: argparse.ArgumentParser) -> None:
    """Adds `--source-language` and `--target-language`, of two texts without settings."""
    for side in ("source", "target"):
        parser.add_argument(
            f"--{side}-language",
            required=True,
            metavar="CODE",
            help=f"language of the {side}, such as zh",
        )


def add_source_language(parser: argparse.ArgumentParser) -> None:
    """Adds `--source-language`, of folders whose original may be any language."""
    parser.add_argument(
        "--source-language",
        default="en",
        metavar="CODE",
        help="language of the original; default: en",
    )


def add_repository(parser: argparse.ArgumentParser) -> None:
    """Adds `--repository`."""
    parser.add_argument(
        "--repository",
        default=".",
        type=Path,
        metavar="DIR",
        help="the translation repository; default: here",
    )


def flag(text: str) -> bool:
    """A yes or no as workflows write them; an empty text is a no."""
    if text.casefold() in _TRUE | _FALSE:
        return text.casefold() in _TRUE
    raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")


def duration(text: str) -> float | None:
    """A time such as 90s, 45m or 2h in seconds; None for an empty text."""
    found = re.fullmatch(r"(\d+)([smh]?)", text)
    if text and not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90s, 45m or 2h")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]] if found else None


def count(text: str) -> int:
    """A whole number of at least 0."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 5")
    return int(text)


# Memories of other tools, packed or not; any other file has JSON lines.
_OF_TOOLS = (".tmx", ".csv", ".tsv", ".gz", ".xz", ".zip")


def recording(engine: str, language: str) -> str:
    """The text of the file that engine `recorded:FILE` names, a memory of another tool as that of a recording; "" for
    every other engine.
    """
    kind, _, path = engine.partition(":")
    if kind != "recorded":
        return ""
    from amts_bot.adapters import files
    from amts_bot.adapters.corpora import open_corpus
    from amts_bot.engines.recordings import recorded

    if not path:
        raise UsageError("engine recorded needs a file\nwrite recorded:FILE")
    if Path(path).suffix not in _OF_TOOLS:
        return files.read(Path(path))
    if not language:
        raise UsageError(f"{path}: which of its languages?\nsay --language CODE")
    with open_corpus(Path(path), "en", language) as corpus:
        return recorded(corpus.kind, corpus.streams, language)
