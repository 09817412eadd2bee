"""What a reviewer should know of machine text that passed its checks, and may be written.

A remark is a doubt, not a proof: what it says may be right. Each was held against 3,959 recorded blocks of two
languages, so that few remarks are made of text that people left as it was.
"""

from __future__ import annotations

import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice

from amts_bot.model import Span
from amts_bot.text import scripts
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.letters import letters
from amts_bot.text.markdown.numbers import other_numbers


@dataclass(frozen=True, slots=True)
class Translated:
    """A unit and its translation into the language of `row`."""

    source: str
    target: str
    row: Language


Remark = Callable[[Translated], str | None]


def emphasis_comes_back(it: Translated) -> str | None:
    """As many stretches stand out in the translation as in the English."""
    wanted, found = (
        sum(1 for _ in inline.emphasis_places(text)) for text in (it.source, it.target)
    )
    if found < wanted:
        return f"{wanted - found} of {wanted} emphasised words lost"
    return f"{found - wanted} more emphasised than in the English" if found > wanted else None


def signs_come_back(it: Translated) -> str | None:
    """No sign of Markdown stands in the text that the English has not there."""
    wanted, found = (Counter(_SIGN.findall(_plain(text))) for text in (it.source, it.target))
    more = found - wanted
    if inline.emphasised(it.source) != inline.emphasised(it.target):
        del more["*"]  # that is said already
    return f"signs that the English has not: {' '.join(sorted(more))}" if more else None


def _plain(text: str) -> str:
    """The text outside spans, without the marks of emphasis."""
    plain = [*inline.mask(text)]
    for start, end, mark in inline.emphasis_places(text):
        for at in (start, end - len(mark)):
            plain[at : at + len(mark)] = "x" * len(mark)
    return "".join(plain)


_SIGN = re.compile(r"[*`$<>\[\]|~\\{}#]|&\w+;")


# ------------------------------------------------------------------ where spans stand


def spans_keep_their_order(it: Translated) -> str | None:
    """Spans stand in the order of the English, or the reviewer sees to it that it is meant.

    Languages do move them; of recorded Turkish answers 4.6 % have another order, of Chinese ones 3 %.
    """
    wanted, found = (_spans(text) for text in (it.source, it.target))
    if wanted == found:
        return None
    moved = next(
        (a for a, b in zip(wanted, found, strict=False) if a != b), "".join(wanted or found)
    )
    return f"in another order than in the English: from {moved} on"


def _spans(text: str) -> list[str]:
    """Spans and named characters in their order."""
    places = [(span.start, span.end) for span in inline.spans(text)]
    places += [found.span() for found in _NAMED.finditer(inline.mask(text))]
    return ["".join(text[start:end].split()) for start, end in sorted(places)]


_NAMED = re.compile(r"&(?:[A-Za-z]+|#\w+);")


def spans_stay_inside(it: Translated) -> str | None:
    """What stands in a link or in emphasis stands there again, and nothing else does."""
    wanted, found = (Counter(_nested(text)) for text in (it.source, it.target))
    moved = sorted((wanted - found) | (found - wanted))
    return f"came out of a link or emphasis, or into one: {moved[0][0]}" if moved else None


def _nested(text: str) -> Iterator[tuple[str, str]]:
    """Each span with what encloses it, from outside in."""
    spans, pairs = inline.spans(text), inline.pairs(text)
    around = [(spans[a].start, spans[b].end, _end(text, spans[b])) for a, b in pairs.items()]
    around += [(start, end, mark) for start, end, mark in inline.emphasis_places(text)]
    around.sort(key=lambda place: (place[0], -place[1]))
    for span in spans:
        inside = [name for start, end, name in around if start < span.start and span.end < end]
        yield "".join(text[span.start : span.end].split()), " ".join(inside)


def _end(text: str, span: Span) -> str:
    return "".join(text[span.start : span.end].split())


def texts_stay_in_their_links(it: Translated) -> str | None:
    """Each of several links has the text of its own, as names and lengths tell; where they do not, people look.

    The service may leave the links in their order and move their texts. Of 3,959 recorded blocks 13 have several
    links, and of one neither names nor lengths told.
    """
    wanted, found = _linked(it.source), _linked(it.target)
    shared = [end for end in wanted if end in found]
    for one, other in combinations(shared[:_MOST_LINKS], 2):
        english, answer = (wanted[one], wanted[other]), (found[one], found[other])
        better = _names_in_place(english, answer) or _lengths_in_place(english, answer)
        if better < 0:
            return f"the texts of links seem to have changed places: {one} and {other}"
        if better < _SURE:
            return f"look which text belongs to which link: {one} and {other}"
    return None


def _linked(text: str) -> dict[str, str]:
    """The texts of links and images, by what follows them, where that is there once."""
    spans = inline.spans(text)
    texts: dict[str, list[str]] = {}
    for opening, closing in inline.pairs(text).items():
        inside = text[spans[opening].end : spans[closing].start]
        if spans[opening].kind in ("link", "image"):
            texts.setdefault(_end(text, spans[closing]), []).append(inside)
    return {end: found[0] for end, found in texts.items() if len(found) == 1}


def _names_in_place(english: tuple[str, str], answer: tuple[str, str]) -> int:
    """1 when a word that one of the English texts has stands in the same one again, -1 when in the other one."""
    one, other = ({*_TOKEN.findall(text)} for text in english)
    first, second = ({*_TOKEN.findall(text)} for text in answer)
    if (one - other) & first or (other - one) & second:
        return 1
    return -1 if (one - other) & second or (other - one) & first else 0


def _lengths_in_place(english: tuple[str, str], answer: tuple[str, str]) -> float:
    """How much better the texts fit as they stand than the other way round, by their letters."""
    wanted, found = ([1 + letters(text) for text in texts] for texts in (english, answer))
    grown = sum(found) / sum(wanted)
    kept, changed = (
        sum(abs(math.log(b / (a * grown))) for a, b in zip(wanted, order, strict=True))
        for order in (found, found[::-1])
    )
    return changed - kept


_TOKEN = re.compile(r"\w{2,}")
_SURE = 0.5
_MOST_LINKS = 12  # of a unit: each is held against each


def stretches_keep_their_size(it: Translated) -> str | None:
    """Links and emphasis hold about as much of the text as in the English, the longest too."""
    wanted, found = (_inside(text) for text in (it.source, it.target))
    grown = max(1, letters(it.target) / max(1, letters(it.source)))
    if not wanted or not found:
        return None
    if all(size(found) < _MOST_GROWN * grown * size(wanted) + _FEW for size in (sum, max)):
        return None
    return "far more than in the English stands in a link or in emphasis"


_MOST_GROWN, _FEW = 2, 8


def _inside(text: str) -> list[float]:
    """How many letters stand in each link and emphasis."""
    spans = inline.spans(text)
    places = [(spans[a].end, spans[b].start) for a, b in inline.pairs(text).items()]
    places += [(start, end) for start, end, _ in inline.emphasis_places(text)]
    return [letters(text[start:end]) for start, end in places]


def endings_stay(it: Translated) -> str | None:
    """What the English has right behind code or a formula, as in `lamp`s, does not come back with a blank between."""
    for span in inline.spans(it.source):
        ending = _LETTERS.match(it.source, span.end)
        if ending and span.kind in ("code", "math"):
            text = re.escape(it.source[span.start : span.end])
            apart = re.search(rf"{text}[ \n]\w{{1,{len(ending[0])}}}(?!\w)", it.target)
            if apart and not re.search(rf"{text}\s", it.source):
                return f"set apart: {apart[0]}"
    return None


_LETTERS = re.compile(r"[^\W\d_]+")


def words_stand_apart(it: Translated) -> str | None:
    """No word stands right behind a link or emphasis, unless some do in the English: it may be an ending."""
    glued = next(_glued(it.target), "")
    if not glued or next(_glued(it.source), ""):
        return None
    return f"no space behind a link or emphasis: {glued}"


def _glued(text: str) -> Iterator[str]:
    """What stands right behind what encloses words, but for scripts without spaces."""
    spans = inline.spans(text)
    ends = [spans[number].end for number in inline.pairs(text).values()]
    ends += [end for _, end, _ in inline.emphasis_places(text)]
    for end in ends:
        if word := _GLUED.match(text, end):
            yield word[0]


_GLUED = re.compile(rf"[^\W\d_{scripts.ranges_by('single')}]+")


# ------------------------------------------------------------------ what the text is written in


def is_in_its_script(it: Translated) -> str | None:
    """Letters are those of the language, Latin ones, or stand in the English too."""
    strange = strange_letters(it)
    return f"letters of another script: {strange[:20]}" if len(strange) > 1 else None


def strange_letters(it: Translated) -> str:
    """The letters of the translation that neither its language nor its English has, in order."""
    known = set(it.source)
    return "".join(
        letter
        for letter in _strange(it.row).findall(inline.mask(it.target, " "))
        if letter not in known
    )


@lru_cache
def _strange(row: Language) -> re.Pattern[str]:
    """A letter of a script that the language is not written in."""
    own = (*row.scripts, scripts.LATIN) if row.scripts else scripts.ALL
    others = [script for script in scripts.ALL if script not in own]
    return re.compile(f"[{scripts.ranges(*others)}]" if others else r"(?!)")


def no_english_left(it: Translated) -> str | None:
    """No run of English words stands in the translation as it stood in the English."""
    source, target = inline.words(it.source), inline.words(it.target)
    run = _longest_run(source, target)
    left = [word for word in run if word.islower() and word.isascii() and word.isalpha()]
    if len(left) < _LEAST_LEFT and _ENGLISH.isdisjoint(left):
        return None
    return f"English left: {' '.join(run[:8])}"


_LEAST_LEFT = 3
# Words that stand in no other language as they are; most short ones do.
_ENGLISH = frozenset(
    ["the", "with", "from", "that", "this", "these", "which", "their", "when", "between", "because"]
)


def _longest_run(source: Sequence[str], target: Sequence[str]) -> Sequence[str]:
    """The longest run of words of `target` that stands in `source` too."""
    best, end = 0, 0
    before: dict[int, int] = {}
    places: dict[str, list[int]] = {}
    for at, word in enumerate(source):
        places.setdefault(word, []).append(at)
    for at, word in enumerate(target):
        lengths = {place: before.get(place - 1, 0) + 1 for place in places.get(word, ())}
        longest = max(lengths.values(), default=0)
        if longest > best:
            best, end = longest, at + 1
        before = lengths
    return target[end - best : end]


# ------------------------------------------------------------------ whether it is whole


def is_as_long_as_usual(it: Translated) -> str | None:
    """Far shorter or longer than its English, for a text of this language."""
    english, answer = letters(it.source), letters(it.target)
    if answer * _MOST_TIMES + _SLACK < english:
        return "much shorter than the English"
    if english * _MOST_TIMES + _SLACK < answer:
        return "much longer than the English"
    return None


_MOST_TIMES, _SLACK = 1.6, 10


def ends_as_a_sentence(it: Translated) -> str | None:
    """What ends with a full stop in English ends with one, not in the middle; a question stays a question."""
    if any(script.words == "unmarked" for script in it.row.scripts):
        return None  # Thai sets no full stop
    wanted, found = _STOP.search(_without_ends(it.source)), _STOP.search(_without_ends(it.target))
    if not wanted:
        return None
    if not found or (_is_full(wanted) and not _is_full(found)):
        return "does not end as a sentence does: cut off?"
    if "?" in wanted["signs"] and _QUESTION.isdisjoint(found["signs"]):
        return "the English is a question: cut off?"
    return None


def _is_full(stop: re.Match[str]) -> bool:
    return bool(_FULL_STOP.search(stop["signs"]))


def _without_ends(text: str) -> str:
    """The text without the ends of links, images and tags: "A [lamp.](x)" -> "A lamp."."""
    text = _NAMED.sub(lambda it: "x" * len(it[0]), text)
    ends = {number for pair in inline.pairs(text).items() for number in pair}
    for number, span in reversed([*enumerate(inline.spans(text))]):
        text = text[: span.start] + ("" if number in ends else "x") + text[span.end :]
    return text.rstrip().rstrip("*_")


_STOP = re.compile(rf"(?P<signs>[{sentences.MARKS}:;：；·]+)[\"'“”’«»)*_\]\s）］」』》〉】〕]*+\Z")
_FULL_STOP = re.compile(f"[{sentences.MARKS}]")
_QUESTION = frozenset("?？؟՞;")


def brackets_close(it: Translated) -> str | None:
    """What is opened is closed, where the English closes what it opens."""
    for opening, closing in (("(（", ")）"), ('"', "")):
        wanted, found = (_left_open(text, opening, closing) for text in (it.source, it.target))
        if found > 0 and not wanted:
            return f"not closed: {opening[0]}"
    return None


def _left_open(text: str, opening: str, closing: str) -> int:
    """How many more are opened than closed; a sign that does both is one too many, or not."""
    plain = inline.mask(text, " ")
    opened, closed = (sum(map(plain.count, signs)) for signs in (opening, closing))
    return opened - closed if closing else opened % 2


def sentences_come_back(it: Translated) -> str | None:
    """Of several sentences none is lost. One in a hundred recorded answers makes two of them one."""
    wanted = len(sentences.split(it.source, "en"))
    found = len(sentences.split(it.target, it.row.code))
    return f"{found} sentences for {wanted}" if found < wanted else None


def sized_numbers_come_back(it: Translated) -> str | None:
    """Where words give sizes, the checks say little of numbers: the others are looked at here."""
    return other_numbers(it.source, it.target)


def nothing_is_repeated(it: Translated) -> str | None:
    """No run of words or signs stands twice or more on end, unless the English does the same."""
    signs = _SAME_SIGNS.search(it.target)
    if signs and not _SAME_SIGNS.search(it.source):
        return f"said again and again: {signs[1]}"
    found, own = repeats(it.target), repeats(it.source)
    words = [sum(it.words for it in said) for said in (found, own)]
    if len(found) > len(own) or words[0] > _MOST_SAID * words[1] + _LEAST_WEIGHT:
        return f"said again and again: {max(found, key=lambda it: it.words).run[:60]}"
    word = _TWICE_AT_THE_END.search(it.target)
    if word and not _TWICE.search(it.source):
        return f"said twice at the end: {word[1]}"
    return None


_MOST_SAID = 2
_SAME_SIGNS = re.compile(r"([^\w\s]{1,4})(?:\s+\1){2,}")
# "step by step" may be one word twice in another language.
_TWICE = re.compile(r"\b(\w{3,}|\d+)(?:\W+\w+)?\W+\1\b", re.IGNORECASE)
_TWICE_AT_THE_END = re.compile(r"(?<!\w)(\w+)[^\w\s]{0,2}\s+\1\W*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A run of words that stands on end several times, and how many words all of it has."""

    run: str
    words: int


def repeats(text: str) -> list[Repeat]:
    """What is said again on end: a word three times, two words twice, or all of a text twice.

    Spans and numbers are words of their own.
    """
    said = [word.casefold() for word in inline.words(text)]
    if len(said) > 1 and said[: len(said) // 2] == said[len(said) // 2 :]:
        return [Repeat(" ".join(said[: len(said) // 2]), len(said))]
    words = _SAID.findall(inline.protect(text).text.casefold())
    found: list[Repeat] = []
    told = bytearray(len(words))
    for length in range(1, _longest_run_in(len(words)) + 1):
        if sum(map(operator.eq, words, islice(words, length, None))) < length:
            continue
        for place in _repeats_of(length, words):
            if not any(told[place.start : place.stop]):
                told[place.start : place.stop] = b"\1" * len(place)
                run = words[place.start : place.start + length]
                found.append(Repeat(" ".join(run), len(place)))
    return found


def _longest_run_in(count: int) -> int:
    """How long runs are looked for among so many words: up to half of them, in giants to fewer."""
    return min(count // 2, max(_LEAST_LONGEST, _MOST_COMPARED // max(count, 1)))


def _repeats_of(length: int, words: Sequence[str]) -> Iterator[range]:
    """Where runs of so many words stand several times."""
    same = 0
    for at in range(length, len(words) + 1):
        if at < len(words) and words[at] == words[at - length]:
            same += 1
            continue
        times = same // length
        if times > 1 or (times and _weight(words[at - length : at]) >= _LEAST_WEIGHT):
            yield range(at - same - length, at)
        same = 0


def _weight(run: Sequence[str]) -> int:
    """A word says as much as three characters of Chinese."""
    return sum(3 if len(word) > 1 else 1 for word in run)


_SAID = re.compile(rf"⟦\d+⟧|[{scripts.ranges_by('single')}]|[^\W{scripts.ranges_by('single')}⟦⟧]+")
_LEAST_WEIGHT = 6  # of what is said again: two words
_LEAST_LONGEST, _MOST_COMPARED = 50, 300_000  # words

REMARKS: tuple[Remark, ...] = (
    emphasis_comes_back,
    signs_come_back,
    spans_keep_their_order,
    spans_stay_inside,
    texts_stay_in_their_links,
    stretches_keep_their_size,
    endings_stay,
    words_stand_apart,
    is_in_its_script,
    no_english_left,
    is_as_long_as_usual,
    ends_as_a_sentence,
    brackets_close,
    sentences_come_back,
    sized_numbers_come_back,
    nothing_is_repeated,
)
