"""What is read and written on GitHub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class StatusIssue:
    """The issue that shows how far a book is, and what should be said of it."""

    url: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as GitHub has it. `head` is the commit that its branch stands at."""

    number: int
    url: str
    state: Literal["open", "closed", "merged"]
    draft: bool
    head: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestText:
    """What a pull request should say. `base` is the branch to merge into."""

    branch: str
    base: str
    title: str
    body: str
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told of a pull request, and how it is filed."""

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRemark:
    """What people should know of lines `[first, last]` of `path`, counted from 1; by `name` it is found again."""

    path: str
    first: int
    last: int
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class RightFound:
    """A right that a token was tried for, such as "issues: write"; `granted` is None where nobody could tell."""

    right: str
    granted: bool | None
    words: str
