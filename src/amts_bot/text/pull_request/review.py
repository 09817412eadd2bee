"""What of a run people are shown, and in which order: what needs their words first, never by path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from amts_bot.text.merge.entries import SAME_MEANING
from amts_bot.text.pull_request.quoting import WordEdit, word_edits
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult
from amts_bot.text.pull_request.same_edits import SameEdit, grouped
from amts_bot.text.pull_request.sight import Sight
from amts_bot.text.pull_request.units import ASKS, TO_READ, Asks, ReviewUnit, review_units
from amts_bot.text.pull_request.wording import Words, wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheet:
    """A run as people review it.

    `pages` are in the order in which they are read; `units` are those of each page, by its path, what needs words
    first; of these, `groups` are edits that many units share, and `alone` are the others.
    """

    report: RunReport
    words: Words
    pages: tuple[PageResult, ...]
    units: Mapping[str, tuple[ReviewUnit, ...]]
    groups: tuple[SameEdit, ...]
    alone: Mapping[str, tuple[ReviewUnit, ...]]

    @property
    def sight(self) -> Sight:
        return Sight(self.words, self.report.language, self.report.pages_at)

    def of(self, page: PageResult, asks: Collection[Asks] = TO_READ) -> list[ReviewUnit]:
        """The units of a page that ask one of these things."""
        return [unit for unit in self.units[page.target] if unit.asks in asks]

    @property
    def counts(self) -> Mapping[Asks, int]:
        """How many units ask for what."""
        found = Counter(unit.asks for units in self.units.values() for unit in units)
        return {asks: found[asks] for asks in ASKS}


def review(report: RunReport) -> ReviewSheet:
    """A report, looked through once for all who show it."""
    shown = {result.target: _by_need(_read_alone(result)) for result in report.pages}
    compared = [r for r in report.pages if r.status not in ("added", "removed")]
    groups, alone = grouped(unit for r in compared for unit in shown[r.target])
    left: dict[str, list[ReviewUnit]] = {r.target: [] for r in compared}
    for unit in alone:
        left[unit.page].append(unit)
    return ReviewSheet(
        report=report,
        words=wording(report.spoken),
        pages=tuple(sorted(report.pages, key=lambda result: _need(shown[result.target]))),
        units=shown,
        groups=groups,
        alone={target: tuple(units) for target, units in left.items()},
    )


def _read_alone(result: PageResult) -> list[ReviewUnit]:
    """A page that is gone is one line, and what is copied into a new page is read there."""
    units = [] if result.status == "removed" else review_units(result)
    return [unit for unit in units if result.status != "added" or unit.asks in TO_READ]


def _by_need(units: Collection[ReviewUnit]) -> tuple[ReviewUnit, ...]:
    return tuple(sorted(units, key=lambda unit: ASKS.index(unit.asks)))


def _need(units: Collection[ReviewUnit]) -> int:
    """Pages that need words stand before those that need a decision, and so on; else in the order of the report."""
    return min((ASKS.index(unit.asks) for unit in units), default=len(ASKS))


def same_meaning(report: RunReport) -> Counter[tuple[WordEdit, ...]]:
    """The edits that change no meaning for a translator, and how many units had each; nobody is asked about these."""
    found: Counter[tuple[WordEdit, ...]] = Counter()
    for result in report.pages:
        for entry in result.outcome.entries:
            if entry.reason == SAME_MEANING and entry.source_old:
                old = result.english_old[slice(*entry.source_old)]
                edits = (edit for edit in word_edits(old, entry.source) if edit.changes)
                found[tuple(dict.fromkeys(edits))] += 1
    return found
