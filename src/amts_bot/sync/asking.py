"""A run that has something to ask for, or to draft: the book, its pages, an engine, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from amts_bot.book.aligned_book import AlignedBook, aligned_book
from amts_bot.book.config import NO_MACHINE
from amts_bot.book.snapshot import Snapshot
from amts_bot.engines.glossary_file import GlossaryFile
from amts_bot.engines.service import Service
from amts_bot.engines.table import Means, engine, is_program, read_recording
from amts_bot.model import Cost, Request
from amts_bot.ports import Engine, Progress
from amts_bot.sync.agenda import Item
from amts_bot.sync.amazon import Amazon
from amts_bot.sync.budget import within_budget
from amts_bot.sync.contact import profile_of
from amts_bot.sync.copied_files import assets_of
from amts_bot.sync.held_out import probe_requests, slice_of
from amts_bot.sync.left import is_wished
from amts_bot.sync.pages import pages_of, workplace
from amts_bot.sync.prepared import PreparedRun, announce
from amts_bot.text.drafts.corrections import NOTHING_LEARNT, Corrections
from amts_bot.text.drafts.terms import NO_TERMS, Terms
from amts_bot.text.pull_request.results import Prices, Quote
from amts_bot.text.review_state import Sentences

if TYPE_CHECKING:
    from amts_bot.sync.retranslation import Wish
    from amts_bot.text.measure.scores import ScoredSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A run, and all that is asked in it.

    `requests` are those of its pages, of what people want again, and of the slice that measures the engine.
    """

    job: PreparedRun
    service: Service | None
    translator: Engine
    wanted: tuple[Wish, ...]
    measured: Sequence[ScoredSegment]
    requests: tuple[Request, ...]
    cost: Cost


def asking(
    work: Sequence[Item], found: Snapshot, progress: Progress, amazon: Amazon | None
) -> Asking:
    """The run of these pages, planned before a cent is spent. Raises what stops the whole run, as `sync` does."""
    book = aligned_book(found, progress)
    place = workplace(work, book, found, progress)
    portion = within_budget(work, found)
    announce(found, portion, progress)
    service = _service(found, progress, amazon)
    learnt = _learnt(found, portion.now, progress)
    translator = _translator(found, book, service, learnt)
    pages = pages_of(portion.now, place)
    wanted = _wishes(found, progress)
    requests = [*chain.from_iterable(pages.requests), *(it for w in wanted for it in w.requests)]
    cost = translator.cost(requests, found.language.code)
    measured = slice_of(cost, found, book)
    if measured:
        requests += probe_requests(measured)
        cost = translator.cost(requests, found.language.code)
    job = PreparedRun(
        found=found,
        portion=portion,
        texts=book.pages,
        pages=pages,
        assets=assets_of(found),
        quote=_quote(cost, found),
        learnt=learnt.listed(),
    )
    return Asking(
        job=job,
        service=service,
        translator=translator,
        wanted=wanted,
        measured=measured,
        requests=tuple(requests),
        cost=cost,
    )


def _wishes(found: Snapshot, progress: Progress) -> tuple[Wish, ...]:
    if not is_wished(found):
        return ()
    from amts_bot.sync.retranslation import wishes  # few branches have one

    return wishes(found, progress)


def _quote(cost: Cost, found: Snapshot) -> Quote:
    free, engine = cost.billing == "free", found.config.engine
    prices = None if free else Prices(engine.price, engine.standard_price)
    return Quote(cost.characters, prices)


def _learnt(found: Snapshot, work: Sequence[Item], progress: Progress) -> Corrections:
    """What review taught of machine text, where a machine may be asked for some."""
    if not work or found.engine in NO_MACHINE:
        return NOTHING_LEARNT
    from amts_bot.sync.learning import Lessons, learnt_from_review

    review = found.config.review
    lessons = Lessons(found.language.row, review.learn_from, review.trust)
    return learnt_from_review(lessons, found.repository, progress)


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


def _translator(
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
    if not file.text:
        return NO_TERMS
    from amts_bot.engines.terminology import glossary_terms  # few languages have one

    return glossary_terms(file.text, file.name, found.language.code)


def _unreviewed(found: Snapshot) -> Sentences:
    """Machine text on all pages that does not count as reviewed."""
    trust = found.config.review.trust
    pages = found.locked.pages.values()
    return frozenset(name for page in pages for name in page.review.unreviewed(trust))
