"""Programs that translate, as processes of their own: `command:PROGRAM`, and engines of installed distributions.

What is run is named on the command line or in the settings of the commit that is checked out, and started
without a shell. It gets the environment of this process, without what only GitHub and its runner are for.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import IO

from amts_bot.errors import ProgramEnded, UsageError
from amts_bot.ports import Progress

GROUP = "amts_bot.engines"  # of entry points
_COMMAND = "command:"
# A program that translates needs none of them.
_WITHHELD = frozenset(
    {
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
    }
)
_LONGEST_LINE = 4_000_000  # bytes; a unit has a few hundred
_LAST_WORDS = 5  # seconds for what a process that ended has still to say


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A program by its words; `name` is what its answers are said to be from."""

    name: str
    words: tuple[str, ...]
    progress: Progress

    def ask(self, lines: Sequence[str], patience: float) -> Iterator[str]:
        """See `ports.Program`. Whatever happens, no process of it is left when this is over."""
        process = self._started()
        heard: Queue[bytes | None] = Queue()
        said: list[str] = []
        threads = [
            Thread(target=_feed, args=(process.stdin, lines), daemon=True),
            Thread(target=_listen, args=(process.stdout, heard), daemon=True),
            Thread(target=self._overhear, args=(process.stderr, said), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            while (line := _next(heard, patience)) is not None:
                yield line
            status = process.wait(patience or None)
        except (Empty, subprocess.TimeoutExpired) as error:
            raise ProgramEnded(f"said nothing for {patience:g} seconds and was stopped") from error
        finally:
            _stop(process)
            for thread in threads:
                thread.join(_LAST_WORDS)
        if status:
            raise ProgramEnded(f"{_end(status)}{f', its last words: {said[-1]}' if said else ''}")

    def _started(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                self.words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={key: value for key, value in os.environ.items() if key not in _WITHHELD},
                start_new_session=True,
            )
        except OSError as error:
            raise UsageError(
                f"{self.name}: {self.words[0]!r} cannot be started: {error.strerror}; name a program on the PATH, or "
                "by its path"
            ) from error

    def _overhear(self, stream: IO[bytes], said: list[str]) -> None:
        """Tells what it complains of. Behind a name, no line of it is a command for the runner of GitHub."""
        with stream:
            for line in stream:
                if words := line.decode("utf-8", "replace").strip():
                    said.append(words[:300])
                    self.progress.say(f"{self.name}: {words}")


def _feed(stream: IO[bytes], lines: Sequence[str]) -> None:
    try:
        with stream:
            for line in lines:
                stream.write(line.encode() + b"\n")
    except OSError:  # it ended, and its status says why
        return


def _listen(stream: IO[bytes], heard: Queue[bytes | None]) -> None:
    with stream:
        while line := stream.readline(_LONGEST_LINE):
            heard.put(line)
    heard.put(None)


def _next(heard: Queue[bytes | None], patience: float) -> str | None:
    line = heard.get(timeout=patience or None)
    return None if line is None else line.decode("utf-8", "backslashreplace").rstrip("\r\n")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and what it started."""
    with suppress(ProcessLookupError, PermissionError):  # nothing is left of it
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end(status: int) -> str:
    return f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"


def installed() -> tuple[str, ...]:
    """The names of the engines that installed distributions bring."""
    from importlib.metadata import entry_points

    return tuple(sorted({found.name for found in entry_points(group=GROUP)}))


def program(engine: str, progress: Progress) -> CommandLine | None:
    """The program behind an engine, None where none is. Raises UsageError for a command without words."""
    if engine.startswith(_COMMAND):
        return CommandLine("command", _words(engine), progress)
    if engine in installed():
        words = (sys.executable, "-m", "amts_bot.adapters.programs.served", engine)
        return CommandLine(engine, words, progress)
    return None


def _words(engine: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(engine.removeprefix(_COMMAND)))
    except ValueError as error:
        raise UsageError(f"{engine}: {error}: quote the program as for a shell") from error
    if not words:
        raise UsageError("engine command needs a program: command:PROGRAM")
    return words
