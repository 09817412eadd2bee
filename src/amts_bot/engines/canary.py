"""First contact: one small job shows what Amazon Translate does, before a book is sent.

The job is known by its content, so a run that was killed, or went out of time, finds it again; and what it
showed is kept in the bucket, too, until the repository has it: a canary is paid once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.ledger import Ledger
from amts_bot.engines.resources import parallel_data_name
from amts_bot.engines.waiting import named, pending
from amts_bot.errors import AmtsError, ServiceBusy, UsageError
from amts_bot.model import Pending, counted
from amts_bot.model.amazon import (
    BatchJob,
    JobOrder,
    JobRecord,
    ParallelDataOrder,
    Resource,
)
from amts_bot.ports import Clock, Cloud, Progress
from amts_bot.text.amazon import canary, details, profile
from amts_bot.text.amazon.profile import ServiceProfile

_FOLDER = "canary"
_FILE = "canary.html"
_MOST_ATTEMPTS = 3
_MEMORY = 14 * 24 * 3600.0  # how far back a job is looked for
_LATE = 600.0  # how long after its end the output of a job may come to be listed
_FIRST_POLL, _LONGEST_POLL = 2.0, 60.0  # seconds

Value = TypeVar("Value")


def price(engine: EngineSettings) -> str:
    """What a canary costs, in words."""
    count = canary.characters()
    dollars = count * engine.price / 1e6
    return f"{counted(len(canary.units()), 'unit')}, {counted(count, 'character')}, at most ${dollars:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """The canary of one language; `wait` is in seconds."""

    cloud: Cloud
    engine: EngineSettings
    amazon: AmazonSettings
    language: LanguageSettings
    clock: Clock
    progress: Progress
    wait: float = 0.0

    def run(self) -> ServiceProfile | Pending:
        """What the service showed; Pending when it is not done within `wait`.

        Raises AmtsError when the job fails, or the service refuses it; CapReached where the month has no room.
        """
        if not self._code:
            raise UsageError(f"Amazon Translate has no language {self.language.code!r}")
        if known := self._known():
            return known
        deadline = self.clock.monotonic() + self.wait
        parallel_data = self._taught(deadline)
        if isinstance(parallel_data, Pending):
            return parallel_data
        job = self._over(self._job(parallel_data), deadline)
        if isinstance(job, Pending):
            return job
        seen = self._seen(job)
        self._ledger.write(self._record(job.source, job, seen))
        self.cloud.storage.put({f"{self._stem}profile.json": profile.rendered(seen).encode()})
        with suppress(AmtsError):  # what is left over costs nothing, and cleanup finds it
            self.cloud.holdings.delete(_resource(self._parallel_data))
        return seen

    @property
    def _code(self) -> str:
        return self.language.row.service_code

    @property
    def _parallel_data(self) -> str:
        return parallel_data_name(self.amazon, f"{_FOLDER}-{self.language.code}")

    @property
    def _stem(self) -> str:
        """How the folders begin that belong to this canary, whichever attempt it is."""
        wishes = (canary.document(), self._code, self.cloud.region, self.amazon.role)
        key = hashlib.sha256("\n".join(wishes).encode()).hexdigest()[:16]
        return f"{self.amazon.prefix}/{_FOLDER}/{self._code}/{key}-"

    def _known(self) -> ServiceProfile | None:
        name = f"{self._stem}profile.json"
        content = self.cloud.storage.get([name]).get(name)
        return profile.parsed(content.decode(), name) if content else None

    # -------------------------------------------------------------- parallel data

    def _taught(self, deadline: float) -> str | Pending:
        """The name of the small resource, once it can be used; "" when the import failed."""
        name = self._parallel_data

        def ready() -> str | None:
            state = self.cloud.translator.parallel_data(name)
            if state is None:
                self._teach(name)
            elif state.status in ("ACTIVE", "FAILED"):
                return name if state.status == "ACTIVE" else ""
            return None

        found = self._until(ready, f"parallel data {name} is being imported", deadline)
        if found is None:
            return Pending(
                (), f"parallel data {name} is being imported for the canary: run again in a while"
            )
        return found

    def _teach(self, name: str) -> None:
        file = f"{self._stem}parallel-data.csv"
        content = canary.parallel_data(self._code).encode()
        self.cloud.storage.put({file: content})
        order = ParallelDataOrder(
            name=name,
            file=file,
            file_format="CSV",
            description="made by amts-bot for its canary: it can be deleted",
            token=hashlib.sha256(content + name.encode()).hexdigest(),
        )
        with suppress(ServiceBusy):  # another import is at work: our turn comes
            self.cloud.translator.put_parallel_data(order, exists=False)

    # -------------------------------------------------------------- the job

    def _job(self, parallel_data: str) -> BatchJob:
        """The job of this canary: one that is there, else a new one."""
        since = self.clock.time() - _MEMORY
        jobs = self.cloud.translator.jobs(self._stem, max(since, 0.0))
        whole = [job for job in jobs if not job.broken]
        if whole:
            return whole[0]
        if len(jobs) >= _MOST_ATTEMPTS:
            raise AmtsError(
                f"the canary failed {counted(len(jobs), 'time')}; the last: {jobs[0].message or 'no reason given'}\n"
                "amts-bot amazon check says what to change; a change of [amazon] allows another one"
            )
        return self._start(len(jobs) + 1, parallel_data)

    def _start(self, number: int, parallel_data: str) -> BatchJob:
        folder = f"{self._stem}{number}/"
        order = JobOrder(
            name=self._name(f"{folder}input/"),
            token=hashlib.sha256(f"{folder} {self.amazon.bucket}".encode()).hexdigest(),
            source=f"{folder}input/",
            target=f"{folder}output/",
            role=self.amazon.required("role"),
            language=self._code,
            parallel_data=parallel_data,
        )
        self.progress.say(f"first contact with Amazon Translate: a canary of {price(self.engine)}")
        self._ledger.reserve(self._record(order.source), self.engine.max_characters_per_month)
        self.cloud.storage.put({f"{order.source}{_FILE}": canary.document().encode()})
        return self.cloud.translator.start(order)

    def _name(self, source: str) -> str:
        return (
            f"amts-canary-{self.language.code}-{hashlib.sha256(source.encode()).hexdigest()[:16]}"
        )

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self.cloud.storage, self.clock, self.progress, f"en-{self._code}")

    def _record(
        self, source: str, job: BatchJob | None = None, seen: ServiceProfile | None = None
    ) -> JobRecord:
        """The canary in the ledger, before and after: it counts against the cap of the month."""
        now = self.clock.time()
        return JobRecord(
            name=self._name(source),
            key=self._name(source),
            purpose=_FOLDER,
            pair=f"en-{self._code}",
            answers="",
            ordered=job.submitted if job else now,
            units=len(canary.units()),
            quoted=canary.characters(),
            source=source,
            region=self.cloud.region,
            job=job.id if job else "",
            state="done" if seen else "open",
            ended=job.ended if job else 0.0,
            billed=seen.billed if seen else None,
            usable=seen.usable if seen else None,
        )

    def _over(self, job: BatchJob, deadline: float) -> BatchJob | Pending:
        """The job when it has ended and its output is listed."""
        last = job

        def ended() -> BatchJob | None:
            nonlocal last
            last = self.cloud.translator.job(job.id) or last
            is_late = self.clock.time() < last.ended + _LATE and not self._output(last)
            return None if last.runs or (is_late and not last.broken) else last

        words = f"batch job {named(job, self.clock.time())} is at work"
        done = self._until(ended, words, deadline)
        if done is None and last.runs:
            return pending([last], self.clock.time(), self.engine.longest_job)
        if (done or last).broken:
            raise AmtsError(
                f"the canary (batch job {last.id}) is {last.status}: {last.message or 'no reason given'}\n"
                "amts-bot amazon check says what to change"
            )
        return done or last

    def _output(self, job: BatchJob) -> dict[str, str]:
        """What the service wrote, by the last part of its name."""
        return {path.rpartition("/")[2]: path for path in self.cloud.storage.names(job.target)}

    def _seen(self, job: BatchJob) -> ServiceProfile:
        there = self._output(job)
        wanted = {
            name: there.get(name, "")
            for name in (f"{self._code}.{_FILE}", details.file_name(self._code))
        }
        files = self.cloud.storage.get(filter(None, wanted.values()))
        answer, summary = (files.get(path) for path in wanted.values())
        return profile.observed(
            (answer or b"").decode("utf-8", "replace"),
            None if summary is None else details.read_details(summary),
            self.language.row,
            region=self.cloud.region,
            day=datetime.fromtimestamp(job.ended or self.clock.time(), UTC).date().isoformat(),
        )

    def _until(self, look: Callable[[], Value | None], words: str, deadline: float) -> Value | None:
        """What `look` finds, asked for with growing pauses; None at the deadline."""
        pause = _FIRST_POLL
        while (found := look()) is None:
            left = deadline - self.clock.monotonic()
            if left <= 0:
                return None
            self.progress.say(words)
            self.clock.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_POLL)
        return found


def _resource(name: str) -> Resource:
    return Resource(kind="parallel data", name=name, status="")
