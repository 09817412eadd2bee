"""Which target sentences are the translation of which source ones: beads with probabilities.

What computes them is imported with the first sentences: a run that finds none to align goes without numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from amts_bot.model import Bead

if TYPE_CHECKING:
    from amts_bot.text.align.lexicon import Lexicon


def align_sentences(
    source: Sequence[str],
    target: Sequence[str],
    source_language: str,
    target_language: str,
    lexicon: Lexicon | None = None,
) -> list[Bead]:
    """Beads in order, every sentence in exactly one, each with the probability that it is right."""
    from amts_bot.text.align.lexicon import Lexicon
    from amts_bot.text.align.tokens import tokens
    from amts_bot.text.align.windows import align

    left, right = [tokens(s) for s in source], [tokens(t) for t in target]
    return align(
        left,
        right,
        lexicon or Lexicon(source_language=source_language, target_language=target_language),
    )


def sure_boundaries(
    source: Sequence[str], target: Sequence[str], certainty: float = 0.7
) -> dict[int, int]:
    """Where source sentences `[:i]` surely correspond to target sentences `[:j]`: i -> j.

    Holds 0 -> 0 and len(source) -> len(target) always; a boundary is sure when the alignment passes
    through it with a probability of at least `certainty`: at 0.7 real syncs leave the least to translate
    and to correct.
    """
    (found,) = all_sure_boundaries([(source, target)], certainty)
    return found


def all_sure_boundaries(
    texts: Iterable[tuple[Sequence[str], Sequence[str]]], certainty: float = 0.7
) -> list[dict[int, int]]:
    """The sure boundaries of each text. Found together, those of short ones take a third of the time; they are
    remembered."""
    cut = [(tuple(source), tuple(target)) for source, target in texts]
    likely = _likely_boundaries([text for text in cut if _has_inner(text)])
    sure: list[dict[int, int]] = []
    for text in cut:
        n, m = map(len, text)
        found = likely[text].items() if _has_inner(text) else ()
        inner = {i: j for (i, j), chance in found if chance >= certainty and 0 < i < n}
        sure.append({0: 0, n: m} | inner)
    return sure


_Text = tuple[tuple[str, ...], tuple[str, ...]]
_Likely = Mapping[tuple[int, int], float]


def _has_inner(text: _Text) -> bool:
    """Whether there is a boundary that has to be looked for."""
    source, target = text
    return len(source) > 1 and bool(target)


def _likely_boundaries(texts: Iterable[_Text]) -> Mapping[_Text, _Likely]:
    known = {text: _remembered(*text) for text in texts}
    unknown = [text for text, likely in known.items() if not likely]
    if unknown:
        from amts_bot.text.align.lexicon import Lexicon
        from amts_bot.text.align.tokens import tokens
        from amts_bot.text.align.windows import boundaries

        cut = [([tokens(s) for s in ours], [tokens(t) for t in theirs]) for ours, theirs in unknown]
        found = boundaries(cut, Lexicon(source_language="", target_language=""))
        for text, likely in zip(unknown, found, strict=True):
            known[text].append(likely)
    return {text: likely for text, (likely,) in known.items()}


# A changed paragraph is aligned when it is planned, and again where the memory looks for others like it.
@lru_cache(maxsize=4096)
def _remembered(source: tuple[str, ...], target: tuple[str, ...]) -> list[_Likely]:
    """Where the boundaries of a text are kept; there are none before it was aligned."""
    return []
