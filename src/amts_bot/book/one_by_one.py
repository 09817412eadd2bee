"""The crew of one: everything is done here, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Self, TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")


class OneByOne:
    """A Crew that starts no processes."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing was begun."""

    def gather(self, sizes: Mapping[str, int], *shared: object) -> None:
        """Nobody is to be told."""

    def each(
        self, function: Callable[[Value], Result], values: Sequence[Value], at: Sequence[str]
    ) -> Iterator[Result]:
        """As `map`: a value is done when its result is asked for."""
        return map(function, values)

    def deal(
        self, function: Callable[[Value], Result], values: Sequence[Value], at: Sequence[str]
    ) -> Iterator[Result]:
        """The same."""
        return map(function, values)
