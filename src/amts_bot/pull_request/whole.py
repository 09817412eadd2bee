"""What a whole pull request holds: every run since the default branch, and what people made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from amts_bot.book.aligned_book import aligned_book
from amts_bot.book.hand_moves import DELETED
from amts_bot.book.lock import PageLock
from amts_bot.book.memory import lock_of
from amts_bot.book.snapshot import (
    Order,
    Snapshot,
    branch_of,
    snapshot,
)
from amts_bot.book.texts import Tree, tree_of
from amts_bot.ports import Progress, Repository
from amts_bot.sync.agenda import agenda
from amts_bot.sync.done import Done
from amts_bot.sync.pages import pages_of, workplace
from amts_bot.text.merge.entries import Entry, Outcome
from amts_bot.text.merge.standing import Branch, as_it_stands, with_drafts
from amts_bot.text.names.pages import block_hashes
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult


def whole_report(
    order: Order, repository: Repository, run: RunReport, progress: Progress
) -> RunReport:
    """The report of the branch as it stands against the default branch; `run` is its last run.

    Where the default branch has no lock yet, `order.first_base` says what its pages were translated from; without
    that nothing is known to compare with, and `run` is returned.
    """
    tip = repository.branch_tip(branch_of(order.language))
    head = tree_of(repository, repository.head())
    if tip is None or not (order.first_base or lock_of(head, order.language).pages):
        return run
    found = snapshot(replace(order, to=run.new), repository, merged=True)
    branch = _branch(found, tip)
    work, book = agenda(found), aligned_book(found)
    last = {page.target: page for page in run.pages}
    with order.crew:
        planned = pages_of(work, workplace(work, book, found, progress)).unanswered()
    results = []
    for done in planned:
        item = done.item
        page = _result(done, branch, last.get(item.target))
        texts = book.pages.get(item.old_target)
        if page is not None and texts is not None:
            page = replace(page, english_old=texts.source, target_old=texts.target)
            page = replace(page, outcome=_filled(done, page, branch, last))
        results += [page] if page else []
    compare = run.compare.replace(run.old, found.old.commit)
    return replace(run, old=found.old.commit, pages=tuple(results), compare=compare)


@dataclass(frozen=True, slots=True)
class _OpenBranch:
    """The files of the open branch, and what its lock says of the pages."""

    tree: Tree
    rows: Mapping[str, PageLock]


def _branch(found: Snapshot, tip: str) -> _OpenBranch:
    tree = found.tree_of(tip)
    return _OpenBranch(tree, lock_of(tree, found.language.code).pages)


def _result(planned: Done, branch: _OpenBranch, last: PageResult | None) -> PageResult | None:
    """A page of the pull request; None for one that is queued, so it still stands at its old English."""
    item, row = planned.item, branch.rows.get(planned.item.target)
    if last is not None and last.status in ("held", "failed"):
        return last
    behind = item.blob != (row.blob if row else "")
    if behind and item.held != DELETED:
        return last
    outcome = planned.outcome
    if item.target in branch.tree:
        outcome = replace(outcome, text=branch.tree.at(item.target).text)
    source = item.base.source if item.base else ""
    return PageResult(
        target=item.target,
        source_old=source,
        source_new=item.pair.new,
        status=item.status,
        outcome=outcome,
        message=item.held,
    )


def _filled(
    planned: Done, page: PageResult, branch: _OpenBranch, last: Mapping[str, PageResult]
) -> Outcome:
    target, row = page.target, branch.rows.get(page.target)
    if page.message or target not in branch.tree or row is None or not planned.english:
        return page.outcome
    now = Branch(branch.tree.at(target).text, row.review, block_hashes(page.target_old))
    stands = as_it_stands(page.outcome, planned.english, now)
    return with_drafts(stands, dict(_by_source(last.get(target))))


def _by_source(page: PageResult | None) -> Iterator[tuple[str, Entry]]:
    for entry in page.outcome.entries if page else ():
        if entry.drafts:
            yield entry.source, entry
