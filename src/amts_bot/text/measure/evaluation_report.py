"""The scores of several methods on the same pages: Markdown, CSV, JSON and a chart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from amts_bot.model.charts import Bar, Chart
from amts_bot.text.measure.evaluation import LEVELS, together
from amts_bot.text.measure.scorecard import HOW_TO_READ, WHAT_IS_SCORED, scores_json
from amts_bot.text.measure.scores import (
    INTERVAL_RECIPE,
    Scores,
    Significance,
    Statistics,
    scores,
    significance,
)
from amts_bot.text.measure.tables import table

ALL = "all pages"
_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One line of the results. `against_first` is None for the first method, and for too little text."""

    direction: str
    page: str
    method: str
    level: str
    scores: Scores
    against_first: Significance | None


Counted = Mapping[str, Mapping[str, Mapping[str, Statistics]]]  # method -> page -> level -> counts


def rows(direction: str, counted: Counted) -> Iterator[ResultRow]:
    """The results of one direction: every page, then all of them together."""
    first = next(iter(counted.values()))
    for page in [*first, ALL] if len(first) > 1 else first:
        for level in LEVELS:
            base = _of(first, page, level)
            for method, pages in counted.items():
                mine = _of(pages, page, level)
                tested = None if pages is first else significance(base, mine)
                yield ResultRow(
                    direction=direction,
                    page=page,
                    method=method,
                    level=level,
                    scores=scores(mine),
                    against_first=tested,
                )


def _of(pages: Mapping[str, Mapping[str, Statistics]], page: str, level: str) -> Statistics:
    return (
        together([found[level] for found in pages.values()]) if page == ALL else pages[page][level]
    )


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """All results, and `notes` on how they came about: pages, what was held out, the leakage check."""

    rows: tuple[ResultRow, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All results as data, scores 0 to 1."""
        return {
            "results": [_json(row) for row in self.rows],
            "notes": list(self.notes),
            "scored": WHAT_IS_SCORED,
            "intervals": f"{INTERVAL_RECIPE} paragraphs",
        }

    def csv(self) -> str:
        """One line for each result; intervals and p-values are empty where there are none."""
        lines = io.StringIO()
        found = [_flat(_json(row)) for row in self.rows]
        writer = csv.DictWriter(lines, list(found[0]) if found else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
        return lines.getvalue()

    def markdown(self) -> str:
        """For each direction: document BLEU by page, then every level of all pages; the recipe below."""
        parts = []
        for direction in dict.fromkeys(row.direction for row in self.rows):
            mine = [row for row in self.rows if row.direction == direction]
            parts += [f"### {direction}", _by_page(mine), _by_level(mine)]
        signatures = dict.fromkeys(
            f"{row.direction}: BLEU `{row.scores.bleu.signature}`, chrF `{row.scores.chrf.signature}`"
            for row in self.rows
        )
        recipe = f"{INTERVAL_RECIPE} paragraphs. Paired bootstrap against the first method: * p < {_SIGNIFICANT}."
        notes = "\n".join(
            f"- {note}" for note in (HOW_TO_READ, *self.notes, *signatures, recipe, WHAT_IS_SCORED)
        )
        return "\n\n".join([*parts, notes]) + "\n"

    def chart(self, direction: str) -> Chart:
        """Paragraph BLEU of each page and method with its interval."""
        bars = tuple(
            Bar(
                row.page.rpartition("/")[2],
                row.method,
                row.scores.bleu.value,
                row.scores.bleu.interval,
            )
            for row in self.rows
            if row.direction == direction and row.level == "paragraph"
        )
        return Chart(f"{direction}: BLEU by page", "BLEU over paragraphs, 95 % interval", bars)


def _json(row: ResultRow) -> dict[str, Any]:
    p = row.against_first
    return {
        "direction": row.direction,
        "page": row.page,
        "method": row.method,
        "level": row.level,
        **scores_json(row.scores),
        "bleu_p": p.bleu if p else None,
        "chrf_p": p.chrf if p else None,
        "bleu_100": round(row.scores.bleu.value * 100, 4),
        "chrf_100": round(row.scores.chrf.value * 100, 4),
    }


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name.endswith("_interval"):
            low, high = value or ("", "")
            flat |= {f"{name[:-9]}_low": low, f"{name[:-9]}_high": high}
        else:
            flat[name] = "" if value is None else value
    return flat


def _by_page(found: Sequence[ResultRow]) -> str:
    """Document BLEU, 0 to 1, and the plain mean over pages that papers print."""
    methods = list(dict.fromkeys(row.method for row in found))
    values = {
        (row.page, row.method): row.scores.bleu.value
        for row in found
        if row.level == "document" and row.page != ALL
    }
    pages = list(dict.fromkeys(page for page, _ in values))
    lines = [(page, *(f"{values[page, m]:.3f}" for m in methods)) for page in pages]
    if len(pages) > 1:
        means = (f"**{fmean(values[page, m] for page in pages):.3f}**" for m in methods)
        lines.append(("**mean of the pages**", *means))
    return table(("document BLEU", *methods), lines)


def _by_level(found: Sequence[ResultRow]) -> str:
    pages = [row.page for row in found]
    last = [row for row in found if row.page == pages[-1]]
    lines = [
        (
            row.level,
            row.method,
            f"{row.scores.segments:,}",
            str(row.scores.bleu) + _star(row.against_first, "bleu"),
            str(row.scores.chrf) + _star(row.against_first, "chrf"),
        )
        for row in last
    ]
    return table((pages[-1], "method", "segments", "BLEU", "chrF"), lines)


def _star(tested: Significance | None, metric: str) -> str:
    if tested is None:
        return ""
    p: float = getattr(tested, metric)
    return f" (p = {p:.3f}{'*' if p < _SIGNIFICANT else ''})"
