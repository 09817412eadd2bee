"""A GitHub on loopback: the REST and GraphQL calls that the bot makes, in front of a real bare repository.

It keeps state (pull requests, issues, comments, reviews, labels, reactions), reads branches and diffs from the
bare repository, merges into it as GitHub's button does, and refuses what GitHub refuses in GitHub's words.
Faults are injected by method and path. Unmodified PyGithub and git talk to it.

Every call names the published schema of its answer, and `running` ends with a look at all that was answered
(tests/github_schemas.py). GraphQL is executed on the part of GitHub's published types that is used.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from graphql import build_schema, graphql_sync

from tests import github_answers as answers
from tests.conftest import git
from tests.github_answers import (
    FULL_NAME,
    NAME,
    OWNER,
    THEN,
    Json,
)
from tests.github_schemas import (
    Answered,
    GraphQLResponse,
    check,
    models,
)

__all__ = ["NAME", "OWNER"]

BOT = "amts-bot[bot]"
MOST_CHARACTERS = 65_536

Headers = dict[str, str]
Merge = Literal["merge", "squash", "rebase"]


class Refused(Exception):
    """An answer that is an error: status and body as GitHub words them."""

    def __init__(self, status: int, message: str, *errors: Json | str) -> None:
        super().__init__(message)
        self.status, self.body = status, answers.error(message, errors)


@dataclass
class Fault:
    """The next `times` calls that match are answered with `status` and `message`."""

    method: str
    path: str  # a regular expression, searched in the path
    status: int
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    after: bool = False  # the call is done, only its answer is lost

    @property
    def answer(self) -> tuple[int, Json, Headers]:
        return self.status, answers.error(self.message), self.headers


@dataclass
class Call:
    """One call that was made."""

    method: str
    path: str
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Server:
    """The state of one repository; the handlers below work on it under a lock."""

    bare: Path
    default_branch: str = "main"
    archived: bool = False
    has_issues: bool = True
    actions_may_open: bool = True
    forbidden: str = ""  # what GraphQL says to a token that lacks a right
    has_drafts: bool = True  # private repositories of free plans have none
    renamed: bool = False  # a while ago: calls of the old name are led to its number
    nobody: bool = False  # every account was deleted: lists say `"user": null`
    viewer: str = BOT
    permissions: dict[str, str] = field(default_factory=lambda: {"ada": "write", "eve": "read"})
    teams: set[str] = field(default_factory=lambda: {"translators"})
    labels: dict[str, Json] = field(default_factory=dict)
    issues: dict[int, Json] = field(default_factory=dict)  # pull requests are issues too
    pinned: list[int] = field(default_factory=list)
    comments: dict[int, list[Json]] = field(default_factory=dict)
    reviews: dict[int, list[Json]] = field(default_factory=dict)
    review_comments: dict[int, list[Json]] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    out_of_diff: set[str] = field(default_factory=set)  # paths whose diff is too long to be shown
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    before: Callable[[Call], None] | None = None  # the world moves on between two calls
    url: str = ""
    _ids: int = 1000

    # -- what people do -----------------------------------------------------------------------

    def pull(self, number: int | None = None) -> Json:
        """One pull request, by default the newest."""
        pulls = {n: row for n, row in self.issues.items() if "head" in row}
        return pulls[max(pulls) if number is None else number]

    def open_pulls(self) -> list[int]:
        return [n for n, row in self.issues.items() if "head" in row and row["state"] == "open"]

    def approve(self, login: str, state: str = "APPROVED", number: int | None = None) -> None:
        """A person's review of a pull request, by default the newest."""
        pull = self.pull(number)
        number, whole, by = pull["number"], self.shown(pull), self._association(login)
        row = answers.review(whole, self._id(), "", state, login, by)
        self.reviews.setdefault(number, []).append(row)

    def note(self, login: str, body: str) -> Json:
        """A person's comment on a line of the newest pull request; the event that Actions hands on."""
        said = {"path": "README.md", "line": 1, "side": "RIGHT", "body": body}
        row = answers.review_comment(self.shown(self.pull()), self._id(), said, "@@", login)
        self.review_comments.setdefault(self.pull()["number"], []).append(row)
        event = {"action": "created", "pull_request": answers.simple(self.shown(self.pull()))}
        return event | {"comment": row, "repository": self.repository}

    def close(self, number: int | None = None) -> None:
        """A person closes a pull request, by default the newest, without merging it."""
        self.shown(self.pull(number))
        self.pull(number)["state"] = "closed"

    def say(self, login: str, body: str, number: int | None = None) -> Json:
        """A person's comment on a pull request, by default the newest; the event that Actions hands on."""
        pull = self.pull(number)
        comment = self._comment(pull["number"], login, body)
        event = {"action": "created", "issue": answers.as_issue(pull), "comment": comment}
        return event | {"repository": self.repository}

    def merge(self, how: Merge = "merge", number: int | None = None) -> str:
        """The merge button, by default of the newest pull request: the new commit of the default branch."""
        pull = self.pull(number)
        base, head = self._tip(pull["base"]["ref"]), self._tip(pull["head"]["ref"])
        assert base
        assert head
        new = {"merge": self._merged, "squash": self._squashed, "rebase": self._rebased}[how](
            base, head
        )
        git(self.bare, "update-ref", f"refs/heads/{pull['base']['ref']}", new, base)
        pull |= {"state": "closed", "merged": True, "merged_at": THEN}
        pull["head"]["sha"] = head
        return new

    def _merged(self, base: str, head: str) -> str:
        return self._write(self._merged_tree(base, head), "merge", base, head)

    def _squashed(self, base: str, head: str) -> str:
        return self._write(self._merged_tree(base, head), "squash", base)

    def _rebased(self, base: str, head: str) -> str:
        desk = self.bare.parent / f"rebase-{head}"
        git(self.bare.parent, "clone", "--quiet", "--shared", str(self.bare), str(desk))
        git(desk, "checkout", "--quiet", "--detach", head)
        git(desk, "rebase", "--quiet", "--force-rebase", base)
        git(self.bare, "fetch", "--quiet", str(desk), "HEAD")
        return git(desk, "rev-parse", "HEAD").strip()

    def _merged_tree(self, base: str, head: str) -> str:
        return git(self.bare, "merge-tree", "--write-tree", base, head).split()[0]

    def _write(self, tree: str, message: str, *parents: str) -> str:
        order = [part for parent in parents for part in ("-p", parent)]
        return git(self.bare, "commit-tree", *order, "-m", message, tree).strip()

    # -- what the handlers share --------------------------------------------------------------

    @property
    def api(self) -> str:
        """The address of the repository for programs."""
        return f"{self.url}/repos/{FULL_NAME}"

    @property
    def repository(self) -> Json:
        return answers.repository(self.api, self.default_branch, self.archived, self.has_issues)

    def _branch(self, ref: str) -> Json:
        return answers.branch(self.repository, ref, self._tip(ref))

    def _id(self) -> int:
        self._ids += 1
        return self._ids

    def _tip(self, branch: str) -> str:
        """The commit of a branch in the bare repository; "" where there is none."""
        return git(
            self.bare, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}"
        ).strip()

    def _association(self, login: str) -> str:
        return "COLLABORATOR" if self.permissions.get(login) in ("write", "admin") else "NONE"

    def _comment(self, number: int, login: str, body: str) -> Json:
        if len(body) > MOST_CHARACTERS:
            raise Refused(422, "Validation Failed", {"message": "body is too long"})
        by = self._association(login)
        row = answers.comment(self.api, number, self._id(), body, login, by)
        self.comments.setdefault(number, []).append(row)
        return row

    def shown(self, pull: Json) -> Json:
        """A pull request as an answer: its head follows the branch while it is open."""
        row = dict(pull)
        if row["state"] == "open":
            tip = self._tip(row["head"]["ref"])
            if not tip:  # GitHub closes a pull request whose branch is deleted
                pull["state"] = row["state"] = "closed"
            else:
                pull["head"]["sha"] = tip
        return row


# ------------------------------------------------------------------ the calls

_Answer = tuple[int, Any]
_Handle = Callable[..., _Answer]
_REPO = rf"/repos/{FULL_NAME}"


@dataclass(frozen=True)
class Route:
    """A call that the server knows, and the published schema of its answer."""

    method: str
    path: str  # a regular expression
    schema: Any
    handle: _Handle

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ROUTES: list[Route] = []


def _route(method: str, path: str, schema: Any) -> Callable[[_Handle], _Handle]:
    def add(handle: _Handle) -> _Handle:
        ROUTES.append(Route(method, path, schema, handle))
        return handle

    return add


@_route("GET", _REPO, models.FullRepository)
def _repository(server: Server, **_: Any) -> _Answer:
    return 200, answers.full_repository(server.repository)


@_route("GET", rf"/orgs/{OWNER}/teams/(?P<team>[\w-]+)/repos/{FULL_NAME}", type(None))
def _team_of_the_repository(server: Server, team: str, **_: Any) -> _Answer:
    if team not in server.teams:
        raise Refused(404, "Not Found")
    return 204, None


@_route("GET", _REPO + "/pulls", list[models.PullRequestSimple])
def _pulls(server: Server, query: dict[str, str], **_: Any) -> _Answer:
    rows = [server.shown(row) for row in server.issues.values() if "head" in row]
    state = query.get("state", "open")
    if state != "all":
        rows = [row for row in rows if row["state"] == state]
    if "head" in query:
        rows = [row for row in rows if row["head"]["label"] == query["head"]]
    rows.sort(key=lambda row: int(row["number"]), reverse=True)  # newest first: GitHub's default
    return 200, [answers.simple(row) for row in rows]


@_route("POST", _REPO + "/pulls", models.PullRequest)
def _open_pull(server: Server, body: Json, **_: Any) -> _Answer:
    if not server.actions_may_open and server.viewer == "github-actions[bot]":
        raise Refused(403, "GitHub Actions is not permitted to create or approve pull requests.")
    _check_writable(server)
    _check_said(body, "head", "base")
    if body.get("draft") and not server.has_drafts:
        raise Refused(422, _NO_DRAFTS)
    head, base = body["head"].rpartition(":")[2], body["base"]
    for name, branch in (("head", head), ("base", base)):
        if not server._tip(branch):
            raise Refused(422, "Validation Failed", _invalid(name))
    if any(server.issues[n]["head"]["ref"] == head for n in server.open_pulls()):
        said = f"A pull request already exists for {OWNER}:{head}."
        raise Refused(422, "Validation Failed", {"code": "custom", "message": said})
    if not git(server.bare, "rev-list", f"{base}..{head}").strip():
        said = f"No commits between {base} and {head}"
        raise Refused(422, "Validation Failed", {"code": "custom", "message": said})
    _check_length(body)
    number = len(server.issues) + 1
    text = body["title"], body.get("body") or "", server.viewer
    ends = server._branch(head), server._branch(base)
    row = answers.pull(server.api, number, *text, *ends, body.get("draft", False))
    server.issues[number] = row
    return 201, server.shown(row)


@_route("POST", _REPO + "/git/refs", models.GitRef)
def _make_ref(server: Server, body: Json, **_: Any) -> _Answer:
    _check_said(body, "ref", "sha")
    git(server.bare, "update-ref", body["ref"], body["sha"])
    return 201, answers.ref(server.api, body["ref"], body["sha"])


@_route("POST", _REPO + "/labels", models.Label)
def _make_label(server: Server, body: Json, **_: Any) -> _Answer:
    _check_said(body, "name")
    label = server.labels.setdefault(body["name"], answers.label(server.api, body["name"]))
    return 201, label | {"archived_at": None}


@_route("GET", _REPO + r"/pulls/(?P<number>\d+)", models.PullRequest)
def _one_pull(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.shown(_found(server, number))


@_route("PATCH", _REPO + r"/pulls/(?P<number>\d+)", models.PullRequest)
def _edit_pull(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _check_writable(server)
    _check_length(body)
    row = _found(server, number)
    if "base" in body:
        if not server._tip(body["base"]):
            raise Refused(422, "Validation Failed", _invalid("base"))
        row["base"] = server._branch(body["base"])
    row |= {key: body[key] for key in ("title", "body", "state") if key in body}
    return 200, server.shown(row)


@_route("GET", _REPO + r"/pulls/(?P<number>\d+)/comments", list[models.PullRequestReviewComment])
def _review_comments(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.review_comments.get(int(number), [])


@_route("PATCH", _REPO + r"/pulls/comments/(?P<number>\d+)", models.PullRequestReviewComment)
def _edit_review_comment(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    row = _review_comment(server, number)
    row["body"] = body["body"]
    return 200, row


@_route("GET", _REPO + r"/pulls/comments/(?P<number>\d+)", models.PullRequestReviewComment)
def _one_review_comment(server: Server, number: str, **_: Any) -> _Answer:
    return 200, _review_comment(server, number)


@_route("POST", _REPO + r"/pulls/comments/(?P<number>\d+)/reactions", models.Reaction)
def _react_on_lines(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _review_comment(server, number)
    return _react(server, number, body)


@_route(
    "POST",
    _REPO + r"/pulls/(?P<number>\d+)/comments/(?P<thread>\d+)/replies",
    models.PullRequestReviewComment,
)
def _reply_on_lines(server: Server, number: str, thread: str, body: Json, **_: Any) -> _Answer:
    first = _review_comment(server, thread)
    if "in_reply_to_id" in first:  # "Replies to replies are not supported."
        raise Refused(404, "Not Found")
    row = _add_review_comment(server, _found(server, number), first | body)
    row["in_reply_to_id"] = first["id"]
    return 201, row


def _review_comment(server: Server, number: str) -> Json:
    rows = [row for rows in server.review_comments.values() for row in rows]
    row = next((row for row in rows if row["id"] == int(number)), None)
    if row is None:
        raise Refused(404, "Not Found")
    return row


@_route("GET", _REPO + r"/pulls/(?P<number>\d+)/reviews", list[models.PullRequestReview])
def _reviews(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.reviews.get(int(number), [])


@_route("POST", _REPO + r"/pulls/(?P<number>\d+)/reviews", models.PullRequestReview)
def _review(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    pull = _found(server, number)
    if not all(_is_in_diff(server, pull, comment) for comment in body["comments"]):
        raise Refused(422, "Unprocessable Entity", "Line could not be resolved")
    for comment in body["comments"]:
        _add_review_comment(server, pull, comment)
    whole, said = server.shown(pull), body.get("body") or ""
    row = answers.review(whole, server._id(), said, "COMMENTED", server.viewer, "NONE")
    server.reviews.setdefault(int(number), []).append(row)
    return 200, row


@_route("POST", _REPO + r"/pulls/(?P<number>\d+)/requested_reviewers", models.PullRequestSimple)
def _request_reviewers(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    pull = _found(server, number)
    people, teams = body.get("reviewers", []), body.get("team_reviewers", [])
    if not server.permissions.keys() >= set(people) or not server.teams >= set(teams):
        raise Refused(
            422,
            "Reviews may only be requested from collaborators. One or more of the users or teams you "
            f"specified is not a collaborator of the {OWNER}/{NAME} repository.",
        )
    _join(pull["requested_reviewers"], map(answers.user, people))
    _join(pull["requested_teams"], map(answers.team, teams))
    return 201, answers.simple(server.shown(pull))


@_route("GET", _REPO + "/issues", list[models.Issue])
def _issues(server: Server, query: dict[str, str], **_: Any) -> _Answer:
    if not server.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    state = query.get("state", "open")
    rows = [row for row in server.issues.values() if state in ("all", row["state"])]
    wanted = set(filter(None, query.get("labels", "").split(",")))
    found = [row for row in rows if wanted <= {label["name"] for label in row["labels"]}]
    return 200, [answers.as_issue(row) for row in found]


@_route("POST", _REPO + "/issues", models.Issue)
def _open_issue(server: Server, body: Json, **_: Any) -> _Answer:
    if not server.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    _check_writable(server)
    _check_length(body)
    number = len(server.issues) + 1
    text = body["title"], body.get("body") or "", server.viewer
    row = answers.issue(server.api, number, *text)
    server.issues[number] = row
    _add_labels(server, row, body.get("labels", []))
    return 201, answers.as_issue(row)


@_route("PATCH", _REPO + r"/issues/(?P<number>\d+)", models.Issue)
def _edit_issue(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _check_length(body)
    row = _found(server, number)
    row |= {k: body[k] for k in ("title", "body", "state", "state_reason") if k in body}
    return 200, answers.as_issue(row)


@_route("GET", _REPO + r"/issues/(?P<number>\d+)/comments", list[models.IssueComment])
def _comments(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.comments.get(int(number), [])


@_route("POST", _REPO + r"/issues/(?P<number>\d+)/comments", models.IssueComment)
def _add_comment(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _check_writable(server)
    return 201, server._comment(_found(server, number)["number"], server.viewer, body["body"])


@_route("POST", _REPO + r"/issues/comments/(?P<number>\d+)/reactions", models.Reaction)
def _react(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _join(server.reactions.setdefault(int(number), []), [body["content"]])
    return 201, answers.reaction(server._id(), body["content"], server.viewer)


@_route("GET", _REPO + r"/issues/comments/(?P<number>\d+)", models.IssueComment)
def _one_comment(server: Server, number: str, **_: Any) -> _Answer:
    for rows in server.comments.values():
        for row in rows:
            if row["id"] == int(number):
                return 200, row
    raise Refused(404, "Not Found")


@_route("POST", _REPO + r"/issues/(?P<number>\d+)/labels", list[models.Label])
def _label(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    row = _found(server, number)
    _add_labels(server, row, body["labels"] if isinstance(body, dict) else body)
    return 200, [label | {"archived_at": None} for label in row["labels"]]


@_route("POST", _REPO + r"/issues/(?P<number>\d+)/assignees", models.Issue)
def _assign(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    row = _found(server, number)  # who may not be assigned is left out without a word
    allowed = [login for login in body["assignees"] if login in server.permissions]
    _join(row["assignees"], map(answers.user, allowed))
    return 201, answers.as_issue(row)


@_route(
    "GET",
    _REPO + r"/collaborators/(?P<login>[^/]+)/permission",
    models.RepositoryCollaboratorPermission,
)
def _permission(server: Server, login: str, **_: Any) -> _Answer:
    return 200, answers.permission(login, server.permissions.get(login, "none"))


MOST_PINNED = 3
_NO_DRAFTS = "Draft pull requests are not supported in this repository."
# https://docs.github.com/public/fpt/schema.docs.graphql, as far as it is used.
_TYPES = build_schema("""
type Query { id: ID! }
type Mutation {
  convertPullRequestToDraft(input: ConvertPullRequestToDraftInput!): ConvertPullRequestToDraftPayload
  markPullRequestReadyForReview(
    input: MarkPullRequestReadyForReviewInput!
  ): MarkPullRequestReadyForReviewPayload
  pinIssue(input: PinIssueInput!): PinIssuePayload
}
input PinIssueInput { clientMutationId: String, issueId: ID! }
type PinIssuePayload { clientMutationId: String, issue: Issue }
type Issue { id: ID!, number: Int! }
input ConvertPullRequestToDraftInput { clientMutationId: String, pullRequestId: ID! }
input MarkPullRequestReadyForReviewInput { clientMutationId: String, pullRequestId: ID! }
type ConvertPullRequestToDraftPayload { clientMutationId: String, pullRequest: PullRequest }
type MarkPullRequestReadyForReviewPayload { clientMutationId: String, pullRequest: PullRequest }
type PullRequest { id: ID!, number: Int!, isDraft: Boolean! }
""")


@_route("POST", "/graphql", GraphQLResponse)
def _graphql(server: Server, body: Json, **_: Any) -> _Answer:
    """As GitHub does: status 200 whatever happens, and what is wrong in `errors`."""

    def turned(draft: bool) -> Callable[..., Json]:
        def turn(_info: Any, input: Json) -> Json:  # GitHub calls it so
            if server.forbidden or (draft and not server.has_drafts):
                raise LookupError(server.forbidden or _NO_DRAFTS)
            for row in server.issues.values():
                if row["node_id"] == input["pullRequestId"]:
                    row["draft"] = draft
                    shown = {"id": row["node_id"], "number": row["number"], "isDraft": draft}
                    return {"pullRequest": shown}
            raise LookupError(f"Could not resolve to a node with the global id of {input}")

        return turn

    def pin(_info: Any, input: Json) -> Json:
        if server.forbidden or len(server.pinned) == MOST_PINNED:
            raise LookupError(server.forbidden or "Maximum 3 pinned issues per repository")
        (row,) = (row for row in server.issues.values() if row["node_id"] == input["issueId"])
        _join(server.pinned, [row["number"]])
        return {"issue": {"id": row["node_id"], "number": row["number"]}}

    acts = {
        "pinIssue": pin,
        "convertPullRequestToDraft": turned(True),
        "markPullRequestReadyForReview": turned(False),
    }
    done = graphql_sync(_TYPES, body["query"], acts, variable_values=body.get("variables"))
    return 200, dict(done.formatted)


def _found(server: Server, number: str) -> Json:
    if int(number) not in server.issues:
        raise Refused(404, "Not Found")
    return server.issues[int(number)]


def _join(there: list[Any], more: Iterable[Any]) -> None:
    """Reviewers, assignees and one's own reactions are sets: GitHub answers as if it had added them."""
    there += [row for row in more if row not in there]


def _invalid(name: str) -> Json:
    return {"resource": "PullRequest", "field": name, "code": "invalid"}


def _check_said(body: Json, *names: str) -> None:
    if missing := [name for name in names if name not in body]:
        raise Refused(422, f'Invalid request. "{missing[0]}" wasn\'t supplied.')


def _check_writable(server: Server) -> None:
    if server.archived:
        raise Refused(403, "Repository was archived so is read-only.")


def _check_length(body: Json) -> None:
    if len(body.get("body") or "") > MOST_CHARACTERS:
        said = f"body is too long (maximum is {MOST_CHARACTERS} characters)"
        raise Refused(422, "Validation Failed", {"code": "custom", "message": said})


def _add_labels(server: Server, row: Json, names: list[str]) -> None:
    for name in names:  # GitHub makes a label that is not there yet
        label = server.labels.setdefault(name, answers.label(server.api, name))
        if label not in row["labels"]:
            row["labels"].append(label)


def _add_review_comment(server: Server, pull: Json, body: Json) -> Json:
    hunk = f"@@ around line {body['line']} @@"
    row = answers.review_comment(server.shown(pull), server._id(), body, hunk, server.viewer)
    server.review_comments.setdefault(pull["number"], []).append(row)
    return row


def _is_in_diff(server: Server, pull: Json, comment: Json) -> bool:
    hunks = [] if comment["path"] in server.out_of_diff else _hunks(server, pull, comment["path"])
    first, last = comment.get("start_line", comment["line"]), comment["line"]
    return any(first in hunk and last in hunk for hunk in hunks)


def _hunks(server: Server, pull: Json, path: str) -> list[range]:
    span = f"{pull['base']['ref']}...{pull['head']['ref']}"
    diff = git(server.bare, "diff", "--unified=3", span, "--", path)
    found = re.findall(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", diff, re.M)
    return [range(int(start), int(start) + int(size or 1)) for start, size in found]


# ------------------------------------------------------------------ the wire


@contextmanager
def running(bare: Path) -> Iterator[Server]:
    """A server for the bare repository, until the block ends; then all of its answers are checked."""
    server = Server(bare=bare)
    lock = threading.RLock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            with lock:
                status, content, headers = _serve(server, self.command, self.path, body)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
    check(server.answered)


def _serve(server: Server, method: str, target: str, body: Any) -> tuple[int, bytes, Headers]:
    url = urlsplit(target)
    call = Call(method, url.path.replace(_NUMBERED, f"/repos/{FULL_NAME}", 1), body)
    server.calls.append(call)
    if server.before:
        server.before(call)
    if server.renamed and not url.path.startswith(_NUMBERED):
        place = target.replace(f"/repos/{FULL_NAME}", _NUMBERED, 1)
        said = answers.error("Moved Permanently" if method == "GET" else "Temporary Redirect")
        moved = {"Location": f"{server.url}{place}"}
        return 301 if method == "GET" else 307, json.dumps(said).encode(), moved
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    fault, route = _fault(server, call), _route_of(call)
    if fault and not fault.after:
        status, answer, headers = fault.answer
    else:
        status, answer, headers = _handled(server, route, call, query)
        if fault:
            status, answer, headers = fault.answer
    if server.nobody:
        answer = _without_users(answer)
    content = json.dumps(answer).encode()
    server.answered.append(Answered(str(call), route.schema if route else None, status, content))
    return status, b"" if status == 204 else content, headers


_NUMBERED = "/repositories/1"


def _without_users(answer: Any) -> Any:
    """As GitHub lists what people wrote whose accounts were deleted."""
    if isinstance(answer, list):
        return [row | {"user": None} if "user" in row else row for row in answer]
    return answer


def _fault(server: Server, call: Call) -> Fault | None:
    for fault in server.faults:
        if fault.times and fault.method == call.method and re.search(fault.path, call.path):
            fault.times -= 1
            return fault
    return None


def _route_of(call: Call) -> Route | None:
    found = (r for r in ROUTES if r.method == call.method and re.fullmatch(r.path, call.path))
    return next(found, None)


def _handled(
    server: Server, route: Route | None, call: Call, query: dict[str, str]
) -> tuple[int, Any, Headers]:
    if route is None:
        return 404, answers.error("Not Found"), {}
    found = re.fullmatch(route.path, call.path)
    assert found
    try:
        status, answer = route.handle(server, query=query, body=call.body, **found.groupdict())
    except Refused as refused:
        return refused.status, refused.body, {}
    if isinstance(answer, list):
        return _page(server, call.path, answer, query)
    return status, answer, {}


def _page(
    server: Server, path: str, rows: list[Json], query: dict[str, str]
) -> tuple[int, Any, Headers]:
    """One page of a list, with the link to the next."""
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    shown = rows[(page - 1) * size : page * size]
    if page * size >= len(rows):
        return 200, shown, {}
    rest = "&".join(f"{k}={v}" for k, v in {**query, "page": str(page + 1)}.items())
    return 200, shown, {"Link": f'<{server.url}{path}?{rest}>; rel="next"'}
