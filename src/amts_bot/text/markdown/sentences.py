"""Prose into sentences, without losing a character.

Sentence ends are looked for in a *shape* of the text: same length, but protected spans, emphasis
and line wraps are replaced by stand-ins, so that no period in code, math or a URL is ever seen.
One rule serves all languages; what differs, a language's row says (`text.languages`). English asks
blingfire too, which knows many more abbreviations than the row.
"""

from __future__ import annotations

import ctypes
import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import pairwise

from amts_bot.model import Span, SpanKind
from amts_bot.text import scripts
from amts_bot.text.languages import SentenceEnds
from amts_bot.text.languages import language as language_row
from amts_bot.text.markdown import inline

# Stand-ins, from the private use area so that no rule takes them for letters or white space:
# a span that is read like a word, one that opens what follows, one that closes what went before.
_WORD, _OPEN, _CLOSE = "\ue000", "\ue001", "\ue002"

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")

# The `>` of a wrapped quotation is no part of its sentence.
_LINE_WRAP = re.compile(r"\n[ \t]*(?:>[ \t]?)*")
_MARGIN = re.compile(r"\n[ \t>]")

_WIDE = "。！？｡"
# What ends a sentence, in any script; for a character class.
MARKS = rf".!?…{_WIDE}।॥؟۔።။។"

_OPENERS = rf"“‘«‹„‚(\[{{（［｛「『《〈【〔{_OPEN}"

# Where a sentence may end: the marks, what they close, white space, and what comes next. The
# quantifiers are possessive: a cut never falls inside a run. “ and „ close in some languages
# (German „…“), so they count as closing only when white space follows; French sets « apart ».
# The lookbehind keeps a long run of marks linear: it is tried once, not from each of its marks. It comes behind the
# first mark, for which `re` then looks without asking anything of other characters.
_END = re.compile(
    rf"""
    (?P<marks> [{MARKS}] (?<! [{MARKS}]{{2}} ) [{MARKS}]*+ )
    (?P<close> (?:
        ["'”’»›)\]}}）］｝」』》〉】〕{_CLOSE}] | [“‘«‹„](?=\s|\Z) | [ \u00a0\u202f]»(?=\s|\Z)
    )*+ )
    (?P<space> \s*+ )
    (?= (?P<open> (?: [«-]\s | [{_OPENERS}"'»”¿¡—–] | [-−+](?=\d) )*+ ) (?P<next> .) )
    """,
    re.VERBOSE | re.DOTALL,
)
# Without such a mark there is no end inside a text, whatever its spans are.
_INNER_MARK = re.compile(rf"[{MARKS}](?:\s++\S|[^\s{MARKS}])")
_LAST_WORD = re.compile(r"[^\W\d_][\w.’'-]*\Z")
_LAST_PART = re.compile(r"°?[^\W_]+\Z")
_LAST_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,2}|[IVX]+)\Z")
# An opening quotation mark or bracket; " and ' open at the start of a word only.
_OPENING = rf"""(?:[{_OPENERS}]|(?:\A|(?<=[\s({_OPEN}]))["'])"""
# "1." of a list, or of a title that is quoted: press "3. Save".
_LIST_NUMBER = re.compile(
    rf"\A[\s>*+-]*{_OPENING}*(?:\d{{1,3}}|[A-Za-z]|[ivxIVX]+)\Z|{_OPENING}\d{{1,3}}\Z"
)
_NOTHING_BEFORE = re.compile(rf"{_OPENING}\Z")
# A sentence can begin in lower case with a name such as word2vec, textCNN, tf.data, or with "ii)".
_LOWER_START = re.compile(r"[a-z]+[A-Z0-9]|[a-z]{2,}\.[a-z]|(?:[a-z]|[ivx]{2,4})\)")

# `*`, or `_` at the rim of a word: one class of signs first, for which `re` looks quickly.
_EMPHASIS = re.compile(r"[*_](?:(?<=\*)\**|(?<=_)(?:(?<!\w_)_*(?=\S)|(?<=\S_)_*(?!\w)))")


def split(text: str, language: str) -> list[str]:
    """The sentences of `text`; joined, they are `text`, byte for byte.

    White space behind a sentence belongs to it, leading white space to the first one. `language` is
    a tag such as "tr" or "pt-BR"; one without rules of its own is split by the generic ones.
    """
    return list(_split(text, language))


# The same paragraph is split for its changes, for the memory and for the report.
@lru_cache(maxsize=16384)
def _split(text: str, language: str) -> tuple[str, ...]:
    if not (_INNER_MARK.search(text) or _BLANK_LINE.search(text)):
        return (text,) if text else ()
    edges = [0, *_cuts(text, language), len(text)]
    return tuple(text[start:end] for start, end in pairwise(edges) if start < end)


def _cuts(text: str, language: str) -> Iterator[int]:
    """Where sentences begin, the first one left out."""
    shape = _shape(text)
    first = len(text) - len(text.lstrip())
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        yield from (start + cut for cut in _paragraph_cuts(shape[start : blank.start()], language))
        start = blank.end()
        if first < start < len(text):
            yield start
    yield from (start + cut for cut in _paragraph_cuts(shape[start:], language))


def _paragraph_cuts(shape: str, language: str) -> Iterator[int]:
    row = language_row(language)
    asks = row.service_code == "en"
    begin = 0
    for end in _END.finditer(shape):
        if _ends(shape, begin, end, row.sentence_ends) and _agrees(shape, end, asks):
            begin = end.end()
            yield begin


# ------------------------------------------------------------------ the rule

_NOT_A_START = frozenset("，、；：,;:)）]」』”。！？.!?")
_WIDE_MARKS = frozenset(_WIDE)
_QUOTES = frozenset("\"'”’」』》")
_SINGLE, _HANGUL = scripts.ranges_by("single"), scripts.HANGUL.ranges
_GLUED = re.compile(rf"[{_HANGUL}][.!?]+(?=[{_HANGUL}])|[{_SINGLE})）][.!?]+(?=[{_SINGLE}])")


def _ends(shape: str, begin: int, end: re.Match[str], rules: SentenceEnds) -> bool:
    """Does the sentence that began at `begin` end here?"""
    before = shape[max(begin, end.start() - 60) : end.start()]  # enough, and keeps this linear
    if end["next"] in _NOT_A_START or (end["close"] and _NOTHING_BEFORE.search(before)):
        return False
    if not _WIDE_MARKS.isdisjoint(end["marks"]):
        return not (end["next"] in rules.goes_on and _QUOTES.intersection(end["close"]))
    if not end["space"]:
        return _ends_without_space(shape, end)
    if not (_starts(end) or _starts_in_lower_case(shape, end)):
        return False
    return end["marks"] != "." or not _is_abbreviation(before, end, rules)


def _starts(end: re.Match[str]) -> bool:
    """Can what follows begin a sentence? A letter does unless it is lower case."""
    first = end["next"]
    return first == _WORD or first.isdigit() or (first.isalpha() and not first.islower())


def _starts_in_lower_case(shape: str, end: re.Match[str]) -> bool:
    plain = not end["close"] and not end["open"].strip(_OPEN)
    return plain and bool(_LOWER_START.match(shape, end.end("open")))


def _ends_without_space(shape: str, end: re.Match[str]) -> bool:
    """Korean is often written, Chinese sometimes, with "." and no space: 끝났다.다음은."""
    return not end["close"] and bool(_GLUED.match(shape, max(end.start() - 1, 0)))


def _is_abbreviation(before: str, end: re.Match[str], rules: SentenceEnds) -> bool:
    """Does the period belong to an abbreviation, an ordinal, a list number?"""
    if not _ends_with_a_word(before) and _LIST_NUMBER.search(before):
        return True
    if end["close"]:
        return False
    if rules.ordinals and _LAST_NUMBER.search(before):
        return True
    word = _LAST_WORD.search(before, before.rfind(" ") + 1)
    return word is not None and _is_short_for(word[0], end, rules)


def _ends_with_a_word(text: str) -> bool:
    """Of two letters at least, which no number of a list has; most sentences do."""
    return len(text) > 1 and text[-2:].isalpha() and text[-1] not in "ivxIVX"


def _is_short_for(word: str, end: re.Match[str], rules: SentenceEnds) -> bool:
    names = {word, word[0].lower() + word[1:]}
    capital = end["next"].isupper() and not end["open"]
    return bool(names & rules.never) or (bool(names & rules.seldom) and not capital)


# ------------------------------------------------------------------ English


_LIBRARIES = {"win32": "blingfiretokdll.dll", "darwin": "libblingfiretokdll.dylib"}


@cache
def _blingfire() -> ctypes.CDLL | None:
    """The library, or None where its wheel does not run. Its package would import numpy too, which few runs need."""
    package = find_spec("blingfire")
    if package is None or package.origin is None:
        return None
    library = _LIBRARIES.get(sys.platform, "libblingfiretokdll.so")
    try:
        return ctypes.CDLL(package.origin.removesuffix("__init__.py") + library)
    except OSError:
        return None


@lru_cache(maxsize=1)  # for all periods of a paragraph
def _blingfire_starts(shape: str) -> Sequence[int] | None:
    """Where blingfire starts sentences; None when it cannot say."""
    library = _blingfire()
    plain = _plain(shape)
    if library is None or not plain.strip():
        return None
    # Its own wrapper walks over every byte, to tell characters: of ASCII they are the same.
    content = plain.encode("ascii")
    most = 1 << len(plain).bit_length() + 1  # bytes for all lines, in a few sizes
    numbers, letters = _rooms(most)
    starts, ends, lines = numbers(), numbers(), letters()
    length = library.TextToSentencesWithOffsets(content, len(content), lines, starts, ends, most)
    return starts[: lines.value.count(b"\n") + 1] if 0 <= length <= most else []


_WORD_STARTS, _NOT_PLAIN = re.compile(f"(?<!{_WORD}){_WORD}"), re.compile(r"[^ -~]")


@cache  # ctypes makes a class for each size, which takes longer than to ask
def _rooms(
    size: int,
) -> tuple[type[ctypes.Array[ctypes.c_int32]], type[ctypes.Array[ctypes.c_char]]]:
    return ctypes.c_int32 * size, ctypes.c_char * size


def _plain(shape: str) -> str:
    """ASCII of the same length: then blingfire's byte offsets are character offsets."""
    words = _WORD_STARTS.sub("X", shape).replace(_WORD, "x") if _WORD in shape else shape
    return words if words.isascii() and words.isprintable() else _NOT_PLAIN.sub(_ascii, words)


def _ascii(match: re.Match[str]) -> str:
    character = match[0]
    if character in "“”„»«":
        return '"'
    if character in "‘’":
        return "'"
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return " "


# What blingfire takes for abbreviations unless a frequent first word follows.
_ORDINARY = frozenset(
    [
        "and",
        "an",
        "app",
        "can",
        "etc",
        "in",
        "is",
        "min",
        "ml",
        "no",
        "op",
        "per",
        "sun",
        "°C",
        "°F",
    ]
)


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _agrees(shape: str, end: re.Match[str], asks: bool) -> bool:
    """Does blingfire start a sentence here too? It is asked about a period before a capital, in English.

    It can tell initials from "vitamin C. Then"; without it, a single letter is an initial.
    """
    if end["marks"] != "." or not end["next"].isupper():
        return True
    starts = _blingfire_starts(shape) if asks else None
    if starts is None:
        return end["close"] != "" or not _is_initial(_last_part(shape, end))
    index = bisect_right(starts, end.end("marks") - 1)
    if index < len(starts) and starts[index] <= end.end("open"):
        return True
    return _last_part(shape, end) in _ORDINARY


def _last_part(shape: str, end: re.Match[str]) -> str:
    word = _LAST_PART.search(shape[max(0, end.start() - 20) : end.start()])
    return word[0] if word else ""


# ------------------------------------------------------------------ the shape


def _shape(text: str) -> str:
    """`text` with stand-ins for spans and emphasis, and spaces for line wraps; same length."""
    pieces: list[str] = []
    position = 0
    for span in inline.spans(text):
        pieces += (text[position : span.start], _stand_in(text, span))
        position = span.end
    shape = "".join(pieces) + text[position:]
    if "*" in shape or "_" in shape:
        shape = _without_emphasis(shape)
    if _MARGIN.search(shape):
        shape = _LINE_WRAP.sub(lambda wrap: " " * len(wrap[0]), shape)
    return shape.replace("\n", " ")


def _stand_in(text: str, span: Span) -> str:
    piece = text[span.start : span.end]
    return (_WORD if span.kind in _WORDS else _role(text, span, piece)) * len(piece)


_WORDS: frozenset[SpanKind] = frozenset(("code", "math", "role", "url"))


def _role(text: str, span: Span, piece: str) -> str:
    match span.kind:
        case "link" | "image" if piece.startswith("[^"):
            # A note behind the period belongs to its sentence.
            return _WORD if text[span.start - 1 : span.start].isspace() else _CLOSE
        case "link" | "image":
            return _CLOSE if piece[0] == "]" else _OPEN
        case "marker":
            return _OPEN if piece[0] in "[(" else _CLOSE
        case "escape":
            return _OPEN if piece == "⟦" else _CLOSE
        case "html" if piece[:3].lower() == "<br":
            return " "
        case _:  # HTML
            return _CLOSE if piece.startswith("</") else _OPEN


def _without_emphasis(shape: str) -> str:
    """Emphasis marks become opening and closing stand-ins: "*So.* Then" ends behind the mark."""
    open_runs: list[str] = []

    def stand_in(run: re.Match[str]) -> str:
        if run[0] in open_runs:
            del open_runs[open_runs.index(run[0]) :]
            return _CLOSE * len(run[0])
        if shape[run.end() : run.end() + 1].strip():
            open_runs.append(run[0])
            return _OPEN * len(run[0])
        return run[0]

    return _EMPHASIS.sub(stand_in, shape)
