"""Which English a term of the translation stands for, told by where both occur."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_MOST_WORDS = 3
_LEAST_OFTEN, _LEAST_DICE = 2, 0.6
_LEAST_LETTERS = 4  # of the first and the last word of a term, if they are no acronyms: else "a bucket" would be one


def english_of(term: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The English words that occur where the term does, and nowhere else, or hardly; "" where none clearly do.

    `pairs` are texts with their translations. Words are compared by Dice's coefficient, twice the places of both by the
    places of each (Smadja, McKeown, Hatzivassiloglou 1996, "Translating Collocations for Bilingual Lexicons"); of
    equals the longest, if the others are parts of it.
    """
    wanted = term.casefold()
    beside, everywhere, places = Counter[str](), Counter[str](), 0
    for english, target in pairs:
        names = {*_names(english)}
        everywhere.update(names)
        if wanted in target.casefold():
            places += 1
            beside.update(names)
    scores = {
        name: 2 * count / (everywhere[name] + places)
        for name, count in beside.items()
        if count >= _LEAST_OFTEN
    }
    best = max(scores.values(), default=0.0)
    first = sorted((name for name, score in scores.items() if score == best), key=len)
    if best < _LEAST_DICE or any(name not in first[-1] for name in first):
        return ""
    return first[-1]


def _names(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + _MOST_WORDS) + 1):
            if all(
                len(it) >= _LEAST_LETTERS or (len(it) > 1 and it.isupper())
                for it in (words[start], words[end - 1])
            ):
                yield " ".join(it if it.isupper() else it.casefold() for it in words[start:end])
