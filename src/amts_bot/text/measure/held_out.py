"""The held-out slice: reviewed sentences that teach nothing, and are translated anew to be measured on.

One sentence in a hundred belongs to it, chosen by the hash of its English words: the choice needs no
list, stays when the book grows, and is the same on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from amts_bot.model import PROSE, QualityPoint
from amts_bot.text.align.pages import Alignment
from amts_bot.text.align.sentences import align_sentences
from amts_bot.text.markdown import sentences
from amts_bot.text.markdown.frames import frame
from amts_bot.text.measure.comparison import is_foreign, paragraph
from amts_bot.text.measure.scores import (
    ScoredSegment,
    Scores,
    gather,
    scores,
)
from amts_bot.text.merge.changes import comparable
from amts_bot.text.names.pages import sentence_hashes
from amts_bot.text.review_state import Sentences

_ONE_IN = 100
_LEAST_WORDS = 5
_LEAST_PROBABILITY = 0.9
# How many earlier measurements the lock keeps, and how many of them a pull request shows.
_MOST_SHOWN = 5


def place(sentence: str) -> int:
    """Where an English sentence stands in the slice, lowest first; -1 when it is not in it.

    White space, case, punctuation and slide markers do not count, as for near-duplicates.
    """
    words = comparable(sentence)
    if len(words) < _LEAST_WORDS:
        return -1
    number = int.from_bytes(
        hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()[:8]
    )
    return -1 if number % _ONE_IN else number // _ONE_IN


def in_slice(texts: Iterable[str]) -> list[str]:
    """The sentences of some that are in the slice."""
    return [text for text in texts if place(text) >= 0]


def probes(
    aligned: Alignment, language: str, unreviewed: Sentences = frozenset()
) -> Iterator[ScoredSegment]:
    """The sentences of a page that are in the slice, as `hypothesis` still in English, with their
    reviewed translation as `reference`. Those that are not surely aligned are left out."""
    for bead in aligned.beads:
        blocks = [aligned.source.blocks[i] for i in bead.source]
        if not bead.target or any(block.kind not in PROSE for block in blocks):
            continue
        english = [s.strip() for b in blocks for s in sentences.split(frame(b.text).body, "en")]
        if not in_slice(english):
            continue
        targets = (aligned.target.blocks[j].text for j in bead.target)
        ours = [s.strip() for t in targets for s in sentences.split(frame(t).body, language)]
        for pair in align_sentences(english, ours, "en", language):
            source = "".join(english[i] for i in pair.source)
            target = " ".join(ours[j] for j in pair.target)
            if (
                len(pair.source) == 1
                and place(source) >= 0
                and pair.probability >= _LEAST_PROBABILITY
                and target not in ("", source)
                and not is_foreign(target, language)
                and unreviewed.isdisjoint(sentence_hashes(target, language))
            ):
                yield ScoredSegment(source, target)


def lowest(found: Iterable[ScoredSegment], most: int) -> list[ScoredSegment]:
    """At most so many of them, each English text once, by their place in the slice."""
    first: dict[str, ScoredSegment] = {}
    for segment in found:
        first.setdefault(segment.hypothesis, segment)
    return sorted(first.values(), key=lambda segment: place(segment.hypothesis))[:most]


@dataclass(frozen=True, slots=True)
class Quality:
    """What the slice says of an engine: scores of this run, and of runs before it, newest last."""

    engine: str
    scores: Scores
    before: tuple[QualityPoint, ...] = ()

    def point(self, english: str) -> QualityPoint:
        """What the lock remembers of it. `english` is the commit of this run."""
        return QualityPoint(
            english=english,
            engine=self.engine,
            bleu=self.scores.bleu.value,
            chrf=self.scores.chrf.value,
            sentences=self.scores.segments,
        )

    def __str__(self) -> str:
        """One line for a pull request."""
        found = self.scores
        trend = [f"{point.bleu:.3f}" for point in self.before[-_MOST_SHOWN:]]
        told = f"; BLEU of the runs before: {', '.join(trend)}" if trend else ""
        return (
            f"Quality of `{self.engine}` on {found.segments} held-out reviewed sentences: BLEU {found.bleu}, "
            f"chrF {found.chrf} (95 % intervals){told}. `{found.bleu.signature}`"
        )


def measured(
    slice_: Sequence[ScoredSegment],
    answers: Mapping[str, str],
    engine: str,
    language: str,
    tokenizer: str,
    before: Sequence[QualityPoint],
) -> Quality | None:
    """The scores of the answers, by English text; None when no sentence came back."""
    found = [
        paragraph([answers[s.hypothesis]], [s.reference], language).whole
        for s in slice_
        if s.hypothesis in answers
    ]
    if not found:
        return None
    return Quality(engine, scores(gather([[s] for s in found], tokenizer)), tuple(before))
