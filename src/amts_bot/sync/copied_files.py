"""The files that a run copies: which ones, and what becomes of each."""

from __future__ import annotations

from amts_bot.book.assets import Asset, Versions, decide
from amts_bot.book.snapshot import Snapshot
from amts_bot.book.texts import English
from amts_bot.model import TreeEntry


def assets_of(found: Snapshot) -> tuple[Asset, ...]:
    """What becomes of the copied files, by their paths in the translation."""
    old, new = copied(found.old, found), copied(found.new, found)
    versions = Versions(old, new, found.tree)
    return tuple(decide(sorted({*old, *new}), versions, found.source, found.repository))


def copied(english: English, found: Snapshot) -> dict[str, TreeEntry]:
    """The files of an English version that are copied, by their paths in the translation."""
    return {
        found.config.asset_target(path, found.language): entry
        for path, entry in english.assets.items()
    }
