"""How long a batch job has been at work, and when that is too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from amts_bot.model import Pending
from amts_bot.model.amazon import BatchJob

_HOUR = 3600.0
_DAY = 24 * _HOUR


_AT_WORK = (
    "{}Amazon Translate is still at work (batch job {}): run again in a while, on any machine; small jobs take "
    "minutes, those of a whole book hours"
)
_OVERDUE = (
    "{}Amazon Translate hangs: batch job {}, which is longer than the {:g} hours of [engine] longest-job. "
    "Stop it with `amts-bot jobs stop {}`: the next run starts another one. If it has so much to do for a good "
    "reason, raise longest-job"
)


def pending(running: Sequence[BatchJob], now: float, hours: float, trouble: str = "") -> Pending:
    """What a run says that ends before its jobs do; more than `hours` are too many, 0 is no limit."""
    ids, names = tuple(job.id for job in running), "; ".join(named(job, now) for job in running)
    late = [job.id for job in running if is_overdue(job, now, hours)]
    if late:
        return Pending(ids, _OVERDUE.format(trouble, names, hours, late[0]), overdue=True)
    return Pending(ids, _AT_WORK.format(trouble, names))


def named(job: BatchJob, now: float) -> str:
    """The number of a job, and since when it is at work."""
    return ", ".join(filter(None, [job.id, since(job, now)]))


def age(job: BatchJob, now: float) -> float:
    """Seconds since the job was submitted; 0 where the service did not say when that was."""
    return max(now - job.submitted, 0.0) if job.submitted else 0.0


def since(job: BatchJob, now: float) -> str:
    """When the job was submitted, and how long ago that is; "" where nobody knows."""
    if not job.submitted:
        return ""
    return f"submitted {moment(job.submitted)}, {_span(age(job, now))} ago"


def moment(seconds: float) -> str:
    """A time of the service as people read it; `seconds` are those since 1970."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def is_overdue(job: BatchJob, now: float, hours: float) -> bool:
    """It runs, and has been running for longer than `hours`; 0 is no limit."""
    return job.runs and 0 < hours * _HOUR < age(job, now)


def _span(seconds: float) -> str:
    for unit, length in (("days", _DAY), ("hours", _HOUR), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return "some moments"
