"""Repositories where the English is no submodule: with both books in one, or a fork and its upstream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book import lock
from amts_bot.book.lock import LanguageLock
from amts_bot.book.snapshot import Order
from amts_bot.sync.done import SyncResult
from amts_bot.sync.run import sync
from tests.conftest import Files, Silence, git, put

LAMP = "# The lamp\n\nThe lamp burns oil. It is lit at dusk.\n\nA keeper trims the wick.\n"
LAMBA = "# Lamba\n\nLamba gaz yağı yakar. Alacakaranlıkta yakılır.\n\nBir bekçi fitili kırpar.\n"
LAMP_2 = LAMP.replace("A keeper trims the wick.", "Nobody has trimmed a wick since the gas came.")
LAMBA_2 = LAMBA.replace("Bir bekçi fitili kırpar.", "Nobody has trimmed a wick since the gas came.")
FOG = "# Fog\n\nIn fog the horn sounds twice a minute.\n"
SIS = "# Sis\n\nSiste düdük dakikada iki kez çalar.\n"


@dataclass
class Shelf:
    """A repository to play with, as `folder` has it; the branch that is checked out is the default one."""

    folder: Path

    def commit(self, files: Files, message: str = "edit") -> str:
        put(self.folder, files)
        git(self.folder, "add", "--all", "--", *files)
        git(self.folder, "commit", "--quiet", "-m", message)
        return self.rev("HEAD")

    def sync(self, **order: Any) -> SyncResult:
        order = {"engine": "none", **order}
        return sync(Order("tr", **order), open_repository(self.folder), Silence())

    def merge(self) -> str:
        git(self.folder, "merge", "--quiet", "--no-ff", "-m", "merge", "amts/tr")
        git(self.folder, "branch", "--quiet", "-D", "amts/tr")
        return self.rev("HEAD")

    def rev(self, revision: str) -> str:
        return git(self.folder, "rev-parse", revision).strip()

    def show(self, path: str, revision: str = "amts/tr") -> str:
        return git(self.folder, "show", f"{revision}:{path}")

    def changed(self, revision: str = "amts/tr") -> list[str]:
        return git(self.folder, "diff", "--name-only", "HEAD", revision).split()

    def lock(self, revision: str = "amts/tr") -> LanguageLock:
        file = lock.file_of("tr")
        return lock.parse(self.show(file, revision), file)

    def has_branch(self) -> bool:
        return bool(git(self.folder, "branch", "--list", "amts/tr"))


MakeShelf = Callable[..., Shelf]


@pytest.fixture
def make_shelf(tmp_path: Path) -> MakeShelf:
    def make(files: Files, name: str = "book") -> Shelf:
        shelf = Shelf(tmp_path / name)
        shelf.folder.mkdir()
        git(shelf.folder, "init", "--quiet", "--initial-branch", "main")
        shelf.commit(files, "first")
        git(shelf.folder, "tag", "v1")
        return shelf

    return make


ONE = '[source]\nroot = "docs/en"\n[languages.tr]\npages = "docs/tr/{path}"\n'
BOTH = {
    "docs/en/lamp.md": LAMP,
    "docs/en/fog.md": FOG,
    "docs/tr/lamp.md": LAMBA,
    "docs/tr/fog.md": SIS,
    "amts.toml": ONE,
}
FORK = '[source]\nupstream = "{}"\n[languages.tr]\n'


@dataclass(frozen=True)
class Forked:
    """A fork that translated its upstream, which has moved nowhere yet."""

    upstream: Shelf
    fork: Shelf


@pytest.fixture
def forked(make_shelf: MakeShelf) -> Forked:
    upstream = make_shelf({"lamp.md": LAMP, "fog.md": FOG}, "english")
    git(upstream.folder, "clone", "--quiet", "--no-tags", ".", "../fork")
    fork = Shelf(upstream.folder.parent / "fork")
    fork.commit({"lamp.md": LAMBA, "fog.md": SIS, "amts.toml": FORK.format(upstream.folder)})
    return Forked(upstream, fork)
