"""What is known of a run before anybody is asked to translate, and the report that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from amts_bot.book.reviewed_texts import Reviewed
from amts_bot.book.snapshot import branch_of
from amts_bot.model import counted
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult, Quote, Share

if TYPE_CHECKING:
    from amts_bot.book.assets import Asset
    from amts_bot.book.snapshot import Snapshot
    from amts_bot.model import Learnt, Reply
    from amts_bot.ports import Progress
    from amts_bot.sync.budget import Portion
    from amts_bot.sync.done import Done


class RunPages(Protocol):
    """The pages that a run does, in their order."""

    def unanswered(self) -> Sequence[Done]:
        """The pages as engine `none` would leave them."""
        ...

    def finished(self, answers: Iterator[Reply]) -> Sequence[Done]:
        """The pages with their answers in place, taken in the order of their requests."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """All that is known of a run before anybody is asked to translate.

    `texts` are the reviewed pages by their paths, those that are done at least; `quote` is what the run costs, as the
    service bills: every text once, and nothing that the reviewed book already says.
    """

    found: Snapshot
    portion: Portion
    texts: Mapping[str, Reviewed]
    pages: RunPages
    assets: tuple[Asset, ...]
    quote: Quote
    learnt: tuple[Learnt, ...] = ()  # by review, of machine text

    def planned(self) -> RunReport:
        """The report of a run that writes no page."""
        return replace(self.report(self.pages.unanswered()), planned=True)

    def report(self, done: Sequence[Done], notes: tuple[str, ...] = ()) -> RunReport:
        """The report of a run that has done these pages, as people should read them, and what waits behind it."""
        found = self.found
        old = found.english_before(it.item.base for it in done if it.item.base)
        report = RunReport(
            language=found.language.code,
            old=old,
            new=found.new.commit,
            pages=tuple(_result(page, self.texts) for page in done),
            held_assets=tuple(f"{it.path}: {it.held}" for it in self.assets if it.held),
            quote=self.quote,
            notes=(*found.notes, *notes),
            compare=_compare(old, found),
            pages_at=_pages_at(found),
            speaks=found.config.pull_request.language,
            review_at=found.order.review_at,
            learnt=self.learnt,
        )
        return _portioned(report, self.portion, found)


def announce(found: Snapshot, portion: Portion, progress: Progress) -> None:
    """Says what was found, and how much there is to do."""
    for note in found.found.notes:
        progress.say(note)
    old = found.english_before(item.base for item in portion.now if item.base)
    span = f"English {old[:8]} → {found.new.commit[:8]}"
    count = counted(len(portion.now), "page")
    progress.say(f"{found.language.code}: {span}, {count} to do, {len(found.bases)} translated")


def _portioned(report: RunReport, portion: Portion, found: Snapshot) -> RunReport:
    """The report with its pages as people should read them, what waits behind it, and how far the book then is."""
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
    )


def _compare(old: str, found: Snapshot) -> str:
    address = found.source.web_address()
    return f"{address}/compare/{old}...{found.new.commit}" if address else ""


def _pages_at(found: Snapshot) -> str:
    """Where the branch's pages are shown, with a pencil to edit them."""
    address = found.repository.web_address()
    return f"{address}/blob/{branch_of(found.language.code)}" if address else ""


def _result(done: Done, texts: Mapping[str, Reviewed]) -> PageResult:
    item, outcome = done.item, done.outcome
    status = "failed" if outcome.failed else "held" if outcome.held else item.status
    base = item.base.source if item.base else ""
    message = outcome.failed or outcome.held
    before = texts.get(item.old_target, Reviewed("", ""))
    return PageResult(
        target=item.target,
        source_old=base,
        source_new=item.pair.new,
        status=status,
        outcome=outcome,
        message=message,
        english_old=before.source,
        target_old=before.target,
    )
