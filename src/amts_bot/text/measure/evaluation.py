"""What is evaluated: the units of a page that a method translates anew, against what people wrote.

Every method gets the same units of the same pages, so that its scores can be tested against those of
another one unit by unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from amts_bot.model import PROSE, Bead, Block
from amts_bot.text.align.pages import Alignment
from amts_bot.text.markdown.frames import frame
from amts_bot.text.measure.comparison import (
    Paragraph,
    is_foreign,
    joined,
    paragraph,
)
from amts_bot.text.measure.scores import ScoredSegment, Statistics, gather
from amts_bot.text.names.pages import sentence_hashes
from amts_bot.text.review_state import Sentences

LEVELS = ("document", "paragraph", "sentence")


@dataclass(frozen=True, slots=True)
class TestUnit:
    """Prose of one page and its translation, without Markdown's marks; several where they were joined."""

    sources: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The units of a page; `left_out` counts those that have no counterpart, or no reviewed one."""

    page: str
    units: tuple[TestUnit, ...]
    left_out: int = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """All that a method has to translate, in order."""
        return tuple(source for unit in self.units for source in unit.sources)


def turned(alignment: Alignment) -> Alignment:
    """The same two pages, from the target to the source."""
    beads = tuple(Bead(bead.target, bead.source, bead.probability) for bead in alignment.beads)
    return replace(
        alignment,
        source=alignment.target,
        target=alignment.source,
        beads=beads,
        copies=frozenset(),
        ratio=1 / alignment.ratio,
    )


def trial(
    page: str,
    alignment: Alignment,
    language: str,
    unreviewed: Sentences = frozenset(),
    *,
    reverse: bool = False,
) -> Trial:
    """The units of an English page, aligned with its translation into `language`; `reverse` turns them
    round. Translations are left out that are none (English), and those with a sentence that is named in
    `unreviewed`, the hashes of what the bot wrote and nobody read."""
    units: list[TestUnit] = []
    left_out = 0
    for bead in alignment.beads:
        english = _bodies(alignment.source.blocks, bead.source)
        ours = _bodies(alignment.target.blocks, bead.target)
        if english and ours and _is_reviewed(english, ours, language, unreviewed):
            units.append(TestUnit(ours, english) if reverse else TestUnit(english, ours))
        elif english or ours:
            left_out += 1
    return Trial(page, tuple(units), left_out)


def _bodies(blocks: Sequence[Block], indices: range) -> tuple[str, ...]:
    return tuple(frame(blocks[i].text).body for i in indices if blocks[i].kind in PROSE)


def _is_reviewed(
    english: Sequence[str], ours: Sequence[str], language: str, unreviewed: Sentences
) -> bool:
    # A unit that people changed in part still has sentences of the machine.
    names = (name for text in ours for name in sentence_hashes(text, language))
    translated = english != ours and not any(is_foreign(text, language) for text in ours)
    return translated and unreviewed.isdisjoint(names)


def judged(tried: Trial, answers: Mapping[str, str], language: str) -> list[Paragraph]:
    """The units with a method's answers, by source text; a source without one stands as it is."""
    return [
        paragraph(
            [answers.get(source, source) for source in unit.sources], unit.references, language
        )
        for unit in tried.units
    ]


def statistics(paragraphs: Sequence[Paragraph], tokenizer: str) -> dict[str, Statistics]:
    """The counts of one page by level. A document is one draw; paragraphs and sentences are drawn by
    paragraph."""
    groups: dict[str, list[Sequence[ScoredSegment]]] = {
        "document": [[joined(p.whole for p in paragraphs)]],
        "paragraph": [[p.whole] for p in paragraphs],
        "sentence": [p.sentences for p in paragraphs],
    }
    return {level: gather(groups[level], tokenizer) for level in LEVELS}


def share_equal(paragraphs: Sequence[Paragraph]) -> float:
    """The share of paragraphs that a method wrote exactly like the reference."""
    return sum(p.whole.hypothesis == p.whole.reference for p in paragraphs) / len(paragraphs)


def together(parts: Sequence[Statistics]) -> Statistics:
    """The counts of several pages."""
    return Statistics(
        np.concatenate([part.bleu for part in parts]),
        np.concatenate([part.chrf for part in parts]),
        sum(part.segments for part in parts),
        parts[0].tokenizer,
    )
