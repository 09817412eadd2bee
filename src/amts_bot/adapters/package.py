"""What came with this package: the workflows of the examples, and the repository that it was installed from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from importlib.resources.abc import Traversable

_NAME = "amts-bot"


def examples() -> Mapping[str, Mapping[str, str]]:
    """The workflows of each layout, by its folder in `examples/` and by their paths in a repository."""
    folders = {
        it.name: it / ".github" / "workflows" for it in (files("amts_bot") / "examples").iterdir()
    }
    return {name: _workflows(folder) for name, folder in folders.items() if folder.is_dir()}


def _workflows(folder: Traversable) -> dict[str, str]:
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {f".github/workflows/{file.name}": file.read_text(encoding="utf-8") for file in found}


def home() -> str:
    """The repository on GitHub that pip installed this from, with the commit: "owner/name@1f2e…".

    "" where it came from elsewhere. Source: PEP 610, direct_url.json.
    """
    try:
        said = distribution(_NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    origin = json.loads(said or "{}")
    named = re.fullmatch(
        r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", origin.get("url", "")
    )
    commit = origin.get("vcs_info", {}).get("commit_id", "")
    return f"{named[1]}@{commit}" if named and commit else ""
