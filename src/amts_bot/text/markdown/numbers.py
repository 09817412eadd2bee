"""Whether the numbers of a text come back in its translation, in whichever notation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from amts_bot.text.markdown import inline


def numbers_come_back(source: str, target: str) -> str | None:
    """No number in digits becomes another one: 1,200 may be 1.200, 1200 or a word, but not 12000.

    Complains where each side has a number that the other lacks. Where a word gives the size (12 million,
    1200 万) or a decade is named (1990s, 20 世纪 90 年代), digits alone say nothing.
    """
    if is_sized(source) or is_sized(target):
        return None
    return _differ(source, target)


def is_sized(text: str) -> bool:
    """Whether a word gives the size of a number."""
    return bool(_SIZED.search(inline.mask(text)))


def other_numbers(source: str, target: str) -> str | None:
    """The same for the numbers without such a word: a doubt, because who knows all words of all languages."""
    texts = (inline.mask(text, " ") for text in (source, target))
    return _differ(*(_SIZED_NUMBER.sub(" ", text) for text in texts))


def _differ(source: str, target: str) -> str | None:
    lost = {tuple(sorted(_differing(read, source, target))) for read in (_numbers, _digits)}
    if () in lost:
        return None
    return f"another number: {' '.join(min(lost))}"


_SIZED = re.compile(
    r"\d\s*(?:thousand|million|billion|trillion|hundred|bin|milyon|milyar|[KMB]\b|[mb]n\b|Mio|Mrd|mil\b"
    r"|mill|millón|millones|тыс|млн|млрд|[千万萬億亿兆百만억천백조世年])|\d0s\b",
)
_SIZED_NUMBER = re.compile(rf"\d[\d.,\u00a0\u202f ]*?(?:{_SIZED.pattern})")
_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,’'\u00a0\u202f\u2009]\d+)*")
_DIGITS = re.compile(r"\d+")


def _differing(read: Callable[[str], Counter[str]], source: str, target: str) -> Iterator[str]:
    wanted, found = read(source), read(target)
    if wanted - found and found - wanted:
        yield from (f"{number} lost" for number in (wanted - found))
        yield from (f"{number} not in the English" for number in (found - wanted))


def _numbers(text: str) -> Counter[str]:
    """The numbers outside spans, without what groups their digits."""
    return Counter(
        "".join(str(int(sign)) for sign in number if sign.isdecimal())
        for number in _NUMBER.findall(inline.mask(text, " "))
    )


def _digits(text: str) -> Counter[str]:
    """The same between points and commas: "1, 2, 3" and "1,2,3" have the same."""
    found = _DIGITS.findall(inline.mask(text, " "))
    return Counter("".join(str(int(sign)) for sign in number) for number in found)
