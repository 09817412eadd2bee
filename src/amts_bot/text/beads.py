"""Which target sentences are the translation of which source ones: beads with probabilities."""

from __future__ import annotations

from collections.abc import Sequence

from amts_bot.model import Bead
from amts_bot.text.aligner import align
from amts_bot.text.lexicon import Lexicon
from amts_bot.text.tokens import tokens


def align_sentences(
    source: Sequence[str],
    target: Sequence[str],
    source_language: str,
    target_language: str,
    lexicon: Lexicon | None = None,
) -> list[Bead]:
    """Beads in order, every sentence in exactly one, each with the probability that it is right."""
    left, right = [tokens(s) for s in source], [tokens(t) for t in target]
    return align(left, right, lexicon or Lexicon(source_language, target_language))
