"""`amts-bot completion`: what a shell needs to complete commands, options and files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from amts_bot.commands.arguments import OK, command

_SHELLS = ("bash", "zsh", "tcsh")


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "completion",
        _run,
        "Print what a shell needs to complete the commands and options of amts-bot.",
        "  amts-bot completion bash > ~/.local/share/bash-completion/completions/amts-bot\n"
        "  amts-bot completion zsh > ~/.zfunc/_amts-bot   with fpath+=~/.zfunc before compinit",
    )
    parser.add_argument("shell", choices=_SHELLS, help="the shell that will read it")


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    import shtab

    from amts_bot.cli import build_parser

    sys.stdout.write(shtab.complete(build_parser(), arguments.shell) + "\n")
    return OK
