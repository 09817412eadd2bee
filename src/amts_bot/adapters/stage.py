"""The demo's two repositories, made from the books that come with the package."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import git

from amts_bot.ports import Repository

_CONFIG = """\
[source]
submodule = "english"
pages = ["*.md"]
assets = ["/img/", "*.bib"]

[languages.tr]
pages = "{path}"

[pull-request]
language = "en"
"""
_IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Demo"), ("EMAIL", "demo@example.org"))
}
_QUIET = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0"}


class DemoStage:
    """Builds `book-en` (two versions) and `book-tr` (a translation of the first) in `root`.

    `open_repository` opens the translation when both stand.
    """

    def __init__(self, root: Path, open_repository: Callable[[Path], Repository]) -> None:
        self._root = root
        self._open = open_repository

    @property
    def folder(self) -> str:
        return str(self._root)

    def build(self) -> tuple[Repository, str]:
        """The translation repository, with the new English checked out in its submodule."""
        english, turkish = self._root / "book-en", self._root / "book-tr"
        first = self._commit(english, "english-1", "The first edition")
        self._git(self._root, "init", "-q", "-b", "main", str(turkish))
        self._git(
            turkish,
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            "../book-en",
            "english",
        )
        (turkish / "amts.toml").write_text(_CONFIG, encoding="utf-8")
        self._commit(turkish, "turkish", "Birinci baskının çevirisi")
        self._commit(english, "english-2", "The second edition")
        self._git(turkish / "english", "-c", "protocol.file.allow=always", "fetch", "-q", "origin")
        self._git(turkish / "english", "checkout", "-q", "origin/main")
        return self._open(turkish), first

    def recording(self) -> str:
        """The answers of a machine that come with the book."""
        return (files("amts_bot") / "demo_book" / "machine.jsonl").read_text(encoding="utf-8")

    def log(self, branch: str) -> str:
        return self._git(self._root / "book-tr", "show", "--stat", "--format=%h %s%n%n%b", branch)

    def _commit(self, folder: Path, book: str, message: str) -> str:
        """Makes the folder hold exactly the book's files (its own .git files aside) and commits them."""
        if not (folder / ".git").exists():
            self._git(self._root, "init", "-q", "-b", "main", str(folder))
        with as_file(files("amts_bot") / "demo_book" / book) as source:
            if book == "english-2":
                self._git(folder, "rm", "-qr", ".")
            shutil.copytree(source, folder, dirs_exist_ok=True)
        self._git(folder, "add", "--all")
        self._git(folder, "commit", "-q", "-m", message)
        return self._git(folder, "rev-parse", "HEAD").strip()

    def _git(self, folder: Path, *arguments: str) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        command = git.Git(folder)
        output = command.execute(
            ["git", *arguments], env={**_QUIET, **_IDENTITY}, strip_newline_in_stdout=True
        )
        return str(output)
