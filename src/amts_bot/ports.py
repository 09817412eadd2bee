"""What the stories need of the world, as small Protocols; adapters satisfy them by shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from amts_bot.model import (
        Comment,
        CommitChange,
        CommitRequest,
        Cost,
        Failure,
        LogEntry,
        Pending,
        Reply,
        Request,
        Suggestion,
        TreeEntry,
    )
    from amts_bot.model.amazon import (
        BatchJob,
        CallOrder,
        DataRole,
        Identity,
        JobOrder,
        ParallelDataOrder,
        ParallelDataState,
        Resource,
        StoredFile,
    )
    from amts_bot.model.github import (
        Audience,
        LineRemark,
        PullRequest,
        PullRequestText,
        RightFound,
        StatusIssue,
    )

Value = TypeVar("Value")
Result = TypeVar("Result")


class Engine(Protocol):
    """Drafts translations: one call per run, answers in the order of the requests."""

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """What `translate` will cost for the same requests; asks no service."""
        ...

    def translate(
        self, requests: Sequence[Request], language: str
    ) -> Sequence[Reply] | Pending: ...


class Program(Protocol):
    """A program that translates: JSON lines in, JSON lines out (docs/engines.md)."""

    @property
    def name(self) -> str:
        """What its answers are said to be from."""
        ...

    @property
    def progress(self) -> Progress: ...

    def ask(self, lines: Sequence[str], patience: float) -> Iterator[str]:
        """Starts it with these lines, and gives those that it writes, until it ends.

        Raises ProgramEnded when it failed, or said nothing for `patience` seconds (0: for ever), and UsageError when it
        cannot be started.
        """
        ...


class Programs(Protocol):
    """The programs behind engines."""

    def __call__(self, engine: str) -> Program | None:
        """That of an engine by its name, such as `command:PROGRAM`; None where none stands behind it."""
        ...


class BlobReader(Protocol):
    """Where blobs can be read from."""

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]: ...


class Repository(Protocol):
    """A git repository, read by commits and written by commits: the work tree is never touched."""

    def resolve(self, revision: str) -> str: ...

    def head(self) -> str: ...

    def current_branch(self) -> str | None:
        """The branch that is checked out; None where a commit is."""
        ...

    def default_branch(self) -> str:
        """The branch that the remote called its default one when it was cloned; "" where nobody told."""
        ...

    def branch_tip(self, branch: str) -> str | None: ...

    def is_ancestor(self, commit: str, of: str) -> bool: ...

    def merge_base(self, one: str, other: str) -> str | None: ...

    def commits(self, base: str, tip: str) -> tuple[str, ...]:
        """What `tip` has and `base` lacks, newest first."""
        ...

    def dirty(self) -> tuple[str, ...]: ...

    def uncommitted(self, paths: Iterable[str]) -> list[str]:
        """Those of some files of the work tree that no commit has as they are."""
        ...

    def tags(self) -> list[str]:
        """The names of all tags, the newest first."""
        ...

    def was_taken_in(self, tip: str, into: str, apart: Iterable[str] = ()) -> bool:
        """Whether some commit of `into` had every file that `tip` changed since they parted.

        So a squashed or rebased branch is known to be merged. Paths in `apart` do not count.
        """
        ...

    def refusal(self, path: str) -> str:
        """Why nothing may be written to a path, or ""."""
        ...

    def tree(self, commit: str) -> Mapping[str, TreeEntry]: ...

    def read(self, blobs: Iterable[str]) -> dict[str, bytes]: ...

    def missing(self, objects: Iterable[str]) -> frozenset[str]:
        """Those of some commits and files, by their ids, that the repository does not have."""
        ...

    def is_shallow(self) -> bool:
        """Whether old history was not fetched."""
        ...

    def last_changes(self, commit: str) -> dict[str, int]:
        """When each path was last changed in the history of `commit`, in seconds since 1970."""
        ...

    def renames(self, old: str, new: str) -> dict[str, str]: ...

    def merge_file(self, base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]: ...

    def submodule(self, path: str, commit: str) -> Self: ...

    def upstream(self, url: str, branch: str) -> Self:
        """What another repository has now, fetched into this one: its `head` is the tip of that branch."""
        ...

    def remote_address(self, name: str) -> str:
        """The address of the remote of that name; "" where there is none."""
        ...

    def changes(self, tip: str, base: str = "", under: str = "") -> Iterator[CommitChange]:
        """What `tip` has and `base` lacks, newest first: a merge is one change, of its first parent.

        `under` leaves only what changed below a folder.
        """
        ...

    def log(
        self,
        paths: tuple[str, ...],
        revision: str = "",
        *,
        beyond: str = "",
        first_parent: bool = False,
    ) -> list[LogEntry]:
        """The commits that changed a path, newest first: of a revision, or of all branches and tags.

        `beyond` leaves out what that revision has; `first_parent` follows merges by their first parent.
        """
        ...

    def import_blobs(self, source: BlobReader, blobs: Iterable[str]) -> None: ...

    def commit(self, request: CommitRequest) -> str: ...

    def fetch(self, branch: str) -> str | None:
        """Brings the local branch to where the remote has it; the remote's tip, None where there is none.

        The local branch stays ahead where it has commits that were not pushed, and nothing else is new.
        """
        ...

    def retire(self, branch: str, commit: str) -> None:
        """Deletes a branch that was merged at `commit`, here and at the remote; BranchMoved if it moved since."""
        ...

    def bring(self, commit: str) -> bool:
        """Fetches a commit that perhaps no branch has any more; whether it is here now."""
        ...

    def push(self, branch: str, commit: str) -> None:
        """Never by force; BranchMoved says that the remote has news."""
        ...

    def web_address(self) -> str:
        """Where people look at the remote; "" where that cannot be told."""
        ...

    def withdraw(self, branch: str, commit: str, to: str | None) -> None:
        """Takes the local branch back from a commit that was not pushed."""
        ...


class PullRequests(Protocol):
    """The pull requests of a repository, and their conversation."""

    @property
    def default_branch(self) -> str: ...

    def newest(self, branch: str) -> PullRequest | None:
        """The open one of a branch, else its last one."""
        ...

    def open(self, text: PullRequestText) -> PullRequest: ...

    def update(self, pull: PullRequest, text: PullRequestText) -> PullRequest: ...

    def close(self, pull: PullRequest, reason: str) -> None: ...

    def address(self, pull: PullRequest, audience: Audience) -> tuple[str, ...]:
        """Labels, reviewers, assignees; returns what was refused, in words."""
        ...

    def branch_of(self, number: int) -> str:
        """The branch of a pull request of this repository, also of one that is over; "" for anything else."""
        ...

    def may_write(self, login: str) -> bool:
        """Whether somebody may push to the repository."""
        ...

    def sees_team(self, team: str) -> bool:
        """Whether a review can be asked of a team, with the rights of the token."""
        ...

    def react(self, to: Comment, content: str) -> None: ...

    def answer(self, to: Comment, body: str) -> None:
        """One answer to a comment, however often it is given."""
        ...

    def approvals(self, pull: PullRequest) -> tuple[str, ...]: ...

    def suggest(
        self, pull: PullRequest, suggestions: Sequence[Suggestion]
    ) -> tuple[Suggestion, ...]:
        """Returns those that could not be posted."""
        ...

    def remark(self, pull: PullRequest, remarks: Sequence[LineRemark]) -> None:
        """Each is one comment on its lines, edited when it says something else."""
        ...

    def report_failure(self, language: str, title: str, body: str) -> None:
        """One open issue per language says why its last run failed."""
        ...

    def settle_failure(self, language: str, words: str) -> None:
        """Closes that issue, if there is one."""
        ...

    def show_status(self, title: str, body: str) -> StatusIssue:
        """One issue says how far the book is; where people closed it, it is left alone."""
        ...


class Rights(Protocol):
    """What a token may do in a repository; to ask changes nothing."""

    def look(self) -> tuple[RightFound, ...]: ...


class Clock(Protocol):
    """The time, and waiting. The standard library's module `time` is one."""

    def time(self) -> float: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float, /) -> None: ...


class Storage(Protocol):
    """Files in a bucket, by name; many at once."""

    def put(self, files: Mapping[str, bytes]) -> None: ...

    def names(self, folder: str) -> list[str]: ...

    def get(self, names: Iterable[str]) -> dict[str, bytes]: ...

    def region(self) -> str:
        """Where the bucket is, "" where that is not told."""
        ...

    def look(self, name: str) -> StoredFile: ...

    def files(self, folder: str) -> list[StoredFile]: ...

    def delete(self, names: Sequence[str]) -> None: ...


class Translator(Protocol):
    """Amazon Translate. Every method raises AmtsError that says which setting to change."""

    def start(self, order: JobOrder) -> BatchJob: ...

    def job(self, number: str) -> BatchJob | None:
        """None when the service does not know it any more."""
        ...

    def jobs(self, folder: str, since: float) -> tuple[BatchJob, ...]:
        """Those that read from `folder` and were submitted after `since`, newest first."""
        ...

    def texts(self, texts: Sequence[str], order: CallOrder) -> Iterator[tuple[int, str | Failure]]:
        """Translates plain texts of up to 10,000 bytes now, each on its own; answers as they come, by number."""
        ...

    def documents(
        self, documents: Sequence[str], order: CallOrder
    ) -> Iterator[tuple[int, str | Failure]]:
        """The same for HTML documents of up to 100,000 bytes."""
        ...

    def parallel_data(self, name: str) -> ParallelDataState | None: ...

    def put_parallel_data(self, order: ParallelDataOrder, *, exists: bool) -> float:
        """Creates or updates; when it was asked for (seconds since 1970). Raises ServiceBusy."""
        ...

    def terminology(self, name: str) -> str | None:
        """The description of a terminology; None when there is none of that name."""
        ...

    def import_terminology(self, name: str, content: bytes, description: str) -> None: ...


class Holdings(Protocol):
    """What the account holds at Amazon Translate in a region, for the people who look after it."""

    def languages(self) -> frozenset[str]:
        """The codes of the languages that the service has."""
        ...

    def stop(self, job: str) -> None: ...

    def parallel_data(self) -> tuple[Resource, ...]: ...

    def terminologies(self) -> tuple[Resource, ...]: ...

    def content(self, name: str) -> bytes:
        """The file that parallel data was imported from."""
        ...

    def delete(self, resource: Resource) -> None: ...


class Account(Protocol):
    """Whose credentials a run has, and the role that it hands to Amazon Translate."""

    def identity(self) -> Identity: ...

    def role(self, arn: str) -> DataRole | None: ...


class Probes(Protocol):
    """Which actions of Amazon Translate the credentials allow, asked so that nothing happens."""

    def refusals(self, name: str, existing: str = "") -> dict[str, str]:
        """By action, why it is refused, "" for one that is allowed; `name` is that of no resource."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """What one region of an account offers."""

    storage: Storage
    translator: Translator
    holdings: Holdings
    account: Account
    probes: Probes
    region: str = ""


class Connect(Protocol):
    """Opens a Cloud. An empty region is the one of the environment."""

    def __call__(self, bucket: str, region: str) -> Cloud: ...


class Cache(Protocol):
    """A text that makes the next run faster, and that may be lost at any time."""

    def load(self) -> str:
        """What was saved last, or ""."""
        ...

    def save(self, text: str) -> None: ...


class Workers(Protocol):
    """Runs the same function on many values, several at once where that pays."""

    def map(self, function: Callable[[Value], Result], values: Sequence[Value]) -> Iterator[Result]:
        """The results, in the order of the values."""
        ...


class Notebook(Protocol):
    """A text for the next run that no commit holds. It may be gone by then: who reads it does as well without."""

    def read(self) -> str:
        """The text of the last run; "" where there is none."""
        ...

    def write(self, text: str) -> None:
        """Keeps a text, where that can be done."""
        ...


class Crew(Protocol):
    """Does the same to many things, several of them at once where that pays, and a thing always in the same place.

    A place keeps what it made of its things: who asks again asks where that is known. Places end with a `with` block.
    """

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def gather(self, sizes: Mapping[str, int], *shared: object) -> None:
        """Begins anew, for things of some sizes (in characters), by name.

        Every place has `shared` as it is now, for itself: what a place writes there, no other sees.
        """
        ...

    def each(
        self, function: Callable[[Value], Result], values: Sequence[Value], at: Sequence[str]
    ) -> Iterator[Result]:
        """What a function makes of each value, in order; `at` names the thing that each value is about.

        Who comes to a thing first has it from then on. The function, its values and results are pickled, but for what
        is shared. Of what it raises, that of the first value is raised here.
        """
        ...

    def deal(
        self, function: Callable[[Value], Result], values: Sequence[Value], at: Sequence[str]
    ) -> Iterator[Result]:
        """As `each`, where no place needs what it made before: whoever has nothing to do takes the next value."""
        ...


class Progress(Protocol):
    """Tells a person what a long run is doing."""

    def say(self, message: str) -> None: ...

    def step(self, what: str, done: int, total: int) -> None: ...


class Stage(Protocol):
    """Where the demo plays: builds its two repositories in a folder that stays."""

    @property
    def folder(self) -> str: ...

    def build(self) -> tuple[Repository, str]:
        """The translation repository, and the English commit it was translated from."""
        ...

    def recording(self) -> str:
        """What a machine made of the new English, as engine `recorded` reads it."""
        ...

    def log(self, branch: str) -> str:
        """The newest commit of a branch, with what it changed."""
        ...
