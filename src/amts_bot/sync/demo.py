"""A whole sync of a small book that comes along: two real repositories, no account, no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from amts_bot.book.snapshot import Order
from amts_bot.ports import Progress, Stage
from amts_bot.sync.done import SyncResult
from amts_bot.sync.run import sync
from amts_bot.text.columns import PAPER, Screen
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.samples import samples

LANGUAGE = "tr"


def demo(
    stage: Stage,
    progress: Progress,
    show: Callable[[str], None],
    keep: Callable[[RunReport], str],
    screen: Screen = PAPER,
) -> SyncResult:
    """Sets the stage and tells the story: the plan, a draft of each kind, the commit, the pull request.

    The English book has moved on by one version; its Turkish translation has habits of its own; the machine is a
    recording, which makes the mistakes that machines make. Both repositories stay for looking around, and so does the
    pull request: `keep` writes it, and says where it is.
    """
    show(f"An English book and its Turkish translation, as two git repositories in {stage.folder}.")
    show("The English has a second edition; the translation is of the first.")
    repository, base = stage.build()
    order = Order(LANGUAGE, base=base, engine="recorded:machine.jsonl", recording=stage.recording())
    plan = sync(Order(LANGUAGE, base=base, dry_run=True), repository, progress)
    show(f"\nThe plan (amts-bot sync --language {LANGUAGE} --base {base[:10]} --dry-run):\n")
    show(plan.report.table(screen))
    result = sync(order, repository, progress)
    show("\nA draft of each kind:\n")
    show("\n\n".join(samples(result.report, screen)))
    show(f"\nThe commit on branch amts/{LANGUAGE}:\n")
    show(stage.log(f"amts/{LANGUAGE}"))
    again = sync(replace(order, base=""), repository, progress)
    show("Run again: " + ("a commit, which should not be" if again.commit else "nothing to do"))
    show(f"\n{keep(result.report)}")
    show(f"Look around: git -C {stage.folder}/book-tr diff main amts/{LANGUAGE}")
    return result
