"""Files that are copied, not translated: images, the bibliography, configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from amts_bot.model import TreeEntry
from amts_bot.ports import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """What becomes of one file: new content, a copy of a blob, a deletion, or a hold with its reason."""

    path: str
    copy: TreeEntry | None = None
    content: bytes | None = None
    delete: bool = False
    held: str = ""


@dataclass(frozen=True, slots=True)
class Versions:
    """The trees that decide: English before and now, and the translation's own."""

    old: Mapping[str, TreeEntry]
    new: Mapping[str, TreeEntry]
    own: Mapping[str, TreeEntry]


def decide(
    paths: Iterable[str], trees: Versions, source: Repository, own: Repository
) -> Iterator[Asset]:
    """What becomes of every asset, old or new, by its path in the translation.

    A file that the translators left as it was follows the English; one that they changed is merged
    where it is text, and held where it is not or where both changed the same place.
    """
    for path in paths:
        base, theirs, ours = trees.old.get(path), trees.new.get(path), trees.own.get(path)
        if theirs in (base, ours):
            continue
        if _is_special(ours):
            yield Asset(path=path, held="a symbolic link or submodule here")
        elif theirs is None:
            if ours == base:
                yield Asset(path=path, delete=True)
            elif ours is not None:
                yield Asset(path=path, held="gone from the English, changed here")
        elif (ours is None and base is None) or ours == base:
            yield Asset(path=path, copy=theirs)
        elif ours is not None:
            yield _merged(path, (base, ours, theirs), source, own)


def _is_special(entry: TreeEntry | None) -> bool:
    return entry is not None and not entry.mode.startswith("100")


def _merged(
    path: str,
    entries: tuple[TreeEntry | None, TreeEntry, TreeEntry],
    source: Repository,
    own: Repository,
) -> Asset:
    base, ours, theirs = entries
    english = source.read([entry.blob for entry in (base, theirs) if entry])
    before = english[base.blob] if base else b""
    mine, now = own.read([ours.blob])[ours.blob], english[theirs.blob]
    if any(b"\0" in content for content in (before, mine, now)):
        return Asset(path=path, held="binary, and changed on both sides")
    merged, conflict = own.merge_file(before, mine, now)
    if conflict and path.endswith(".bib"):
        from amts_bot.text.merge.bibliography import merge_bibliography  # seldom needed

        by_entry = merge_bibliography(*(_text(content) for content in (before, mine, now)))
        if by_entry is not None:
            return Asset(path=path, content=by_entry.encode("utf-8", "surrogateescape"))
    if conflict:
        return Asset(path=path, held="changed in the same place on both sides")
    return Asset(path=path, content=merged)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
