"""What nobody needs any more is taken away: files of old runs, what `evaluate` made, or all of this stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from amts_bot.console.desk import Desk
from amts_bot.console.resources import held, made_for_evaluate, of_this_stack
from amts_bot.engines.resources import EVALUATE
from amts_bot.model import counted
from amts_bot.model.amazon import BatchJob, Resource, StoredFile

Scope = Literal["old", "evaluate", "everything"]

_DAY = 24 * 3600.0
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Waste:
    """What goes: files of the bucket, resources, and jobs that are stopped first."""

    files: tuple[str, ...]
    resources: tuple[Resource, ...]
    jobs: tuple[BatchJob, ...] = ()
    bucket: str = ""

    @property
    def is_something(self) -> bool:
        return bool(self.files or self.resources or self.jobs)

    def as_text(self) -> str:
        """For people, before anything is done."""
        jobs = [f"stop batch job {job.id}" for job in self.jobs]
        named = [f"delete {it.kind} {it.name}" for it in self.resources]
        files = [f"delete s3://{self.bucket}/{name}" for name in self.files[:_MOST_NAMED]]
        more = len(self.files) - len(files)
        rest = [f"delete {counted(more, 'more file')} there"] if more else []
        return "\n".join([*jobs, *named, *files, *rest]) or "nothing to clean up"


def waste(desk: Desk, scope: Scope, days: int) -> Waste:
    """What would go. `days` is how old files must be; a job that is at work keeps its own.

    "everything" is all that the bot made for this translation but the ledger of paid answers: another
    translation in the same bucket may have its own there, and what is in it is never paid again.
    """
    jobs = [job for job in desk.cloud.translator.jobs("", 0.0) if job.runs]
    mine = tuple(job for job in jobs if job.source.startswith(desk.folder))
    found = (*held(desk, "parallel data"), *held(desk, "terminology"))
    bucket = desk.config.amazon.bucket
    if scope == "everything":
        return Waste(
            files=_names(desk.cloud.storage.files(desk.folder)),
            resources=tuple(of_this_stack(desk, found)),
            jobs=mine,
            bucket=bucket,
        )
    folder = f"{desk.folder}{EVALUATE}/" if scope == "evaluate" else desk.folder
    before = desk.clock.time() - days * _DAY
    kept = tuple(job.source.removesuffix("input/") for job in mine)
    old = [
        file
        for file in desk.cloud.storage.files(folder)
        if file.written < before and not file.name.startswith(kept or ("\0",))
    ]
    done = made_for_evaluate(desk, found)
    return Waste(files=_names(old), resources=tuple(done), bucket=bucket)


def clean_up(desk: Desk, what: Waste) -> None:
    """Does it: jobs first, files last, so that a run that is interrupted can be repeated."""
    for job in what.jobs:
        desk.cloud.holdings.stop(job.id)
    for resource in what.resources:
        desk.cloud.holdings.delete(resource)
        desk.progress.say(f"deleted: {resource.kind} {resource.name}")
    desk.cloud.storage.delete(what.files)
    desk.progress.say(f"deleted: {counted(len(what.files), 'file')}")


def _names(files: Sequence[StoredFile]) -> tuple[str, ...]:
    return tuple(sorted(file.name for file in files))
