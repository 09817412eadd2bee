"""The page of all commands, docs/commands.md, from what `--help` is made of: `make commands` writes it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

_HEAD = """\
# Commands

Every command and option, as `--help` has them. `make commands` writes this page from the parser, so edit the help
texts in `src/amts_bot/commands` instead. An option with an empty value (`--base=`) is as good as not given.

"""
_SOFT = re.compile(r"[\\|*_<>\[\]]")  # what Markdown takes for its own
_SPAN = re.compile(r"`[^`]*`|\{\"[^}]*\}|(?<![\w-])--[a-z][a-z-]*")  # what is code in a help text


def reference(parser: argparse.ArgumentParser) -> str:
    """The page, in Markdown: a table of the commands, then a section for each."""
    commands = tuple(_commands(parser))
    rows = (
        f"| [`{name}`](#{name.replace(' ', '-')}) | {_prose(_first_sentence(one))} |\n"
        for name, one in commands
    )
    head = f"{_HEAD}| command | |\n|---|---|\n{''.join(rows)}"
    status = f"\n{parser.epilog}\n" if parser.epilog else ""
    return head + status + "".join(_section(name, one) for name, one in commands)


def _commands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command that can be run, by the words after `amts-bot`."""
    inner = [row for row in parser._actions if isinstance(row, argparse._SubParsersAction)]
    for row in inner:
        for word, one in row.choices.items():
            yield from _commands(one, f"{name} {word}".strip())
    if name and not inner:
        yield name, parser


def _first_sentence(parser: argparse.ArgumentParser) -> str:
    text = parser.description or ""
    return re.split(r"(?<=[.:;])\s", text, maxsplit=1)[0].rstrip(".:;")


def _section(name: str, parser: argparse.ArgumentParser) -> str:
    shown = [row for row in parser._actions if "--help" not in row.option_strings]
    places = [row for row in shown if not row.option_strings]
    rows = "".join(f"| {_name(row)} | {_prose(row.help or '')} |\n" for row in shown)
    words = " ".join(["amts-bot", name, *(_place(row) for row in places), "[options]"])
    table = f"\n| | |\n|---|---|\n{rows}" if rows else ""
    return f"\n## {name}\n\n{_prose(parser.description or '')}\n\n```\n{words}\n```\n{table}{_examples(parser)}"


def _examples(parser: argparse.ArgumentParser) -> str:
    _, found, lines = (parser.epilog or "").partition("examples:\n")
    return f"\n```sh\n{_commented(lines)}\n```\n" if found else ""


def _commented(lines: str) -> str:
    """The examples for a shell: what stands beside a command becomes a comment."""
    return "\n".join(
        re.sub(r"(?<=\S) {2,}(?=[^\s#])", "  # ", line.removeprefix("  ")).rstrip()
        for line in lines.strip("\n").splitlines()
    )


def _place(row: argparse.Action) -> str:
    word = _value(row)
    return f"[{word}]" if row.nargs in ("?", "*") else word


def _name(row: argparse.Action) -> str:
    if not row.option_strings:
        return f"`{_value(row)}`"
    value = "" if row.nargs == 0 else f" {_value(row)}"
    needed = ", needed" if row.required else ""
    return f"`{', '.join(row.option_strings)}{value}`{needed}".replace("|", "\\|")


def _value(row: argparse.Action) -> str:
    if isinstance(row.metavar, str):
        word = row.metavar
    elif row.choices is not None:
        word = "|".join(map(str, row.choices))
    else:
        word = row.dest if not row.option_strings else row.dest.upper()
    return f"{word} …" if row.nargs in ("+", "*") or isinstance(row.nargs, int) else word


def _prose(text: str) -> str:
    """A help text as a cell: what is code in it as code, and nothing else of it is markup."""
    text, done, at = text.replace("%%", "%"), "", 0
    for span in _SPAN.finditer(text):
        done += _SOFT.sub(r"\\\g<0>", text[at : span.start()])
        done += f"`{span[0].strip('`')}`".replace("|", "\\|")
        at = span.end()
    return done + _SOFT.sub(r"\\\g<0>", text[at:])


if __name__ == "__main__":
    from amts_bot.cli import build_parser

    print(reference(build_parser()), end="")
