"""What became of a page: its new text, and an entry for each unit."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any, Literal

from amts_bot.model import DraftEdit, Range

Action = Literal["keep", "carry", "move", "merge", "translate", "drop", "hold", "fail"]
ACTIONS: tuple[Action, ...] = (
    "keep",
    "carry",
    "move",
    "merge",
    "translate",
    "drop",
    "hold",
    "fail",
)
# What is said of a label that the translators do not have: references to it lead nowhere.
NO_LABEL = "the page lacks this label of its English"
# Why a text is asked for that the target has, but not in its language.
STILL_ENGLISH = "still in English"
# Why a page stands whose English is gone.
ADDED_TO = "gone from the English, but the translators added to it"
# Why a text stands although words of its English changed.
SAME_MEANING = "only contractions or spelling changed in the English"
# Why a text stands that the plan would have changed.
EDITED = "edited by a person: the text stands, the new proposal is a comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceDraft:
    """A sentence that an engine drafted, for the report."""

    source: str
    target: str
    origin: str
    similarity: float
    previous_source: str
    edits: tuple[DraftEdit, ...] = ()  # made in it without a translation

    def as_json(self) -> dict[str, Any]:
        """The report's form; `edits` only where there are any."""
        return asdict(self) if self.edits else dict(zip(_SAID, _said(self), strict=True))


_SAID = ("previous_source", "target", "origin", "similarity", "source")
_said = attrgetter(*_SAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of one unit. Ranges count characters of the pages they name."""

    kind: str
    action: Action
    source: str
    source_old: Range | None
    source_new: Range | None
    target_old: Range | None
    target_new: Range | None
    reason: str = ""
    translate: tuple[str, ...] = ()
    drafts: tuple[SentenceDraft, ...] = ()
    conflicts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # what a reviewer should know of the machine text in it

    def as_json(self) -> dict[str, Any]:
        """The report's form: what is empty is left out, but `translate` is always there."""
        row: dict[str, Any] = {
            name: value
            for name, value in zip(_REPORTED, _reported(self), strict=True)
            if value or value is None or name == "translate"
        }
        drafts = [draft.as_json() for draft in self.drafts]
        return row | {"drafts": drafts} if drafts else row


_REPORTED = (
    "kind",
    "action",
    "source",
    "source_old",
    "source_new",
    "target_old",
    "target_new",
    "translate",
    "reason",
    "conflicts",
    "warnings",
)
_reported = attrgetter(*_REPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One page, done: its new text and an entry for each unit.

    `held` and `failed` say why the whole page stays as it was: left to a person, or tried again. `unasked` counts
    changed English words that stand in no unit: nobody is asked to translate them.
    """

    language: str
    text: str
    entries: tuple[Entry, ...]
    held: str = ""
    failed: str = ""
    unasked: int = 0

    @property
    def done(self) -> bool:
        """The page is to be written."""
        return not self.held and not self.failed

    @property
    def totals(self) -> dict[str, int]:
        """Units per action, and the English characters still to be translated."""
        counts = Counter(entry.action for entry in self.entries)
        untranslated = sum(len(s) for entry in self.entries for s in entry.translate)
        return {action: counts[action] for action in ACTIONS} | {"characters": untranslated}

    def report(self) -> dict[str, Any]:
        """The merge report: DESIGN's JSON."""
        units = [entry.as_json() for entry in self.entries]
        rest = {"unasked": self.unasked} if self.unasked else {}
        return {"language": self.language, "units": units, "totals": self.totals} | rest


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the bot would have written in the place of lines `[first, last]`; "" proposes to delete them."""

    first: int
    last: int
    text: str
    source: str
