"""A unit of Markdown as the inside of an HTML paragraph: its spans and its emphasis as elements."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from amts_bot.model import SpanKind
from amts_bot.text.markdown import inline

PLACEHOLDER = re.compile(r"⟦(\d+)⟧")
_DEEPEST = 50  # elements inside each other
_QUOTE_MARK = re.compile(r"\n[ \t]*>[ \t]?")  # before the second and later lines of a quotation
# Between the cells of a table row; characters by their names: "&lt;" would come back as "<"; the end
# of a line that is to stay one.
_FIXED = re.compile(
    r"(?<!\\)\||&(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);|(?:\\|(?<![ \t]) {2,}+)\r?\n(?=[^\n])"
)
# Whatever these find, and emphasis, has one of these signs.
_MAY_MARK = re.compile(r"[|&*_>\\]|  [\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedUnit:
    """A unit with its white space collapsed and placeholders for its spans.

    `ends` says where what a span opens is closed: both are one element with the text between them.
    """

    text: str
    originals: tuple[str, ...]
    kinds: tuple[SpanKind, ...]
    ends: Mapping[int, int]

    @classmethod
    def of(cls, source: str) -> MarkedUnit:
        if not (inline.spans(source) or _MAY_MARK.search(source)):  # as in every second unit
            return cls(text=squeezed(source), originals=(), kinds=(), ends={})
        source = _QUOTE_MARK.sub("\n", source)
        protected = inline.protect(source)
        kinds = [span.kind for span in inline.spans(source)]
        originals = [*protected.originals]

        def kept(fixed: re.Match[str]) -> str:
            originals.append(fixed[0])
            kinds.append("marker" if "*" in fixed[0] else "html")
            return f"⟦{len(originals) - 1}⟧"

        text = _FIXED.sub(kept, protected.text)
        text = squeezed("".join(_without_halves(text, kept)))
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

    def markdown(self) -> str:
        """The unit as Markdown in one line, but for line ends that are to stay."""
        return PLACEHOLDER.sub(lambda found: self.originals[int(found[1])], self.text)

    def characters(self) -> int:
        """How long the text of the paragraph is, without its markup."""
        empty = {*self.ends, *self.ends.values()}  # the elements of links and tags
        kept = (
            squeezed(original)
            for number, original in enumerate(self.originals)
            if number not in empty
            and not original.endswith("\n")  # that of a line end is empty too
        )
        marks = 2 * sum(map(len, self.emphasis()))
        return len(PLACEHOLDER.sub("", self.text)) + sum(map(len, kept)) - marks

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
                return f'<{self.tag(number)} id="s{number}">'
            if number in closing:
                return f"</{self.tag(closing[number])}>"
            if original.endswith("\n"):
                return f'<br id="s{number}">'
            kept = html.escape(squeezed(original), quote=False)
            return f'<span id="s{number}" translate="no">{kept}</span>'

        return PLACEHOLDER.sub(element, text)

    def tag(self, number: int) -> str:
        """The tag of a span's element."""
        return "a" if self.kinds[number] in ("link", "image") else "span"


def _without_halves(text: str, kept: Callable[[re.Match[str]], str]) -> Iterator[str]:
    """Marks without a partner, protected; whole emphasis as it is."""
    position = 0
    for found in _emphasised(text):
        yield inline.HALF.sub(kept, text[position : found.start()])
        yield found[0]
        position = found.end()
    yield inline.HALF.sub(kept, text[position:])


def _nested(text: str, ends: Mapping[int, int]) -> dict[int, int]:
    """The pairs that enclose emphasis wholly or not at all, none too deep: `[**a](b)**` is no element."""
    if not ends:
        return {}
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
    for found in PLACEHOLDER.finditer(text):
        number = int(found[1])
        if number in ends:
            yield found.start(), number, True
        elif number in start_of:
            yield found.start(), start_of[number], False
    for number, (start, end) in enumerate(_emphasis_ranges(text, 0), 1):
        yield start, -number, True
        yield end, -number, False


def _emphasis_ranges(text: str, at: int) -> Iterator[tuple[int, int]]:
    for found in _emphasised(text):
        yield at + found.start(), at + found.end() - 1
        name = "starred" if found["star"] else "lined"
        yield from _emphasis_ranges(found[name], at + found.start(name))


def _emphasised(text: str) -> Iterable[re.Match[str]]:
    """The stretches of emphasis; most texts have none of its marks."""
    return inline.EMPHASIS.finditer(text) if "*" in text or "_" in text else ()


def squeezed(text: str) -> str:
    return " ".join(text.split())


def _with_emphasis(text: str, numbers: Iterable[int]) -> str:
    """Escaped text with `<i>` and `<b>` in the place of emphasis marks, outermost first."""
    pieces: list[str] = []
    position = 0
    for found in _emphasised(text):
        pieces.append(html.escape(text[position : found.start()], quote=False))
        number = next(iter(numbers))
        mark, body = found["star"] or found["line"], found["starred"] or found["lined"]
        tag = "b" if len(mark) == 2 else "i"
        pieces.append(f'<{tag} id="e{number}">{_with_emphasis(body, numbers)}</{tag}>')
        position = found.end()
    return "".join(pieces) + html.escape(text[position:], quote=False)


def _collect(text: str, marks: list[str]) -> None:
    for found in _emphasised(text):
        marks.append(found["star"] or found["line"])
        _collect(found["starred"] or found["lined"], marks)
