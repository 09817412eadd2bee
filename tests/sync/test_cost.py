"""What a run costs before it works on any text: the processes of git that it starts, the modules that it imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Book, MakeBook

TEA = "# Tea\n\nWater boils. Leaves wait.\n"
CUPS = "# Tea\n\nWater boils. Leaves wait. Cups are warm.\n"
ÇAY = "# Çay\n\nSu kaynar. Yapraklar bekler.\n"

# One for names and one for contents, of each of the two repositories.
OBJECTS = ["cat-file"] * 4

HEAVY = {
    *("numpy", "blingfire", "boto3", "github", "scrapy", "sacrebleu", "matplotlib", "ssl"),
    *("mistune", "rapidfuzz", "yaml", "wcwidth", "html.parser", "xml.etree.ElementTree"),
    *("amts_bot.commands.evaluate", "amts_bot.engines.table", "amts_bot.sync.asking"),
    *("amts_bot.text.markdown.blocks", "amts_bot.text.align.blocks", "amts_bot.text.merge.draft"),
    *("amts_bot.text.drafts.memory", "amts_bot.text.amazon.documents", "amts_bot.model.amazon"),
}
MOST_MODULES = 105  # of ours; a run that has something to do imports twice as many


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """A book whose first pull request is merged."""
    book = make_book({"tea.md": TEA}, {"tea.md": ÇAY})
    book.publish({"tea.md": CUPS})
    assert book.sync(base="v1", engine="memory").commit
    book.merge()
    return book


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The commands of git that the bot has started, and those that git started for it, sorted."""
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))

    def commands() -> list[str]:
        events = map(json.loads, trace.read_text(encoding="utf-8").splitlines())
        return sorted(it["argv"][1] for it in events if it["event"] == "start")

    return commands


def test_a_push_is_done_with_few_processes_of_git(
    book: Book, started: Callable[[], list[str]]
) -> None:
    book.publish({"tea.md": CUPS.replace("Cups", "All cups")})
    assert book.sync(engine="memory").commit
    assert started() == [
        *OBJECTS,
        "commit-tree",
        "config",  # .gitmodules
        "hash-object",
        "log",  # earlier versions of the page
        "remote",
        "remote",
        "status",
        "symbolic-ref",
        "update-index",
        "update-ref",
        "write-tree",
    ]


def test_a_run_with_nothing_to_do_asks_git_little_and_imports_nothing_heavy(
    book: Book, started: Callable[[], list[str]]
) -> None:
    script = "import sys; from amts_bot.cli import main; main(sys.argv[1:]); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script, "sync", "--repository", book.root, "--quiet"],
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nothing to do" in run.stdout
    assert started() == [*OBJECTS, "config", "remote", "remote", "status", "version", "version"]
    loaded = {*run.stdout.splitlines()[-1].split()}
    assert loaded & HEAVY == set()
    assert sum(name.startswith("amts_bot") for name in loaded) <= MOST_MODULES


def test_what_is_under_review_is_not_measured_where_nothing_has_to_fit_in_beside_it(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.publish({"tea.md": TEA})
    assert book.sync(engine="memory").commit
    monkeypatch.delattr("amts_bot.text.merge.size.size")
    assert not book.sync(engine="memory").commit
