"""Earlier versions of pages, out of the translation's own history: English that returns brings its translation back.

The default branch had a page in step with other English once. Where the new English says that again, the text that
people reviewed then is offered before anything that an engine would say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from amts_bot.book.lock import SHARED_FILE, PageLock, file_of
from amts_bot.book.memory import lock_of
from amts_bot.book.snapshot import Snapshot
from amts_bot.model import Request
from amts_bot.model.steps import Draft
from amts_bot.text.align.pages import Alignment, align
from amts_bot.text.drafts import fuzzy, memory
from amts_bot.text.drafts.thresholds import thresholds
from amts_bot.text.merge.changes import text_similarity
from amts_bot.text.review_state import Sentences

# How many of the newest commits that changed the lock are looked at, and how many versions of a page.
_MOST_COMMITS = 40
_MOST_VERSIONS = 6


@dataclass(frozen=True, slots=True)
class Version:
    """A page as a commit of the default branch has it, and the blob of the English that it was in step with.

    `untranslated` names the sentences that stood in English there, `unreviewed` those and machine text that does not
    count as reviewed.
    """

    commit: str
    blob: str
    untranslated: Sentences = frozenset()
    unreviewed: Sentences = frozenset()


@dataclass(slots=True)
class EarlierPages:
    """The earlier versions of pages, looked for when the first is asked for."""

    snapshot: Snapshot
    _versions: dict[str, list[Version]] | None = field(default=None, repr=False)

    def holding(self, target: str, base: str, draft: Draft) -> list[tuple[Alignment, Sentences]]:
        """The versions of a page whose English has some of what the draft asks an engine for, newest first.

        Each with the names of the sentences that stood in English there. `base` is the blob of the English that the
        page stands for now, "" where there is no such page. What says the same as now says nothing of another English.
        """
        if not draft.requests:
            return []
        wanted = memory.wanted(draft.requests)
        found = self._aligned(target, base, lambda english: _holds(english, wanted))
        return [(page, version.untranslated) for page, version in found]

    def near(self, target: str, base: str, draft: Draft) -> dict[str, fuzzy.Match]:
        """Earlier reviewed translations whose English is more like what the draft asks for than what stands there now.

        By the English of the request.
        """
        least, language = thresholds(draft.language).repaired, draft.language
        known = {it.source: _likeness(it) for it in draft.requests}
        made = fuzzy.search(known, least)

        def has_better(english: str) -> bool:
            return any(hit.similarity > known[hit.wanted] for hit in made.in_page(english))

        pages = self._aligned(target, base, has_better) if known else ()
        best: dict[str, fuzzy.Match] = {}
        for page, version in pages:  # the newest first: it stands where another is as like
            best |= fuzzy.Matcher(language, version.unreviewed, known)(made, page)
        return best

    @property
    def _all(self) -> dict[str, list[Version]]:
        if self._versions is None:
            self._versions = _versions(self.snapshot)
        return self._versions

    def _aligned(
        self, target: str, base: str, helps: Callable[[str], bool]
    ) -> Iterator[tuple[Alignment, Version]]:
        """The newest versions of a page, with other English than `base`, whose English helps."""
        found = self.snapshot
        versions = [version for version in self._all.get(target, []) if version.blob != base]
        lost = found.source.missing({version.blob for version in versions})
        english = found.english.read({version.blob for version in versions} - lost)
        helping = (
            version
            for version in versions
            if version.blob in english and helps(english[version.blob].text)
        )
        for version in islice(helping, _MOST_VERSIONS):
            tree = found.tree_of(version.commit)
            if target not in tree or tree[target] == found.tree.get(target):
                continue
            page = tree.at(target)
            source, keys = english[version.blob], found.config.markdown.prose_keys
            if not page.fault and not source.fault:
                yield align(source.text, page.text, keys), version


def _likeness(request: Request) -> float:
    """How like its English is to what was translated in its place."""
    if not request.previous_target:
        return 0.0
    return text_similarity(request.previous_source, request.source)


def _holds(english: str, wanted: set[str]) -> bool:
    text = memory.key(english)
    return any(key in text for key in wanted)


def _versions(found: Snapshot) -> dict[str, list[Version]]:
    """Every page's, newest first: as the default branch had it last before the lock said something else of it."""
    repository, file = found.repository, file_of(found.language.code)
    entries = repository.log((SHARED_FILE, file), repository.head(), first_parent=True)
    last = repository.head()
    rows, trust = _rows(last, found), found.config.review.trust
    versions: dict[str, list[Version]] = {}
    told: set[str] = set()
    for entry in entries[:_MOST_COMMITS]:
        parent = entry.parents[0] if entry.parents else ""
        before = _rows(parent, found) if parent else {}
        for target in rows.keys() - told:
            row, was = rows[target], before.get(target)
            if was is None or was.blob != row.blob:
                review = row.review
                stood = Version(last, row.blob, review.untranslated, review.unreviewed(trust))
                _add(versions, target, stood)
            if row.began and parent and row.began != (was.began if was else ""):
                _add(versions, target, Version(parent, row.began))
                told.add(target)  # what the lock said before was a wrong base
        last, rows = parent, before
    return versions


def _add(versions: dict[str, list[Version]], target: str, version: Version) -> None:
    """The newest version of each English counts."""
    known = versions.setdefault(target, [])
    if all(other.blob != version.blob for other in known):
        known.append(version)


def _rows(commit: str, found: Snapshot) -> Mapping[str, PageLock]:
    return lock_of(found.tree_of(commit), found.language.code).pages
