"""Commands in comments: a reviewer holds a page, keeps a unit, asks for a new translation, or how things are.

Everything that a command decides is a commit on the open branch, with the state in the lock: nothing is
remembered elsewhere, and whoever merges the pull request merges it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from amts_bot.book.aligned_book import aligned_book
from amts_bot.book.english import repository_of
from amts_bot.book.lock import LanguageLock, PageLock
from amts_bot.book.memory import lock_files, lock_of
from amts_bot.book.snapshot import (
    Order,
    Start,
    branch_of,
    settings,
    snapshot,
    start_of,
)
from amts_bot.book.texts import Texts, Tree, tree_of
from amts_bot.errors import AmtsError, BranchMoved
from amts_bot.model import Comment, CommitRequest, Range, counted
from amts_bot.model.github import PullRequest
from amts_bot.model.steps import Draft
from amts_bot.ports import Progress, PullRequests, Repository
from amts_bot.pull_request.publish import based, publish
from amts_bot.sync.agenda import agenda
from amts_bot.sync.amazon import Amazon
from amts_bot.sync.planning import plan
from amts_bot.text.markdown.front_matter import EVERY_KEY
from amts_bot.text.merge.standing import places
from amts_bot.text.merge.units import english_units
from amts_bot.text.names.pages import block_hashes, block_hashes_at
from amts_bot.text.names.texts import unit_hash
from amts_bot.text.pull_request.instructions import USAGE, Instruction, instruction
from amts_bot.text.pull_request.quoting import code, inline
from amts_bot.text.review_state import (
    AskedAgain,
    Blocks,
    Kept,
    ReviewState,
)

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
    to the repository (then a reaction says no). `order.language` is set from the branch. On a merged pull request a
    command is done as on an open one: what it changes opens the next.
    """
    asked = instruction(comment.body)
    if asked is None or not comment.number:
        return ""
    language = _language(hub.branch_of(comment.number), repository)
    if not language:
        return ""
    if not comment.author or not hub.may_write(comment.author):
        hub.react(comment, _REFUSED)
        return ""
    if isinstance(asked, str):
        return _reply(hub, comment, _WRONG, f"{asked}\n\n{USAGE}")
    elsewhere = _elsewhere(comment.number, hub.newest(branch_of(language)))
    if elsewhere:
        return _reply(hub, comment, _WRONG, elsewhere)
    order = replace(order, language=language)
    try:
        said = _obeyed(asked, order, repository, hub, progress, amazon)
    except AmtsError as error:
        return _reply(hub, comment, _WRONG, inline(str(error), 2000))
    return _reply(hub, comment, _DONE, said)


def _reply(hub: PullRequests, comment: Comment, reaction: str, words: str) -> str:
    hub.react(comment, reaction)
    hub.answer(comment, words)
    return words


def _elsewhere(number: int, newest: PullRequest | None) -> str:
    """Why a command has no place on this pull request, and where it has; "" where it is right."""
    if newest is None or newest.state == "merged":
        return ""
    if newest.state == "open":
        there = f"This pull request is over: say it on #{newest.number}, which is open."
        return "" if newest.number == number else there
    return (
        f"#{newest.number} was closed without a merge, and nothing is done until the English of its pages changes: "
        "reopen it, and say it there."
    )


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
        start = start_of(repository, order.language)
        pull = hub.newest(branch)
        order = based(order, pull, repository) if pull and pull.state == "open" else order
        desk = _desk(order, repository, start.commit)
        if asked.verb == "status":
            return _status(desk.state)
        said = _change(asked, desk, progress)
        made = _commit(desk, start, said)
        try:
            repository.push(branch, made)
        except BranchMoved:
            repository.withdraw(branch, made, start.tip)
            continue
        order = replace(order, to=desk.aim, wait=order.wait * (asked.verb == "retranslate"))
        report = publish(order, repository, hub, progress, amazon).result.report
        return "\n\n".join(
            [said, *(inline(it, 2000) for it in (*report.notes, report.pending) if it)]
        )
    raise AmtsError(
        f"{branch} moved {_MOST_ATTEMPTS} times while this was working: ask again later"
    )


# ------------------------------------------------------------------ the desk


@dataclass(slots=True, kw_only=True)
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
        return self.tree.at(target).strict(target)

    @property
    def aim(self) -> str:
        """The English that the branch stands for, or will when its batch job is done."""
        return self.state.toward or self.state.commit

    def units(self, name: str) -> Iterator[tuple[str, Range]]:
        """Where units of that name, or of a name that starts so, stand: page and range of its target."""
        for target, english in self.english.items():
            found = places(english, self.text(target))
            for unit in english_units(english, EVERY_KEY):
                start = unit.source_new[0] if unit.source_new else -1
                if unit_hash(unit.source).startswith(name) and start in found:
                    yield target, found[start]


def _desk(order: Order, repository: Repository, tip: str) -> _Desk:
    tree, merged = tree_of(repository, tip), tree_of(repository, repository.head())
    state, before = (lock_of(it, order.language) for it in (tree, merged))
    source = repository_of(settings(repository), repository, tip)
    shown = {
        target: row.blob
        for target, row in state.pages.items()
        if target in tree
        and row.blob != before.pages.get(target, PageLock(source="", commit="", blob="")).blob
    }
    texts = Texts(source).read(shown.values())
    english = {target: texts[blob].text for target, blob in shown.items()}
    return _Desk(
        order=order,
        repository=repository,
        tree=tree,
        merged=merged,
        state=state,
        before=before,
        english=english,
        rows=dict(state.pages),
    )


def _commit(desk: _Desk, start: Start, message: str) -> str:
    state = replace(desk.state, pages=desk.rows)
    files = {**desk.files, **lock_files(desk.tree, desk.order.language, state)}
    branch = branch_of(desk.order.language)
    plain = message.replace("`", "")
    return desk.repository.commit(
        CommitRequest(
            branch=branch,
            parents=start.parents,
            expected=start.tip,
            files=files,
            submodules={},
            copies={},
            message=plain,
        )
    )


# ------------------------------------------------------------------ the commands


def _reviews(state: LanguageLock) -> Iterator[ReviewState]:
    return (row.review for row in state.pages.values())


_COUNTS: tuple[tuple[str, str, Callable[[LanguageLock], int]], ...] = (
    ("page", "pages", lambda it: len(it.pages)),
    (
        "page that waits for the next pull request",
        "pages that wait for the next pull request",
        lambda it: len(it.queued),
    ),
    ("page on hold", "pages on hold", lambda it: len(it.hold)),
    (
        "page that was held or failed",
        "pages that were held or failed",
        lambda it: sum(bool(row.held) for row in _reviews(it)),
    ),
    (
        "new English page that could not be done",
        "new English pages that could not be done",
        lambda it: len({*it.waiting} - {*it.queued}),
    ),
    (
        "sentence still in English",
        "sentences still in English",
        lambda it: sum(len(row.untranslated) for row in _reviews(it)),
    ),
    (
        "unit that stayed although its English changed",
        "units that stayed although their English changed",
        lambda it: sum(len(row.stale) for row in _reviews(it)),
    ),
    (
        "unit that is kept",
        "units that are kept",
        lambda it: sum(len(row.kept) for row in _reviews(it)),
    ),
    (
        "unit that is to be translated again",
        "units that are to be translated again",
        lambda it: sum(len(row.again) for row in _reviews(it)),
    ),
    ("batch job at work", "batch jobs at work", lambda it: len(it.jobs)),
)


def _status(state: LanguageLock) -> str:
    counts = ((number(state), one, many) for one, many, number in _COUNTS)
    lines = [f"- {counted(number, one, many)}" for number, one, many in counts if number]
    return "\n".join([f"English {state.commit[:10]}:", "", *lines])


def _change(asked: Instruction, desk: _Desk, progress: Progress) -> str:
    if asked.verb == "keep":
        return _keep(asked.unit, desk, progress)
    if asked.verb == "hold":
        return _hold(asked.argument, desk)
    if asked.argument in desk.state.hold:
        left = tuple(target for target in desk.state.hold if target != asked.argument)
        desk.state = replace(desk.state, hold=left)
        return f"{code(asked.argument)} is no longer on hold."
    return _retranslate(asked, desk)


def _keep(unit: str, desk: _Desk, progress: Progress) -> str:
    found = list(desk.units(unit)) or list(_units_at_work(unit, desk, progress))
    if not found:
        raise AmtsError(
            f"there is no unit {unit} with a translation in this pull request: use the code shown beside it"
        )
    for target, place in found:
        kept = Kept(block_hashes_at(desk.text(target), place))
        desk.rows[target] = desk.rows[target].after(kept)
    pages = ", ".join(code(target) for target, _ in found)
    return f"Kept as it stands in {pages}: proposals for it will be comments."


def _units_at_work(name: str, desk: _Desk, progress: Progress) -> Iterator[tuple[str, Range]]:
    """As `_Desk.units`, for the pages that wait for a batch job: their old translation still stands."""
    if not desk.state.jobs:
        return
    found = snapshot(replace(desk.order, to=desk.aim), desk.repository)
    for planned in plan(agenda(found), aligned_book(found), found, progress):
        if isinstance(planned.result, Draft):
            for unit in planned.result.units:
                if unit_hash(unit.source).startswith(name) and unit.target_old:
                    yield planned.item.target, unit.target_old


def _hold(target: str, desk: _Desk) -> str:
    """The page and its row as the default branch has them, so that nothing of the new English is lost."""
    if target not in {*desk.rows, *desk.state.queued, *desk.state.waiting}:
        raise AmtsError(
            f"{target} is not a page of this translation: give its path as it is in this repository"
        )
    people = _people(target, desk)
    if people:
        raise AmtsError(
            f"{target}: {counted(len(people), 'block was', 'blocks were')} edited by people on this branch, "
            "and would be lost: bring the page to the default branch first, or take the edits back"
        )
    row = _row_before(target, desk)
    if row is None:
        desk.rows.pop(target, None)
    else:
        desk.rows[target] = row
    if target in desk.english:
        old = desk.merged.get(target)
        desk.files[target] = desk.repository.read([old.blob])[old.blob] if old else None
    desk.state = replace(desk.state, hold=tuple(sorted({*desk.state.hold, target})))
    again = f"`/amts retranslate {target}`"
    return f"{code(target)} is on hold: it stays as the default branch has it until {again}."


def _row_before(target: str, desk: _Desk) -> PageLock | None:
    """A page's row as the default branch has it; before the first sync is merged, as `base` says."""
    row = desk.before.pages.get(target)
    if row is not None or target not in desk.merged or target not in desk.rows:
        return row
    configured, path = settings(desk.repository), desk.rows[target].source
    if configured.language(desk.order.language).origin_of(path) in desk.merged:
        return None
    source = repository_of(configured, desk.repository, desk.repository.head())
    base = desk.order.first_base
    tree = source.tree(base) if base else {}
    if path not in tree:
        raise AmtsError(
            f"{target}: nothing says which English the default branch has it from: merge this pull request first"
        )
    return PageLock(source=path, commit=base, blob=tree[path].blob)


def _people(target: str, desk: _Desk) -> Blocks:
    """The blocks of a page that people wrote on the branch."""
    if target not in desk.rows or target not in desk.tree:
        return frozenset()
    merged = desk.merged.at(target).strict(target) if target in desk.merged else ""
    row, blocks = desk.rows[target], block_hashes(desk.text(target))
    return row.review.people_blocks(blocks, block_hashes(merged))


def _retranslate(asked: Instruction, desk: _Desk) -> str:
    """Notes in the lock what the engine is to be asked again: one unit, or all that the bot wrote on a page."""
    places_of: dict[str, list[Range]] = {}
    if asked.unit:
        for target, place in desk.units(asked.unit):
            places_of.setdefault(target, []).append(place)
    elif asked.argument in desk.english:
        target, text = asked.argument, desk.text(asked.argument)
        written = desk.rows[target].review.written
        found = places(desk.english[target], text).values()
        places_of[target] = [p for p in found if block_hashes_at(text, p) <= written]
    if not any(places_of.values()):
        at_work = "; what is being translated now comes by itself" if desk.state.jobs else ""
        raise AmtsError(
            f"this pull request has nothing of the bot's at {asked.argument}{at_work}: name one of its pages, "
            "or a unit by the code beside it"
        )
    for target, spots in places_of.items():
        text = desk.text(target)
        names = frozenset().union(*(block_hashes_at(text, spot) for spot in spots))
        desk.rows[target] = desk.rows[target].after(AskedAgain(names))
    return f"The engine is asked again in {', '.join(map(code, sorted(places_of)))}."
