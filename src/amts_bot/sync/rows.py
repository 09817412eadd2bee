"""What the lock says of a page once a run has written it, or its pull request was merged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from amts_bot.book.lock import NO_ROW, PageLock
from amts_bot.book.memory import lock_of
from amts_bot.text.merge.entries import EDITED, Outcome
from amts_bot.text.names.pages import TargetPage, block_hashes, sentence_hashes
from amts_bot.text.names.texts import sentence_hash
from amts_bot.text.review_state import Approved, Blocks, Drafted, Event, Merged, Sentences

if TYPE_CHECKING:
    from amts_bot.book.snapshot import Snapshot
    from amts_bot.sync.agenda import Item
    from amts_bot.sync.done import Done


def row_of_written(page: Done, before: PageLock | None, snapshot: Snapshot) -> PageLock:
    """The row of a page that the run writes; `before` is the one that it had."""
    stands = TargetPage(page.outcome.text, page.outcome.language)
    drafted = Drafted(
        page=stands,
        english=page.english,
        blocks=page.blocks,
        machine=_written_by_engine(page.outcome),
        left=_left_in_english(page.outcome),
        stale=_stale(page.outcome),
        merged=page.merged,
        protected=page.protected,
    )
    row = replace(
        before or NO_ROW,
        began=_began(page.item) or (before or NO_ROW).began,
        source=page.item.pair.new,
        commit=snapshot.new.commit,
        blob=page.item.blob,
    )
    return row.after(*_closed(page.item.old_target, row, stands, snapshot), drafted)


def _began(item: Item) -> str:
    """The English of a page that the bot writes for the first time, or whose base was set right: no lock said it."""
    base = item.base
    if base is None or base.origin in ("lock", "original", "together") or base.blob == item.blob:
        return ""
    return base.blob


def _written_by_engine(outcome: Outcome) -> Sentences:
    texts = [draft.target for entry in outcome.entries for draft in entry.drafts]
    return frozenset().union(*(sentence_hashes(text, outcome.language) for text in texts))


def _left_in_english(outcome: Outcome) -> Sentences:
    return frozenset(sentence_hash(text) for entry in outcome.entries for text in entry.translate)


def _stale(outcome: Outcome) -> Blocks:
    """The blocks that a person's word kept although their English changed."""
    places = [entry.target_new for entry in outcome.entries if entry.reason == EDITED]
    return frozenset().union(*(block_hashes(outcome.text[slice(*it)]) for it in places if it))


def row_of_merged(path: str, row: PageLock, text: str, snapshot: Snapshot) -> PageLock:
    """The row of a page with text of the bot's that was merged, and that the run leaves alone."""
    page = TargetPage(text, snapshot.language.code)
    return row.after(*_closed(path, row, page, snapshot))


def _closed(path: str, row: PageLock, page: TargetPage, snapshot: Snapshot) -> tuple[Event, ...]:
    """What happened to a page since the last run where no branch is open: its pull request was merged."""
    if snapshot.start.open:
        return ()
    return (Approved(_approved(path, row, snapshot)), Merged(page))


def _approved(path: str, row: PageLock, snapshot: Snapshot) -> Sentences:
    """What of the bot's stood on the page when people approved it, by the lock that they approved."""
    seen: Sentences = frozenset()
    for commit in snapshot.order.approved:
        state = lock_of(snapshot.tree_of(commit), snapshot.language.code) if commit else None
        then = state.pages.get(path) if state else row
        seen |= then.review.machine if then else frozenset()
    return seen
