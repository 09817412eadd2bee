"""The scores of one page against its reference: as JSON, and as tables that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from amts_bot.text.columns import aligned
from amts_bot.text.languages import language as language_row
from amts_bot.text.measure.comparison import Comparison, Paragraph
from amts_bot.text.measure.evaluation import statistics
from amts_bot.text.measure.scores import (
    INTERVAL_RECIPE,
    ScoredSegment,
    Scores,
    gather,
    scores,
)

HOW_TO_READ = (
    "BLEU and chrF are from 0 to 1; higher is more like what people wrote. Segments are the texts that were scored: "
    "whole pages (document), paragraphs or sentences. In brackets: between which scores chance alone would vary."
)
WHAT_IS_SCORED = (
    "Scored: headings, paragraphs, list items, table rows and captions, without their Markdown marks. "
    "Left out: code, display math, labels and directives."
)
# Of units shorter than this, in characters, one word decides everything.
_LEAST_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """`levels` has the scores by document, paragraph and sentence; `sections` those of paragraphs under
    each heading; `worst` the units with the lowest chrF, with it."""

    language: str
    levels: dict[str, Scores]
    sections: tuple[tuple[str, Scores], ...]
    worst: tuple[tuple[float, ScoredSegment], ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All figures as data, scores 0 to 1."""
        return {
            "language": self.language,
            **{name: scores_json(found) for name, found in self.levels.items()},
            "sections": [{"section": name} | scores_json(found) for name, found in self.sections],
            "worst": [
                {"chrf": value, "hypothesis": unit.hypothesis, "reference": unit.reference}
                for value, unit in self.worst
            ],
            "notes": list(self.notes),
            "scored": WHAT_IS_SCORED,
            "intervals": INTERVAL_RECIPE,
        }

    def __str__(self) -> str:
        levels = [(name, *_cells(found)) for name, found in self.levels.items()]
        sections = [(name or "(before the first)", *_cells(s)) for name, s in self.sections]
        document = self.levels["document"]
        parts = [
            "\n".join(aligned([("", *_HEAD), *levels], right={1})),
            "\n".join(aligned([("section", *_HEAD), *sections], right={1})),
            "\n".join(["worst units", *_side_by_side(self.worst)]),
            "\n".join([*self.notes, HOW_TO_READ, WHAT_IS_SCORED, f"{INTERVAL_RECIPE} paragraphs."]),
            f"BLEU: {document.bleu.signature}\nchrF: {document.chrf.signature}",
        ]
        return "\n\n".join(parts)


def scorecard(comparison: Comparison, worst: int) -> Scorecard:
    """Scores a pair of pages at every level; `worst` is how many of its worst units to show."""
    tokenizer = language_row(comparison.language).bleu_tokenizer
    paragraphs = comparison.paragraphs
    return Scorecard(
        language=comparison.language,
        levels={level: scores(found) for level, found in statistics(paragraphs, tokenizer).items()},
        sections=tuple(
            (name, scores(gather([[p.whole] for p in inside], tokenizer)))
            for name, inside in _by_section(paragraphs)
        ),
        worst=tuple(_worst(paragraphs, tokenizer)[:worst]),
        notes=comparison.notes,
    )


def _by_section(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, list[Paragraph]]]:
    for name, inside in groupby(paragraphs, key=lambda p: p.section):
        yield name, list(inside)


def _worst(paragraphs: Iterable[Paragraph], tokenizer: str) -> list[tuple[float, ScoredSegment]]:
    units = [
        unit for p in paragraphs for unit in p.sentences if len(unit.reference) >= _LEAST_LENGTH
    ]
    rated = [(scores(gather([[unit]], tokenizer)).chrf.value, unit) for unit in units]
    return sorted((row for row in rated if row[0] < 1), key=lambda row: row[0])


def scores_json(found: Scores) -> dict[str, Any]:
    """Scores as data. `signature` is that of BLEU."""
    return {
        "bleu": found.bleu.value,
        "bleu_interval": found.bleu.interval,
        "chrf": found.chrf.value,
        "chrf_interval": found.chrf.interval,
        "segments": found.segments,
        "signature": found.bleu.signature,
        "chrf_signature": found.chrf.signature,
    }


_HEAD = ("segments", "BLEU", "chrF")


def _cells(found: Scores) -> tuple[str, str, str]:
    return str(found.segments), str(found.bleu), str(found.chrf)


def _side_by_side(worst: Iterable[tuple[float, ScoredSegment]]) -> Iterator[str]:
    for value, unit in worst:
        yield f"  chrF {value:.3f}  hypothesis  {unit.hypothesis or '(nothing)'}"
        yield f"              reference   {unit.reference or '(nothing)'}"
