"""`amts-bot languages`, as a workflow calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.adapters.stage import DemoStage
from amts_bot.cli import main


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    DemoStage(tmp_path / "books", open_repository).build()
    return tmp_path / "books" / "book-tr"


def test_the_languages_are_a_json_list_and_the_output_of_the_action(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outputs = tmp_path / "outputs"
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    assert main(["languages", "--json", f"--repository={repository}"]) == 0
    assert (capsys.readouterr().out, outputs.read_text()) == ('["tr"]\n', 'languages=["tr"]\n')


def test_a_language_that_is_not_configured_ends_the_workflow_before_its_jobs_start(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["languages", "--language", "xx", f"--repository={repository}"]) == 2
    assert capsys.readouterr().err == (
        "amts-bot: amts.toml has no language 'xx'\ntake one that it has, tr; or write [languages.xx]\n"
    )
