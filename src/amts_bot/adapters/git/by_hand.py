"""What git does as if a person had typed it: with their name, their settings and their hooks."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from amts_bot.adapters.git.process import to_text
from amts_bot.errors import AmtsError


def record(root: Path, paths: Sequence[str], message: str) -> None:
    """Commits some files of the work tree on the branch that is checked out, and nothing that is staged beside them.

    Raises AmtsError with git's words, where it knows no name to sign with, for one.
    """
    commit = ["commit", "--quiet", "--only", "-m", message]
    try:
        for order in (["add"], commit):
            command = ["git", *order, "--", *paths]
            subprocess.run(command, cwd=root, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise AmtsError(
            f"{root}: the files are written and not committed: {to_text(error.stderr).strip()}\n"
            f"mend that, then: git add {' '.join(paths)} && git commit -m '{message}'"
        ) from error
