"""The same edit of the English in many places, which people decide on once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from amts_bot.text.pull_request.quoting import WordEdit, word_edits
from amts_bot.text.pull_request.units import Asks, ReviewUnit

# From this many units on an edit is shown once; a longer one is a text of its own, not a habit.
_LEAST_UNITS = 3
_MOST_SIGNS = 200

Signature = tuple[WordEdit, ...]


@dataclass(frozen=True, slots=True)
class SameEdit:
    """Units whose English had the same `edits` and no others."""

    edits: Signature
    units: tuple[ReviewUnit, ...]

    @property
    def asks(self) -> Asks:
        return self.units[0].asks


def grouped(
    units: Iterable[ReviewUnit],
) -> tuple[tuple[SameEdit, ...], tuple[ReviewUnit, ...]]:
    """The edits that many units share, the most frequent first, and the units that stand alone.

    What needs words or a decision stands alone: it is not done once for all.
    """
    by_edit: dict[tuple[Asks, Signature], list[ReviewUnit]] = {}
    listed = list(units)
    for unit in listed:
        if unit.asks in ("check", "glance") and (edits := _signature(unit)):
            by_edit.setdefault((unit.asks, edits), []).append(unit)
    groups = [
        SameEdit(edits, tuple(found))
        for (_, edits), found in by_edit.items()
        if len(found) >= _LEAST_UNITS
    ]
    taken = {id(unit) for group in groups for unit in group.units}
    alone = tuple(unit for unit in listed if id(unit) not in taken)
    return tuple(sorted(groups, key=lambda group: -len(group.units))), alone


def _signature(unit: ReviewUnit) -> Signature:
    """What was changed in the English, each edit once; () for text that is new, gone or quite another."""
    old, new = unit.english_before, unit.english
    if not old.strip() or not new.strip():
        return ()
    found = _line_edits(old, new) if unit.is_code else word_edits(old, new)
    edits = tuple(dict.fromkeys(_bare(edit) for edit in found if edit.changes))
    signs = sum(len(edit.gone) + len(edit.come) for edit in edits)
    return edits if signs <= _MOST_SIGNS else ()


def _bare(edit: WordEdit) -> WordEdit:
    return WordEdit(edit.gone.strip(), edit.come.strip())


def _line_edits(old: str, new: str) -> Sequence[WordEdit]:
    a, b = old.splitlines(), new.splitlines()
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return [
        WordEdit("\n".join(a[i:p]), "\n".join(b[j:q]))
        for tag, i, p, j, q in codes
        if tag != "equal"
    ]
