"""Which programs the commands that work in a repository start: none that a pull request brought."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from amts_bot.errors import AmtsError, UsageError

if TYPE_CHECKING:
    from amts_bot.ports import Program, Programs, Progress, Repository


def programs(
    progress: Progress, environment: Mapping[str, str], repository: Repository
) -> Programs:
    """Starts what `--engine` or the checked-out amts.toml names.

    In an event of a pull request a `command:` is refused, unless the default branch has the commit that is checked
    out: else its settings, and its programs, may be those of a stranger.
    """

    def start(engine: str) -> Program | None:
        from amts_bot.adapters.programs import program  # few engines are programs

        found = program(engine, progress)
        if found and engine.startswith("command:") and _is_foreign(environment, repository):
            raise UsageError(
                f"engine {engine}: this run is of a pull request, and the commit that is checked out is not on the "
                "default branch: no program of it is started; check out the default branch, as the workflows of "
                "examples/ do"
            )
        return found

    return start


def _is_foreign(environment: Mapping[str, str], repository: Repository) -> bool:
    if not environment.get("GITHUB_EVENT_NAME", "").startswith("pull_request"):
        return False
    try:
        event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        branch = f"refs/remotes/origin/{event['repository']['default_branch']}"
        return not repository.is_ancestor(repository.head(), branch)
    except (OSError, ValueError, KeyError, TypeError, AmtsError):
        return True  # nobody can say which one it is
