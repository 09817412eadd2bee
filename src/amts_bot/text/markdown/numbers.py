"""Whether the numbers of a text come back in its translation, in whichever notation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from amts_bot.text.markdown import inline


def numbers_come_back(source: str, target: str) -> str | None:
    """No number in digits becomes another one: 1,200 may be 1.200, 1200 or a word, but not 12000.

    Complains where each side has a number that the other lacks. Where a word gives the size, the zeros and
    the point do not count: 110 million may be 1.1 亿 or 1億1000万. Where a decade is named (1990s,
    20 世纪 90 年代), digits say nothing.
    """
    texts = inline.mask(source, " "), inline.mask(target, " ")
    if any(map(_PERIOD.search, texts)):
        return None
    if any(map(_SIZED.search, texts)):
        return _differ(source, target, (_significant,))
    return _differ(source, target, (_numbers, _digits))


def other_numbers(source: str, target: str) -> str | None:
    """The same for the numbers without a word of size or a decade, where there are some: a doubt.

    Who knows all such words of all languages?
    """
    texts = inline.mask(source, " "), inline.mask(target, " ")
    if not any(_SIZED.search(text) or _PERIOD.search(text) for text in texts):
        return None
    without = [_IN_WORDS.sub(" ", text) for text in texts]
    return _differ(without[0], without[1], (_numbers, _digits))


Reading = Callable[[str], Counter[str]]


def _differ(source: str, target: str, readings: Sequence[Reading]) -> str | None:
    """What differs, whichever way the numbers are read."""
    lost = {tuple(sorted(_differing(read, source, target))) for read in readings}
    if () in lost:
        return None
    return f"another number: {' '.join(min(lost))}"


_SIZED = re.compile(
    r"\d\s*(?:thousand|million|billion|trillion|hundred|bin|milyon|milyar|[KMB]\b|[mb]n\b|Mio|Mrd|mil\b"
    r"|mill|millón|millones|тыс|млн|млрд|[千万萬億亿兆百만억천백조])"
)
_PERIOD = re.compile(r"\d0s\b|\d\s*(?:世|年代|세기)")
# 1億1000万, 3억 4천만: one number with signs of size behind each part, and what power of ten they are.
_TIMES = {"": 0, "十": 1, "십": 1, "百": 2, "백": 2, "千": 3, "천": 3}
_SIZES = {"万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8, "兆": 12, "조": 12}
_PART = rf"(\d+(?:,\d{{3}})*(?:\.\d+)?) ?([{''.join(_TIMES)}]?)([{''.join(_SIZES)}]) ?"
_COMPOUND = re.compile(rf"(?:{_PART}){{2,}}")
_IN_WORDS = re.compile(rf"\d[\d.,\u00a0\u202f ]*?(?:{_SIZED.pattern}|{_PERIOD.pattern})")
_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,’'\u00a0\u202f\u2009]\d+)*")
_DIGITS = re.compile(r"\d+")


def _differing(read: Reading, source: str, target: str) -> Iterator[str]:
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


def _significant(text: str) -> Counter[str]:
    """The numbers without the zeros at their ends: what is left whichever word gives the size."""
    plain = _COMPOUND.sub(_in_one, inline.mask(text, " "))
    return Counter(number.strip("0") for number in _numbers(plain).elements())


def _in_one(compound: re.Match[str]) -> str:
    """1億1000万 -> 110000000"""
    parts = re.findall(_PART, compound[0])
    powers = [_TIMES[times] + _SIZES[size] for _, times, size in parts]
    numbers = [Decimal(number.replace(",", "")) for number, _, _ in parts]
    return str(round(sum(map(Decimal.scaleb, numbers, powers))))
