"""The main job: bring one language of a translation repository up to the newest English.

Reads the repository and its English submodule by commits, plans every page, asks the engine once, and
leaves one commit on `amts/<language>`. The work tree is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from amts_bot.book.snapshot import branch_of, snapshot
from amts_bot.model import Pending, Reply, Suggestion, counted
from amts_bot.sync.agenda import agenda
from amts_bot.sync.delivery import deliver, remember
from amts_bot.sync.done import Done, SyncResult
from amts_bot.sync.held_out import quality_of, remembered
from amts_bot.sync.left import is_wished, left
from amts_bot.text.pull_request.quoting import fenced

if TYPE_CHECKING:
    from amts_bot.book.snapshot import Order, Snapshot
    from amts_bot.ports import Progress, Repository
    from amts_bot.sync.agenda import Item
    from amts_bot.sync.amazon import Amazon
    from amts_bot.sync.asking import Asking
    from amts_bot.sync.prepared import PreparedRun
    from amts_bot.text.measure.held_out import Quality
    from amts_bot.text.pull_request.report import RunReport


def sync(
    order: Order, repository: Repository, progress: Progress, amazon: Amazon | None = None
) -> SyncResult:
    """Runs the main job for one language.

    Raises AmtsError for what stops the whole run (no submodule, unknown commit, unreadable lock…); what
    stops a page is in the report, and the page stays at its old English. A batch job that is not done in
    time leaves a commit that holds only its id, and a report that says to come back.
    """
    notes = () if order.dry_run else _caught_up(order.language, repository, progress)
    found = snapshot(order, repository)
    with order.crew:
        work = agenda(found)
        job = left(work, found, progress)
        if job is None:
            return _asked(work, found, notes, progress, amazon)
        return SyncResult(job.planned()) if order.dry_run else _left(job, notes, progress)


def _caught_up(language: str, repository: Repository, progress: Progress) -> tuple[str, ...]:
    if repository.branch_tip(branch_of(language)) is None:
        return ()
    from amts_bot.sync.catch_up import catch_up  # and what merges pages of two branches

    return catch_up(language, repository, progress)


def _left(job: PreparedRun, notes: tuple[str, ...], progress: Progress) -> SyncResult:
    """A run without a question: files that are copied, and what the lock should know."""
    progress.say(_question(0))
    done = job.pages.finished(iter(()))
    report = job.report(done, notes)
    return SyncResult(report, _committed(job, done, report, None))


def _asked(
    work: Sequence[Item],
    found: Snapshot,
    notes: tuple[str, ...],
    progress: Progress,
    amazon: Amazon | None,
) -> SyncResult:
    # Engines, drafts and the merge come with these: a run with nothing to do needs none of them.
    from amts_bot.sync.asking import asking
    from amts_bot.sync.contact import first_contact, keep_profile

    run = asking(work, found, progress, amazon)
    if found.order.dry_run:
        return SyncResult(run.job.planned())
    contact = first_contact(run.cost, run.service, found)
    if contact is not None and not isinstance(contact, Pending):
        keep_profile(contact, found)
        return sync(found.order, found.repository, progress, amazon)
    progress.say(_question(len(run.requests)))
    replies = contact or run.translator.translate(run.requests, found.language.code)
    if isinstance(replies, Pending):
        report = replace(run.job.planned(), pending=replies.message, overdue=replies.overdue)
        return SyncResult(report, remember(found, replies.jobs, report.commit_message()))
    done = _delivered(run, replies, notes)
    bills = amazon.account.remarks if amazon else []
    return replace(done, report=replace(done.report, notes=(*done.report.notes, *bills)))


def _question(stretches: int) -> str:
    return f"{counted(stretches, 'stretch', 'stretches')} of English to translate"


def _delivered(run: Asking, replies: Sequence[Reply], notes: tuple[str, ...]) -> SyncResult:
    """The answers in their pages, and both commits: what changed, and what people wanted again."""
    found, supply = run.job.found, iter(replies)
    done = run.job.pages.finished(supply)
    again = [next(supply) for wish in run.wanted for _ in wish.requests]
    quality = quality_of(run.measured, list(supply), found)
    report = replace(run.job.report(done, notes), quality=str(quality or ""))
    commit = _committed(run.job, done, report, quality)
    if is_wished(found):
        from amts_bot.sync.retranslation import fulfil

        renewed, more = fulfil(run.wanted, again, found)
        report, commit = replace(report, notes=(*report.notes, *more)), renewed or commit
    return SyncResult(report, commit, tuple(_suggestions(done)), quality)


def _committed(
    job: PreparedRun, done: Sequence[Done], report: RunReport, quality: Quality | None
) -> str:
    kept = remembered(quality, job.found)
    message = report.commit_message()
    return deliver(job.found, done, job.portion.queued, job.assets, message, kept)


def _suggestions(done: Sequence[Done]) -> Iterator[Suggestion]:
    for page in done:
        for proposal in page.proposals:
            reason = (
                "The English here has changed to:\n\n" + fenced(proposal.source.rstrip("\r\n"))
                if proposal.source
                else "The English no longer has this."
            )
            yield Suggestion(
                path=page.item.target,
                first=proposal.first,
                last=proposal.last,
                text=proposal.text,
                reason=reason,
            )
