"""What the engines of Amazon Translate have in common: the settings of a run, its account, and the caps."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.account import RunAccount
from amts_bot.engines.glossary_file import GlossaryFile
from amts_bot.errors import CapReached, UsageError
from amts_bot.model import (
    Answer,
    Reply,
    Request,
    counted,
)
from amts_bot.ports import Clock, Cloud, Connect, Progress
from amts_bot.text.amazon import documents
from amts_bot.text.amazon.documents import Reading, Trust

if TYPE_CHECKING:
    from amts_bot.engines.ledger import Ledger
    from amts_bot.model.amazon import CallOrder, JobRecord
    from amts_bot.text.amazon.profile import ServiceProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the engines are made from. `jobs` are those that the lock names; `wait` is in seconds.

    `purpose` keeps the jobs of one task apart from those of another; `account` is one for the whole run.
    """

    connect: Connect
    clock: Clock
    progress: Progress
    engine: EngineSettings
    amazon: AmazonSettings
    language: LanguageSettings
    wait: float = 0.0
    jobs: tuple[str, ...] = ()
    source_language: str = "en"  # as the service calls it
    purpose: str = "sync"
    account: RunAccount = field(default_factory=RunAccount)
    glossary: GlossaryFile = field(default_factory=GlossaryFile)
    profile: ServiceProfile | None = None  # what a canary showed

    def cloud(self) -> Cloud:
        """The far side, when something is to be asked of it."""
        if not self.language.row.service_code:
            raise UsageError(
                f"Amazon Translate has no language {self.language.code!r}: set service-code in "
                f"[languages.{self.language.code}], or use another engine"
            )
        return self.connect(self.amazon.required("bucket"), self.amazon.region)

    @property
    def terminology(self) -> str:
        """The name of the terminology, "" for a language without a glossary."""
        code = self.language.code
        return self.amazon.terminology_of(code) if self.language.terminology else ""

    @property
    def pair(self) -> str:
        """The two languages, as the ledger names them."""
        return f"{self.source_language}-{self.language.row.service_code}"

    @property
    def wishes(self) -> CallOrder:
        """What every call asks for beside its text."""
        from amts_bot.model.amazon import CallOrder

        return CallOrder(
            self.source_language,
            self.language.row.service_code,
            self.terminology,
            self.language.formality,
        )

    def reply(self, request: Request, known: Mapping[str, Reply]) -> Reply:
        """The reply to a request, of those by id, with a remark where it does not follow the terminology."""
        reply = reply_of(request, known)
        if not self.terminology:
            return reply
        from amts_bot.engines.terminology import forced_terms, remarked  # few languages have one

        return remarked(reply, request, forced_terms(self.glossary, self.language.code))

    def bill(self, requests: Iterable[Request]) -> int:
        """The characters that a job with these requests bills at most, by what is known of the service."""
        if self.profile is None:
            return billable(requests)
        if self.profile.bills_markup:
            from amts_bot.engines.documents import by_page

            return sum(len(documents.render(it)) for it in by_page(units(requests)).values())
        return math.ceil(billable(requests) * self.profile.rate)

    @property
    def trust(self) -> Trust:
        """How answers are read, by the same."""
        return self.profile.trust if self.profile else Trust()

    def ledger(self, cloud: Cloud) -> Ledger:
        """What was paid for in these languages."""
        from amts_bot.engines.ledger import Ledger  # only who asks the service has one

        return Ledger(cloud.storage, self.clock, self.progress, self.pair)

    def method(self, engine: str, parallel_data: str = "") -> str:
        """A name for all that an answer depends on but its English; `parallel_data` is the mark of its content."""
        return hashed(engine, parallel_data, self.terminology, self.language.formality)[:16]

    def reserve(self, record: JobRecord, ledger: Ledger) -> None:
        """Writes an order down before anything of it is sent.

        Raises CapReached when the run or the month would have more than the settings allow: then nothing may
        be sent.
        """
        self.allow(record.quoted)
        ledger.reserve(record, self.engine.max_characters_per_month)
        self.account.sent += record.quoted

    def allow(self, characters: int) -> None:
        """Raises CapReached when this run may not send so many characters more."""
        most, sent = self.engine.max_characters, self.account.sent
        if most and sent + characters > most:
            before = f" in a run, which has sent {sent:,} already" if sent else ""
            raise CapReached(
                f"{counted(characters, 'character is', 'characters are')} to be translated, and [engine] "
                f"max-characters allows {most:,}{before}: nothing was sent; raise it, or run for fewer changes "
                "with --to"
            )
        if self.account.quoted and sent + characters > self.account.quoted:
            raise CapReached(
                f"{characters:,} characters would be more than the {self.account.quoted:,} that were quoted"
            )

    def remark(self, words: str) -> None:
        """Tells people now, and in the report of the run."""
        self.progress.say(words)
        self.account.remarks.append(words)


def units(requests: Iterable[Request]) -> dict[str, Request]:
    """What would be sent, by id: each text once, nothing that has no words."""
    found: dict[str, Request] = {}
    for request in requests:
        if documents.has_words(request.source):
            found.setdefault(_id(request), request)
    return found


def billable(requests: Iterable[Request]) -> int:
    """The characters that the service would bill for them."""
    return sum(billed(requests).values())


def billed(requests: Iterable[Request]) -> dict[str, int]:
    """The characters of each unit, by its id."""
    return {unit: documents.characters([it.source]) for unit, it in units(requests).items()}


def _id(request: Request) -> str:
    return documents.unit_id(request.source, request.instead)


def reply_of(request: Request, known: Mapping[str, Reply]) -> Reply:
    """The reply to a request, of those by id; what has no words is its own translation."""
    if not documents.has_words(request.source):
        return Answer(request.source, "source")
    return known[_id(request)]


def answered(reading: Reading, origin: str) -> Answer:
    """A reading as an answer."""
    return Answer(reading.text, origin, damage=reading.damage, remarks=reading.remarks)


def hashed(*parts: object) -> str:
    """One hash of several values, in hexadecimal digits."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
