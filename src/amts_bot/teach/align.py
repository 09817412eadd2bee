"""Two texts that are translations of each other: the pairs of two pages, or the beads of two lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from amts_bot.errors import UsageError
from amts_bot.model import Bead, PairFormat
from amts_bot.text.align import lexicon
from amts_bot.text.align.learning import own_lexicon
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.align.sentences import align_sentences
from amts_bot.text.languages import language
from amts_bot.text.pairs import cleaning, formats
from amts_bot.text.pairs.bitext import Level, Pair, bitext, page_sentences

# With less of the source in likely pairs, two texts are no translations of each other.
_LEAST_SHARE = 0.3
_STRANGERS = (
    "these two do not look like translations of each other: hardly a sentence "
    "found its counterpart; check that the pages and the languages are the right ones"
)


@dataclass(frozen=True, slots=True)
class LexiconFile:
    """What `amts-bot lexicon` has written."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignOrder:
    """What was asked for.

    `file_format` "beads" takes two lists, one sentence on each line; every other one two pages, and
    `jsonl` has every pair with its probability and place, not only those fit for parallel data.
    """

    source_language: str
    target_language: str
    level: Level = "sentence"
    file_format: PairFormat | Literal["beads"] = "jsonl"
    lexicon: LexiconFile | None = None
    name: str = ""  # of the target page

    @property
    def languages(self) -> tuple[str, str]:
        return self.source_language, self.target_language


@dataclass(frozen=True, slots=True)
class AlignedTexts:
    """The pairs or beads as text in the format asked for, and what people should know of them."""

    text: str
    remarks: tuple[str, ...]


def align(order: AlignOrder, source: str, target: str) -> AlignedTexts:
    """Aligns two texts with the lexicon of the order, else with what they teach themselves.

    Raises UsageError where the lexicon is none, or one of other languages.
    """
    general = [
        f"{code}: no rules for this language, general ones were used"
        for code in order.languages
        if language(code).is_generic
    ]
    known = _lexicon(order)
    if order.file_format == "beads":
        aligned = _beads(order, source, target, known)
    else:
        aligned = _pairs(order, source, target, known).written(order, order.file_format)
    return AlignedTexts(aligned.text, (*general, *aligned.remarks))


def _lexicon(order: AlignOrder) -> Lexicon | None:
    if order.lexicon is None:
        return None
    known = lexicon.parse(order.lexicon.text)
    languages = known.source_language, known.target_language
    if languages != order.languages:
        raise UsageError(
            f"{order.lexicon.name} is from {languages[0]} to {languages[1]}: learn one for "
            f"{order.source_language} and {order.target_language} with `amts-bot lexicon`"
        )
    return known


def _beads(order: AlignOrder, source: str, target: str, known: Lexicon | None) -> AlignedTexts:
    english, ours = _lines(source), _lines(target)
    known = known or own_lexicon(english, ours, *order.languages)
    beads = align_sentences(english, ours, *order.languages, known)
    sure = [bead.probability for bead in beads if bead.source and bead.target]
    text = "".join(f"{_bead(bead)}\n" for bead in beads)
    return AlignedTexts(text, tuple(_doubts(sure, len(english))))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _bead(bead: Bead) -> str:
    source, target = (",".join(map(str, side)) for side in (bead.source, bead.target))
    return f"[{source}]:[{target}]:{bead.probability:.4f}"


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The pairs of two pages, and what is doubtful about them."""

    pairs: Sequence[Pair]
    doubts: tuple[str, ...]

    def written(self, order: AlignOrder, file_format: PairFormat) -> AlignedTexts:
        if file_format == "jsonl":
            rows = (json.dumps(_row(pair), ensure_ascii=False) for pair in self.pairs)
            return AlignedTexts("".join(f"{row}\n" for row in rows), self.doubts)
        data = cleaning.build([cleaning.PagePairs(order.name, self.pairs)], *order.languages)
        left_out = (f"left out: {count} {reason}" for reason, count in data.rejected.items())
        table = formats.PairTable(*order.languages, data.segments)
        return AlignedTexts(formats.render(table, file_format), (*self.doubts, *left_out))


def _pairs(order: AlignOrder, source: str, target: str, known: Lexicon | None) -> _Pairs:
    english = page_sentences(source, order.source_language)
    ours = page_sentences(target, order.target_language)
    known = known or own_lexicon(english, ours, *order.languages)
    pairs = bitext(source, target, *order.languages, order.level, known)
    sure = [pair.probability for pair in pairs]
    return _Pairs(pairs, tuple(_doubts(sure, len(english))))


def _doubts(probabilities: Sequence[float], sentences: int) -> Iterator[str]:
    if sum(probabilities) < _LEAST_SHARE * sentences:
        yield _STRANGERS


def _row(pair: Pair) -> dict[str, Any]:
    return {
        "source": pair.source,
        "target": pair.target,
        "probability": round(pair.probability, 4),
        "kind": pair.kind,
        "source_range": pair.source_range,
        "target_range": pair.target_range,
    }
