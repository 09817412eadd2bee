"""A batch job and its pull request: draft while the job runs, ready when a run has collected it, on any machine.

Real git and boto3, PyGithub against a GitHub on loopback, Amazon Translate and S3 on loopback.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.snapshot import Order
from amts_bot.cli import main
from amts_bot.errors import AmtsError
from amts_bot.model import Comment
from amts_bot.pull_request.comment import answer
from amts_bot.sync.amazon import Amazon
from amts_bot.text.names.texts import unit_hash
from tests.aws.cloud import Cloud, connected
from tests.aws.machine import marked
from tests.conftest import (
    CONFIG,
    Book,
    Hands,
    Silence,
    git,
)
from tests.engines.test_amazon import SETTINGS
from tests.github_server import NAME, OWNER
from tests.team import (
    EDIT,
    ENGLISH,
    TURKISH,
    MakeTeam,
    Team,
)

# So unlike the old sentences that no job needs those too, to repair their translations.
GAS = "Natural gas from a pipe feeds the flame."
BURNER = "A keeper cleans the burner every single week."
HORN = "Three blasts of a siren warn every ship."
LAMP_2 = ENGLISH["lamp.md"].replace("The lamp burns oil.", GAS)
LAMP_3 = LAMP_2.replace("A keeper trims the wick.", BURNER)
FOG_2 = ENGLISH["fog.md"].replace("In fog the horn sounds twice a minute.", HORN)


@pytest.fixture
def team(make_team: MakeTeam, aws: Cloud) -> Team:
    """A translation with engine `amazon-act`, whose English has two new sentences."""
    team = make_team(CONFIG + SETTINGS)
    team.amazon = Amazon(connected, Hands())
    aws.service.add_parallel_data("amts-tr", "tr", {})
    team.english({"lamp.md": LAMP_3})
    return team


def run(team: Team, wait: float = 0.0) -> str:
    """A run with the engine of amts.toml; what became of the pull request."""
    return team.run(engine="", wait=wait).operation


def elsewhere(team: Team, folder: Path) -> Team:
    """Another machine: a clone of its own."""
    git(folder, "clone", "--quiet", "--recurse-submodules", str(team.server.bare), "other")
    book = Book(team.book.english, folder / "other")
    book.checkout(team.book.git("-C", "english", "rev-parse", "HEAD"))
    return replace(team, book=book)


def paid(aws: Cloud) -> list[str]:
    return sorted(text for _, _, text in aws.service.paid)


def ask(team: Team, body: str, wait: float = 60.0) -> str:
    event = team.server.say("ada", body)
    comment = Comment(
        number=event["issue"]["number"], id=event["comment"]["id"], author="ada", body=body
    )
    repository = open_repository(team.book.root)
    return answer(comment, Order("", wait=wait), repository, team.hub(), Silence(), team.amazon)


# -- a job that takes longer than a run -----------------------------------------------------------


def test_the_command_leaves_a_draft_and_another_machine_makes_it_ready(
    team: Team,
    aws: Cloud,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    aws.rules.job_polls = 2
    monkeypatch.setenv("GITHUB_TOKEN", "geheim")
    monkeypatch.setenv("GITHUB_REPOSITORY", f"{OWNER}/{NAME}")
    monkeypatch.setenv("GITHUB_API_URL", team.server.url)
    command = ["sync", "--language=tr", "--publish", "--wait=0s", "--quiet"]
    assert main([*command, f"--repository={team.book.root}"]) == 0
    [job] = aws.service.jobs
    said = capsys.readouterr().out
    assert f"Amazon Translate is still at work (batch job {job}, submitted 20" in said
    assert " UTC, some moments ago): run again in a while" in said
    assert "draft pull request created: https://github.com/team/book-tr/pull/1" in said
    pull = team.server.pull()
    assert (pull["draft"], team.lock().jobs) == (True, (job,))
    assert f"batch job {job}" in pull["body"]
    assert team.show("lamp.md") == TURKISH["lamp.md"]

    other = elsewhere(team, tmp_path)
    command[3] = "--wait=1m"
    assert main([*command, f"--repository={other.book.root}"]) == 0
    assert "pull request updated" in capsys.readouterr().out
    pull = team.server.pull()
    assert (pull["draft"], team.lock().jobs, team.server.open_pulls()) == (False, (), [1])
    assert "still at work" not in pull["body"]
    assert marked(GAS, "tr") in team.show("lamp.md")
    assert paid(aws) == [BURNER, GAS]


def test_runs_that_look_at_a_job_in_vain_change_nothing(team: Team, aws: Cloud) -> None:
    aws.rules.job_polls = 9
    assert run(team) == "created"
    tip = team.tip()
    team.server.calls.clear()
    assert run(team) == "none"
    assert team.tip() == tip
    assert {call.method for call in team.server.calls} == {"GET"}


def test_a_job_that_hangs_is_a_failure_until_it_is_stopped(team: Team, aws: Cloud) -> None:
    team.amazon = Amazon(connected, time)
    aws.rules.job_polls = 10**6
    run(team)
    assert issues(team) == []
    [job] = aws.service.jobs.values()
    job.submitted = datetime.now(UTC) - timedelta(days=40, minutes=1)
    report = team.report(engine="")
    assert report.overdue
    [issue] = issues(team)
    remedy = f"Stop it with `amts-bot jobs stop {job.id}`"
    for told in (report.pending, issue["body"], team.server.pull()["body"]):
        assert "40 days ago" in told
    assert remedy in issue["body"]
    job.status = "STOPPED"
    aws.rules.job_polls = 0
    assert run(team, 60.0) == "updated"
    assert (len(aws.service.jobs), issues(team)[0]["state"]) == (2, "closed")
    assert paid(aws) == [BURNER, GAS]


def test_a_failure_issue_stays_open_while_a_job_is_at_work(team: Team, aws: Cloud) -> None:
    aws.rules.fail = ["no access"]
    with pytest.raises(AmtsError, match="no access"):
        run(team, 60.0)
    aws.rules.job_polls = 1
    run(team)
    assert [issue["state"] for issue in issues(team)] == ["open"]
    run(team, 60.0)
    assert [issue["state"] for issue in issues(team)] == ["closed"]


def test_a_bug_is_told_in_the_failure_issue_with_the_end_of_its_trace(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("the sums of nobody")

    monkeypatch.setattr("amts_bot.pull_request.publish.sync", broken)
    with pytest.raises(RuntimeError, match="the sums of nobody"):
        run(team)
    [issue] = issues(team)
    assert "this is a bug of the bot" in issue["body"]
    assert "RuntimeError: the sums of nobody\n" in issue["body"]
    assert "in broken" in issue["body"]


def issues(team: Team) -> list[dict[str, Any]]:
    return [row for row in team.server.issues.values() if "head" not in row]


def test_more_english_on_a_ready_pull_request_makes_it_a_draft_until_its_job_is_done(
    team: Team, aws: Cloud
) -> None:
    run(team)
    assert team.server.pull()["draft"] is False
    aws.rules.job_polls = 1
    team.english({"lamp.md": LAMP_3, "fog.md": FOG_2})
    assert (run(team), team.server.pull()["draft"]) == ("updated", True)
    assert (run(team, 60.0), team.server.pull()["draft"]) == ("updated", False)
    assert paid(aws) == [BURNER, GAS, HORN]


def test_a_repository_without_drafts_gets_an_ordinary_pull_request(team: Team, aws: Cloud) -> None:
    aws.rules.job_polls = 2
    team.server.has_drafts = False
    assert (run(team), team.server.pull()["draft"]) == ("created", False)
    assert "still at work" in team.server.pull()["body"].replace("&#45;", "-")
    assert run(team, 60.0) == "updated"
    aws.rules.job_polls = 3
    team.english({"lamp.md": LAMP_3, "fog.md": FOG_2})
    assert (run(team), team.server.pull()["draft"]) == ("updated", False)


def test_a_token_that_may_not_end_a_draft_says_what_it_lacks(team: Team, aws: Cloud) -> None:
    aws.rules.job_polls = 2
    run(team)
    team.server.forbidden = "Resource not accessible by integration"
    with pytest.raises(AmtsError, match="the token lacks `contents: write` and `pull-requests: wr"):
        run(team, 60.0)
    assert marked(GAS, "tr") in team.show("lamp.md")


def test_a_job_that_fails_leaves_the_draft_and_an_issue_and_the_next_run_starts_another(
    team: Team, aws: Cloud
) -> None:
    aws.rules.job_polls = 3
    aws.rules.fail = ["Access denied to the output bucket"]
    run(team)
    with pytest.raises(AmtsError, match="Access denied to the output bucket"):
        run(team, 60.0)
    [issue] = [row for row in team.server.issues.values() if "head" not in row]
    assert "Access denied to the output bucket" in issue["body"]
    assert (issue["state"], team.server.pull()["draft"]) == ("open", True)
    assert run(team, 60.0) == "updated"
    assert (issue["state"], team.server.pull()["draft"]) == ("closed", False)
    assert (len(aws.service.jobs), paid(aws)) == (2, [BURNER, GAS])


# -- commands while a job runs --------------------------------------------------------------------


def test_a_unit_that_is_kept_while_its_job_runs_stays_and_its_answer_is_a_suggestion(
    team: Team, aws: Cloud
) -> None:
    aws.rules.job_polls = 4
    run(team)
    unit = unit_hash(BURNER)
    assert unit in team.server.pull()["body"]
    assert ask(team, f"/amts keep {unit[:8]}").startswith("Kept as it stands in `lamp.md`")
    assert (team.server.pull()["draft"], len(team.lock().jobs)) == (True, 1)
    run(team, 60.0)
    assert "Bir bekçi fitili kırpar." in team.show("lamp.md")
    assert marked(GAS, "tr") in team.show("lamp.md")
    [comment] = team.server.review_comments[1]
    assert marked(BURNER, "tr") in comment["body"]
    assert paid(aws) == [BURNER, GAS]


def test_a_page_that_is_held_while_its_job_runs_stays_and_is_not_paid_again_when_taken_up(
    team: Team, aws: Cloud
) -> None:
    team.english({"lamp.md": LAMP_3, "fog.md": FOG_2})
    aws.rules.job_polls = 3
    run(team)
    ask(team, "/amts hold lamp.md")
    assert (team.server.pull()["draft"], len(team.lock().jobs)) == (True, 1)
    run(team, 60.0)
    assert team.show("lamp.md") == TURKISH["lamp.md"]
    assert marked(HORN, "tr") in team.show("fog.md")
    ask(team, "/amts retranslate lamp.md")
    assert marked(BURNER, "tr") in team.show("lamp.md")
    assert (team.server.pull()["draft"], paid(aws)) == (False, [BURNER, GAS, HORN])


# -- another translation --------------------------------------------------------------------------


def test_another_translation_is_asked_for_by_a_job_of_its_own_and_remembered_until_it_comes(
    team: Team, aws: Cloud, tmp_path: Path
) -> None:
    run(team)
    aws.machine.recordings["tr"] = {BURNER: "Bekçi her hafta memeyi temizler."}
    aws.rules.job_polls = 1
    said = ask(team, f"/amts retranslate {unit_hash(BURNER)[:8]}", wait=0.0)
    assert said.startswith("The engine is asked again in `lamp.md`.")
    assert "still at work" in said
    assert (len(team.lock().pages["lamp.md"].review.again), team.server.pull()["draft"]) == (
        1,
        True,
    )
    assert marked(BURNER, "tr") in team.show("lamp.md")
    assert run(elsewhere(team, tmp_path), 60.0) == "updated"
    page = team.show("lamp.md")
    assert "Bekçi her hafta memeyi temizler." in page
    assert marked(GAS, "tr") in page
    assert (team.lock().pages["lamp.md"].review.again, team.server.pull()["draft"]) == (
        frozenset(),
        False,
    )
    assert paid(aws) == [BURNER, BURNER, GAS]
    assert run(team) == "none"


def test_a_page_is_translated_again_but_for_what_people_wrote(team: Team, aws: Cloud) -> None:
    run(team)
    page = team.show("lamp.md")
    team.edit({"lamp.md": page.replace(page.splitlines()[2], EDIT)})
    aws.machine.recordings["tr"] = {BURNER: "Bekçi her hafta memeyi temizler."}
    said = ask(team, "/amts retranslate lamp.md")
    assert "1 unit translated again" in said
    assert EDIT in team.show("lamp.md")
    assert "Bekçi her hafta memeyi temizler." in team.show("lamp.md")
    assert paid(aws) == [BURNER, BURNER, GAS]


def test_a_unit_that_somebody_edits_while_its_job_runs_is_theirs(team: Team, aws: Cloud) -> None:
    run(team)
    aws.rules.job_polls = 1
    ask(team, f"/amts retranslate {unit_hash(BURNER)[:8]}", wait=0.0)
    by_hand = team.show("lamp.md").replace(marked(BURNER, "tr"), "Haftada bir temizlenir.")
    team.edit({"lamp.md": by_hand})
    run(team, 60.0)
    assert team.show("lamp.md") == by_hand
    assert (team.lock().jobs, team.server.pull()["draft"]) == ((), False)


def test_a_wish_that_was_merged_before_its_job_was_done_is_over(team: Team, aws: Cloud) -> None:
    run(team)
    aws.rules.job_polls = 1
    ask(team, f"/amts retranslate {unit_hash(BURNER)[:8]}", wait=0.0)
    team.server.merge("squash")
    team.english({"lamp.md": LAMP_3, "fog.md": FOG_2})
    assert run(team, 60.0) == "created"
    assert marked(BURNER, "tr") in team.show("lamp.md")
    assert marked(HORN, "tr") in team.show("fog.md")
    assert (team.lock().pages["lamp.md"].review.again, team.lock().jobs) == (frozenset(), ())


def test_a_damaged_answer_to_a_wish_changes_nothing(team: Team, aws: Cloud) -> None:
    team.english({"lamp.md": LAMP_2.replace("Natural gas", "`Gas`")})
    run(team)
    before = team.show("lamp.md")
    aws.machine.recordings["tr"] = {GAS.replace("Natural gas", "`Gas`"): "Lamba yanar."}
    ask(team, "/amts retranslate lamp.md")
    assert team.show("lamp.md") == before
    assert team.lock().pages["lamp.md"].review.again == frozenset()


def test_what_waits_for_its_job_is_not_asked_for_again(team: Team, aws: Cloud) -> None:
    aws.rules.job_polls = 4
    run(team)
    said = ask(team, "/amts retranslate lamp.md", wait=0.0)
    assert "this pull request has nothing of the bot&#39;s at lamp.md" in said
    assert "comes by itself" in said
    assert team.server.pull()["draft"]
