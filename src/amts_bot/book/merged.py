"""How the bot's pull requests were merged: each page as the bot proposed it, and as people left it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise

from amts_bot.book.lock import LanguageLock
from amts_bot.book.memory import languages_of, lock_of, lock_paths
from amts_bot.book.texts import tree_of
from amts_bot.errors import UsageError
from amts_bot.model import LogEntry
from amts_bot.ports import Repository
from amts_bot.text.measure.effort import Review
from amts_bot.text.names.pages import page_sentence_hashes
from amts_bot.text.review_state import Sentences


class MergedPullRequests:
    """The merged pull requests of the bot, as the commits that changed the lock tell them: git is the memory."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._head = repository.head()
        self._paths = lock_paths(repository.tree(self._head))
        self._all = repository.log(self._paths)
        self._locks = cache(self._read_locks)

    def merges(self) -> Iterator[tuple[LogEntry, str]]:
        """The commits of the default branch that changed the lock, newest first.

        Each with the last commit before the one that followed it.
        """
        end = self._head
        for entry in self._repository.log(self._paths, self._head, first_parent=True):
            yield entry, end
            end = entry.parents[0] if entry.parents else ""

    def changed_languages(self, entry: LogEntry) -> list[str]:
        """The languages whose state a commit changed, against its first parent."""
        before = self._before(entry)
        now = self._locks(entry.commit)
        return sorted(code for code, state in now.items() if state != before.get(code))

    def reviews(self, merged: LogEntry, after: str, language: str) -> list[Review] | None:
        """The pages of one merged pull request; None when its proposal is not in the repository."""
        chain = self._chain(merged, language)
        if not chain and self._stands(merged, language):
            # Rebased, fast-forwarded, or squashed as it was: edits of people follow it.
            return list(self._pages(merged, after, merged, language))
        if not chain:
            return None
        found: list[Review] = []
        for entry, following in pairwise(chain):
            until = following.parents[0]
            found += self._pages(entry, until, merged, language, edited_only=True)
        return [*found, *self._pages(chain[-1], merged.commit, merged, language)]

    def _chain(self, merged: LogEntry, language: str) -> list[LogEntry]:
        """The bot's commits of a pull request, oldest first; none where they are not to be found."""
        if not merged.parents:
            return []
        tip = merged.parents[1] if len(merged.parents) > 1 else self._squashed(merged, language)
        if not tip:
            return []
        entries = self._repository.log(self._paths, tip, beyond=merged.parents[0])
        return [e for e in reversed(entries) if language in self.changed_languages(e)]

    def _squashed(self, merged: LogEntry, language: str) -> str:
        """The bot's last commit before it was squashed into one with the same lock; "" if there is none."""
        state = self._lock(merged.commit, language)
        for entry in self._all:
            same = self._lock(entry.commit, language) == state
            if same and not self._repository.is_ancestor(entry.commit, self._head):
                return entry.commit
        return ""

    def _stands(self, entry: LogEntry, language: str) -> bool:
        """Does all that the bot wrote stand in the commit itself?"""
        pages = self._proposed(entry, entry, language)
        texts = self._texts(entry.commit, pages)
        return all(
            machine <= page_sentence_hashes(texts.get(path, ""), language)
            for path, (machine, _) in pages.items()
        )

    def _pages(
        self,
        entry: LogEntry,
        until: str,
        merged: LogEntry,
        language: str,
        *,
        edited_only: bool = False,
    ) -> Iterator[Review]:
        pages = self._proposed(entry, merged, language)
        ours, theirs = self._texts(entry.commit, pages), self._texts(until, pages)
        engine = self._lock(entry.commit, language).engine.partition(":")[0]
        for path, (machine, untranslated) in pages.items():
            if path in ours and path in theirs:
                yield Review(
                    page=path,
                    language=language,
                    engine=engine or "unknown",
                    month=merged.date[:7],
                    proposed=ours[path],
                    merged=theirs[path],
                    machine=machine,
                    untranslated=untranslated,
                    edited_only=edited_only,
                )

    def _proposed(
        self, entry: LogEntry, merged: LogEntry, language: str
    ) -> dict[str, tuple[Sentences, Sentences]]:
        """What the bot wrote and left in English by then, without what earlier pull requests brought."""
        known = _units(self._before(merged).get(language, LanguageLock()))
        pages = self._lock(entry.commit, language).pages
        units = {
            path: (
                frozenset(page.review.machine) - known,
                frozenset(page.review.untranslated) - known,
            )
            for path, page in pages.items()
        }
        return {path: found for path, found in units.items() if any(found)}

    def _texts(self, commit: str, paths: Iterable[str]) -> dict[str, str]:
        found = tree_of(self._repository, commit).at_each(paths)
        return {path: text.text for path, text in found.items()}

    def _before(self, entry: LogEntry) -> Mapping[str, LanguageLock]:
        return self._locks(entry.parents[0]) if entry.parents else {}

    def _lock(self, commit: str, language: str) -> LanguageLock:
        return self._locks(commit).get(language, LanguageLock())

    def _read_locks(self, commit: str) -> Mapping[str, LanguageLock]:
        """The locks as a commit has them, by language; those that cannot be read brought nothing."""
        tree = tree_of(self._repository, commit)
        try:
            return {language: lock_of(tree, language) for language in languages_of(tree)}
        except UsageError:
            return {}


def _units(state: LanguageLock) -> Sentences:
    """All that the bot wrote or left in English."""
    rows = state.pages.values()
    return frozenset().union(*(row.review.unreviewed("edited") for row in rows))
