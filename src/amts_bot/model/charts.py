"""Figures, to be drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its row, its series ("" where there is one alone), its error bar's ends."""

    category: str
    series: str
    value: float
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart; `axis` says what the bars measure."""

    title: str
    axis: str
    bars: tuple[Bar, ...]
