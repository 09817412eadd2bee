"""Progress for people: one line that rewrites itself on a terminal, few plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from typing import TextIO

_SOON = 3.0  # seconds of work before anybody can say how long the rest takes


def columns_of(stream: TextIO) -> int:
    """How many columns the terminal behind a stream has; 0 where there is none, as in a pipe."""
    return shutil.get_terminal_size().columns if stream.isatty() else 0


def has_colours(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether people want colours there: on a terminal, unless they say otherwise.

    Who says something is asked in the order of no-color.org and of the convention behind CLICOLOR (bixense.com).
    """
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE") or "0"
    if forced != "0":
        return True
    plain = environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb"
    return stream.isatty() and not plain


def asks() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str) -> str:
    """The answer; "" for none."""
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""


class TerminalProgress:
    """Writes to `stream` (standard error), in lines that `fold` makes; `quiet` says nothing at all.

    `clock` counts seconds.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        quiet: bool = False,
        fold: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._quiet = quiet
        self._fold = fold
        self._clock = clock
        self._live = stream.isatty()
        self._open = False
        self._total = 0
        self._first = (0, 0.0)  # the step that a row of steps began with, and when

    def say(self, message: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self._clear()
            print(self._fold(message), file=self._stream, flush=True)

    def step(self, what: str, done: int, total: int) -> None:
        """One step of many, and how long the rest will take: shown on a terminal alone, where it is wiped again."""
        if self._quiet or not self._live:
            return
        self._clear()
        if done < total:
            from wcwidth import clip  # no run in a workflow has a terminal

            line = f"[{done}/{total}{self._left(done, total)}] {what}"
            self._stream.write(clip(line, 0, max(20, columns_of(self._stream) - 2)))
            self._stream.flush()
            self._open = True

    def _left(self, done: int, total: int) -> str:
        now, (first, began) = self._clock(), self._first
        if total != self._total or done <= first:
            self._total, self._first = total, (done, now)
            return ""
        if now - began < _SOON:
            return ""
        seconds = (now - began) / (done - first) * (total - done)
        return f", {seconds:.0f} s left" if seconds < 100 else f", {seconds / 60:.0f} min left"

    def _clear(self) -> None:
        if self._open:
            self._stream.write("\r\033[K")
            self._open = False
