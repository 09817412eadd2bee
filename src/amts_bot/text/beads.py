"""Which target sentences are the translation of which source ones: beads with probabilities."""

from __future__ import annotations

from collections.abc import Sequence

from amts_bot.model import Bead
from amts_bot.text.alignment import align_lists
from amts_bot.text.lexicon import Lexicon


def align_sentences(
    source: Sequence[str],
    target: Sequence[str],
    source_language: str,
    target_language: str,
    lexicon: Lexicon | None = None,
) -> list[Bead]:
    """Beads in order, every sentence in exactly one, each with the probability that it is right."""
    return align_lists(source, target)
