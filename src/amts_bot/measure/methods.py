"""The methods that `evaluate` compares: engines that learnt nothing from the pages they are tried on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from amts_bot.book.aligned_book import AlignedBook
from amts_bot.book.config import EngineSettings, LanguageSettings
from amts_bot.book.reviewed import ReviewedBook
from amts_bot.book.reviewed_texts import Reviewed
from amts_bot.engines.amazon import Batch, Realtime
from amts_bot.engines.calls import TEXTS
from amts_bot.engines.resources import EVALUATE, parallel_data_name
from amts_bot.engines.service import Service
from amts_bot.engines.table import ENGINES, EngineRow, Knows, Means
from amts_bot.errors import ServiceBusy, UsageError
from amts_bot.model import (
    Cost,
    Pending,
    Reply,
    Request,
)
from amts_bot.model.amazon import ParallelDataOrder, Resource
from amts_bot.ports import Cloud, Engine, Program, Workers
from amts_bot.teach import parallel_data
from amts_bot.text.align.pages import Alignment, align, block_pairs
from amts_bot.text.drafts import memory
from amts_bot.text.drafts.fuzzy import Search
from amts_bot.text.languages import language as language_row
from amts_bot.text.markdown.frames import frame
from amts_bot.text.measure.evaluation import turned
from amts_bot.text.pairs import formats
from amts_bot.text.pairs.bitext import Level, page_sentences
from amts_bot.text.pairs.formats import Segment
from amts_bot.text.pairs.holdout import exclude, is_copy

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Direction:
    """One way between the two languages of a book; `reverse` goes back to that of the original."""

    source: str
    target: str
    reverse: bool = False

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def of(self, alignment: Alignment) -> Alignment:
        """An alignment of an original page with its translation, in this direction."""
        return turned(alignment) if self.reverse else alignment


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a method learnt: how many pairs, how many more were left out because they repeat a sentence
    under test, and how many such sentences a second look found in it all the same."""

    pairs: int
    left_out: int
    leaked: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A method that is ready to be tried."""

    engine: Engine
    lesson: Lesson | None = None


@dataclass(slots=True)
class Alignments:
    """What was aligned for one page under test serves the next.

    It lives as long as the run: what is kept longer may be of a lexicon that learnt from other pages, and
    the same evaluation must come to the same parallel data on any machine.
    """

    text: str = ""

    def load(self) -> str:
        return self.text

    def save(self, text: str) -> None:
        self.text = text


@dataclass(slots=True)
class AmazonBench:
    """Amazon Translate as the repository sets it up, and what parallel data is made with.

    `importing` is the parallel data that is being imported: the account does one at a time.
    """

    service: Service
    workers: Workers
    alignments: dict[Level, Alignments] = field(default_factory=dict)
    importing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What methods are made from: the pages of a book, and those aligned.

    `machine` has pages as a machine wrote them, by page; `recordings` the pairs of each method `recorded:FILE`, and
    `recording` those of the method at hand, None where it names no file. `programs` are those of the methods that are
    programs, and `program` that of the method at hand.
    """

    book: ReviewedBook
    aligned: AlignedBook
    language: str
    source_language: str = "en"
    machine: Mapping[str, str] = field(default_factory=dict)
    recordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    recording: Mapping[str, str] | None = None
    programs: Mapping[str, Program] = field(default_factory=dict)
    program: Program | None = None
    settings: EngineSettings = field(default_factory=EngineSettings)
    amazon: AmazonBench | None = None

    def of(self, name: str) -> Bench:
        """The bench for one method: `recorded:FILE` is what its file says, and nothing else."""
        return replace(self, recording=self.recordings.get(name), program=self.programs.get(name))

    def with_copies(self, pages: Collection[str]) -> list[str]:
        """Pages under test, and those that say the same under another name."""
        texts = {page.path: page.source for page in self.book.pages}
        return [
            path
            for path, text in texts.items()
            if any(
                path == page or is_copy(text, texts[page], self.source_language) for page in pages
            )
        ]

    def method(self, name: str) -> Method:
        """The method of a name; a file or program may stand behind a colon. Raises UsageError with those there are."""
        found = METHODS.get(name) or METHODS.get(name.partition(":")[0])
        if found is None and name in self.programs:  # an installed engine
            found = METHODS["command"]
        if found is None:
            raise UsageError(f"unknown method {name!r}: choose of {', '.join(METHODS)}")
        return found


def to_align(book: ReviewedBook) -> AlignedBook:
    """The pages of a book, to be aligned as they are needed."""
    return AlignedBook({page.path: Reviewed(page.source, page.target) for page in book.pages})


Prepare = Callable[[EngineRow, Bench, Direction, Sequence[str]], Prepared]


@dataclass(frozen=True, slots=True)
class Method:
    """An engine, and how it is made ready to be tried on some pages."""

    engine: EngineRow
    make_ready: Prepare

    def prepare(self, bench: Bench, direction: Direction, pages: Sequence[str]) -> Prepared:
        """The engine without what it could know of the pages. Raises UsageError where the bench lacks it."""
        return self.make_ready(self.engine, bench, direction, pages)

    @property
    def leaves_out(self) -> bool:
        """Does it learn from the book, so that each page needs one of its own?"""
        return self.engine.knows in ("the book", "parallel data")

    @property
    def one_way(self) -> bool:
        """May it know one way only?"""
        return self.engine.knows == "a recording"


def _plain(row: EngineRow, bench: Bench, direction: Direction, _pages: Sequence[str]) -> Prepared:
    """An engine that learnt nothing; of Amazon Translate a batch job without parallel data."""
    amazon = _service(_required(bench), direction, "plain", "") if row.paid else None
    means = Means(
        AlignedBook({}),
        amazon=amazon,
        program=bench.program,
        settings=bench.settings,
        source_language=direction.source,
    )
    return Prepared(row.tried(means))


def _remembering(
    row: EngineRow, bench: Bench, direction: Direction, pages: Sequence[str]
) -> Prepared:
    """What the rest of the book says."""
    others = bench.aligned.without(bench.with_copies(pages))
    return Prepared(row.tried(Means(_Turned(others, direction))))


@dataclass(frozen=True, slots=True)
class _Turned:
    """A book read in one direction. It looks texts up in its English: in the other one all pages may have them."""

    book: AlignedBook
    direction: Direction

    def holding(self, texts: Iterable[str], look: Callable[[Alignment], Found]) -> Iterator[Found]:
        return self._on_all(look) if self.direction.reverse else self.book.holding(texts, look)

    def naming(self, terms: Collection[str], look: Callable[[Alignment], Found]) -> Iterator[Found]:
        return self._on_all(look) if self.direction.reverse else self.book.naming(terms, look)

    def near(self, wanted: Search, look: Callable[[Search, Alignment], Found]) -> Iterator[Found]:
        if self.direction.reverse:
            return self._on_all(partial(look, wanted))
        return self.book.near(wanted, look)

    def beside(
        self, function: Callable[[Sequence[Request]], Found], requests: Sequence[Request]
    ) -> Iterator[Found]:
        return self.book.beside(function, requests)

    def _on_all(self, look: Callable[[Alignment], Found]) -> Iterator[Found]:
        return (look(self.direction.of(self.book.alignment(path))) for path in self.book.pages)


def _replaying(
    row: EngineRow, bench: Bench, _direction: Direction, pages: Sequence[str]
) -> Prepared:
    """The pairs of a recording, or without one the pages as a machine wrote them."""
    if bench.recording is not None:
        return Prepared(row.tried(Means(AlignedBook({}), bench.recording)))
    pairs: dict[str, str] = {}
    for page in pages:
        if page not in bench.machine:
            raise UsageError(
                f"{page}: method recorded needs machine.md beside it, or recorded:FILE"
            )
        blocks = block_pairs(align(bench.aligned.pages[page].source, bench.machine[page]))
        pairs |= {memory.key(frame(s).body): frame(t).body for s, t in blocks.items()}
    return Prepared(row.tried(Means(AlignedBook({}), pairs)))


# ------------------------------------------------------------------ Amazon Translate


def _traditional(
    _row: EngineRow, bench: Bench, direction: Direction, _pages: Sequence[str]
) -> Prepared:
    """TranslateText with the paragraphs as they stand: what published comparisons call the service."""
    service = _service(_required(bench), direction, "text", "")
    return Prepared(Realtime(service, TEXTS, "amazon-text"))


def _taught(
    _row: EngineRow, bench: Bench, direction: Direction, pages: Sequence[str], *, level: Level
) -> Prepared:
    """A batch job with parallel data of the rest of the book."""
    amazon = _required(bench)
    held = [f"/{page}" for page in bench.with_copies(pages)]
    order = parallel_data.BuildOrder(
        bench.language,
        source_language=bench.source_language,
        level=level,
        hold_out=tuple(held),
        reverse=direction.reverse,
    )
    service = amazon.service
    aligned = amazon.alignments.setdefault(level, Alignments())
    built = parallel_data.build(order, bench.book, aligned, amazon.workers, service.progress)
    content = formats.render(built.table, "csv")
    digest = hashlib.sha256(content.encode()).hexdigest()
    name = parallel_data_name(service.amazon, f"{EVALUATE}-{digest[:16]}")
    left_out = built.data.rejected.get(parallel_data.HELD_OUT, 0)
    lesson = Lesson(
        len(built.table.segments), left_out, _leaked(built.table.segments, bench, pages, direction)
    )
    batch = Batch(_service(amazon, direction, name, name))
    return Prepared(
        Taught(batch=batch, amazon=amazon, name=name, content=content, digest=digest), lesson
    )


def _leaked(
    segments: Sequence[Segment], bench: Bench, pages: Collection[str], direction: Direction
) -> int:
    """How many pairs of finished parallel data repeat a sentence of the pages, exactly or nearly."""
    tested = [
        sentence
        for page in bench.book.pages
        if page.path in pages
        for sentence in page_sentences(page.source, bench.source_language)
    ]
    if direction.reverse:
        segments = [replace(it, source=it.target, target=it.source) for it in segments]
    return len(segments) - len(exclude(segments, tested, bench.source_language))


def _required(bench: Bench) -> AmazonBench:
    if bench.amazon is None:
        raise UsageError(
            "Amazon Translate needs a translation repository with [amazon] in amts.toml: give --repository"
        )
    return bench.amazon


def _service(amazon: AmazonBench, direction: Direction, folder: str, resource: str) -> Service:
    """The service for one method: its jobs have a folder of their own, so that no method finds the
    answers of another."""
    service = amazon.service
    target, source = service.language, language_row(direction.source)
    if direction.reverse:
        target, source = _settings_of(direction.target), service.language.row
    settings = service.amazon
    return replace(
        service,
        engine=replace(service.engine, small_change=0),
        amazon=replace(
            settings, prefix=f"{settings.prefix}/{EVALUATE}/{folder}", parallel_data=resource
        ),
        language=target,
        source_language=source.service_code,
        purpose=f"{EVALUATE} {folder}",
        wait=0.0,
        jobs=(),
    )


def _settings_of(language: str) -> LanguageSettings:
    return LanguageSettings(code=language, row=language_row(language))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """Imports parallel data, then translates with it. Pending until both are done; what was done is
    found again by name, which is that of the content."""

    batch: Batch
    amazon: AmazonBench
    name: str
    content: str
    digest: str

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """That of the job."""
        return self.batch.cost(requests, language)

    def translate(self, requests: Sequence[Request], language: str) -> Sequence[Reply] | Pending:
        """As every engine. Raises AmtsError when the import fails."""
        known = self.batch.known(requests, self.digest)
        if known is not None:  # the resource may be deleted by now
            return known
        cloud = self.batch.service.cloud()
        state = cloud.translator.parallel_data(self.name)
        if state is None:
            self._import(cloud)
        if state is None or state.status == "CREATING":
            return Pending(
                (), f"parallel data {self.name} is being imported, or waits for its turn"
            )
        return self.batch.translate(requests, language)

    def _import(self, cloud: Cloud) -> None:
        other = self.amazon.importing
        state = cloud.translator.parallel_data(other) if other else None
        if state is not None and state.status == "CREATING":
            return
        file = f"{self.batch.service.amazon.prefix}/parallel-data.csv"
        cloud.storage.put({file: self.content.encode()})
        order = ParallelDataOrder(
            name=self.name,
            file=file,
            file_format="CSV",
            description=f"{_DESCRIPTION}; sha256:{self.digest}",
            token=self.digest,
        )
        try:
            cloud.translator.put_parallel_data(order, exists=False)
        except ServiceBusy:
            return
        self.amazon.importing = self.name


def tidy(engine: Engine) -> str:
    """Takes away what a method made at Amazon Translate; says what, "" for nothing. Its answers are in the ledger."""
    batch = engine.batch if isinstance(engine, Taught) else engine
    if not isinstance(batch, Batch):
        return ""
    service = batch.service
    cloud, made = service.cloud(), service.amazon.parallel_data
    if made and cloud.translator.parallel_data(made) is not None:
        cloud.holdings.delete(Resource(kind="parallel data", name=made, status=""))
    folder = (
        f"{service.amazon.prefix}/" if made else f"{service.amazon.prefix}/{service.language.code}/"
    )
    cloud.storage.delete(cloud.storage.names(folder))
    return f"parallel data {made} and the files of its job" if made else f"the files in {folder}"


_DESCRIPTION = "made by amts-bot evaluate, which is done with it: it can be deleted"

# How an engine is tried, by what it knows: one method each, or several with a name behind the engine's.
_TRIED: dict[Knows, dict[str, Prepare]] = {
    "nothing": {"": _plain},
    "the book": {"": _remembering},
    "a recording": {"": _replaying},
    "parallel data": {
        ":paragraphs": partial(_taught, level="block"),
        ":sentences": partial(_taught, level="sentence"),
    },
}
METHODS: dict[str, Method] = {
    f"{name}{suffix}": Method(row, prepare)
    for name, row in ENGINES.items()
    for suffix, prepare in _TRIED[row.knows].items()
} | {"amazon-text": Method(ENGINES["amazon"], _traditional)}
