"""White space in answers: around spans and emphasis, as the English and the language have it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from amts_bot.model import SpanKind
from amts_bot.text import scripts
from amts_bot.text.amazon.marking import PLACEHOLDER, MarkedUnit
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.emphasis import CLOSING_SIGNS, OPENING_SIGNS

_OWN = f"[{scripts.DENSE}]"
_HANGUL = f"[{scripts.HANGUL.ranges}]"
_GLUED = re.compile(rf"(?<={_HANGUL})([.?!])(?={_HANGUL})")  # Korean sentences
_OPENING = frozenset("([（「『")
_CLOSING = frozenset(",.)]，。；：！？）」』、")  # French has a space before ;:!?
_OWN_END = re.compile(rf"{_OWN} ?\Z")
_OWN_START = re.compile(rf" ?(?={_OWN})")
_WIDE = "，。；：！？）」』、"
_WIDE_SIGN = re.compile(rf"(?<=[{_WIDE}]) \Z")  # full-width signs have their space
_CUT = re.compile(r"(⟦\d+⟧)")


def spaced(text: str, marked: MarkedUnit, language: Language) -> str:
    """White space around placeholders and between scripts, as the English and the language have it."""
    english, closing = _neighbours(marked.text), {*marked.ends.values()}
    bars = iter([it for number, it in english.items() if marked.originals[number] == "|"])
    pieces = _CUT.split(text)  # text, placeholder, text, placeholder … text
    for at in range(1, len(pieces), 2):
        number = int(pieces[at][1:-1])
        if number not in english:  # it is none of ours, and `restore` will say so
            continue
        left, right = pieces[at - 1], pieces[at + 1]
        if marked.originals[number] == "|":  # one bar is like the other
            around = next(bars, english[number])
            pieces[at - 1], pieces[at + 1] = _beside_a_bar(left, right, around)
            continue
        left, right = _glued(left, right, english[number], marked.kinds[number])
        left, right = _beside_signs(left, right, english[number], language)
        right = _before_signs(right, english[number][1], language)
        left = _apart(left, english[number][0], at)
        right = _apart_behind(right, english[number][1], encloses=number in closing)
        pieces[at - 1], pieces[at + 1] = _gapped(left, right, number, marked, language)
    return _between_scripts(_emphasis_apart("".join(pieces), marked, language), language)


def _beside_a_bar(left: str, right: str, english: tuple[str, str]) -> tuple[str, str]:
    """Cells have the margins of their English."""
    (before, after), gap = english, " "
    return (
        left.rstrip() + gap * before[-1:].isspace(),
        gap * after[:1].isspace() + right.lstrip(),
    )


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
    if before[-1:].strip() and (paired or left.rstrip()[-1:] == before[-1]):
        left = left.rstrip()
    if (
        after[:1].strip()
        and after[0] not in _CLOSING
        and (paired or right.lstrip()[:1] == after[0])
    ):
        right = right.lstrip()
    return left, right


def _beside_signs(
    left: str, right: str, english: tuple[str, str], language: Language
) -> tuple[str, str]:
    """Between a span and the sign that stands beside it in the English too, white space is as there."""
    before, after = english
    sign = before.rstrip()[-1:]
    if sign and not sign.isalnum() and left.rstrip()[-1:] == sign:
        left = left.rstrip() + " " * before[-1:].isspace()
    sign = after.lstrip()[:1]
    if sign and not sign.isalnum() and right.lstrip()[:1] == sign not in _own_space(language):
        right = " " * after[:1].isspace() + right.lstrip()
    return left, right


_MARKS = ";:!?"


def _own_space(language: Language) -> str:
    """Signs before which the language decides: endings may follow (`run`'in), French sets some apart."""
    return "'’" + _MARKS * language.code.startswith("fr")


# A word that goes on before a span: one letter of Arabic or Hebrew, such as "and", "in", "the".
_PREFIX = re.compile(rf"(?<!\w)[{scripts.ARABIC.ranges}{scripts.HEBREW.ranges}]{{1,2}}\Z")
# … or behind it: the particles of Korean.
_PARTICLE = re.compile(rf"{_HANGUL}{{1,4}}(?!{_HANGUL})")
_WORD_END = re.compile(rf"[^\W{scripts.ranges_by('single')}]\Z|[.,;:!?%)\"{CLOSING_SIGNS}]\Z")
_WORD_START = re.compile(rf"[^\W{scripts.ranges_by('single')}]")


def _before_signs(right: str, after: str, language: Language) -> str:
    """No white space before a mark that has none in the English, such as "?"; in French some has."""
    sign = right.lstrip()[:1]
    if after[:1].isspace() or not sign or sign in _own_space(language) or sign not in _MARKS:
        return right
    return right.lstrip()


def _apart(left: str, before: str, at: int) -> str:
    """A space between a word and a span where the English has one, and the service left it out.

    `at` is 1 for the first span. No recorded answer has a letter of Turkish or Chinese right beside a span.
    """
    follows_span = not left and at > 1
    if before[1:].isspace() and (follows_span or _WORD_END.search(left)):
        return left if _PREFIX.search(left) else f"{left} "
    return left


def _apart_behind(right: str, after: str, *, encloses: bool) -> str:
    """The same behind a span, but for words behind one that encloses words: they may be endings."""
    if encloses or not after[:1].isspace() or _PARTICLE.match(right):
        return right
    return f" {right}" if _WORD_START.match(right) else right


def _emphasis_apart(text: str, marked: MarkedUnit, language: Language) -> str:
    """The same before emphasis, unless the English has some inside a word. Behind it endings may stand."""
    english = marked.text
    before = {english[max(0, it.start() - 1) : it.start()] for it in _emphasis(english)}
    if not _SPACED_SIGN.search(english):
        text = _SPACED_CLOSING.sub(
            lambda it: it[0] if it[1] in _own_space(language) else it[1], text
        )
    text = _beside_emphasis(text, english, language)
    if any(sign.isalnum() for sign in before):
        return text

    def opened(found: re.Match[str]) -> str:
        word = found[0]
        opens = word[0] == "⟦" and ("⟧" in before or int(word[1:-1]) in marked.ends)
        own = opens or _PREFIX.search(word) or not (word[0] == "⟦" or _WORD_END.search(word))
        return word if own else f"{word} "

    return _GLUED_OPENING.sub(opened, text)


def _beside_emphasis(text: str, english: str, language: Language) -> str:
    """Between emphasis and a sign that stands beside some in the English, white space is as always there."""
    before, behind = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for found in _emphasis(english):
        left = english[max(0, found.start() - 2) : found.start()]
        right = english[found.end() : found.end() + 2]
        before[left.rstrip()[-1:]].add(" " * left[-1:].isspace())
        behind[right.lstrip()[:1]].add(" " * right[:1].isspace())

    for sign in _own_space(language):
        behind.pop(sign, None)

    def gap(known: set[str], found: str) -> str:
        return next(iter(known)) if len(known) == 1 else found

    text = _SIGN_BEFORE.sub(lambda it: it[1] + gap(before[it[1]], it[2]), text)
    return _SIGN_BEHIND.sub(lambda it: gap(behind[it[2]], it[1]) + it[2], text)


def _emphasis(english: str) -> Iterator[re.Match[str]]:
    return inline.EMPHASIS.finditer(english)


_SIGN_BEFORE = re.compile(rf"([^\w\s])( ?)(?=[{OPENING_SIGNS}])")
_SIGN_BEHIND = re.compile(rf"(?<=[{CLOSING_SIGNS}])( ?)([^\w\s])")
_SPACED_CLOSING = re.compile(rf"(?<=[{CLOSING_SIGNS}]) ([,.)\]{_MARKS}{_WIDE}])")
_SPACED_SIGN = re.compile(r"\s[,.)\]:;?!]")
# The whole of a word, and that once: in one of 10,000 letters each of them would be a start.
_GLUED_OPENING = re.compile(rf"((?<!\w)\w++|[.,;:!?]|⟦\d+⟧)(?=[{OPENING_SIGNS}]+[\w⟦])")


def _gapped(
    left: str, right: str, number: int, marked: MarkedUnit, language: Language
) -> tuple[str, str]:
    """The white space that the language has between its script and a span."""
    kind, gap = marked.kinds[number], " " if language.spacing == "space" else ""
    if kind == "role" and marked.originals[number].startswith(":"):  # `word:role:` is no role
        left += " " * bool(re.search(r"\w\Z", left[-1:]))
    elif language.spacing != "as-is" and kind != "image":
        left = left.removesuffix(" ") + gap if _OWN_END.search(left[-2:]) else left
    if language.spacing != "as-is":
        left = _WIDE_SIGN.sub("", left)
        right = _OWN_START.sub(gap, right, count=1) if _OWN_START.match(right) else right
    return left, right


# Emphasis inside a text without spaces has none around it; that of Latin words has what the words would have.
_LATIN = "[A-Za-z0-9]"
_OWN_OPENING = re.compile(
    rf"(?<={_OWN}) (?=[{OPENING_SIGNS}]+{_OWN})|(?<=[{_WIDE}]) (?=[{OPENING_SIGNS}])"
)
_OWN_CLOSING = re.compile(rf"(?<=[{scripts.DENSE}{_WIDE}.?!])([{CLOSING_SIGNS}]+) (?={_OWN})")
_LATIN_OPENING = re.compile(rf"(?<={_OWN}) ?(?=[{OPENING_SIGNS}]*{_LATIN})")
_LATIN_CLOSING = re.compile(rf"(?<={_LATIN})([{CLOSING_SIGNS}]*) ?(?={_OWN})")


def _between_scripts(text: str, language: Language) -> str:
    text = _GLUED.sub(r"\1 ", text)
    if language.spacing == "as-is":
        return text
    text = _OWN_OPENING.sub("", _OWN_CLOSING.sub(r"\1", text))
    gap = " " if language.spacing == "space" else ""
    return _LATIN_CLOSING.sub(rf"\1{gap}", _LATIN_OPENING.sub(gap, text))
