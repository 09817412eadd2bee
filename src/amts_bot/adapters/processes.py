"""Work on several processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Self, TypeVar

from amts_bot.errors import AmtsError

Value = TypeVar("Value")
Result = TypeVar("Result")


class Processes:
    """Runs functions in `count` processes, which live until the end of a `with` block; in this one where
    there is but one value or processor."""

    def __init__(self, count: int = 0) -> None:
        """`count` 0: one process for each processor."""
        self._count = count or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def map(self, function: Callable[[Value], Result], values: Sequence[Value]) -> Iterator[Result]:
        """The results, in the order of the values. What a function raises is raised here.

        Raises AmtsError when a process was killed, as the system does when memory runs out.
        """
        if min(self._count, len(values)) < 2:
            yield from map(function, values)
            return
        if self._pool is None:
            # Fresh processes: a fork of one that has threads may hang.
            self._pool = ProcessPoolExecutor(self._count, mp_context=get_context("spawn"))
        try:
            yield from self._pool.map(function, values)
        except BrokenProcessPool as error:
            raise AmtsError(
                "a worker process was killed, perhaps because memory ran out: run again with --jobs 1"
            ) from error
