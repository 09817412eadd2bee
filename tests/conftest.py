"""Two real repositories to play with: an English book, and a translation that has it as a submodule."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from amts_bot.adapters.git import open_repository
from amts_bot.book.lock import LanguageLock
from amts_bot.book.memory import lock_of
from amts_bot.book.snapshot import Order
from amts_bot.book.texts import tree_of
from amts_bot.sync.done import SyncResult
from amts_bot.sync.run import sync

# The same examples on every machine, however slow: no test fails by chance or by the clock.
settings.register_profile("amts", deadline=None, derandomize=True)
settings.load_profile("amts")

if TYPE_CHECKING:
    from tests.aws.cloud import Cloud

pytest_plugins = ["tests.team", "tests.shelf"]


@pytest.fixture(scope="session", autouse=True)
def english_words() -> Iterator[None]:
    """Pull requests of the tests speak English, whatever their book's language; catalogues have tests of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("amts_bot.text.pull_request.wording.CATALOGUES", "none")
        yield


@pytest.fixture(scope="session", autouse=True)
def no_colours() -> Iterator[None]:
    """What commands print is compared as plain text, also where CI forces colours."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
            patch.delenv(name, raising=False)
        yield


Files = Mapping[str, str | bytes | None]

CONFIG = """\
[source]
submodule = "english"
pages = ["*.md"]
exclude = ["/README.md"]
assets = ["/img/", "*.bib"]

[languages.tr]
pages = "{path}"
"""
_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Plain git, with a configuration of its own; what it prints."""
    process = subprocess.run(
        ["git", "-C", folder, "-c", "protocol.file.allow=always", *arguments],
        input=stdin,
        env=_ENVIRONMENT,
        capture_output=True,
        check=False,
    )
    assert process.returncode == 0, f"git {arguments}: {os.fsdecode(process.stderr)}"
    return os.fsdecode(process.stdout)


def put(folder: Path, files: Files) -> None:
    """Writes files; None deletes."""
    for path, text in files.items():
        file = folder / path
        if text is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)


@dataclass
class Silence:
    """A progress that keeps what was said."""

    said: list[str] = field(default_factory=list)

    def say(self, message: str) -> None:
        self.said.append(message)

    def step(self, what: str, done: int, total: int) -> None:
        pass


@dataclass
class Hands:
    """A clock that is moved by sleeping."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Book:
    """`english` is the original, `root` the translation with its submodule `english`."""

    english: Path
    root: Path

    def edit(self, files: Files, message: str = "edit") -> str:
        """Commits a change of the English; the submodule does not see it yet."""
        put(self.english, files)
        git(self.english, "add", "--all")
        git(self.english, "commit", "--quiet", "--allow-empty", "-m", message)
        return git(self.english, "rev-parse", "HEAD").strip()

    def checkout(self, commit: str) -> str:
        """Checks an English commit out in the submodule, as CI does before a run."""
        git(self.root / "english", "fetch", "--quiet", "origin")
        git(self.root / "english", "checkout", "--quiet", commit)
        return commit

    def publish(self, files: Files) -> str:
        """A new English version, checked out in the submodule."""
        return self.checkout(self.edit(files))

    def translate(self, files: Files, message: str = "translate") -> str:
        """Commits a change of the translation on the branch that is checked out."""
        put(self.root, files)
        paths = [path for path in files if path != "english"]
        git(self.root, "add", "--all", "--", *paths)
        git(self.root, "commit", "--quiet", "--allow-empty", "-m", message)
        return git(self.root, "rev-parse", "HEAD").strip()

    def sync(self, **order: Any) -> SyncResult:
        """Runs the job on the repositories as they stand."""
        language = order.pop("language", "tr")
        return sync(Order(language, **order), open_repository(self.root), Silence())

    def git(self, *arguments: str) -> str:
        """Plain git in the translation."""
        return git(self.root, *arguments).strip()

    def english_git(self, *arguments: str) -> str:
        """Plain git in the original."""
        return git(self.english, *arguments).strip()

    def rev(self, revision: str = "amts/tr") -> str:
        return self.git("rev-parse", revision)

    def branches(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def show(self, path: str, revision: str = "amts/tr") -> str:
        """A file of the translation as a commit has it."""
        return git(self.root, "show", f"{revision}:{path}")

    def paths(self, revision: str = "amts/tr") -> list[str]:
        return git(self.root, "ls-tree", "-r", "-z", "--name-only", revision).split("\0")[:-1]

    def lock(self, revision: str = "amts/tr", language: str = "tr") -> LanguageLock:
        """What a commit remembers of a language."""
        repository = open_repository(self.root)
        return lock_of(tree_of(repository, self.rev(revision)), language)

    def blob(self, commit: str, path: str) -> str:
        """The blob of an English page."""
        return git(self.english, "rev-parse", f"{commit}:{path}").strip()

    def pointer(self, revision: str = "amts/tr") -> str:
        """The English commit that the submodule points to."""
        return self.git("rev-parse", f"{revision}:english")

    def merge(self, *how: str) -> None:
        """Merges the pull request into main, and lets the submodule follow as checkout would."""
        self.git("merge", "--quiet", *(how or ("--ff-only",)), "amts/tr")
        if "--squash" in how:
            self.git("commit", "--quiet", "-m", "squashed")


MakeBook = Callable[..., Book]


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """Builds a book: the first English version, its translation, and the configuration."""

    def make(english: Files, target: Files, config: str | None = CONFIG) -> Book:
        book = Book(tmp_path / "book-en", tmp_path / "book-tr")
        for folder in (book.english, book.root):
            folder.mkdir()
            git(folder, "init", "--quiet", "--initial-branch", "main")
        first = book.edit(english, "first edition")
        git(book.english, "tag", "v1", first)
        git(book.root, "submodule", "--quiet", "add", "../book-en", "english")
        book.translate(target if config is None else {**target, "amts.toml": config})
        return book

    return make


@pytest.fixture(scope="session")
def local_aws() -> Iterator[Cloud]:
    """The servers, started once: see `aws`."""
    from tests.aws.cloud import cloud

    with cloud() as local:
        yield local


@pytest.fixture
def aws(local_aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """S3 and Amazon Translate on loopback, as new; boto3 waits for nothing between its tries."""
    patient = SimpleNamespace(sleep=lambda _seconds: None, time=time.time)
    monkeypatch.setattr("botocore.endpoint.time", patient)
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    local_aws.reset()
    yield local_aws
    assert local_aws.wire.defects == []
