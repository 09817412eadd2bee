"""The issue that says how far the book is, on a GitHub on loopback."""

from __future__ import annotations

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.cli import main
from amts_bot.pull_request.dashboard import dashboard
from tests.conftest import Silence, git
from tests.github_server import NAME, OWNER
from tests.team import ENGLISH, FOG_2, LAMP_2, Team


def shown(team: Team) -> str:
    """The body of the one issue that is no pull request, without its mark."""
    (issue,) = (row for row in team.server.issues.values() if "head" not in row)
    return str(issue["body"]).partition("\n")[2]


def test_the_issue_counts_with_the_open_pull_request_wherever_the_run_is(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    team.run()
    team.english({"lamp.md": LAMP_2, "fog.md": FOG_2})
    git(team.book.root, "branch", "--delete", "--force", "amts/tr")
    dashboard(["tr"], open_repository(team.book.root), team.hub(), Silence())
    first, *rows = shown(team).split("\n\n")
    assert first == "### tr"
    assert rows[0].startswith("1 of 2 pages in step (50%); 1 behind; 1 unit and 10 words to review")
    assert "| `fog.md` | behind | 1 | 10 | " in rows[1]


def test_the_command_shows_it_and_says_where(
    team: Team, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "token")
    monkeypatch.setenv("GITHUB_REPOSITORY", f"{OWNER}/{NAME}")
    monkeypatch.setenv("GITHUB_API_URL", team.server.url)
    asked = ["status", "--repository", str(team.book.root), "--publish"]
    assert main(asked) == 0
    said = capsys.readouterr()
    (issue,) = team.server.issues.values()
    assert said.out == shown(team).partition("\n\n")[2].partition("\n")[0].join(("tr: ", "\n"))
    assert f"shown in {issue['html_url']}" in said.err
    issue["state"] = "closed"
    assert main(asked) == 0
    assert "is closed and stays so" in capsys.readouterr().err


def test_a_book_with_very_many_pages_still_fits_an_issue(team: Team) -> None:
    team.english({f"{'long' * 40}{n}.md": ENGLISH["fog.md"] for n in range(400)})
    dashboard(["tr"], open_repository(team.book.root), team.hub(), Silence())
    assert len(shown(team)) <= 60_000
