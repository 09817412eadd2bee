"""The main job: bring one language of a translation repository up to the newest English.

Reads the repository and its English submodule by commits, plans every page, asks the engine once, and
leaves one commit on `amts/<language>`. The work tree is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amts_bot.agenda import Item, agenda
from amts_bot.assets import Asset, Versions, decide
from amts_bot.delivery import Done, deliver
from amts_bot.engines import Means, engine
from amts_bot.errors import AmtsError
from amts_bot.library import Library
from amts_bot.model import Answer, Draft
from amts_bot.planning import Plan, library, plan
from amts_bot.ports import Engine, Progress, Repository
from amts_bot.survey import Order, Survey, survey
from amts_bot.text.outcome import Outcome, finish, unchanged, verify
from amts_bot.text.report import PageResult, Quote, RunReport


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The report, and the commit that was made; "" when there was nothing to do, or on a dry run."""

    report: RunReport
    commit: str = ""


def sync(order: Order, repository: Repository, progress: Progress) -> SyncResult:
    """Runs the main job for one language.

    Raises AmtsError for what stops the whole run (no submodule, unknown commit, unreadable lock…); what
    stops a page is in the report, and the page stays at its old English.
    """
    found = survey(order, repository)
    work = agenda(found)
    progress.say(_headline(found, work))
    book = library(found)
    translator = _engine(found, book)
    plans = plan(work, book, found, progress)
    assets = _assets(found)
    if order.dry_run:
        return SyncResult(_report(found, plans, _unanswered(plans), assets, planned=True))
    done = _translated(plans, translator, book, found, progress)
    report = _report(found, plans, done, assets)
    return SyncResult(report, deliver(found, done, assets, report.commit_message()))


def _headline(found: Survey, work: Sequence[Item]) -> str:
    span = f"English {found.old.commit[:8]} → {found.new.commit[:8]}"
    return f"{found.language.code}: {span}, {len(work)} of {len(found.bases)} pages to do"


def _engine(found: Survey, book: Library) -> Engine:
    name = found.order.engine or found.config.engine.name
    least = found.config.engine.minimum_similarity
    return engine(name, Means(book.holding, found.order.recording, least))


def _assets(found: Survey) -> tuple[Asset, ...]:
    paths = sorted({*found.old.assets, *found.new.assets})
    versions = Versions(found.old.assets, found.new.assets, found.tree)
    return tuple(decide(paths, versions, found.source, found.repository))


def _unanswered(plans: Sequence[Plan]) -> list[Done]:
    """What engine `none` would leave."""
    return [
        Done(p.item, p.english, p.result)
        if isinstance(p.result, Outcome)
        else Done(p.item, p.english, finish(p.result, [None] * len(p.result.requests)))
        for p in plans
    ]


def _translated(
    plans: Sequence[Plan], translator: Engine, book: Library, found: Survey, progress: Progress
) -> list[Done]:
    """Every page with its answers in place and its sums checked. One call of the engine per run."""
    requests = [r for p in plans if isinstance(p.result, Draft) for r in p.result.requests]
    progress.say(f"{len(requests)} stretches of English to translate")
    answers = iter(translator.translate(requests, found.language.code))
    return [Done(p.item, p.english, _finished(p, answers, book)) for p in plans]


def _finished(planned: Plan, answers: Iterator[Answer | None], book: Library) -> Outcome:
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
    found: Survey,
    plans: Sequence[Plan],
    done: Sequence[Done],
    assets: Sequence[Asset],
    *,
    planned: bool = False,
) -> RunReport:
    return RunReport(
        found.language.code,
        found.old.commit,
        found.new.commit,
        tuple(_result(page) for page in done),
        tuple(f"{asset.path}: {asset.held}" for asset in assets if asset.held),
        _quote(plans, found),
        found.start.notes,
        planned=planned,
    )


def _result(done: Done) -> PageResult:
    item, outcome = done.item, done.outcome
    status = "failed" if outcome.failed else "held" if outcome.held else item.status
    base = item.base.source if item.base else ""
    message = outcome.failed or outcome.held
    return PageResult(item.target, base, item.pair.new, status, outcome, message)


def _quote(plans: Sequence[Plan], found: Survey) -> Quote:
    drafts = [p.result for p in plans if isinstance(p.result, Draft)]
    characters = sum(len(request.source) for draft in drafts for request in draft.requests)
    return Quote(characters, found.config.engine.price, found.config.engine.standard_price)
