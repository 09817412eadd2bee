"""Pages that were changed together with their English, in one pull request: where both stand in one repository.

Whoever changes a page and its translation at once has translated the change. A pull request that is merged or squashed
is one step of the default branch; the commits of a rebased one are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from amts_bot.model import CommitChange


@dataclass(frozen=True, slots=True)
class InStep:
    """The commit that changed a page together with its English, and the blob that the English has since."""

    commit: str
    blob: str


def moved_together(
    pages: Mapping[str, tuple[str, str]], changes: Iterable[CommitChange]
) -> dict[str, InStep]:
    """The pages that some change left in step, by target path; changes come oldest first.

    `pages` gives the English path of each target, and the blob that it was translated from, "" where nobody knows.
    A page that was behind stays behind: nobody can tell what of its English was translated then.
    """
    moved: dict[str, InStep] = {}
    for change in changes:
        for target in change.files.keys() & pages.keys():
            source, base = pages[target]
            before, after = change.files.get(source, ("", ""))
            was = moved[target].blob if target in moved else base or before
            if after and was == before and change.files[target][1]:
                moved[target] = InStep(change.commit, after)
    return moved
