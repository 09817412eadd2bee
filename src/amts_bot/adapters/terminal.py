"""Progress for people: one line that rewrites itself on a terminal, few plain lines elsewhere."""

from __future__ import annotations

import shutil
from typing import TextIO


def columns_of(stream: TextIO) -> int:
    """How many columns the terminal behind a stream has; 0 where there is none, as in a pipe."""
    return shutil.get_terminal_size().columns if stream.isatty() else 0


class TerminalProgress:
    """Writes to `stream` (standard error); `quiet` says nothing at all."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self._live = stream.isatty()
        self._open = False

    def say(self, message: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self._clear()
            print(message, file=self._stream, flush=True)

    def step(self, what: str, done: int, total: int) -> None:
        """One step of many: shown on a terminal alone, where it is wiped again."""
        if self._quiet or not self._live:
            return
        self._clear()
        if done < total:
            self._stream.write(f"[{done}/{total}] {what}"[:78])
            self._stream.flush()
            self._open = True

    def _clear(self) -> None:
        if self._open:
            self._stream.write("\r\033[K")
            self._open = False
