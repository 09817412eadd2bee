"""The translation engines, in one table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from amts_bot.errors import UsageError
from amts_bot.model import Answer, Request
from amts_bot.ports import Engine
from amts_bot.text import memory
from amts_bot.text.plan import Alignment

# A fuzzy match below this word similarity is no help: see docs/measurements.md.
LEAST_SIMILARITY = 0.5


class Nothing:
    """Engine `none`: leaves the English for the translators."""

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        return [None] * len(requests)


@dataclass(frozen=True, slots=True)
class Memory:
    """Engine `memory`: what the reviewed book already says, exactly or nearly."""

    book: Iterable[Alignment] = ()
    least: float = LEAST_SIMILARITY

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        pairs = memory.collect(self.book, memory.wanted(requests), language)
        return [memory.answer(request, pairs, self.least) for request in requests]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Engine `recorded:FILE`: replays the output of a real engine."""

    pairs: dict[str, str] = field(default_factory=dict)

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        return [self._one(request.source) for request in requests]

    def _one(self, source: str) -> Answer | None:
        target = self.pairs.get(memory.key(source))
        return None if target is None else Answer(target, "recorded")


ENGINES: dict[str, Callable[[str, Iterable[Alignment]], Engine]] = {
    "none": lambda _recording, _book: Nothing(),
    "memory": lambda _recording, book: Memory(book),
    "recorded": lambda recording, _book: Recorded(read_recording(recording)),
}


def engine(name: str, recording: str, book: Iterable[Alignment]) -> Engine:
    """The engine called `name` (`recorded:FILE` by its first word). `recording` is the file's text."""
    kind = name.split(":", 1)[0]
    if kind not in ENGINES:
        raise UsageError(f"unknown engine {name!r}: choose one of {', '.join(sorted(ENGINES))}")
    return ENGINES[kind](recording, book)


def read_recording(text: str) -> dict[str, str]:
    """JSON lines of {"source", "target"}; the last one of a source wins."""
    pairs = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            pairs[memory.key(row["source"])] = str(row["target"])
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f'recording, line {number}: expected {{"source": …, "target": …}}, found {line[:60]!r}'
            ) from error
    return pairs
