"""The past of pages: which versions git has of them, and from which English each translation was likely made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from amts_bot.book.one_by_one import OneByOne
from amts_bot.book.texts import decoded
from amts_bot.model import CommitChange, TreeEntry
from amts_bot.ports import BlobReader, Crew, Repository

if TYPE_CHECKING:  # numpy comes with it, for those who guess
    from amts_bot.text.align.versions import DatedPage, Fit, PageVersion, VersionGuess


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """What a commit made of a file, under the name that it had then; `blob` is "" where it went.

    `came` is when, in seconds since 1970, and `moment` the same in milliseconds, later than that of the commit before:
    a branch that was rebased has many commits in one second, and a clock may be wrong.
    """

    commit: str
    path: str
    blob: str
    came: int
    moment: int


@dataclass(frozen=True, slots=True)
class GuessedBase:
    """The version that a translation was likely made from, how sure that is, and how alike both pages are.

    `fits` says how other versions fit beside it, by their blobs.
    """

    version: FileVersion
    confidence: float
    likeness: float
    fits: Mapping[str, Fit] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The history of the English up to one commit, and of the translation up to another; read when it is asked for."""

    source: Repository
    source_tip: str
    own: Repository
    own_tip: str
    crew: Crew = field(default_factory=OneByOne, repr=False)  # who reads the versions of many pages
    _changes: dict[str, tuple[CommitChange, ...]] = field(default_factory=dict, repr=False)
    _trees: dict[str, Mapping[str, TreeEntry]] = field(default_factory=dict, repr=False)

    def english(self, paths: Iterable[str]) -> dict[str, tuple[FileVersion, ...]]:
        """The versions of English pages by path, oldest first; of a page that was renamed, those before too."""
        return file_versions(self._history(self.source, self.source_tip), paths)

    def english_on(self, path: str, moment: int) -> FileVersion | None:
        """The English page as it was at a time; None where it was not there."""
        came = [version for version in self.english([path])[path] if version.came <= moment]
        return came[-1] if came and came[-1].blob else None

    def blob_at(self, commit: str, path: str) -> str:
        """The English page in a commit; "" where it has none."""
        if commit not in self._trees:
            self._trees[commit] = self.source.tree(commit)
        return self._trees[commit][path].blob if path in self._trees[commit] else ""

    def shared_commit(self) -> str:
        """The newest English commit that the translation has in its own history; "" where there is none."""
        return self.source.merge_base(self.own_tip, self.source_tip) or ""

    def commit_with(self, blobs: Mapping[str, str]) -> str:
        """The first commit that had all of these English pages, by path; "" where no commit had some of them."""
        found = self.english(blobs)
        came = [
            next((version for version in found[path] if version.blob == blob), None)
            for path, blob in blobs.items()
        ]
        known = [version for version in came if version is not None]
        return max(known, key=lambda version: version.moment).commit if known else ""

    def last_with(self, blobs: Mapping[str, str]) -> str:
        """The last English commit before the first change of these pages, by path, that these texts lack; "" where
        none of the texts is known.
        """
        found = self.english(blobs)
        known = [it for path, blob in blobs.items() if (it := _since(found[path], blob))]
        missed = {it[1].commit for it in known if len(it) > 1}
        history = [change.commit for change in self._history(self.source, self.source_tip)]
        before = [then for now, then in pairwise(history) if now in missed]
        return before[-1] if before else self.source_tip if known else ""

    def guess(self, paths: Mapping[str, str]) -> dict[str, GuessedBase]:
        """Of English paths by target path, the version that each target was likely made from.

        A target whose English is younger than itself, or unknown, is not in the answer.
        """
        from amts_bot.text.align.versions import guess_dated

        english = self.english(paths.values())
        targets = file_versions(self._history(self.own, self.own_tip), paths)
        known = {
            target: (english[path], _since_it_came(targets[target]))
            for target, path in paths.items()
            if english[path] and targets[target] and targets[target][-1].blob
        }
        pages = self._dated([*known.items()])
        guesses = zip(known.items(), pages, guess_dated(pages), strict=True)
        return {
            target: _guessed(versions, page, guess)
            for (target, (versions, _)), page, guess in guesses
            if guess is not None
        }

    def _dated(self, known: Sequence[tuple[str, _Known]]) -> list[DatedPage]:
        """What is to be known of each page, of some read together at a time."""
        some = [known[start : start + _AT_ONCE] for start in range(0, len(known), _AT_ONCE)]
        sizes = {
            pages[0][0]: _VERSION * sum(len(it) for _, both in pages for it in both)
            for pages in some
        }
        function = partial(_dated, self.source, self.own)
        with self.crew as crew:
            crew.gather(sizes, self.source, self.own)
            found = crew.deal(function, [[it for _, it in pages] for pages in some], [*sizes])
            return [*chain.from_iterable(found)]

    def _history(self, repository: Repository, tip: str) -> tuple[CommitChange, ...]:
        if tip not in self._changes:
            self._changes[tip] = tuple(repository.changes(tip))
        return self._changes[tip]


def file_versions(
    changes: Sequence[CommitChange], paths: Iterable[str]
) -> dict[str, tuple[FileVersion, ...]]:
    """The versions of files that changes made, newest change first; of each file oldest first.

    A file that came in the change in which the same content went elsewhere was renamed: it has the versions of both.
    """
    found: dict[str, list[FileVersion]] = {path: [] for path in paths}
    named = {path: {path} for path in found}  # the files that had a name, further back
    for change, moment in _timed(changes):
        touched = change.files.keys() & named.keys()
        for name in touched:
            blob = change.files[name][1]
            version = FileVersion(
                commit=change.commit, path=name, blob=blob, came=change.seconds, moment=moment
            )
            for path in named[name]:
                found[path].append(version)
        for name in touched:
            before = _name_before(name, change)
            if before:
                named.setdefault(before, set()).update(named.pop(name))
    return {path: tuple(reversed(versions)) for path, versions in found.items()}


def _timed(changes: Sequence[CommitChange]) -> list[tuple[CommitChange, int]]:
    """The changes, newest first, with their moments."""
    timed: list[tuple[CommitChange, int]] = []
    moment = 0
    for change in reversed(changes):
        moment = max(moment + 1, change.seconds * 1000)
        timed.append((change, moment))
    return timed[::-1]


def _name_before(name: str, change: CommitChange) -> str:
    """The name of a file before a change that renamed it; "" where it did not."""
    was, blob = change.files[name]
    if was or not blob:
        return ""
    gone = (path for path, (before, after) in change.files.items() if before == blob and not after)
    return next(gone, "")


def _since(versions: tuple[FileVersion, ...], blob: str) -> tuple[FileVersion, ...]:
    """The last version that has a text, and those after it; none where no version has it."""
    places = [place for place, version in enumerate(versions) if version.blob == blob]
    return versions[places[-1] :] if places else ()


def _since_it_came(versions: tuple[FileVersion, ...]) -> tuple[FileVersion, ...]:
    """Without what stood there before the file was deleted and made anew."""
    gone = [place for place, version in enumerate(versions) if not version.blob]
    return versions[gone[-1] + 1 :] if gone else versions


_Known = tuple[tuple[FileVersion, ...], tuple[FileVersion, ...]]
# Pages whose versions are read together: a book has thousands, of many megabytes.
_AT_ONCE = 5
# As much work as so many characters of a page that is planned.
_VERSION = 50


def _dated(source: BlobReader, own: BlobReader, pages: Sequence[_Known]) -> list[DatedPage]:
    from amts_bot.text.align.versions import PageHistory, dated

    later = 0 if own is source else _LATEST
    pages = [
        (_not_after(translated[-1], versions, later), translated) for versions, translated in pages
    ]
    english = source.read(it.blob for versions, _ in pages for it in versions if it.blob)
    target = own.read(it.blob for _, versions in pages for it in versions)
    return [
        dated(
            PageHistory(tuple(_texts(versions, english)), tuple(_texts(translated, target, later)))
        )
        for versions, translated in pages
    ]


# Nobody knows which of two repositories was first within a second: the English is.
_LATEST = 999


def _not_after(
    last: FileVersion, versions: Iterable[FileVersion], later: int
) -> tuple[FileVersion, ...]:
    """The versions, without the text of those that a translation cannot have been made from."""
    return tuple(
        it if it.moment <= last.moment + later else replace(it, blob="") for it in versions
    )


def _texts(
    versions: Iterable[FileVersion], contents: Mapping[str, bytes], later: int = 0
) -> Iterator[PageVersion]:
    from amts_bot.text.align.versions import PageVersion

    for version in versions:
        text = decoded(contents[version.blob]).text if version.blob else None
        yield PageVersion(version.moment + later, text)


def _guessed(versions: Sequence[FileVersion], page: DatedPage, guess: VersionGuess) -> GuessedBase:
    fits = {versions[place].blob: fit for place, fit in page.fits(guess.version).items()}
    return GuessedBase(versions[guess.version], guess.confidence, guess.likeness, fits)
