"""The main job: bring one language of a translation repository up to the newest English.

Reads the repository and its English submodule by commits, plans every page, asks the engine once, and
leaves one commit on `amts/<language>`. The work tree is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from amts_bot.book.aligned_book import AlignedBook, Reviewed, aligned_book
from amts_bot.book.assets import Asset
from amts_bot.book.snapshot import (
    Order,
    Snapshot,
    branch_of,
    snapshot,
)
from amts_bot.engines.service import RunAccount, Service
from amts_bot.engines.table import Means, engine, is_program, read_recording
from amts_bot.engines.terminology import GlossaryFile, glossary_terms
from amts_bot.model import (
    Cost,
    Pending,
    Reply,
    Request,
    Suggestion,
    counted,
)
from amts_bot.ports import (
    Clock,
    Connect,
    Engine,
    Progress,
    Repository,
)
from amts_bot.sync.agenda import Item, agenda
from amts_bot.sync.budget import Portion, within_budget
from amts_bot.sync.catch_up import catch_up
from amts_bot.sync.contact import first_contact, keep_profile, profile_of
from amts_bot.sync.copied_files import assets_of
from amts_bot.sync.delivery import Done, deliver, remember
from amts_bot.sync.held_out import probe_requests, quality_of, remembered, slice_of
from amts_bot.sync.pages import Pages, pages_of, workplace
from amts_bot.sync.retranslation import Wish, fulfil, wishes
from amts_bot.text.amazon.profile import ServiceProfile
from amts_bot.text.drafts.corrections import NO_MACHINE, NOTHING_LEARNT, Corrections
from amts_bot.text.drafts.terms import NO_TERMS, Terms
from amts_bot.text.pull_request.quoting import fenced
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult, Prices, Quote, Share
from amts_bot.text.review_state import Sentences

if TYPE_CHECKING:
    from amts_bot.text.measure.held_out import Quality
    from amts_bot.text.measure.scores import ScoredSegment


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The report, and the commit that was made; "" when there was nothing to do, or on a dry run.

    `suggestions` are proposals for text that people wrote on the open branch; `quality` is what
    the held-out slice says, where a batch job brought it along.
    """

    report: RunReport
    commit: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    quality: Quality | None = None


@dataclass(frozen=True, slots=True)
class Amazon:
    """How the main job reaches Amazon Translate, how it waits there, and what it did with money."""

    connect: Connect
    clock: Clock
    account: RunAccount = field(default_factory=RunAccount)


def sync(
    order: Order, repository: Repository, progress: Progress, amazon: Amazon | None = None
) -> SyncResult:
    """Runs the main job for one language.

    Raises AmtsError for what stops the whole run (no submodule, unknown commit, unreadable lock…); what
    stops a page is in the report, and the page stays at its old English. A batch job that is not done in
    time leaves a commit that holds only its id, and a report that says to come back.
    """
    notes = () if order.dry_run else catch_up(order.language, repository, progress)
    found = snapshot(order, repository)
    with order.crew:
        return _synced(found, notes, progress, amazon)


def _synced(
    found: Snapshot, notes: tuple[str, ...], progress: Progress, amazon: Amazon | None
) -> SyncResult:
    order = found.order
    job = _prepared(found, progress, amazon)
    if order.dry_run:
        return SyncResult(job.planned())
    contact = first_contact(job.cost, job.service, found)
    if isinstance(contact, ServiceProfile):
        keep_profile(contact, found)
        return sync(order, found.repository, progress, amazon)
    progress.say(f"{counted(len(job.requests), 'stretch', 'stretches')} of English to translate")
    replies = contact or job.translator.translate(job.requests, found.language.code)
    if isinstance(replies, Pending):
        report = replace(job.planned(), pending=replies.message, overdue=replies.overdue)
        return SyncResult(report, remember(found, replies.jobs, report.commit_message()))
    done = _delivered(job, replies, notes)
    bills = amazon.account.remarks if amazon else []
    return replace(done, report=replace(done.report, notes=(*done.report.notes, *bills)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """All that is known of a run before anybody is asked to translate.

    `requests` are those of its pages, of what people want again, and of the slice that measures the engine.
    """

    found: Snapshot
    portion: Portion
    book: AlignedBook
    learnt: Corrections
    service: Service | None
    translator: Engine
    pages: Pages
    assets: tuple[Asset, ...]
    wanted: tuple[Wish, ...]
    measured: Sequence[ScoredSegment]
    requests: tuple[Request, ...]
    cost: Cost

    @property
    def quote(self) -> Quote:
        """As the service bills: every text once, and nothing that the reviewed book already says."""
        free, engine = self.cost.billing == "free", self.found.config.engine
        prices = None if free else Prices(engine.price, engine.standard_price)
        return Quote(self.cost.characters, prices)

    def planned(self) -> RunReport:
        """The report of a run that writes no page."""
        done = self.pages.unanswered()
        report = _report(self.found, done, self.assets, self.quote, self.book)
        return self.shared_out(replace(report, planned=True))

    def shared_out(self, report: RunReport) -> RunReport:
        """A report with its pages as people should read them, and what waits behind it."""
        return _portioned(report, self.portion, self.found, self.learnt)


def _prepared(found: Snapshot, progress: Progress, amazon: Amazon | None) -> _Prepared:
    work, book = agenda(found), aligned_book(found, progress)
    place = workplace(work, book, found, progress)
    portion = within_budget(work, found)
    for note in found.found.notes:
        progress.say(note)
    progress.say(_headline(found, portion))
    service = _service(found, progress, amazon)
    learnt = _learnt(found, portion.now, progress)
    translator = translator_of(found, book, service, learnt)
    pages = pages_of(portion.now, place)
    wanted = wishes(found, progress)
    requests = [*chain.from_iterable(pages.requests), *(it for w in wanted for it in w.requests)]
    cost = translator.cost(requests, found.language.code)
    measured = slice_of(cost, found, book)
    if measured:
        requests += probe_requests(measured)
        cost = translator.cost(requests, found.language.code)
    return _Prepared(
        found=found,
        portion=portion,
        book=book,
        learnt=learnt,
        service=service,
        translator=translator,
        pages=pages,
        assets=assets_of(found),
        wanted=wanted,
        measured=measured,
        requests=tuple(requests),
        cost=cost,
    )


def _delivered(job: _Prepared, replies: Sequence[Reply], notes: tuple[str, ...]) -> SyncResult:
    """The answers in their pages, and both commits: what changed, and what people wanted again."""
    found, supply = job.found, iter(replies)
    done = job.pages.finished(supply)
    again = [next(supply) for wish in job.wanted for _ in wish.requests]
    quality = quality_of(job.measured, list(supply), found)
    report = job.shared_out(_report(found, done, job.assets, job.quote, job.book, notes))
    report = replace(report, quality=str(quality or ""))
    kept = remembered(quality, found)
    commit = deliver(found, done, job.portion.queued, job.assets, report.commit_message(), kept)
    renewed, more = fulfil(job.wanted, again, found)
    report = replace(report, notes=(*report.notes, *more))
    return SyncResult(report, renewed or commit, tuple(_suggestions(done)), quality)


def _learnt(found: Snapshot, work: Sequence[Item], progress: Progress) -> Corrections:
    """What review taught of machine text, where a machine may be asked for some."""
    if not work or found.engine in NO_MACHINE:
        return NOTHING_LEARNT
    from amts_bot.sync.learning import Lessons, learnt_from_review

    review = found.config.review
    lessons = Lessons(found.language.row, review.learn_from, review.trust)
    return learnt_from_review(lessons, found.repository, progress)


def _portioned(
    report: RunReport, portion: Portion, found: Snapshot, learnt: Corrections
) -> RunReport:
    """The report with its pages as people should read them, what waits behind it, how far the book then is, and what
    review taught.
    """
    place = {target: number for number, target in enumerate(portion.order)}
    queued = tuple(item.target for item in portion.queued)
    behind = {*queued, *(page.target for page in report.pages if not page.done)}
    book = {*found.bases, *place} - {
        page.target for page in report.pages if page.status == "removed"
    }
    return replace(
        report,
        pages=tuple(sorted(report.pages, key=lambda page: place[page.target])),
        queued=queued,
        share=Share(len(book - behind), len(book), portion.words),
        learnt=learnt.listed(),
    )


def _headline(found: Snapshot, portion: Portion) -> str:
    old = found.english_before(item.base for item in portion.now if item.base)
    span = f"English {old[:8]} → {found.new.commit[:8]}"
    return f"{found.language.code}: {span}, {counted(len(portion.now), 'page')} to do, {len(found.bases)} translated"


def _service(found: Snapshot, progress: Progress, amazon: Amazon | None) -> Service | None:
    """Amazon Translate as this run works with it, by what is known of it."""
    if amazon is None:
        return None
    settings = found.config
    return Service(
        connect=amazon.connect,
        clock=amazon.clock,
        progress=progress,
        engine=settings.engine,
        amazon=settings.amazon,
        language=found.language,
        wait=found.order.wait,
        jobs=found.locked.jobs,
        account=amazon.account,
        glossary=_glossary_file(found),
        profile=profile_of(found),
    )


def _glossary_file(found: Snapshot) -> GlossaryFile:
    """The glossary that the settings name, as the run's start has it."""
    path = found.language.terminology
    if path not in found.tree:
        return GlossaryFile()
    return GlossaryFile(found.tree.at(path).text, path)


def translator_of(
    found: Snapshot, book: AlignedBook, service: Service | None, learnt: Corrections
) -> Engine:
    """The engine that the order or the configuration names."""
    order, settings = found.order, found.config
    name = order.engine or settings.engine.name
    means = Means(
        book,
        read_recording(order.recording),
        settings.engine.minimum_similarity,
        amazon=service,
        program=order.programs(name) if order.programs and is_program(name) else None,
        settings=settings.engine,
        unreviewed=_unreviewed(found),
        corrections=learnt,
        glossary=_glossary(found),
        glossary_file=_glossary_file(found),
    )
    return engine(name, means)


def _glossary(found: Snapshot) -> Terms:
    """The terms of that glossary which translate one term each."""
    file = _glossary_file(found)
    return glossary_terms(file.text, file.name, found.language.code) if file.text else NO_TERMS


def _unreviewed(found: Snapshot) -> Sentences:
    """Machine text on all pages that does not count as reviewed."""
    trust = found.config.review.trust
    pages = found.locked.pages.values()
    return frozenset(name for page in pages for name in page.review.unreviewed(trust))


def _report(
    found: Snapshot,
    done: Sequence[Done],
    assets: Sequence[Asset],
    quote: Quote,
    book: AlignedBook,
    notes: tuple[str, ...] = (),
) -> RunReport:
    old = found.english_before(it.item.base for it in done if it.item.base)
    return RunReport(
        language=found.language.code,
        old=old,
        new=found.new.commit,
        pages=tuple(_result(page, book) for page in done),
        held_assets=tuple(f"{asset.path}: {asset.held}" for asset in assets if asset.held),
        quote=quote,
        notes=(*found.notes, *notes),
        compare=_compare(old, found),
        pages_at=_pages_at(found),
        speaks=found.config.pull_request.language,
        review_at=found.order.review_at,
    )


def _compare(old: str, found: Snapshot) -> str:
    address = found.source.web_address()
    return f"{address}/compare/{old}...{found.new.commit}" if address else ""


def _pages_at(found: Snapshot) -> str:
    """Where the branch's pages are shown, with a pencil to edit them."""
    address = found.repository.web_address()
    return f"{address}/blob/{branch_of(found.language.code)}" if address else ""


def _result(done: Done, book: AlignedBook) -> PageResult:
    item, outcome = done.item, done.outcome
    status = "failed" if outcome.failed else "held" if outcome.held else item.status
    base = item.base.source if item.base else ""
    message = outcome.failed or outcome.held
    texts = book.pages.get(item.old_target, Reviewed("", ""))
    return PageResult(
        target=item.target,
        source_old=base,
        source_new=item.pair.new,
        status=status,
        outcome=outcome,
        message=message,
        english_old=texts.source,
        target_old=texts.target,
    )


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
