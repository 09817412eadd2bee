"""The main job: bring one language of a translation repository up to the newest English.

Reads the repository and its English submodule by commits, plans every page, asks the engine once, and
leaves one commit on `amts/<language>`. The work tree is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from amts_bot.agenda import Item, agenda
from amts_bot.amazon import Service, units
from amts_bot.assets import Asset, Versions, decide
from amts_bot.delivery import Done, deliver, remember
from amts_bot.engines import Means, MemoryFirst, engine
from amts_bot.errors import AmtsError
from amts_bot.library import Library
from amts_bot.model import Draft, Pending, Reply, Request
from amts_bot.planning import Plan, library, plan
from amts_bot.ports import Clock, Connect, Engine, Progress, Repository
from amts_bot.survey import Order, Survey, survey
from amts_bot.text.documents import characters
from amts_bot.text.outcome import Outcome, finish, unchanged, verify
from amts_bot.text.report import PageResult, Quote, RunReport


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The report, and the commit that was made; "" when there was nothing to do, or on a dry run."""

    report: RunReport
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Amazon:
    """How the main job reaches Amazon Translate, and how it waits there."""

    connect: Connect
    clock: Clock


def sync(
    order: Order, repository: Repository, progress: Progress, amazon: Amazon | None = None
) -> SyncResult:
    """Runs the main job for one language.

    Raises AmtsError for what stops the whole run (no submodule, unknown commit, unreadable lock…); what
    stops a page is in the report, and the page stays at its old English. A batch job that is not done in
    time leaves a commit that holds only its id, and a report that says to come back.
    """
    found = survey(order, repository)
    work = agenda(found)
    progress.say(_headline(found, work))
    book = library(found)
    translator = _engine(found, book, progress, amazon)
    plans = plan(work, book, found, progress)
    assets = _assets(found)
    quote = _quote(plans, translator, found)
    if order.dry_run:
        return SyncResult(_planned(found, plans, assets, quote))
    replies = _replies(plans, translator, found, progress)
    if isinstance(replies, Pending):
        report = replace(_planned(found, plans, assets, quote), pending=replies.message)
        return SyncResult(report, remember(found, replies.jobs, report.commit_message()))
    supply = iter(replies)
    done = [Done(p.item, p.english, _finished(p, supply, book)) for p in plans]
    report = _report(found, done, assets, quote)
    return SyncResult(report, deliver(found, done, assets, report.commit_message()))


def _headline(found: Survey, work: Sequence[Item]) -> str:
    span = f"English {found.old.commit[:8]} → {found.new.commit[:8]}"
    return f"{found.language.code}: {span}, {len(work)} of {len(found.bases)} pages to do"


def _engine(found: Survey, book: Library, progress: Progress, amazon: Amazon | None) -> Engine:
    order, settings = found.order, found.config
    service = None
    if amazon is not None:
        service = Service(
            amazon.connect,
            amazon.clock,
            progress,
            settings.engine,
            settings.amazon,
            found.language,
            order.wait,
            found.locked.jobs,
        )
    least = settings.engine.minimum_similarity
    means = Means(book.holding, order.recording, least, service)
    return engine(order.engine or settings.engine.name, means)


def _assets(found: Survey) -> tuple[Asset, ...]:
    paths = sorted({*found.old.assets, *found.new.assets})
    versions = Versions(found.old.assets, found.new.assets, found.tree)
    return tuple(decide(paths, versions, found.source, found.repository))


def _planned(
    found: Survey, plans: Sequence[Plan], assets: Sequence[Asset], quote: Quote
) -> RunReport:
    """The report of a run that writes no page: what engine `none` would leave."""
    done = [
        Done(p.item, p.english, p.result)
        if isinstance(p.result, Outcome)
        else Done(p.item, p.english, finish(p.result, [None] * len(p.result.requests)))
        for p in plans
    ]
    return replace(_report(found, done, assets, quote), planned=True)


def _requests(plans: Sequence[Plan]) -> list[Request]:
    return [
        replace(request, page=p.item.target)
        for p in plans
        if isinstance(p.result, Draft)
        for request in p.result.requests
    ]


def _replies(
    plans: Sequence[Plan], translator: Engine, found: Survey, progress: Progress
) -> Sequence[Reply] | Pending:
    """One call of the engine per run."""
    requests = _requests(plans)
    progress.say(f"{len(requests)} stretches of English to translate")
    return translator.translate(requests, found.language.code)


def _finished(planned: Plan, answers: Iterator[Reply], book: Library) -> Outcome:
    """A page with its answers in place and its sums checked."""
    draft = planned.result
    if isinstance(draft, Outcome):
        return draft
    mine = [next(answers) for _ in draft.requests]
    try:
        outcome = finish(draft, mine)
        verify(outcome, book.alignment(planned.item.old_target), planned.english, planned.pending)
    except AmtsError as error:
        return unchanged("", planned.english, draft.language, str(error), "fail")
    return outcome


def _report(
    found: Survey, done: Sequence[Done], assets: Sequence[Asset], quote: Quote
) -> RunReport:
    return RunReport(
        found.language.code,
        found.old.commit,
        found.new.commit,
        tuple(_result(page) for page in done),
        tuple(f"{asset.path}: {asset.held}" for asset in assets if asset.held),
        quote,
        found.start.notes,
    )


def _result(done: Done) -> PageResult:
    item, outcome = done.item, done.outcome
    status = "failed" if outcome.failed else "held" if outcome.held else item.status
    base = item.base.source if item.base else ""
    message = outcome.failed or outcome.held
    return PageResult(item.target, base, item.pair.new, status, outcome, message)


def _quote(plans: Sequence[Plan], translator: Engine, found: Survey) -> Quote:
    """As the service bills: every text once, and nothing that the reviewed book already says."""
    requests = _requests(plans)
    if isinstance(translator, MemoryFirst):
        known = translator.known(requests, found.language.code)
        requests = [r for r, answer in zip(requests, known, strict=True) if answer is None]
    billed = characters(request.source for request in units(requests).values())
    return Quote(billed, found.config.engine.price, found.config.engine.standard_price)
