"""How like its English must be to what was translated before, for a draft to be made of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Likeness of the old and the new English, in words, from 0 to 1.

    From `repaired` up the machine's change is made in the old translation, and from `persons` up a person's words go
    before the machine's where both changed the same ones. What cannot be repaired stands from `stands` up. Without a
    machine, the old translation is a draft from `alone` up, that of another sentence of the book from `fuzzy` up.
    """

    stands: float = 0.9
    persons: float = 0.85
    repaired: float = 0.5
    alone: float = 0.4
    fuzzy: float = 0.5


# Measured on sentences with real machine output and the text of the translators, as what is left to type (1: all of
# it). By likeness: always the machine's, the old translation, and the repaired one.
#
#             Turkish                  Chinese
#   >= .95    .437  .180  .084         .375  .207  .152
#   .85-.95   .248  .250  .137         .270  .223  .132
#   .7-.85    .299  .404  .201         .326  .414  .213
#   .5-.7     .204  .650  .172         .330  .649  .285
#
# In both the repaired one is best in every band from .5 up. The person's words in a conflict from .85 up, against
# from .95 up: .137 and .132, against .155 and .139.
#
# Without a machine, on 92 syncs that people did by hand (what is left to type of the prose, against syncing by hand):
# `alone` .5 .771, .4 and .3 .760; with it `fuzzy` .7 .762, .6 .760, .5 .759.
_MEASURED = Thresholds()
THRESHOLDS = {"tr": _MEASURED, "zh": _MEASURED}


def thresholds(code: str) -> Thresholds:
    """Those of a language; of one that was not measured, those which the measured ones agree in."""
    return THRESHOLDS.get(code, _MEASURED)


LEAST_SIMILARITY = _MEASURED.alone
