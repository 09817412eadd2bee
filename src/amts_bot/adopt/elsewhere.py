"""Translations that no pattern leads to: files of another name, found by what stands in both."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from amts_bot.book.layout import Layout
from amts_bot.book.texts import Tree
from amts_bot.ports import Repository
from amts_bot.text.align.renamed import renamed


def elsewhere(
    layout: Layout, english: Tree, own: Tree, apart: Collection[str], source: Repository
) -> dict[str, str]:
    """Targets by English path, both of pages that have no partner by the layout; as `files` of a language has them.

    `apart` are files that are no translations of this language. Copies of the English, which some repositories
    keep, are none either; and where the English once stood under the file's name, it has moved since, and a sync
    moves the translation.
    """
    targets = {layout.target(path) for path in english}
    waiting = [path for path in english if layout.target(path) not in own]
    kinds = {PurePosixPath(path).suffix for path in english}
    originals = {entry.blob for entry in english.values()}
    lost = [
        path
        for path, entry in own.items()
        if path.startswith(layout.folder and f"{layout.folder}/")
        and path not in targets
        and path not in apart
        and PurePosixPath(path).suffix in kinds
        and not PurePosixPath(path).stem.endswith("_origin")
        and entry.blob not in originals
    ]
    lost = _never_english(lost, layout, source) if waiting and lost else []
    if not lost:
        return {}
    theirs, ours = (
        {path: it.text for path, it in tree.at_each(paths).items()}
        for tree, paths in ((english, waiting), (own, lost))
    )
    found = renamed(theirs, ours)
    return {layout.inside(it.source): it.target for it in sorted(found, key=lambda it: it.source)}


def _never_english(files: list[str], layout: Layout, source: Repository) -> list[str]:
    sources = {layout.source(path): path for path in files}
    sources.pop("", None)
    for change in source.changes(source.head()):
        for path in change.files.keys() & sources.keys():
            del sources[path]
    untold = [path for path in files if not layout.source(path)]
    return [*untold, *sources.values()]
