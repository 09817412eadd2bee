"""Edits that need no translation, made in an old one: what stands there as in the English is taken, put or left out.

Names, numbers, code, formulas and references replaced one for one; those that went, with the brackets around them; a
bracket that went whole; a reference that came at the end; a term of the book for another one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from operator import attrgetter
from typing import Literal, NamedTuple

from amts_bot.model import DraftEdit, Span
from amts_bot.text import scripts
from amts_bot.text.drafts.pieces import differences
from amts_bot.text.drafts.terms import NO_TERMS, Terms, cased, is_term, may_be_in_term, places
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline

_SINGLE = scripts.ranges_by("single")
_LETTER = re.compile(rf"[^\W{_SINGLE}]")
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|[{_SINGLE}]|(?:[^\W{_SINGLE}]|[{scripts.MARKS}])+(?:-\w+)*")
_BRACKET = re.compile(r"\s?[(（][^()（）]*[)）]")
_ENDS = re.compile(r"[\s.!?:;。！？：；…]*\Z")
_SEPARATOR = r"(?:\s*[,，、;；]\s*)"


@dataclass(frozen=True, slots=True)
class Swapped:
    """An old translation with its `edits`; `complete` where these are all that the English changed."""

    text: str
    complete: bool
    edits: tuple[DraftEdit, ...] = ()


class _Token(NamedTuple):
    """A piece of a text: a protected span, or a word or number, which may be the first thing there."""

    text: str
    start: int
    kind: Literal["span", "first", "later"]

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_markup(self) -> bool:
        """Spans and numbers are the same in every language."""
        return self.kind == "span" or self.text[0].isdigit()

    @property
    def may_be_name(self) -> bool:
        """By its digits and capitals."""
        first, rest = self.text[0], self.text[1:]
        return (first.isupper() and self.kind != "first") or any(
            sign.isupper() or sign.isdigit() for sign in rest
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _English:
    """The English before and after, in tokens and as texts."""

    was: tuple[_Token, ...]
    now: tuple[_Token, ...]
    old: str
    new: str
    language: Language

    def is_translated(self, token: _Token) -> bool:
        """Whether it is a word, and no name; in scripts other than the Latin any word of it may be a name."""
        latin = not self.language.scripts or scripts.LATIN in self.language.scripts
        return latin and not token.is_markup and not token.may_be_name


def swapped(
    old: str, new: str, target: str, language: Language, terms: Terms = NO_TERMS
) -> Swapped:
    """`target`, a translation of English `old`, with the edits that led to English `new`."""
    whole = _without_bracket(old, new, target)
    if whole is not None:
        return whole
    english = _english(old, new, language)
    changes = list(_changes(english))
    became = Counter(before[0].text for before, _ in changes if len(before) == 1)
    found = Swapped(target, complete=True)
    for before, after in changes:
        clear = all(became[token.text] <= 1 for token in before)
        done = _made(found.text, before, after, english, terms) if clear else None
        found = (
            replace(found, complete=False)
            if done is None
            else replace(found, text=done[0], edits=(*found.edits, done[1]))
        )
    return found


def _made(
    target: str, before: Sequence[_Token], after: Sequence[_Token], english: _English, terms: Terms
) -> tuple[str, DraftEdit] | None:
    """`target` with one change made, and the edit that made it; None where it is not clear how."""
    done = _edited(target, before, after, english)
    if done is not None:
        return done, DraftEdit("swap", _shown(before), _shown(after))
    return _with_term(target, before, after, english, terms) if terms.entries else None


_MOST_BESIDE = 2  # words beside a changed one that may belong to its term
_BESIDE = sorted(product(range(_MOST_BESIDE + 1), repeat=2), key=sum, reverse=True)


def stretches(old: str, new: str, language: Language) -> Iterator[tuple[str, str]]:
    """What may be a term of the old English and one of the new that took its place."""
    english = _english(old, new, language)
    for before, after in _changes(english):
        yield from _longest_first(before, after, english)


def _longest_first(
    before: Sequence[_Token], after: Sequence[_Token], english: _English
) -> Iterator[tuple[str, str]]:
    """A change with the words beside it that both sides have."""
    if not _may_be_terms(before, after, english):
        return
    (i, p), (j, q) = (
        (_at(side, part[0]), _at(side, part[-1]) + 1)
        for side, part in ((english.was, before), (english.now, after))
    )
    for left, right in _BESIDE:
        was, now = (
            english.was[max(0, i - left) : p + right],
            english.now[max(0, j - left) : q + right],
        )
        texts = english.old[was[0].start : was[-1].end], english.new[now[0].start : now[-1].end]
        beside = [
            _shown((*side[:left], *side[len(side) - right :])) if len(side) > left + right else ""
            for side in (was, now)
        ]
        if beside[0] == beside[1] and all(map(is_term, texts)):
            yield texts


def _may_be_terms(before: Sequence[_Token], after: Sequence[_Token], english: _English) -> bool:
    """Whether both sides of a change may be a part of a term, or one; most are too long."""
    return all(
        side and may_be_in_term(text[side[0].start : side[-1].end])
        for side, text in ((before, english.old), (after, english.new))
    )


def _at(side: Sequence[_Token], token: _Token) -> int:
    return bisect_left(side, token.start, key=lambda it: it.start)


def _with_term(
    target: str, before: Sequence[_Token], after: Sequence[_Token], english: _English, terms: Terms
) -> tuple[str, DraftEdit] | None:
    """`target` with a term exchanged that stands in it as often as its English did, never within a word."""
    for was, now in _longest_first(before, after, english):
        mine, other = terms.of(was), terms.of(now)
        if not mine or not other or mine == other or places(was, english.new):
            continue
        found = places(mine, target)
        if len(found) == len(places(was, english.old)) == 1:
            start, end = found[0].span()
            term = cased(other, found[0][0], english.language.code)
            return target[:start] + term + target[end:], DraftEdit("term", found[0][0], term)
    return None


def _shown(tokens: Sequence[_Token]) -> str:
    return " ".join(token.text for token in tokens)


def _english(old: str, new: str, language: Language) -> _English:
    return _English(
        was=tuple(_tokens(old)),
        now=tuple(_tokens(new)),
        old=old,
        new=new,
        language=language,
    )


def _tokens(text: str) -> list[_Token]:
    masked = inline.mask(text, " ")
    first = len(masked) - len(masked.lstrip())
    words = [
        _Token(word[0], at := word.start(), "later" if at > first else "first")
        for word in _TOKEN.finditer(masked)
    ]
    spans = [span for span in inline.spans(text) if _counts(span, text)]
    marks = [_Token(text[span.start : span.end], span.start, "span") for span in spans]
    return sorted(marks + words, key=attrgetter("start")) if marks else words


def _counts(span: Span, text: str) -> bool:
    return span.kind != "marker" and text[span.start : span.end] != "["


_Change = tuple[Sequence[_Token], Sequence[_Token]]


def _changes(english: _English) -> Iterator[_Change]:
    """What became of what, each change once; tokens replaced one for one by themselves."""
    was, now = english.was, english.now
    old, new = (
        ["".join(it.text.split()) if it.kind == "span" else it.text for it in side]
        for side in (was, now)
    )
    pairs: set[tuple[str, str]] = set()
    for i, p, j, q in differences(old, new):
        for before, after in _one_for_one(was[i:p], now[j:q]):
            pair = " ".join(token.text for token in before), " ".join(t.text for t in after)
            if pair not in pairs:
                yield before, after
            pairs.add(pair)


def _one_for_one(before: Sequence[_Token], after: Sequence[_Token]) -> Iterator[_Change]:
    """A stretch token by token where it has as many, else its markup so, and the rest as a whole."""
    if len(before) == len(after):
        yield from (((b,), (a,)) for b, a in zip(before, after, strict=True))
        return
    marks, new_marks = ([t for t in side if t.is_markup] for side in (before, after))
    if before and len(marks) == len(new_marks) > 0:
        yield from _one_for_one(marks, new_marks)
        yield _words(before), _words(after)
    else:
        yield before, after


def _words(tokens: Sequence[_Token]) -> list[_Token]:
    return [token for token in tokens if not token.is_markup]


def _edited(
    target: str, before: Sequence[_Token], after: Sequence[_Token], english: _English
) -> str | None:
    """`target` with one change made; None where it is not clear how, or no such edit."""
    if any(map(english.is_translated, (*before, *after))):
        return None
    if len(before) == len(after) == 1:
        return _replaced(target, before[0].text, after[0].text, english)
    if not after:
        return _left_out(target, before, english)
    return None if before or after[-1] != english.now[-1] else _added(target, after, english)


def _replaced(target: str, before: str, after: str, english: _English) -> str | None:
    if any(token.text == before for token in english.now):
        return None
    places = [*_places(target, before)]
    if len(places) != sum(token.text == before for token in english.was):
        return None
    edges = [0, *(edge for place in places for edge in (place, place + len(before))), len(target)]
    return after.join(target[i:j] for i, j in zip(edges[::2], edges[1::2], strict=True))


def _places(text: str, part: str) -> Iterator[int]:
    """Where `part` stands in a text and is no part of a longer word."""
    begins, ends = _LETTER.match(part), _LETTER.match(part[-1])
    place = text.find(part)
    while place >= 0:
        end = place + len(part)
        inside = begins and place and _LETTER.match(text[place - 1])
        if inside or (ends and _LETTER.match(text, end)):
            end = place + 1
        else:
            yield place
        place = text.find(part, end)


def _left_out(target: str, gone: Sequence[_Token], english: _English) -> str | None:
    """Without tokens that went: what stood in brackets goes with them, and what was a member of a list."""
    for token in gone:
        if token.text.isalnum() or any(token.text == other.text for other in english.now):
            return None
        own = re.escape(token.text)
        places = rf"\s?[(（]{own}[)）]|{own}{_SEPARATOR}|{_SEPARATOR}{own}|\s?{own}"
        target, found = re.subn(places, "", target)
        if found != sum(token.text == other.text for other in english.was):
            return None
    return target


def _added(target: str, come: Sequence[_Token], english: _English) -> str | None:
    """With what came at the end, as the English has it there: in brackets, behind a blank."""
    if any(token.text.isalnum() for token in come):
        return None
    before = english.now[: -len(come)]
    stretch = english.new[before[-1].end if before else 0 : _ends_at(english.new)]
    if re.sub(r"[\s()（）]", "", stretch) != "".join("".join(token.text.split()) for token in come):
        return None
    place = _ends_at(target)
    return target[:place] + stretch + target[place:]


def _ends_at(text: str) -> int:
    found = _ENDS.search(text)
    return found.start() if found else len(text)


def _without_bracket(old: str, new: str, target: str) -> Swapped | None:
    """The target without the bracket that went, where it has as many as the English had; None where none went."""
    was, ours = ([*_BRACKET.finditer(inline.mask(text))] for text in (old, target))
    if len(was) != len(ours):
        return None
    for english, mine in zip(was, ours, strict=True):
        if (old[: english.start()] + old[english.end() :]).split() == new.split():
            text = target[: mine.start()] + target[mine.end() :]
            return Swapped(
                text,
                complete=True,
                edits=(DraftEdit("swap", target[mine.start() : mine.end()].strip(), ""),),
            )
    return None
