"""The local GitHub answers in the shapes that GitHub publishes, parsed by the models generated from its schemas.

Covered are issues, labels, comments, reactions and permissions; of pull requests, their reviews and the repository
itself the local GitHub gives only the fields that the bot reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from githubkit_schemas.latest import models
from pydantic import TypeAdapter

from tests.conftest import git
from tests.github_server import NAME, OWNER, Call, Server, _dispatch, running

REPOSITORY = f"/repos/{OWNER}/{NAME}"


@pytest.mark.parametrize(
    ("method", "path", "body", "model"),
    [
        ("POST", "/issues", {"title": "No oil", "labels": ["amts"]}, models.Issue),
        ("GET", "/issues", None, list[models.Issue]),
        ("PATCH", "/issues/1", {"state": "closed"}, models.Issue),
        ("POST", "/issues/1/assignees", {"assignees": ["ada"]}, models.Issue),
        ("POST", "/issues/1/comments", {"body": "Again?"}, models.IssueComment),
        ("GET", "/issues/1/comments", None, list[models.IssueComment]),
        ("POST", "/issues/1/labels", {"labels": ["amts"]}, list[models.Label]),
        ("POST", "/issues/comments/1/reactions", {"content": "eyes"}, models.Reaction),
        ("GET", "/collaborators/ada/permission", None, models.RepositoryCollaboratorPermission),
    ],
)
def test_an_answer_is_what_the_published_schema_says(
    tmp_path: Path, method: str, path: str, body: object, model: Any
) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "hub.git")
    with running(tmp_path / "hub.git") as server:
        ask(server, "POST", "/issues", {"title": "A lamp", "labels": []})
        ask(server, "POST", "/issues/1/comments", {"body": "Is it lit?"})
        answer = ask(server, method, path, body)
    TypeAdapter(model).validate_python(answer)


def ask(server: Server, method: str, path: str, body: object) -> object:
    status, answer, _ = _dispatch(server, Call(method, REPOSITORY + path, body), {})
    assert status < 300, answer
    return answer
