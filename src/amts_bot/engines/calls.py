"""Calls of Amazon Translate that answer at once: what they were paid for is written down as answers arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from amts_bot.engines.documents import MOST_CALL_BYTES, MOST_TEXT_BYTES, by_size, one_by_one
from amts_bot.engines.findings import Read, is_bad, read_plain, reader, usable
from amts_bot.engines.ledger import Ledger, PaidDocument
from amts_bot.engines.service import Service, hashed
from amts_bot.errors import AmtsError
from amts_bot.model import Failure, Request
from amts_bot.model.amazon import CallOrder, JobRecord
from amts_bot.ports import Cloud, Translator
from amts_bot.text.amazon import documents
from amts_bot.text.languages import Language

_Answers = Iterator[tuple[int, str | Failure]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How units go to a service that answers at once: in which calls, written and read how, billed for what."""

    name: str
    characters: Callable[[Iterable[str]], int]
    most_bytes: int
    split: Callable[[Mapping[str, str]], Iterator[dict[str, str]]]
    render: Callable[[Mapping[str, str]], str]
    call: Callable[[Translator, Sequence[str], CallOrder], _Answers]
    read: Callable[[Language, documents.Trust], Read]


# Of the calls that answer at once the one that reads HTML, and leaves translate="no" alone as batch jobs do:
# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-tags.html
DOCUMENTS = Way(
    name="TranslateDocument",
    characters=documents.characters,
    most_bytes=MOST_CALL_BYTES,
    split=by_size,
    render=documents.render,
    call=lambda translator, texts, order: translator.documents(texts, order),
    read=reader,
)
# A paragraph of Markdown as it stands, as tools did before there was anything else.
TEXTS = Way(
    name="TranslateText",
    characters=lambda texts: sum(map(len, texts)),
    most_bytes=MOST_TEXT_BYTES,
    split=one_by_one,
    render=lambda units: "".join(units.values()),
    call=lambda translator, texts, order: translator.texts(texts, order),
    read=lambda _language, _trust: read_plain,
)


@dataclass(slots=True, kw_only=True)
class Calls:
    """The calls of one run, in one way. `brought` are the documents that came back, newest first."""

    service: Service
    cloud: Cloud
    ledger: Ledger
    way: Way
    brought: list[PaidDocument] = field(default_factory=list)

    @property
    def method(self) -> str:
        """What the answers depend on."""
        return self.service.method(self.way.name)

    def send(self, left: Mapping[str, Request]) -> dict[str, Failure]:
        """Sends units; the failures of those that brought nothing. Raises CapReached before anything is sent."""
        groups = [*self.way.split({unit: request.source for unit, request in left.items()})]
        record = self._record(left)
        self.service.reserve(record, self.ledger)
        failures: dict[str, Failure] = {}
        for number, result in self._asked(groups, record):
            if isinstance(result, Failure):
                failures |= dict.fromkeys(groups[number], result)
            else:
                self._keep(groups[number], result, record, number)
        self._close(record, failures)
        return failures

    def _asked(self, groups: Sequence[Mapping[str, str]], record: JobRecord) -> _Answers:
        """The first call alone: when it does not come back whole, nothing more is sent."""
        texts = [self.way.render(group) for group in groups]
        yield from self._call(texts[:1], 0)
        whole, count = usable(self.brought, self._read), sum(len(it.units) for it in self.brought)
        if is_bad(count, whole):
            why = Failure(
                f"of {count:,} units in the first call of {self.way.name} only {whole:,} came back whole: nothing "
                "more was sent"
            )
            yield from ((number, why) for number in range(1, len(groups)))
        else:
            yield from self._call(texts[1:], 1)

    def _call(self, texts: Sequence[str], first: int) -> _Answers:
        long = {n for n, text in enumerate(texts) if len(text.encode()) > self.way.most_bytes}
        for number in long:
            yield first + number, _too_long(self.way)
        short = [number for number in range(len(texts)) if number not in long]
        wishes = self.service.wishes
        for n, result in self.way.call(self.cloud.translator, [texts[n] for n in short], wishes):
            yield first + short[n], result

    def _keep(self, units: Mapping[str, str], html: str, record: JobRecord, number: int) -> None:
        """Writes an answer down; one that cannot be is used all the same, it is paid for."""
        document = PaidDocument(
            units=units, html=html, where=self.way.name, at=self.service.clock.time()
        )
        self.brought.insert(0, document)
        try:
            self.ledger.keep(record.answers, {f"{record.name}-{number}": document})
        except AmtsError as error:
            self.service.remark(f"an answer could not be written into the ledger: {error}")

    def _record(self, left: Mapping[str, Request]) -> JobRecord:
        now, row = self.service.clock.time(), self.service.language.row
        key = hashed(self.method, sorted(left))[:16]
        return JobRecord(
            # Each attempt is an order of its own: what an earlier one paid is not known any more.
            name=f"amts-{row.code}-{key}-{hashed(now)[:8]}",
            key=key,
            purpose=self.service.purpose,
            pair=self.service.pair,
            answers=self.ledger.answers(self.method),
            ordered=now,
            units=len(left),
            quoted=self.way.characters(request.source for request in left.values()),
            region=self.cloud.region,
        )

    def _close(self, record: JobRecord, failures: Mapping[str, Failure]) -> None:
        sent = [source for it in self.brought for source in it.units.values()]
        over = replace(
            record,
            state="done" if sent else "failed",
            ended=self.service.clock.time(),
            units=len(sent),
            usable=usable(self.brought, self._read),
            billed=self.way.characters(sent),
        )
        try:
            self.ledger.write(over)
        except AmtsError as error:
            self.service.remark(f"an order could not be completed in the ledger: {error}")

    @property
    def _read(self) -> Read:
        return self.way.read(self.service.language.row, self.service.trust)


def _too_long(way: Way) -> Failure:
    return Failure(
        f"a stretch of English is longer than the {way.most_bytes:,} bytes that {way.name} takes: "
        "use engine amazon-act"
    )
