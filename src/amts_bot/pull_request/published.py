"""What a run did, and where people see it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from amts_bot.model.github import PullRequest
    from amts_bot.sync.done import SyncResult
    from amts_bot.text.pull_request.report import RunReport
    from amts_bot.text.pull_request.review import ReviewSheet

Operation = Literal["created", "updated", "closed", "none"]


@dataclass(frozen=True)
class Published:
    """What the run did, and the pull request it is seen in. `notes` are wishes that GitHub refused.

    `whole` is the report of all that the pull request holds, None where it holds what the run did.
    """

    result: SyncResult
    _: KW_ONLY
    operation: Operation = "none"
    pull: PullRequest | None = None
    notes: tuple[str, ...] = ()
    whole: RunReport | None = None

    @property
    def report(self) -> RunReport:
        """What people are shown."""
        return self.whole or self.result.report

    @cached_property
    def sheet(self) -> ReviewSheet:
        """How they review it."""
        from amts_bot.text.pull_request.review import review  # nobody asks where nothing is shown

        return review(self.report)
