"""What a translation must pass before it is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from rapidfuzz.distance import LCSseq

from amts_bot.text.languages import Language, language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.letters import letters
from amts_bot.text.markdown.numbers import numbers_come_back
from amts_bot.text.markdown.remarks import (
    REMARKS,
    Remark,
    Translated,
    repeats,
    strange_letters,
)

Check = Callable[[str, str], str | None]  # (source, target) -> what is wrong, or None


def spans_come_back(source: str, target: str) -> str | None:
    """Code, math, references, links and images are the same on both sides, each as often."""
    wanted, found = _spans(source), _spans(target)
    if wanted == found:
        return None
    lost = ", ".join(sorted((wanted - found).elements()))
    extra = ", ".join(sorted((found - wanted).elements()))
    return "; ".join(
        [f"lost: {lost}"] * bool(lost) + [f"not in the English: {extra}"] * bool(extra)
    )


def _spans(text: str) -> Counter[str]:
    return Counter("".join(text[s.start : s.end].split()) for s in inline.spans(text))


def something_is_there(source: str, target: str) -> str | None:
    """A translation of something is not nothing."""
    return "the translation is empty" if source.strip() and not target.strip() else None


def no_new_block(_source: str, target: str) -> str | None:
    """A blank line inside a unit would cut it in two."""
    return "the translation holds a blank line" if "\n\n" in target.strip() else None


def stays_prose(source: str, target: str) -> str | None:
    """A unit that begins with "* " or "# " is no sentence any more, but an item or a heading."""
    became = _BLOCK_START.match(target.lstrip())
    if became and not _BLOCK_START.match(source.lstrip()):
        return f"the translation begins with {became[0].strip()!r}, as another kind of block does"
    return None


_BLOCK_START = re.compile(r"[-*+][ \t]|#{1,6}[ \t]|>")


def halves_come_back(source: str, target: str) -> str | None:
    """Emphasis that begins in one sentence and ends in another keeps both its marks."""
    wanted, found = inline.halves(source), inline.halves(target)
    if not wanted or wanted == found:
        return None
    return f"emphasis that goes on beyond the sentence: {found} marks of {wanted}"


def no_placeholders(source: str, target: str) -> str | None:
    """A sign that a service puts in the place of protected text is never text."""
    found = [sign for sign in _SERVICE_SIGN.findall(target) if sign not in source]
    return f"a placeholder of the service came back: {found[0]}" if found else None


_SERVICE_SIGN = re.compile(r"(?<![A-Za-z0-9])DNT_?[A-Z0-9_]{4,}|__(?:DNT|PH)_?\w+")


def cells_come_back(source: str, target: str) -> str | None:
    """A row has as many cells as its English, and the same ones are empty; prose has no `|` of its own."""
    wanted, found = (_PIPE.split(inline.mask(text)) for text in (source, target))
    if len(wanted) != len(found):
        return f"{len(found) - 1} cell marks for {len(wanted) - 1}"
    empty = [[not cell.strip() for cell in cells] for cells in (wanted, found)]
    moved = len(wanted) > 1 and empty[0] != empty[1]
    return "what stands in one cell came back in another" if moved else None


_PIPE = re.compile(r"(?<!\\)\|")


def is_translated(source: str, target: str) -> str | None:
    """English that comes back as it went, or nearly, is no translation, but for names: "Deep Java"."""
    if source.casefold().split() != target.casefold().split():
        return "nearly the English came back" if _is_nearly(source, target) else None
    words = _LETTERS.findall(inline.mask(source, " "))
    names = sum(not word[0].islower() for word in words)
    if len(words) < 2 or (names == len(words) and names < _LONGEST_NAME):
        return None
    return "the English came back"


def _is_nearly(source: str, target: str) -> bool:
    """Whether all but a few words of an answer are those of the English, in its order."""
    english, answer = (inline.words(text.casefold()) for text in (source, target))
    if max(len(english), len(answer)) < _LEAST_WORDS:
        return False
    return LCSseq.normalized_similarity(english, answer) >= _NEARLY


_LEAST_WORDS, _NEARLY = 6, 0.75
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST_NAME = 5


def is_whole(source: str, target: str) -> str | None:
    """An answer far shorter or longer than its English is cut off, or runs on.

    The letters of 2,700 recorded answers were 0.54 to 1.71 times those of their English, a character of
    Chinese counted as 2.6.
    """
    english, answer = letters(source), letters(target)
    if answer and _MOST_TIMES * answer + _SLACK < english:
        return "the translation is far too short"
    if answer > _MOST_TIMES * english + _SLACK * _MOST_TIMES:
        return "the translation is far too long"
    return None


_MOST_TIMES, _SLACK = 4, 10


def is_readable(it: Translated) -> str | None:
    """Text that is mostly in another script is no text of this language."""
    letters = sum(map(str.isalpha, inline.mask(it.target, "")))
    strange = strange_letters(it)
    return "written in another script" if 2 * len(strange) > letters else None


def makes_progress(it: Translated) -> str | None:
    """Text that says one thing over and over is a loop."""
    found = max(repeats(it.target), key=lambda it: it.words, default=None)
    if (
        found is None
        or found.words - max((r.words for r in repeats(it.source)), default=0) < _LEAST_LOOP
    ):
        return None
    return f"the translation says again and again: {found.run[:60]}"


_LEAST_LOOP = 24  # words, or characters of Chinese

_ANY = language("")
REFUSALS: tuple[Remark, ...] = (is_readable, makes_progress)
CHECKS: tuple[Check, ...] = (
    something_is_there,
    no_new_block,
    stays_prose,
    no_placeholders,
    spans_come_back,
    halves_come_back,
    cells_come_back,
    numbers_come_back,
    is_whole,
    is_translated,
)


def remarks(source: str, target: str, row: Language = _ANY) -> list[str]:
    """What a reviewer should know of a translation that may be written all the same."""
    it = Translated(source, target, row)
    return [said for remark in REMARKS if (said := remark(it)) is not None]


def complaints(source: str, target: str, row: Language = _ANY) -> list[str]:
    """What the checks say against a translation; empty when it may be written."""
    found = [said for check in CHECKS if (said := check(source, target)) is not None]
    it = Translated(source, target, row)
    return found + [said for judge in REFUSALS if (said := judge(it)) is not None]
