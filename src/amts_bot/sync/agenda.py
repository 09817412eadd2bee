"""The pages of one run: which ones changed, came, went or moved since they were translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amts_bot.book.survey import Base, Survey, base_texts
from amts_bot.model import PageStatus
from amts_bot.text.merge.tracking import PagePair, pair_pages

_ON_HOLD = "on hold: a reviewer asked to leave it at its old English"
_NO_BASE = "is there already, and nothing says which English it was translated from"


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


def agenda(survey: Survey) -> list[Item]:
    """The pages to work on, in path order."""
    by_source = {base.source: target for target, base in survey.bases.items()}
    came = [path for path in survey.new.pages if path not in by_source and _is_new(path, survey)]
    items = [_item(pair, by_source, survey) for pair in _pairs(by_source, came, survey)]
    return [item for item in items if item.held or _changed(item) or _is_pending(item, survey)]


def _is_new(path: str, survey: Survey) -> bool:
    """New in English, or not done by an earlier run, or translated from who knows what.

    An old English page that has no translation is one that the translators did not want yet.
    """
    if path not in survey.old.pages or path in survey.locked.waiting:
        return True
    return not survey.locked.pages and survey.language.target(path) in survey.tree


def _pairs(by_source: Mapping[str, str], came: Sequence[str], survey: Survey) -> list[PagePair]:
    """Texts are read only where a page went and another came: else paths say it all."""
    gone = [path for path in by_source if path not in survey.new.pages]
    old = dict.fromkeys(by_source, "")
    new = dict.fromkeys([*(p for p in by_source if p in survey.new.pages), *came], "")
    if not gone or not came:
        return pair_pages(old, new, {})
    before = base_texts(survey)
    now = survey.source.read({survey.new.pages[path].blob for path in came})
    old |= {path: _lenient(before[by_source[path]]) for path in gone}
    new |= {path: _lenient(now[survey.new.pages[path].blob]) for path in came}
    return pair_pages(old, new, survey.source.renames(survey.old.commit, survey.new.commit))


def _lenient(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _item(pair: PagePair, by_source: Mapping[str, str], survey: Survey) -> Item:
    old_target = by_source.get(pair.old, "")
    moved = bool(pair.new) and pair.old != pair.new
    target = survey.language.target(pair.new) if moved or not old_target else old_target
    taken = target != old_target and target in survey.tree
    return Item(
        pair=pair,
        target=target,
        old_target=old_target or target,
        base=survey.bases.get(old_target) if pair.old else None,
        blob=survey.new.pages[pair.new].blob if pair.new else "",
        held=_held(old_target, target, survey) or (f"{target} {_NO_BASE}" if taken else ""),
        refused=survey.repository.refusal(target),
    )


def _is_pending(item: Item, survey: Survey) -> bool:
    row = survey.locked.pages.get(item.old_target)
    return survey.reopens and row is not None and bool(row.pending)


def _held(old_target: str, target: str, survey: Survey) -> str:
    """A page that people asked the bot to leave at its old English."""
    return _ON_HOLD if {old_target, target} & {*survey.locked.hold} else ""


def _changed(item: Item) -> bool:
    return item.base is None or item.base.blob != item.blob or item.old_target != item.target
