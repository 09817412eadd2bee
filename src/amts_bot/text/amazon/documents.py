"""Units of prose as an HTML document for Amazon Translate, and its answer back as Markdown.

    See `x` *now*.  ->  <p id="u…">See <span id="s0" translate="no">`x`</span> <i id="e0">now</i>.</p>

Each unit is a paragraph whose id is a hash of its English: whichever document, job or machine an
answer comes from, it finds its unit. Protected spans stand in elements that the service leaves alone
(https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-tags.html) but may move;
emphasis is markup, because as Markdown it does not survive: of 1,022 spans in real output 85 did.
White space around spans comes back at the service's whim and is set by the rules of the language.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from amts_bot.errors import AmtsError
from amts_bot.model import SpanKind
from amts_bot.text import scripts
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline

_HEAD = '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"></head>\n<body>\n'
_TAIL = "</body>\n</html>\n"

_PLACEHOLDER = re.compile(r"⟦(\d+)⟧")
_QUOTE_MARK = re.compile(r"\n[ \t]*>[ \t]?")  # before the second and later lines of a quotation
# Between the cells of a table row; characters by their names: "&lt;" would come back as "<"; the end
# of a line that is to stay one.
_FIXED = re.compile(r"(?<!\\)\||&(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);|\\\r?\n")


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
    return "u" + hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]


def has_words(source: str) -> bool:
    """Whether there is anything to translate: `$x$` is the same in every language."""
    return bool(inline.skeleton(source))


def characters(sources: Iterable[str]) -> int:
    """What the service bills: Unicode characters of text, protected spans included, markup not.

    https://aws.amazon.com/translate/pricing/ counts "characters of text, including white space".
    """
    return sum(len(" ".join(source.split())) for source in sources)


def render(units: Mapping[str, str]) -> str:
    """The document: one paragraph per unit, in order. `units` are their English texts by id."""
    return _HEAD + "".join(paragraph(*unit) for unit in units.items()) + _TAIL


def paragraph(name: str, source: str) -> str:
    """One unit as an element of its own, with a line end."""
    return f'<p id="{name}">{_MarkedUnit.of(source).html()}</p>\n'


def read(document: str, units: Mapping[str, str], language: Language) -> dict[str, Reading]:
    """The twin of `render`: the units of a translated document, by their id.

    A unit whose paragraph is missing or cut short is left out; paragraphs of other units and whatever
    else stands in the document are not looked at.
    """
    reader = _AnswerReader()
    reader.feed(document)
    reader.close()
    found: dict[str, Reading] = {}
    for name, source in units.items():
        pieces = reader.paragraphs.get(name)
        if pieces is not None:
            found[name] = _reading(source, pieces, language)
    return found


# ------------------------------------------------------------------ Markdown to HTML


@dataclass(frozen=True, slots=True)
class _MarkedUnit:
    """A unit with its white space collapsed and placeholders for its spans."""

    text: str
    originals: tuple[str, ...]
    kinds: tuple[SpanKind, ...]

    @classmethod
    def of(cls, source: str) -> _MarkedUnit:
        source = _QUOTE_MARK.sub("\n", source)
        protected = inline.protect(source)
        kinds = [span.kind for span in inline.spans(source)]
        originals = [*protected.originals]

        def kept(fixed: re.Match[str]) -> str:
            originals.append(fixed[0])
            kinds.append("html")
            return f"⟦{len(originals) - 1}⟧"

        text = _squeezed(_FIXED.sub(kept, protected.text))
        return cls(text, tuple(originals), tuple(kinds))

    def html(self) -> str:
        """The inside of the paragraph."""
        numbers = iter(range(len(self.text)))
        return self._spans(_with_emphasis(self.text, numbers))

    def emphasis(self) -> list[str]:
        """The marks of the emphasis elements, by their number."""
        marks: list[str] = []
        _collect(self.text, marks)
        return marks

    def _spans(self, text: str) -> str:
        return _PLACEHOLDER.sub(
            lambda found: (
                f'<span id="s{found[1]}" translate="no">'
                f"{html.escape(_squeezed(self.originals[int(found[1])]), quote=False)}</span>"
            ),
            text,
        )


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


@dataclass(slots=True)
class _Element:
    """An open element: its tag and id, and what it holds so far."""

    tag: str
    name: str
    pieces: list[_Piece] = field(default_factory=list)


_Piece = str | _Element


class _AnswerReader(HTMLParser):
    """Collects whole paragraphs. What is not ours (`<font>`, attributes) is read through."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: dict[str, Sequence[_Piece]] = {}
        self._open: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id") or ""
        if tag == "p":
            self._open = [_Element(tag, name)]
        elif self._open and tag in ("span", "b", "i"):
            self._open.append(_Element(tag, name))

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self._open):
            return
        while self._open:
            element = self._open.pop()
            if element.tag == "p":
                self._keep(element)
                return
            self._open[-1].pieces.append(element)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].pieces.append(data)

    def _keep(self, element: _Element) -> None:
        """The first of two paragraphs with one id counts twice as damage: nobody knows which is right."""
        if element.name in self.paragraphs:
            self.paragraphs[element.name] = ["⟦⟧"]
        else:
            self.paragraphs[element.name] = element.pieces


def _reading(source: str, pieces: Sequence[_Piece], language: Language) -> Reading:
    marked = _MarkedUnit.of(source)
    try:
        text = _markdown(pieces, marked, marked.emphasis())
        if "\ufffd" in text and "\ufffd" not in source:
            return Reading("", "came back with bytes that are not UTF-8")
        text = _spaced(_squeezed(text), marked, language)
        return Reading(inline.restore(text, marked.originals))
    except AmtsError as error:
        return Reading("", str(error))


def _markdown(pieces: Iterable[_Piece], marked: _MarkedUnit, marks: Sequence[str]) -> str:
    """Text with placeholders and emphasis marks. Raises AmtsError for a span that was changed."""
    out = ""
    for piece in pieces:
        if isinstance(piece, str):
            out += piece
            continue
        inside = _markdown(piece.pieces, marked, marks)
        number = int(piece.name[1:]) if re.fullmatch(r"[se]\d{1,6}", piece.name) else -1
        if piece.name.startswith("s") and 0 <= number < len(marked.originals):
            out += _kept(inside, number, marked.originals[number])
        elif piece.name.startswith("e") and 0 <= number < len(marks) and inside.strip():
            lead, tail = inside[: -len(inside.lstrip())], inside[len(inside.rstrip()) :]
            out += f"{lead}{marks[number]}{inside.strip()}{marks[number]}{tail}"
        else:
            out += inside
    return out


def _kept(inside: str, number: int, original: str) -> str:
    if "".join(inside.split()) != "".join(original.split()):
        raise AmtsError(f"changed: {original!r} came back as {inside!r}")
    return f"⟦{number}⟧"


# ------------------------------------------------------------------ white space

_OWN = f"[{scripts.DENSE}]"
_HANGUL = f"[{scripts.HANGUL.ranges}]"
_GLUED = re.compile(rf"(?<={_HANGUL})([.?!])(?={_HANGUL})")  # Korean sentences
_OPENING = r"[(\[（「『]"
_CLOSING = r"[,.)\]，。；：！？）」』、]"  # French has a space before ;:!?


def _spaced(text: str, marked: _MarkedUnit, language: Language) -> str:
    """White space around placeholders and between scripts, as the English and the language have it."""
    for number, (original, kind) in enumerate(zip(marked.originals, marked.kinds, strict=True)):
        mark = f"⟦{number}⟧"
        if mark not in text:
            continue
        text = _glued(text, mark, marked.text, paired=kind in ("link", "image", "marker", "html"))
        if kind == "role" and original.startswith(":"):  # `word:role:` is no role
            text = re.sub(rf"(?<=\w){mark}", f" {mark}", text)
        elif language.spacing != "as-is" and kind in ("code", "math", "url", "link"):
            gap = " " if language.spacing == "space" else ""
            text = re.sub(rf"(?<={_OWN}) ?{mark}", f"{gap}{mark}", text)
        if language.spacing != "as-is":
            gap = " " if language.spacing == "space" else ""
            text = re.sub(rf"{mark} ?(?={_OWN})", f"{mark}{gap}", text)
    return _between_scripts(text, language)


def _glued(text: str, mark: str, english: str, *, paired: bool) -> str:
    """No white space where the English has none: inside brackets, before closing punctuation."""
    before, _, after = english.partition(mark)
    if not re.match(rf"\s{_CLOSING}", after):
        text = re.sub(rf"{mark}\s+(?={_CLOSING})", mark, text)
    if not re.search(rf"{_OPENING}\s\Z", before):
        text = re.sub(rf"(?<={_OPENING})\s+{mark}", mark, text)
    if paired and re.search(r"\S\Z", before):
        text = re.sub(rf"\s+{mark}", mark, text)
    if paired and re.match(rf"(?!{_CLOSING})\S", after):
        text = re.sub(rf"{mark}\s+", mark, text)
    return text


def _between_scripts(text: str, language: Language) -> str:
    text = _GLUED.sub(r"\1 ", text)
    if language.spacing == "as-is":
        return text
    gap = " " if language.spacing == "space" else ""
    text = re.sub(rf"(?<={_OWN}) ?(?=[A-Za-z0-9])", gap, text)
    return re.sub(rf"(?<=[A-Za-z0-9]) ?(?={_OWN})", gap, text)
