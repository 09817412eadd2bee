"""What a token may do on GitHub, by asking for things that cannot be done.

GitHub looks at rights before it looks at what is asked: an order that says nothing is invalid (422) from a token that
may give it, and forbidden (403) from another; nothing is made either way.
"""

from __future__ import annotations

from collections.abc import Mapping

import requests
from github import Github, GithubException

from amts_bot.errors import AmtsError, lacks
from amts_bot.model.github import RightFound

# Each right with the order that needs it, and lacks all that it must say.
_ORDERS: Mapping[str, str] = {
    "contents: write": "/git/refs",
    "pull-requests: write": "/pulls",
    "issues: write": "/labels",
}
_INVALID, _FORBIDDEN = (400, 422), (403, 404)


class GitHubRights:
    """The rights in the repository `name` ("owner/repository") of the token that `github` has."""

    def __init__(self, github: Github, name: str) -> None:
        self._ask = github.requester.requestJson
        self._place = f"/repos/{name}"
        self._name = name

    def look(self) -> tuple[RightFound, ...]:
        """One finding for each right that a run needs. Raises AmtsError where the token or the name is wrong."""
        status = self._status("GET", self._place)
        if status == 401:
            raise AmtsError(
                "GitHub does not know the token in GITHUB_TOKEN, or it is out of date\nmake a new one, or use that of "
                "the workflow: token: ${{ github.token }}"
            )
        if status != 200:
            raise AmtsError(
                f"GitHub shows no repository {self._name} to this token (status {status})\n"
                "correct GITHUB_REPOSITORY, or give the token access to that repository"
            )
        return tuple(self._found(right, order) for right, order in _ORDERS.items())

    def _found(self, right: str, order: str) -> RightFound:
        status = self._status("POST", f"{self._place}{order}")
        if status in _INVALID:
            return RightFound(right, True, "granted")
        if status in _FORBIDDEN:
            return RightFound(right, False, lacks(right))
        return RightFound(right, None, f"GitHub answered with status {status}")

    def _status(self, verb: str, path: str) -> int:
        try:
            status, _, _ = self._ask(verb, path, input={} if verb == "POST" else None)
        except GithubException as error:
            return error.status
        except requests.RequestException as error:
            raise AmtsError(f"GitHub could not be asked: {error}\ntry again") from error
        return status
