"""What GitHub is told once although its answer gets lost, and the right that each refusal names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from amts_bot.adapters.github import RIGHTS, GitHubPullRequests, connect
from amts_bot.errors import AmtsError
from amts_bot.model import Audience, PullRequest, PullRequestText, Suggestion
from tests.conftest import git, put
from tests.github_server import NAME, OWNER, Fault, Server, running

PAGE = "One.\n\nTwo.\n"
TEXT = PullRequestText(branch="amts/tr", base="main", title="A title", body="Words")
SUGGESTIONS = (
    Suggestion(path="page.md", first=1, last=1, text="Bir!\n", reason="A shorter one."),
    Suggestion(path="page.md", first=3, last=3, text="İki!\n", reason="Another one."),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A repository with one open pull request, and the bot's client for it."""

    server: Server
    hub: GitHubPullRequests
    pull: PullRequest


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    desk, bare = tmp_path / "desk", tmp_path / "hub.git"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(desk))
    for branch, text in (("main", PAGE), ("amts/tr", "Bir.\n\nİki.\n")):
        git(desk, "checkout", "--quiet", "-B", branch)
        put(desk, {"page.md": text})
        git(desk, "add", "page.md")
        git(desk, "commit", "--quiet", "-m", branch)
    git(tmp_path, "clone", "--quiet", "--bare", str(desk), str(bare))
    with running(bare) as server:
        hub = GitHubPullRequests(connect("token", server.url, pause=None), f"{OWNER}/{NAME}")
        pull = hub.open(TEXT)
        yield Stage(server, hub, pull)


# -- a lost answer --------------------------------------------------------------------------------


def comments(stage: Stage) -> list[str]:
    return [row["body"] for rows in stage.server.comments.values() for row in rows]


def issues(stage: Stage) -> list[str]:
    return [row["title"] for row in stage.server.issues.values() if "head" not in row]


def proposals(stage: Stage) -> list[int]:
    rows = stage.server.review_comments.get(stage.pull.number, [])
    return [row["line"] for row in rows]


def settled(stage: Stage) -> None:
    stage.hub.report_failure("tr", "It failed", "Why")
    stage.hub.settle_failure("tr", "It works again.")


# What is done, the write whose answer is lost, and what stands there in the end.
ADDED: dict[str, tuple[Callable[[Stage], object], str, Callable[[Stage], object], object]] = {
    "a closing comment": (
        lambda stage: stage.hub.close(stage.pull, "Nothing is left."),
        "/comments$",
        comments,
        ["Nothing is left."],
    ),
    "an answer": (
        lambda stage: stage.hub.answer(stage.pull.number, 7, "Done."),
        "/comments$",
        comments,
        ["<!-- amts-bot:answer 7 -->\nDone."],
    ),
    "a failure issue": (
        lambda stage: stage.hub.report_failure("tr", "It failed", "Why"),
        "/issues$",
        issues,
        ["It failed"],
    ),
    "the last word on a failure": (settled, "/comments$", comments, ["It works again."]),
    "a review": (
        lambda stage: stage.hub.suggest(stage.pull, SUGGESTIONS),
        "/reviews$",
        proposals,
        [1, 3],
    ),
}


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("after", [False, True], ids=["call lost", "answer lost"])
@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_stands_there_once_whatever_gets_lost(
    stage: Stage, what: str, after: bool, times: int
) -> None:
    add, path, found, expected = ADDED[what]
    stage.server.faults.append(Fault("POST", path, 502, after=after, times=times))
    add(stage)
    assert found(stage) == expected


@pytest.mark.parametrize("what", ADDED)
def test_what_is_done_again_by_a_later_run_adds_nothing(stage: Stage, what: str) -> None:
    add, _, found, expected = ADDED[what]
    add(stage)
    if what != "the last word on a failure":  # a failure that comes back is a new one
        add(stage)
    assert found(stage) == expected


def test_the_same_words_are_said_again_once_somebody_answered(stage: Stage) -> None:
    stage.hub.comment(stage.pull.number, "Nothing is left.")
    stage.server.say("ada", "There is.")
    stage.hub.comment(stage.pull.number, "Nothing is left.")
    assert comments(stage) == ["Nothing is left.", "There is.", "Nothing is left."]


def test_a_service_that_stays_away_is_an_error_after_five_tries(stage: Stage) -> None:
    stage.server.faults.append(Fault("POST", "/comments$", 502, times=9))
    with pytest.raises(AmtsError, match="had no answer 5 times over.*githubstatus"):
        stage.hub.comment(stage.pull.number, "Nothing is left.")
    assert sum(call.method == "POST" for call in stage.server.calls) == 1 + 5  # it was opened


# -- the right that is missing --------------------------------------------------------------------


def drafted(stage: Stage) -> None:
    stage.hub.update(stage.pull, replace(TEXT, draft=True))


def addressed(stage: Stage, audience: Audience) -> None:
    [refused] = stage.hub.address(stage.pull, audience)
    raise AmtsError(refused)


# Each call of ours: how it comes about, and what GitHub refuses.
CALLS: dict[str, tuple[Callable[[Stage], object], str, str]] = {
    "read": (
        lambda stage: GitHubPullRequests(
            connect("token", stage.server.url, None), f"{OWNER}/{NAME}"
        ),
        "GET",
        f"/{NAME}$",
    ),
    "look up the rights of": (lambda it: it.hub.may_write("ada"), "GET", "/permission$"),
    "list pull requests": (lambda it: it.hub.newest("amts/tr"), "GET", "/pulls$"),
    "read the pull request": (lambda it: it.hub.branch_of(1), "GET", "/pulls/1$"),
    "read the reviews": (lambda it: it.hub.approvers(it.pull), "GET", "/reviews$"),
    "read the review comments": (
        lambda it: it.hub.suggest(it.pull, SUGGESTIONS),
        "GET",
        "/pulls/1/comments$",
    ),
    "open a pull request": (
        lambda it: it.hub.open(TEXT),
        "POST",
        "/pulls$",
    ),
    "update the pull request": (
        lambda it: it.hub.update(it.pull, replace(TEXT, title="New")),
        "PATCH",
        "/pulls/1$",
    ),
    "change the draft state": (drafted, "POST", "/graphql$"),
    "close the pull request": (
        lambda it: it.hub.close(it.pull, "Nothing is left."),
        "PATCH",
        "/pulls/1$",
    ),
    "comment on the pull request": (
        lambda it: it.hub.comment(1, "Words"),
        "POST",
        "/comments$",
    ),
    "react to a comment": (lambda it: it.hub.react(1, 7, "+1"), "POST", "/reactions$"),
    "set reviewer": (
        lambda it: addressed(it, Audience(reviewers=("ada",))),
        "POST",
        "/requested_reviewers$",
    ),
    "set team reviewer": (
        lambda it: addressed(it, Audience(team_reviewers=("translators",))),
        "POST",
        "/requested_reviewers$",
    ),
    "set label": (lambda it: addressed(it, Audience(labels=("amts",))), "POST", "/labels$"),
    "set assignee": (
        lambda it: addressed(it, Audience(assignees=("ada",))),
        "POST",
        "/assignees$",
    ),
    "open an issue": (
        lambda it: it.hub.report_failure("tr", "It failed", "Why"),
        "POST",
        "/issues$",
    ),
    "close an issue": (lambda it: it.hub.settle_failure("tr", "Well."), "GET", "/issues$"),
}

# "Permissions required for GitHub Apps", by the address of a call; where either of two rights
# will do, the one that the work needs anyway.
GRANTED = (
    ("POST", "/requested_reviewers$", "pull-requests: write"),
    ("POST", "/(labels|assignees|issues)$", "issues: write"),
    ("GET", f"(/permission|/{NAME})$", "metadata: read"),
    ("POST", "/graphql$", "contents: write` and `pull-requests: write"),
    ("GET", r"/(pulls|pulls/\d+|reviews|pulls/\d+/comments)$", "pull-requests: read"),
)
# It reads before it writes: the right that lets it write is the one to ask for.
WRITES = {"close an issue": "issues: write"}


def test_every_call_that_may_be_refused_is_tried_here() -> None:
    assert CALLS.keys() == RIGHTS.keys()


@pytest.mark.parametrize("call", CALLS)
def test_a_refused_call_names_the_right_that_github_wants_for_it(stage: Stage, call: str) -> None:
    make, method, path = CALLS[call]
    said = "Resource not accessible by integration"
    stage.server.faults.append(Fault(method, path, 403, said))
    with pytest.raises(AmtsError) as raised:
        make(stage)
    refused = next(it.path for it in reversed(stage.server.calls) if it.method == method)
    granted = (
        right for verb, where, right in GRANTED if verb == method and re.search(where, refused)
    )
    right = WRITES.get(call) or next(granted, "pull-requests: write")
    assert str(raised.value).startswith(f"could not {call}")
    assert f"the token lacks `{right}`; set it under" in str(raised.value)
