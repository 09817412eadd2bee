"""Every remedy that names a right, held against what GitHub documents for each kind of token."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amts_bot.adapters.github import RIGHTS
from amts_bot.errors import WORKFLOWS, lacks

# "Workflow syntax for GitHub Actions", `permissions`: the keys that GITHUB_TOKEN can be given, of those with a right
# of the same name in an App.
OF_GITHUB_TOKEN = {
    *("actions", "attestations", "checks", "contents", "deployments", "discussions", "issues"),
    *("packages", "pages", "pull-requests", "security-events", "statuses"),
}
# "Permissions required for GitHub Apps", and the same for fine-grained personal tokens.
OF_APPS_AND_PERSONAL_TOKENS = OF_GITHUB_TOKEN | {"members", "metadata", "workflows"}

# The endpoint of each call, and the right that its page of the REST reference names under "Fine-grained access tokens".
DOCUMENTED = {
    "read": ("GET /repos/{}", "metadata: read"),
    "look up the rights of": ("GET /repos/{}/collaborators/{}/permission", "metadata: read"),
    "list pull requests": ("GET /repos/{}/pulls", "pull-requests: read"),
    "read the pull request": ("GET /repos/{}/pulls/{}", "pull-requests: read"),
    "read the reviews": ("GET /repos/{}/pulls/{}/reviews", "pull-requests: read"),
    "read the review comments": ("GET /repos/{}/pulls/{}/comments", "pull-requests: read"),
    "open a pull request": ("POST /repos/{}/pulls", "pull-requests: write"),
    "update the pull request": ("PATCH /repos/{}/pulls/{}", "pull-requests: write"),
    # GraphQL names no rights; GitHub's answer to a token with one of the two is that it lacks the other.
    "change the draft state": (
        "markPullRequestReadyForReview",
        "contents: write` and `pull-requests: write",
    ),
    "close the pull request": ("PATCH /repos/{}/pulls/{}", "pull-requests: write"),
    "comment on the pull request": ("POST /repos/{}/issues/{}/comments", "pull-requests: write"),
    "edit a review comment": ("PATCH /repos/{}/pulls/comments/{}", "pull-requests: write"),
    "react to a comment": ("POST /repos/{}/issues/comments/{}/reactions", "pull-requests: write"),
    "set reviewer": ("POST /repos/{}/pulls/{}/requested_reviewers", "pull-requests: write"),
    "set team reviewer": ("the same, with a team", "pull-requests: write` and `members: read"),
    "look up the team": (
        "GET /orgs/{}/teams/{}/repos/{}",
        "pull-requests: write` and `members: read",
    ),
    "set label": ("POST /repos/{}/issues/{}/labels", "issues: write"),
    "set assignee": ("POST /repos/{}/issues/{}/assignees", "issues: write"),
    "open an issue": ("POST /repos/{}/issues", "issues: write"),
    "close an issue": ("PATCH /repos/{}/issues/{}", "issues: write"),
    "pin an issue": ("pinIssue", "issues: write"),
}
SOURCES = Path(__file__).parents[2] / "src" / "amts_bot"
# A right as messages write it. `id-token` is a key of `permissions` alone, with which a job asks for a token of AWS.
RIGHT = re.compile(r"`([a-z-]+): (read|write)`?")


def test_every_call_names_the_right_that_github_documents_for_it() -> None:
    assert {call: right for call, (_, right) in DOCUMENTED.items()} == RIGHTS


def test_no_text_of_the_program_names_a_right_that_there_is_not() -> None:
    named = {
        (right, path.name)
        for path in SOURCES.rglob("*.py")
        for right, _ in RIGHT.findall(path.read_text(encoding="utf-8"))
    }
    known = OF_APPS_AND_PERSONAL_TOKENS | {"id-token"}
    assert {it for it in named if it[0] not in known} == set()


@pytest.mark.parametrize("right", sorted({*RIGHTS.values(), "contents: write", WORKFLOWS}))
def test_a_remedy_asks_of_each_kind_of_token_only_what_it_can_have(right: str) -> None:
    names = set(re.findall(r"([a-z-]+): (?:read|write)", right))
    said = lacks(right)
    assert names
    assert names <= OF_APPS_AND_PERSONAL_TOKENS
    assert ("under `permissions:`" in said) == (names <= OF_GITHUB_TOKEN)
    assert ("GITHUB_TOKEN" in said) == (not names <= OF_GITHUB_TOKEN)
    assert re.search("GitHub App", said)
    assert re.search("personal token", said)
