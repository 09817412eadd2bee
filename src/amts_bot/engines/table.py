"""The translation engines, in one table. What only some need is imported when one of these is made."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from amts_bot.book.config import EngineSettings
from amts_bot.engines.glossary_file import GlossaryFile
from amts_bot.engines.service import Service, answered, billable, billed, reply_of, units
from amts_bot.errors import UsageError
from amts_bot.model import (
    Answer,
    Cost,
    Failure,
    Pending,
    Reply,
    Request,
)
from amts_bot.ports import Engine, Program
from amts_bot.text import languages
from amts_bot.text.align.pages import Alignment
from amts_bot.text.amazon import documents
from amts_bot.text.drafts import fuzzy, memory
from amts_bot.text.drafts.chooser import Book, Material, choose, may_be_repaired
from amts_bot.text.drafts.corrections import NOTHING_LEARNT, Corrections
from amts_bot.text.drafts.terms import NO_TERMS, Terms, agreed
from amts_bot.text.drafts.thresholds import LEAST_SIMILARITY, thresholds
from amts_bot.text.languages import AS_OF
from amts_bot.text.markdown.frames import frame
from amts_bot.text.review_state import Sentences

if TYPE_CHECKING:
    from amts_bot.engines.plug import Plugged

Found = TypeVar("Found")


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


class ReviewedPages(Protocol):
    """The pages that the memory looks at: what a look finds on each of some, in their order.

    Pages may be looked at in several processes: a look is pickled, as is what it finds.
    """

    def holding(self, texts: Iterable[str], look: Callable[[Alignment], Found]) -> Iterable[Found]:
        """On those that may hold any of these texts."""
        ...

    def naming(self, terms: Collection[str], look: Callable[[Alignment], Found]) -> Iterable[Found]:
        """On those where one of these terms stands alone, in a heading, an item or a cell."""
        ...

    def near(
        self, wanted: fuzzy.Search, look: Callable[[fuzzy.Search, Alignment], Found]
    ) -> Iterable[Found]:
        """On those with the sentences that are most like the wanted ones."""
        ...

    def beside(
        self, function: Callable[[Sequence[Request]], Found], requests: Sequence[Request]
    ) -> Iterable[Found]:
        """What a function makes of the requests of each page in turn; it needs no page."""
        ...


@dataclass(frozen=True, slots=True)
class Memory(_Free):
    """Engine `memory`: what the reviewed book already says, exactly or nearly."""

    book: ReviewedPages
    least: float = LEAST_SIMILARITY
    unreviewed: Sentences = frozenset()
    glossary: Terms = NO_TERMS

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        pairs = self._pairs(requests, language)
        book = replace(drafted_book(language, self.least), terms=self.terms(requests, language))
        own_answers = partial(memory.own_answers, pairs=pairs, book=book)
        own = [*chain.from_iterable(self.book.beside(own_answers, requests))]
        unknown = [r.source for r in requests if memory.key(r.source) not in pairs]
        like = self._better(unknown, memory.likeness_of(requests, own), language)
        found = [None if r.source in like else it for r, it in zip(requests, own, strict=True)]
        left = [r for r, it in zip(requests, found, strict=True) if it is None]
        answers = partial(memory.answers, pairs=pairs, book=book, like=like)
        rest = chain.from_iterable(self.book.beside(answers, left))
        return [next(rest) if it is None else it for it in found]

    def _better(
        self, unknown: Sequence[str], known: Mapping[str, float], language: str
    ) -> Mapping[str, fuzzy.Match]:
        """Sentences of the book that are like some unknown ones, and more so than what is known of these."""
        wanted = fuzzy.search(unknown, thresholds(language).fuzzy)
        look = fuzzy.Matcher(language, self.unreviewed, {**known})
        return fuzzy.best_matches(self.book.near(wanted, look))

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """As that of others which ask nobody, counted where the pages are."""
        pages = [*self.book.beside(billed, requests)]
        units = dict(chain.from_iterable(page.items() for page in reversed(pages)))
        return Cost(sum(units.values()))  # of the first request of each

    def exact(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        """What needs no machine: English that the book has, and edits that need no translation."""
        pairs = self._pairs(requests, language)
        row, terms = languages.language(language), self.terms(requests, language)
        answers = partial(memory.sure_answers, pairs=pairs, language=row, terms=terms)
        return [*chain.from_iterable(self.book.beside(answers, requests))]

    def terms(self, requests: Sequence[Request], language: str) -> Terms:
        """Terms that the English of requests exchanged: as the glossary has them, else as the book agrees on them."""
        terms = partial(memory.wanted_terms, language=languages.language(language))
        wanted = {*chain.from_iterable(self.book.beside(terms, requests))}
        look = memory.TermsAlone(wanted, language, self.unreviewed)
        pages = self.book.naming(wanted, look) if wanted else ()
        return agreed(chain.from_iterable(pages)) | self.glossary

    def _pairs(self, requests: Sequence[Request], language: str) -> memory.Pairs:
        keys = {*chain.from_iterable(self.book.beside(memory.wanted, requests))}
        look = memory.Hits(keys, language, self.unreviewed)
        return memory.most_frequent(self.book.holding(keys, look))


@dataclass(frozen=True, slots=True)
class Recorded(_Free):
    """Engine `recorded:FILE`: replays the output of a real engine, also for the sentences of a recorded paragraph."""

    pairs: Mapping[str, str] = field(default_factory=dict)

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        unknown = {memory.key(r.source) for r in requests} - self.pairs.keys()
        parts = dict(memory.sentence_pairs(self.pairs.items(), unknown, language))
        found = (
            self.pairs.get(key, parts.get(key)) for key in (memory.key(r.source) for r in requests)
        )
        return [None if target is None else Answer(target, "recorded") for target in found]


@dataclass(frozen=True, slots=True)
class Drafting:
    """An engine between the reviewed book and the old translations: of each sentence, the best draft of the three.

    What the book says exactly is not asked for. Where the English changed but a part of it, the old English is asked
    for too, so that the machine's change can be made in the old translation.
    """

    memory: Memory
    machine: Engine
    corrections: Corrections = NOTHING_LEARNT
    _known: dict[Request, Answer | None] = field(default_factory=dict, repr=False)

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """That of the requests which the book cannot answer, and of their old English."""
        left = self._left(requests, language)
        return self.machine.cost([*left, *_before(left, language)], language)

    def translate(self, requests: Sequence[Request], language: str) -> Sequence[Reply] | Pending:
        """The book's answer where it has an exact one, else the best that can be made with the machine's."""
        left = self._left(requests, language)
        before = _before(left, language)
        replies = self.machine.translate([*left, *before], language)
        if isinstance(replies, Pending):
            return replies
        old = dict(zip(before, replies[len(left) :], strict=True))
        book = drafted_book(language, self.memory.least, self.corrections)
        made = iter(
            [_drafted(r, reply, old, book) for r, reply in zip(left, replies, strict=False)]
        )
        return [answer or next(made) for answer in self._exact(requests, language)]

    def _left(self, requests: Sequence[Request], language: str) -> list[Request]:
        known = self._exact(requests, language)
        return [r for r, answer in zip(requests, known, strict=True) if answer is None]

    def _exact(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        """The exact answers of the memory, in order; the book is searched for new requests only."""
        new = [request for request in requests if request not in self._known]
        for request, answer in zip(new, self.memory.exact(new, language), strict=True):
            self._known[request] = None if request.probe or request.instead else answer
        return [self._known[request] for request in requests]


def _before(requests: Iterable[Request], language: str) -> list[Request]:
    """The old English of those whose old translation may be repaired, each once."""
    row = languages.language(language)
    return list(dict.fromkeys(_old(r) for r in requests if may_be_repaired(r, row)))


def _old(request: Request) -> Request:
    return Request(request.previous_source, page=request.page)


def _drafted(request: Request, reply: Reply, old: Mapping[Request, Reply], book: Book) -> Reply:
    """The best draft with a machine's reply; a probe, and another text that people want, are the machine's own."""
    if request.probe or request.instead or isinstance(reply, Failure) or (reply and reply.damage):
        return reply
    before = old.get(_old(request))
    material = Material(
        source=request.source,
        previous_source=request.previous_source,
        previous_target=request.previous_target,
        machine=reply.target if reply else "",
        previous_machine=before.target if isinstance(before, Answer) and not before.damage else "",
        engine=reply.origin if reply else "",
    )
    # Where the machine has no answer, somebody has to look: only English that hardly changed keeps its translation.
    strict = replace(book, limits=replace(book.limits, alone=book.limits.stands))
    found = choose(material, book if reply else strict)
    if found and reply and found.origin == reply.origin:
        return replace(reply, target=found.target, edits=found.edits)
    return found or reply


def drafted_book(language: str, least: float, corrections: Corrections = NOTHING_LEARNT) -> Book:
    """How drafts are chosen; `least` is the least likeness of an old translation that stands alone."""
    row = languages.language(language)
    return Book(row, replace(thresholds(language), alone=least), corrections)


@dataclass(frozen=True, slots=True)
class Means:
    """What engines are made from: the reviewed book, the pairs of a recording, Amazon Translate, a program."""

    book: ReviewedPages
    recording: Mapping[str, str] = field(default_factory=dict)
    least: float = LEAST_SIMILARITY
    _: KW_ONLY
    unreviewed: Sentences = frozenset()  # machine text in the book that nobody has reviewed
    amazon: Service | None = None
    program: Program | None = None
    settings: EngineSettings = field(default_factory=EngineSettings)  # what a program may take
    source_language: str = "en"
    corrections: Corrections = NOTHING_LEARNT  # what review taught of machine text
    glossary: Terms = NO_TERMS
    glossary_file: GlossaryFile = field(default_factory=GlossaryFile)  # where they stand

    @property
    def memory(self) -> Memory:
        return Memory(self.book, self.least, self.unreviewed, self.glossary)

    def drafting(self, machine: Engine) -> Drafting:
        """A machine between the reviewed book and the old translations."""
        return Drafting(self.memory, machine, self.corrections)

    @property
    def service(self) -> Service:
        """Amazon Translate; UsageError where a command does not offer it."""
        if self.amazon is None:
            raise UsageError("this command has no Amazon Translate: choose another engine")
        return self.amazon

    @property
    def plugged(self) -> Plugged:
        """The program; UsageError where a command starts none."""
        from amts_bot.engines.plug import Plugged

        if self.program is None:
            raise UsageError("this command starts no programs: choose another engine")
        return Plugged(self.program, self.settings, self.source_language, self.glossary_file)


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
        make=lambda means: means.drafting(service(means.service)),
        tried=lambda means: _batch(means.service),
        knows=knows,
        paid=True,
    )


def _realtime(service: Service) -> Engine:
    from amts_bot.engines.amazon import Realtime

    return Realtime(service)


def _batch(service: Service) -> Engine:
    from amts_bot.engines.amazon import Batch

    return Batch(service)


def _custom(service: Service) -> Engine:
    """Jobs with parallel data; for a language that the service has none for, calls without, and a word."""
    row = service.language.row
    if not row.service_code or row.has_custom_translation:
        return _batch(service)
    service.remark(
        f"Amazon Translate has no jobs with parallel data for {row.name} (as of {AS_OF}): engine amazon is "
        "used instead of amazon-act"
    )
    return _realtime(service)


ENGINES: dict[str, EngineRow] = {
    "none": _free(lambda _means: Nothing()),
    "echo": _free(lambda _means: Echo()),
    "memory": _free(lambda means: means.memory, knows="the book"),
    "recorded": EngineRow(
        make=lambda means: means.drafting(Recorded(means.recording)),
        tried=lambda means: Recorded(means.recording),
        knows="a recording",
    ),
    "command": EngineRow(
        make=lambda means: means.drafting(means.plugged),
        tried=lambda means: means.plugged,
    ),
    "amazon": _paid(_realtime),
    "amazon-act": _paid(_custom, knows="parallel data"),
}


def is_program(name: str) -> bool:
    """Whether an engine is a program, named by its command or installed: the table has none of its own for it."""
    return name.split(":", 1)[0] not in ENGINES.keys() - {"command"}


def engine(name: str, means: Means) -> Engine:
    """The engine called `name`; what stands behind a colon (`recorded:FILE`) is for the caller.

    A name that the table has not got is that of an installed engine, where the caller found its program.
    """
    kind = name.split(":", 1)[0]
    row = ENGINES.get(kind) or (ENGINES["command"] if means.program else None)
    if row is None:
        raise UsageError(
            f"unknown engine {name!r}\nchoose one of {', '.join(sorted(ENGINES))}, or install one (docs/engines.md)"
        )
    return row.make(means)


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
