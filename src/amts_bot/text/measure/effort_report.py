"""The post-edit effort as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from amts_bot.model import counted
from amts_bot.model.charts import Bar, Chart
from amts_bot.text.measure.effort import (
    DEFINITION,
    GROUPINGS,
    LEAST_UNITS,
    Edit,
    Effort,
    by,
    total,
)
from amts_bot.text.measure.tables import table

NOT_ENOUGH = "not enough merged text yet"
_HEAD = ("sentences", "accepted untouched", "edits per character", "edits per token", "work saved")


@dataclass(frozen=True, slots=True)
class EffortReport:
    """All sentences that were proposed and merged. `notes` say what could not be counted."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Figures as data, shares 0 to 1; a group with little text has counts and a `reply` alone."""
        groups = {
            name: {label: _json(sums) for label, sums in by(self.edits, key).items()}
            for name, key in GROUPINGS.items()
        }
        return {
            "total": _json(total(self.edits)),
            **groups,
            "least_sentences": LEAST_UNITS,
            "definition": DEFINITION,
            "notes": list(self.notes),
        }

    def markdown(self) -> str:
        """Tables: the sum, then by language, engine, month and chapter where there is more than one."""
        sums = total(self.edits)
        if not sums.enough:
            found = f"{NOT_ENOUGH}: {counted(sums.units, 'sentence')} of the bot, at least {LEAST_UNITS} are needed"
            return "\n\n".join([found, *self.notes, f"{DEFINITION}\n"])
        tables = [_table("", {"all": sums})]
        for name, key in GROUPINGS.items():
            groups = by(self.edits, key)
            if len(groups) > 1:
                tables.append(_table(name, groups))
        return "\n\n".join([*tables, *self.notes, f"{DEFINITION}\n"])

    def chart(self, grouping: str) -> Chart:
        """Work saved for each value of a grouping that has enough text."""
        groups = by(self.edits, GROUPINGS[grouping])
        bars = tuple(Bar(name, "", sums.saved) for name, sums in groups.items() if sums.enough)
        return Chart(
            f"Work saved by {grouping}", "share of the characters typed from scratch", bars
        )


def _json(sums: Effort) -> dict[str, Any]:
    counts = {"sentences": sums.units, "untouched": sums.untouched}
    if not sums.enough:
        return counts | {"reply": NOT_ENOUGH}
    return counts | {
        "accepted": round(sums.accepted, 6),
        "character_edit_rate": round(sums.character_rate, 6),
        "token_edit_rate": round(sums.token_rate, 6),
        "characters_changed": sums.characters_changed,
        "characters_from_scratch": sums.characters,
        "work_saved": round(sums.saved, 6),
    }


def _table(name: str, groups: dict[str, Effort]) -> str:
    lines = ((label or "(none)", *_cells(sums)) for label, sums in groups.items())
    return table((name, *_HEAD), lines)


def _cells(sums: Effort) -> Iterator[str]:
    yield f"{sums.units:,}"
    if not sums.enough:
        yield from (NOT_ENOUGH, "", "", "")
        return
    shares = (sums.accepted, sums.character_rate, sums.token_rate)
    yield from (f"{share:.1%}" for share in shares)
    yield f"**{sums.saved:.1%}**"
