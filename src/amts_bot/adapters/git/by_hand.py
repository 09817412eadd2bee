"""What git does as if a person had typed it: with their name, their settings and their hooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import git

from amts_bot.errors import AmtsError


def record(root: Path, paths: Sequence[str], message: str) -> None:
    """Commits some files of the work tree on the branch that is checked out, and nothing that is staged beside them.

    Raises AmtsError with git's words, where it knows no name to sign with, for one.
    """
    here = git.Git(root)
    try:
        here.execute(["git", "add", "--", *paths])
        here.execute(["git", "commit", "--quiet", "--only", "-m", message, "--", *paths])
    except git.GitCommandError as error:
        raise AmtsError(
            f"{root}: the files are written and not committed: {error.stderr.strip()}\n"
            f"mend that, then: git add {' '.join(paths)} && git commit -m '{message}'"
        ) from error
