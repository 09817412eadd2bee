"""One page that a machine translated, scored against what people made of it."""

from __future__ import annotations

from amts_bot.text.measure.comparison import compare
from amts_bot.text.measure.scorecard import Scorecard, scorecard


def score(hypothesis: str, reference: str, language: str, worst: int = 5) -> Scorecard:
    """BLEU and chrF of a page at every level, with its sections and its `worst` units.

    Raises UsageError when there is nothing to score, or a page is not in the language.
    """
    return scorecard(compare(hypothesis, reference, language), worst)
