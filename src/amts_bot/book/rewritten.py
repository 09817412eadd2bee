"""English whose history was rewritten: commits and files that the lock names may be gone for ever.

Files are named by their content, so most of them come back under the same name in the new history. What is in neither
is lost, and the pages that were made from it need a new base.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from amts_bot.book.lock import LanguageLock
from amts_bot.errors import UsageError
from amts_bot.ports import Repository


@dataclass(frozen=True, slots=True)
class LastEnglish:
    """The English of the last sync, and a note where another commit stands in for it."""

    commit: str
    notes: tuple[str, ...] = ()


def last_english(locked: LanguageLock, base: str, source: Repository, tip: str) -> LastEnglish:
    """The English commit of a language's last sync; where it is gone, the one of `tip` that has most of its pages.

    Of several, the oldest: what came after the last sync is not passed over. Raises AmtsError where the clone is
    shallow, and UsageError where no commit has any of the pages and `base` names none.
    """
    if not is_gone(locked.commit, source):
        return LastEnglish(source.resolve(locked.commit))
    gone = f"English {locked.commit[:10]} of the last sync is gone: its history was rewritten"
    if base:
        return LastEnglish(source.resolve(base), (f"{gone}; --base stands in for it",))
    found = _likest({row.source: row.blob for row in locked.pages.values()}, source, tip)
    if not found:
        raise UsageError(
            f"{gone}, and no commit of the new one has any of its pages\nname one with --base REV"
        )
    return LastEnglish(
        found, (f"{gone}; {found[:10]} has most of the same pages and stands in for it",)
    )


def is_gone(commit: str, source: Repository) -> bool:
    """Whether no history has a commit any more. A shallow clone cannot tell."""
    return bool(source.missing([commit])) and not source.is_shallow()


def _likest(blobs: dict[str, str], source: Repository, tip: str) -> str:
    """The commit that has most of the files, by first parents from `tip`; "" where none has one."""
    tree = source.tree(tip)
    alike = sum(path in tree and tree[path].blob == blob for path, blob in blobs.items())
    best, most = "", 1
    for change in source.changes(tip):
        if alike >= most:
            best, most = change.commit, alike
        for path in blobs.keys() & change.files.keys():
            before, after = change.files[path]
            alike += (before == blobs[path]) - (after == blobs[path])
    return best


def with_english(locked: LanguageLock, source: Repository) -> LanguageLock:
    """The lock without the pages whose English no commit has any more: those ask for a base again."""
    lost = source.missing({row.blob for row in locked.pages.values()})
    if not lost:
        return locked
    pages = {target: row for target, row in locked.pages.items() if row.blob not in lost}
    return replace(locked, pages=pages)
