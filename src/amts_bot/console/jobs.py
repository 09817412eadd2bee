"""The batch jobs of a translation: how they stand, what they cost, and what the next run makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from amts_bot.console.desk import Desk
from amts_bot.engines.waiting import age, is_overdue, moment, since
from amts_bot.errors import AmtsError, UsageError
from amts_bot.model import counted
from amts_bot.model.amazon import BatchJob, JobRecord, JobStatus
from amts_bot.text.amazon import details
from amts_bot.text.amazon.details import Details

_DAY = 24 * 3600.0

# What the next run does with a job, by how it stands.
_NEXT: dict[JobStatus, str] = {
    "SUBMITTED": "waits for it, and takes what it brings",
    "IN_PROGRESS": "waits for it, and takes what it brings",
    "STOP_REQUESTED": "waits until it has stopped, then starts another one for what is missing",
    "COMPLETED": "takes from it what it still needs, and pays nothing for that",
    "COMPLETED_WITH_ERROR": "takes what came back, and sends the documents that failed once more",
    "FAILED": "starts another one; when that was tried too often, after amts-bot jobs retry",
    "STOPPED": "starts another one for what is missing",
}
_OVERDUE = "reports a failure, because it hangs: amts-bot jobs stop {} ends it"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCard:
    """A job as people look at it. `details` is what the service says of its documents, `record` the ledger's
    entry; `price` is US dollars per million characters, `now` when it was looked at (seconds since 1970)."""

    job: BatchJob
    details: Details
    record: JobRecord | None
    region: str
    bucket: str
    page: str
    files: str
    price: float
    next_run: str
    now: float

    @property
    def billed(self) -> int | None:
        """The characters that were billed, None until the service says so; nothing is for a failed job."""
        return 0 if self.job.status == "FAILED" else self.details.characters

    @property
    def cost(self) -> float | None:
        return None if self.billed is None else self.billed * self.price / 1e6

    def as_json(self) -> dict[str, Any]:
        """The card as data."""
        job = self.job
        return {
            "id": job.id,
            "name": job.name,
            "status": job.status,
            "language": job.language,
            "region": self.region,
            "parallel_data": job.parallel_data,
            "input": f"s3://{self.bucket}/{job.source}",
            "output": f"s3://{self.bucket}/{job.target}",
            "submitted": moment(job.submitted) if job.submitted else None,
            "ended": moment(job.ended) if job.ended else None,
            "hours": round(age(job, job.ended or self.now) / 3600, 2),
            "quoted": self.record.quoted if self.record else None,
            "billed": self.billed,
            "cost": self.cost,
            "message": job.message,
            "errors": dict(self.details.errors),
            "next_run": self.next_run,
            "console": self.page,
            "files": self.files,
        }

    def as_text(self) -> str:
        """The card for people, one line for each thing."""
        job = self.job
        times = [since(job, self.now), f"ended {moment(job.ended)}" if job.ended else ""]
        rows = {
            "times": ", ".join(filter(None, times)) or "not told by the service",
            "input": f"s3://{self.bucket}/{job.source} in {self.region}",
            "output": f"s3://{self.bucket}/{job.target}",
            "with": self.job.parallel_data and f"parallel data {self.job.parallel_data}",
            "billed": self._bill(),
            "message": job.message,
            "next run": self.next_run,
            "console": self.page,
            "files": self.files,
        }
        lines = [f"{job.id}  {job.status}  {job.language}".rstrip()]
        lines += [f"  {name:9} {text}" for name, text in rows.items() if text]
        lines += [f"  {name}: {error}" for name, error in self.details.errors.items()]
        return "\n".join(lines)

    def _bill(self) -> str:
        if self.billed is None:
            quoted = (
                f"{counted(self.record.quoted, 'character was', 'characters were')} quoted"
                if self.record
                else ""
            )
            return "; ".join(filter(None, ["nothing yet", quoted]))
        quoted = f", {self.record.quoted:,} were quoted" if self.record and self.billed else ""
        return f"{counted(self.billed, 'character')}, ${self.cost:.2f}{quoted}"


@dataclass(frozen=True, slots=True)
class JobList:
    """The jobs of a translation, newest first, and how many of the region belong to others."""

    cards: tuple[JobCard, ...]
    others: int = 0

    def as_text(self) -> str:
        """The list for people."""
        cards = [card.as_text() for card in self.cards] or ["no batch job of this translation"]
        more = (
            [
                f"{counted(self.others, 'more in this region is', 'more in this region are')} of others"
            ]
            if self.others
            else []
        )
        return "\n\n".join([*cards, *more])

    def as_json(self) -> dict[str, Any]:
        """The list as data."""
        return {"jobs": [card.as_json() for card in self.cards], "others": self.others}


def listed(desk: Desk, language: str = "", days: int = 30) -> JobList:
    """The jobs of the last days, of one language of amts.toml or of all of them."""
    code = _service_code(desk, language) if language else ""
    jobs = desk.cloud.translator.jobs("", desk.clock.time() - days * _DAY)
    ours = [job for job in jobs if job.source.startswith(desk.folder)]
    wanted = [job for job in ours if code in ("", job.language)]
    return JobList(tuple(_cards(wanted, desk)), len(jobs) - len(ours))


def shown(desk: Desk, number: str) -> JobCard:
    """One job, whosever it is. Raises AmtsError when the service does not know it."""
    job = desk.cloud.translator.job(number)
    if job is None:
        raise AmtsError(
            f"Amazon Translate does not know batch job {number!r} in {desk.cloud.region}: "
            "amts-bot jobs list shows those there are; is [amazon] region right?"
        )
    [card] = _cards([job], desk)
    return card


def stop(desk: Desk, number: str) -> JobCard:
    """Asks for the end of a job of this translation; the job as it stands then.

    Raises AmtsError for a job of others, and for one that is over.
    """
    job = shown(desk, number).job
    if not job.source.startswith(desk.folder):
        raise AmtsError(
            f"batch job {number} does not read from {desk.folder} of our bucket: it belongs to others, and "
            "is left alone; if it is yours, stop it in the AWS console"
        )
    if not job.runs:
        raise AmtsError(f"batch job {number} is {job.status}: there is nothing to stop")
    desk.cloud.holdings.stop(number)
    return shown(desk, number)


def retry(desk: Desk, language: str = "") -> list[str]:
    """Lets the next run send again what failed, got lost or came back damaged; the languages it holds for."""
    wanted = [(language, _service_code(desk, language))] if language else [*desk.codes()]
    for _, code in wanted:
        desk.ledger(code).retry()
    return [name for name, _ in wanted]


def _service_code(desk: Desk, language: str) -> str:
    found = desk.config.language(language).row.service_code
    if not found:
        raise UsageError(f"Amazon Translate has no language {language!r}: it has no jobs there")
    return found


def _cards(jobs: Iterable[BatchJob], desk: Desk) -> Iterator[JobCard]:
    jobs = [*jobs]
    names = {job.id: f"{job.target}details/{details.file_name(job.language)}" for job in jobs}
    over = [name for job in jobs if not job.runs and (name := names[job.id])]
    files = desk.cloud.storage.get(over)
    records = _records(jobs, desk)
    for job in jobs:
        yield JobCard(
            job=job,
            details=details.read_details(files.get(names[job.id], b"")),
            record=records.get(job.id),
            region=desk.cloud.region,
            bucket=desk.config.amazon.bucket,
            page=desk.translate_page(),
            files=desk.bucket_page(job.source.removesuffix("input/")),
            price=desk.config.engine.price
            if job.parallel_data
            else desk.config.engine.standard_price,
            next_run=_next_run(job, records.get(job.id), desk),
            now=desk.clock.time(),
        )


def _records(jobs: Iterable[BatchJob], desk: Desk) -> Mapping[str, JobRecord]:
    """What the ledger has of the jobs, by their numbers."""
    codes = {job.language for job in jobs} & {code for _, code in desk.codes()}
    found = [record for code in sorted(codes) for record in desk.ledger(code).records()]
    return {record.job: record for record in found if record.job}


def _next_run(job: BatchJob, record: JobRecord | None, desk: Desk) -> str:
    if not job.source.startswith(desk.folder):
        return "leaves it alone: it belongs to others"
    if is_overdue(job, desk.clock.time(), desk.config.engine.longest_job):
        return _OVERDUE.format(job.id)
    if record is not None and record.state == "done" and record.reason:
        return f"sends nothing more before amts-bot jobs retry: {record.reason}"
    return _NEXT[job.status]
