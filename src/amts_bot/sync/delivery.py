"""One commit: target pages, copied assets, the submodule pointer and the lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from amts_bot.book.assets import Asset
from amts_bot.book.hand_moves import DELETED
from amts_bot.book.layout import Submodule
from amts_bot.book.lock import NO_ROW, LanguageLock, PageLock
from amts_bot.book.memory import lock_files
from amts_bot.book.snapshot import Snapshot, branch_of
from amts_bot.model import CommitRequest, QualityPoint, TreeEntry
from amts_bot.sync.agenda import Item
from amts_bot.sync.done import Done
from amts_bot.text.review_state import Held


@dataclass(slots=True)
class _Files:
    """The files of the new commit, as they come together."""

    files: dict[str, bytes | None] = field(default_factory=dict)
    copies: dict[str, TreeEntry] = field(default_factory=dict)
    locks: dict[str, PageLock] = field(default_factory=dict)


def deliver(
    snapshot: Snapshot,
    done: Sequence[Done],
    queued: Sequence[Item],
    copied: Iterable[Asset],
    message: str,
    quality: tuple[QualityPoint, ...],
) -> str:
    """Commits what was done on the language's branch; returns "" when nothing would change.

    `queued` are pages that wait for the next pull request: they and their rows stay as they are. `quality`
    is what this run and those before it measured.
    """
    made = _Files(locks=_standing_locks(snapshot))
    for page in done:
        _add_page(made, page, snapshot)
    for asset in copied:
        _add_asset(made, asset)
    snapshot.repository.import_blobs(
        snapshot.source, [entry.blob for entry in made.copies.values()]
    )
    state = _state(snapshot, done, queued, made.locks, quality)
    request = CommitRequest(
        branch=branch_of(snapshot.language.code),
        parents=snapshot.start.parents,
        expected=snapshot.start.tip,
        files=made.files,
        submodules=_pointer(snapshot),
        copies=made.copies,
        message=message,
    )
    known = _is_known(state, done, snapshot) or _asks_nobody(state, done, snapshot)
    if known and _changes_nothing(request, snapshot):
        return ""
    rows = made.locks if snapshot.start.open else made.locks | _settled(snapshot, made.locks)
    return _committed(request, snapshot, replace(state, pages=rows))


def _is_known(state: LanguageLock, done: Sequence[Done], snapshot: Snapshot) -> bool:
    """Whether the lock says so already, or the next run finds it out as this one did.

    English that asks nothing of the translation is no reason for a pull request, nor is an engine that found
    nothing to do: in one repository another run would follow when it is merged. Lock and pointer move along with the
    next real change.
    """
    was = snapshot.locked
    if state == was or not was.commit:
        return state == was
    together = {t for t, base in snapshot.bases.items() if base.origin == "together"}
    rows = {
        target: replace(row, commit=known.commit, blob=known.blob)
        if target in together and (known := was.pages.get(target))
        else row
        for target, row in state.pages.items()
    }
    engine = state.engine if done else was.engine
    return replace(state, commit=was.commit, engine=engine, pages=rows) == was


def _asks_nobody(state: LanguageLock, done: Sequence[Done], snapshot: Snapshot) -> bool:
    """Whether a new pull request would hold rows of the lock and nothing to read: edits that the translation has not.

    The rows move along with the next real change. Where pages wait, they would wait for ever behind such pages.
    """
    was = snapshot.locked
    if snapshot.start.open or not was.commit or state.queued:
        return False
    same = (state.waiting, state.quality) == (was.waiting, was.quality)
    return same and all(_is_quiet(page, state, was) for page in done)


def _is_quiet(page: Done, state: LanguageLock, was: LanguageLock) -> bool:
    target = page.item.old_target
    if not page.outcome.done:
        return state.pages.get(target) == was.pages.get(target)
    asking = (
        entry.action in ("translate", "hold", "fail") or entry.conflicts
        for entry in page.outcome.entries
    )
    return not (page.proposals or page.outcome.unasked or any(asking))


def _pointer(snapshot: Snapshot) -> dict[str, str]:
    """Where the submodule points from now on. Elsewhere the lock is the pointer.

    The first language of `amts.toml` moves it, so that pull requests of two languages never do: git cannot merge
    that. What another language is in step with is in its lock.
    """
    settings = snapshot.config
    match settings.source.place:
        case Submodule(path):
            moves = snapshot.language.code == settings.pointer_owner
            return {path: snapshot.new.commit if moves else snapshot.merged[path].blob}
        case _:
            return {}


def _committed(request: CommitRequest, snapshot: Snapshot, state: LanguageLock) -> str:
    """The commit, with the language's lock in it."""
    files = {**request.files, **lock_files(snapshot.tree, snapshot.language.code, state)}
    return snapshot.repository.commit(replace(request, files=files))


def _settled(snapshot: Snapshot, rows: Mapping[str, PageLock]) -> dict[str, PageLock]:
    """The rows of other pages whose machine text was merged: what stands as the bot wrote it is accepted.

    Written only when there is a commit anyway: it is no reason for a pull request of its own.
    """
    same = {path: row for path, row in snapshot.locked.pages.items() if rows.get(path) == row}
    reviewed = {
        path: row
        for path, row in same.items()
        if path in snapshot.tree and row.review.is_under_review
    }
    if not reviewed:
        return {}
    from amts_bot.sync.rows import row_of_merged  # names the sentences of pages

    texts = snapshot.tree.at_each(reviewed)
    return {
        path: row_of_merged(path, row, texts[path].text, snapshot) for path, row in reviewed.items()
    }


def remember(snapshot: Snapshot, jobs: tuple[str, ...], message: str) -> str:
    """Commits the ids of batch jobs and nothing else; returns "" when the lock names them already.

    What the pages were translated from goes along, so that the next run needs no --base.
    """
    pages = _standing_locks(snapshot)
    commit = snapshot.old.commit if pages else snapshot.locked.commit
    state = replace(
        snapshot.locked, commit=commit, pages=pages, jobs=jobs, toward=snapshot.new.commit
    )
    start = snapshot.start
    request = CommitRequest(
        branch=branch_of(snapshot.language.code),
        parents=start.parents,
        expected=start.tip,
        files={},
        submodules={},
        copies={},
        message=message,
    )
    return "" if state == snapshot.locked else _committed(request, snapshot, state)


def _changes_nothing(request: CommitRequest, snapshot: Snapshot) -> bool:
    """All files stand already. (Only then is a branch that was squashed not merged once more.)"""
    tree = snapshot.tree
    if any(tree.get(path) != entry for path, entry in request.copies.items()):
        return False
    blobs = {path: tree[path].blob for path in request.files if path in tree}
    contents = snapshot.repository.read(blobs.values())
    standing = {path: contents[blob] for path, blob in blobs.items()}
    return all(standing.get(path) == content for path, content in request.files.items())


def _state(
    snapshot: Snapshot,
    done: Iterable[Done],
    queued: Iterable[Item],
    pages: Mapping[str, PageLock],
    quality: tuple[QualityPoint, ...],
) -> LanguageLock:
    waiting = {
        page.item.pair.new for page in done if not page.outcome.done and page.item.held != DELETED
    }
    waiting |= {item.pair.new for item in queued if item.base is None}
    return LanguageLock(
        commit=snapshot.new.commit,
        pages=pages,
        waiting=tuple(sorted(filter(None, waiting))),
        engine=snapshot.engine,
        quality=quality,
        queued=tuple(sorted(item.target for item in queued)),
        hold=snapshot.locked.hold,
        took=snapshot.locked.took if snapshot.start.open else "",
    )


def _standing_locks(snapshot: Snapshot) -> dict[str, PageLock]:
    """The lock as it was, and what the bases say of pages that it lacks, or has with a base that is not believed.

    A page whose kept original is not the new English has no base in the submodule before it is done.
    """
    known = snapshot.locked.pages
    without_base = {target: row for target, row in known.items() if target not in snapshot.bases}
    return without_base | {
        target: replace(
            known.get(target, NO_ROW), source=base.source, commit=base.commit, blob=base.blob
        )
        for target, base in snapshot.bases.items()
        if not base.own or base.blob == _blob(snapshot.new.pages, base.source)
    }


def _blob(tree: Mapping[str, TreeEntry], path: str) -> str:
    return tree[path].blob if path in tree else ""


def _add_page(made: _Files, page: Done, snapshot: Snapshot) -> None:
    item, outcome = page.item, page.outcome
    before = made.locks.get(item.old_target)
    if not outcome.done:
        if before is not None:
            reason = outcome.held or outcome.failed
            made.locks[item.old_target] = before.after(Held(reason))
        return
    made.locks.pop(item.old_target, None)
    if item.old_target != item.target and item.old_target in snapshot.tree:
        made.files[item.old_target] = None
    if not item.blob:
        if item.target in snapshot.tree:
            made.files[item.target] = None
        return
    from amts_bot.sync.rows import row_of_written  # names the sentences of pages

    made.files[item.target] = outcome.text.encode("utf-8")
    made.locks[item.target] = row_of_written(page, before, snapshot)


def _add_asset(made: _Files, asset: Asset) -> None:
    if asset.held:
        return
    if asset.copy is not None:
        made.copies[asset.path] = asset.copy
    else:
        made.files[asset.path] = None if asset.delete else asset.content
