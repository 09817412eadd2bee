"""Draws what people see on a terminal, for docs/tour.md: real commands, on the book of the demo.

Usage: python -m benchmarks.terminal [--folder docs/pictures]

Each picture is an SVG of text, so it stays sharp and small, and can be searched.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import shlex
import struct
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from wcwidth import width

from amts_bot.adapters.git import open_repository
from amts_bot.adapters.stage import DemoStage
from benchmarks import ROOT

COLUMNS, LINES = 80, 200
# What is shown of each, in this order: what comes later builds on what came before.
PICTURES: Mapping[str, Sequence[str]] = {
    "tour-init": ("amts-bot init --bot my-team/amts-bot@v1 --commit --yes",),
    "tour-doctor": ("amts-bot doctor",),
    "tour-plan": ("amts-bot sync --dry-run --quiet",),
    "tour-sync": ("amts-bot sync --quiet", "git diff --stat main amts/tr"),
    "tour-status": ("amts-bot status",),
}
_ADVANCE, _LINE, _MARGIN = 8.4, 19, 16
_COLOURS = {"31": "#cf222e", "32": "#1a7f37", "33": "#9a6700"}
_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
_WORDS = re.compile(r"\s+|\S+(?: \S+)*")
_OTHER_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Zac-ln-z]|\x1b[()][A-Z0-9]")


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the pictures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.terminal", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "pictures", metavar="DIR")
    folder = parser.parse_args(argv).folder
    with tempfile.TemporaryDirectory(prefix="amts-tour-") as name:
        DemoStage(Path(name), open_repository).build()
        book = Path(name) / "book-tr"
        for picture, commands in PICTURES.items():
            shown = "".join(f"$ {command}\n{seen(command, book)}" for command in commands)
            text = shown.replace(str(book.resolve()), "/home/ada/book-tr")
            (folder / f"{picture}.svg").write_text(drawn(text), encoding="utf-8")
    return 0


def seen(command: str, folder: Path) -> str:
    """What a terminal of 80 columns shows of a command in a folder."""
    words = shlex.split(command)
    if words[0] == "amts-bot":
        words[:1] = [sys.executable, "-m", "amts_bot"]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ.pop("NO_COLOR", None)
        os.environ |= {"TERM": "xterm", "GIT_PAGER": "cat"}
        os.execvp(words[0], words)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    said = b"".join(_read(terminal))
    os.close(terminal)
    if status := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        print(f"{command}: status {status}", file=sys.stderr)
    return _OTHER_SEQUENCE.sub("", said.decode().replace("\r\n", "\n"))


def _read(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other side is closed
            return
        if not part:
            return
        yield part


def drawn(text: str) -> str:
    """A terminal's text with its colours as an SVG."""
    lines = text.rstrip("\n").split("\n")
    wide, high = COLUMNS * _ADVANCE + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN
    rows = (
        f'<text y="{_MARGIN + _LINE * place + 14}">{"".join(_runs(line))}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high}" width="{wide:.0f}" height="{high}">\n'
        '<rect width="100%" height="100%" rx="8" fill="#f6f8fa"/>\n'
        '<g font-family="ui-monospace, DejaVu Sans Mono, monospace" font-size="14" fill="#1f2328">\n'
        + "\n".join(rows)
        + "\n</g>\n</svg>\n"
    )


def _runs(line: str) -> Iterator[str]:
    """Stretches of one colour, each where its first column is: letters of any font keep the columns, and SVG makes one
    blank of several.
    """
    column, colour = 0, ""
    for place, part in enumerate(_SEQUENCE.split(line)):
        if place % 2:
            colour = _COLOURS.get(part, "")
        elif part:
            look = f' fill="{colour}"' if colour else ""
            look += ' font-weight="bold"' if line.startswith("$ ") else ""
            for words in _WORDS.findall(part):
                taken = width(words)
                x, length = _MARGIN + column * _ADVANCE, taken * _ADVANCE
                if words.strip():
                    yield f'<tspan x="{x:.1f}" textLength="{length:.1f}"{look}>{escape(words)}</tspan>'
                column += taken


if __name__ == "__main__":
    sys.exit(main())
