"""What the commands that work on GitHub share: the token, the repository's name, and who signs commits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from amts_bot.errors import UsageError

if TYPE_CHECKING:
    from amts_bot.adapters.github import GitHubPullRequests


def token_of(environment: Mapping[str, str]) -> str:
    """The token; never an argument, which others could read in a list of processes."""
    return environment.get("GITHUB_TOKEN", "")


def identity(environment: Mapping[str, str]) -> dict[str, str]:
    """Who signs the bot's commits, where the environment says so."""
    wanted = re.compile(r"GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)")
    return {key: value for key, value in environment.items() if wanted.fullmatch(key)}


def review_address(environment: Mapping[str, str], language: str) -> str:
    """Where people will find the review page of a language: a site, else the run that has it; "" on other machines.

    AMTS_REVIEW_SITE is the address of the site, where the workflow publishes one.
    """
    site = environment.get("AMTS_REVIEW_SITE", "").rstrip("/")
    if site:
        return f"{site}/{language}/review.html"
    run = [environment.get(name, "") for name in _RUN]
    return "{}/{}/actions/runs/{}#artifacts".format(*run) if all(run) else ""


_RUN = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")


def pull_requests(environment: Mapping[str, str]) -> GitHubPullRequests:
    """The pull requests of the repository that GITHUB_REPOSITORY names.

    Raises:
        UsageError: the token or the name is missing.
    """
    from amts_bot.adapters.github import API, GitHubPullRequests, connect

    token, name = token_of(environment), environment.get("GITHUB_REPOSITORY", "")
    if not token:
        raise UsageError(
            "GITHUB_TOKEN is not set, and publishing needs a token that may push\n"
            "set it; in a workflow the action takes it as `token`"
        )
    if not name:
        raise UsageError(
            "GITHUB_REPOSITORY is not set\nset it to owner/name of the translation repository"
        )
    return GitHubPullRequests(connect(token, environment.get("GITHUB_API_URL") or API), name)
