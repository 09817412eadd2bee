"""The names of the sentences and blocks that a page has, and those that it still has."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from amts_bot.model import Block, Range
from amts_bot.text.code import api as code
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.front_matter import EVERY_KEY
from amts_bot.text.markdown.leaves import prose
from amts_bot.text.names.texts import block_hash, sentence_hash
from amts_bot.text.review_state import Blocks, SentenceHash, Sentences


def sentence_hashes(text: str, language: str) -> Sentences:
    """The names of the sentences of a unit; those of a caption stand inside its image.

    By sentence, so that somebody who edits one of them has not reviewed the whole paragraph.
    """
    spans = inline.spans(text) if text.startswith("!") else ()
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


_blocks = lru_cache(maxsize=8)(split)  # of a page whose units are looked at one by one


def block_hashes_at(page: str, place: Range) -> Blocks:
    """The names of the blocks of a page that a stretch of it touches."""
    blocks = _blocks(page)
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

    def still_in_english(self, names: Sentences, english: str) -> Sentences:
        """Those of some sentences of its English that it has as they are."""
        return still_untranslated(names, english, self.text)


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
