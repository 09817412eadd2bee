"""The reviewed pages of a book, and what each was translated from, as texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amts_bot.book.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A target page and the English it was translated from."""

    source: str
    target: str


def reviewed_texts(snapshot: Snapshot, targets: Iterable[str]) -> dict[str, Reviewed]:
    """Those of some target pages that are there and have English; pages that are not UTF-8 are left out."""
    pages: dict[str, Reviewed] = {}
    for target in filter(snapshot.tree.__contains__, targets):
        english, page = snapshot.original(target), snapshot.tree.at(target)
        if not english.fault and not page.fault:  # else a plan says so, if there is one
            pages[target] = Reviewed(english.text, page.text)
    return pages
