"""The locks of a commit: what the bot remembers there, and the files that remember it from now on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from amts_bot.book.lock import (
    SHARED_FILE,
    LanguageLock,
    file_of,
    parse,
    parse_shared,
    render,
)
from amts_bot.book.texts import Tree
from amts_bot.model import TreeEntry


def lock_of(tree: Tree, language: str) -> LanguageLock:
    """The state of a language as a commit has it; empty before its first sync.

    Its own file counts. Until every language has one, the shared file stays beside it: there a page that stands in
    the repository may have a row that the own file lacks, and keeps it.
    """
    shared = _shared(tree).get(language, LanguageLock())
    own = file_of(language)
    if own not in tree:
        return shared
    state = parse(tree.at(own).strict(own), own)
    left = {
        path: row for path, row in shared.pages.items() if path in tree and path not in state.pages
    }
    return replace(state, pages={**left, **state.pages}) if left else state


def lock_files(tree: Tree, language: str, state: LanguageLock) -> dict[str, bytes | None]:
    """The files of a commit that remember the state of a language: what is written over those of `tree`.

    The shared file is never written: branches of two languages would change neighbouring lines of it. It goes once all
    of its languages have files of their own.
    """
    own = file_of(language)
    files: dict[str, bytes | None] = {own: render(state).encode()}
    if SHARED_FILE in tree and all(file_of(code) in {own, *tree} for code in _shared(tree)):
        files[SHARED_FILE] = None
    return files


def languages_of(tree: Tree) -> list[str]:
    """The languages that a commit remembers something of."""
    own = [path for path in tree if file_of(_code(path)) == path]
    return sorted({*map(_code, own), *_shared(tree)})


def lock_paths(tree: Mapping[str, TreeEntry]) -> tuple[str, ...]:
    """All files of a commit that are locks, and the one that was shared."""
    return (SHARED_FILE, *sorted(path for path in tree if file_of(_code(path)) == path))


def _code(path: str) -> str:
    return path.removeprefix("amts/").removesuffix(".lock")


def _shared(tree: Tree) -> dict[str, LanguageLock]:
    return parse_shared(tree.at(SHARED_FILE).strict(SHARED_FILE)) if SHARED_FILE in tree else {}
