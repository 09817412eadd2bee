"""What a run leaves to be reviewed where nothing is published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from amts_bot.book.memory import lock_of
from amts_bot.book.past import Past
from amts_bot.book.snapshot import branch_of, english_repository
from amts_bot.book.texts import tree_of

if TYPE_CHECKING:
    from amts_bot.book.snapshot import Order
    from amts_bot.ports import Progress, Repository
    from amts_bot.text.pull_request.report import RunReport


def branch_report(
    order: Order, repository: Repository, run: RunReport, progress: Progress
) -> RunReport:
    """What is to be reviewed where nothing is published: the branch, or `run` where it is all that the branch has."""
    tip = repository.branch_tip(branch_of(order.language))
    made = repository.commits(repository.head(), tip) if tip else ()
    if run.planned or tip is None or not made or (len(made) == 1 and run.pages):
        return run
    if not order.first_base:
        order = replace(order, begun=_begun(order.language, tip, repository))
    from amts_bot.pull_request.whole import whole_report  # and what plans pages

    return whole_report(order, repository, run, progress)


def _begun(language: str, tip: str, repository: Repository) -> str:
    """The English that a branch began with, by what its rows say that the pages were made from; "" where none does."""
    rows = lock_of(tree_of(repository, tip), language).pages.values()
    source = english_repository(repository)
    past = Past(source=source, source_tip=source.head(), own=repository, own_tip=tip)
    return past.commit_with({row.source: row.began for row in rows if row.began})
