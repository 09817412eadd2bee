"""The life of a pull request where the English is no submodule: opened, edited, updated, merged, and then quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import Book, git
from tests.github_server import Merge, running
from tests.shelf import BOTH, FOG, LAMP_2, Forked, MakeShelf, Shelf
from tests.team import Team

DRAFT = "Nobody has trimmed a wick since the gas came."
EDIT = "Gaz geldiğinden beri fitil kırpan yok."
FOG_2 = FOG.replace("twice a minute", "three times in every minute")

Hire = Callable[[Shelf], Team]


@pytest.fixture
def hire() -> Iterator[Hire]:
    """A GitHub in front of a repository, and the desk of a translator."""
    with ExitStack() as stack:

        def team(shelf: Shelf) -> Team:
            home = shelf.folder.parent
            git(home, "clone", "--quiet", "--bare", str(shelf.folder), "hub.git")
            git(home, "clone", "--quiet", "hub.git", "desk")
            git(home, "clone", "--quiet", "hub.git", "runner")
            server = stack.enter_context(running(home / "hub.git"))
            return Team(book=Book(shelf.folder, home / "runner"), server=server, desk=home / "desk")

        yield team


def live(team: Team, page: str, english: Callable[[dict[str, str]], object], how: Merge) -> None:
    """English changes, a translator edits the draft, English changes again, all is merged."""
    english({"lamp.md": LAMP_2})
    assert team.run(base="v1").operation == "created"
    team.edit({page: team.show(page).replace(DRAFT, EDIT)})
    english({"fog.md": FOG_2})
    assert team.run().operation == "updated"
    assert EDIT in team.show(page)
    assert "three times" in team.show(page.replace("lamp", "fog"))
    team.server.merge(how)
    assert team.run().operation == "none"
    assert team.server.open_pulls() == []
    assert EDIT in team.show(page, "main")


def test_both_books_in_one_repository(make_shelf: MakeShelf, hire: Hire) -> None:
    team = hire(make_shelf(BOTH))

    def english(files: dict[str, str]) -> None:
        team.edit({f"docs/en/{path}": text for path, text in files.items()}, "main")

    live(team, "docs/tr/lamp.md", english, "squash")
    team.edit({"src/tool.py": "pass\n"}, "main")
    assert (
        team.run().operation == "none"
    )  # its own merge, and work beside the books, are no new English
    english({"fog.md": FOG})
    assert team.run().operation == "created"


def test_a_fork_and_its_upstream(forked: Forked, hire: Hire) -> None:
    team = hire(forked.fork)
    live(team, "lamp.md", forked.upstream.commit, "merge")
    forked.upstream.commit({"fog.md": FOG})
    assert team.run().operation == "created"
    assert team.show("lamp.md", "main") == team.show("lamp.md")


def test_a_closed_pull_request_stays_closed_until_the_english_changes(
    make_shelf: MakeShelf, hire: Hire
) -> None:
    team = hire(make_shelf(BOTH))
    team.edit({"docs/en/lamp.md": LAMP_2}, "main")
    team.run(base="v1")
    team.server.close()
    team.edit({"src/tool.py": "pass\n"}, "main")
    assert team.run(base="v1").operation == "none"
    team.edit({"docs/en/fog.md": FOG_2}, "main")
    assert team.run(base="v1").operation == "created"


def test_a_commit_of_both_while_the_branch_is_open_is_taken_over(
    make_shelf: MakeShelf, hire: Hire
) -> None:
    team = hire(make_shelf(BOTH))
    team.edit({"docs/en/fog.md": FOG_2}, "main")
    team.run(base="v1")
    ours = team.show("docs/tr/lamp.md").replace("Bir bekçi fitili kırpar.", EDIT)
    team.edit({"docs/en/lamp.md": LAMP_2, "docs/tr/lamp.md": ours}, "main")
    team.run()
    assert team.show("docs/tr/lamp.md") == ours
    team.edit({"docs/en/lamp.md": LAMP_2 + "\nGas is cheap.\n"}, "main")
    team.run()
    assert team.show("docs/tr/lamp.md") == ours + "\nGas is cheap.\n"
