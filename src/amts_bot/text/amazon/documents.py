"""Units of prose as an HTML document for Amazon Translate, and its answer back as Markdown.

    See `x` *now*.  ->  <p id="u…">See <span id="s0" translate="no">`x`</span> <i id="e0">now</i>.</p>
    A [map](x.md)   ->  <p id="u…">A <a id="s0">map</a></p>

Each unit is a paragraph whose id is a hash of its English: whichever document, job or machine an
answer comes from, it finds its unit. Protected spans stand in elements that the service leaves alone
(https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-tags.html) but may move;
what has a beginning and an end is one element with its text inside, so that no end can trade places;
emphasis is markup, because as Markdown it does not survive: of 1,022 spans in real output 85 did.
White space around spans comes back at the service's whim and is set by the rules of the language.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from amts_bot.errors import AmtsError
from amts_bot.text.amazon.marking import MarkedUnit, squeezed
from amts_bot.text.amazon.paragraphs import Element, Ids, Piece, paragraphs
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.emphasis import on_its_way, settled

_HEAD = '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"></head>\n<body>\n'
_TAIL = "</body>\n</html>\n"


@dataclass(frozen=True, slots=True)
class Reading:
    """The translation of one unit; `damage` says why it must not be written, "" when it may.

    `remarks` say what had to be mended.
    """

    text: str
    damage: str = ""
    remarks: tuple[str, ...] = ()


def unit_id(source: str, instead: str = "") -> str:
    """The id of a unit's paragraph. Line wraps do not count.

    `instead` is a translation that people want another one for: earlier answers do not count then.
    """
    texts = [" ".join(text.split()) for text in (source, instead) if text]
    return "u" + hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def has_words(source: str) -> bool:
    """Whether there is anything to translate: `$x$` and 3 are the same in every language."""
    return inline.has_words(source)


def characters(sources: Iterable[str]) -> int:
    """What the service bills: Unicode characters of text, protected spans included, markup not.

    The ends of links and tags are markup here: they are elements of the document.

    https://aws.amazon.com/translate/pricing/ counts "characters of text, including white space".
    """
    return sum(MarkedUnit.of(source).characters() for source in sources)


def render(units: Mapping[str, str]) -> str:
    """The document: one paragraph per unit, in order. `units` are their English texts by id."""
    return _HEAD + "".join(paragraph(*unit) for unit in units.items()) + _TAIL


def paragraph(name: str, source: str) -> str:
    """One unit as an element of its own, with a line end."""
    return f'<p id="{name}">{MarkedUnit.of(source).html()}</p>\n'


def inside(source: str) -> str:
    """One unit as HTML: what stands in its paragraph."""
    return MarkedUnit.of(source).html()


def in_one_line(source: str) -> str:
    """One unit as Markdown without its wraps and the marks of a quotation."""
    return MarkedUnit.of(source).markdown()


# What ends a paragraph, or begins another one.
_FRAME = re.compile(r"</?(?:p|body|html)\b", re.IGNORECASE)


def read_inside(source: str, answer: str, language: Language) -> Reading:
    """The twin of `inside`: the translation of one unit."""
    name = unit_id(source)
    if _FRAME.search(answer):
        return Reading("", "came back as a page, not as the inside of its paragraph")
    return read(f'<p id="{name}">{answer}</p>\n', {name: source}, language).get(name, _CUT_SHORT)


_CUT_SHORT = Reading("", "came back cut short")


@dataclass(frozen=True, slots=True)
class Trust:
    """What a canary showed of the service, as far as an answer is read by it.

    `in_order`: paragraphs lose their ids and stay in their order, so that a document may be read by it even
    where no span bears it out. `moves_elements`: links, tags and emphasis trade places, so that one without its
    id is not known by its place.
    """

    in_order: bool = False
    moves_elements: bool = False


_NOTHING_KNOWN = Trust()


@dataclass(frozen=True, slots=True)
class Answers:
    """What a translated document holds of the units that were asked for.

    `ids` says how their paragraphs were known; "lost" means that the document came back, but nobody can
    say which paragraph is which: to send it again would most likely bring the same.
    """

    readings: Mapping[str, Reading]
    ids: Ids = "kept"


def answers(
    document: str,
    units: Mapping[str, str],
    order: Sequence[str],
    language: Language,
    trust: Trust = _NOTHING_KNOWN,
) -> Answers:
    """The twin of `render`: the units of a translated document, by their id.

    `order` are the ids of all units of the document as it was sent. A unit whose paragraph is missing or cut
    short is left out; whatever else stands in the document is not looked at.
    """
    found = paragraphs(document, order)
    readings = {
        name: _reading(source, found.elements[name], language, trust)
        for name, source in units.items()
        if name in found.elements
    }
    if found.ids == "by order" and not _agree(units, readings, trust):
        return Answers({}, "lost")
    return Answers(readings, found.ids)


# Of the units with spans, when their paragraphs were known by their place.
_LEAST_WHOLE = 0.8


def _agree(units: Mapping[str, str], readings: Mapping[str, Reading], trust: Trust) -> bool:
    """Whether paragraphs that were known by their place hold the spans of their units.

    Where no unit has any, nothing says so but the canary.
    """
    with_spans = [name for name in readings if inline.spans(units[name])]
    if not with_spans:
        return trust.in_order
    whole = sum(not readings[name].damage for name in with_spans)
    return whole >= _LEAST_WHOLE * len(with_spans)


def read(document: str, units: Mapping[str, str], language: Language) -> dict[str, Reading]:
    """The answers of a document that held exactly these units."""
    return dict(answers(document, units, [*units], language).readings)


# ------------------------------------------------------------------ HTML to Markdown


def _reading(source: str, paragraph: Element, language: Language, trust: Trust) -> Reading:
    marked = MarkedUnit.of(source)
    answer = _Answer(marked, marked.emphasis(), in_place=not trust.moves_elements)
    try:
        if paragraph.crossed:
            raise AmtsError("came back with elements that are not closed, or cross each other")
        text = answer.text(answer.named(paragraph.pieces))
        if "\ufffd" in text and "\ufffd" not in source:
            raise AmtsError("came back with bytes that are not UTF-8")
        from amts_bot.text.amazon.spacing import spaced  # patterns that take long to compile

        text = spaced(squeezed(_without_marks(text, source)), marked, language)
        return Reading(settled(text, marked.originals, source), remarks=tuple(answer.remarks))
    except AmtsError as error:
        return Reading("", str(error))


# Marks that nobody sees, and no script needs: "no break here", and "here" of scripts without spaces.
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")


def _without_marks(text: str, source: str) -> str:
    return text if _UNSEEN.search(source) else _UNSEEN.sub("", text)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer on its way back: text with placeholders, and emphasis that `settled` will write."""

    marked: MarkedUnit
    marks: Sequence[str]
    in_place: bool  # elements without an id are those that have their place
    remarks: list[str] = field(default_factory=list)

    def text(self, pieces: Iterable[Piece], *, linked: bool = False) -> str:
        """Raises AmtsError for a span that was changed, or a link inside a link."""
        return "".join(
            piece if isinstance(piece, str) else self._element(piece, linked) for piece in pieces
        )

    def _element(self, piece: Element, linked: bool) -> str:
        number = int(piece.name[1:]) if re.fullmatch(r"[se]\d{1,6}", piece.name) else -1
        is_span = piece.name.startswith("s") and 0 <= number < len(self.marked.originals)
        is_link = is_span and number in self.marked.ends and self.marked.kinds[number] == "link"
        inside = self.text(piece.pieces, linked=linked or is_link)
        if is_link and linked:
            raise AmtsError(f"a link inside a link: {inside!r}")
        if is_span:
            return self._span(inside, number)
        if piece.name.startswith("e") and 0 <= number < len(self.marks):
            return on_its_way(self.marks[number], inside)
        return inside

    def _span(self, inside: str, number: int) -> str:
        original, end = self.marked.originals[number], self.marked.ends.get(number)
        if "".join(inside.split()) == "".join(original.split()) or original.endswith("\n"):
            return f"⟦{number}⟧"
        if end is None:
            return self._mended(inside, number)
        mark, closing = f"⟦{number}⟧", f"⟦{end}⟧"
        if not inside.strip() and not re.search(rf"{mark} ?{closing}", self.marked.text):
            raise AmtsError(f"lost: the text between {original!r} and its end")
        return f"{mark}{inside}{closing}"

    def _mended(self, inside: str, number: int) -> str:
        """A span whose element came back with another text: its id says what it was."""
        original = self.marked.originals[number]
        before, found, behind = squeezed(inside).partition(squeezed(original))
        alike = not inside.strip() or fuzz.ratio(inside, original) >= _LEAST_ALIKE
        if "⟦" in before + behind or not (found or alike):
            raise AmtsError(f"changed: {original!r} came back as {inside!r}")
        self.remarks.append(
            f"put back: {original}, which came back as {inside.strip() or 'nothing'}"
        )
        return f"{before}⟦{number}⟧{behind}" if found else f"⟦{number}⟧"

    def named(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The pieces with names for elements that lost theirs, where it is clear which they are.

        A span is known by its text; links, tags and emphasis by their order, when none is missing.
        """
        known = {it.name for it in _elements(pieces)}
        nameless = [it for it in _elements(pieces) if not it.name]
        names: dict[int, str] = {}
        for tag, free in self._free(known).items():
            of_tag = [it for it in nameless if it.tag == tag and id(it) not in names]
            for element in of_tag if tag == "span" else ():
                text = squeezed(element.text())
                same = (n for n in free if n not in names.values() and self._is(n, text))
                if found := next(same, ""):
                    names[id(element)] = found
            rest = [it for it in of_tag if id(it) not in names]
            left = [n for n in free if n not in names.values() and self._encloses(n)]
            if len(rest) == len(left) and (self.in_place or len(rest) == 1):
                names |= dict(zip(map(id, rest), left, strict=True))
                if sum(name[0] == "s" for name in left) > 1:
                    self.remarks.append("links or tags lost their ids and are taken in their order")
        return [_with_names(piece, names) for piece in pieces]

    def _free(self, known: set[str]) -> dict[str, list[str]]:
        """The names that nobody has, by the tag of their elements."""
        free: dict[str, list[str]] = {tag: [] for tag in ("span", "a", "b", "i")}
        ends = {*self.marked.ends.values()}
        for number in range(len(self.marked.originals)):
            if number not in ends and f"s{number}" not in known:
                free[self.marked.tag(number)].append(f"s{number}")
        for number, mark in enumerate(self.marks):
            if f"e{number}" not in known:
                free["b" if len(mark) == 2 else "i"].append(f"e{number}")
        return free

    def _is(self, name: str, text: str) -> bool:
        return not self._encloses(name) and squeezed(self.marked.originals[int(name[1:])]) == text

    def _encloses(self, name: str) -> bool:
        return name[0] == "e" or int(name[1:]) in self.marked.ends


_LEAST_ALIKE = 70  # percent


def _elements(pieces: Iterable[Piece]) -> Iterator[Element]:
    for piece in pieces:
        if isinstance(piece, Element):
            yield piece
            yield from _elements(piece.pieces)


def _with_names(piece: Piece, names: Mapping[int, str]) -> Piece:
    if isinstance(piece, str):
        return piece
    inside = [_with_names(it, names) for it in piece.pieces]
    return replace(piece, name=names.get(id(piece), piece.name), pieces=inside)
