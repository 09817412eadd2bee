"""docs/desk.md: its commands, one after the other, as somebody types them who has a clone and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from amts_bot.adapters.git import open_repository
from amts_bot.adapters.stage import DemoStage
from tests.conftest import git

ROOT = Path(__file__).parents[1]
DESK = ROOT / "docs" / "desk.md"


def blocks() -> list[str]:
    return re.findall(
        r"^```sh\n(.*?)^```", DESK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def type_in(folder: Path, tools: Path) -> str:
    """What the commands say, each run after the one before it went well."""
    tools.mkdir()
    bot = tools / "amts-bot"
    bot.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m amts_bot "$@"\n')
    bot.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", "".join(blocks())],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_commands_of_the_desk_page_lead_from_a_clone_to_drafts_and_back(tmp_path: Path) -> None:
    DemoStage(tmp_path, open_repository).build()
    book = tmp_path / "book-tr"
    git(book, "rm", "--quiet", "amts.toml")
    git(book, "commit", "--quiet", "--message", "A translation as there are many")
    before = git(book, "rev-parse", "HEAD^{tree}")
    said = type_in(book, tmp_path / "tools")
    for words in (
        "the base of 6 is sure",
        "nothing to change",
        "tr: 0 of 5 pages in step",
        "dry run: nothing was written but amts-report/tr",
        "on branch amts/tr\nreview it in your browser: file://",
        "chapter_maps/gaps.md",
        "units written to tr.po",
        "Deleted branch amts/tr",
    ):
        assert words in said
    assert git(book, "rev-parse", "HEAD^{tree}") == before
