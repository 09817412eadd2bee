"""A pull request that a person closed: what opens another one, and what does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import CONFIG, git
from tests.team import (
    EDIT,
    ENGLISH,
    FOG_2,
    LAMP_2,
    LAMP_3,
    TURKISH,
    MakeTeam,
    Team,
    open_and_edit,
)

TOOL = {"tools/build.py": "pass\n"}  # no page and no asset


def delete_branch(team: Team) -> None:
    git(team.server.bare, "update-ref", "-d", "refs/heads/amts/tr")
    team.book.git("fetch", "--quiet", "--prune", "origin")
    if "amts/tr" in team.book.branches():
        team.book.git("update-ref", "-d", "refs/heads/amts/tr")


def forget(team: Team) -> None:
    """A clone that never had the branch, as Actions makes one: only the far side still has its commits."""
    delete_branch(team)
    team.book.git("reflog", "expire", "--expire=now", "--all")
    team.book.git("gc", "--quiet", "--prune=now")


def empty_body(team: Team) -> None:
    team.server.pull()["body"] = ""


def leave_alone(_team: Team) -> None:
    pass


def closed(team: Team, *afterwards: Callable[[Team], None]) -> str:
    """A pull request with two pages that a person closed; its last commit."""
    team.english({"lamp.md": LAMP_2, "fog.md": FOG_2})
    assert team.run().operation == "created"
    tip = team.tip()
    team.server.close()
    for act in afterwards:
        act(team)
    return tip


# What people may do to a pull request that is closed; none of it makes the bot open another one.
DONE = ((leave_alone,), (empty_body,), (delete_branch, empty_body), (forget, empty_body))


@pytest.mark.parametrize("afterwards", DONE, ids=lambda acts: "-".join(a.__name__ for a in acts))
def test_a_closed_pull_request_stays_closed_until_a_page_of_it_changes_again(
    team: Team, afterwards: tuple[Callable[[Team], None], ...]
) -> None:
    closed(team, *afterwards)
    before = team.tip()
    assert (team.run().operation, team.tip()) == ("none", before)
    team.english(TOOL)
    done = team.run()
    assert (done.operation, team.tip(), team.server.open_pulls()) == ("none", before, [])
    assert done.result.report.notes == (
        "the pull request of amts/tr was closed: nothing is done until the English of a page changes again; to go on "
        "with it, reopen it",
    )
    team.english({"lamp.md": LAMP_3})
    assert (team.run().operation, team.server.open_pulls()) == ("created", [2])


def test_what_people_wrote_on_a_branch_that_stands_is_in_the_next_pull_request(team: Team) -> None:
    open_and_edit(team)
    team.server.close()
    assert team.run().operation == "none"
    team.english({"lamp.md": LAMP_3})
    assert team.run().operation == "created"
    assert EDIT in team.show("lamp.md")


def test_what_people_wrote_goes_with_a_branch_that_they_delete(team: Team) -> None:
    open_and_edit(team)
    delete_branch(team)
    assert (team.run().operation, team.tip(), len(team.server.issues)) == ("none", "", 1)
    team.english({"lamp.md": LAMP_3})
    assert team.run().operation == "created"
    assert EDIT not in team.show("lamp.md")


@pytest.mark.parametrize("afterwards", [leave_alone, delete_branch])
def test_a_page_that_goes_back_to_what_is_merged_brings_nothing_new(
    team: Team, afterwards: Callable[[Team], None]
) -> None:
    closed(team, afterwards)
    team.english({"fog.md": ENGLISH["fog.md"]})
    assert team.run().operation == "none"


@pytest.mark.parametrize("afterwards", [leave_alone, delete_branch])
def test_work_on_the_default_branch_opens_nothing_again(
    team: Team, afterwards: Callable[[Team], None]
) -> None:
    closed(team, afterwards)
    team.edit({"fog.md": TURKISH["fog.md"].replace("çalar", "öter")}, "main")
    assert team.run().operation == "none"


def test_a_page_that_goes_is_new_and_so_is_a_file_that_is_copied(team: Team) -> None:
    closed(team)
    team.english({"img/lamp.svg": "<svg/>\n"})
    assert team.run().operation == "created"
    team.server.close()
    assert team.run().operation == "none"
    team.english({"fog.md": None})
    assert team.run().operation == "created"


def test_a_push_onto_the_branch_of_a_closed_pull_request_means_that_it_goes_on(team: Team) -> None:
    closed(team)
    team.edit({"fog.md": team.show("fog.md") + "\nBir not.\n"})
    assert team.run().operation == "created"


def test_pages_that_wait_for_the_next_pull_request_wait_on(make_team: MakeTeam) -> None:
    team = make_team(f"{CONFIG}\n[review]\nmax-units = 1\n")
    closed(team, delete_branch)
    queued = team.server.pull()["body"].partition("waits for the next pull request")[2]
    [page] = (page for page in ENGLISH if page in queued)
    team.english({page: ENGLISH[page] + "\nNobody knows when.\n"})
    assert team.run().operation == "none"


def test_a_lock_that_somebody_broke_before_the_branch_was_deleted_stops_no_run(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    team.run()
    team.edit({"amts/tr.lock": "mine"})
    team.server.close()
    delete_branch(team)
    assert team.run().operation == "none"  # by the body
    empty_body(team)
    assert team.run().operation == "created"
