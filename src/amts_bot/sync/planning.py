"""Plans for the pages of a run: every page read once, and planned before a cent is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from amts_bot.book.aligned_book import AlignedBook
from amts_bot.book.reviewed_texts import Reviewed
from amts_bot.book.snapshot import Snapshot
from amts_bot.book.texts import Decoded
from amts_bot.model.steps import Draft
from amts_bot.ports import Progress
from amts_bot.sync.agenda import Item
from amts_bot.sync.earlier import EarlierPages
from amts_bot.text.align.pages import page
from amts_bot.text.drafts.returns import nearer, recalled, returned
from amts_bot.text.languages import Language
from amts_bot.text.markdown.formats import foreign
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.entries import ADDED_TO, Outcome
from amts_bot.text.merge.outcome import finish, unchanged
from amts_bot.text.merge.people import draft_page
from amts_bot.text.merge.untranslated import reopened
from amts_bot.text.names.pages import block_names
from amts_bot.text.review_state import Blocks, ReviewState, Sentences

# New blocks shorter than this ("## Summary") are not looked for in the rest of the book.
_LEAST_BLOCK = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One page, planned: a draft that waits for its answers, or an outcome that needs none."""

    item: Item
    english: str  # the new one; "" for a removed page, and where it cannot be read
    result: Draft | Outcome
    untranslated: Sentences = (
        frozenset()
    )  # sentences of English in the target that is asked for again
    protected: Blocks = frozenset()  # those that people wrote on the open branch, or want kept


def plan(
    work: Sequence[Item], book: AlignedBook, snapshot: Snapshot, progress: Progress
) -> tuple[Plan, ...]:
    """A plan for every page, in order. What stops a page is its outcome, and stops no other page."""
    planner = Planner(book, snapshot)
    known = book.blocks(text for item in work for text in planner.new_blocks(item))
    plans: list[Plan] = []
    for number, item in enumerate(work, 1):
        progress.step(f"planning {item.target}", number, len(work))
        plans.append(planner.plan(known, item))
    return tuple(plans)


class Planner:
    """Plans the pages of a snapshot, each once."""

    def __init__(self, book: AlignedBook, snapshot: Snapshot) -> None:
        self.book = book
        self.snapshot = snapshot
        self._merged = _merged(snapshot)
        self._earlier = EarlierPages(snapshot)
        self._plans: dict[str, Plan] = {}

    def english(self, item: Item) -> Decoded:
        """The new English of a page, as far as it has some."""
        return self.snapshot.english[item.blob] if item.blob else Decoded("")

    def new_blocks(self, item: Item) -> list[str]:
        """Blocks that the page did not have: they may have come from another one."""
        english = self.english(item)
        if english.fault or not item.blob:
            return []
        own = _english_of(item, self.book)
        blocks = (block.text.strip() for block in page(english.text).blocks)
        return [text for text in blocks if len(text) >= _LEAST_BLOCK and text not in own]

    def plan(self, known: Mapping[str, str], item: Item) -> Plan:
        """The plan of a page; `known` are translations of whole blocks, which other pages have."""
        if item.target not in self._plans:
            planned = _plan(item, self.english(item), known, self.book, self.snapshot)
            returning = _with_returned(planned, self._merged, self.snapshot)
            self._plans[item.target] = _with_recalled(returning, self._earlier)
        return self._plans[item.target]


@dataclass(frozen=True, slots=True)
class _MergedPages:
    """Pages as the default branch has them, where the open branch is at other English or lacks them, and the
    sentences that stand in English there."""

    book: AlignedBook
    untranslated: Sentences


def _merged(snapshot: Snapshot) -> _MergedPages:
    """Empty where no branch is open."""
    there = snapshot.merged_state.pages if snapshot.start.open else {}
    here = snapshot.locked.pages
    rows = {
        target: row
        for target, row in there.items()
        if target in snapshot.merged and (target not in here or here[target].blob != row.blob)
    }
    lost = snapshot.source.missing({row.blob for row in rows.values()})
    english = snapshot.english.read({row.blob for row in rows.values()} - lost)
    pages = {
        target: Reviewed(english[row.blob].text, snapshot.merged.at(target).text)
        for target, row in rows.items()
        if row.blob not in lost
    }
    return _MergedPages(
        AlignedBook(pages, snapshot.config.markdown.prose_keys),
        frozenset(name for row in rows.values() for name in row.review.untranslated),
    )


def _with_returned(planned: Plan, merged: _MergedPages, snapshot: Snapshot) -> Plan:
    """The plan with what the default branch says where English went and came back since.

    A page that has another name there, or was gone for a while, is looked for among those gone from the branch.
    """
    if not isinstance(planned.result, Draft):
        return planned
    names = dict.fromkeys((planned.item.old_target, planned.item.target))
    own = [target for target in names if target in merged.book.pages]
    gone = [target for target in merged.book.pages if target not in snapshot.locked.pages]
    pages = [merged.book.alignment(target) for target in own or gone]
    if not pages:
        return planned
    return replace(planned, result=returned(planned.result, pages, merged.untranslated))


def _with_recalled(planned: Plan, earlier: EarlierPages) -> Plan:
    """The plan with what earlier versions of the page say where English went, was merged, and came back.

    Not where the base is set right in this run: then the versions that the lock knows were read with a wrong one.
    """
    item = planned.item
    set_right = item.base is not None and item.base.origin not in ("lock", "together")
    if set_right or not isinstance(planned.result, Draft):
        return planned
    base = item.base.blob if item.base else ""
    drafted, found = planned.result, earlier.holding(item.old_target, base, planned.result)
    if found:
        untranslated = frozenset().union(*(names for _, names in found))
        drafted = recalled(drafted, [page for page, _ in found], untranslated)
    return replace(planned, result=nearer(drafted, earlier.near(item.old_target, base, drafted)))


def _plan(
    item: Item,
    new: Decoded,
    known: Mapping[str, str],
    book: AlignedBook,
    snapshot: Snapshot,
) -> Plan:
    code, row, english = snapshot.language.code, snapshot.language.row, new.text
    keys = snapshot.config.markdown.prose_keys
    if new.fault:
        problem = f"{item.pair.new}: {new.fault}"
        return Plan(item=item, english="", result=unchanged("", "", code, problem, "fail"))
    problem = item.refused or _unreadable(item, book, snapshot) or _no_markdown(item, english, book)
    if problem:
        return Plan(
            item=item, english=english, result=unchanged("", english, code, problem, "fail", keys)
        )
    if item.held:
        held = unchanged("", english, code, item.held, prose_keys=keys)
        return Plan(item=item, english=english, result=held)
    protected = _protected(item.old_target, book, snapshot)
    if not item.blob:
        return Plan(
            item=item, english="", result=_removed(item, book, row, protected), protected=protected
        )
    asks = _has_code(english) and not _has_code(_english_of(item, book)) and book.is_commented
    alignment = book.alignment(item.old_target)
    drafted = draft_page(alignment, english, row, known, protected, asks=asks)
    if isinstance(drafted, Outcome):
        return Plan(item=item, english=english, result=drafted)
    locked = snapshot.locked.pages.get(item.old_target)
    untranslated = locked.review.untranslated if locked and snapshot.reopens else frozenset()
    return Plan(
        item=item,
        english=english,
        result=reopened(drafted, untranslated),
        untranslated=untranslated,
        protected=protected,
    )


def _english_of(item: Item, book: AlignedBook) -> str:
    return book.pages.get(item.old_target, Reviewed("", "")).source


def _has_code(english: str) -> bool:
    return "```" in english


def _protected(target: str, book: AlignedBook, snapshot: Snapshot) -> Blocks:
    """The blocks of a page that the bot leaves alone: people's own on the open branch, and those kept."""
    if target not in book.pages:
        return frozenset()
    row = snapshot.locked.pages.get(target)
    review = row.review if row else ReviewState()
    if not (snapshot.start.open or review.kept):
        return frozenset()  # all of it is merged
    blocks = block_names(book.alignment(target).target.blocks)
    merged = merged_blocks(target, snapshot) if snapshot.start.open else blocks
    return review.protected(blocks, merged)


def merged_blocks(target: str, snapshot: Snapshot) -> Blocks:
    """The blocks that a page has on the default branch."""
    keys = snapshot.config.markdown.prose_keys  # as where it is aligned: it is cut up once
    return block_names(page(snapshot.merged_page(target), keys).blocks)


def _unreadable(item: Item, book: AlignedBook, snapshot: Snapshot) -> str:
    """Why the target or the English it was translated from cannot be read, or ""."""
    if item.base is None or item.old_target in book.pages:
        return ""
    if item.old_target not in snapshot.tree:
        return ""
    read = (
        (item.old_target, snapshot.tree.at(item.old_target)),
        (item.pair.old, snapshot.original(item.old_target)),
    )
    return next(f"{where}: {text.fault}" for where, text in read if text.fault)


def _no_markdown(item: Item, english: str, book: AlignedBook) -> str:
    """Why one of the three versions of a page is no Markdown, or ""."""
    reviewed = book.pages.get(item.old_target, Reviewed("", ""))
    versions = (
        (item.pair.new or item.pair.old, english),
        (item.pair.old or item.pair.new, reviewed.source),
        (item.old_target, reviewed.target),
    )
    return next(filter(None, (foreign(path, text) for path, text in versions)), "")


def _removed(item: Item, book: AlignedBook, row: Language, protected: Blocks) -> Outcome:
    """A page that is gone from the English goes, unless people added to it, or edit it on the open branch."""
    alignment = book.alignment(item.old_target)
    done = finish(draft(alignment, "", row, theirs=protected), [])
    if done.text.strip():
        return unchanged(book.pages[item.old_target].target, "", row.code, ADDED_TO)
    return done
