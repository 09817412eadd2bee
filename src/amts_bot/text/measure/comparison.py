"""Two pages in one language, a machine's and the people's: which text of one stands for which of the other.

Only prose is compared: code, display math, labels and directives are the same on both pages by
construction, and would lift every score. Inline code and math stay, they are part of sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from amts_bot.errors import UsageError
from amts_bot.model import PROSE, Block, counted
from amts_bot.text import scripts
from amts_bot.text.align.pages import Alignment, align
from amts_bot.text.align.sentences import align_sentences
from amts_bot.text.languages import language as language_row
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.frames import frame
from amts_bot.text.measure.scores import ScoredSegment


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A unit of prose, whole and by sentences. `section` is the heading of the reference it stands under."""

    section: str
    whole: ScoredSegment
    sentences: tuple[ScoredSegment, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pages, paired. `notes` say what makes the scores doubtful."""

    language: str
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[str, ...] = ()


def joined(segments: Iterable[ScoredSegment]) -> ScoredSegment:
    """Several segments as one."""
    both = list(segments)
    return ScoredSegment(_flat(s.hypothesis for s in both), _flat(s.reference for s in both))


def compare(hypothesis: str, reference: str, language: str) -> Comparison:
    """Pairs the prose of two pages: paragraphs by their place and what they hold, then sentences.

    Text that only one page has is paired with nothing, and counts against the score. Raises UsageError
    when there is nothing to score, or when one of the pages is not in the language.
    """
    paragraphs = pair(hypothesis, reference, language)
    _refuse(paragraphs, language)
    return Comparison(language, paragraphs, tuple(_doubts(paragraphs, language)))


def pair(hypothesis: str, reference: str, language: str) -> tuple[Paragraph, ...]:
    """The prose of two pages, in order; what only one of them has stands against an empty text."""
    return tuple(_paragraphs(align(hypothesis, reference), language))


def _paragraphs(aligned: Alignment, language: str) -> Iterator[Paragraph]:
    section = ""
    for bead in aligned.beads:
        ours = _prose(aligned.source.blocks, bead.source)
        theirs = _prose(aligned.target.blocks, bead.target)
        section = next((_title(block) for block in reversed(theirs) if _opens(block)), section)
        if ours or theirs:
            hypothesis, reference = ([frame(b.text).body for b in side] for side in (ours, theirs))
            yield paragraph(hypothesis, reference, language, section)


def _prose(blocks: Sequence[Block], indices: range) -> list[Block]:
    return [blocks[i] for i in indices if blocks[i].kind in PROSE]


def _opens(block: Block) -> bool:
    return block.kind == "heading" and block.level <= 2


def _title(block: Block) -> str:
    return _flat([frame(block.text).body])


def paragraph(
    hypothesis: Sequence[str], reference: Sequence[str], language: str, section: str = ""
) -> Paragraph:
    """Texts that stand for each other, with their sentences paired."""
    ours, theirs = (
        [s for t in side for s in sentences.split(t, language)] for side in (hypothesis, reference)
    )
    pairs = tuple(
        ScoredSegment(_flat(ours[i] for i in bead.source), _flat(theirs[j] for j in bead.target))
        for bead in align_sentences(ours, theirs, language, language)
    )
    return Paragraph(section, ScoredSegment(_flat(hypothesis), _flat(reference)), pairs)


def _flat(texts: Iterable[str]) -> str:
    # Line wraps are no part of the text; 13a would even join a hyphen at the end of a line.
    return " ".join(" ".join(texts).split())


# ------------------------------------------------------------------ doubts

# Above this share of untouched paragraphs, what is called the reference is most likely the machine's.
_SUSPICIOUSLY_EQUAL = 0.95
# Above this share of characters in another language, the page is; captions are left in English now and then.
_MOSTLY = 2 / 3


def _refuse(paragraphs: Sequence[Paragraph], language: str) -> None:
    for name in ("hypothesis", "reference"):
        texts = [getattr(p.whole, name) for p in paragraphs if getattr(p.whole, name)]
        if not texts:
            raise UsageError(f"the {name} has no prose: there is nothing to score")
        strange = sum(len(text) for text in texts if is_foreign(text, language))
        if strange > _MOSTLY * sum(map(len, texts)):
            raise UsageError(
                f"the {name} is not in {language}, most of it: are the files swapped, or is it not "
                "translated yet? --language names the language of both pages"
            )


def _doubts(paragraphs: Sequence[Paragraph], language: str) -> Iterator[str]:
    both = [p.whole for p in paragraphs if p.whole.hypothesis and p.whole.reference]
    equal = sum(s.hypothesis == s.reference for s in both)
    if equal > _SUSPICIOUSLY_EQUAL * len(paragraphs):
        yield (
            f"{equal} of {counted(len(paragraphs), 'paragraph')} are the same on both pages: the reference may be the "
            "machine's own output, which nobody edited; then the scores say nothing"
        )
    alone = len(paragraphs) - len(both)
    if alone:
        yield f"{alone} of {len(paragraphs)} paragraphs stand on one page only; they count as wrong"
    strange = [
        (is_foreign(s.hypothesis, language), is_foreign(s.reference, language)) for s in both
    ]
    for name, found in (
        ("hypothesis", sum(ours and not theirs for ours, theirs in strange)),
        ("reference", sum(theirs and not ours for ours, theirs in strange)),
    ):
        if found:
            yield f"{found} of {len(paragraphs)} paragraphs of the {name} are not in {language}"


# English function words that are no frequent word of another language in Latin letters.
_ENGLISH = frozenset(
    {"and", "are", "from", "have", "how", "it", "our", "that", "the", "their", "these", "this"}
    | {"we", "when", "which", "will", "with", "you", "your"}
)
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS = 6
_LEAST_HITS = 2
_ENGLISH_SHARE = 0.08  # measured: English prose has 0.15 to 0.3, Turkish and Vietnamese below 0.01


def is_foreign(text: str, language: str) -> bool:
    """Is a text surely not in the language: in another script, or English? Short texts never are."""
    rest = inline.mask(text, " ")
    words = _WORD.findall(rest)
    own = language_row(language).scripts
    if own and scripts.LATIN not in own:
        latin = sum(len(word) for word in words if word.isascii())
        letters = len(re.findall(f"[{scripts.ranges(*own)}]", rest))
        return len(words) >= _LEAST_WORDS and letters * 10 < latin
    if language.split("-")[0] == "en" or len(words) < _LEAST_WORDS:
        return False
    hits = sum(word.casefold() in _ENGLISH for word in words)
    return hits >= _LEAST_HITS and hits > _ENGLISH_SHARE * len(words)
