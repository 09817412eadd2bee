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
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from amts_bot.errors import AmtsError
from amts_bot.model import SpanKind
from amts_bot.text import scripts
from amts_bot.text.amazon.paragraphs import Element, Ids, Piece, paragraphs
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.emphasis import on_its_way, settled

_HEAD = '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"></head>\n<body>\n'
_TAIL = "</body>\n</html>\n"

_PLACEHOLDER = re.compile(r"⟦(\d+)⟧")
_DEEPEST = 50  # elements inside each other
_ELEMENT = re.compile(r"<[^<>]*>")
_QUOTE_MARK = re.compile(r"\n[ \t]*>[ \t]?")  # before the second and later lines of a quotation
# Between the cells of a table row; characters by their names: "&lt;" would come back as "<"; the end
# of a line that is to stay one.
_FIXED = re.compile(
    r"(?<!\\)\||&(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);|(?:\\|(?<![ \t]) {2,}+)\r?\n(?=[^\n])"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The translation of one unit; `damage` says why it must not be written, "" when it may."""

    text: str
    damage: str = ""


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
    return sum(_MarkedUnit.of(source).characters() for source in sources)


def render(units: Mapping[str, str]) -> str:
    """The document: one paragraph per unit, in order. `units` are their English texts by id."""
    return _HEAD + "".join(paragraph(*unit) for unit in units.items()) + _TAIL


def paragraph(name: str, source: str) -> str:
    """One unit as an element of its own, with a line end."""
    return f'<p id="{name}">{_MarkedUnit.of(source).html()}</p>\n'


@dataclass(frozen=True, slots=True)
class Answers:
    """What a translated document holds of the units that were asked for.

    `ids` says how their paragraphs were known; "lost" means that the document came back, but nobody can
    say which paragraph is which: to send it again would most likely bring the same.
    """

    readings: Mapping[str, Reading]
    ids: Ids = "kept"


def answers(
    document: str, units: Mapping[str, str], order: Sequence[str], language: Language
) -> Answers:
    """The twin of `render`: the units of a translated document, by their id.

    `order` are the ids of all units of the document as it was sent. A unit whose paragraph is missing or cut
    short is left out; whatever else stands in the document is not looked at.
    """
    found = paragraphs(document, order)
    readings = {
        name: _reading(source, found.pieces[name], language)
        for name, source in units.items()
        if name in found.pieces
    }
    if found.ids == "by order" and not _agree(units, readings):
        return Answers({}, "lost")
    return Answers(readings, found.ids)


# Of the units with spans, when their paragraphs were known by their place.
_LEAST_WHOLE = 0.8


def _agree(units: Mapping[str, str], readings: Mapping[str, Reading]) -> bool:
    """Whether paragraphs that were known by their place hold the spans of their units."""
    with_spans = [name for name in readings if inline.spans(units[name])]
    whole = sum(not readings[name].damage for name in with_spans)
    return whole >= _LEAST_WHOLE * len(with_spans)


def read(document: str, units: Mapping[str, str], language: Language) -> dict[str, Reading]:
    """The answers of a document that held exactly these units."""
    return dict(answers(document, units, [*units], language).readings)


# ------------------------------------------------------------------ Markdown to HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class _MarkedUnit:
    """A unit with its white space collapsed and placeholders for its spans.

    `ends` says where what a span opens is closed: both are one element with the text between them.
    """

    text: str
    originals: tuple[str, ...]
    kinds: tuple[SpanKind, ...]
    ends: Mapping[int, int]

    @classmethod
    def of(cls, source: str) -> _MarkedUnit:
        source = _QUOTE_MARK.sub("\n", source)
        protected = inline.protect(source)
        kinds = [span.kind for span in inline.spans(source)]
        originals = [*protected.originals]

        def kept(fixed: re.Match[str]) -> str:
            originals.append(fixed[0])
            kinds.append("marker" if "*" in fixed[0] else "html")
            return f"⟦{len(originals) - 1}⟧"

        text = _FIXED.sub(kept, protected.text)
        text = _squeezed("".join(_without_halves(text, kept)))
        return cls(
            text=text,
            originals=tuple(originals),
            kinds=tuple(kinds),
            ends=_nested(text, inline.pairs(source)),
        )

    def html(self) -> str:
        """The inside of the paragraph."""
        numbers = iter(range(len(self.text)))
        return self._spans(_with_emphasis(self.text, numbers))

    def characters(self) -> int:
        """How long the text of the paragraph is, without its markup."""
        return len(html.unescape(_ELEMENT.sub("", self.html())))

    def emphasis(self) -> list[str]:
        """The marks of the emphasis elements, by their number."""
        marks: list[str] = []
        _collect(self.text, marks)
        return marks

    def _spans(self, text: str) -> str:
        closing = {end: start for start, end in self.ends.items()}

        def element(found: re.Match[str]) -> str:
            number = int(found[1])
            original = self.originals[number]
            if number in self.ends:
                return f'<{self._tag(number)} id="s{number}">'
            if number in closing:
                return f"</{self._tag(closing[number])}>"
            if original.endswith("\n"):
                return f'<br id="s{number}">'
            kept = html.escape(_squeezed(original), quote=False)
            return f'<span id="s{number}" translate="no">{kept}</span>'

        return _PLACEHOLDER.sub(element, text)

    def _tag(self, number: int) -> str:
        return "a" if self.kinds[number] in ("link", "image") else "span"


def _without_halves(text: str, kept: Callable[[re.Match[str]], str]) -> Iterator[str]:
    """Marks without a partner, protected; whole emphasis as it is."""
    position = 0
    for found in inline.EMPHASIS.finditer(text):
        yield inline.HALF.sub(kept, text[position : found.start()])
        yield found[0]
        position = found.end()
    yield inline.HALF.sub(kept, text[position:])


def _nested(text: str, ends: Mapping[int, int]) -> dict[int, int]:
    """The pairs that enclose emphasis wholly or not at all, none too deep: `[**a](b)**` is no element."""
    crossed: set[int] = set()
    opened: list[int] = []
    for _, number, opens in sorted(_edges(text, ends)):
        while opened and opened[-1] in crossed:
            opened.pop()
        if opens and (number < 0 or len(opened) < _DEEPEST):
            opened.append(number)
        elif opened[-1:] == [number]:
            opened.pop()
        elif number >= 0:
            crossed.add(number)
        else:  # what was opened inside an emphasis and is still open
            while opened[-1] != number:
                crossed.add(opened.pop())
            opened.pop()
    return {start: end for start, end in ends.items() if start not in crossed}


def _edges(text: str, ends: Mapping[int, int]) -> Iterator[tuple[int, int, bool]]:
    """Where pairs and emphasis open and close: position, number (emphasis below 0), and which."""
    start_of = {end: start for start, end in ends.items()}
    for found in _PLACEHOLDER.finditer(text):
        number = int(found[1])
        if number in ends:
            yield found.start(), number, True
        elif number in start_of:
            yield found.start(), start_of[number], False
    for number, (start, end) in enumerate(_emphasis_ranges(text, 0), 1):
        yield start, -number, True
        yield end, -number, False


def _emphasis_ranges(text: str, at: int) -> Iterator[tuple[int, int]]:
    for found in inline.EMPHASIS.finditer(text):
        yield at + found.start(), at + found.end() - 1
        name = "starred" if found["star"] else "lined"
        yield from _emphasis_ranges(found[name], at + found.start(name))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _with_emphasis(text: str, numbers: Iterable[int]) -> str:
    """Escaped text with `<i>` and `<b>` in the place of emphasis marks, outermost first."""
    pieces: list[str] = []
    position = 0
    for found in inline.EMPHASIS.finditer(text):
        pieces.append(html.escape(text[position : found.start()], quote=False))
        number = next(iter(numbers))
        mark, body = found["star"] or found["line"], found["starred"] or found["lined"]
        tag = "b" if len(mark) == 2 else "i"
        pieces.append(f'<{tag} id="e{number}">{_with_emphasis(body, numbers)}</{tag}>')
        position = found.end()
    return "".join(pieces) + html.escape(text[position:], quote=False)


def _collect(text: str, marks: list[str]) -> None:
    for found in inline.EMPHASIS.finditer(text):
        marks.append(found["star"] or found["line"])
        _collect(found["starred"] or found["lined"], marks)


# ------------------------------------------------------------------ HTML to Markdown


def _reading(source: str, pieces: Sequence[Piece], language: Language) -> Reading:
    marked = _MarkedUnit.of(source)
    try:
        text = _Answer(marked, marked.emphasis()).text(pieces)
        if "\ufffd" in text and "\ufffd" not in source:
            return Reading("", "came back with bytes that are not UTF-8")
        text = _spaced(_squeezed(text), marked, language)
        return Reading(settled(text, marked.originals, source))
    except AmtsError as error:
        return Reading("", str(error))


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer on its way back: text with placeholders, and emphasis that `settled` will write."""

    marked: _MarkedUnit
    marks: Sequence[str]

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
            raise AmtsError(f"changed: {original!r} came back as {inside!r}")
        mark, closing = f"⟦{number}⟧", f"⟦{end}⟧"
        if not inside.strip() and not re.search(rf"{mark} ?{closing}", self.marked.text):
            raise AmtsError(f"lost: the text between {original!r} and its end")
        return f"{mark}{inside}{closing}"


# ------------------------------------------------------------------ white space

_OWN = f"[{scripts.DENSE}]"
_HANGUL = f"[{scripts.HANGUL.ranges}]"
_GLUED = re.compile(rf"(?<={_HANGUL})([.?!])(?={_HANGUL})")  # Korean sentences
_OPENING = frozenset("([（「『")
_CLOSING = frozenset(",.)]，。；：！？）」』、")  # French has a space before ;:!?
_OWN_END = re.compile(rf"{_OWN} ?\Z")
_OWN_START = re.compile(rf" ?(?={_OWN})")
_CUT = re.compile(r"(⟦\d+⟧)")


def _spaced(text: str, marked: _MarkedUnit, language: Language) -> str:
    """White space around placeholders and between scripts, as the English and the language have it."""
    english = _neighbours(marked.text)
    pieces = _CUT.split(text)  # text, placeholder, text, placeholder … text
    for at in range(1, len(pieces), 2):
        number = int(pieces[at][1:-1])
        if number in english:  # else it is none of ours, and `restore` will say so
            left, right = _glued(
                pieces[at - 1], pieces[at + 1], english[number], marked.kinds[number]
            )
            pieces[at - 1], pieces[at + 1] = _gapped(left, right, number, marked, language)
    return _between_scripts("".join(pieces), language)


def _neighbours(text: str) -> dict[int, tuple[str, str]]:
    """The two characters before each placeholder, and the two behind it."""
    return {
        int(found[1]): (
            text[max(0, found.start() - 2) : found.start()],
            text[found.end() : found.end() + 2],
        )
        for found in _PLACEHOLDER.finditer(text)
    }


def _glued(left: str, right: str, english: tuple[str, str], kind: SpanKind) -> tuple[str, str]:
    """No white space where the English has none: inside brackets, before closing punctuation."""
    (before, after), paired = english, kind in ("link", "image", "marker", "html")
    if right.lstrip()[:1] in _CLOSING and not (after[:1].isspace() and after[1:] in _CLOSING):
        right = right.lstrip()
    if left.rstrip()[-1:] in _OPENING and not (before[1:].isspace() and before[:1] in _OPENING):
        left = left.rstrip()
    if paired and before and not before[-1].isspace():
        left = left.rstrip()
    if paired and after and not after[0].isspace() and after[0] not in _CLOSING:
        right = right.lstrip()
    return left, right


def _gapped(
    left: str, right: str, number: int, marked: _MarkedUnit, language: Language
) -> tuple[str, str]:
    """The white space that the language has between its script and a span."""
    kind, gap = marked.kinds[number], " " if language.spacing == "space" else ""
    if kind == "role" and marked.originals[number].startswith(":"):  # `word:role:` is no role
        left += " " * bool(re.search(r"\w\Z", left[-1:]))
    elif language.spacing != "as-is" and kind in ("code", "math", "url", "link"):
        left = left.removesuffix(" ") + gap if _OWN_END.search(left[-2:]) else left
    if language.spacing != "as-is":
        right = _OWN_START.sub(gap, right, count=1) if _OWN_START.match(right) else right
    return left, right


def _between_scripts(text: str, language: Language) -> str:
    text = _GLUED.sub(r"\1 ", text)
    if language.spacing == "as-is":
        return text
    gap = " " if language.spacing == "space" else ""
    text = re.sub(rf"(?<={_OWN}) ?(?=[A-Za-z0-9])", gap, text)
    return re.sub(rf"(?<=[A-Za-z0-9]) ?(?={_OWN})", gap, text)
