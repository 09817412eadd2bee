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


class Nothing:
    """Engine `none`: leaves the English for the translators."""

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        return [None] * len(requests)


@dataclass(frozen=True, slots=True)
class Memory:
    """Engine `memory`: what the reviewed book already says, exactly or nearly."""

    book: Callable[[Iterable[str]], Iterable[Alignment]]
    least: float = memory.LEAST_SIMILARITY

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        keys = memory.wanted(requests)
        pairs = memory.collect(self.book(keys), keys, language)
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


@dataclass(frozen=True, slots=True)
class Means:
    """What engines are made from: the reviewed book, and the text of a recording."""

    book: Callable[[Iterable[str]], Iterable[Alignment]]  # pages that may hold any of these texts
    recording: str = ""
    least: float = memory.LEAST_SIMILARITY


ENGINES: dict[str, Callable[[Means], Engine]] = {
    "none": lambda _means: Nothing(),
    "memory": lambda means: Memory(means.book, means.least),
    "recorded": lambda means: Recorded(read_recording(means.recording)),
}


def engine(name: str, means: Means) -> Engine:
    """The engine called `name`; what stands behind a colon (`recorded:FILE`) is for the caller."""
    kind = name.split(":", 1)[0]
    if kind not in ENGINES:
        raise UsageError(f"unknown engine {name!r}: choose one of {', '.join(sorted(ENGINES))}")
    return ENGINES[kind](means)


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
