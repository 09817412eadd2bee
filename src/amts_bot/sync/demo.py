"""A whole sync of a small book that comes along: two real repositories, no account, no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from amts_bot.book.snapshot import Order
from amts_bot.ports import Progress, Stage
from amts_bot.sync.run import SyncResult, sync
from amts_bot.text.pull_request.body import body
from amts_bot.text.pull_request.page import page_data

LANGUAGE = "tr"


def demo(
    stage: Stage,
    progress: Progress,
    show: Callable[[str], None],
    keep: Callable[[Mapping[str, Any]], str],
) -> SyncResult:
    """Sets the stage, shows the plan, runs the job with engine `memory`, shows the commit and the pull request.

    The English book has moved on by one version; its Turkish translation has habits of its own. Both
    repositories stay for looking around, and so does the review page: `keep` makes it of its data, and says where
    it is.
    """
    show(f"An English book and its Turkish translation, as two git repositories in {stage.folder}")
    repository, base = stage.build()
    order = Order(LANGUAGE, base=base, engine="memory")
    plan = sync(Order(LANGUAGE, base=base, engine="memory", dry_run=True), repository, progress)
    show(f"\nThe plan (amts-bot sync --language {LANGUAGE} --base {base[:10]} --dry-run):\n")
    show(plan.report.table())
    result = sync(order, repository, progress)
    show(f"\nThe commit on branch amts/{LANGUAGE}:\n")
    show(stage.log(f"amts/{LANGUAGE}"))
    show("\nThe pull request:\n")
    show(body(result.report))
    show(f"The same to look at in your browser: {keep(page_data(result.report))}\n")
    again = sync(Order(LANGUAGE, engine="memory"), repository, progress)
    show("Run again: " + ("a commit, which should not be" if again.commit else "nothing to do"))
    show(f"Look around: git -C {stage.folder}/book-tr diff main amts/{LANGUAGE}")
    return result
