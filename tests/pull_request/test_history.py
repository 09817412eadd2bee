"""The life of a pull request on the real history of d2l-en and d2l-tr, as translators live it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import SHARED
from benchmarks.book import SUBMODULE
from tests.conftest import Book, git, put
from tests.github_server import Merge, running
from tests.team import Team

CORPUS = SHARED / "corpus"
CONFIG = f"""\
[source]
submodule = "{SUBMODULE}"
pages = ["/chapter_linear-networks/linear-regression*.md", "/chapter_linear-networks/softmax-regression*.md"]

[languages.tr]
"""
REVIEWED = " (Gözden geçirildi.)"


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The translation with the English of v0.16.1 as a submodule, and its bare repository."""
    folder = tmp_path_factory.mktemp("history")
    git(folder, "clone", "--quiet", str(CORPUS / "d2l-en.bundle"), "english")
    git(folder, "clone", "--quiet", str(CORPUS / "d2l-tr.bundle"), "book")
    book = folder / "book"
    git(book, "checkout", "--quiet", "-B", "main")
    git(book, "submodule", "--quiet", "add", str(folder / "english"), SUBMODULE)
    git(book / SUBMODULE, "checkout", "--quiet", "v0.16.1")
    put(book, {"amts.toml": CONFIG})
    git(book, "add", "amts.toml", SUBMODULE)
    git(book, "commit", "--quiet", "-m", "the bot's configuration")
    git(book, "tag", "start")
    git(folder, "clone", "--quiet", "--bare", "book", "hub.git")
    git(book, "remote", "set-url", "origin", str(folder / "hub.git"))
    git(folder, "clone", "--quiet", "hub.git", "desk")
    return folder


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the books' histories, shared/corpus")
@pytest.mark.parametrize("how", ["squash", "rebase", "merge"])
def test_edits_survive_two_updates_and_any_kind_of_merge(clones: Path, how: Merge) -> None:
    book, bare = clones / "book", clones / "hub.git"
    git(bare, "update-ref", "refs/heads/main", "refs/tags/start")  # as before the other merges
    git(bare, "update-ref", "-d", "refs/heads/amts/tr")
    with running(bare) as server:
        team = Team(book=Book(book / SUBMODULE, book), server=server, desk=clones / "desk")
        run_at(team, "v0.16.6", base="v0.16.1")
        edits = edit(team)
        server.approve("ada")
        run_at(team, "v0.17.0")
        run_at(team, "v0.17.1")
        assert missing(team, edits, "amts/tr") == []
        server.merge(how)
        assert run_at(team, "v0.17.1") == ""
        assert run_at(team, "v0.17.6")
        assert server.open_pulls() == [2]
        assert missing(team, edits, "amts/tr") == []
        assert run_at(team, "v0.17.6") == ""


def run_at(team: Team, tag: str, **order: str) -> str:
    """A run at an English version; its commit. Its sums match, and what it did is not done again."""
    git(team.book.root / SUBMODULE, "checkout", "--quiet", tag)
    done = team.run(engine="memory", **order)
    for page in done.result.report.pages:
        units = {k: v for k, v in page.outcome.totals.items() if k != "characters"}
        assert sum(units.values()) == len(page.outcome.entries), page.target
    assert len(team.server.calls) <= 30
    team.server.calls.clear()
    return done.result.commit


def edit(team: Team) -> list[tuple[str, str]]:
    """A reviewer adds a few words to three paragraphs that the bot drafted; page and new paragraph each."""
    edits: list[tuple[str, str]] = []
    there = git(team.server.bare, "ls-tree", "-r", "--name-only", "main").split()
    for target, row in team.lock().pages.items():
        if len(edits) == 3 or not row.review.machine or target not in there:
            continue
        page, old = team.show(target), team.show(target, "main").splitlines()
        new = [line for line in page.splitlines() if len(line) > 120 and line not in old]
        for line in new[: 3 - len(edits)]:
            edits.append((target, line + REVIEWED))
            page = page.replace(line, line + REVIEWED)
        if new:
            team.edit({target: page})
    assert len(edits) == 3
    return edits


def missing(team: Team, edits: list[tuple[str, str]], branch: str) -> list[str]:
    return [text for target, text in edits if text not in team.show(target, branch)]
