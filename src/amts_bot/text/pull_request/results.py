"""What a run made of its pages: the records that all reports are written from."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from amts_bot.model import PageStatus, counted
from amts_bot.text.merge.entries import NO_LABEL, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """What became of one page. `message` says why it was held or failed."""

    target: str
    source_old: str
    source_new: str
    status: PageStatus
    outcome: Outcome
    message: str = ""
    english_old: str = ""  # the texts that the ranges of its entries count in
    target_old: str = ""

    @property
    def done(self) -> bool:
        """It was written; a page that was held or failed stands as it was."""
        return self.status not in ("held", "failed")

    @property
    def lacking(self) -> tuple[str, ...]:
        """The labels of its English that it lacks: references to them lead nowhere."""
        return tuple(it.source.strip() for it in self.outcome.entries if it.reason == NO_LABEL)

    @property
    def became(self) -> str:
        """What became of it, in a word: its status, but for a page that stands to the byte as it did."""
        stands = self.status == "merged" and self.outcome.text == self.target_old
        return "unchanged" if stands else self.status


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars per million characters, with parallel data and without."""

    custom: float
    standard: float


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters to translate, and the price of it: US dollars per million characters, None for a free engine."""

    characters: int
    prices: Prices | None = None

    @property
    def costs(self) -> tuple[float, float] | None:
        """US dollars with parallel data and without."""
        if self.prices is None:
            return None
        custom, standard = (self.characters * it / 1e6 for it in astuple(self.prices))
        return custom, standard

    def __str__(self) -> str:
        if self.costs is None:
            return counted(self.characters, "character")
        custom, standard = self.costs
        return f"{counted(self.characters, 'character')}: ${custom:.2f} with parallel data, ${standard:.2f} without"


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a book is in step with its English: `in_step` of its `pages`, once the pull request is merged.

    `words` are the English words that wait for later pull requests.
    """

    in_step: int
    pages: int
    words: int = 0
