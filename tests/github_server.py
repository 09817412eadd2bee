"""A GitHub on loopback: the REST and GraphQL calls that the bot makes, in front of a real bare repository.

It keeps state (pull requests, issues, comments, reviews, labels, reactions), reads branches and diffs from the
bare repository, merges into it as GitHub's button does, and refuses what GitHub refuses in GitHub's words.
Faults are injected by method and path. Unmodified PyGithub and git talk to it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from tests.conftest import git

OWNER, NAME = "team", "book-tr"
BOT = "amts-bot[bot]"
MOST_CHARACTERS = 65_536
_NEVER = "1970-01-01T00:00:00Z"

Json = dict[str, Any]
Merge = Literal["merge", "squash", "rebase"]


class Refused(Exception):
    """An answer that is an error: status and body as GitHub words them."""

    def __init__(self, status: int, message: str, *errors: Json) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if errors:
            self.body["errors"] = list(errors)


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
    viewer: str = BOT
    permissions: dict[str, str] = field(default_factory=lambda: {"ada": "write", "eve": "read"})
    teams: set[str] = field(default_factory=lambda: {"translators"})
    labels: dict[str, Json] = field(default_factory=dict)
    issues: dict[int, Json] = field(default_factory=dict)  # pull requests are issues too
    comments: dict[int, list[Json]] = field(default_factory=dict)
    reviews: dict[int, list[Json]] = field(default_factory=dict)
    review_comments: dict[int, list[Json]] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
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

    def approve(self, login: str, state: str = "APPROVED") -> None:
        """A person's review of the newest pull request."""
        number = self.pull()["number"]
        row = {"id": self._id(), "user": _user(login), "state": state, "body": ""}
        row |= {"commit_id": self._tip(self.pull()["head"]["ref"]), "submitted_at": _NEVER}
        self.reviews.setdefault(number, []).append(row)

    def close(self) -> None:
        """A person closes the newest pull request without merging it."""
        self.shown(self.pull())
        self.pull()["state"] = "closed"

    def say(self, login: str, body: str) -> Json:
        """A person's comment on the newest pull request; the event that Actions hands on."""
        number = self.pull()["number"]
        comment = self._comment(number, login, body)
        issue = {key: self.pull()[key] for key in ("number", "title", "state")}
        issue["pull_request"] = {"url": f"{self._repo_url}/pulls/{number}"}
        repository = {"full_name": f"{OWNER}/{NAME}", "default_branch": self.default_branch}
        return {
            "action": "created",
            "issue": issue,
            "comment": comment | {"author_association": self._association(login)},
            "repository": repository,
        }

    def merge(self, how: Merge = "merge") -> str:
        """The merge button, for the newest pull request: the new commit of the default branch."""
        pull = self.pull()
        base, head = self._tip(pull["base"]["ref"]), self._tip(pull["head"]["ref"])
        assert base
        assert head
        new = {"merge": self._merged, "squash": self._squashed, "rebase": self._rebased}[how](
            base, head
        )
        git(self.bare, "update-ref", f"refs/heads/{pull['base']['ref']}", new, base)
        pull |= {"state": "closed", "merged": True, "merged_at": _NEVER, "merge_commit_sha": new}
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
    def _repo_url(self) -> str:
        return f"{self.url}/repos/{OWNER}/{NAME}"

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
        new = self._id()
        row: Json = {"id": new, "user": _user(login), "body": body, "created_at": _NEVER}
        row |= {"node_id": f"IC_{new}", "updated_at": _NEVER}
        row["issue_url"] = f"{self._repo_url}/issues/{number}"
        row["author_association"] = self._association(login)
        row["url"] = f"{self._repo_url}/issues/comments/{new}"
        row["html_url"] = f"https://github.com/{OWNER}/{NAME}/issues/{number}#issuecomment-{new}"
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


_OF_A_USER = (
    *("avatar", "followers", "following", "gists", "starred", "subscriptions"),
    *("organizations", "repos", "events", "received_events"),
)


def _user(login: str) -> Json:
    kind = "Bot" if login.endswith("[bot]") else "User"
    number, url = sum(map(ord, login)), f"https://api.github.com/users/{login}"
    row: Json = {"login": login, "type": kind, "id": number, "node_id": f"U_{number}", "url": url}
    row |= {f"{name}_url": f"{url}/{name}" for name in _OF_A_USER}
    return row | {"gravatar_id": "", "html_url": f"https://github.com/{login}", "site_admin": False}


# ------------------------------------------------------------------ the calls

_Answer = tuple[int, Any]
_Handle = Callable[..., _Answer]
_ROUTES: list[tuple[str, re.Pattern[str], _Handle]] = []
_REPO = rf"/repos/{OWNER}/{NAME}"


def _route(method: str, path: str) -> Callable[[_Handle], _Handle]:
    def add(handle: _Handle) -> _Handle:
        _ROUTES.append((method, re.compile(path + "$"), handle))
        return handle

    return add


@_route("GET", _REPO)
def _repository(server: Server, **_: Any) -> _Answer:
    full = f"{OWNER}/{NAME}"
    row: Json = {"id": 1, "name": NAME, "full_name": full, "owner": _user(OWNER)}
    row |= {"archived": server.archived, "default_branch": server.default_branch}
    row |= {"url": server._repo_url, "html_url": f"https://github.com/{full}", "private": False}
    return 200, row | {"has_issues": server.has_issues}


@_route("GET", _REPO + "/pulls")
def _pulls(server: Server, query: dict[str, str], **_: Any) -> _Answer:
    rows = [server.shown(row) for row in server.issues.values() if "head" in row]
    state = query.get("state", "open")
    if state != "all":
        rows = [row for row in rows if row["state"] == state]
    if "head" in query:
        rows = [row for row in rows if row["head"]["label"] == query["head"]]
    # Newest first, which is GitHub's default. The list leaves out what only one pull request has.
    rows.sort(key=lambda row: int(row["number"]), reverse=True)
    return 200, [{k: v for k, v in row.items() if k != "merged"} for row in rows]


@_route("POST", _REPO + "/pulls")
def _open_pull(server: Server, body: Json, **_: Any) -> _Answer:
    if not server.actions_may_open and server.viewer == "github-actions[bot]":
        raise Refused(403, "GitHub Actions is not permitted to create or approve pull requests.")
    _check_writable(server)
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
    row: Json = {"id": server._id(), "number": number, "node_id": f"PR_{number}", "state": "open"}
    row |= {"title": body["title"], "body": body.get("body", ""), "draft": body.get("draft", False)}
    row |= {"url": f"{server._repo_url}/pulls/{number}", "user": _user(server.viewer)}
    row |= {"issue_url": f"{server._repo_url}/issues/{number}", "merged": False, "merged_at": None}
    row["html_url"] = f"https://github.com/{OWNER}/{NAME}/pull/{number}"
    row["head"] = {"ref": head, "sha": server._tip(head), "label": f"{OWNER}:{head}"}
    row["head"]["repo"] = {"full_name": f"{OWNER}/{NAME}", "name": NAME}
    row["base"] = {"ref": base, "sha": server._tip(base), "label": f"{OWNER}:{base}"}
    row |= {"labels": [], "assignees": [], "requested_reviewers": [], "requested_teams": []}
    row |= {"created_at": _NEVER, "updated_at": _NEVER}
    server.issues[number] = row
    return 201, server.shown(row)


@_route("GET", _REPO + r"/pulls/(?P<number>\d+)")
def _one_pull(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.shown(_found(server, number))


@_route("PATCH", _REPO + r"/pulls/(?P<number>\d+)")
def _edit_pull(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _check_writable(server)
    _check_length(body)
    row = _found(server, number)
    if "base" in body:
        if not server._tip(body["base"]):
            raise Refused(422, "Validation Failed", _invalid("base"))
        ref = body["base"]
        row["base"] = {"ref": ref, "sha": server._tip(ref), "label": f"{OWNER}:{ref}"}
    row |= {key: body[key] for key in ("title", "body", "state") if key in body}
    return 200, server.shown(row)


@_route("GET", _REPO + r"/pulls/(?P<number>\d+)/comments")
def _review_comments(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.review_comments.get(int(number), [])


@_route("POST", _REPO + r"/pulls/(?P<number>\d+)/comments")
def _review_comment(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    return 201, _add_review_comment(server, _found(server, number), body)


@_route("GET", _REPO + r"/pulls/(?P<number>\d+)/reviews")
def _reviews(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.reviews.get(int(number), [])


@_route("POST", _REPO + r"/pulls/(?P<number>\d+)/reviews")
def _review(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    pull = _found(server, number)
    for comment in body["comments"]:  # one bad line and the whole review is refused
        _check_line(server, pull, comment)
    for comment in body["comments"]:
        _add_review_comment(server, pull, comment)
    row = {"id": server._id(), "user": _user(server.viewer), "state": "COMMENTED"}
    row |= {"body": body.get("body", ""), "submitted_at": _NEVER}
    server.reviews.setdefault(int(number), []).append(row)
    return 200, row


@_route("POST", _REPO + r"/pulls/(?P<number>\d+)/requested_reviewers")
def _request_reviewers(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    pull = _found(server, number)
    people, teams = body.get("reviewers", []), body.get("team_reviewers", [])
    if not server.permissions.keys() >= set(people) or not server.teams >= set(teams):
        raise Refused(
            422,
            "Reviews may only be requested from collaborators. One or more of the users or teams you "
            f"specified is not a collaborator of the {OWNER}/{NAME} repository.",
        )
    pull["requested_reviewers"] += [_user(login) for login in people]
    pull["requested_teams"] += [{"slug": team, "name": team, "id": 1} for team in teams]
    return 201, server.shown(pull)


@_route("GET", _REPO + "/issues")
def _issues(server: Server, query: dict[str, str], **_: Any) -> _Answer:
    if not server.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    rows = [row for row in server.issues.values() if row["state"] == query.get("state", "open")]
    wanted = set(filter(None, query.get("labels", "").split(",")))
    return 200, [row for row in rows if wanted <= {label["name"] for label in row["labels"]}]


@_route("POST", _REPO + "/issues")
def _open_issue(server: Server, body: Json, **_: Any) -> _Answer:
    if not server.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    _check_writable(server)
    _check_length(body)
    number = len(server.issues) + 1
    row: Json = {
        "id": server._id(),
        "number": number,
        "state": "open",
        "user": _user(server.viewer),
    }
    row |= {"title": body["title"], "body": body.get("body", ""), "assignees": []}
    row |= {"url": f"{server._repo_url}/issues/{number}", "labels": []}
    row["html_url"] = f"https://github.com/{OWNER}/{NAME}/issues/{number}"
    row |= {"node_id": f"I_{number}", "repository_url": server._repo_url, "locked": False}
    row |= {f"{part}_url": f"{row['url']}/{part}" for part in ("labels", "comments", "events")}
    row |= {"milestone": None, "comments": 0, "closed_at": None}
    row |= {"created_at": _NEVER, "updated_at": _NEVER}
    server.issues[number] = row
    _add_labels(server, row, body.get("labels", []))
    return 201, row


@_route("PATCH", _REPO + r"/issues/(?P<number>\d+)")
def _edit_issue(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _check_length(body)
    row = _found(server, number)
    row |= {k: body[k] for k in ("title", "body", "state", "state_reason") if k in body}
    return 200, row


@_route("GET", _REPO + r"/issues/(?P<number>\d+)/comments")
def _comments(server: Server, number: str, **_: Any) -> _Answer:
    return 200, server.comments.get(int(number), [])


@_route("POST", _REPO + r"/issues/(?P<number>\d+)/comments")
def _add_comment(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    _check_writable(server)
    return 201, server._comment(_found(server, number)["number"], server.viewer, body["body"])


@_route("POST", _REPO + r"/issues/comments/(?P<number>\d+)/reactions")
def _react(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    server.reactions.setdefault(int(number), []).append(body["content"])
    row = {"id": server._id(), "content": body["content"], "user": _user(server.viewer)}
    return 201, row | {"node_id": f"REA_{row['id']}", "created_at": _NEVER}


@_route("GET", _REPO + r"/issues/comments/(?P<number>\d+)")
def _one_comment(server: Server, number: str, **_: Any) -> _Answer:
    for rows in server.comments.values():
        for row in rows:
            if row["id"] == int(number):
                return 200, row
    raise Refused(404, "Not Found")


@_route("POST", _REPO + r"/issues/(?P<number>\d+)/labels")
def _label(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    row = _found(server, number)
    _add_labels(server, row, body["labels"] if isinstance(body, dict) else body)
    return 200, row["labels"]


@_route("POST", _REPO + r"/issues/(?P<number>\d+)/assignees")
def _assign(server: Server, number: str, body: Json, **_: Any) -> _Answer:
    row = _found(server, number)  # who may not be assigned is left out without a word
    allowed = [login for login in body["assignees"] if login in server.permissions]
    row["assignees"] += [_user(login) for login in allowed]
    return 201, row


@_route("GET", _REPO + r"/collaborators/(?P<login>[^/]+)/permission")
def _permission(server: Server, login: str, **_: Any) -> _Answer:
    level = server.permissions.get(login, "none")
    user = _user(login) | {"role_name": level}
    return 200, {"permission": level, "role_name": level, "user": user}


@_route("POST", "/graphql")
def _graphql(server: Server, body: Json, **_: Any) -> _Answer:
    found = re.search(
        r"\{ (convertPullRequestToDraft|markPullRequestReadyForReview)\(", body["query"]
    )
    assert found, body["query"]
    wanted = body["variables"]["input"]["pullRequestId"]
    for row in server.issues.values():
        if row.get("node_id") == wanted:
            row["draft"] = found[1] == "convertPullRequestToDraft"
            answer = {"clientMutationId": None, "pullRequest": {"isDraft": row["draft"]}}
            return 200, {"data": {found[1]: answer}}
    return 200, {"data": None, "errors": [{"type": "NOT_FOUND", "message": "no such node"}]}


def _found(server: Server, number: str) -> Json:
    if int(number) not in server.issues:
        raise Refused(404, "Not Found")
    return server.issues[int(number)]


def _invalid(name: str) -> Json:
    return {"resource": "PullRequest", "field": name, "code": "invalid"}


def _check_writable(server: Server) -> None:
    if server.archived:
        raise Refused(403, "Repository was archived so is read-only.")


def _check_length(body: Json) -> None:
    if len(body.get("body") or "") > MOST_CHARACTERS:
        said = f"body is too long (maximum is {MOST_CHARACTERS} characters)"
        raise Refused(422, "Validation Failed", {"code": "custom", "message": said})


def _label_row(server: Server, name: str) -> Json:
    row: Json = {"name": name, "color": "ededed", "id": 1, "node_id": "LA_1", "default": False}
    row |= {"description": None, "url": f"{server._repo_url}/labels/{name}"}
    row |= {"archived_at": None, "archived_by": None}
    return row


def _add_labels(server: Server, row: Json, names: list[str]) -> None:
    for name in names:  # GitHub makes a label that is not there yet
        label = server.labels.setdefault(name, _label_row(server, name))
        if label not in row["labels"]:
            row["labels"].append(label)


def _add_review_comment(server: Server, pull: Json, body: Json) -> Json:
    _check_line(server, pull, body)
    new = server._id()
    row = {"id": new, "user": _user(server.viewer), "created_at": _NEVER}
    row |= {k: body[k] for k in ("path", "line", "start_line", "side", "body") if k in body}
    row["url"] = f"{server._repo_url}/pulls/comments/{new}"
    server.review_comments.setdefault(pull["number"], []).append(row)
    return row


def _check_line(server: Server, pull: Json, comment: Json) -> None:
    hunks = _hunks(server, pull, comment["path"])
    first, last = comment.get("start_line", comment["line"]), comment["line"]
    if not any(first in hunk and last in hunk for hunk in hunks):
        said = "pull_request_review_thread.line must be part of the diff"
        raise Refused(422, "Unprocessable Entity", {"message": said})


def _hunks(server: Server, pull: Json, path: str) -> list[range]:
    span = f"{pull['base']['ref']}...{pull['head']['ref']}"
    diff = git(server.bare, "diff", "--unified=3", span, "--", path)
    found = re.findall(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", diff, re.M)
    return [range(int(start), int(start) + int(size or 1)) for start, size in found]


# ------------------------------------------------------------------ the wire


@contextmanager
def running(bare: Path) -> Iterator[Server]:
    """A server for the bare repository, until the block ends."""
    server = Server(bare)
    lock = threading.RLock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            with lock:
                status, answer, headers = _serve(server, self.command, self.path, body)
            self._send(status, answer, headers)

        def _send(self, status: int, answer: Any, headers: dict[str, str]) -> None:
            content = b"" if status == 204 else json.dumps(answer).encode()
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


def _serve(server: Server, method: str, target: str, body: Any) -> tuple[int, Any, dict[str, str]]:
    url = urlsplit(target)
    call = Call(method, url.path, body)
    server.calls.append(call)
    if server.before:
        server.before(call)
    fault = _fault(server, call)
    if fault and not fault.after:
        return fault.status, {"message": fault.message}, fault.headers
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    status, answer, headers = _dispatch(server, call, query)
    if fault:
        return fault.status, {"message": fault.message}, fault.headers
    return status, answer, headers


def _fault(server: Server, call: Call) -> Fault | None:
    for fault in server.faults:
        if fault.times and fault.method == call.method and re.search(fault.path, call.path):
            fault.times -= 1
            return fault
    return None


def _dispatch(server: Server, call: Call, query: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
    for method, path, handle in _ROUTES:
        found = path.match(call.path)
        if method == call.method and found:
            try:
                status, answer = handle(server, query=query, body=call.body, **found.groupdict())
            except Refused as refused:
                return refused.status, refused.body, {}
            if isinstance(answer, list):
                return _page(server, call.path, answer, query)
            return status, answer, {}
    return 404, {"message": "Not Found"}, {}


def _page(
    server: Server, path: str, rows: list[Json], query: dict[str, str]
) -> tuple[int, Any, dict[str, str]]:
    """One page of a list, with the link to the next."""
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    shown = rows[(page - 1) * size : page * size]
    if page * size >= len(rows):
        return 200, shown, {}
    rest = "&".join(f"{k}={v}" for k, v in {**query, "page": str(page + 1)}.items())
    return 200, shown, {"Link": f'<{server.url}{path}?{rest}>; rel="next"'}
