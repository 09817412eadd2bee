"""The pages of a run: each planned, and finished with its answers, in the same place of a crew.

Drafts stay where they were made: what goes from place to place is English to translate, answers, and finished text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from amts_bot.book.aligned_book import AlignedBook
from amts_bot.book.snapshot import Snapshot
from amts_bot.errors import AmtsError
from amts_bot.model import Reply, Request
from amts_bot.model.steps import Draft
from amts_bot.ports import Crew, Progress
from amts_bot.sync.agenda import Item
from amts_bot.sync.done import Done
from amts_bot.sync.planning import Plan, Planner, merged_blocks
from amts_bot.text.align.pages import page
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.merge.outcome import finish, unchanged
from amts_bot.text.merge.people import finish_page
from amts_bot.text.names.pages import block_names

Value = TypeVar("Value")
Result = TypeVar("Result")


@dataclass(slots=True)
class Pages:
    """The pages of a run, in the order in which they are done. `requests` are what each asks an engine for."""

    work: Sequence[Item]
    place: Workplace
    requests: Sequence[tuple[Request, ...]] = ()
    _known: Mapping[str, str] = field(default_factory=dict)

    def unanswered(self) -> list[Done]:
        """The pages as engine `none` would leave them."""
        return self._each(partial(self.place.unanswered, self._known), self.work)

    def finished(self, answers: Iterator[Reply]) -> list[Done]:
        """The pages with their answers in place, taken in the order of their requests, and their sums checked."""
        mine = [[next(answers) for _ in requests] for requests in self.requests]
        pages = [*zip(self.work, mine, strict=True)]
        return self._each(partial(self.place.finished, self._known), pages)

    def _each(self, function: Callable[[Value], Result], values: Sequence[Value]) -> list[Result]:
        names = [item.old_target for item in self.work]
        return [*self.place.crew.each(function, values, names)]


def workplace(
    work: Sequence[Item], book: AlignedBook, snapshot: Snapshot, progress: Progress
) -> Workplace:
    """Where some pages can be worked on, in several processes where they are many."""
    place = Workplace(Planner(book, snapshot), progress)
    sizes = {item.old_target: place.size(item) for item in work}  # and all texts are read
    place.crew.gather(sizes, place, book, snapshot, progress)
    return place


def pages_of(work: Sequence[Item], place: Workplace) -> Pages:
    """Plans every page. What stops a page stops no other page."""
    pages = Pages(work, place)
    new = pages._each(place.planner.new_blocks, work)
    known = place.planner.book.blocks(text for texts in new for text in texts)
    numbered = [*enumerate(work, 1)]
    requests = pages._each(partial(place.requests, known, len(work)), numbered)
    return Pages(work, place, requests, known)


@dataclass(slots=True)
class Workplace:
    """Where pages are worked on, one by one."""

    planner: Planner
    progress: Progress

    @property
    def crew(self) -> Crew:
        """Who sits at such places."""
        return self.planner.snapshot.order.crew

    def size(self, item: Item) -> int:
        """How much there is to do for a page, in characters of English that is aligned, compared and searched.

        New English that replaces none takes a tenth of the time: it is cut and translated.
        """
        page = self.planner.book.pages.get(item.old_target)
        old = len(page.source) if page else 0
        return old + len(self.planner.english(item).text) // 10

    def requests(
        self, known: Mapping[str, str], total: int, page: tuple[int, Item]
    ) -> tuple[Request, ...]:
        """What a page asks for, one by its number of so many."""
        number, item = page
        self.progress.step(f"planning {item.target}", number, total)
        result = self.planner.plan(known, item).result
        if not isinstance(result, Draft):
            return ()
        return tuple(replace(request, page=item.target) for request in result.requests)

    def unanswered(self, known: Mapping[str, str], item: Item) -> Done:
        """A page as engine `none` would leave it."""
        plan = self.planner.plan(known, item)
        result = plan.result
        if isinstance(result, Draft):
            result = finish(result, [None] * len(result.requests))
        return Done(item=item, english=plan.english, outcome=result)

    def finished(self, known: Mapping[str, str], page: tuple[Item, Sequence[Reply]]) -> Done:
        """A page with its answers in place and its sums checked."""
        item, answers = page
        plan = self.planner.plan(known, item)
        if isinstance(plan.result, Outcome):
            return Done(item=item, english=plan.english, outcome=plan.result)
        try:
            return self._answered(plan, plan.result, answers)
        except AmtsError as error:
            keys = self.planner.snapshot.config.markdown.prose_keys
            code = plan.result.language
            failed = unchanged("", plan.english, code, str(error), "fail", keys)
            return Done(item=item, english=plan.english, outcome=failed)

    def _answered(self, plan: Plan, draft: Draft, answers: Sequence[Reply]) -> Done:
        done = finish_page(
            draft,
            answers,
            self.planner.book.alignment(plan.item.old_target),
            plan.english,
            theirs=plan.protected,
            untranslated=plan.untranslated,
        )
        return Done(
            item=plan.item,
            english=plan.english,
            outcome=done.outcome,
            blocks=block_names(page(done.outcome.text).blocks),
            merged=merged_blocks(plan.item.target, self.planner.snapshot),
            protected=plan.protected,
            proposals=done.proposals,
        )
