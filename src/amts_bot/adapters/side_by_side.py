"""Pages on several processors: forks of this process, each with pages of its own.

A fork has all that was read and made before it, for nothing: neither the book nor the modules are loaded again. This
process is one of the workers, so that two processors take one fork. What crosses is pickled, but for objects that were
there before the fork: they cross as a number. A worker that dies takes no page along: what it did not answer is done
here, so an error is also the one that a single process would have met, at the same value.

joblib and concurrent.futures give any work to any process and pickle all of it: a worker would read and align again the
pages whose drafts another one has.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from amts_bot.ports import Progress

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Value = TypeVar("Value")
Result = TypeVar("Result")

# The memory of a worker is bounded by its pages, that of all by how many there are.
MOST = 4
# What a worker costs, with all that two processes make twice, is about 0.1 s; with this much text it has 0.6 s to do.
LEAST_TEXT = 50_000

_GONE = "a worker process was killed, perhaps because memory ran out: what it had to do is done without it"


def processors() -> int:
    """How many this process may use, by its affinity and, in a container, by its share of time; at least one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(allowed or 1, _share_of_time(Path("/sys/fs/cgroup/cpu.max")) or MOST, MOST))


def _share_of_time(file: Path) -> int:
    """Whole processors that a control group may keep busy; 0 where it is not bounded."""
    try:
        quota, _, period = file.read_text().partition(" ")
        return 0 if quota == "max" else -(-int(quota) // int(period))
    except (OSError, ValueError):
        return 0


class SideBySide:
    """A Crew of up to `count` processes, this one among them; they end with a `with` block.

    Where no process can be forked (macOS, a thread that runs, no rights), or little is to do, all is done in this one.
    """

    def __init__(self, count: int, progress: Progress, *, least: int = LEAST_TEXT) -> None:
        """`least` is the text, in characters, that a process is worth."""
        self._count = count
        self._progress = progress
        self._least = least
        self._forks: list[_Fork] = []
        self._places = _Places({}, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._dismiss()

    def gather(self, sizes: Mapping[str, int], *shared: object) -> None:
        """As a Crew does; forks what the text is worth."""
        self._dismiss()
        count = min(self._count, sum(sizes.values()) // self._least)
        if count > 1 and _may_fork():
            self._fork(count - 1, shared)
        self._places = _Places(sizes, 1 + len(self._forks))

    def _fork(self, count: int, shared: Sequence[object]) -> None:
        gc.freeze()  # who collected garbage there would write into every page of memory that is shared
        with suppress(OSError):  # no more processes are allowed: fewer do it too
            for _ in range(count):
                self._forks.append(_Fork((self, *shared)))

    def _dismiss(self) -> None:
        for fork in self._forks:
            fork.end()
        if self._forks:
            gc.unfreeze()
        self._forks = []

    def alone(self) -> None:
        """In a worker: it is no master of the others."""
        for fork in self._forks:
            fork.pipe.close()
        self._forks = []

    def each(
        self, function: Callable[[Value], Result], values: Sequence[Value], at: Sequence[str]
    ) -> Iterator[Result]:
        """As a Crew does; where there are workers, all is done when the first result is asked for."""
        if not self._forks:
            yield from map(function, values)
            return
        shares: list[list[int]] = [[] for _ in range(self._places.count)]
        for number, name in enumerate(at):
            shares[self._places.of(name)].append(number)
        found = self._together(function, values, shares)
        for number, value in enumerate(values):
            yield found[number] if number in found else function(value)

    def _together(
        self, function: Callable[[Value], Result], values: Sequence[Value], shares: list[list[int]]
    ) -> dict[int, Result]:
        """What the processes found, by the number of the value; what they did not answer is lacking."""
        busy = [
            fork
            for fork, share in zip(self._forks, shares[1:], strict=True)
            if share and fork.ask(function, [(number, values[number]) for number in share])
        ]
        found: dict[int, Result] = {}
        with suppress(Exception):  # it is done again, in its order, and raises then
            for number in shares[0]:
                found[number] = function(values[number])
        for fork in busy:
            found |= fork.answer()
        if any(fork.gone for fork in self._forks):
            self._dismiss()
            self._progress.say(_GONE)
        return found


def _may_fork() -> bool:
    """Not where system libraries have threads of their own, which a fork lacks (macOS), nor beside one of ours."""
    return sys.platform == "linux" and threading.active_count() == 1


class _Places:
    """Which of `count` places has what: the largest things first, each where there is least to do."""

    def __init__(self, sizes: Mapping[str, int], count: int) -> None:
        self.count = count
        self._work = [0] * count
        self._place: dict[str, int] = {}
        self._usual = sum(sizes.values()) // len(sizes) if sizes else 1
        for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
            self._put(name, sizes[name])

    def of(self, name: str) -> int:
        """The place of a thing; one that comes later counts as of the usual size."""
        if name not in self._place:
            self._put(name, self._usual)
        return self._place[name]

    def _put(self, name: str, size: int) -> None:
        place = self._work.index(min(self._work))
        self._place[name] = place
        self._work[place] += size


class _Fork:
    """A worker, as the process that forked it sees it. `shared` begins with the SideBySide that it belongs to."""

    def __init__(self, shared: Sequence[Any]) -> None:
        """Raises OSError where no process can be had."""
        from multiprocessing import get_context  # most runs start no process

        context = get_context("fork")
        self.gone = False
        self._shared = {id(it): number for number, it in enumerate(shared)}
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self.pipe, shared), daemon=True
        )
        try:
            self._process.start()
        except OSError:
            self.pipe.close()
            raise
        finally:
            theirs.close()

    def ask(self, function: Callable[[Any], Any], values: Sequence[tuple[int, Any]]) -> bool:
        """Sends work; whether somebody is there to do it."""
        message = BytesIO()
        _Pickler(message, self._shared).dump((function, values))
        try:
            self.pipe.send_bytes(message.getbuffer())
        except OSError:
            self.gone = True
        return not self.gone

    def answer(self) -> dict[int, Any]:
        """The results of the work that was sent, by number; none where the process is gone."""
        try:
            found: dict[int, Any] = pickle.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            self.gone = True
            return {}
        return found

    def end(self) -> None:
        """The process ends at once: it writes nothing that anybody would miss."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()


class _Pickler(pickle.Pickler):
    """Pickles what all processes have as its number."""

    def __init__(self, file: BytesIO, shared: Mapping[int, int]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._shared = shared

    def reducer_override(self, obj: object) -> Any:
        number = self._shared.get(id(obj))
        return NotImplemented if number is None else (_shared, (number,))


# ------------------------------------------------------------------ in a worker

_HERE: list[Any] = []


def _shared(number: int) -> Any:
    return _HERE[number]


def _serve(pipe: Connection, masters: Connection, shared: Sequence[Any]) -> None:
    """The life of a worker: it ends with the pipe, and with the first error, which the master then meets itself."""
    masters.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the master ends us
    _fall_silent()
    _HERE[:] = shared
    shared[0].alone()
    master = os.getppid()
    with suppress(EOFError):
        while os.getppid() == master:
            pipe.send_bytes(_answered(pipe.recv_bytes(), master))


def _answered(message: bytes, master: int) -> bytes:
    """The answer to a message of the master; nothing of either is kept."""
    function, values = pickle.loads(message)
    found = {}
    for number, value in values:
        if os.getppid() != master:  # it was killed, and could not tell
            break
        found[number] = function(value)
    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def _fall_silent() -> None:
    """Progress, results and errors are the master's to tell."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
