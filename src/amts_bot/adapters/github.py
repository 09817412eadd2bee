"""GitHub, by way of PyGithub: pull requests, comments and issues of one repository.

What a run needs takes few calls, since a token of Actions has 1,000 an hour for the whole repository: one
list, one update, and a call for each kind of thing that is missing. Lists are looked at before something is
added, and again when the answer to that is lost: nothing is added twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Any

import requests
from github import Auth, Github, GithubException, GithubRetry
from github import PullRequest as hub
from github.GithubException import RateLimitExceededException
from github.Issue import Issue
from github.IssueComment import IssueComment
from github.PullRequestComment import PullRequestComment
from github.PullRequestReview import PullRequestReview
from github.Repository import Repository
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.response import HTTPResponse
from urllib3.util import Retry

from amts_bot.errors import METADATA, TEAMS, AmtsError, lacks
from amts_bot.model import Comment, Suggestion
from amts_bot.model.github import (
    Audience,
    LineRemark,
    PullRequest,
    PullRequestText,
    StatusIssue,
)

API = "https://api.github.com"
# GitHub shows a review of about this many comments without trouble; one of 100 can answer 502.
MOST_COMMENTS = 20
_EDITED = "Somebody edited these lines on this branch, so they stay. The new proposals:"
_WEAK = "Drafts to read with care:"
FAILURE_LABEL = "amts-sync-failure"
STATUS_LABEL = "amts-status"
_TRIES = 5
_MOVED = 307
_MARK = "<!-- amts-bot:{} -->"
# What adds one more each time. (GitHub refuses a second pull request of a branch by itself, and takes labels,
# people and reactions that are there already for what they are.)
_ADDS = re.compile(r"/(comments|issues|replies|reviews)$")

# What each call needs, by GitHub's "Permissions required for GitHub Apps"; a refusal names it.
RIGHTS: Mapping[str, str] = {
    "read": METADATA,
    "look up the rights of": METADATA,
    "list pull requests": "pull-requests: read",
    "read the pull request": "pull-requests: read",
    "read the reviews": "pull-requests: read",
    "read the review comments": "pull-requests: read",
    "open a pull request": "pull-requests: write",
    "update the pull request": "pull-requests: write",
    "change the draft state": "contents: write` and `pull-requests: write",  # both
    "close the pull request": "pull-requests: write",
    "comment on the pull request": "pull-requests: write",
    "edit a review comment": "pull-requests: write",
    "react to a comment": "pull-requests: write",
    "set reviewer": "pull-requests: write",
    "set team reviewer": TEAMS,
    "look up the team": TEAMS,
    "set label": "issues: write",
    "set assignee": "issues: write",
    "open an issue": "issues: write",
    "close an issue": "issues: write",
    "pin an issue": "issues: write",
}


def connect(token: str, api: str = API, pause: float | None = 1.0) -> Github:
    """A client that waits where GitHub asks it to, five minutes at most.

    GitHub asks for a second between writes (`pause`); PyGithub does not repeat a PATCH by itself.
    """
    retry = _Patience(
        total=_TRIES,
        backoff_factor=pause or 0,
        max_rate_limit_wait=300,
        allowed_methods=None,
        status_forcelist=[_MOVED, *range(500, 600)],
    )
    return Github(
        auth=Auth.Token(token),
        base_url=api,
        timeout=30,
        per_page=100,
        retry=retry,
        seconds_between_requests=None,
        seconds_between_writes=pause,
        lazy=True,
    )


class _Patience(GithubRetry):
    """Repeats what had no answer, except what adds something: that may be there already, see `_add_once`.

    A write to the old name of a repository is refused: PyGithub would take GitHub's redirect for the answer.
    """

    def increment(  # type: ignore[override] # PyGithub's own differs from urllib3's
        self,
        method: str | None = None,
        url: str | None = None,
        response: HTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Retry:
        if response is not None and response.status == _MOVED:
            raise GithubException(_MOVED, {"message": "Temporary Redirect"})
        is_lost = response is None or response.status >= 500
        if is_lost and method == "POST" and _ADDS.search(url or ""):
            status = response.status if response else "lost"
            reason = error or ResponseError(ResponseError.SPECIFIC_ERROR.format(status_code=status))
            raise MaxRetryError(_pool, url or "", reason)  # type: ignore[arg-type] # there is a pool
        return super().increment(method, url, response, error, _pool, _stacktrace)


def _add_once(add: Callable[[], object], is_there: Callable[[], bool]) -> None:
    """Adds something that was not there; when the answer is lost, looks for it before it asks again.

    To look is a GET, which is repeated with growing pauses: it waits until GitHub answers again.
    """
    for left in reversed(range(_TRIES)):
        try:
            add()
            return
        except requests.RequestException:
            if is_there():
                return
            if not left:
                raise


class GitHubPullRequests:
    """The pull requests, issues and comments of the repository `name` ("owner/repository").

    Every method raises AmtsError when GitHub refuses, with the right that is missing and where to set it.
    """

    def __init__(self, client: Github, name: str) -> None:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
            raise AmtsError(
                f"{name!r} is not a repository: give owner/name, as GITHUB_REPOSITORY does"
            )
        self._name = name
        with _explained(f"read {name}", RIGHTS["read"]):
            self._repo: Repository = client.get_repo(name)
            archived = self._repo.archived  # the first look is what asks GitHub
        if archived:
            raise AmtsError(
                f"{name} is archived and takes no changes: unarchive it in its settings"
            )

    @property
    def default_branch(self) -> str:
        """The branch that pull requests are merged into."""
        return self._repo.default_branch

    # -- the pull request -------------------------------------------------------------------------

    def newest(self, branch: str) -> PullRequest | None:
        """The open pull request of a branch of this repository, else its last one, if there is any."""
        with self._explained("list pull requests"):
            head = f"{self._repo.owner.login}:{branch}"
            rows: list[hub.PullRequest] = self._repo.get_pulls(state="all", head=head).get_page(0)
        # PyGithub follows a repository to its new name without the question: then all open ones come.
        found = [_pull(row) for row in rows if row.head.label == head]
        return next((pull for pull in found if pull.state == "open"), found[0] if found else None)

    def branch_of(self, number: int) -> str:
        """The branch of a pull request of this repository, also of one that is over; "" for anything else."""
        with self._explained("read the pull request"):
            row = self._pull(number)
            ours = row.head.repo is not None and row.head.repo.full_name == self._repo.full_name
            return row.head.ref if ours else ""

    def open(self, text: PullRequestText) -> PullRequest:
        """Opens a pull request; one that somebody opened in the same moment is taken and updated.

        Private repositories of free plans have no drafts: there it is an ordinary one.
        """
        try:
            with self._explained("open a pull request"):
                made = self._repo.create_pull(
                    text.base, text.branch, title=text.title, body=text.body, draft=text.draft
                )
        except NoDrafts:
            return self.open(replace(text, draft=False))
        except AlreadyThere:
            there = self.newest(text.branch)
            if there is None or there.state != "open":
                raise
            return self.update(there, text)
        return _pull(made)

    def update(self, pull: PullRequest, text: PullRequestText) -> PullRequest:
        """Brings title, body, base and draft state to what `text` says; no call where they are."""
        wanted = {"title": text.title, "body": text.body, "base": text.base}
        changed: dict[str, Any] = {
            key: new for key, new in wanted.items() if getattr(pull, key) != new
        }
        row = self._pull(pull.number)
        with self._explained("update the pull request"):
            if changed:
                row.edit(**changed)
        if text.draft != pull.draft:
            with suppress(NoDrafts), self._explained("change the draft state"):
                _ = row.node_id  # completes the lazy row: GraphQL wants its id
                _ = row.convert_to_draft() if text.draft else row.mark_ready_for_review()
        return _pull(row) if changed or text.draft != pull.draft else pull

    def close(self, pull: PullRequest, reason: str) -> None:
        """Closes a pull request and says why: once for each state of its branch."""
        mark = _MARK.format(f"closed {pull.head}")
        with self._explained("comment on the pull request"):
            _say_once(self._repo.get_issue(pull.number), f"{reason}\n\n{mark}", mark)
        with self._explained("close the pull request"):
            self._pull(pull.number).edit(state="closed")

    def address(self, pull: PullRequest, audience: Audience) -> tuple[str, ...]:
        """Labels, reviewers and assignees. What GitHub does not take is returned, never fatal."""
        row, issue = self._pull(pull.number), self._repo.get_issue(pull.number)
        labels = [label for label in audience.labels if label not in pull.labels]
        wishes: list[tuple[str, Sequence[str], Callable[[], Any]]] = [
            ("label", labels, lambda: issue.add_to_labels(*labels)),
            (
                "reviewer",
                audience.reviewers,
                lambda: row.create_review_request(reviewers=list(audience.reviewers)),
            ),
            (
                "team reviewer",
                audience.team_reviewers,
                lambda: row.create_review_request(team_reviewers=list(audience.team_reviewers)),
            ),
            ("assignee", audience.assignees, lambda: issue.add_to_assignees(*audience.assignees)),
        ]
        refused = []
        for kind, names, grant in wishes:
            try:
                if names:
                    with self._explained(f"set {kind}", *names):
                        grant()
            except AmtsError as error:
                refused.append(str(error))
        return tuple(refused)

    def approvals(self, pull: PullRequest) -> tuple[str, ...]:
        """The commits that people who may write approved, where that is their last word on a pull request."""
        verdicts: dict[str, PullRequestReview] = {}
        with self._explained("read the reviews"):
            for review in self._pull(pull.number).get_reviews():
                # GitHub says `"user": null` for an account that was deleted.
                if review.user and review.user.type == "User" and review.state != "COMMENTED":
                    verdicts[review.user.login] = review
        approved = {who: it for who, it in verdicts.items() if it.state == "APPROVED"}
        return tuple(sorted({it.commit_id for who, it in approved.items() if self.may_write(who)}))

    def suggest(
        self, pull: PullRequest, suggestions: Sequence[Suggestion]
    ) -> tuple[Suggestion, ...]:
        """Posts suggestions as one review, those that are not there yet; returns what did not fit."""
        row, comments = self._pull(pull.number), [_review_comment(it) for it in suggestions]
        with self._explained("read the review comments"):
            new = _not_there(row, comments)
        left = [*self._not_in_diff(row, _EDITED, new[:MOST_COMMENTS]), *new[MOST_COMMENTS:]]
        both = zip(suggestions, comments, strict=True)
        return tuple(suggestion for suggestion, comment in both if comment in left)

    def remark(self, pull: PullRequest, remarks: Sequence[LineRemark]) -> None:
        """Posts remarks as one review, and edits those that are there and say something else now.

        At most 20 in all, the first ones; what is on lines that the pull request does not show is left out.
        """
        row, comments = self._pull(pull.number), [_remark_comment(it) for it in remarks]
        with self._explained("read the review comments"):
            there = {_first_line(it.body): it for it in row.get_review_comments()}
        new = [it for it in comments if _first_line(it["body"]) not in there]
        old = [(there[mark], it) for it in comments if (mark := _first_line(it["body"])) in there]
        changed = [(known, it) for known, it in old if known.body.strip() != it["body"].strip()]
        for known, comment in changed[:MOST_COMMENTS]:
            with self._explained("edit a review comment"):
                known.edit(comment["body"])
        room = max(0, MOST_COMMENTS - len(changed))
        for _ in self._not_in_diff(row, _WEAK, new[:room]):
            pass

    def _not_in_diff(
        self, row: hub.PullRequest, words: str, comments: Sequence[_Comment]
    ) -> Iterator[_Comment]:
        """Posts a review, and yields what is on lines that the pull request does not show.

        One such line makes GitHub refuse the whole review, and it does not say which: so both halves are tried.
        """
        if not comments:
            return
        try:
            with self._explained("comment on the pull request"):
                _add_once(
                    lambda: row.create_review(
                        body=words,
                        event="COMMENT",
                        comments=list(comments),  # type: ignore[arg-type] # of ReviewComment's form
                    ),
                    lambda: not _not_there(row, comments),
                )
        except NotInDiff:
            if len(comments) == 1:
                yield comments[0]
                return
            half = len(comments) // 2
            yield from self._not_in_diff(row, words, comments[:half])
            yield from self._not_in_diff(row, words, comments[half:])

    # -- conversation -----------------------------------------------------------------------------

    def answer(self, to: Comment, body: str) -> None:
        """One answer, in the thread of a comment on lines: written once, however often the run is repeated."""
        mark = _MARK.format(f"answer {to.id}")
        with self._explained("comment on the pull request"):
            if to.thread:
                _reply_once(self._pull(to.number), to.thread, f"{mark}\n{body}", mark)
            else:
                _say_once(self._repo.get_issue(to.number), f"{mark}\n{body}", mark)

    def react(self, to: Comment, content: str) -> None:
        """A reaction such as "+1", "confused" or "eyes" to a comment; the same one twice counts once."""
        with self._explained("react to a comment"):
            row: IssueComment | PullRequestComment
            if to.thread:
                row = self._pull(to.number).get_review_comment(to.id)
            else:
                row = self._repo.get_issue(to.number).get_comment(to.id)
            row.create_reaction(content)

    def may_write(self, login: str) -> bool:
        """Whether somebody may push to the repository: the right that commands ask for."""
        with self._explained("look up the rights of", login):
            return self._repo.get_collaborator_permission(login) in ("admin", "maintain", "write")

    def sees_team(self, team: str) -> bool:
        """Whether a review can be asked of a team of the owner's: the token sees that it has this repository.

        Of a team without access, and to a token that may not read members, GitHub says that there is none.
        """
        path = f"/orgs/{self._repo.owner.login}/teams/{team}/repos/{self._name}"
        with self._explained("look up the team", team):
            try:
                self._repo.requester.requestJsonAndCheck("GET", path)
            except GithubException as error:
                if error.status not in (403, 404) or isinstance(error, RateLimitExceededException):
                    raise
                return False
        return True

    # -- the failure issue ------------------------------------------------------------------------

    def report_failure(self, language: str, title: str, body: str) -> None:
        """Opens the language's failure issue, or brings it up to date."""
        text = f"{_failure_mark(language)}\n{body}"
        with self._explained("open an issue"):
            for issue in self._failures(language):
                issue.edit(title=title, body=text)
                return
            _add_once(
                lambda: self._repo.create_issue(title, text, labels=[FAILURE_LABEL]),
                lambda: any(self._failures(language)),
            )

    def settle_failure(self, language: str, words: str) -> None:
        """Closes the language's failure issue, if there is one."""
        mark = _MARK.format(f"settled {language}")
        with self._explained("close an issue"):
            for issue in self._failures(language):
                _say_once(issue, f"{words}\n\n{mark}", mark)
                issue.edit(state="closed", state_reason="completed")

    def _failures(self, language: str) -> Iterator[Issue]:
        mark = _failure_mark(language)
        for issue in self._repo.get_issues(state="open", labels=[FAILURE_LABEL]):
            if mark in (issue.body or ""):
                yield issue

    # -- the status issue -------------------------------------------------------------------------

    def show_status(self, title: str, body: str) -> StatusIssue:
        """Brings the one issue that says how far the book is up to date, or opens and pins it.

        Where somebody closed it, nobody wants it: it stays as it is.
        """
        text = f"{_STATUS_MARK}\n{body}"
        with self._explained("open an issue"):
            issue = self._status_issue()
            if issue is None:
                return self._open_status(title, text)
            if issue.state == "closed":
                said = (
                    f"{issue.html_url} is closed and stays so; reopen it to have the status there"
                )
                return StatusIssue(issue.html_url, said)
            if (issue.title, issue.body) != (title, text):
                issue.edit(title=title, body=text)
            return StatusIssue(issue.html_url)

    def _status_issue(self) -> Issue | None:
        """The newest one, open or closed."""
        issues = self._repo.get_issues(state="all", labels=[STATUS_LABEL])
        return next((it for it in issues if (it.body or "").startswith(_STATUS_MARK)), None)

    def _open_status(self, title: str, text: str) -> StatusIssue:
        """A new one, pinned. GitHub takes three pins at most, and a lost pin is no reason to fail."""
        opened: list[Issue] = []

        def is_there() -> bool:
            opened.extend(filter(None, [self._status_issue()]))
            return bool(opened)

        labels = [STATUS_LABEL]
        _add_once(
            lambda: opened.append(self._repo.create_issue(title, text, labels=labels)), is_there
        )
        issue = opened[0]
        try:
            with self._explained("pin an issue"):
                self._repo.requester.graphql_named_mutation(
                    "pinIssue", {"issueId": issue.node_id}, "issue { id }"
                )
        except AmtsError as error:
            return StatusIssue(issue.html_url, f"{error}; or pin {issue.html_url} by hand")
        return StatusIssue(issue.html_url)

    # -- shared -----------------------------------------------------------------------------------

    def _pull(self, number: int) -> hub.PullRequest:
        return self._repo.get_pull(number)

    def _explained(self, call: str, *names: str) -> Any:
        what = f"{call} {', '.join(names)}" if names else call
        return _explained(f"{what} in {self._name}", RIGHTS[call])


def _pull(row: hub.PullRequest) -> PullRequest:
    """`merged_at` and not `merged`, which lists leave out."""
    state = "merged" if row.merged_at else row.state
    return PullRequest(
        number=row.number,
        url=row.html_url,
        state="open" if state == "open" else "merged" if state == "merged" else "closed",
        draft=row.draft,
        head=row.head.sha,
        base=row.base.ref,
        title=row.title,
        body=row.body or "",
        labels=tuple(label.name for label in row.labels),
    )


def _say_once(issue: Issue, body: str, mark: str) -> None:
    """A comment, unless one with its mark stands there: from a run that was cut off, or whose answer was lost."""

    def is_there() -> bool:
        return any(mark in (comment.body or "") for comment in issue.get_comments())

    if not is_there():
        _add_once(lambda: issue.create_comment(body), is_there)


def _reply_once(pull: hub.PullRequest, thread: int, body: str, mark: str) -> None:
    """As `_say_once`, in the thread below a comment on lines."""

    def is_there() -> bool:
        return any(mark in (comment.body or "") for comment in pull.get_review_comments())

    if not is_there():
        _add_once(lambda: pull.create_review_comment_reply(thread, body), is_there)


def _failure_mark(language: str) -> str:
    return _MARK.format(f"failure {language}")


_STATUS_MARK = _MARK.format("status")

_Comment = Mapping[str, Any]  # as GitHub wants it; the first line of its body is its mark


def _first_line(body: str) -> str:
    return body.partition("\n")[0].strip()


def _not_there(row: hub.PullRequest, comments: Sequence[_Comment]) -> list[_Comment]:
    """Those that nobody finds among the review comments yet."""
    there = " ".join(comment.body for comment in row.get_review_comments())
    return [comment for comment in comments if _first_line(comment["body"]) not in there]


def _mark(suggestion: Suggestion) -> str:
    """Tells a suggestion again: by place and text, not by line, since lines move."""
    named = hashlib.sha256(f"{suggestion.path}\0{suggestion.text}".encode()).hexdigest()[:12]
    return _MARK.format(f"suggestion {named}")


def _remark_comment(remark: LineRemark) -> _Comment:
    named = hashlib.sha256(f"{remark.path}\0{remark.name}".encode()).hexdigest()[:12]
    body = f"{_MARK.format(f'remark {named}')}\n{remark.text}\n"
    return {**_on_lines(remark), "body": body}


def _on_lines(at: Suggestion | LineRemark) -> dict[str, Any]:
    row: dict[str, Any] = {"path": at.path, "line": at.last, "side": "RIGHT"}
    return row | ({"start_line": at.first, "start_side": "RIGHT"} if at.first < at.last else {})


def _review_comment(suggestion: Suggestion) -> _Comment:
    text = suggestion.text.rstrip("\r\n")
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    said = f"{_mark(suggestion)}\n{suggestion.reason}\n\n{fence}suggestion\n{text}\n{fence}\n"
    return {**_on_lines(suggestion), "body": said}


# ------------------------------------------------------------------ what GitHub refuses


class AlreadyThere(AmtsError):
    """There is an open pull request for the branch."""


class NothingToMerge(AmtsError):
    """The branch has no commit that its base lacks."""


class NoDrafts(AmtsError):
    """The repository's plan has no draft pull requests."""


class NotInDiff(AmtsError):
    """A comment names a line that the pull request does not change."""


_SETTINGS = "Settings, Actions, General, Workflow permissions"
# What GitHub says (status, words), what to do, and the kind of the error. `{right}` is the right that the
# call needs, `{lacks}` how a token gets it.
_REFUSALS: tuple[tuple[int, str, str, type[AmtsError]], ...] = (
    (_MOVED, "", "the repository was renamed or moved: run again, under its new name", AmtsError),
    (
        401,
        "",
        "the token is missing or out of date; hand a valid one to the input `token`",
        AmtsError,
    ),
    (
        403,
        "not permitted to create or approve",
        f'tick "Allow GitHub Actions to create and approve pull requests" under {_SETTINGS}, of the '
        "organisation too, or use the token of a GitHub App",
        AmtsError,
    ),
    (403, "archived", "unarchive the repository in its settings", AmtsError),
    (
        403,
        "",
        "{lacks}",
        AmtsError,
    ),
    (
        404,
        "",
        "the token can't see it; check the name, and give the token access to the repository with `{right}`",
        AmtsError,
    ),
    (410, "", "issues are switched off; switch them on in the settings, under Features", AmtsError),
    (400, "not supported", "the plan of the repository has no drafts", NoDrafts),  # of GraphQL
    (
        400,
        "not accessible",
        "{lacks}",
        AmtsError,
    ),
    (422, "draft pull requests", "the plan of the repository has no drafts", NoDrafts),
    (422, "already exists", "run again", AlreadyThere),
    (422, "No commits between", "nothing is left to merge", NothingToMerge),
    (422, "could not be resolved", "the lines are not changed here", NotInDiff),
    (422, "must be part of the diff", "the lines are not changed here", NotInDiff),  # until 2025
    (422, "must be part of the same hunk", "the lines are too far apart", NotInDiff),
    (422, "not a collaborator", "correct [pull-request] in amts.toml, or invite them", AmtsError),
    (422, "base", "the branch to merge into is gone or was renamed; run again", AmtsError),
    (400, "pinned issues", "unpin another one", AmtsError),  # of GraphQL: three are the limit
    (422, "", "please report this", AmtsError),
)


@contextmanager
def _explained(what: str, right: str) -> Iterator[None]:
    """Turns GitHub's refusal into words that help: what was tried, what GitHub said, what to do."""
    try:
        yield
    except RateLimitExceededException as error:
        raise AmtsError(
            f"could not {what}: GitHub allows no more calls for now ({_words(error)}); run again in an "
            "hour, or use the token of a GitHub App, which may make more"
        ) from error
    except GithubException as error:
        raise _refusal(what, right, error) from error
    except requests.RequestException as error:
        raise AmtsError(
            f"could not {what}: GitHub can't be reached, or had no answer {_TRIES} times over ({error}): "
            "run again later; https://www.githubstatus.com says more"
        ) from error


def _refusal(what: str, right: str, error: GithubException) -> AmtsError:
    words = _words(error)
    for status, said, remedy, kind in _REFUSALS:
        if error.status == status and said.casefold() in words.casefold():
            return kind(
                f"could not {what}: {words}: {remedy.format(right=right, lacks=lacks(right))}"
            )
    return AmtsError(f"could not {what}: GitHub answers {error.status} ({words}); run again later")


def _words(error: GithubException) -> str:
    """What GitHub said: its message, and those of the single errors."""
    data = error.data if isinstance(error.data, dict) else {}
    said = [str(data.get("message", "")) or str(error.message or f"status {error.status}")]
    for row in data.get("errors") or ():
        if isinstance(row, dict):
            said.append(str(row.get("message") or f"{row.get('field')} is {row.get('code')}"))
        else:
            said.append(str(row))
    return "; ".join(dict.fromkeys(words.rstrip(".") for words in said if words))
