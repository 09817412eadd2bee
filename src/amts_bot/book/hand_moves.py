"""Pages that people moved or deleted by hand: the lock still has them where they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from amts_bot.book.lock import LanguageLock
from amts_bot.book.texts import Tree
from amts_bot.ports import Repository

# Why a page is left alone; the lock remembers it, so that it is said once.
DELETED = "deleted here by hand: it is left alone, and taken up again when it is back"


def hand_moves(
    locked: LanguageLock, tree: Tree, commit: str, repository: Repository
) -> dict[str, str]:
    """Where pages of the lock stand now that people moved: old target path -> new, as git finds it."""
    gone = {
        target
        for target, row in locked.pages.items()
        if target not in tree and row.review.held != DELETED
    }
    moved = _renamed(gone, commit, repository)
    return {old: new for old, new in moved.items() if new in tree and new not in locked.pages}


def _renamed(gone: Iterable[str], commit: str, repository: Repository) -> dict[str, str]:
    """What became of files that are not there any more, by the commits that took them away."""
    left, moved = {*gone}, dict[str, str]()
    for change in repository.changes(commit) if left else ():
        here = {path for path in left & change.files.keys() if not change.files[path][1]}
        if here:
            renames = repository.renames(f"{change.commit}^", change.commit)
            moved |= {path: renames[path] for path in here & renames.keys()}
            left -= here
        if not left:
            break
    return moved


def followed(locked: LanguageLock, moves: Mapping[str, str]) -> LanguageLock:
    """The lock with the pages where they stand now."""
    pages = {moves.get(target, target): row for target, row in locked.pages.items()}
    hold = tuple(sorted(moves.get(target, target) for target in locked.hold))
    return replace(locked, pages=pages, hold=hold)


def notes_on(moves: Mapping[str, str], locked: LanguageLock, english: Tree) -> tuple[str, ...]:
    """A note for each page that was moved, once its English changes: then the lock learns of it too."""
    return tuple(
        f"{old} was moved to {new} by hand, and is kept in step there"
        for old, new in sorted(moves.items())
        if _changed(locked, new, english)
    )


def _changed(locked: LanguageLock, target: str, english: Tree) -> bool:
    row = locked.pages[target]
    return row.source not in english or english[row.source].blob != row.blob
