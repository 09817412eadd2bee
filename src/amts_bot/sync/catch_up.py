"""The default branch moved on while a pull request was open: it is merged into the branch.

Not by force and not by rebase: a merge commit with two parents, so nobody's clone of the branch breaks. A page
that both sides changed is merged block by block, and reviewed text of the default branch wins.

Only what concerns the translation is a reason to merge. Where the default branch also changed a workflow, its pages
come in a commit with one parent: no GITHUB_TOKEN may push a merge that brings a workflow, and git merges equal changes.
Git then does not know that they came; the lock does, so that they come once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from amts_bot.book.config import FILE
from amts_bot.book.lock import SHARED_FILE, LanguageLock, PageLock, file_of
from amts_bot.book.memory import lock_files, lock_of
from amts_bot.book.snapshot import branch_of
from amts_bot.book.texts import Texts, Tree, tree_of
from amts_bot.errors import AmtsError
from amts_bot.model import CommitRequest, TreeEntry, counted
from amts_bot.ports import Progress, Repository
from amts_bot.text.merge.tracking import pair_pages
from amts_bot.text.names.texts import block_hash
from amts_bot.text.review_state import Blocks, CaughtUp

# A squashed or rebased part of the branch is looked for among this many of its newest commits.
_MOST_COMMITS = 50
_FILE, _LINK, _SUBMODULE = "100", "120000", "160000"
_WORKFLOWS = ".github/workflows/"


@dataclass(frozen=True, slots=True)
class _Sides:
    """Three commits: where the branches parted, the default branch, and the open branch."""

    base: Tree
    ours: Tree
    theirs: Tree

    @property
    def moved_on(self) -> frozenset[str]:
        """What the default branch changed since."""
        paths = {*self.base, *self.ours}
        return frozenset(path for path in paths if self.base.get(path) != self.ours.get(path))

    @property
    def brings_workflows(self) -> bool:
        """Whether the default branch has a workflow that is not as the open branch has it."""
        return workflows_of(self.ours) != workflows_of(self.theirs)


def workflows_of(tree: Mapping[str, TreeEntry]) -> dict[str, TreeEntry]:
    """The workflows of a commit: no GITHUB_TOKEN may push a change of them."""
    return {path: entry for path, entry in tree.items() if path.startswith(_WORKFLOWS)}


@dataclass(slots=True, kw_only=True)
class _MergedTree:
    """The merged tree as the difference from the default branch's, and what a person should look at."""

    files: dict[str, bytes | None] = field(default_factory=dict)
    copies: dict[str, TreeEntry] = field(default_factory=dict)
    submodules: dict[str, str] = field(default_factory=dict)
    stale: dict[str, Blocks] = field(default_factory=dict)
    taken: set[str] = field(
        default_factory=set
    )  # pages of which the default branch's version stands
    notes: list[str] = field(default_factory=list)


def catch_up(language: str, repository: Repository, progress: Progress) -> tuple[str, ...]:
    """Merges the commit that is checked out into the language's open branch, where they have parted.

    Returns a note for each file that both changed in the same place. Raises AmtsError when the branches have no
    common history, or the merge would write what a bot must not write.
    """
    branch, head = branch_of(language), repository.head()
    tip = repository.branch_tip(branch)
    if tip is None or repository.is_ancestor(tip, head) or repository.is_ancestor(head, tip):
        return ()
    parted = _parted(language, tip, head, repository)
    if parted == tip:  # all of it was squashed or rebased: a run starts from the default branch
        return ()
    texts = Texts(repository)
    sides = _Sides(*(Tree(repository.tree(it), texts) for it in (parted, head, tip)))
    sides = replace(sides, base=_base(sides, parted, head, language, repository))
    concerning = frozenset(_concerning(sides, language))
    if not concerning:
        return ()
    parents: tuple[str, ...] = (head, tip)
    took = head if sides.brings_workflows else ""
    merged = _merged(sides, language, repository, repository.renames(parted, tip), took)
    if took:
        parents, merged = (tip,), _from_the_branch(merged, concerning, sides, repository)
        if not (merged.files or merged.submodules or merged.copies):
            return ()
    request = CommitRequest(
        branch=branch,
        parents=parents,
        expected=tip,
        files=merged.files,
        submodules=merged.submodules,
        copies=merged.copies,
        message=f"Merge the default branch into {branch}",
    )
    repository.commit(request)
    progress.say(f"{branch}: merged with the default branch")
    return tuple(merged.notes)


def _base(sides: _Sides, parted: str, head: str, language: str, repository: Repository) -> Tree:
    """What both sides had in common: where they parted, and what the open branch took in since without its history."""
    took = lock_of(sides.theirs, language).took
    if (
        took in ("", lock_of(sides.base, language).took)
        or repository.missing([took])
        or not repository.is_ancestor(took, head)
        or repository.is_ancestor(took, parted)
    ):
        return sides.base
    then, base, theirs = repository.tree(took), sides.base, sides.theirs
    entries = {
        path: then.get(path) if theirs.get(path) != base.get(path) else base.get(path)
        for path in {*base, *then, *theirs}
    }
    return Tree({path: entry for path, entry in entries.items() if entry}, base.texts)


def _concerning(sides: _Sides, language: str) -> Iterator[str]:
    """What the default branch changed of the translation, or of what the open branch changed too."""
    locks = [lock_of(side, language) for side in (sides.base, sides.ours, sides.theirs)]
    ours = {SHARED_FILE, file_of(language), FILE}.union(*(lock.pages for lock in locks))
    for path in sides.moved_on:
        entry = sides.ours.get(path)
        is_submodule = entry is not None and entry.mode == _SUBMODULE
        if path in ours or is_submodule or sides.theirs.get(path) != sides.base.get(path):
            yield path


def _from_the_branch(
    merged: _MergedTree, paths: Collection[str], sides: _Sides, repository: Repository
) -> _MergedTree:
    """The same files as the difference from the open branch's tree, without what stands there already."""
    files, copies, submodules = dict(merged.files), dict(merged.copies), dict(merged.submodules)
    taken = _MergedTree()
    for path in paths - files.keys() - copies.keys() - submodules.keys():
        _take(taken, path, sides.ours.get(path))
    standing = {path: entry for path, entry in sides.theirs.items() if path in {*files, *paths}}
    contents = repository.read(standing[path].blob for path in files if path in standing)
    return replace(
        merged,
        files={
            path: content
            for path, content in {**files, **taken.files}.items()
            if content != (contents.get(standing[path].blob) if path in standing else None)
        },
        copies={
            path: entry
            for path, entry in {**copies, **taken.copies}.items()
            if sides.theirs.get(path) != entry
        },
        submodules={
            path: commit
            for path, commit in {**submodules, **taken.submodules}.items()
            if path not in sides.theirs or sides.theirs[path].blob != commit
        },
    )


def _parted(language: str, tip: str, head: str, repository: Repository) -> str:
    """Where the branches parted, or the newest commit of the branch that was squashed or rebased since."""
    base = repository.merge_base(tip, head)
    if base is None:
        raise AmtsError(
            f"{branch_of(language)} and the checked-out commit have no common history: fetch all of it (set "
            "`fetch-depth: 0` on actions/checkout), or delete the branch"
        )
    state, locks = lock_of(tree_of(repository, head), language), (SHARED_FILE, file_of(language))
    for commit in repository.commits(base, tip)[:_MOST_COMMITS]:
        there = lock_of(tree_of(repository, commit), language)
        if there == state and repository.was_taken_in(commit, head, apart=locks):
            return commit
    return base


def _merged(
    sides: _Sides, language: str, repository: Repository, renames: Mapping[str, str], took: str
) -> _MergedTree:
    locks = _Locks(*(lock_of(side, language) for side in (sides.base, sides.ours, sides.theirs)))
    pages = {*locks.ours.pages, *locks.theirs.pages}
    merged = _MergedTree()
    renamed = _renamed_pages(sides, pages, renames)
    apart = {SHARED_FILE, file_of(language), *renamed.values()}
    for path in sorted({*sides.base, *sides.theirs} - apart):
        base, ours, theirs = (tree.get(path) for tree in (sides.base, sides.ours, sides.theirs))
        if theirs in (base, ours):
            continue
        if ours == base:
            _take(merged, path, theirs)
        elif path in pages:
            both_synced = locks.both_synced(path)
            _merge_page(merged, path, renamed.get(path, path), sides, both_synced)
        else:
            _merge_file(merged, path, sides, repository)
    if locks.theirs != LanguageLock():
        state = replace(locks.merged(merged), took=took)
        merged.files |= lock_files(sides.ours, language, state)
    return merged


def _take(merged: _MergedTree, path: str, entry: TreeEntry | None) -> None:
    if entry is None:
        merged.files[path] = None
    elif entry.mode == _SUBMODULE:
        merged.submodules[path] = entry.blob
    else:
        merged.copies[path] = entry


def _renamed_pages(
    sides: _Sides, pages: Collection[str], renames: Mapping[str, str]
) -> dict[str, str]:
    """Pages that the default branch changed, and that have another path on the open branch: old path -> new."""
    edited = [
        path
        for path, entry in sides.base.items()
        if path in pages and path not in sides.theirs and sides.ours.get(path) not in (None, entry)
    ]
    if not edited:
        return {}
    came = [
        path
        for path in pages
        if path in sides.theirs and path not in sides.base and path not in sides.ours
    ]
    old, new = (
        {path: found.text for path, found in tree.at_each(paths).items()}
        for tree, paths in ((sides.base, edited), (sides.theirs, came))
    )
    return {pair.old: pair.new for pair in pair_pages(old, new, renames) if pair.old and pair.new}


def _merge_page(
    merged: _MergedTree, path: str, new_path: str, sides: _Sides, both_synced: bool
) -> None:
    """The page at `path`, which the open branch has at `new_path`."""
    texts = _texts(path, sides, new_path)
    if texts is None or both_synced:
        merged.taken.add(path)
        if new_path != path:
            _take(merged, new_path, sides.theirs[new_path])
        if path in sides.ours:  # else people deleted or moved it, which the run says itself
            merged.notes.append(
                f"{path}: the default branch has another version, which stands; the run did the page again"
            )
        return
    from amts_bot.text.merge.two_branches import reconcile  # reads pages

    done = reconcile(*texts)
    if new_path != path:
        merged.files[path] = None
    merged.files[new_path] = done.text.encode("utf-8")
    if done.held or done.lost:
        merged.stale[new_path] = frozenset(map(block_hash, done.held))
        count = max(len(done.held), len(done.lost))
        merged.notes.append(
            f"{new_path}: {counted(count, 'block was', 'blocks were')} changed here and on the default "
            "branch, whose text stands; compare it with the new English"
        )


def _texts(path: str, sides: _Sides, new_path: str = "") -> tuple[str, str, str] | None:
    """The three versions of a page; None where one is missing, no file, or no text."""
    entries = sides.base.get(path), sides.ours.get(path), sides.theirs.get(new_path or path)
    blobs = [entry.blob for entry in entries if entry and entry.mode.startswith(_FILE)]
    if len(blobs) < 3:
        return None
    texts = sides.base.texts.read(blobs)
    if any(found.fault for found in texts.values()):
        return None
    base, ours, theirs = (texts[blob].text for blob in blobs)
    return base, ours, theirs


def _merge_file(merged: _MergedTree, path: str, sides: _Sides, repository: Repository) -> None:
    """Any other file: by lines, as git does; where that fails, the default branch's version stands."""
    if sides.theirs.get(path, TreeEntry("", "")).mode == _SUBMODULE:
        _take(merged, path, sides.theirs[path])  # the English: the branch is the newer one
        return
    texts = _texts(path, sides)
    if texts is not None:
        content, conflict = repository.merge_file(*(text.encode() for text in texts))
        if not conflict:
            merged.files[path] = content
            return
    merged.notes.append(f"{path}: changed here and on the default branch, whose version stands")


@dataclass(frozen=True, slots=True)
class _Locks:
    """The language's lock on the three sides."""

    base: LanguageLock
    ours: LanguageLock
    theirs: LanguageLock

    def both_synced(self, path: str) -> bool:
        """Whether the default branch too moved the page to other English, by another way."""
        base, ours, theirs = (it.pages.get(path) for it in (self.base, self.ours, self.theirs))
        return ours != base and ours != theirs

    def merged(self, merged: _MergedTree) -> LanguageLock:
        """The branch's rows; of pages that it did not sync, those of the default branch."""
        base, ours, theirs = self.base, self.ours, self.theirs
        pages = {
            path: row
            for path in sorted({*ours.pages, *theirs.pages})
            if (row := _row(path, base, ours, theirs, merged)) is not None
        }
        return replace(self._apart_from_pages(), pages=pages)

    def _apart_from_pages(self) -> LanguageLock:
        """What one side alone changed; of what both did, the branch's where it has other English.

        A page that either side put on hold, or took up again, is so.
        """
        base, ours, theirs = self.base, self.ours, self.theirs
        newer = ours if theirs.commit == base.commit else theirs
        changed: dict[str, Any] = {}
        for name in (it.name for it in fields(LanguageLock)):
            was, mine, other = (getattr(it, name) for it in (base, ours, theirs))
            changed[name] = mine if other == was else other if mine == was else getattr(newer, name)
        held, mine, other = ({*it.hold} for it in (base, ours, theirs))
        hold = (mine | (other - held)) - (held - other)
        return replace(newer, **changed | {"hold": tuple(sorted(hold))})


def _row(
    path: str, base: LanguageLock, ours: LanguageLock, theirs: LanguageLock, merged: _MergedTree
) -> PageLock | None:
    rows: Mapping[str, PageLock] = theirs.pages
    unchanged = theirs.pages.get(path) == base.pages.get(path)
    if path in merged.taken or unchanged:
        rows = ours.pages
    row = rows.get(path)
    if row is None or path not in merged.stale:
        return row
    return row.after(CaughtUp(merged.stale[path]))
