"""White space in answers: around spans and emphasis, as the English and the language have it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_bot.model import SpanKind
from amts_bot.text import scripts
from amts_bot.text.amazon.marking import PLACEHOLDER, MarkedUnit
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.emphasis import OPENING_SIGNS

_OWN = f"[{scripts.DENSE}]"
_HANGUL = f"[{scripts.HANGUL.ranges}]"
_GLUED = re.compile(rf"(?<={_HANGUL})([.?!])(?={_HANGUL})")  # Korean sentences
_OPENING = frozenset("([（「『")
_CLOSING = frozenset(",.)]，。；：！？）」』、")  # French has a space before ;:!?
_OWN_END = re.compile(rf"{_OWN} ?\Z")
_OWN_START = re.compile(rf" ?(?={_OWN})")
_CUT = re.compile(r"(⟦\d+⟧)")


def spaced(text: str, marked: MarkedUnit, language: Language) -> str:
    """White space around placeholders and between scripts, as the English and the language have it."""
    english, closing = _neighbours(marked.text), {*marked.ends.values()}
    pieces = _CUT.split(text)  # text, placeholder, text, placeholder … text
    for at in range(1, len(pieces), 2):
        number = int(pieces[at][1:-1])
        if number in english:  # else it is none of ours, and `restore` will say so
            left, right = _glued(
                pieces[at - 1], pieces[at + 1], english[number], marked.kinds[number]
            )
            left = _apart(left, english[number][0], at)
            if number not in closing:
                right = _apart_behind(right, english[number][1])
            pieces[at - 1], pieces[at + 1] = _gapped(left, right, number, marked, language)
    return _between_scripts(_emphasis_apart("".join(pieces), marked.text), language)


def _neighbours(text: str) -> dict[int, tuple[str, str]]:
    """The two characters before each placeholder, and the two behind it."""
    return {
        int(found[1]): (
            text[max(0, found.start() - 2) : found.start()],
            text[found.end() : found.end() + 2],
        )
        for found in PLACEHOLDER.finditer(text)
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


# A word that goes on before a span: one letter of Arabic or Hebrew, such as "and", "in", "the".
_PREFIX = re.compile(rf"(?<!\w)[{scripts.ARABIC.ranges}{scripts.HEBREW.ranges}]{{1,2}}\Z")
# … or behind it: the particles of Korean.
_PARTICLE = re.compile(rf"{_HANGUL}{{1,4}}(?!{_HANGUL})")
_WORD_END = re.compile(rf"[^\W{scripts.ranges_by('single')}]\Z|[.,;:!?%]\Z")
_WORD_START = re.compile(rf"[^\W{scripts.ranges_by('single')}]")


def _apart(left: str, before: str, at: int) -> str:
    """A space between a word and a span where the English has one, and the service left it out.

    `at` is 1 for the first span. No recorded answer has a letter of Turkish or Chinese right beside a span.
    """
    follows_span = not left and at > 1
    if before[1:].isspace() and (follows_span or _WORD_END.search(left)):
        return left if _PREFIX.search(left) else f"{left} "
    return left


def _apart_behind(right: str, after: str) -> str:
    """The same behind a span that encloses no words: to those a language adds its endings."""
    if after[:1].isspace() and _WORD_START.match(right) and not _PARTICLE.match(right):
        return f" {right}"
    return right


def _emphasis_apart(text: str, english: str) -> str:
    """The same before emphasis, unless the English has some inside a word. Behind it endings may stand."""
    inside = any(
        english[max(0, it.start() - 1) : it.start()].isalnum() for it in _emphasis(english)
    )
    if inside:
        return text
    return _GLUED_OPENING.sub(_opened, text)


def _emphasis(english: str) -> Iterator[re.Match[str]]:
    return inline.EMPHASIS.finditer(english)


_GLUED_OPENING = re.compile(rf"(\w+|[.,;:!?])(?=[{OPENING_SIGNS}]+[\w⟦])")


def _opened(word: re.Match[str]) -> str:
    own = _PREFIX.search(word[0]) or not _WORD_END.search(word[0])
    return word[0] if own else f"{word[0]} "


def _gapped(
    left: str, right: str, number: int, marked: MarkedUnit, language: Language
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
