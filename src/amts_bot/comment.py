"""Commands in comments: a reviewer holds a page, keeps a unit, asks for a new translation, or how things are.

Everything that a command decides is a commit on the open branch, with the state in the lock: nothing is
remembered elsewhere, and whoever merges the pull request merges it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from amts_bot import lock
from amts_bot.agenda import agenda
from amts_bot.errors import AmtsError, BranchMoved
from amts_bot.lock import LanguageLock, PageLock
from amts_bot.model import Comment, CommitRequest, Draft, Pending, Reply
from amts_bot.planning import Plan, library, plan
from amts_bot.ports import Progress, PullRequests, Repository
from amts_bot.publish import publish
from amts_bot.survey import Order, Survey, Tree, branch_of, lock_of, settings, survey, text_of
from amts_bot.sync import Amazon, translator_of
from amts_bot.text.guard import blocks_of
from amts_bot.text.instructions import USAGE, Instruction, instruction
from amts_bot.text.markup import code, inline
from amts_bot.text.outcome import finish
from amts_bot.text.plan import page
from amts_bot.text.review import unit_hash
from amts_bot.text.standing import places

_MOST_ATTEMPTS = 4
_DONE, _REFUSED, _WRONG = "+1", "-1", "confused"


def answer(
    comment: Comment,
    order: Order,
    repository: Repository,
    hub: PullRequests,
    progress: Progress,
    amazon: Amazon | None = None,
) -> str:
    """Does what a comment asks for, and answers with a reaction and one comment; returns that answer.

    "" when it asks for nothing: no command, not on one of the bot's pull requests, or its author may not write
    to the repository (then a reaction says no). `order.language` is set from the branch.
    """
    asked = instruction(comment.body)
    if asked is None or not comment.number:
        return ""
    language = _language(hub.branch_of(comment.number), repository)
    if not language:
        return ""
    if not hub.may_write(comment.author):
        hub.react(comment.number, comment.id, _REFUSED)
        return ""
    if isinstance(asked, str):
        return _reply(hub, comment, _WRONG, f"{asked}\n\n{USAGE}")
    order = replace(order, language=language)
    try:
        said = _obeyed(asked, order, repository, hub, progress, amazon)
    except AmtsError as error:
        return _reply(hub, comment, _WRONG, inline(str(error), 2000))
    return _reply(hub, comment, _DONE, said)


def _reply(hub: PullRequests, comment: Comment, reaction: str, words: str) -> str:
    hub.react(comment.number, comment.id, reaction)
    hub.answer(comment.number, comment.id, words)
    return words


def _language(branch: str, repository: Repository) -> str:
    known = settings(repository).languages
    return next((code for code in known if branch_of(code) == branch), "")


def _obeyed(
    asked: Instruction,
    order: Order,
    repository: Repository,
    hub: PullRequests,
    progress: Progress,
    amazon: Amazon | None,
) -> str:
    branch = branch_of(order.language)
    for _ in range(_MOST_ATTEMPTS):
        repository.fetch(branch)
        before = repository.branch_tip(branch)
        if before is None:
            raise AmtsError(f"{branch} is gone: nothing is left to do here")
        desk = _desk(order, repository, before)
        if asked.verb == "status":
            return _status(desk.state)
        said = _change(asked, desk, progress, amazon)
        made = _commit(desk, before, said)
        try:
            repository.push(branch, made)
        except BranchMoved:
            repository.withdraw(branch, made, before)
            continue
        publish(replace(order, to=desk.state.commit), repository, hub, progress, amazon)
        return said
    raise AmtsError(
        f"{branch} moved {_MOST_ATTEMPTS} times while this was at work: ask again later"
    )


# ------------------------------------------------------------------ the desk


@dataclass(slots=True)
class _Desk:
    """The open branch, and what is to be changed on it."""

    order: Order
    repository: Repository
    tree: Tree
    merged: Tree
    state: LanguageLock
    before: LanguageLock  # on the default branch
    english: Mapping[str, str]  # of the pages of the pull request, by target path
    rows: dict[str, PageLock]
    files: dict[str, bytes | None] = field(default_factory=dict)

    def text(self, target: str) -> str:
        """A page as it stands on the branch."""
        return text_of(self.repository, self.tree[target].blob, target)

    def units(self, name: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """Where units of that name, or of a name that starts so, stand: page and range of its target."""
        for target, english in self.english.items():
            found = places(english, self.text(target))
            for block in page(english).blocks:
                if unit_hash(block.text).startswith(name) and block.start in found:
                    yield target, found[block.start]


def _desk(order: Order, repository: Repository, tip: str) -> _Desk:
    tree, merged = repository.tree(tip), repository.tree(repository.head())
    state = lock_of(tree, repository).language(order.language)
    before = lock_of(merged, repository).language(order.language)
    source = repository.submodule(settings(repository).source.submodule, tip)
    shown = {
        target: row.blob
        for target, row in state.pages.items()
        if target in tree and row.blob != before.pages.get(target, PageLock("", "", "")).blob
    }
    texts = source.read(shown.values())
    english = {target: texts[blob].decode("utf-8", "replace") for target, blob in shown.items()}
    return _Desk(order, repository, tree, merged, state, before, english, dict(state.pages))


def _commit(desk: _Desk, tip: str, message: str) -> str:
    state = replace(desk.state, pages=desk.rows)
    locks = lock_of(desk.tree, desk.repository).with_language(desk.order.language, state)
    files = {**desk.files, lock.FILE: lock.render(locks).encode()}
    branch = branch_of(desk.order.language)
    plain = message.replace("<code>", "").replace("</code>", "")
    return desk.repository.commit(CommitRequest(branch, (tip,), tip, files, {}, {}, plain))


# ------------------------------------------------------------------ the commands


def _status(state: LanguageLock) -> str:
    rows = state.pages.values()
    counts = {
        "pages": len(state.pages),
        "pages that wait for the next pull request": len(state.queued),
        "pages on hold": len(state.hold),
        "pages that were held or failed": sum(bool(row.held) for row in rows),
        "new English pages that could not be done": len({*state.waiting} - {*state.queued}),
        "sentences still in English": sum(len(row.pending) for row in rows),
        "units that stayed although their English changed": sum(len(row.stale) for row in rows),
        "units that are kept": sum(len(row.kept) for row in rows),
    }
    lines = [f"- {number} {what}" for what, number in counts.items() if number]
    return "\n".join([f"English {state.commit[:10]}:", "", *lines])


def _change(asked: Instruction, desk: _Desk, progress: Progress, amazon: Amazon | None) -> str:
    if asked.verb == "keep":
        return _keep(asked.unit, desk)
    if asked.verb == "hold":
        return _hold(asked.argument, desk)
    if asked.argument in desk.state.hold:
        left = tuple(target for target in desk.state.hold if target != asked.argument)
        desk.state = replace(desk.state, hold=left)
        return f"{code(asked.argument)} is no longer on hold."
    return _retranslate(asked, desk, progress, amazon)


def _keep(unit: str, desk: _Desk) -> str:
    found = list(desk.units(unit))
    if not found:
        raise AmtsError(f"there is no unit {unit} with a translation in this pull request")
    for target, place in found:
        row, text = desk.rows[target], desk.text(target)[slice(*place)]
        desk.rows[target] = replace(row, kept=tuple(sorted({*row.kept, *blocks_of(text)})))
    pages = ", ".join(code(target) for target, _ in found)
    return f"Kept as it stands in {pages}: proposals for it will be comments."


def _hold(target: str, desk: _Desk) -> str:
    """The page and its row as the default branch has them, so that nothing of the new English is lost."""
    if target not in {*desk.rows, *desk.state.queued, *desk.state.waiting}:
        raise AmtsError(
            f"{target} is no page of this translation: give its path, as it stands here"
        )
    people = _people(target, desk)
    if people:
        raise AmtsError(
            f"{target}: {len(people)} blocks were edited by people on this branch, and would be lost: bring "
            "the page to the default branch first, or take the edits back"
        )
    if target in desk.before.pages:
        desk.rows[target] = desk.before.pages[target]
    else:
        desk.rows.pop(target, None)
    if target in desk.english:
        old = desk.merged.get(target)
        desk.files[target] = desk.repository.read([old.blob])[old.blob] if old else None
    desk.state = replace(desk.state, hold=tuple(sorted({*desk.state.hold, target})))
    again = f"`/amts retranslate {target}`"
    return f"{code(target)} is on hold: it stays as the default branch has it until {again}."


def _people(target: str, desk: _Desk) -> frozenset[str]:
    """The blocks of a page that are neither the bot's nor the default branch's."""
    if target not in desk.english:
        return frozenset()
    old = desk.merged.get(target)
    standing = blocks_of(text_of(desk.repository, old.blob, target)) if old else frozenset()
    return blocks_of(desk.text(target)) - {*desk.rows[target].written} - standing


def _retranslate(asked: Instruction, desk: _Desk, progress: Progress, amazon: Amazon | None) -> str:
    """Asks the engine again, for one unit, or for all that the bot wrote on a page."""
    places_of: dict[str, list[tuple[int, int]]] = {}
    if asked.unit:
        for target, place in desk.units(asked.unit):
            places_of.setdefault(target, []).append(place)
    elif asked.argument in desk.english:
        target, text = asked.argument, desk.text(asked.argument)
        written = {*desk.rows[target].written}
        found = places(desk.english[target], text).values()
        places_of[target] = [p for p in found if blocks_of(text[slice(*p)]) <= written]
    if not any(places_of.values()):
        raise AmtsError(f"this pull request has nothing of the bot's at {asked.argument}")
    fresh = _fresh(set(places_of), desk, progress, amazon)
    count = sum(
        _replaced(target, spots, fresh[target], desk) for target, spots in places_of.items()
    )
    return f"{count} units were translated again in {', '.join(map(code, sorted(places_of)))}."


def _fresh(
    targets: set[str], desk: _Desk, progress: Progress, amazon: Amazon | None
) -> dict[str, dict[int, str]]:
    """New translations by page, and by where their English unit starts."""
    order = replace(desk.order, to=desk.state.commit)
    found = survey(order, desk.repository, merged=True)
    book = library(found)
    work = [item for item in agenda(found) if item.target in targets]
    plans = [p for p in plan(work, book, found, progress) if isinstance(p.result, Draft)]
    requests = [r for p in plans if isinstance(p.result, Draft) for r in p.result.requests]
    replies = translator_of(found, book, progress, amazon).translate(requests, desk.order.language)
    if isinstance(replies, Pending):
        raise AmtsError(f"{replies.message}; then ask again")
    supply = iter(replies)
    fresh: dict[str, dict[int, str]] = {target: {} for target in targets}
    fresh.update({p.item.target: dict(_new_texts(p, supply, found)) for p in plans})
    return fresh


def _new_texts(planned: Plan, supply: Iterator[Reply], found: Survey) -> Iterator[tuple[int, str]]:
    draft = planned.result
    if isinstance(draft, Draft):
        done = finish(draft, [next(supply) for _ in draft.requests])
        for entry in done.entries:
            if entry.action == "translate" and entry.source_new and entry.target_new:
                yield entry.source_new[0], done.text[slice(*entry.target_new)]


def _replaced(
    target: str, spots: list[tuple[int, int]], fresh: Mapping[int, str], desk: _Desk
) -> int:
    """Puts new translations where the old ones stand, from the end, so that offsets hold."""
    text, count, written = desk.text(target), 0, {*desk.rows[target].written}
    starts = {place: start for start, place in places(desk.english[target], text).items()}
    for place in sorted(spots, reverse=True):
        new = fresh.get(starts[place], "").rstrip("\r\n")
        old = text[slice(*place)]
        if new and new != old.rstrip("\r\n"):
            end = old[len(old.rstrip("\r\n")) :]
            text = text[: place[0]] + new + end + text[place[1] :]
            written |= blocks_of(new + end)
            count += 1
    desk.files[target] = text.encode()
    standing = blocks_of(text) & written
    desk.rows[target] = replace(desk.rows[target], written=tuple(sorted(standing)))
    return count
