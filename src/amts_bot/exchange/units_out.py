"""Units that wait for people, as a file for their translation tool."""

from __future__ import annotations

from dataclasses import dataclass

from amts_bot.errors import UsageError
from amts_bot.exchange.forms import FORMS
from amts_bot.exchange.waiting import waiting_units
from amts_bot.model import ExchangeFormat
from amts_bot.ports import Progress, Repository
from amts_bot.text.exchange.units import OfferedUnits


@dataclass(frozen=True, slots=True)
class Exported:
    """The file's name and content, and how many units it has; `others` wait, too, and have to be seen in their page."""

    name: str
    content: bytes
    units: int
    others: int


def export_units(
    language: str, form: ExchangeFormat, repository: Repository, progress: Progress
) -> Exported:
    """Writes what the open pull request of a language asks of people. Raises UsageError where none is open, or nothing
    waits."""
    found = waiting_units(language, repository, progress)
    offered = OfferedUnits(language, tuple(unit.offered for unit in found.units))
    if not offered.units:
        raise UsageError(f"{language}: no text waits for people in the open pull request")
    written = FORMS[form]
    content = written.write(offered)
    return Exported(f"{language}{written.suffix}", content, len(offered.units), found.others)
