"""A run that asks nobody for anything: nothing changed, or pages are gone whose translators added to them.

It is told apart before engines, drafts and the merge are imported: on most days a book has no more to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amts_bot import __version__
from amts_bot.book.config import NO_MACHINE
from amts_bot.book.reviewed_texts import Reviewed, reviewed_texts
from amts_bot.sync.budget import within_budget
from amts_bot.sync.copied_files import assets_of
from amts_bot.sync.done import Done
from amts_bot.sync.prepared import PreparedRun, announce
from amts_bot.text.markdown.formats import foreign
from amts_bot.text.merge.entries import ADDED_TO, Outcome
from amts_bot.text.pull_request.results import Quote

if TYPE_CHECKING:
    from amts_bot.book.snapshot import Snapshot
    from amts_bot.model import Reply
    from amts_bot.ports import Progress
    from amts_bot.sync.agenda import Item


@dataclass(frozen=True, slots=True)
class LeftPages:
    """Pages that stay as they are."""

    done: Sequence[Done]

    def unanswered(self) -> Sequence[Done]:
        """All of them."""
        return self.done

    def finished(self, answers: Iterator[Reply]) -> Sequence[Done]:
        """All of them: no answer is theirs."""
        return self.done


def left(work: Sequence[Item], found: Snapshot, progress: Progress) -> PreparedRun | None:
    """A run that leaves all of its pages as they are; None where there is more to do, or an engine may say more."""
    if found.engine not in NO_MACHINE or is_wished(found) or not all(map(_is_gone, work)):
        return None
    texts = reviewed_texts(found, [item.old_target for item in work])
    known, keys = _noted(found), [_key(item, found) for item in work]
    done = []
    for number, item in enumerate(work, 1):
        progress.step(f"planning {item.target}", number, len(work))
        if keys[number - 1] not in known and not _is_added_to(item, texts, found):
            return None
        outcome = Outcome(
            language=found.language.code,
            text=texts[item.old_target].target,
            entries=(),
            held=ADDED_TO,
        )
        done.append(Done(item=item, english="", outcome=outcome))
    if known != {*keys}:
        _note(keys, found)
    portion = within_budget(work, found)
    announce(found, portion, progress)
    now = {item.target for item in portion.now}
    return PreparedRun(
        found=found,
        portion=portion,
        texts=texts,
        pages=LeftPages([page for page in done if page.item.target in now]),
        assets=assets_of(found),
        quote=Quote(0),
    )


def _noted(found: Snapshot) -> set[str]:
    """The pages that the last run of this version found to have something of their own, by their keys."""
    text = found.order.notebook.read() if found.order.notebook else ""
    version, *keys = text.splitlines() or [""]
    return {*keys} if version == __version__ else set()


def _note(keys: Sequence[str], found: Snapshot) -> None:
    if found.order.notebook and not found.order.dry_run:
        found.order.notebook.write("\n".join([__version__, *keys, ""]))


def _key(item: Item, found: Snapshot) -> str:
    """What it depends on whether a page has something of its own: both texts, and how they are read."""
    english = item.base.blob if item.base else ""
    target = found.tree[item.old_target].blob if item.old_target in found.tree else ""
    keys = found.config.markdown.prose_keys
    read = sorted(keys) if keys is not None else None
    return json.dumps([item.pair.old, english, item.old_target, target, read])


def is_wished(found: Snapshot) -> bool:
    """Whether people want another translation of something on the open branch."""
    return found.start.open and any(row.review.again for row in found.locked.pages.values())


def _is_gone(item: Item) -> bool:
    return not (item.blob or item.held or item.refused)


def _is_added_to(item: Item, texts: Mapping[str, Reviewed], found: Snapshot) -> bool:
    page = texts.get(item.old_target)
    if page is None or foreign(item.pair.old, page.source) or foreign(item.old_target, page.target):
        return False
    return has_own(page, found.config.markdown.prose_keys)


def has_own(page: Reviewed, prose_keys: frozenset[str] | None = None) -> bool:
    """Whether a page has blocks that no English stands for, so that something of it stays when all of its English goes.

    Where it has none, something may stay all the same: the merge says so.
    """
    from amts_bot.text.align.blocks import align_blocks  # reads pages
    from amts_bot.text.markdown.blocks import split

    english, target = (
        [block for block in split(text, prose_keys) if block.kind != "blank"]
        for text in (page.source, page.target)
    )
    own = (bead.target for bead in align_blocks(english, target) if not bead.source)
    return any(target[number].text.strip() for numbers in own for number in numbers)
