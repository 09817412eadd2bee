"""The dashboard: one issue of the repository says how far the book is, kept up to date by every run."""

from __future__ import annotations

from collections.abc import Sequence

from amts_bot.book.snapshot import branch_of
from amts_bot.model.github import StatusIssue
from amts_bot.ports import Progress, PullRequests, Repository
from amts_bot.status.book import status
from amts_bot.text.status.report import StatusReport

_TITLE = "How far the translations are"


def dashboard(
    languages: Sequence[str], repository: Repository, hub: PullRequests, progress: Progress
) -> tuple[StatusReport, StatusIssue]:
    """Reads the status, with the open pull requests as GitHub has them, and shows it there.

    Raises AmtsError as `status` does, and where GitHub refuses.
    """
    for language in languages:
        repository.fetch(branch_of(language))
    found = status(languages, repository, progress)
    return found, hub.show_status(_TITLE, found.issue())
