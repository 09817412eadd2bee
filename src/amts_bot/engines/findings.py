"""What is known of the units that a run needs, from the documents that were paid for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from amts_bot.engines.ledger import PaidDocument
from amts_bot.engines.service import answered
from amts_bot.model import Failure, Reply, Request
from amts_bot.model.amazon import JobRecord
from amts_bot.text.amazon import documents
from amts_bot.text.amazon.documents import Reading
from amts_bot.text.languages import Language

# A unit whose document the service refused is sent once more, not for ever.
_MOST_SENT = 2
# When fewer of an order's units come back whole, something is wrong with all of it.
_LEAST_USABLE = 0.8
# Below this many units two that went wrong say nothing about the next order.
_LEAST_TELLING = 10

# The units of a document that were asked for, as they came back.
Read = Callable[[PaidDocument, Mapping[str, Request]], Mapping[str, Reading]]


def reader(language: Language, trust: documents.Trust) -> Read:
    """Reads documents of HTML in a language."""

    def read(document: PaidDocument, wanted: Mapping[str, Request]) -> Mapping[str, Reading]:
        units = document.units
        found = documents.answers(document.html, units, [*units], language, trust)
        return {unit: it for unit, it in found.readings.items() if unit in wanted}

    return read


def read_plain(document: PaidDocument, wanted: Mapping[str, Request]) -> Mapping[str, Reading]:
    """Reads documents that are the plain text of one unit."""
    return {unit: Reading(document.html) for unit in document.units if unit in wanted}


@dataclass(slots=True)
class Findings:
    """By unit id: what came back, and why nothing did for units that nobody sends again by himself."""

    readings: dict[str, Reading] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)

    def left(self, wanted: Mapping[str, Request]) -> dict[str, Request]:
        """What is still to be sent."""
        known = self.readings.keys() | self.lost.keys()
        return {unit: request for unit, request in wanted.items() if unit not in known}

    def replies(self, wanted: Mapping[str, Request], origin: str) -> dict[str, Reply]:
        """The replies to units that are known."""
        answers = {u: answered(it, origin) for u, it in self.readings.items() if u in wanted}
        failures = {u: Failure(why) for u, why in self.lost.items() if u in wanted}
        return {**failures, **answers}


def findings(
    wanted: Mapping[str, Request], paid: Iterable[PaidDocument], retried: float, read: Read
) -> Findings:
    """Looks units up in documents, newest first: the newest whole answer counts, else the newest.

    What failed, got lost or is damaged in documents from before `retried` does not count: it may be sent again.
    """
    found, refused = Findings(), Counter[str]()
    for document in paid:
        readings = read(document, wanted) if document.html else {}
        for unit in document.units.keys() & wanted.keys():
            reading, over = readings.get(unit), document.at < retried
            if reading is not None and not (over and reading.damage):
                known = found.readings.get(unit)
                if known is None or (known.damage and not reading.damage):
                    found.readings[unit] = reading
            elif reading is None and not over:
                refused[unit] += 1
                if not document.again or refused[unit] >= _MOST_SENT:
                    found.lost.setdefault(unit, _why(document))
    for unit in found.readings.keys() & found.lost.keys():
        del found.lost[unit]
    return found


def _why(document: PaidDocument) -> str:
    return (
        f"{document.where}: {document.error or 'its translation is missing in the output'}; it is not sent "
        "again by itself, but by amts-bot jobs retry"
    )


def usable(paid: Iterable[PaidDocument], read: Read) -> int:
    """How many units of documents came back whole."""
    return sum(not reading.damage for it in paid for reading in read(it, _all(it)).values())


def _all(document: PaidDocument) -> dict[str, Request]:
    return {unit: Request(english) for unit, english in document.units.items()}


def is_bad(units: int, whole: int) -> bool:
    """Whether an order of so many units, of which so many came back whole, went wrong as a whole."""
    return whole < _LEAST_USABLE * units


def warning(records: Sequence[JobRecord], purpose: str, retried: float) -> str:
    """Why nothing more may be sent for a purpose: its last order went wrong as a whole; "" when it did not.

    `records` are the orders, oldest first.
    """
    over = [it for it in records if it.purpose == purpose and it.state == "done"]
    last = next(reversed(over), None)
    if last is None or last.usable is None or last.ordered < retried:
        return ""
    if last.units < _LEAST_TELLING or not is_bad(last.units, last.usable):
        return ""
    return (
        f"of the last order ({last.job or last.name}) only {last.usable:,} of {last.units:,} units came back "
        "whole: nothing more is sent until somebody has looked at it and runs amts-bot jobs retry"
    )
