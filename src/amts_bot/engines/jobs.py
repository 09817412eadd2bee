"""The batch jobs of Amazon Translate: waited for, and written down in the ledger when they are over.

An order stands in the ledger before its job is started, so a run that was killed at any moment, and ran on
another machine, finds the job: by its id, else by the folder that it reads from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from amts_bot.engines.findings import Read, is_bad, usable
from amts_bot.engines.ledger import PaidDocument
from amts_bot.engines.orders import OrderDesk
from amts_bot.engines.output import JobOutput
from amts_bot.engines.waiting import named, pending
from amts_bot.errors import AmtsError
from amts_bot.model import Pending, Request, counted
from amts_bot.model.amazon import BatchJob, JobRecord, OrderState

# Jobs that no order speaks of are looked for so far back: the ledger, or its entry, may be lost.
MEMORY_DAYS = 14
# An order whose job nobody knows after so long never reached the service.
_UNHEARD = 24 * 3600.0
# How long after its end the output of a job may still come to be listed.
_LATE = 600.0
_FIRST_POLL, _LONGEST_POLL = 2.0, 60.0  # seconds


@dataclass(slots=True, kw_only=True)
class JobDesk:
    """The jobs of one purpose and one pair of languages, as a run sees them.

    `records` are all orders of these languages by name; `brought` what jobs brought while we looked, newest
    first; `watched` the jobs that this run saw at work.
    """

    orders: OrderDesk
    read: Read
    records: dict[str, JobRecord]
    retried: float
    brought: list[PaidDocument] = field(default_factory=list)
    watched: set[str] = field(default_factory=set)
    _at_work: dict[str, BatchJob] = field(default_factory=dict)

    @classmethod
    def opened(cls, orders: OrderDesk, read: Read) -> JobDesk:
        """Looks at the ledger."""
        records = {record.name: record for record in orders.ledger.records()}
        return cls(orders=orders, read=read, records=records, retried=orders.ledger.retried())

    def start(self, left: Mapping[str, Request], deadline: float) -> Pending | None:
        """Orders a job for units; Pending when the account has too many at the deadline.

        Raises CapReached, and AmtsError when the same order failed too often or the service refuses it.
        """
        record = self.orders.place(left, self.records.values(), self.retried)
        self.records[record.name] = record
        job = self.orders.start(record, deadline)
        if job is None:
            return Pending(
                self.orders.service.jobs,
                "the account has as many batch jobs as it may have: run again in a while, on any machine",
            )
        self.watched.add(job.id)
        self._write(replace(record, job=job.id))
        self._at_work = {record.name: job}
        return None

    # -------------------------------------------------------------- jobs that are at work

    def finish(self, deadline: float) -> Pending | None:
        """Waits for the jobs that are at work, and writes down what they brought.

        Pending when one is not over at the deadline. Raises AmtsError when one fails that this run saw at work.
        """
        jobs, pause = self._at_work or self._known_jobs(), _FIRST_POLL
        while jobs:
            try:
                jobs = {name: self._again(job) for name, job in jobs.items()}
            except AmtsError as error:  # the job continues without us: better to remember it
                return self._pending(jobs.values(), str(error))
            looks = {name: self._look(name, job) for name, job in jobs.items()}
            jobs = {name: job for name, job in jobs.items() if looks[name]}
            if not jobs:
                break
            left = deadline - self.orders.service.clock.monotonic()
            if left <= 0:
                return self._pending(jobs.values(), *looks.values())
            self.orders.service.progress.say(looks[next(iter(jobs))])
            self.orders.service.clock.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_POLL)
        self._at_work = {}
        return None

    def _again(self, job: BatchJob) -> BatchJob:
        """A job as it is now. One that was just started may not be known everywhere yet."""
        return self.orders.cloud.translator.job(job.id) or job

    def _known_jobs(self) -> dict[str, BatchJob]:
        """The jobs whose answers are not in the ledger yet, by the name of their order."""
        mine = self._open()
        now = self.orders.service.clock.time()
        since = min([now - MEMORY_DAYS * 24 * 3600, *(record.ordered - 60 for record in mine)])
        translator = self.orders.cloud.translator
        found = {job.id: job for job in translator.jobs("", since)}
        named = [*self.orders.service.jobs, *(record.job for record in mine if record.job)]
        older = [translator.job(number) for number in dict.fromkeys(named) if number not in found]
        found |= {job.id: job for job in older if job is not None}
        jobs: dict[str, BatchJob] = {}
        for job in found.values():
            record = self._record_of(job)
            if record is not None and record.state == "open":
                jobs.setdefault(record.name, job)
        self._give_up([record for record in mine if record.name not in jobs], now)
        return jobs

    def _open(self) -> list[JobRecord]:
        return [
            it
            for it in self.records.values()
            if it.state == "open" and it.source and it.purpose == self.orders.service.purpose
        ]

    def _record_of(self, job: BatchJob) -> JobRecord | None:
        """The order of a job: from the ledger, else made up for a job of ours that the ledger lost."""
        own = [it for it in self.records.values() if it.source and it.source == job.source]
        if own:
            return own[0] if own[0].purpose == self.orders.service.purpose else None
        if not job.source.startswith(self.orders.folder) or job.broken:
            return None
        name = job.source.removeprefix(self.orders.folder).partition("/")[0]
        record = JobRecord(
            name=f"amts-{self.orders.service.language.row.code}-{name}",
            key=name.rpartition("-")[0],
            purpose=self.orders.service.purpose,
            pair=self.orders.service.pair,
            answers=self.orders.ledger.answers(self.orders.method),
            ordered=job.submitted,
            units=0,
            quoted=0,
            source=job.source,
            job=job.id,
        )
        self.records[record.name] = record
        return record

    def _give_up(self, unheard: Sequence[JobRecord], now: float) -> None:
        for record in unheard:
            if not record.job and now - record.ordered > _UNHEARD:
                self._write(replace(record, state="void", reason="it never reached the service"))

    def _look(self, name: str, job: BatchJob) -> str:
        """Writes down what a job brought; why it is to be waited for when it is not over."""
        record = self.records[name]
        if job.runs:
            self.watched.add(job.id)
            return f"batch job {named(job, self.orders.service.clock.time())}{_AT_WORK}"
        if job.status == "FAILED":
            self._write(self._over(record, job, "failed", job.message))
            if job.id in self.watched:
                raise AmtsError(failure(job))
            return ""
        output = JobOutput.of(job, record, self.orders.cloud)
        if (
            output.is_late
            and job.status != "STOPPED"
            and self.orders.service.clock.time() < (job.ended or job.submitted) + _LATE
        ):
            return f"batch job {job.id} is done, and some of its output is not listed yet"
        self._book(record, job, output)
        if job.status == "STOPPED" and job.id in self.watched:
            raise AmtsError(failure(job))
        return ""

    def _pending(self, jobs: Iterable[BatchJob], *why: str) -> Pending:
        service = self.orders.service
        trouble = "".join(f"{it}\n" for it in why if it and not it.endswith(_AT_WORK))
        found = pending([*jobs], service.clock.time(), service.engine.longest_job, trouble)
        return replace(found, jobs=tuple(dict.fromkeys([*found.jobs, *service.jobs])))

    # -------------------------------------------------------------- jobs that are over

    def _book(self, record: JobRecord, job: BatchJob, output: JobOutput) -> None:
        """Writes the documents down, then that the order is over."""
        stopped = job.status == "STOPPED"
        paid = output.documents(self.orders.service.clock.time())
        count = sum(len(it.units) for it in paid.values())
        whole = usable(paid.values(), self.read)
        bad = is_bad(count, whole) or stopped
        paid = {name: replace(it, again=it.again and not bad) for name, it in paid.items()}
        if stopped:  # what it did not come to was not paid
            paid = {name: it for name, it in paid.items() if it.html}
        self.orders.ledger.keep(
            record.answers, {f"{record.name}/{name}": it for name, it in paid.items()}
        )
        self.brought = [*paid.values(), *self.brought]
        reason = f"only {whole:,} of {count:,} units came back whole" if bad else ""
        over = self._over(record, job, "stopped" if stopped else "done", reason)
        self._write(replace(over, units=count, usable=whole, billed=output.billed))
        if reason:
            self.orders.service.remark(f"batch job {job.id}: {reason}")
        if output.billed is not None and record.quoted:
            self.orders.service.remark(_bill(job, record.quoted, output.billed))

    def _over(self, record: JobRecord, job: BatchJob, state: OrderState, reason: str) -> JobRecord:
        now = self.orders.service.clock.time()
        return replace(record, job=job.id, ended=job.ended or now, state=state, reason=reason)

    def _write(self, record: JobRecord) -> None:
        self.orders.ledger.write(record)
        self.records[record.name] = record


_AT_WORK = " is at work"


def _bill(job: BatchJob, quoted: int, billed: int) -> str:
    return (
        f"batch job {job.id}: {counted(quoted, 'character')} quoted, {billed:,} billed "
        f"({'as quoted' if billed == quoted else f'{billed - quoted:+,}'})"
    )


def failure(job: BatchJob) -> str:
    """Why a job brought nothing, and what to do."""
    if job.status == "STOPPED":
        return f"batch job {job.id} was stopped by somebody: run again to start a new one"
    return (
        f"batch job {job.id} failed: {job.message or 'no reason given'}\n"
        "If it speaks of access, check [amazon] role (it must be able to read and write the bucket) and "
        "that bucket and region belong together; then run again: nothing of a failed job is billed"
    )
