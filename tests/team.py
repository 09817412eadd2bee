"""A translation on GitHub to play with: the clone that the bot runs in, and the desk of a translator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.adapters.github import GitHubPullRequests, connect
from amts_bot.book import lock
from amts_bot.book.lock import LanguageLock
from amts_bot.book.snapshot import Order
from amts_bot.pull_request.publish import publish
from amts_bot.pull_request.published import Published
from amts_bot.sync.amazon import Amazon
from amts_bot.text.pull_request.report import RunReport
from tests.conftest import (
    CONFIG,
    Book,
    MakeBook,
    Silence,
    git,
    put,
)
from tests.github_server import (
    NAME,
    OWNER,
    Server,
    running,
)

ENGLISH = {
    "lamp.md": "# The lamp\n\nThe lamp burns oil. It is lit at dusk.\n\nA keeper trims the wick.\n",
    "fog.md": "# Fog\n\nIn fog the horn sounds twice a minute.\n",
}
TURKISH = {
    "lamp.md": "# Lamba\n\nLamba gaz yağı yakar. Alacakaranlıkta yakılır.\n\nBir bekçi fitili kırpar.\n",
    "fog.md": "# Sis\n\nSiste düdük dakikada iki kez çalar.\n",
}
LAMP_2 = ENGLISH["lamp.md"].replace("burns oil", "burns natural gas from a pipe")
LAMP_3 = LAMP_2.replace("A keeper trims the wick.", "A keeper cleans the burner every single week.")
FOG_2 = ENGLISH["fog.md"].replace("twice a minute", "three times in every minute")


@dataclass
class Team:
    """A translation on GitHub: the clone that the bot runs in, and one of a translator."""

    book: Book
    server: Server
    desk: Path
    progress: Silence | None = None
    amazon: Amazon | None = None
    language: str = "tr"

    def run(self, **order: Any) -> Published:
        """A run in Actions: the default branch is checked out anew."""
        self.book.git("fetch", "--quiet", "origin", "main")
        self.book.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        order = {"engine": "none", **order}
        repository = open_repository(self.book.root)
        progress = self.progress or Silence()
        return publish(Order(self.language, **order), repository, self.hub(), progress, self.amazon)

    def report(self, **order: Any) -> RunReport:
        return self.run(**order).result.report

    def hub(self) -> GitHubPullRequests:
        client = connect("token", self.server.url, pause=None)
        return GitHubPullRequests(client, f"{OWNER}/{NAME}")

    def english(self, files: Mapping[str, str | None]) -> str:
        """A new English version, checked out in the submodule."""
        return self.book.publish(files)

    def edit(self, files: dict[str, str | None], branch: str = "amts/tr") -> str:
        """A translator commits to a branch and pushes."""
        git(self.desk, "fetch", "--quiet", "origin")
        git(self.desk, "checkout", "--quiet", "-B", branch, f"origin/{branch}")
        put(self.desk, files)
        git(self.desk, "add", "--all", "--", *files)
        git(self.desk, "commit", "--quiet", "-m", "a translator's edit")
        git(self.desk, "push", "--quiet", "origin", branch)
        return self.tip(branch)

    def tip(self, branch: str = "amts/tr") -> str:
        return git(
            self.server.bare, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}"
        ).strip()

    def show(self, path: str, branch: str = "amts/tr") -> str:
        return git(self.server.bare, "show", f"{branch}:{path}")

    def lock(self, branch: str = "amts/tr") -> LanguageLock:
        file = lock.file_of("tr")
        return lock.parse(self.show(file, branch), file)

    def parents(self, commit: str) -> list[str]:
        return git(self.server.bare, "rev-parse", f"{commit}^@").split()


MakeTeam = Callable[..., Team]


@pytest.fixture
def make_team(make_book: MakeBook, tmp_path: Path) -> Iterator[MakeTeam]:
    """Builds a book that was synced once, its bare repository, and the GitHub in front of it."""
    with ExitStack() as stack:

        def make(config: str = CONFIG, more: Mapping[str, str] | None = None) -> Team:
            pages = more or {}
            book = make_book({**ENGLISH, **pages}, {**TURKISH, **pages}, config=config)
            book.sync(base="v1", engine="none")
            book.git("merge", "--quiet", "--ff-only", "amts/tr")
            book.git("branch", "--quiet", "-D", "amts/tr")
            bare = tmp_path / "hub.git"
            git(tmp_path, "clone", "--quiet", "--bare", str(book.root), str(bare))
            book.git("remote", "add", "origin", str(bare))
            git(tmp_path, "clone", "--quiet", str(bare), "desk")
            return Team(
                book=book, server=stack.enter_context(running(bare)), desk=tmp_path / "desk"
            )

        yield make


@pytest.fixture
def team(make_team: MakeTeam) -> Team:
    return make_team()


EDIT = "Lamba artık bir borudan gelen doğal gazla yanar."


def open_and_edit(team: Team) -> str:
    """A pull request of which a translator rewrote the first sentence; the branch's tip."""
    team.english({"lamp.md": LAMP_2})
    team.run()
    page = team.show("lamp.md").replace("The lamp burns natural gas from a pipe.", EDIT)
    return team.edit({"lamp.md": page})
