"""Which target sentences are the translation of which source ones: beads with probabilities.

What computes them is imported with the first sentences: a run that finds none to align goes without numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    n, m = len(source), len(target)
    ends = {0: 0, n: m}
    if n > 1 and m:
        likely = _likely_boundaries(tuple(source), tuple(target))
        ends |= {i: j for i, j, chance in likely if chance >= certainty and 0 < i < n}
    return ends


# A changed paragraph is aligned when it is planned, and again where the memory looks for others like it.
@lru_cache(maxsize=4096)
def _likely_boundaries(
    source: tuple[str, ...], target: tuple[str, ...]
) -> tuple[tuple[int, int, float], ...]:
    from amts_bot.text.align.lexicon import Lexicon
    from amts_bot.text.align.tokens import tokens
    from amts_bot.text.align.windows import boundaries

    left, right = [tokens(s) for s in source], [tokens(t) for t in target]
    (found,) = boundaries([(left, right)], Lexicon(source_language="", target_language=""))
    return tuple((i, j, chance) for (i, j), chance in found.items())
