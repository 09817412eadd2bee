"""The local GitHub answers in the shapes that GitHub publishes: that every call is covered, and that a wrong
answer is found.

Every test that ends a local GitHub checks all of its answers (`tests.github_server.running`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import git
from tests.github_schemas import (
    Answered,
    check,
    faults,
    models,
)
from tests.github_server import (
    NAME,
    OWNER,
    ROUTES,
    Server,
    running,
)

REPOSITORY = f"/repos/{OWNER}/{NAME}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A repository with a branch `amts/tr` that has one page more than `main`."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "hub.git")
    bare = tmp_path / "hub.git"
    page = git(bare, "hash-object", "-w", "--stdin", stdin=b"# A lamp\n\nIt is lit.\n").strip()
    trees = ["", f"100644 blob {page}\tlamp.md\n"]
    main, branch = (git(bare, "mktree", stdin=rows.encode()).strip() for rows in trees)
    first = git(bare, "commit-tree", main, "-m", "first").strip()
    second = git(bare, "commit-tree", branch, "-p", first, "-m", "second").strip()
    git(bare, "update-ref", "refs/heads/main", first)
    git(bare, "update-ref", "refs/heads/amts/tr", second)
    with running(bare) as server:
        yield server


PULL = {"title": "A lamp", "head": "amts/tr", "base": "main", "body": "Is it lit?", "draft": True}
LINE = {"path": "lamp.md", "line": 3, "side": "RIGHT", "body": "It is lit at dusk."}
GONE = LINE | {"line": 99}
READY = (
    "mutation Mutation($input: MarkPullRequestReadyForReviewInput!) "
    "{ markPullRequestReadyForReview(input: $input) { clientMutationId pullRequest { isDraft } } }"
)
EVERY_CALL: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("POST", "/pulls", PULL),
    ("POST", "/pulls", PULL),
    ("POST", "/issues/1/comments", {"body": "Is it lit?"}),
    ("GET", "/pulls", None),
    ("GET", "/pulls/1", None),
    ("PATCH", "/pulls/1", {"title": "Two lamps", "base": "main"}),
    ("POST", "/pulls/1/reviews", {"body": "See:", "comments": [LINE | {"start_line": 1}]}),
    ("POST", "/pulls/1/reviews", {"body": "See:", "comments": [GONE]}),
    ("GET", "/pulls/1/reviews", None),
    ("GET", "/pulls/1/comments", None),
    (
        "POST",
        "/pulls/1/requested_reviewers",
        {"reviewers": ["ada"], "team_reviewers": ["translators"]},
    ),
    ("POST", "/pulls/1/requested_reviewers", {"reviewers": ["nobody"]}),
    ("POST", "/issues", {"title": "No oil", "labels": ["amts"]}),
    ("POST", "/labels", {"name": "lamps"}),
    ("POST", "/issues/1/labels", {"labels": ["amts"]}),
    ("POST", "/issues/1/assignees", {"assignees": ["ada"]}),
    ("GET", "/issues", None),
    ("PATCH", "/issues/2", {"state": "closed", "state_reason": "completed"}),
    ("GET", "/issues/1/comments", None),
    ("GET", "/issues/comments/1001", None),
    ("POST", "/issues/comments/1001/reactions", {"content": "eyes"}),
    ("GET", "/collaborators/ada/permission", None),
    ("GET", "/pulls/99", None),
]


def test_every_call_of_the_local_github_answers_as_the_published_schema_says(
    server: Server,
) -> None:
    for method, path, body in EVERY_CALL:
        ask(server, method, REPOSITORY + path, body)
    ref = {"ref": "refs/heads/wick", "sha": git(server.bare, "rev-parse", "main").strip()}
    ask(server, "POST", f"{REPOSITORY}/git/refs", ref)
    [said, *_] = ask(server, "GET", f"{REPOSITORY}/pulls/1/comments")
    ask(server, "PATCH", f"{REPOSITORY}/pulls/comments/{said['id']}", {"body": "At dawn?"})
    ask(server, "GET", f"{REPOSITORY}/pulls/comments/{said['id']}")
    ask(server, "POST", f"{REPOSITORY}/pulls/comments/{said['id']}/reactions", {"content": "eyes"})
    ask(server, "POST", f"{REPOSITORY}/pulls/1/comments/{said['id']}/replies", {"body": "Yes."})
    server.approve("ada")
    ask(server, "GET", f"{REPOSITORY}/pulls/1/reviews")
    server.merge()
    ask(server, "GET", f"{REPOSITORY}/pulls")
    team = f"/orgs/{OWNER}/teams/translators{REPOSITORY}"
    assert requests.get(server.url + team, timeout=30).content == b""
    graphql(server, "PR_1")
    graphql(server, "PR_99")
    assert server.pull()["draft"] is False
    check(server.answered)
    good = [answer.call for answer in server.answered if answer.status < 300]
    left = [str(route) for route in ROUTES if not any(re.fullmatch(str(route), c) for c in good)]
    assert left == []


def ask(server: Server, method: str, path: str, body: Any = None) -> Any:
    return requests.request(method, server.url + path, json=body, timeout=30).json()


def graphql(server: Server, node: str) -> Any:
    body = {"query": READY, "variables": {"input": {"pullRequestId": node}}}
    return ask(server, "POST", "/graphql", body)


def test_a_mutation_that_github_does_not_have_is_refused(server: Server) -> None:
    query = {"query": "mutation { closeEverything { clientMutationId } }"}
    assert "closeEverything" in ask(server, "POST", "/graphql", query)["errors"][0]["message"]


LABEL = {"id": 1, "node_id": "LA_1", "url": "https://x.example", "name": "amts", "color": "ededed"}
LABEL |= {"default": False, "description": None, "archived_at": None, "archived_by": None}


@pytest.mark.parametrize(
    ("schema", "status", "content", "found"),
    [
        (list[models.Label], 200, [LABEL], []),
        (list[models.Label], 200, [LABEL | {"colour": "red"}], ["answer[0].colour is no field"]),
        (list[models.Label], 200, [{"name": "amts"}], ["validation errors"]),
        (list[models.Label], 404, {"message": "Not Found"}, []),
        (list[models.Label], 404, {"said": "Not Found"}, ["answer.said is no field"]),
        (list[models.Label], 422, {"message": "Validation Failed"}, ["validation errors"]),
        (None, 404, {"message": "Not Found"}, ["GET /labels: no schema for this call"]),
    ],
)
def test_an_answer_that_github_would_not_give_is_found(
    schema: Any, status: int, content: Any, found: list[str]
) -> None:
    answer = Answered("GET /labels", schema, status, json.dumps(content).encode())
    said = list(faults(answer))
    assert len(said) == len(found)
    assert all(part in whole for part, whole in zip(found, said, strict=True))
