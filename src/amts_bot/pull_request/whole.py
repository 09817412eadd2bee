"""What a whole pull request holds: every run since the default branch, and what people made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from amts_bot.book.library import library
from amts_bot.book.lock import PageLock
from amts_bot.book.snapshot import (
    Order,
    Tree,
    branch_of,
    lock_of,
    snapshot,
)
from amts_bot.model import Draft
from amts_bot.ports import Progress, Repository
from amts_bot.sync.agenda import agenda
from amts_bot.sync.planning import Plan, plan
from amts_bot.text.merge.outcome import Entry, Outcome, finish
from amts_bot.text.merge.standing import Branch, as_it_stands, with_drafts
from amts_bot.text.pull_request.report import PageResult, RunReport


def whole_report(
    order: Order, repository: Repository, run: RunReport, progress: Progress
) -> RunReport:
    """The report of the branch as it stands against the default branch; `run` is its last run.

    Where the default branch has no lock yet, `order.base` says what its pages were translated from; without
    that nothing is known to compare with, and `run` is returned.
    """
    tip = repository.branch_tip(branch_of(order.language))
    head = repository.tree(repository.head())
    known = order.base or lock_of(head, repository).language(order.language).pages
    if tip is None or not known:
        return run
    tree = repository.tree(tip)
    rows = lock_of(tree, repository).language(order.language).pages
    found = snapshot(replace(order, to=run.new), repository, merged=True)
    book = library(found)
    last = {page.target: page for page in run.pages}
    results = []
    for planned in plan(agenda(found), book, found, progress):
        item = planned.item
        page = _result(planned, tree, rows, repository, last.get(item.target))
        texts = book.pages.get(item.old_target)
        if page is not None and texts is not None:
            page = replace(page, english_old=texts.source, target_old=texts.target)
            page = replace(page, outcome=_filled(planned, page, tree, rows, repository, last))
        results += [page] if page else []
    compare = run.compare.replace(run.old, found.old.commit)
    return replace(run, old=found.old.commit, pages=tuple(results), compare=compare)


def _result(
    planned: Plan,
    tree: Tree,
    rows: Mapping[str, PageLock],
    repository: Repository,
    last: PageResult | None,
) -> PageResult | None:
    """A page of the pull request; None for one that is queued, so it still stands at its old English."""
    item, row = planned.item, rows.get(planned.item.target)
    if last is not None and last.status in ("held", "failed"):
        return last
    if item.blob and (row is None or row.blob != item.blob):
        return last
    outcome = planned.result
    if isinstance(outcome, Draft):
        outcome = finish(outcome, [None] * len(outcome.requests))
    if item.target in tree:
        outcome = replace(outcome, text=_text(tree, item.target, repository))
    source = item.base.source if item.base else ""
    return PageResult(
        target=item.target,
        source_old=source,
        source_new=item.pair.new,
        status=item.status,
        outcome=outcome,
    )


def _filled(
    planned: Plan,
    page: PageResult,
    tree: Tree,
    rows: Mapping[str, PageLock],
    repository: Repository,
    last: Mapping[str, PageResult],
) -> Outcome:
    target = page.target
    if page.message or target not in tree or target not in rows or not planned.english:
        return page.outcome
    branch = Branch(_text(tree, target, repository), rows[target].written, rows[target].stale)
    stands = as_it_stands(page.outcome, planned.english, page.target_old, branch)
    return with_drafts(stands, dict(_by_source(last.get(target))))


def _by_source(page: PageResult | None) -> Iterator[tuple[str, Entry]]:
    for entry in page.outcome.entries if page else ():
        if entry.drafts:
            yield entry.source, entry


def _text(tree: Tree, path: str, repository: Repository) -> str:
    blob = tree[path].blob
    return repository.read([blob])[blob].decode("utf-8", "replace")
