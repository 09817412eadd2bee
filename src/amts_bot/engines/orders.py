"""Batch jobs to start: what an order is known by, and what stands in the bucket before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from amts_bot.engines.documents import INPUT, by_page, folder_of, list_of_units
from amts_bot.engines.ledger import Ledger, sealed
from amts_bot.engines.resources import parallel_data_name
from amts_bot.engines.service import Service, hashed
from amts_bot.errors import AmtsError, ServiceBusy
from amts_bot.model import Request, counted
from amts_bot.model.amazon import (
    BatchJob,
    JobOrder,
    JobRecord,
    ParallelDataState,
)
from amts_bot.ports import Cloud
from amts_bot.text.amazon import documents

# A job that failed this often with the same documents waits: nothing of it was billed, but something is wrong.
_MOST_FAILURES = 3
_PAUSE_AFTER_FAILURES = 3600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0  # seconds between tries to start a job


JOB = "job"  # what answers came by, beside the names of calls


@dataclass(frozen=True, slots=True)
class JobData:
    """The parallel data that jobs use: its name, "" for none, and its state, None where there is none."""

    name: str = ""
    state: ParallelDataState | None = None

    @classmethod
    def found(cls, service: Service, cloud: Cloud) -> JobData:
        """That of the language."""
        name = parallel_data_name(service.amazon, service.language.code)
        return cls(name, cloud.translator.parallel_data(name) if name else None)

    @property
    def mark(self) -> str:
        """The same for the same content: what the bot pushed says it in the description."""
        if self.state is None:
            return ""
        content = self.state.description.partition("sha256:")[2][:64]
        return content or hashed(self.name, self.state.description, self.state.attempt_at)

    def require(self, language: str) -> None:
        """Raises AmtsError unless jobs can use it."""
        push = f"amts-bot parallel-data push --language {language}"
        if self.name and self.state is None:
            raise AmtsError(
                f"there is no parallel data {self.name!r}: make it with {push}; if it is called otherwise, "
                "set [amazon] parallel-data; if it is in another region, set [amazon] region"
            )
        if self.state is not None and self.state.status == "FAILED":
            raise AmtsError(
                f"parallel data {self.name!r} could not be imported: "
                f"{self.state.message or 'no reason given'}; mend it with {push}"
            )
        if self.state is not None and self.state.status != "ACTIVE":
            raise AmtsError(
                f"parallel data {self.name!r} is {self.state.status}: run again when it is ACTIVE"
            )


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Where the batch jobs of one purpose and one pair of languages are ordered."""

    service: Service
    cloud: Cloud
    ledger: Ledger
    resource: JobData

    @property
    def folder(self) -> str:
        """Below which the jobs have their files."""
        return f"{self.service.amazon.prefix}/{self.service.language.code}/"

    @property
    def method(self) -> str:
        """What the answers of today's jobs depend on."""
        return self.service.method(JOB, self.resource.mark)

    def place(
        self, left: Mapping[str, Request], before: Iterable[JobRecord], retried: float
    ) -> JobRecord:
        """Writes an order for units into the ledger, and their documents into the bucket; sends nothing.

        `before` are the orders so far. Raises CapReached, and AmtsError when the same order failed too often.
        """
        parts = by_page(left)
        files = {name: documents.render(part) for name, part in parts.items()}
        self.resource.require(self.service.language.code)
        self.service.amazon.required("role")
        record = self._record(files, left, before, retried)
        self.service.reserve(record, self.ledger)
        self.service.progress.say(
            f"{counted(len(left), 'unit')} in {counted(len(files), 'document')}, for a batch job"
        )
        self.cloud.storage.put(
            {f"{record.source}{name}": text.encode() for name, text in files.items()}
            | {list_of_units(record.source): sealed(parts)}
        )
        return record

    def start(self, record: JobRecord, deadline: float) -> BatchJob | None:
        """Starts the job of an order, or finds it; None when the account has too many until the deadline."""
        order, pause = self._job_order(record), _FIRST_PAUSE
        while True:
            try:
                return self.cloud.translator.start(order)
            except ServiceBusy as error:
                left = deadline - self.service.clock.monotonic()
                if left <= 0:
                    return None
                self.service.progress.say(str(error))
                self.service.clock.sleep(min(pause, left))
                pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _record(
        self,
        files: Mapping[str, str],
        left: Mapping[str, Request],
        before: Iterable[JobRecord],
        retried: float,
    ) -> JobRecord:
        """What follows from the documents, the settings, and how often they were sent before."""
        key = self._key(files)
        attempts = [it for it in before if it.key == key and it.state != "void"]
        failed = [it for it in attempts if it.state == "failed"]
        self._stop_failing([it for it in failed if it.ended >= retried])
        for last in failed[-1:]:
            self.service.progress.say(
                f"once more: batch job {last.job} failed: {last.reason or 'no reason given'}"
            )
        number = 1 + sum(it.state != "open" for it in attempts)
        name = f"amts-{self.service.language.row.code}-{key}-{number}"
        ordered = [it.ordered for it in attempts if it.name == name]
        return JobRecord(
            name=name,
            key=key,
            purpose=self.service.purpose,
            pair=self.service.pair,
            answers=self.ledger.answers(self.method),
            ordered=min(ordered, default=self.service.clock.time()),
            units=len(left),
            quoted=self.service.bill(left.values()),
            source=f"{self.folder}{key}-{number}/{INPUT}",
            region=self.cloud.region,
        )

    def _key(self, files: Mapping[str, str]) -> str:
        """What an order is known by: another text, wish or setting makes it another order."""
        service = self.service
        where = [self.folder, service.amazon.bucket, service.amazon.role, self.cloud.region]
        return hashed(files, self.method, service.pair, self.resource.name, where)[:16]

    def _stop_failing(self, failed: Sequence[JobRecord]) -> None:
        """Raises AmtsError while the same order failed too often: a person has to change something."""
        if len(failed) < _MOST_FAILURES:
            return
        last = max(failed, key=lambda it: it.ended)
        if self.service.clock.time() < last.ended + _PAUSE_AFTER_FAILURES:
            raise AmtsError(
                f"batch jobs for this text failed {counted(len(failed), 'time')}; the last ({last.job}): "
                f"{last.reason or 'no reason given'}\n"
                "another is tried as soon as [amazon] role, bucket, region or prefix changed, an hour after the "
                "last, or after amts-bot jobs retry; nothing of a failed job is billed"
            )

    def _job_order(self, record: JobRecord) -> JobOrder:
        row = self.service.language
        return JobOrder(
            name=record.name,
            token=hashed(record.key, record.name),
            source=record.source,
            target=f"{folder_of(record.source)}output/",
            role=self.service.amazon.required("role"),
            language=row.row.service_code,
            parallel_data=self.resource.name,
            terminology=self.service.terminology,
            formality=row.formality,
            source_language=self.service.source_language,
        )
