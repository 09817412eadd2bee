"""Figures on real books. The books stay outside the project: see docs/measurements.md."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"  # where the real data is looked for when no place is named
