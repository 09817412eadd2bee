"""What is asked of Amazon Translate, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    """A batch job to start. Folders are names in the bucket that end in "/"; languages service codes.

    `token` is the same for the same order: the service starts only one job for it.
    """

    name: str
    token: str
    source: str
    target: str
    role: str
    language: str
    parallel_data: str = ""
    terminology: str = ""
    formality: str = ""
    source_language: str = "en"


@dataclass(frozen=True, slots=True)
class CallOrder:
    """What a call that answers at once asks for beside its text; languages are service codes."""

    source_language: str
    language: str
    terminology: str = ""
    formality: str = ""


JobStatus = Literal[
    "SUBMITTED",
    "IN_PROGRESS",
    "COMPLETED",
    "COMPLETED_WITH_ERROR",
    "FAILED",
    "STOP_REQUESTED",
    "STOPPED",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJob:
    """A batch job as the service knows it: the folders it reads and writes, and how far it is.

    Times are seconds since 1970, 0 where the service gives none.
    """

    id: str
    status: JobStatus
    source: str
    target: str
    message: str = ""
    name: str = ""
    language: str = ""  # as the service calls it
    parallel_data: str = ""
    submitted: float = 0.0
    ended: float = 0.0

    @property
    def runs(self) -> bool:
        return self.status in ("SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED")

    @property
    def broken(self) -> bool:
        """It ended without all of its work done, and will not continue."""
        return self.status in ("FAILED", "STOPPED")


# What became of an order: `open` until its answers are in the ledger; `failed` and `stopped` as jobs are;
# `void` when it never reached the service.
OrderState = Literal["open", "done", "failed", "stopped", "void"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """What the ledger keeps of one order to Amazon Translate: a batch job, or calls that answer at once.

    It is written before anything is sent. `name` is the same for the same order; `key` too, whichever attempt
    it is. `purpose` is "sync" or what else it was for; `pair` the languages, "en-tr"; `source` the folder of a
    job's documents, "" for calls; `answers` the folder of the ledger for what comes back. `ordered` and `ended`
    are seconds since 1970. Characters are `quoted` before and `billed` after, None until the service says so.
    """

    name: str
    key: str
    purpose: str
    pair: str
    answers: str
    ordered: float
    units: int
    quoted: int
    source: str = ""
    region: str = ""
    job: str = ""
    state: OrderState = "open"
    ended: float = 0.0
    billed: int | None = None
    usable: int | None = None  # of its units
    reason: str = ""  # why it failed, or what was wrong with its answers

    @property
    def cost(self) -> int:
        """The characters that count against a cap: what was billed, what was quoted until that is known."""
        if self.state in ("failed", "void"):
            return 0
        return self.quoted if self.billed is None else self.billed


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelDataOrder:
    """Parallel data to import: the resource, the file in the bucket and its format (CSV, TSV, TMX)."""

    name: str
    file: str
    file_format: str
    description: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelDataState:
    """A parallel data resource. `status` is of what jobs use, `attempt` of the last update, "" before.

    `attempt_at` is when that update was asked for (seconds since 1970); `errors` are what the service
    says about records that it did not take.
    """

    name: str
    status: str
    attempt: str = ""
    attempt_at: float = 0.0
    description: str = ""
    message: str = ""
    imported: int = 0
    failed: int = 0
    skipped: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of Amazon Translate, whoever made it; `records` are its pairs or terms.

    `languages` are the codes of the service; `updated` is seconds since 1970.
    """

    kind: Literal["parallel data", "terminology"]
    name: str
    status: str
    attempt: str = ""  # of the last update, where that is another one
    description: str = ""
    records: int = 0
    languages: tuple[str, ...] = ()
    updated: float = 0.0

    @property
    def is_ours(self) -> bool:
        """The bot made it: every resource of the bot says so in its description."""
        return "amts-bot" in self.description


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose credentials a run has: the number of the account, and the ARN of user or role."""

    account: str
    arn: str


@dataclass(frozen=True, slots=True)
class DataRole:
    """A role, and the services that may take it on."""

    arn: str
    trusted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a bucket. `written` is seconds since 1970; `encryption` how S3 keeps it, "" if not told."""

    name: str
    written: float
    encryption: str = ""
