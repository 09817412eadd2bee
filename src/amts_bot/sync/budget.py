"""The review budget: which pages of a run go into the pull request, and which wait for the next one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pathspec import GitIgnoreSpec

from amts_bot.book.snapshot import Snapshot
from amts_bot.errors import UsageError
from amts_bot.sync.agenda import Item
from amts_bot.text.merge.portions import Size, admitted, chapter, reading_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The pages to do `now`, and those `queued`, the next ones first.

    `order` are all of their targets as people should read them; `words` are the English words that wait.
    """

    now: tuple[Item, ...]
    queued: tuple[Item, ...]
    order: tuple[str, ...]
    words: int = 0


def within_budget(work: Sequence[Item], snapshot: Snapshot) -> Portion:
    """The pages to do now, and those that stay at their old English until the pull request is merged.

    Pages that the open pull request has already are always done, and count. So are pages that ask for no
    review: held or merely renamed ones. Pages that go are the last, when nothing else waits. Where the order names
    pages, these alone are done, however much they are; UsageError where it names none that has work.
    """
    each = sizes(work, snapshot)
    if snapshot.order.pages:
        waiting = each.keys() - _named(work, snapshot.order.pages)
    else:
        waiting = _beyond_budget(work, each, snapshot)
    by_target = {item.target: item for item in work}
    return Portion(
        now=tuple(item for item in work if item.target not in waiting),
        queued=tuple(by_target[target] for target in each if target in waiting),
        order=tuple(each),
        words=sum(each[target].words for target in waiting),
    )


def _beyond_budget(work: Sequence[Item], each: Mapping[str, Size], snapshot: Snapshot) -> set[str]:
    """The targets that wait: what does not fit, and then what goes, whose translation may move to a page that waits."""
    shown = _in_pull_request(work, snapshot)
    asked = {target: asked for target, asked in each.items() if target not in shown}
    within = _of_one_chapter(asked, shown, work, snapshot)
    # To measure a whole book takes a second: only where a page has to fit in beside it.
    used = _used(shown, snapshot) if any(size.units for size in within.values()) else Size()
    fitting = {*admitted(within, used, _most(snapshot))}
    waiting = asked.keys() - fitting
    gone = {item.target for item in work if item.status == "removed"}
    return waiting | gone if waiting else waiting


def _named(work: Sequence[Item], patterns: Sequence[str]) -> set[str]:
    """The targets of the pages that the patterns name, by their own path or by that of their English."""
    spec = GitIgnoreSpec.from_lines(patterns)
    found = {
        item.target
        for item in work
        if any(map(spec.match_file, filter(None, [item.target, item.old_target, item.pair.new])))
    }
    if not found:
        raise UsageError(
            f"no page that has work matches {', '.join(patterns)}: amts-bot status names those that have some"
        )
    return found


def _most(snapshot: Snapshot) -> Size:
    """What one pull request may ask for."""
    review = snapshot.config.review
    readers = len(snapshot.language.reviewers) if review.limits == "reviewer" else 1
    return Size(review.max_units * max(1, readers), review.max_words * max(1, readers))


def _of_one_chapter(
    asked: Mapping[str, Size],
    shown: Collection[str],
    work: Sequence[Item],
    snapshot: Snapshot,
) -> Mapping[str, Size]:
    """Where the team wants a chapter at a time: those of the one that people are at, and what asks for nothing."""
    if snapshot.config.review.order != "chapter":
        return asked
    chapters = {item.target: chapter(item.pair.new or item.pair.old) for item in work}
    begun = [chapter(target) for target in shown]
    next_ones = [chapters[target] for target, size in asked.items() if size.units]
    at = next(iter([*begun, *next_ones]), "")
    return {
        target: size for target, size in asked.items() if not size.units or chapters[target] == at
    }


def _in_pull_request(work: Sequence[Item], snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """The pages that the open branch has moved to other English: its blobs before and after, "" where there is none."""
    if not snapshot.start.open:
        return {}
    merged = snapshot.merged_state.pages
    now = {item.target: item.blob for item in work}
    return {
        target: (merged[target].blob if target in merged else "", now.get(target, row.blob))
        for target, row in snapshot.locked.pages.items()
        if target not in merged or merged[target].blob != row.blob
    }


def _used(shown: Mapping[str, tuple[str, str]], snapshot: Snapshot) -> Size:
    """How much these pages will then ask for."""
    texts = snapshot.english.read({blob for pair in shown.values() for blob in pair if blob})
    each = (
        _measured(*(texts[blob].text if blob else "" for blob in pair)) for pair in shown.values()
    )
    return sum(each, Size())


def sizes(work: Sequence[Item], snapshot: Snapshot) -> dict[str, Size]:
    """How much every page asks for, in the order that the team wants them."""
    places = [item.old_target for item in work]
    each = snapshot.order.crew.deal(partial(_size, snapshot), work, places)
    asked = {item.target: size for item, size in zip(work, each, strict=True)}
    return {target: asked[target] for target in _ordered(work, asked, snapshot)}


def _size(snapshot: Snapshot, item: Item) -> Size:
    if not item.blob or item.held:
        return Size()
    before = snapshot.original(item.old_target).text if item.base else ""
    return _measured(before, snapshot.english[item.blob].text)


def _measured(before: str, after: str) -> Size:
    from amts_bot.text.merge.size import (
        size,  # reads pages: not where all that there is to do is to hold some
    )

    return size(before, after)


def _ordered(work: Sequence[Item], asked: Mapping[str, Size], snapshot: Snapshot) -> list[str]:
    targets = sorted(item.target for item in work)
    match snapshot.config.review.order:
        case "drifted":
            return sorted(targets, key=lambda target: -asked[target].words)
        case "read" | "chapter":
            pages = snapshot.new.pages
            texts = {path: found.text for path, found in pages.at_each(pages).items()}
            place = {path: number for number, path in enumerate(reading_order(texts))}
            of = {item.target: place.get(item.pair.new, len(place)) for item in work}
            return sorted(targets, key=lambda target: of[target])
        case "path":
            return targets
