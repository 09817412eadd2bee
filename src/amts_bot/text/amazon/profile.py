"""What Amazon Translate really does to a document, read off the canary; and the file that remembers it.

One file for each language, beside its lock. Runs read it: a service that brings back too
little is not sent a book, and a quote is corrected by what was billed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from html.parser import HTMLParser
from typing import Any, Literal

from amts_bot.errors import UsageError
from amts_bot.text.amazon import canary, documents
from amts_bot.text.amazon.details import Details
from amts_bot.text.amazon.paragraphs import Ids
from amts_bot.text.languages import Language

# A job of which less comes back in a usable form is no way to translate a book.
LEAST_USABLE = 0.8

Kept = Literal["kept", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProfile:
    """What one canary showed. Counts are of its units or elements; `characters` is our count of what is billed,
    `billed` the service's, None where its details file does not say.

    `spaces` counts white space around elements by what became of it; `held` are the units that could not be
    read, with the reason; `day` is when it was (ISO 8601).
    """

    region: str
    day: str
    units: int
    usable: int
    ids: Ids
    order: Kept
    elements: Kept
    element_order: Kept
    nesting: Kept
    attributes: Kept
    entities: Literal["by name", "as characters", "mixed", "none"]
    spaces: Mapping[str, int]
    head: Kept
    parallel_data: Literal["used", "not used"]
    characters: int
    billed: int | None = None
    billed_markup: int | None = None  # the characters of the whole file that was sent
    details: Literal["read", "not there or of another form"] = "read"
    held: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """What is billed for a character of our count; never less than 1, so that a quote is an "at most"."""
        return max(self.billed / self.characters, 1.0) if self.billed else 1.0

    @property
    def bills_markup(self) -> bool:
        """Whether the whole file is billed."""
        return self.billed is not None and self.billed == self.billed_markup

    @property
    def trust(self) -> documents.Trust:
        """How answers of the service are read."""
        return documents.Trust(
            in_order=self.ids == "by order", moves_elements=self.element_order == "changed"
        )

    @property
    def refusal(self) -> str:
        """Why a book is not sent to such a service, "" when it may be."""
        if self.usable >= LEAST_USABLE * self.units:
            return ""
        reasons = "; ".join(self.held[:3])
        return f"only {self.usable} of {self.units} units of the canary came back whole: {reasons}"

    def as_text(self) -> str:
        """For people, a line for each thing."""
        billed = "not told" if self.billed is None else f"{self.billed:,}"
        rows = {
            "seen": f"{self.day} in {self.region}",
            "units": f"{self.usable} of {self.units} came back whole",
            "ids of paragraphs": self.ids,
            "order of paragraphs": self.order,
            "elements": f"{self.elements}, their order in a unit {self.element_order}",
            "nesting": self.nesting,
            "attributes": self.attributes,
            "characters such as &": self.entities,
            "white space at elements": ", ".join(f"{n} {what}" for what, n in self.spaces.items()),
            "head of the document": self.head,
            "parallel data": self.parallel_data,
            "billed": f"{billed} characters, {self.characters:,} by our count, {self._markup()}",
            "details file": self.details,
        }
        lines = [f"{name:24} {text}" for name, text in rows.items()]
        return "\n".join([*lines, *(f"held: {reason}" for reason in self.held)])

    def _markup(self) -> str:
        if self.billed is None:
            return "so nobody knows whether markup is billed"
        if self.billed == self.characters:
            return "so markup is not billed"
        if self.bills_markup:
            return "as many as the whole file has: markup is billed"
        return f"{self.rate:.2f} for one of ours in quotes from now on"


# ------------------------------------------------------------------ what came back


def observed(
    answer: str, details: Details | None, language: Language, *, region: str, day: str
) -> ServiceProfile:
    """The profile that an answer to `canary.document()` shows. `details` is None where there is no such file."""
    units, sent = canary.units(), canary.document()
    read = documents.answers(answer, units, [*units], language)
    held = [*_held(units, read.readings)]
    asked, got = _look(sent), _look(answer)
    before, after = _by_unit(asked, got, [*units], read.ids)
    billed = details.characters if details else None
    return ServiceProfile(
        region=region,
        day=day,
        units=len(units),
        usable=len(units) - len(held),
        ids=read.ids,
        order=_kept([p.name for p in asked.found], [p.name for p in got.found]),
        elements=_kept([_sorted(p.elements) for p in before], [_sorted(p.elements) for p in after]),
        element_order=_kept([p.elements for p in before], [p.elements for p in after]),
        nesting=_kept([sorted(p.nesting) for p in before], [sorted(p.nesting) for p in after]),
        attributes=_kept(
            [_sorted(p.attributes) for p in before], [_sorted(p.attributes) for p in after]
        ),
        entities=_entities(got),
        spaces=_spaces(before, after),
        head=_kept(_head(sent), _head(answer)),
        parallel_data="used" if canary.SIGN.casefold() in answer.casefold() else "not used",
        characters=canary.characters(),
        billed=billed,
        billed_markup=len(sent),
        details="read" if billed is not None else "not there or of another form",
        held=tuple(held),
    )


def _held(units: Mapping[str, str], readings: Mapping[str, documents.Reading]) -> Iterator[str]:
    for name, source in units.items():
        reading = readings.get(name)
        if reading is None:
            yield f"{source[:40]!r} is missing"
        elif reading.damage:
            yield f"{source[:40]!r}: {reading.damage}"


def _kept(before: object, after: object) -> Kept:
    return "kept" if before == after else "changed"


def _sorted(values: Sequence[str]) -> list[str]:
    return sorted(values)


def _head(document: str) -> str:
    """What stands before the body, without its white space."""
    return "".join(document.partition("<body")[0].split())


@dataclass(slots=True, kw_only=True)
class _Seen:
    """One paragraph: its elements in order, each with those around it, their attributes, and what stands beside."""

    name: str
    elements: list[str] = field(default_factory=list)
    nesting: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    beside: dict[str, tuple[bool, bool]] = field(default_factory=dict)


class _Looker(HTMLParser):
    """Notes what is in the paragraphs of a document, however they are written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[_Seen] = []
        self.named = self.plain = 0
        self._open: list[str] = []
        self._last = ""
        self._waiting: list[tuple[_Seen, str, bool]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("id") or tag
        if tag == "p":
            self.found.append(_Seen(name=name))
            self._open, self._last = [], ""
        elif self.found:
            seen = self.found[-1]
            seen.elements.append(f"{tag}#{name}")
            seen.nesting.append("/".join([*self._open, name]))
            seen.attributes.append(f"{name} {sorted(given.items())}")
            self._settle("")
            self._waiting.append((seen, name, self._last[-1:].isspace()))
            if tag != "br":
                self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._settle("")
        elif self._open:
            self._last = "x"
            name = self._open.pop()
            if self.found and name in self.found[-1].beside:
                self._waiting.append((self.found[-1], name, self.found[-1].beside[name][0]))

    def handle_data(self, data: str) -> None:
        self._settle(data)
        self._last = data
        self.plain += len(re.findall(r"[&<>]", data))

    def handle_entityref(self, name: str) -> None:
        self._text()

    def handle_charref(self, name: str) -> None:
        self._text()

    def _text(self) -> None:
        self.named += 1
        self._settle("x")
        self._last = "x"

    def _settle(self, text: str) -> None:
        """What follows an element is known now."""
        for seen, name, before in self._waiting:
            seen.beside[name] = (before, text[:1].isspace())
        self._waiting = []


def _look(document: str) -> _Looker:
    looker = _Looker()
    looker.feed(document)
    looker.close()
    return looker


def _by_unit(
    asked: _Looker, got: _Looker, order: Sequence[str], ids: Ids
) -> tuple[list[_Seen], list[_Seen]]:
    """The paragraphs of both sides that belong together: by id, by place where ids are lost."""
    if ids != "kept" and len(got.found) == len(asked.found):
        return asked.found, got.found
    there = {seen.name: seen for seen in got.found}
    both = [seen for seen in asked.found if seen.name in there]
    return both, [there[seen.name] for seen in both]


def _entities(got: _Looker) -> Literal["by name", "as characters", "mixed", "none"]:
    if got.named and got.plain:
        return "mixed"
    return "by name" if got.named else "as characters" if got.plain else "none"


def _spaces(before: Sequence[_Seen], after: Sequence[_Seen]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for old, new in zip(before, after, strict=True):
        for name in old.beside.keys() & new.beside.keys():
            for was, now in zip(old.beside[name], new.beside[name], strict=True):
                counts["kept" if was == now else "dropped" if was else "added"] += 1
    return dict(sorted(counts.items()))


# ------------------------------------------------------------------ the file


def parsed(text: str, where: str) -> ServiceProfile:
    """Reads a profile; UsageError for a file that is none."""
    try:
        row: dict[str, Any] = json.loads(text)
        known = {it.name for it in fields(ServiceProfile)}
        kept = {key: value for key, value in row.items() if key in known}
        return ServiceProfile(**{**kept, "held": tuple(row.get("held", ()))})
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{where} is no profile of Amazon Translate ({error}): delete it, and amts-bot amazon check "
            "--canary makes it again"
        ) from error


def rendered(profile: ServiceProfile) -> str:
    """The twin of `parsed`: sorted, so that a change is a small diff."""
    return json.dumps(asdict(profile), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
