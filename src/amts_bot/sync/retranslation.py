"""Units that people want another translation of: asked for together with all else, written over what stands.

A wish is a block of the open branch that the lock names (`again`). It stays there until its answer has come, so that
a batch job may take its time. Where somebody edits the block meanwhile, the wish is gone with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from amts_bot.book import lock
from amts_bot.book.library import library
from amts_bot.book.lock import PageLock
from amts_bot.book.survey import (
    Survey,
    branch_of,
    lock_of,
    survey,
    text_of,
)
from amts_bot.errors import AmtsError
from amts_bot.model import (
    CommitRequest,
    Compound,
    Draft,
    Reply,
    Request,
    requests_of,
)
from amts_bot.ports import Progress
from amts_bot.sync.agenda import agenda
from amts_bot.sync.planning import plan
from amts_bot.text.merge.outcome import Entry, finish
from amts_bot.text.merge.people import blocks_of, names_at
from amts_bot.text.merge.standing import places
from amts_bot.text.merge.untranslated import still_pending
from amts_bot.text.pull_request.quoting import counted
from amts_bot.text.review_state import unit_hashes


@dataclass(frozen=True, slots=True)
class Wish:
    """The wishes on one page. `draft` is made against the default branch, so it asks for what changed alone.

    `instead` is what stands on the open branch, by where the English of its unit starts.
    """

    target: str
    english: str
    draft: Draft
    instead: Mapping[int, str]

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


def wishes(found: Survey, progress: Progress) -> tuple[Wish, ...]:
    """What the lock of the open branch says that people want, page by page."""
    wanted = {target for target, row in found.locked.pages.items() if row.again}
    merged = lock_of(found.merged, found.repository).language(found.language.code)
    if not wanted or not found.start.open or not (found.order.base or merged.pages):
        return ()
    before = survey(replace(found.order, to=found.new.commit), found.repository, merged=True)
    work = [item for item in agenda(before) if item.target in wanted & found.tree.keys()]
    return tuple(
        _wish(it.item.target, it.english, it.result, found)
        for it in plan(work, library(before), before, progress)
        if isinstance(it.result, Draft)
    )


def _wish(target: str, english: str, draft: Draft, found: Survey) -> Wish:
    text = text_of(found.repository, found.tree[target].blob, target)
    again = {*found.locked.pages[target].again}
    instead = {
        start: text[slice(*place)]
        for start, place in places(english, text).items()
        if names_at(text, place) & again
    }
    return Wish(target, english, draft, instead)


def fulfil(
    wanted: Sequence[Wish], answers: Sequence[Reply], found: Survey
) -> tuple[str, tuple[str, ...]]:
    """Writes the answers over what stands, in a commit of its own on the branch; that commit, and a note for each page.

    `answers` are in the order of the wishes' requests. What got no answer, or a damaged one, stays as it stands.
    No wish is left in the lock. ("", ()) where there was none.
    """
    repository, code = found.repository, found.language.code
    tip = repository.branch_tip(branch_of(code))
    asked = any(row.again for row in found.locked.pages.values())
    if tip is None or not asked or not found.start.open:  # once it is merged, a wish is over
        return "", ()
    tree, supply = repository.tree(tip), iter(answers)
    state = lock_of(tree, repository).language(code)
    rows = {target: replace(row, again=()) for target, row in state.pages.items()}
    files: dict[str, bytes | None] = {}
    notes = []
    for wish in wanted:
        mine = [next(supply) for _ in wish.requests]
        text = text_of(repository, tree[wish.target].blob, wish.target)
        page = _renewed(wish, mine, text, rows[wish.target])
        files[wish.target], rows[wish.target] = page.text.encode(), page.row
        notes.append(page.note)
    locks = lock_of(tree, repository).with_language(code, replace(state, pages=rows))
    files[lock.FILE] = lock.render(locks).encode()
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
    count, written, machine = 0, {*row.written}, {*row.machine}
    for start, place in sorted(places(wish.english, text).items(), key=lambda it: -it[1][0]):
        old = text[slice(*place)]
        if start not in fresh or old != wish.instead[start]:
            continue
        new, drafted = fresh[start]
        new = new.rstrip("\r\n") + old[len(old.rstrip("\r\n")) :]
        count += new != old
        text = text[: place[0]] + new + text[place[1] :]
        written |= names_at(text, (place[0], place[0] + len(new)))
        machine |= drafted
    row = replace(
        row,
        written=tuple(sorted(written & blocks_of(text))),
        machine=tuple(sorted(machine)),
        pending=tuple(sorted(still_pending(row.pending, wish.english, text))),
    )
    return _RenewedPage(text, row, f"{wish.target}: {counted(count, 'unit')} translated again")


def _fresh(wish: Wish, answers: Sequence[Reply]) -> dict[int, tuple[str, frozenset[str]]]:
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


def _names(entry: Entry, language: str) -> frozenset[str]:
    return frozenset().union(*(unit_hashes(draft.target, language) for draft in entry.drafts))
