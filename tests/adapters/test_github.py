"""GitHub's adapter, step by step: what it adds is added once, and a refusal names the right that the call takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amts_bot.adapters.github import GitHubPullRequests, connect
from amts_bot.errors import AmtsError
from amts_bot.model import Comment, Suggestion
from amts_bot.model.github import (
    Audience,
    LineRemark,
    PullRequest,
    PullRequestText,
    StatusIssue,
)
from tests.conftest import git, put
from tests.github_server import (
    NAME,
    OWNER,
    Call,
    Fault,
    Server,
    running,
)

TEXT = PullRequestText(branch="amts/tr", base="main", title="Lamp", body="One page.")
SUGGESTIONS = [
    Suggestion(path="lamp.md", first=line, last=line, text=f"Wick {line}.\n", reason="New English")
    for line in (1, 2)
]
REMARKS = [
    LineRemark(path="lamp.md", first=line, last=line, text=f"Mind {line}.", name=f"{line}")
    for line in (1, 2)
]
AUDIENCE = Audience(("amts",), ("ada",), ("translators",), ("ada",))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository with one more commit on each of two branches. No step writes to it."""
    folder = tmp_path_factory.mktemp("github")
    desk = folder / "desk"
    git(folder, "init", "--quiet", "--initial-branch=main", str(desk))
    for branch, text in (("main", "Wick.\n"), ("amts/tr", "A.\nB.\n"), ("amts/de", "C.\n")):
        git(desk, "checkout", "--quiet", "-B", branch)
        put(desk, {"lamp.md": text})
        git(desk, "add", ".")
        git(desk, "commit", "--quiet", "-m", branch)
    git(folder, "clone", "--quiet", "--bare", str(desk), "hub.git")
    return folder / "hub.git"


Step = Callable[[GitHubPullRequests, PullRequest], object]
STATUS = ("How far the book is", "tr: 1 of 2 pages in step")
FAILED = ("tr", "amts-bot could not finish: tr", "It could not.")
REPOSITORY = f"/repos/{OWNER}/{NAME}"
COMMENT = 1001  # the number of the first comment


def reported_again(hub: GitHubPullRequests) -> None:
    hub.report_failure(*FAILED)
    hub.report_failure(*FAILED)


def remarked_again(hub: GitHubPullRequests, pull: PullRequest) -> None:
    hub.remark(pull, REMARKS)
    hub.remark(pull, [replace(REMARKS[0], text="Mind this."), REMARKS[1]])


def settled(hub: GitHubPullRequests) -> None:
    hub.report_failure(*FAILED)
    hub.settle_failure("tr", "All is well.")


def shown_again(hub: GitHubPullRequests) -> StatusIssue:
    first = hub.show_status(*STATUS)
    return first if first.note else hub.show_status(STATUS[0], "tr: 2 of 2 pages in step")


def answered_on_lines(hub: GitHubPullRequests, pull: PullRequest) -> None:
    hub.remark(pull, REMARKS)
    comment = replace(said(pull), id=1002, thread=1002)
    hub.answer(comment, "Done.")
    hub.react(comment, "eyes")


def said(pull: PullRequest) -> Comment:
    return Comment(number=pull.number, id=COMMENT, author="ada", body="/amts status")


# Everything that is done on GitHub, on a repository with an open pull request and one comment on it.
STEPS: dict[str, Step] = {
    "newest": lambda hub, pull: hub.newest("amts/tr"),
    "branch of": lambda hub, pull: hub.branch_of(pull.number),
    "open": lambda hub, pull: hub.open(replace(TEXT, branch="amts/de")),
    "update": lambda hub, pull: hub.update(pull, replace(TEXT, title="Lamp and fog")),
    "draft": lambda hub, pull: hub.update(pull, replace(TEXT, draft=True)),
    "close": lambda hub, pull: hub.close(pull, "Nothing is left."),
    "address": lambda hub, pull: hub.address(pull, AUDIENCE),
    "approvals": lambda hub, pull: hub.approvals(pull),
    "suggest": lambda hub, pull: hub.suggest(pull, SUGGESTIONS),
    "remark": lambda hub, pull: hub.remark(pull, REMARKS),
    "remark again": lambda hub, pull: remarked_again(hub, pull),
    "answer": lambda hub, pull: hub.answer(said(pull), "Done."),
    "react": lambda hub, pull: hub.react(said(pull), "+1"),
    "answer on lines": lambda hub, pull: answered_on_lines(hub, pull),
    "may write": lambda hub, pull: hub.may_write("ada"),
    "report a failure": lambda hub, pull: hub.report_failure(*FAILED),
    "report it again": lambda hub, pull: reported_again(hub),
    "settle a failure": lambda hub, pull: settled(hub),
    "show the status": lambda hub, pull: hub.show_status(*STATUS),
    "show another status": lambda hub, pull: shown_again(hub),
}


@contextmanager
def opened(bare: Path) -> Iterator[tuple[Server, GitHubPullRequests, PullRequest]]:
    with running(bare) as server:
        hub = GitHubPullRequests(connect("token", server.url, pause=None), f"{OWNER}/{NAME}")
        pull = hub.open(TEXT)
        assert server.say("ada", "/amts status")["comment"]["id"] == COMMENT
        server.calls.clear()
        yield server, hub, pull


def calls_of(bare: Path, step: Step) -> list[Call]:
    with opened(bare) as (server, hub, pull):
        step(hub, pull)
        return server.calls


def outcome(server: Server) -> list[Any]:
    """All that people see afterwards: issues and pull requests, comments, reviews, reactions."""
    rows = server.issues, server.comments, server.reviews, server.review_comments, server.reactions
    seen: list[Any] = json.loads(json.dumps(rows).replace(server.url, ""))
    return seen


# -- remarks at lines


def test_a_remark_is_one_comment_that_is_edited_and_twenty_are_enough_for_a_run(bare: Path) -> None:
    with opened(bare) as (server, hub, pull):
        many = [replace(REMARKS[0], name=f"unit {number}") for number in range(25)]
        hub.remark(pull, many)
        assert len(server.review_comments[1]) == 20
        hub.remark(pull, many)
        assert len(server.review_comments[1]) == 25
        calls = len(server.calls)
        hub.remark(pull, [replace(many[0], text="Mind this."), *many[1:]])
        assert [call.method for call in server.calls[calls:]] == ["GET", "PATCH"]
        said = [row["body"].splitlines()[1] for row in server.review_comments[1]]
        assert (said.count("Mind this."), said.count("Mind 1.")) == (1, 24)


def test_a_remark_on_lines_that_the_pull_request_does_not_show_is_left_out(bare: Path) -> None:
    with opened(bare) as (server, hub, pull):
        server.out_of_diff = {"fog.md"}
        hub.remark(pull, [REMARKS[0], replace(REMARKS[1], path="fog.md")])
        assert [row["path"] for row in server.review_comments[1]] == ["lamp.md"]


# -- the status of the book


def test_the_status_is_one_pinned_issue_that_is_edited_and_left_alone_once_people_close_it(
    bare: Path,
) -> None:
    with opened(bare) as (server, hub, _):
        issue = hub.show_status(*STATUS)
        assert (issue.note, server.pinned) == ("", [2])
        shown_again(hub)
        shown_again(hub)
        assert sorted(server.issues) == [1, 2]
        assert server.issues[2]["body"].endswith("\ntr: 2 of 2 pages in step")
        server.issues[2]["state"] = "closed"
        said = hub.show_status(*STATUS).note
        assert said.endswith("is closed and stays so; reopen it to have the status there")
        assert server.issues[2]["body"].endswith("\ntr: 2 of 2 pages in step")


def test_a_status_that_cannot_be_pinned_stands_and_says_so(bare: Path) -> None:
    with opened(bare) as (server, hub, _):
        server.pinned = [7, 8, 9]
        issue = hub.show_status(*STATUS)
        assert "Maximum 3 pinned issues per repository: unpin another one" in issue.note
        assert sorted(server.issues) == [1, 2]


# -- an answer that is lost -----------------------------------------------------------------------


@pytest.mark.parametrize(("after", "times"), [(False, 4), (True, 1)], ids=["call", "answer"])
@pytest.mark.parametrize("name", STEPS)
def test_a_write_that_gets_lost_is_done_once(
    bare: Path, name: str, after: bool, times: int
) -> None:
    with opened(bare) as (server, hub, pull):
        STEPS[name](hub, pull)
        writes = [call for call in server.calls if call.method != "GET"]
        undisturbed = outcome(server)
    for write in writes:
        with opened(bare) as (server, hub, pull):
            lost = Fault(write.method, f"{write.path}$", 502, after=after, times=times)
            server.faults.append(lost)
            STEPS[name](hub, pull)
            assert lost.times == 0, write
            assert outcome(server) == undisturbed, write


@pytest.mark.parametrize("name", STEPS)
def test_whoever_does_a_step_again_adds_nothing(bare: Path, name: str) -> None:
    with opened(bare) as (server, hub, pull):
        STEPS[name](hub, pull)
        once = [len(rows) for rows in outcome(server)[1:]]
        if name != "settle a failure":  # a failure after the last one was settled is another issue
            STEPS[name](hub, pull)
        assert [len(rows) for rows in outcome(server)[1:]] == once
        assert len(server.comments[1]) == 1 + (name in ("answer", "close"))


def test_github_that_never_answers_is_named_after_five_tries(bare: Path) -> None:
    with opened(bare) as (server, hub, pull):
        server.faults.append(Fault(method="POST", path="/comments$", status=502, times=9))
        with pytest.raises(AmtsError, match="had no answer 5 times over.*too many 502"):
            hub.answer(said(pull), "Done.")
        assert [str(call) for call in server.calls].count(
            f"POST {REPOSITORY}/issues/1/comments"
        ) == 5


def test_why_a_pull_request_is_closed_is_said_once_though_people_speak_and_the_close_fails(
    bare: Path,
) -> None:
    with opened(bare) as (server, hub, pull):
        server.faults.append(Fault("PATCH", "/pulls/1$", 502, times=6))
        with pytest.raises(AmtsError, match="could not close the pull request"):
            hub.close(pull, "Nothing is left.")
        server.say("ada", "Is it?")
        hub.close(pull, "Nothing is left.")
        said = [row["body"].partition("\n")[0] for row in server.comments[1]]
        assert said == ["/amts status", "Nothing is left.", "Is it?"]
        assert server.pull()["state"] == "closed"


def test_why_is_said_again_when_its_branch_moved_on_and_somebody_opened_it_again(
    bare: Path,
) -> None:
    with opened(bare) as (server, hub, pull):
        for head in (pull.head, "0" * 40):
            server.issues[1]["state"] = "open"
            hub.close(replace(pull, head=head), "Nothing is left.")
        said = [row["body"].partition("\n")[0] for row in server.comments[1]]
        assert said == ["/amts status", "Nothing is left.", "Nothing is left."]


# -- a right that the token lacks -----------------------------------------------------------------

# What each call takes, as GitHub publishes it. Where it takes either of two rights, the one that we ask for.
GRANTED = {
    "GET ": "metadata: read",
    "GET /pulls": "pull-requests: read",
    "POST /pulls": "pull-requests: write",
    "GET /pulls/1": "pull-requests: read",
    "PATCH /pulls/1": "pull-requests: write",
    "GET /pulls/1/comments": "pull-requests: read",
    "GET /pulls/1/reviews": "pull-requests: read",
    "POST /pulls/1/reviews": "pull-requests: write",
    "PATCH /pulls/comments/1002": "pull-requests: write",
    "POST /pulls/1/requested_reviewers": "pull-requests: write",
    "GET /issues": "issues: read",
    "POST /issues": "issues: write",
    "PATCH /issues/2": "issues: write",
    "GET /issues/1/comments": "pull-requests: read",
    "POST /issues/1/comments": "pull-requests: write",
    "GET /issues/2/comments": "issues: read",
    "POST /issues/2/comments": "issues: write",
    "POST /pulls/1/comments/1002/replies": "pull-requests: write",
    "POST /pulls/comments/1002/reactions": "pull-requests: write",
    "POST /issues/comments/1001/reactions": "pull-requests: write",
    "POST /issues/1/labels": "issues: write",
    "POST /issues/1/assignees": "issues: write",
    "GET /collaborators/ada/permission": "metadata: read",
    "POST /graphql": "contents: write` and `pull-requests: write",
}
PINS = "issues: write"  # a call of GraphQL, too


def key_of(call: Call) -> str:
    return f"{call.method} {call.path.removeprefix(REPOSITORY)}"


@pytest.mark.parametrize("name", STEPS)
def test_a_refused_call_names_its_right_and_no_other(bare: Path, name: str) -> None:
    for call in calls_of(bare, STEPS[name]):
        with opened(bare) as (server, hub, pull):
            said = "Resource not accessible by integration"
            server.faults.append(
                Fault(method=call.method, path=f"{call.path}$", status=403, message=said)
            )
            try:
                words = str(STEPS[name](hub, pull))
            except AmtsError as error:
                words = str(error)
        wanted = PINS if "pinIssue" in str(call.body) else GRANTED[key_of(call)]
        named = re.findall(r"the token lacks `(.*?)`; (?:set|GITHUB_TOKEN)", words)
        # A step that reads in order to write needs the greater right anyway.
        assert set(named) <= {wanted, wanted.replace(": read", ": write")} or name == "draft", call
        assert len(named) == 1, call


def test_the_rights_of_all_calls_are_known(bare: Path) -> None:
    made = {key_of(call) for step in STEPS.values() for call in calls_of(bare, step)}
    assert made | {"GET "} == {*GRANTED}  # the first look at the repository is made before any step
