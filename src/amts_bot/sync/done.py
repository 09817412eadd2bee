"""What a run has done: a page, as the commit and the report take it, and all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amts_bot.text.review_state import Blocks

if TYPE_CHECKING:
    from amts_bot.model import Suggestion
    from amts_bot.sync.agenda import Item
    from amts_bot.text.measure.held_out import Quality
    from amts_bot.text.merge.entries import Outcome, Proposal
    from amts_bot.text.pull_request.report import RunReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One page of the agenda, its new English, and what became of it.

    Of a page that is to be written, `blocks` names those of its text, and `merged` those that it has on the default
    branch. `protected` names the blocks that people wrote on the open branch, or want kept; they stand, and
    `proposals` say what the bot would have written there.
    """

    item: Item
    english: str
    outcome: Outcome
    blocks: Blocks = frozenset()
    merged: Blocks = frozenset()
    protected: Blocks = frozenset()
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The report, and the commit that was made; "" when there was nothing to do, or on a dry run.

    `suggestions` are proposals for text that people wrote on the open branch; `quality` is what
    the held-out slice says, where a batch job brought it along.
    """

    report: RunReport
    commit: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    quality: Quality | None = None
