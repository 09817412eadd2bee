"""The paragraphs of a translated document, whatever the service did to its markup.

A paragraph is known by its id. Where ids did not come back, it is known by its place between two that did:
the document had the units in one order, and paragraphs do not move.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

# What became of the ids of a document's paragraphs: all kept; some or all lost, each paragraph known by its
# place; lost, and nobody can say which paragraph is which.
Ids = Literal["kept", "by order", "lost"]


@dataclass(slots=True)
class Element:
    """An element of an answer: its tag and id, and what it holds.

    `crossed`: of a paragraph, that elements of ours in it were not closed, or not in their order.
    """

    tag: str
    name: str
    pieces: list[Piece] = field(default_factory=list)
    crossed: bool = False

    def text(self) -> str:
        """The text in it, without markup."""
        return "".join(it if isinstance(it, str) else it.text() for it in self.pieces)


Piece = str | Element
_UNIT = re.compile(r"u[0-9a-f]{20}")  # the ids that `documents.unit_id` makes


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The paragraphs of an answer by the id of their unit, and how they were known."""

    elements: Mapping[str, Element]
    ids: Ids


def paragraphs(document: str, order: Sequence[str] = ()) -> Paragraphs:
    """The whole paragraphs of a translated document; one that was cut short is left out.

    `order` are the ids of all units of the document as it was sent; without them paragraphs are known by id alone.
    """
    reader = _AnswerReader()
    reader.feed(document)
    reader.close()
    known = {element.name for element in reader.found} & set(order)
    named = dict(_by_id(reader.found))
    placed = dict(_by_place(reader.found, order)) if len(known) < len(order) else {}
    if placed:
        return Paragraphs(named | placed, "by order")
    strangers = sum(element.name not in order for element in reader.found)
    return Paragraphs(named, "lost" if strangers and len(known) < len(order) else "kept")


def _by_id(found: Sequence[Element]) -> Iterator[tuple[str, Element]]:
    """Two paragraphs with one id count as damage: nobody knows which is right."""
    seen: set[str] = set()
    for element in found:
        if element.name:
            yield element.name, _doubled(element) if element.name in seen else element
        seen.add(element.name)


def _doubled(element: Element) -> Element:
    """A paragraph with what no unit holds, so that its reading is damaged."""
    return Element(element.tag, element.name, ["⟦⟧"])


def _by_place(found: Sequence[Element], order: Sequence[str]) -> Iterator[tuple[str, Element]]:
    """The paragraphs without an id of ours that stand where exactly as many units are missing."""
    place = {name: at for at, name in enumerate(order)}
    strangers: list[Element] = []
    last = -1
    for element in [*found, None]:
        at = place.get(element.name, -1) if element else len(order)
        if element and at < 0:
            strangers.append(element)
            continue
        if at > last:
            if len(strangers) == at - last - 1 and not any(map(_is_of_a_unit, strangers)):
                names = order[last + 1 : at]
                yield from zip(names, strangers, strict=True)
            last = at
        strangers = []


def _is_of_a_unit(element: Element) -> bool:
    return bool(_UNIT.fullmatch(element.name))


class _AnswerReader(HTMLParser):
    """Collects whole paragraphs in order. What is not ours (`<font>`, attributes) is read through.

    An end tag of a paragraph may be left out before the next one and at the end of the body
    (https://html.spec.whatwg.org/multipage/grouping-content.html#the-p-element).
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id") or ""
        if tag == "p":
            self._close("p")
            self._open = [Element(tag, name)]
        elif self._open and tag in ("span", "a", "b", "i"):
            self._open.append(Element(tag, name))
        elif self._open and tag == "br":
            self._open[-1].pieces.append(Element(tag, name))

    def handle_endtag(self, tag: str) -> None:
        self._close("p" if tag in ("body", "html") else tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].pieces.append(data)

    def _close(self, tag: str) -> None:
        if not any(element.tag == tag for element in self._open):
            return
        while self._open:
            element = self._open.pop()
            if element.tag == "p":
                self.found.append(element)
                return
            self._open[-1].pieces.append(element)
            if element.tag == tag:
                return
            self._open[0].crossed |= bool(element.name)
