"""A sentence as the aligner sees it: what can be compared with a sentence of another language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from amts_bot.text import scripts
from amts_bot.text.markdown import inline

# Scripts that write no spaces between words. A Han character or kana says much alone; of an
# alphabet's letters three in a row do.
_SINGLE, _UNMARKED = scripts.ranges_by("single"), scripts.ranges_by("unmarked")
_HANGUL = scripts.HANGUL.ranges
_LETTER = rf"[^\W_{_SINGLE}{_UNMARKED}{_HANGUL}]"
# Marks between the clauses of a sentence.
_PAUSES = ",;:…—–()«»“”，；：（）。।॥،؛۔።"
_TOKEN = re.compile(
    rf"""
      (?P<character> [{_SINGLE}] )
    | (?P<hangul> [{_HANGUL}]+ )
    | (?P<unmarked> [{_UNMARKED}]+ )
    | (?P<number> \d+(?:[.,]\d+)* )
    | (?P<word> {_LETTER}+ (?:['’]{_LETTER}+)* )
    | (?P<mark> [?!？！] )
    | (?P<pause> [{_PAUSES}] | \.(?=\s) )
    """,
    re.VERBOSE,
)
_SEPARATORS = re.compile(r"[.,]")
_MARKS = {"？": "?", "！": "!"}

# Letters of English text that a character of text in these scripts stands for, over whole books.
_LETTERS_PER_HAN, _LETTERS_PER_SYLLABLE = 2.6, 2.0
# A span counts as a short word: its own length is the same on both sides.
_LETTERS_PER_SPAN = 2.0
# Spans that translations keep; of the others (brackets of links, tags) the long ones hold an address.
_TELLING = frozenset({"code", "math", "role", "url"})
_TELLING_LENGTH = 5
_ANCHOR = "\0"
_PAUSE = ""
_IDENTIFIER = re.compile(r"`+(\w+)`+")
# Translators gloss terms and add remarks in brackets: 通道（channel）.
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
# Words of two languages that begin with so many equal letters are often cognates (Simard, Foster & Isabelle 1992).
COGNATE_KEY = 4
_CLOSING = "\"'”’»›)]}）］｝」』》〉】〕*_~ \t\r\n"
_ENDINGS = {
    "stop": ".。।॥۔።։។…",
    "question": "?？؟",
    "exclamation": "!！",
    "colon": ":：",
    "semicolon": ";；؛",
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """`words` are casefolded, an anchor is one word that begins with a NUL; `length` is in English
    letters, without what stands in brackets; `ending` names the last mark, "" where there is none;
    `clauses` are the numbers of words before each pause inside the sentence."""

    words: tuple[str, ...]
    length: float
    ending: str
    clauses: tuple[int, ...]


# A page is aligned more than once: on its own, for the lexicon, with the lexicon.
@lru_cache(maxsize=256)
def tokens(sentence: str) -> Tokens:
    """Words, numbers and anchors of a sentence, and its length."""
    found = [
        (span.start, _anchor("".join(sentence[span.start : span.end].split())))
        for span in inline.spans(sentence)
        if span.kind in _TELLING or span.end - span.start >= _TELLING_LENGTH
    ]
    length = _LETTERS_PER_SPAN * len(found)
    text = inline.mask(sentence, " ").casefold()
    remarks = [remark.span() for remark in _BRACKETED.finditer(text)]
    for token in _TOKEN.finditer(text):
        kind, at, letters = token.lastgroup, token.start(), token[0]
        if kind in _CUTS:
            found += [(at, word) for word in _CUTS[kind](letters)]
        else:
            found.append((at, letters))
        if not (remarks and any(start <= at < end for start, end in remarks)):
            length += _LENGTHS.get(kind, 1.0) * len(letters)
    in_order = [word for _, word in sorted(found, key=itemgetter(0))]
    words, clauses = _in_clauses(in_order)
    return Tokens(words, length, _ending(sentence), clauses)


def _in_clauses(found: Iterable[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words among words and pauses, and how many of them stand before each pause inside."""
    words: list[str] = []
    pauses: set[int] = set()
    for word in found:
        if word == _PAUSE:
            pauses.add(len(words))
        else:
            words.append(word)
    return tuple(words), tuple(sorted(pauses - {0, len(words)}))


def _anchor(span: str) -> str:
    """A name set as code is the word that it is elsewhere: `adam` and Adam."""
    name = _IDENTIFIER.fullmatch(span)
    return name[1].casefold() if name else _ANCHOR + span


def _ending(sentence: str) -> str:
    last = sentence.rstrip(_CLOSING)[-1:]
    return next((kind for kind, marks in _ENDINGS.items() if last and last in marks), "")


# Of each kind of token the words that it is, where they are not what stands there.
_CUTS: dict[str | None, Callable[[str], Sequence[str]]] = {
    "hangul": lambda text: (text[:2],),  # particles and endings come behind the stem
    "unmarked": lambda text: [text[i : i + 3] for i in range(max(1, len(text) - 2))],
    "number": lambda text: (_SEPARATORS.sub("", text),),  # 1,000.5 is 1.000,5 elsewhere
    "mark": lambda text: (_MARKS.get(text, text),),
    "pause": lambda _: (_PAUSE,),
}
# The letters of English text that a character of it stands for, where that is not one.
_LENGTHS: dict[str | None, float] = {
    "character": _LETTERS_PER_HAN,
    "hangul": _LETTERS_PER_SYLLABLE,
    "mark": 0.0,
    "pause": 0.0,
}


def is_anchor(word: str) -> bool:
    """Is it a protected span? Those are the same in every language."""
    return word.startswith(_ANCHOR)


@lru_cache(maxsize=16384)
def plain(word: str) -> str:
    """A word in an alphabet with cases without its accents, as cognates are compared; "" for others and short ones."""
    if len(word) < COGNATE_KEY or not word[0].isalpha() or word[0].upper() == word[0]:
        return ""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
