"""What the stories need of the world, as small Protocols; adapters satisfy them by shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, Self

from amts_bot.model import Answer, CommitRequest, Request, TreeEntry


class Engine(Protocol):
    """Drafts translations: one call per run, answers in the order of the requests."""

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        """None leaves the English for a person."""
        ...


class BlobReader(Protocol):
    """Where blobs can be read from."""

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]: ...


class Repository(Protocol):
    """A git repository, read by commits and written by commits: the work tree is never touched."""

    def resolve(self, revision: str) -> str: ...

    def head(self) -> str: ...

    def branch_tip(self, branch: str) -> str | None: ...

    def is_ancestor(self, commit: str, of: str) -> bool: ...

    def dirty(self) -> tuple[str, ...]: ...

    def was_taken_in(self, tip: str, into: str, apart: Iterable[str] = ()) -> bool:
        """Whether some commit of `into` had every file that `tip` changed since they parted.

        So a squashed or rebased branch is known to be merged. Paths in `apart` do not count.
        """
        ...

    def refusal(self, path: str) -> str:
        """Why nothing may be written to a path, or ""."""
        ...

    def tree(self, commit: str) -> dict[str, TreeEntry]: ...

    def read(self, blobs: Iterable[str]) -> dict[str, bytes]: ...

    def renames(self, old: str, new: str) -> dict[str, str]: ...

    def merge_file(self, base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]: ...

    def submodule(self, path: str, commit: str) -> Self: ...

    def import_blobs(self, source: BlobReader, blobs: Iterable[str]) -> None: ...

    def commit(self, request: CommitRequest) -> str: ...


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

    def log(self, branch: str) -> str:
        """The newest commit of a branch, with what it changed."""
        ...
