"""Units that people want another translation of: asked for together with all else, written over what stands.

A wish is a block of the open branch that the lock names (`again`). It stays there until its answer has come, so that
a batch job may take its time. Where somebody edits the block meanwhile, the wish is gone with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from amts_bot.book.aligned_book import aligned_book
from amts_bot.book.lock import PageLock
from amts_bot.book.memory import lock_files, lock_of
from amts_bot.book.snapshot import (
    Snapshot,
    branch_of,
    snapshot,
)
from amts_bot.errors import AmtsError
from amts_bot.model import (
    CommitRequest,
    Reply,
    Request,
    counted,
)
from amts_bot.model.steps import Compound, Draft, requests_of
from amts_bot.ports import Progress
from amts_bot.sync.agenda import agenda
from amts_bot.sync.planning import plan
from amts_bot.text.merge.entries import Entry
from amts_bot.text.merge.outcome import finish
from amts_bot.text.merge.standing import places
from amts_bot.text.names.pages import (
    TargetPage,
    block_hashes,
    block_hashes_at,
    sentence_hashes,
)
from amts_bot.text.review_state import (
    Blocks,
    Retranslated,
    Sentences,
    WishesOver,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The wishes on one page. `draft` is made against the default branch, so it asks for what changed alone.

    `instead` is what stands on the open branch, by where the English of its unit starts; `merged` are the blocks of
    the page on the default branch.
    """

    target: str
    english: str
    draft: Draft
    instead: Mapping[int, str]
    merged: Blocks

    @property
    def requests(self) -> tuple[Request, ...]:
        """What the engine is asked."""
        return tuple(
            replace(request, page=self.target, instead=self.instead[start])
            for start, request in _requests(self.draft)
            if start in self.instead
        )


def _requests(draft: Draft) -> Iterator[tuple[int, Request]]:
    """Every request of a draft, with where the English of its unit starts."""
    for part in draft.parts:
        for step in part.step.steps if isinstance(part.step, Compound) else (part.step,):
            asked = requests_of(step)
            if step and asked and step.units[0].source_new:
                start = step.units[0].source_new[0]
                yield from ((start, request) for request in asked)


def wishes(found: Snapshot, progress: Progress) -> tuple[Wish, ...]:
    """What the lock of the open branch says that people want, page by page."""
    wanted = {target for target, row in found.locked.pages.items() if row.review.again}
    if not wanted or not found.start.open:
        return ()
    if not found.order.first_base and not found.merged_state.pages:
        return ()
    before = snapshot(replace(found.order, to=found.new.commit), found.repository, merged=True)
    work = [item for item in agenda(before) if item.target in wanted & found.tree.keys()]
    return tuple(
        _wish(it.item.target, it.english, it.result, found)
        for it in plan(work, aligned_book(before), before, progress)
        if isinstance(it.result, Draft)
    )


def _wish(target: str, english: str, draft: Draft, found: Snapshot) -> Wish:
    text = found.tree.at(target).strict(target)
    again = found.locked.pages[target].review.again
    instead = {
        start: text[slice(*place)]
        for start, place in places(english, text).items()
        if block_hashes_at(text, place) & again
    }
    merged = block_hashes(found.merged_page(target))
    return Wish(target=target, english=english, draft=draft, instead=instead, merged=merged)


def fulfil(
    wanted: Sequence[Wish], answers: Sequence[Reply], found: Snapshot
) -> tuple[str, tuple[str, ...]]:
    """Writes the answers over what stands, in a commit of its own on the branch; that commit, and a note for each page.

    `answers` are in the order of the wishes' requests. What got no answer, or a damaged one, stays as it stands.
    No wish is left in the lock. ("", ()) where there was none.
    """
    repository, code = found.repository, found.language.code
    tip = repository.branch_tip(branch_of(code))
    asked = any(row.review.again for row in found.locked.pages.values())
    if tip is None or not asked or not found.start.open:  # once it is merged, a wish is over
        return "", ()
    tree, supply = found.tree_of(tip), iter(answers)
    state = lock_of(tree, code)
    rows = {target: row.after(WishesOver()) for target, row in state.pages.items()}
    files: dict[str, bytes | None] = {}
    notes = []
    for wish in wanted:
        mine = [next(supply) for _ in wish.requests]
        text = tree.at(wish.target).strict(wish.target)
        page = _renewed(wish, mine, text, rows[wish.target])
        files[wish.target], rows[wish.target] = page.text.encode(), page.row
        notes.append(page.note)
    state = replace(state, pages=rows)
    files |= lock_files(tree, code, state)
    message = "\n".join(["Translate again what people asked for", "", *notes])
    return repository.commit(
        CommitRequest(
            branch=branch_of(code),
            parents=(tip,),
            expected=tip,
            files=files,
            submodules={},
            copies={},
            message=message,
        )
    ), tuple(notes)


@dataclass(frozen=True, slots=True)
class _RenewedPage:
    """A page of the branch with its wishes fulfilled."""

    text: str
    row: PageLock
    note: str


def _renewed(wish: Wish, answers: Sequence[Reply], text: str, row: PageLock) -> _RenewedPage:
    if not answers:
        return _RenewedPage(
            text, row, f"{wish.target}: the English did not change there: nothing to ask"
        )
    try:
        fresh = _fresh(wish, answers)
    except AmtsError as error:
        return _RenewedPage(text, row, f"{wish.target}: could not be translated again: {error}")
    page, over = _written_over(wish, fresh, text)
    people = row.review.people_blocks(block_hashes(text), wish.merged)
    event = Retranslated(
        page=TargetPage(page, wish.draft.language),
        english=wish.english,
        machine=frozenset().union(*(it.machine for it in over)),
        blocks=frozenset().union(*(it.now for it in over)),
        people=people.difference(*(it.was for it in over)),
    )
    count = sum(it.changed for it in over)
    note = f"{wish.target}: {counted(count, 'unit')} translated again"
    return _RenewedPage(page, row.after(event), note)


@dataclass(frozen=True, slots=True)
class _Replaced:
    """A unit of the page that was written over: the blocks it touches before and after.

    `machine` are the sentences that the engine wrote.
    """

    was: Blocks
    now: Blocks
    machine: Sentences
    changed: bool


def _written_over(
    wish: Wish, fresh: Mapping[int, tuple[str, Sentences]], text: str
) -> tuple[str, list[_Replaced]]:
    """The page with the new texts in place of what stood when they were asked for."""
    over = []
    for start, place in sorted(places(wish.english, text).items(), key=lambda it: -it[1][0]):
        old = text[slice(*place)]
        if start not in fresh or old != wish.instead[start]:
            continue
        new, machine = fresh[start]
        new = new.rstrip("\r\n") + old[len(old.rstrip("\r\n")) :]
        was = block_hashes_at(text, place)
        text = text[: place[0]] + new + text[place[1] :]
        over.append(
            _Replaced(
                was, block_hashes_at(text, (place[0], place[0] + len(new))), machine, new != old
            )
        )
    return text, over


def _fresh(wish: Wish, answers: Sequence[Reply]) -> dict[int, tuple[str, Sentences]]:
    """The new texts and the names of the sentences that the engine wrote, by where the English starts."""
    supply = iter(answers)
    replies = [
        next(supply) if start in wish.instead else None for start, _ in _requests(wish.draft)
    ]
    done = finish(wish.draft, replies)
    return {
        entry.source_new[0]: (done.text[slice(*entry.target_new)], _names(entry, done.language))
        for entry in done.entries
        if entry.action == "translate" and entry.drafts and entry.source_new and entry.target_new
    }


def _names(entry: Entry, language: str) -> Sentences:
    return frozenset().union(*(sentence_hashes(draft.target, language) for draft in entry.drafts))
