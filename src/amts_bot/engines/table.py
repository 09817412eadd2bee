"""The translation engines, in one table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from amts_bot.engines.amazon import Batch, Realtime
from amts_bot.engines.service import Service, answered, billable, reply_of, units
from amts_bot.errors import UsageError
from amts_bot.model import (
    Answer,
    Cost,
    Pending,
    Reply,
    Request,
)
from amts_bot.ports import Engine
from amts_bot.text import languages
from amts_bot.text.align.pages import Alignment
from amts_bot.text.amazon import documents
from amts_bot.text.drafts import memory
from amts_bot.text.drafts.thresholds import LEAST_SIMILARITY
from amts_bot.text.markdown.frames import frame


class _Free:
    """Engines that ask nobody."""

    __slots__ = ()

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """Nothing is paid; the characters say what a service would bill."""
        return Cost(billable(requests))


class Nothing(_Free):
    """Engine `none`: leaves the English for the translators."""

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        return [None] * len(requests)


class Echo(_Free):
    """Engine `echo`: every text goes through the document that Amazon would get, and comes back as it went."""

    def translate(self, requests: Sequence[Request], language: str) -> list[Reply]:
        texts = {unit: request.source for unit, request in units(requests).items()}
        readings = documents.read(documents.render(texts), texts, languages.language(language))
        lost = documents.Reading("", "did not come back from its document")
        answers = {unit: answered(readings.get(unit, lost), "echo") for unit in texts}
        return [reply_of(request, answers) for request in requests]


@dataclass(frozen=True, slots=True)
class Memory(_Free):
    """Engine `memory`: what the reviewed book already says, exactly or nearly."""

    holding: Callable[[Iterable[str]], Iterable[Alignment]]
    least: float = LEAST_SIMILARITY

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        keys = memory.wanted(requests)
        pairs = memory.collect(self.holding(keys), keys, language)
        return [memory.answer(request, pairs, self.least) for request in requests]


@dataclass(frozen=True, slots=True)
class Recorded(_Free):
    """Engine `recorded:FILE`: replays the output of a real engine."""

    pairs: Mapping[str, str] = field(default_factory=dict)

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        return [self._one(request.source) for request in requests]

    def _one(self, source: str) -> Answer | None:
        target = self.pairs.get(memory.key(source))
        return None if target is None else Answer(target, "recorded")


@dataclass(frozen=True, slots=True)
class MemoryFirst:
    """What the reviewed book says exactly is not paid for: an engine that costs gets the rest."""

    memory: Memory
    paid: Engine
    _known: dict[Request, Answer | None] = field(default_factory=dict, repr=False)

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """That of the requests which the memory cannot answer."""
        return self.paid.cost(self._left(requests, language), language)

    def translate(self, requests: Sequence[Request], language: str) -> Sequence[Reply] | Pending:
        """The memory's answer where it has an exact one, else the paid engine's."""
        replies = self.paid.translate(self._left(requests, language), language)
        if isinstance(replies, Pending):
            return replies
        supply = iter(replies)
        return [answer or next(supply) for answer in self._exact(requests, language)]

    def _left(self, requests: Sequence[Request], language: str) -> list[Request]:
        known = self._exact(requests, language)
        return [r for r, answer in zip(requests, known, strict=True) if answer is None]

    def _exact(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        """The exact answers of the memory, in order; the book is searched for new requests only."""
        new = [request for request in requests if request not in self._known]
        for request, answer in zip(new, self.memory.translate(new, language), strict=True):
            exact = answer is not None and answer.similarity >= 1
            exact = exact and not request.probe and not request.instead
            self._known[request] = answer if exact else None
        return [self._known[request] for request in requests]


@dataclass(frozen=True, slots=True)
class Means:
    """What engines are made from: the reviewed book, the pairs of a recording, Amazon Translate."""

    holding: Callable[
        [Iterable[str]], Iterable[Alignment]
    ]  # pages that may hold any of these texts
    recording: Mapping[str, str] = field(default_factory=dict)
    least: float = LEAST_SIMILARITY
    amazon: Service | None = None

    @property
    def exact(self) -> Memory:
        return Memory(self.holding, self.least)

    @property
    def service(self) -> Service:
        """Amazon Translate; UsageError where a command does not offer it."""
        if self.amazon is None:
            raise UsageError("this command has no Amazon Translate: choose another engine")
        return self.amazon


# What an engine knows that is the team's own: `measure` keeps the pages under test out of it.
Knows = Literal["nothing", "the book", "a recording", "parallel data"]


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine: `make` for a run; `tried` for `evaluate`, which has the engine alone, by jobs and without
    the memory before it; `paid`: it costs by the character."""

    make: Callable[[Means], Engine]
    tried: Callable[[Means], Engine]
    knows: Knows = "nothing"
    paid: bool = False


def _free(make: Callable[[Means], Engine], knows: Knows = "nothing") -> EngineRow:
    return EngineRow(make, make, knows)


def _paid(service: Callable[[Service], Engine], knows: Knows = "nothing") -> EngineRow:
    return EngineRow(
        make=lambda means: MemoryFirst(means.exact, service(means.service)),
        tried=lambda means: Batch(means.service),
        knows=knows,
        paid=True,
    )


ENGINES: dict[str, EngineRow] = {
    "none": _free(lambda _means: Nothing()),
    "echo": _free(lambda _means: Echo()),
    "memory": _free(lambda means: means.exact, knows="the book"),
    "recorded": _free(lambda means: Recorded(means.recording), knows="a recording"),
    "amazon": _paid(Realtime),
    "amazon-act": _paid(Batch, knows="parallel data"),
}


def engine(name: str, means: Means) -> Engine:
    """The engine called `name`; what stands behind a colon (`recorded:FILE`) is for the caller."""
    kind = name.split(":", 1)[0]
    if kind not in ENGINES:
        raise UsageError(f"unknown engine {name!r}: choose one of {', '.join(sorted(ENGINES))}")
    return ENGINES[kind].make(means)


def read_recording(text: str) -> dict[str, str]:
    """JSON lines of {"source", "target"}; the last one of a source wins.

    Lines end at \\n alone: a text may hold the other characters that Unicode calls line ends.
    """
    pairs = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            source, target = _text(row["source"]), _text(row["target"])
            # Whole blocks are recorded with their marks ("# So") or indent, and asked for without them.
            indented = source[:1].isspace() and target[:1].isspace()
            pairs[memory.key(source)] = frame(target).body if indented else target
            pairs.setdefault(memory.key(frame(source).body), frame(target).body)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f'recording, line {number}: expected {{"source": …, "target": …}}, found {line[:60]!r}'
            ) from error
    return pairs


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value
