"""Groups of neighbouring sentences, and what there is of each sentence summed up over each group."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from amts_bot.text.align.model1 import Ids, Reals

Floats = NDArray[np.floating[Any]]  # of single or of double precision
_Sheet = TypeVar("_Sheet", Reals, Floats)


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Groups of sentences by their first ones, the narrow groups before the wide ones.

    `first[width]` is the number of the first group that is at least so wide, `origin` the first sentence of all.
    """

    start: Ids
    width: Ids
    first: Ids
    origin: int = 0

    @classmethod
    def up_to(cls, longest: int, size: int) -> Neighbours:
        """All groups of up to so many of some sentences."""
        counts = [max(0, size - more) for more in range(longest)]
        start = np.concatenate([np.arange(count) for count in counts])
        width = np.arange(1, longest + 1).repeat(counts)
        return cls(start, width, np.array([0, *accumulate(counts[:-1], initial=0)]))

    @classmethod
    def single(cls, group: range) -> Neighbours:
        """One group of any width."""
        width = len(group)
        first = np.zeros(width + 1, np.int64)
        return cls(np.array([group.start]), np.array([width]), first, group.start)

    def number(self, width: Ids, start: Ids) -> Ids:
        """Where groups are among all of them."""
        number: Ids = self.first[width] + start - self.origin
        return number

    def sums(self, sheet: _Sheet) -> _Sheet:
        """The sums of the rows of a sheet, which has one for each sentence."""
        total = sheet[self.start]
        for more, first in enumerate(self.first[2:].tolist(), 1):
            total[first:] += sheet[self.start[first:] + more]
        return total


def up_to_each(sheet: Reals | Floats) -> Reals:
    """The sums of all before each place on the last axis, and of the whole."""
    total = np.zeros((*sheet.shape[:-1], sheet.shape[-1] + 1))
    np.cumsum(sheet, axis=-1, out=total[..., 1:])
    return total


def between(sums: Reals, row: Ids, start: Ids, size: Ids) -> Reals:
    """What stretches of rows hold, by sums up to each place: by their first places and their sizes."""
    first = row * sums.shape[1] + start
    flat = sums.ravel()
    found: Reals = flat.take(first + size) - flat.take(first)
    return found
