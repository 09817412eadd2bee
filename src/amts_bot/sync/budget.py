"""The review budget: which pages of a run go into the pull request, and which wait for the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amts_bot.book.snapshot import Snapshot
from amts_bot.sync.agenda import Item
from amts_bot.text.merge.size import (
    Size,
    admitted,
    reading_order,
    size,
)


def within_budget(work: Sequence[Item], snapshot: Snapshot) -> tuple[list[Item], list[Item]]:
    """The pages to do now, and those that stay at their old English until the pull request is merged.

    Pages that the open pull request has already are always done, and count. So are pages that ask for no
    review: held, removed or merely renamed ones.
    """
    review = snapshot.config.review
    most = Size(review.max_units, review.max_words)
    if most == Size():
        return list(work), []
    shown = _in_pull_request(work, snapshot)
    sizes = _sizes([item for item in work if item.target not in shown], snapshot)
    now = admitted(sizes, sum(shown.values(), Size()), most)
    asked = {*sizes} - {*now}
    return [i for i in work if i.target not in asked], [i for i in work if i.target in asked]


def _in_pull_request(work: Sequence[Item], snapshot: Snapshot) -> dict[str, Size]:
    """The pages that the open branch has moved to other English, and how much it will then be."""
    if not snapshot.start.open:
        return {}
    merged = snapshot.merged_state.pages
    now = {item.target: item.blob for item in work}
    moved = {
        target: (merged[target].blob if target in merged else "", now.get(target, row.blob))
        for target, row in snapshot.locked.pages.items()
        if target not in merged or merged[target].blob != row.blob
    }
    texts = snapshot.english.read({blob for pair in moved.values() for blob in pair if blob})
    return {
        target: size(*(texts[blob].text if blob else "" for blob in pair))
        for target, pair in moved.items()
    }


def _sizes(work: Sequence[Item], snapshot: Snapshot) -> dict[str, Size]:
    """How much every page asks for, in the order that the team wants them."""
    sizes = {item.target: _size(item, snapshot) for item in work}
    return {target: sizes[target] for target in _ordered(work, sizes, snapshot)}


def _size(item: Item, snapshot: Snapshot) -> Size:
    if not item.blob or item.held:
        return Size()
    before = snapshot.original(item.old_target).text if item.base else ""
    return size(before, snapshot.english[item.blob].text)


def _ordered(work: Sequence[Item], sizes: Mapping[str, Size], snapshot: Snapshot) -> list[str]:
    targets = sorted(item.target for item in work)
    match snapshot.config.review.order:
        case "drifted":
            return sorted(targets, key=lambda target: -sizes[target].words)
        case "read":
            pages = snapshot.new.pages
            texts = {path: found.text for path, found in pages.at_each(pages).items()}
            place = {path: number for number, path in enumerate(reading_order(texts))}
            of = {item.target: place.get(item.pair.new, len(place)) for item in work}
            return sorted(targets, key=lambda target: of[target])
        case "path":
            return targets
