"""Pages on several processors: forks of this process, each with pages of its own.

A fork has all that was read and made before it, for nothing: neither the book nor the modules are loaded again. This
process is one of the workers, so that two processors take one fork. What crosses is pickled, but for objects that were
there before the fork: they cross as a number. A worker that dies takes no page along: what it did not answer is done
here, so an error is also the one that a single process would have met, at the same value.

Nobody knows beforehand how long a page takes. So each process begins with pages of its own, and who is done with these
goes on with what another one has not begun.

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
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
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
        self._free: list[_Numbers] = []  # what anybody may do, by the place that does it first
        self._places = _Places({}, 1)

    def __enter__(self) -> Self:
        # Pages are records without cycles: looking for garbage among two millions of them takes half a second.
        gc.disable()
        return self

    def __exit__(self, *_error: object) -> None:
        self._dismiss()
        gc.freeze()  # none of them counts as new any more
        gc.unfreeze()
        gc.enable()

    def gather(self, sizes: Mapping[str, int], *shared: object) -> None:
        """As a Crew does; forks what the text is worth."""
        self._dismiss()
        count = min(self._count, sum(sizes.values()) // self._least)
        if count > 1 and _may_fork():
            self._fork(count, shared)
        self._places = _Places(sizes, 1 + len(self._forks))

    def _fork(self, count: int, shared: Sequence[object]) -> None:
        with suppress(OSError):  # no more processes are allowed: fewer do it too
            self._free = [_Numbers() for _ in range(count)]
            for _ in range(1, count):
                self._forks.append(_Fork((self, *shared)))
        self._free = self._free[: 1 + len(self._forks)]

    def _dismiss(self) -> None:
        for fork in self._forks:
            fork.end()
        for numbers in self._free:
            numbers.close()
        self._forks, self._free = [], []

    def alone(self) -> Sequence[_Numbers]:
        """In a worker, which is no master of the others: what anybody may do, by the place that does it first."""
        for fork in self._forks:
            fork.pipe.close()
        self._forks = []
        return self._free

    def each(
        self, function: Callable[[Value], Result], values: Sequence[Value], at: Sequence[str]
    ) -> Iterator[Result]:
        """As a Crew does; where there are workers, all is done when the first result is asked for."""
        if not self._forks:
            yield from map(function, values)
            return
        found = self._together(function, values, at, self._places.bound(at))
        for place, results in enumerate(found):
            self._places.keep((at[number] for number in results), place)
        yield from _in_order(function, values, found)

    def deal(
        self, function: Callable[[Value], Result], values: Sequence[Value], at: Sequence[str]
    ) -> Iterator[Result]:
        """As a Crew does; all is done when it is with `each`."""
        if not self._forks:
            yield from map(function, values)
            return
        yield from _in_order(function, values, self._together(function, values, at, frozenset()))

    def _together(
        self,
        function: Callable[[Value], Result],
        values: Sequence[Value],
        at: Sequence[str],
        bound: Collection[int],
    ) -> list[dict[int, Result]]:
        """What each place found, by the number of the value; what nobody answered is lacking.

        `bound` are the numbers of the values that no other place can do.
        """
        own, *theirs = self._shares(function, values, at, bound)
        for fork, share in zip(self._forks, theirs, strict=True):
            if share.values:
                fork.ask(share)
        found: dict[int, Result] = {}
        with suppress(Exception):  # it is done again, in its order, and raises then
            found.update(own.results(self._free))
        answers = [
            fork.answer() if share.values else {}
            for fork, share in zip(self._forks, theirs, strict=True)
        ]
        if any(fork.gone for fork in self._forks):
            self._dismiss()
            self._progress.say(_GONE)
        return [found, *answers]

    def _shares(
        self,
        function: Callable[[Any], Any],
        values: Sequence[Any],
        at: Sequence[str],
        bound: Collection[int],
    ) -> Iterator[_Share]:
        """What each place is to do; what is free is written down for all."""
        mine: list[list[int]] = [[] for _ in self._free]
        free: list[list[int]] = [[] for _ in self._free]
        for number, name in enumerate(at):
            (mine if number in bound else free)[self._places.of(name)].append(number)
        for left, numbers in zip(self._free, free, strict=True):
            left.write(numbers)
        for place, numbers in enumerate(mine):
            known = {number: values[number] for number in chain(numbers, *free)}
            yield _Share(function=function, values=known, mine=numbers, place=place)


def _in_order(
    function: Callable[[Value], Result],
    values: Sequence[Value],
    found: Sequence[Mapping[int, Result]],
) -> Iterator[Result]:
    """The results of all places; what is lacking is made here."""
    known = {number: result for results in found for number, result in results.items()}
    for number, value in enumerate(values):
        yield known[number] if number in known else function(value)


def _may_fork() -> bool:
    """Not where system libraries have threads of their own, which a fork lacks (macOS), nor beside one of ours."""
    return sys.platform == "linux" and threading.active_count() == 1


class _Places:
    """Which of `count` places begins with what: the largest things first, each where there is least to do."""

    def __init__(self, sizes: Mapping[str, int], count: int) -> None:
        self._work = [0] * count
        self._place: dict[str, int] = {}
        self._kept: set[str] = set()  # things that are there for good
        self._usual = sum(sizes.values()) // len(sizes) if sizes else 1
        for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
            self._put(name, sizes[name])

    def of(self, name: str) -> int:
        """The place of a thing; one that comes later counts as of the usual size."""
        if name not in self._place:
            self._put(name, self._usual)
        return self._place[name]

    def bound(self, at: Sequence[str]) -> frozenset[int]:
        """The numbers of things that are in their place for good, or that come more than once."""
        often = {name for name, times in Counter(at).items() if times > 1}
        there = self._kept | often
        return frozenset(number for number, name in enumerate(at) if name in there)

    def keep(self, names: Iterable[str], place: int) -> None:
        """Things were done in a place, and stay there."""
        there = dict.fromkeys(names, place)
        self._place |= there
        self._kept |= there.keys()

    def _put(self, name: str, size: int) -> None:
        place = self._work.index(min(self._work))
        self._place[name] = place
        self._work[place] += size


class _Numbers:
    """Numbers that several processes take, each of them once: a file, since forks share the place where they read."""

    def __init__(self) -> None:
        """Raises OSError where no file can be had."""
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 (it lives as long as the processes)

    def write(self, numbers: Iterable[int]) -> None:
        """Other numbers instead; nobody may be reading."""
        with suppress(OSError):  # a disk is full: what nobody takes is lacking, and done then
            self._file.seek(0)
            self._file.truncate()
            self._file.write(array("Q", numbers).tobytes())
            self._file.seek(0)

    def __iter__(self) -> Iterator[int]:
        """Takes one after the other, as long as there are some."""
        while number := self._file.read(_WIDTH):
            yield int.from_bytes(number, sys.byteorder)

    def close(self) -> None:
        self._file.close()


_WIDTH = array("Q").itemsize


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """What a place does with values, by their numbers: those that are its own alone, then free ones, its first."""

    function: Callable[[Any], Any]
    values: Mapping[int, Any]
    mine: Sequence[int]
    place: int

    def results(self, free: Sequence[_Numbers]) -> Iterator[tuple[int, Any]]:
        """Each result with its number. `free` are the free ones of every place."""
        for number in chain(self.mine, *free[self.place :], *free[: self.place]):
            yield number, self.function(self.values[number])


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

    def ask(self, share: _Share) -> None:
        """Sends work, where somebody is there to do it."""
        message = BytesIO()
        _Pickler(message, self._shared).dump(share)
        try:
            self.pipe.send_bytes(message.getbuffer())
        except OSError:
            self.gone = True

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
    free, master = shared[0].alone(), os.getppid()
    with suppress(EOFError):
        while os.getppid() == master:
            pipe.send_bytes(_answered(pipe.recv_bytes(), free, master))


def _answered(message: bytes, free: Sequence[_Numbers], master: int) -> bytes:
    """The answer to a message of the master; nothing of either is kept."""
    share: _Share = pickle.loads(message)
    found = {}
    for number, result in share.results(free):
        found[number] = result
        if os.getppid() != master:  # it was killed, and could not tell
            break
    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def _fall_silent() -> None:
    """Progress, results and errors are the master's to tell."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
