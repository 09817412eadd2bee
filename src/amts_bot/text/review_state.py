"""Which texts of a translation a person stands behind: the state of a page, and what happens to it.

The lock has one `ReviewState` for each page, and nobody else writes into it: a story says what happened, as an event,
and `after` says what the state is then. An edit is no event. It shows by itself: what a person changed has another
name from then on, so no mark is its.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NewType, assert_never

from amts_bot.model import Block, Range
from amts_bot.text import code
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.front_matter import EVERY_KEY
from amts_bot.text.markdown.leaves import prose
from amts_bot.text.markdown.sameness import normal

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


def sentence_hash(text: str) -> SentenceHash:
    """The name of a sentence in the lock."""
    return SentenceHash(_hash(text))


def block_hash(text: str) -> BlockHash:
    """The name of a block in the lock."""
    return BlockHash(_hash(text))


def unit_hash(text: str) -> UnitHash:
    """The name of a unit of English, for people to point at it."""
    return UnitHash(_hash(text))


def _hash(text: str) -> str:
    """White space and normal form aside, so that rewrapped lines are the same."""
    squeezed = " ".join(normal(text).split())
    return hashlib.sha256(squeezed.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def sentence_hashes(text: str, language: str) -> Sentences:
    """The names of the sentences of a unit; those of a caption stand inside its image.

    By sentence, so that somebody who edits one of them has not reviewed the whole paragraph.
    """
    spans = inline.spans(text)
    if spans and spans[0].kind == "image" and spans[0].start == 0 and spans[-1].end == len(text):
        text = text[spans[0].end : spans[-1].start]
    return frozenset(sentence_hash(sentence) for sentence in sentences.split(text, language))


@lru_cache(maxsize=8)
def page_sentence_hashes(page: str, language: str) -> Sentences:
    """The names of the sentences of a whole page."""
    bodies = (leaf.text for block in split(page, EVERY_KEY) for leaf in prose(block))
    return frozenset(name for body in bodies for name in sentence_hashes(body.strip(), language))


@lru_cache(maxsize=512)
def block_hashes(page: str) -> Blocks:
    """The names of the blocks of a page, or of a part of one."""
    return block_names(split(page))


def block_names(blocks: Iterable[Block]) -> Blocks:
    """The names of some blocks, blank ones left out."""
    return frozenset(block_hash(block.text) for block in blocks if block.kind != "blank")


def block_hashes_at(page: str, place: Range) -> Blocks:
    """The names of the blocks of a page that a stretch of it touches."""
    blocks = split(page)
    first = max(0, bisect_right(blocks, place[0], key=lambda block: block.start) - 1)
    touched = takewhile(lambda block: block.start < place[1], blocks[first:])
    return frozenset(
        block_hash(block.text)
        for block in touched
        if block.end > place[0] and block.kind != "blank"
    )


@dataclass(frozen=True, slots=True)
class TargetPage:
    """A target page as it stands, cut up only when somebody asks for its names."""

    text: str
    language: str

    @property
    def blocks(self) -> Blocks:
        """The names of its blocks."""
        return block_hashes(self.text)

    def still(self, names: Sentences) -> Sentences:
        """Those of some sentences that it has."""
        return names & page_sentence_hashes(self.text, self.language) if names else names


# ------------------------------------------------------------------ English that still stands


def untranslated_sentences(
    english: Iterable[str], hashes: AbstractSet[SentenceHash]
) -> Iterator[str]:
    """The sentences of some English texts that the lock names, exactly as they stand there, or stood."""
    if hashes:
        for text in english:
            for sentence in sentences.split(text, "en"):
                if sentence_hash(sentence) in hashes:
                    yield from _forms(sentence.strip())


_NORMAL_FORMS: tuple[Literal["NFC"], Literal["NFD"]] = ("NFC", "NFD")


def _forms(sentence: str) -> Iterator[str]:
    """As it is, and as a page may have it that was written in another normal form."""
    yield sentence
    if not sentence.isascii():
        yield from {unicodedata.normalize(form, sentence) for form in _NORMAL_FORMS} - {sentence}


def said_in(block: Block) -> Iterator[str]:
    """What a block says, whichever way it is written: its leaves, or the comments of a cell."""
    yield from code.comments(block.text) if block.kind == "code" else ()
    yield from (leaf.text for leaf in prose(block))


def still_untranslated(hashes: Sentences, english: str, target: str) -> Sentences:
    """Those of `hashes` whose English the target page still has."""
    if not hashes:
        return hashes
    bodies = (text for block in split(english, EVERY_KEY) for text in said_in(block))
    said = (text for block in split(target, EVERY_KEY) for text in said_in(block))
    standing = "\0".join([target, *said])
    found = untranslated_sentences(bodies, hashes)
    return frozenset(sentence_hash(text) for text in found if text in standing)


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

    page: TargetPage
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

    page: TargetPage


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

    page: TargetPage
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
    earlier = still_untranslated(state.untranslated, event.english, page.text)
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


def _merged(state: ReviewState, page: TargetPage) -> ReviewState:
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
        untranslated=still_untranslated(state.untranslated, event.english, event.page.text),
        written=event.page.blocks & (state.written | event.blocks - event.people),
    )
