"""The main job on GitHub, as translators live it: real git, real PyGithub, a GitHub on loopback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amts_bot.book.hand_moves import DELETED
from amts_bot.cli import main
from amts_bot.errors import AmtsError
from amts_bot.text.pull_request.hidden_block import metadata
from amts_bot.text.review_state import ReviewState
from tests.conftest import CONFIG, Silence, git
from tests.github_server import (
    NAME,
    OWNER,
    Fault,
    Merge,
)
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
from tests.test_docs import ACTION

# -- one rolling pull request ---------------------------------------------------------------------


def test_new_english_becomes_a_pull_request(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    done = team.run()
    pull = team.server.pull()
    assert (done.operation, done.notes) == ("created", ())
    assert done.pull is not None
    assert (done.pull.number, done.pull.head) == (1, team.tip())
    assert (pull["head"]["ref"], pull["base"]["ref"], pull["draft"]) == ("amts/tr", "main", False)
    assert [label["name"] for label in pull["labels"]] == ["amts"]
    assert "The lamp burns natural gas from a pipe." in team.show("lamp.md")


def test_a_second_run_leaves_everything_alone(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    team.run()
    tip = team.tip()
    team.server.calls.clear()
    done = team.run()
    assert (done.operation, team.tip(), len(team.server.issues)) == ("none", tip, 1)
    assert {call.method for call in team.server.calls} == {"GET"}


def test_english_that_leaves_the_translation_as_it_is_opens_nothing_and_goes_along_later(
    team: Team,
) -> None:
    contracted = ENGLISH["lamp.md"].replace("It is lit", "It's lit")
    old = team.lock("main").pages["lamp.md"].blob
    team.english({"lamp.md": contracted})
    assert (team.run().operation, team.tip(), team.server.issues) == ("none", "", {})
    team.english({"fog.md": FOG_2})
    assert team.run().operation == "created"
    assert team.show("lamp.md") == TURKISH["lamp.md"]
    assert team.lock().pages["lamp.md"].blob != old
    assert "says the same" in team.server.pull()["body"]


def test_more_english_updates_the_pull_request_in_place(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    first = team.run()
    team.english({"lamp.md": LAMP_2, "fog.md": FOG_2})
    done = team.run()
    assert first.pull is not None
    assert (done.operation, team.server.open_pulls()) == ("updated", [1])
    assert team.parents(team.tip()) == [first.pull.head]
    body = team.server.pull()["body"]
    assert body.count("<summary>") == 2
    assert "<del>oil</del><ins>natural gas from a pipe</ins>" in body
    assert "sounds <del>twice" in body
    assert "2 pages · 5 units: 3 keep · 2 translate" in body


def test_a_page_that_goes_waits_for_the_pages_that_may_say_what_it_says(
    make_team: MakeTeam,
) -> None:
    lines = [f"What a bell is made of, in part number {number}." for number in range(9)]
    other = [f"Cotton burns longer than any other thing that we tried: {n}." for n in range(5)]
    bell, wick = ("\n\n".join(["# New", *some, ""]) for some in (lines, [*other, lines[0]]))
    config = f'{CONFIG}\n[review]\nmax-units = 2\norder = "path"\n'
    team = make_team(config, {"bell.md": bell})
    ours = bell.replace("What a bell is made of", "Bir çan neden yapılır")
    team.edit({"bell.md": ours}, "main")
    team.english({"fog.md": FOG_2, "bell.md": None, "wick.md": wick})
    for _ in range(2):
        team.run()
        assert team.lock().queued == ("bell.md", "wick.md")
        assert team.show("bell.md") == ours
        assert "2 pages wait for the next pull request" in team.server.pull()["body"]
        assert "`bell.md` · gone" not in team.server.pull()["body"]
        team.edit({"fog.md": team.show("fog.md") + "\nBir not.\n"})
    team.server.merge()
    team.run()
    assert [*team.lock().pages] == ["fog.md", "lamp.md", "wick.md"]
    assert "Bir çan neden yapılır, in part number 0." in team.show("wick.md")


def test_reviewers_teams_labels_and_assignees_are_those_of_the_configuration(
    make_team: MakeTeam,
) -> None:
    team = make_team(
        CONFIG + 'reviewers = ["@ada", "team/translators"]\n'
        '[pull-request]\nlabels = ["amts", "machine"]\nassignees = ["ada"]\n'
    )
    team.english({"lamp.md": LAMP_2})
    assert team.run().notes == ()
    pull = team.server.pull()
    assert [user["login"] for user in pull["requested_reviewers"]] == ["ada"]
    assert [row["slug"] for row in pull["requested_teams"]] == ["translators"]
    assert [label["name"] for label in pull["labels"]] == ["amts", "machine"]
    assert [user["login"] for user in pull["assignees"]] == ["ada"]


def test_a_team_that_the_token_cannot_ask_is_named_before_the_run_and_not_asked(
    make_team: MakeTeam,
) -> None:
    team = make_team(CONFIG + 'reviewers = ["@ada", "team/translators", "team/hidden"]\n')
    team.english({"lamp.md": LAMP_2})
    done = team.run()
    [note] = done.notes
    assert note == (
        "the team hidden will not be asked for a review: it has no access to this repository, or the token lacks "
        "`pull-requests: write` and `members: read`; GITHUB_TOKEN cannot have the second one; use a GitHub App that "
        "may read the organisation's Members, or a personal token (a classic one: `read:org`), or name people in "
        "`reviewers`"
    )
    asked = [call.path for call in team.server.calls]
    looked = [at for at, path in enumerate(asked) if "/teams/" in path]
    assert looked[-1] < asked.index("/repos/team/book-tr/pulls")
    pull = team.server.pull()
    assert [row["slug"] for row in pull["requested_teams"]] == ["translators"]
    assert [user["login"] for user in pull["requested_reviewers"]] == ["ada"]


def test_a_reviewer_that_is_no_collaborator_is_named_and_nothing_else_suffers(
    make_team: MakeTeam,
) -> None:
    team = make_team(CONFIG + 'reviewers = ["nobody"]\n')
    team.english({"lamp.md": LAMP_2})
    done = team.run()
    assert done.operation == "created"
    [note] = done.notes
    assert note.startswith("could not set reviewer nobody in team/book-tr: Reviews may only be")


def test_a_second_update_of_fifty_pages_takes_few_calls(make_team: MakeTeam) -> None:
    """All at once: half of the pages edited by people, proposals for them, some of which no review can have,
    a draft that becomes ready, two pages of comments, and the issue of a run that failed."""
    pages = {f"p{number}.md": f"# P{number}\n\nA sentence here.\n" for number in range(50)}
    team = make_team(more=pages)
    team.english({path: text + "\nMore of it.\n" for path, text in pages.items()})
    assert team.run().operation == "created"
    edited = [*pages][:25]
    team.edit({path: team.show(path).replace("More of it.", "Bundan fazlası.") for path in edited})
    team.hub().report_failure("tr", "amts-bot could not finish: tr", "It could not.")
    team.server.pull()["draft"] = True
    for number in range(120):
        team.server.note("ada", f"Note {number}")
    team.server.out_of_diff = {"p3.md", "p11.md"}
    team.server.calls.clear()
    team.english({path: text + "\nMore of it, again.\n" for path, text in pages.items()})
    done = team.run()
    assert (done.operation, team.server.pull()["draft"]) == ("updated", False)
    posted = [row for row in team.server.review_comments[1] if "suggestion" in row["body"]]
    assert (len(posted), len(done.notes)) == (18, 7)
    # GITHUB_TOKEN may make 1,000 calls an hour: twelve languages that do this twice are within it.
    assert len(team.server.calls) <= 30


def test_an_approval_counts_for_what_its_author_saw_and_may_approve(team: Team) -> None:
    team.english({"fog.md": ENGLISH["fog.md"].replace("twice", "once")})
    team.run(engine="memory")
    seen = team.lock().pages["fog.md"].review.machine
    team.server.approve("ada")
    team.server.approve("eve")  # may only read
    team.english({"lamp.md": LAMP_2})
    team.run(engine="memory")
    team.server.approve("eve")
    later = team.lock().pages["lamp.md"].review.machine
    team.server.merge("merge")
    team.english({"new.md": "# Wind\n"})
    team.run(engine="memory")
    rows = team.lock().pages
    assert rows["fog.md"].review == ReviewState(accepted=seen, approved=seen)
    assert rows["lamp.md"].review == ReviewState(accepted=later)


def test_what_a_person_approved_and_merged_is_known_to_be_approved(team: Team) -> None:
    team.english({"fog.md": ENGLISH["fog.md"].replace("twice", "once")})
    team.run(engine="memory")
    drafted = team.lock().pages["fog.md"].review.machine
    team.server.approve("ada")
    team.server.merge("squash")
    team.english({"lamp.md": LAMP_2})
    team.run(engine="memory")
    row = team.lock().pages["fog.md"]
    assert drafted
    assert row.review == ReviewState(accepted=drafted, approved=drafted)


def test_a_review_of_a_deleted_account_counts_for_nobody(team: Team) -> None:
    team.english({"fog.md": ENGLISH["fog.md"].replace("twice", "once")})
    team.run(engine="memory")
    team.server.approve("ada")
    newest = team.hub().newest("amts/tr")
    assert newest is not None
    assert len(team.hub().approvals(newest)) == 1
    [review] = team.server.reviews[newest.number]
    review["user"] = None
    assert team.hub().approvals(newest) == ()


# -- what GitHub refuses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            Fault(method="GET", path="book-tr$", status=401, message="Bad credentials"),
            "the token is missing or out of date",
        ),
        (
            Fault(method="GET", path="book-tr$", status=404, message="Not Found"),
            "the token can't see it",
        ),
        (
            Fault(
                method="POST",
                path="/pulls$",
                status=403,
                message="Resource not accessible by integration",
            ),
            "the token lacks `pull-requests: write`; set it under `permissions:`",
        ),
        (
            Fault(
                method="GET",
                path="/pulls$",
                status=403,
                message="API rate limit exceeded for installation.",
                headers={"X-RateLimit-Reset": "4102444800"},
            ),
            "GitHub allows no more calls for now",
        ),
        (
            Fault(method="POST", path="/pulls$", status=502, times=9),
            "had no answer 5 times over.*too many 502",
        ),
    ],
)
def test_a_refusal_says_what_is_missing_and_where_to_set_it(
    team: Team, fault: Fault, said: str
) -> None:
    team.english({"lamp.md": LAMP_2})
    team.server.faults.append(fault)
    with pytest.raises(AmtsError, match=said):
        team.run()


def test_actions_that_may_not_open_pull_requests_are_told_the_switch(team: Team) -> None:
    team.server.viewer, team.server.actions_may_open = "github-actions[bot]", False
    team.english({"lamp.md": LAMP_2})
    with pytest.raises(AmtsError, match='tick "Allow GitHub Actions to create and approve'):
        team.run()


def test_an_archived_repository_is_named_before_anything_is_done(team: Team) -> None:
    team.server.archived = True
    team.english({"lamp.md": LAMP_2})
    with pytest.raises(AmtsError, match="archived and takes no changes"):
        team.run()
    assert team.tip() == ""


def test_a_secondary_limit_is_waited_for(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    said = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    team.server.faults.append(
        Fault(
            method="POST",
            path="/pulls$",
            status=403,
            message=said,
            headers={"Retry-After": "0"},
            times=2,
        )
    )
    assert team.run().operation == "created"


@pytest.mark.parametrize("after", [False, True])
def test_a_lost_answer_makes_no_second_pull_request(team: Team, after: bool) -> None:
    team.english({"lamp.md": LAMP_2})
    team.server.faults.append(Fault(method="POST", path="/pulls$", status=502, after=after))
    assert team.run().operation == "created"
    assert team.server.open_pulls() == [1]


# -- the command ----------------------------------------------------------------------------------


def test_the_command_publishes_in_actions_and_sets_every_output(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    team.english({"lamp.md": LAMP_2})
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_TOKEN": "geheim",
        "GITHUB_REPOSITORY": f"{OWNER}/{NAME}",
        "GITHUB_API_URL": team.server.url,
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    arguments = ["sync", "--language=tr", "--engine=none", "--publish=", "--wait="]
    folder = str(tmp_path / "report")
    assert main([*arguments, f"--repository={team.book.root}", f"--output-dir={folder}"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("::add-mask::geheim\n")
    assert "pull request created: https://github.com/team/book-tr/pull/1" in printed
    assert "geheim" not in printed.removeprefix("::add-mask::geheim\n")
    found = re.findall(r"^([\w-]+)<<(\w+)\n(.*)\n\2$", (tmp_path / "output").read_text(), re.M)
    values = {name: value for name, _, value in found}
    assert values["pull-request-operation"] == "created"
    assert values["pull-request-url"] == "https://github.com/team/book-tr/pull/1"
    assert values["pull-request-head-sha"] == team.tip()
    assert {*values} == {*ACTION["outputs"]} - {"languages"}
    row = "| `lamp.md` | merged | 2 |  |  |  | 1 |  |  |  |"
    assert row in (tmp_path / "summary").read_text()


def test_a_failed_run_opens_one_issue_that_a_good_run_closes(team: Team) -> None:
    team.english({"lamp.md": "caf\xe9".encode("latin-1")})  # type: ignore[dict-item]
    for _ in range(2):
        assert [page.target for page in team.report().failed] == ["lamp.md"]
    [issue] = [row for row in team.server.issues.values() if "head" not in row]
    assert issue["title"] == "amts-bot could not finish: tr"
    assert "lamp.md: lamp.md: not UTF-8 at byte 3" in issue["body"]
    team.english({"lamp.md": LAMP_2})
    team.run()
    assert issue["state"] == "closed"


def test_a_repository_without_issues_gets_its_pull_request_all_the_same(team: Team) -> None:
    team.server.has_issues = False
    team.english({"lamp.md": LAMP_2})
    done = team.run()
    assert done.operation == "created"
    [note] = done.notes
    assert note.endswith("issues are switched off; switch them on in the settings, under Features")


# -- the life of a branch -------------------------------------------------------------------------

NOTE = "Sis düdüğü dakikada iki kez öter."


def edit_main(team: Team) -> str:
    return team.edit({"fog.md": TURKISH["fog.md"].replace(TURKISH["fog.md"][7:-1], NOTE)}, "main")


def test_an_edit_on_the_open_branch_stays_and_the_proposal_becomes_a_suggestion(
    team: Team,
) -> None:
    tip = open_and_edit(team)
    before = team.show("lamp.md")
    team.english({"lamp.md": LAMP_2.replace("from a pipe", "from two long pipes")})
    done = team.run()
    assert (done.operation, done.notes, team.parents(team.tip())) == ("updated", (), [tip])
    assert team.show("lamp.md") == before
    [comment] = team.server.review_comments[1]
    assert (comment["path"], comment["line"]) == ("lamp.md", 3)
    assert "```suggestion\nThe lamp burns natural gas from two long pipes. " in comment["body"]
    body = team.server.pull()["body"]
    assert "1 page · 3 units: 2 keep · 1 hold" in body
    assert f"<mark>{EDIT}</mark>" in body
    assert team.run().operation == "none"
    assert len(team.server.review_comments[1]) == 1


def test_what_nobody_edited_beside_an_edit_is_still_brought_up_to_date(team: Team) -> None:
    open_and_edit(team)
    team.english({"lamp.md": LAMP_3})
    team.run()
    page = team.show("lamp.md")
    assert EDIT in page
    assert "A keeper cleans the burner every single week." in page
    assert 1 not in team.server.review_comments


def test_quite_other_english_is_proposed_for_the_edit_in_its_place(team: Team) -> None:
    open_and_edit(team)
    before = team.show("lamp.md")
    old = "The lamp burns natural gas from a pipe. It is lit at dusk."
    team.english({"lamp.md": LAMP_2.replace(old, "Since spring, electric bulbs shine here.")})
    assert team.run().operation == "updated"
    assert team.show("lamp.md") == before
    [comment] = team.server.review_comments[1]
    assert (comment["path"], comment["line"]) == ("lamp.md", 3)
    assert "```suggestion\nSince spring, electric bulbs shine here.\n" in comment["body"]
    assert "1 page · 4 units: 2 keep · 1 drop · 1 hold" in team.server.pull()["body"]
    assert team.run().operation == "none"


def test_english_that_goes_and_comes_back_brings_its_reviewed_text_along(team: Team) -> None:
    team.english({"lamp.md": LAMP_3, "fog.md": None})
    team.run()
    assert team.show("lamp.md") != TURKISH["lamp.md"]
    team.english({"lamp.md": LAMP_2, "fog.md": ENGLISH["fog.md"]})
    team.run()
    team.english({"lamp.md": ENGLISH["lamp.md"]})
    report = team.report()
    assert {path: team.show(path) for path in TURKISH} == TURKISH
    assert report.totals["translate"] == 0


def test_a_page_that_is_gone_from_the_english_stays_while_somebody_edits_it(team: Team) -> None:
    open_and_edit(team)
    before = team.show("lamp.md")
    team.english({"lamp.md": None})
    report = team.report()
    assert team.show("lamp.md") == before
    assert [(page.target, page.message) for page in report.pages] == [
        ("lamp.md", "gone from the English, but the translators added to it")
    ]


def test_the_default_branch_is_merged_in_with_two_parents(team: Team) -> None:
    tip = open_and_edit(team)
    main = edit_main(team)
    done = team.run()
    assert team.parents(team.tip()) == [main, tip]
    assert EDIT in team.show("lamp.md")
    assert NOTE in team.show("fog.md")
    assert done.result.report.notes == ()
    assert team.run().operation == "none"


def test_what_does_not_concern_the_translation_is_no_reason_to_merge(team: Team) -> None:
    tip = open_and_edit(team)
    team.edit({"CONTRIBUTING.md": "Be kind.\n", ".github/workflows/ci.yml": "on: push\n"}, "main")
    team.run()
    assert team.tip() == tip


def test_a_workflow_of_the_default_branch_never_comes_along(team: Team) -> None:
    tip = open_and_edit(team)
    edit_main(team)
    team.edit({".github/workflows/ci.yml": "on: push\n", "CONTRIBUTING.md": "Be kind.\n"}, "main")
    assert team.run().result.report.notes == ()
    assert team.parents(team.tip()) == [tip]
    assert EDIT in team.show("lamp.md")
    assert NOTE in team.show("fog.md")
    named = git(team.server.bare, "diff", "--name-only", tip, "amts/tr").split()
    assert named == ["amts/tr.lock", "fog.md"]
    assert team.run().operation == "none"
    team.english({"lamp.md": LAMP_3})
    assert team.run().operation == "updated"
    tip = team.tip()
    assert (team.run().operation, team.tip()) == ("none", tip)  # what came is not taken in again
    team.server.merge("merge")
    assert team.show(".github/workflows/ci.yml", "main") == "on: push\n"
    assert EDIT in team.show("lamp.md", "main")


def test_a_squashed_branch_gives_way_where_the_default_branch_has_another_workflow(
    team: Team,
) -> None:
    tip = open_and_edit(team)
    squashed = team.server.merge("squash")
    team.english({"lamp.md": LAMP_3})
    main = team.edit({".github/workflows/ci.yml": "on: push\n"}, "main")
    assert (team.run().operation, team.server.open_pulls()) == ("created", [2])
    assert team.parents(team.tip()) == [main]
    assert EDIT in team.show("lamp.md")
    assert tip not in git(team.server.bare, "rev-list", "amts/tr").split()
    assert squashed in git(team.server.bare, "rev-list", "amts/tr").split()


def test_where_both_changed_a_block_the_default_branch_wins_and_it_is_named(team: Team) -> None:
    open_and_edit(team)
    reviewed = TURKISH["lamp.md"].replace("Lamba gaz yağı yakar.", "Lambada gaz yağı yanar.")
    team.edit({"lamp.md": reviewed}, "main")
    report = team.report()
    assert "Lambada gaz yağı yanar." in team.show("lamp.md")
    assert EDIT not in team.show("lamp.md")
    [note] = report.notes
    assert note.startswith("lamp.md: 1 block was changed here and on the default branch")
    body = team.server.pull()["body"]
    assert "1 block was changed here and on the default branch, whose text stands" in body
    assert "1 page · 3 units: 2 keep · 1 hold" in body


@pytest.mark.parametrize("branch", ["main", "amts/tr"])
def test_a_page_that_people_delete_stays_deleted_and_is_named_once(team: Team, branch: str) -> None:
    team.english({"lamp.md": LAMP_2, "fog.md": FOG_2})
    team.run()
    team.edit({"lamp.md": None}, branch)
    team.english({"lamp.md": LAMP_3})
    report = team.report()
    held = {page.target: page.message for page in report.pages if page.status == "held"}
    assert (held, report.notes) == ({"lamp.md": DELETED}, ())
    assert team.run().operation == "none"
    assert "`lamp.md`" in team.server.pull()["body"]
    team.server.merge("squash")
    team.english({"lamp.md": LAMP_2})
    assert "lamp.md" not in [page.target for page in team.report().pages]


@pytest.mark.parametrize("branch", ["main", "amts/tr"])
def test_a_page_that_people_move_is_kept_in_step_there(team: Team, branch: str) -> None:
    team.english({"lamp.md": LAMP_2})
    team.run()
    team.edit({"lamp.md": None, "sea/lamp.md": team.show("lamp.md", branch)}, branch)
    team.english({"lamp.md": LAMP_3})
    report = team.report()
    assert report.notes == ("lamp.md was moved to sea/lamp.md by hand, and is kept in step there",)
    assert "The lamp burns natural gas from a pipe." in team.show("sea/lamp.md")
    assert "A keeper cleans the burner every single week." in team.show("sea/lamp.md")
    assert [*team.lock().pages] == ["fog.md", "sea/lamp.md"]


def test_an_edit_on_main_moves_along_with_a_page_that_the_branch_renames(team: Team) -> None:
    lamp = ENGLISH["lamp.md"].replace("oil", "oil and gas")
    team.english({"lamp.md": None, "light.md": lamp})
    team.run()
    reviewed = TURKISH["lamp.md"].replace("Bir bekçi fitili kırpar.", "Fitili bir bekçi kırpar.")
    team.edit({"lamp.md": reviewed}, "main")
    assert team.report().notes == ()
    paths = git(team.server.bare, "ls-tree", "--name-only", "amts/tr").split()
    assert [path for path in paths if path.endswith(".md")] == ["fog.md", "light.md"]
    assert "Fitili bir bekçi kırpar." in team.show("light.md")
    assert [*team.lock().pages] == ["fog.md", "light.md"]
    assert team.run().operation == "none"


def test_a_person_may_merge_the_default_branch_or_rebase_the_branch(team: Team) -> None:
    open_and_edit(team)
    main = edit_main(team)
    git(team.desk, "fetch", "--quiet", "origin")
    git(team.desk, "checkout", "--quiet", "-B", "amts/tr", "origin/amts/tr")
    git(team.desk, "rebase", "--quiet", "origin/main")
    git(team.desk, "push", "--quiet", "--force", "origin", "amts/tr")
    rebased = team.tip()
    team.english({"lamp.md": LAMP_3})
    team.run()
    assert team.parents(team.tip()) == [rebased]
    assert git(team.server.bare, "merge-base", "main", "amts/tr").strip() == main
    assert EDIT in team.show("lamp.md")


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_after_any_kind_of_merge_a_new_pull_request_has_only_what_is_new(
    team: Team, how: Merge
) -> None:
    open_and_edit(team)
    team.server.merge(how)
    assert team.run().operation == "none"
    team.english({"lamp.md": LAMP_3})
    done = team.run()
    assert (done.operation, team.server.open_pulls()) == ("created", [2])
    assert EDIT in team.show("lamp.md")
    diff = git(team.server.bare, "diff", "--unified=0", "main", "amts/tr", "--", "lamp.md")
    gone = [line for line in diff.splitlines() if line.startswith("-") and "---" not in line]
    assert gone == ["-Bir bekçi fitili kırpar."]


@pytest.mark.parametrize("how", ["squash", "rebase"])
def test_work_that_goes_on_after_a_squash_is_merged_without_a_conflict(
    team: Team, how: Merge
) -> None:
    open_and_edit(team)
    team.server.merge(how)
    tip = team.edit({"fog.md": TURKISH["fog.md"].replace("çalar", "öter")})
    main = edit_main_lamp(team)
    team.english({"lamp.md": LAMP_3})
    report = team.report()
    assert report.notes == ()
    assert team.parents(team.parents(team.tip())[0]) == [main, tip]
    assert "öter" in team.show("fog.md")
    assert "Lamba, başlık" in team.show("lamp.md")
    assert EDIT in team.show("lamp.md")


def edit_main_lamp(team: Team) -> str:
    page = team.show("lamp.md", "main").replace("# Lamba", "# Lamba, başlık")
    return team.edit({"lamp.md": page}, "main")


def test_a_branch_of_which_nothing_is_left_is_closed_with_a_reason(team: Team) -> None:
    open_and_edit(team)
    tree = git(team.server.bare, "rev-parse", "amts/tr^{tree}").strip()
    new = git(team.server.bare, "commit-tree", tree, "-p", "main", "-m", "by hand").strip()
    git(team.server.bare, "update-ref", "refs/heads/main", new)
    assert team.run().operation == "closed"
    assert team.server.pull()["state"] == "closed"
    [comment] = team.server.comments[1]
    assert comment["body"].startswith("Nothing is left to merge here")


# -- a clone that stays, as on a runner of one's own ----------------------------------------------


def cut_off_before_the_push(team: Team) -> str:
    """A run whose commit is only in its clone, on top of what is pushed; the commit."""
    team.english({"lamp.md": LAMP_3})
    team.book.sync(engine="none")
    assert team.book.rev() != team.tip()
    return team.book.rev()


def test_what_a_run_could_not_push_the_next_one_pushes(team: Team) -> None:
    open_and_edit(team)
    team.run()
    cut = cut_off_before_the_push(team)
    done = team.run()
    assert (done.operation, team.tip(), team.server.pull()["head"]["sha"]) == ("updated", cut, cut)


def test_a_first_run_that_could_not_push_is_pushed_too(team: Team) -> None:
    cut = cut_off_before_the_push(team)
    assert (team.run().operation, team.tip()) == ("created", cut)


def test_what_a_run_could_not_push_gives_way_to_what_others_pushed(team: Team) -> None:
    open_and_edit(team)
    team.run()
    cut_off_before_the_push(team)
    edit = team.edit({"fog.md": TURKISH["fog.md"].replace("çalar", "öter")})
    assert team.run().operation == "updated"
    assert team.parents(team.tip()) == [edit]
    assert "öter" in team.show("fog.md")
    assert "A keeper cleans the burner every single week." in team.show("lamp.md")


def test_what_a_run_could_not_push_goes_with_its_branch(team: Team) -> None:
    open_and_edit(team)
    team.run()
    cut_off_before_the_push(team)
    git(team.server.bare, "update-ref", "-d", "refs/heads/amts/tr")
    team.server.close()
    assert team.run().operation == "created"  # the English moved on
    assert EDIT not in team.show("lamp.md")


def test_a_persons_commit_in_the_clone_is_never_given_up(team: Team) -> None:
    open_and_edit(team)
    team.run()
    team.book.git("checkout", "--quiet", "amts/tr")
    mine = team.book.translate({"fog.md": TURKISH["fog.md"].replace("çalar", "uyarır")})
    assert (team.run().operation, team.tip()) == ("updated", mine)
    team.book.git("checkout", "--quiet", "amts/tr")
    mine = team.book.translate({"fog.md": TURKISH["fog.md"].replace("iki", "üç")})
    theirs = team.edit({"fog.md": TURKISH["fog.md"].replace("çalar", "öter")})
    team.book.git("checkout", "--quiet", "--detach", "main")
    team.book.sync(engine="none")  # cut off before its push as well
    with pytest.raises(AmtsError, match="amts/tr has commits here that origin lacks"):
        team.run()
    assert team.book.git("merge-base", mine, "amts/tr") == mine
    assert team.tip() == theirs


class Meanwhile(Silence):
    """Somebody pushes to the branch while the run is at work, `times` times."""

    def __init__(self, team: Team, times: int) -> None:
        super().__init__()
        self.team, self.times = team, times

    def say(self, message: str) -> None:
        super().say(message)
        if "of English to translate" in message and self.times:
            self.times -= 1
            page = self.team.show("fog.md").rstrip() + f" Bir not {self.times}.\n"
            self.team.edit({"fog.md": page})


def test_a_push_that_comes_between_is_built_upon(team: Team) -> None:
    open_and_edit(team)
    team.english({"lamp.md": LAMP_3})
    team.progress = Meanwhile(team, 1)
    assert team.run().operation == "updated"
    assert "somebody pushed to amts/tr: once more, from there" in team.progress.said
    assert "Bir not 0." in team.show("fog.md")
    assert "A keeper cleans the burner every single week." in team.show("lamp.md")
    assert EDIT in team.show("lamp.md")


def test_a_branch_that_never_rests_ends_the_run(team: Team) -> None:
    tip = open_and_edit(team)
    team.english({"lamp.md": LAMP_3})
    team.progress = Meanwhile(team, 9)
    with pytest.raises(AmtsError, match="amts/tr moved 4 times.*run again later"):
        team.run()
    assert git(team.server.bare, "rev-list", f"{tip}..amts/tr", "--count").strip() == "4"


def test_a_default_branch_that_was_renamed_is_the_new_base(team: Team) -> None:
    open_and_edit(team)
    git(team.server.bare, "update-ref", "refs/heads/trunk", "main")
    team.server.default_branch = "trunk"
    team.english({"lamp.md": LAMP_3})
    team.run()
    assert team.server.pull()["base"]["ref"] == "trunk"


def test_a_body_that_a_person_wrote_over_is_written_again(team: Team) -> None:
    open_and_edit(team)
    team.run()
    team.server.pull()["body"] = "mine"
    assert team.run().operation == "updated"
    assert metadata(team.server.pull()["body"])["head"] == team.tip()


def test_a_run_that_was_cut_off_after_its_push_is_finished_by_the_next(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    team.server.faults.append(Fault(method="POST", path="/pulls$", status=403, message="no"))
    with pytest.raises(AmtsError):
        team.run()
    tip = team.tip()
    assert tip
    assert (team.run().operation, team.tip()) == ("created", tip)
