"""Files that are copied, not translated: images, the bibliography, configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from amts_bot.model import TreeEntry
from amts_bot.ports import Repository
from amts_bot.text.bibliography import merge_bibliography


@dataclass(frozen=True, slots=True)
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
    paths: Iterable[tuple[str, str]], trees: Versions, source: Repository, own: Repository
) -> Iterator[Asset]:
    """`paths`: English path and its place in the translation, of every asset old or new.

    A file that the translators left as it was follows the English; one that they changed is merged
    where it is text, and held where it is not or where both changed the same place.
    """
    for path, place in paths:
        base, theirs, ours = trees.old.get(path), trees.new.get(path), trees.own.get(place)
        if theirs in (base, ours) or _is_special(theirs):
            continue
        if theirs is None:
            gone = ours == base
            if ours is not None:
                yield Asset(
                    place, delete=gone, held="" if gone else "gone from the English, changed here"
                )
        elif (ours is None and base is None) or ours == base:
            yield Asset(place, copy=theirs)
        elif ours is not None:
            yield _merged(place, (base, ours, theirs), source, own)


def _is_special(entry: TreeEntry | None) -> bool:
    """Symbolic links and submodules of the English are never copied."""
    return entry is not None and not entry.mode.startswith("100")


def _merged(
    place: str,
    entries: tuple[TreeEntry | None, TreeEntry, TreeEntry],
    source: Repository,
    own: Repository,
) -> Asset:
    base, ours, theirs = entries
    english = source.read([entry.blob for entry in (base, theirs) if entry])
    before = english[base.blob] if base else b""
    mine, now = own.read([ours.blob])[ours.blob], english[theirs.blob]
    if any(b"\0" in content for content in (before, mine, now)):
        return Asset(place, held="binary, and changed on both sides")
    merged, conflict = own.merge_file(before, mine, now)
    if conflict and place.endswith(".bib"):
        by_entry = merge_bibliography(*(_text(content) for content in (before, mine, now)))
        if by_entry is not None:
            return Asset(place, content=by_entry.encode("utf-8", "surrogateescape"))
    if conflict:
        return Asset(place, held="changed in the same place on both sides")
    return Asset(place, content=merged)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
