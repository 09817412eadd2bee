"""Terms that a book translates in one way: exchanged in an old translation where the English exchanged them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from amts_bot.text import scripts

# A term is short, and more than a letter: `x` is not one.
_MOST_WORDS, _LEAST_LETTERS = 4, 3
_NO_BORDER = scripts.ranges_by("single")
_MARKUP = re.compile(r"[][()`$!<>{}]")
# What stands before a term that is a whole line or cell, and behind it.
_MARKS = re.compile(r"^(?:[\s#>*_+|:-]|\d+[.)]\s)+|[\s#*_|:]+$")


@dataclass(frozen=True, slots=True)
class Terms:
    """English terms, without their case, with the one translation that each has and that translates nothing else."""

    entries: Mapping[str, str] = field(default_factory=dict)

    def of(self, english: str) -> str:
        """The translation of a term; "" where it is none."""
        return self.entries.get(english.casefold(), "")

    def __or__(self, other: Terms) -> Terms:
        """Both; where they differ, those of the other."""
        return Terms({**self.entries, **other.entries})


NO_TERMS = Terms()


def agreed(pairs: Iterable[tuple[str, str]]) -> Terms:
    """The pairs whose English has one translation, which stands for one English term; case does not count."""
    there: dict[str, dict[str, str]] = {}
    back: dict[str, set[str]] = {}
    for english, target in pairs:
        there.setdefault(english.casefold(), {}).setdefault(target.casefold(), target)
        back.setdefault(target.casefold(), set()).add(english.casefold())
    sure = {english: [*targets.items()] for english, targets in there.items() if len(targets) == 1}
    return Terms(
        {english: target for english, [(name, target)] in sure.items() if len(back[name]) == 1}
    )


def is_term(text: str) -> bool:
    """Whether a text is as short as a term, and nothing but words."""
    return len(text) >= _LEAST_LETTERS and may_be_in_term(text)


def may_be_in_term(text: str) -> bool:
    """Whether a text may be a part of a term, or one."""
    return not _MARKUP.search(text) and len(text.split()) <= _MOST_WORDS


def names(page: str) -> Iterator[str]:
    """What stands alone on a page, in a heading, an item or a cell, and is as short as a term."""
    for line in page.splitlines():
        for part in line.split("|") if "|" in line else (line,):
            if len(part) < 80 and is_term(bare := _MARKS.sub("", part.strip())):
                yield bare


def places(term: str, text: str) -> list[re.Match[str]]:
    """Where a term stands alone in a text, whatever its case: no part of a word, no suffix behind an apostrophe."""
    letter = rf"[^\W{_NO_BORDER}]"
    before = rf"(?<!{letter})" if re.match(letter, term) else ""
    after = rf"(?!{letter}|['’])" if re.match(letter, term[-1]) else ""
    return [*re.finditer(before + re.escape(term) + after, text, re.IGNORECASE)]


def cased(term: str, like: str, code: str) -> str:
    """A term that begins as what it takes the place of: with a capital, or without; names in capitals stay."""
    if term[:1].isupper() == like[:1].isupper() or term[1:2].isupper():
        return term
    dotted = code.split("-")[0] in ("tr", "az")
    first = {"I": "ı", "İ": "i", "i": "İ", "ı": "I"}.get(term[0], "") if dotted else ""
    return (first or (term[0].upper() if like[0].isupper() else term[0].lower())) + term[1:]
