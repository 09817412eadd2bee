"""The pages of one run: which ones changed, came, went or moved since they were translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amts_bot.book.bases import Base
from amts_bot.book.hand_moves import DELETED
from amts_bot.book.snapshot import Snapshot
from amts_bot.model import PageStatus
from amts_bot.text.merge.tracking import PagePair, pair_pages

_ON_HOLD = "on hold: a reviewer asked to leave it at its old English"
_NO_BASE = "nothing says which English it was translated from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One target page to work on. `old_target` differs from `target` where the page was renamed.

    `held` says why the page is left to a person, `refused` why it cannot be written at all.
    """

    pair: PagePair
    target: str
    old_target: str
    base: Base | None
    blob: str  # of the new English; "" for a removed page
    held: str = ""
    refused: str = ""

    @property
    def status(self) -> PageStatus:
        if self.held:
            return "held"
        if not self.pair.new:
            return "removed"
        if not self.pair.old:
            return "added"
        return "renamed" if self.old_target != self.target else "merged"

    @property
    def is_changed(self) -> bool:
        """Whether its English is another one than it was made from, or stands elsewhere."""
        return self.base is None or self.base.blob != self.blob or self.old_target != self.target


def agenda(snapshot: Snapshot) -> list[Item]:
    """The pages to work on, in path order."""
    by_source = {base.source: target for target, base in snapshot.bases.items()}
    came = [
        path for path in snapshot.new.pages if path not in by_source and _is_new(path, snapshot)
    ]
    items = [_item(pair, by_source, snapshot) for pair in _pairs(by_source, came, snapshot)]
    return [item for item in items if _is_work(item, snapshot)]


def _is_work(item: Item, snapshot: Snapshot) -> bool:
    """A page that people deleted is named once, when its English changes: then the lock knows."""
    if item.held == DELETED:
        return item.is_changed and snapshot.locked.pages[item.old_target].review.held != DELETED
    return bool(item.held) or item.is_changed or _has_untranslated(item, snapshot)


def _is_new(path: str, snapshot: Snapshot) -> bool:
    """New in English, or not done by an earlier run, or translated from who knows what.

    An old English page that has no translation is one that the translators did not want yet; or another one under a
    new name, which waits for the next pull request.
    """
    if path not in snapshot.old.pages or path in snapshot.locked.waiting:
        return True
    target = snapshot.language.target(path)
    return target in snapshot.tree or target in snapshot.locked.queued


def _pairs(by_source: Mapping[str, str], came: Sequence[str], snapshot: Snapshot) -> list[PagePair]:
    """Texts are read only where a page went and another came: else paths say it all."""
    gone = [path for path in by_source if path not in snapshot.new.pages]
    old = dict.fromkeys(by_source, "")
    new = dict.fromkeys([*(p for p in by_source if p in snapshot.new.pages), *came], "")
    if not gone or not came:
        return pair_pages(old, new, {})
    old |= {path: snapshot.original(by_source[path]).text for path in gone}
    new |= {path: snapshot.new.pages.at(path).text for path in came}
    return pair_pages(old, new, snapshot.source.renames(snapshot.old.commit, snapshot.new.commit))


def _item(pair: PagePair, by_source: Mapping[str, str], snapshot: Snapshot) -> Item:
    old_target = by_source.get(pair.old, "")
    moved = bool(pair.new) and pair.old != pair.new
    target = snapshot.language.target(pair.new) if moved or not old_target else old_target
    left = _deleted(pair, old_target, snapshot) or _held(old_target, target, snapshot)
    if left and old_target:  # it stays where people know it, whatever its English is called now
        target = old_target
    taken = target != old_target and target in snapshot.tree
    return Item(
        pair=pair,
        target=target,
        old_target=old_target or target,
        base=snapshot.bases.get(old_target) if pair.old else None,
        blob=snapshot.new.pages[pair.new].blob if pair.new else "",
        held=left or (_without_base(target, snapshot) if taken else ""),
        refused=snapshot.repository.refusal(target),
    )


def _has_untranslated(item: Item, snapshot: Snapshot) -> bool:
    row = snapshot.locked.pages.get(item.old_target)
    return snapshot.reopens and row is not None and bool(row.review.untranslated)


def _deleted(pair: PagePair, old_target: str, snapshot: Snapshot) -> str:
    """A page of the lock that people deleted, and that its English still has."""
    gone = old_target in snapshot.locked.pages and old_target not in snapshot.tree
    return DELETED if gone and pair.new else ""


def _held(old_target: str, target: str, snapshot: Snapshot) -> str:
    """A page that people asked the bot to leave at its old English."""
    return _ON_HOLD if {old_target, target} & {*snapshot.locked.hold} else ""


def _without_base(target: str, snapshot: Snapshot) -> str:
    """What stands there already is left alone until somebody says what it was made from."""
    unsure = snapshot.found.unsure.get(target)
    reason = unsure.reason if unsure else _NO_BASE
    return f"{target} is there already, and {reason}: run once with --base"
