"""Is this the right clone, at the right branch, with its history?"""

from __future__ import annotations

from collections.abc import Iterator

from amts_bot.book.config import Config
from amts_bot.book.snapshot import branch_of
from amts_bot.console.findings import Finding, right, warning, wrong
from amts_bot.doctor.subject import Subject

_USUAL = "main"


def branch(subject: Subject, config: Config) -> Iterator[Finding]:
    """The branch, the history, and the remote of the translation."""
    repository = subject.repository
    here, usual = repository.current_branch(), repository.default_branch()
    if here in [branch_of(code) for code in config.languages]:
        switch = f"git switch {usual or _USUAL}"
        yield wrong("branch", f"{here} is checked out, which is the bot's own", switch)
    elif here and usual and here != usual:
        yield warning(
            "branch",
            f"{here} is checked out, not {usual}: schedules and events of GitHub run what {usual} has",
            f"git switch {usual}, unless you are trying something",
        )
    else:
        yield right("branch", f"{here} is checked out" if here else "a commit is checked out")
    if repository.is_shallow():
        yield wrong(
            "history",
            "this is a shallow clone: the bot reads old commits",
            "git fetch --unshallow; in a workflow `fetch-depth: 0` on actions/checkout",
        )
    if not repository.remote_address("origin"):
        yield warning(
            "remote", "there is no origin: nothing can be published", "git remote add origin URL"
        )
