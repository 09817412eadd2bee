"""Which texts of a translation a person stands behind: the state of a page, and what happens to it.

The lock has one `ReviewState` for each page, and nobody else writes into it: a story says what happened, as an event,
and `after` says what the state is then. An edit is no event. It shows by itself: what a person changed has another
name from then on, so no mark is its.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NewType, Protocol, assert_never

# When text that the bot wrote counts as reviewed: once it is merged; once a person approved its pull
# request; never, only what a person changed does.
Trust = Literal["merged", "approved", "edited"]

# ------------------------------------------------------------------ what is named

SentenceHash = NewType(
    "SentenceHash", str
)  # of a target page: a translation, or English that was left
BlockHash = NewType("BlockHash", str)  # of a target page
UnitHash = NewType("UnitHash", str)  # a block of English: the code beside it in a pull request

Sentences = frozenset[SentenceHash]
Blocks = frozenset[BlockHash]


class NamedPage(Protocol):
    """A target page as it stands, whose parts are named."""

    @property
    def blocks(self) -> Blocks:
        """The names of its blocks."""
        ...

    def still(self, names: Sentences) -> Sentences:
        """Those of some sentences that it has."""
        ...

    def still_in_english(self, names: Sentences, english: str) -> Sentences:
        """Those of some sentences of its English that it has as they are."""
        ...


# ------------------------------------------------------------------ the state of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """What the lock knows of the text of one target page.

    Of its sentences, `machine` are those that the bot wrote and nobody has reviewed; `accepted` those that were
    then merged as the bot wrote them, and `approved` those of them whose pull request a person approved;
    `untranslated` are those of the English that still stand in the target.

    Of its blocks, `written` are those that the bot wrote on the open branch: another block there is somebody's.
    `stale` are those that stayed although their English changed, `kept` those that people want left alone
    whatever the English does, and `again` those that they want another translation of.

    `held` says why the last run left the page alone.
    """

    machine: Sentences = frozenset()
    accepted: Sentences = frozenset()
    approved: Sentences = frozenset()
    untranslated: Sentences = frozenset()
    written: Blocks = frozenset()
    stale: Blocks = frozenset()
    kept: Blocks = frozenset()
    again: Blocks = frozenset()
    held: str = ""

    def unreviewed(self, trust: Trust) -> Sentences:
        """The sentences of the page on the default branch that do not count as reviewed under a policy.

        What no hash names, a person wrote or changed: it always counts.
        """
        machine = self.machine | self.accepted | self.approved
        by_policy: dict[Trust, Sentences] = {
            "merged": frozenset(),
            "approved": machine - self.approved,
            "edited": machine,
        }
        return by_policy[trust] | self.untranslated

    def people_blocks(self, blocks: Blocks, merged: Blocks) -> Blocks:
        """Those of some blocks of the open branch that people wrote there.

        `merged` are the blocks of the page on the default branch: they were there before, whoever wrote them.
        """
        return blocks - self.written - merged

    def protected(self, blocks: Blocks, merged: Blocks) -> Blocks:
        """Those of some blocks that a run leaves as they are: people's, and those that people want kept."""
        return self.people_blocks(blocks, merged) | blocks & self.kept

    @property
    def is_under_review(self) -> bool:
        """Whether there is something that is decided when the pull request is merged."""
        return bool(self.machine or self.written or self.again)


# ------------------------------------------------------------------ what happens to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A run wrote the page.

    `machine` are the sentences of it that the engine wrote, `left` those that it left in English. `blocks` are all of
    the page, and `stale` those that stayed though their English changed. `merged` are the blocks that the default
    branch has, and `protected` those that the run left as they were.
    """

    page: NamedPage
    english: str
    blocks: Blocks
    machine: Sentences
    left: Sentences
    stale: Blocks
    merged: Blocks
    protected: Blocks


@dataclass(frozen=True, slots=True)
class Held:
    """A run left the page alone, for a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Approved:
    """People approved the pull request before it was merged, and saw these sentences of the bot's there."""

    machine: Sentences


@dataclass(frozen=True, slots=True)
class Merged:
    """The pull request was merged. `page` is what has become of it."""

    page: NamedPage


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """The default branch was merged into the open one, and these blocks of it stand against the bot's new text."""

    stale: Blocks


@dataclass(frozen=True, slots=True)
class Kept:
    """Somebody wants these blocks left alone."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Somebody wants another translation of these blocks."""

    blocks: Blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Retranslated:
    """The answers to such wishes were written over what stood.

    `blocks` of the page, with their sentences `machine`, are new; `people` are people's blocks elsewhere on it,
    which stay people's though an answer may say the same.
    """

    page: NamedPage
    english: str
    machine: Sentences
    blocks: Blocks
    people: Blocks


@dataclass(frozen=True, slots=True)
class WishesOver:
    """Nobody is asked again any more: an answer came, or none will."""


Event = (
    Drafted | Held | Approved | Merged | CaughtUp | Kept | AskedAgain | Retranslated | WishesOver
)


def after(state: ReviewState, event: Event) -> ReviewState:
    """The state once something has happened. If it has happened already, nothing changes."""
    match event:
        case Drafted():
            return _drafted(state, event)
        case Held(reason):
            return replace(state, held=reason)
        case Approved(machine):
            return replace(state, approved=state.approved | (machine & state.machine))
        case Merged(page):
            return _merged(state, page)
        case CaughtUp(stale):
            return replace(state, stale=state.stale | stale)
        case Kept(blocks):
            return replace(state, kept=state.kept | blocks, again=state.again - blocks)
        case AskedAgain(blocks):
            return replace(state, kept=state.kept - blocks, again=state.again | blocks)
        case Retranslated():
            return _retranslated(state, event)
        case WishesOver():
            return replace(state, again=frozenset())
        case _:
            assert_never(event)


def _drafted(state: ReviewState, event: Drafted) -> ReviewState:
    """Marks go with the text that they name; what is neither merged nor protected on the page is the bot's."""
    page, blocks = event.page, event.blocks
    earlier = page.still_in_english(state.untranslated, event.english)
    return ReviewState(
        machine=state.machine | event.machine,
        accepted=page.still(state.accepted),
        approved=page.still(state.approved),
        untranslated=earlier | event.left,
        written=blocks - event.merged - event.protected,
        stale=blocks & (state.stale | event.stale),
        kept=blocks & state.kept,
        again=blocks & state.again,
    )


def _merged(state: ReviewState, page: NamedPage) -> ReviewState:
    """What stands as the bot wrote it was accepted, and no block is the branch's any more."""
    return replace(
        state,
        machine=frozenset(),
        accepted=page.still(state.accepted | state.machine),
        approved=page.still(state.approved),
        written=frozenset(),
        again=frozenset(),
    )


def _retranslated(state: ReviewState, event: Retranslated) -> ReviewState:
    return replace(
        state,
        machine=state.machine | event.machine,
        untranslated=event.page.still_in_english(state.untranslated, event.english),
        written=event.page.blocks & (state.written | event.blocks - event.people),
    )
