"""How like its English must be to what was translated before, for the old translation to be a draft."""

from __future__ import annotations

# Measured on real syncs: with fewer words in common the old translation costs as much as a new one.
LEAST_SIMILARITY = 0.5
