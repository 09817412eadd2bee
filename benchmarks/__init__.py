"""Figures on real books. The books stay outside the project: see docs/measurements.md."""

from __future__ import annotations

import os
from pathlib import Path

# As the command line does, before anything imports numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"  # where the real data is looked for when no place is named
