"""The layout that was likely meant: the one by which most files of a repository are translations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from amts_bot.book.layout import Layout

_MOST_TRIED = 5  # pairs of folders
_SHAPES = (
    "{path}",
    "{stem}.CODE{suffix}",
    "{stem}_CODE{suffix}",
    "{folder}/CODE/{name}",
    "CODE/{path}",
    "docs/CODE/{path}",
    "content/CODE/{path}",
    "i18n/CODE/{path}",
)


def likely_layout(
    pages: Sequence[str], files: Collection[str], now: Layout, never: Collection[str] = ()
) -> Layout | None:
    """The layout by which most of the English pages have a translation among the files; None where none has.

    `never` are paths where the translation of the first page cannot be meant to stand.
    """
    present = {*files}
    layouts = [*_usual(now), *_folder_for_folder(pages, files, now)]
    hits = [
        sum(layout.target(path) in present for path in pages)
        if layout.target(pages[0]) not in never
        else 0
        for layout in layouts
    ]
    best = max(range(len(layouts)), key=lambda number: hits[number])
    return layouts[best] if hits[best] else None


def _usual(now: Layout) -> Iterator[Layout]:
    """The usual shapes, with the ways in which a language's code is written: zh-CN, zh-cn, zh_CN, zh."""
    code = now.path_code
    written = (code, code.lower(), code.replace("-", "_"), code.replace("_", "-"))
    for name in dict.fromkeys((*written, re.split("[-_@]", code)[0])):
        for shape in _SHAPES:
            yield replace(now, pages=shape.replace("CODE", name))


def _folder_for_folder(
    pages: Sequence[str], files: Collection[str], now: Layout
) -> Iterator[Layout]:
    """A folder for a folder, as most files and English pages of one name suggest."""
    named: dict[str, list[str]] = {}
    for path in pages:
        named.setdefault(path.rpartition("/")[2], []).append(path)
    votes: Counter[tuple[str, str]] = Counter()
    for file in files:
        votes.update({_heads(file, source) for source in named.get(file.rpartition("/")[2], ())})
    for (ours, theirs), _ in votes.most_common(_MOST_TRIED):
        yield replace(now, pages=f"{ours}/{{path}}" if ours else "{path}", root=theirs)


def _heads(target: str, source: str) -> tuple[str, str]:
    """The folders above what two paths end in: docs/es/a/b.md and docs/en/a/b.md give docs/es and docs/en."""
    ours, theirs = target.split("/"), source.split("/")
    while ours and theirs and ours[-1] == theirs[-1]:
        ours.pop()
        theirs.pop()
    return "/".join(ours), "/".join(theirs)
