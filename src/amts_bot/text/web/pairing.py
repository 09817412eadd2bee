"""Pairs of pages, one to one: by what pages declare, by their links, by their addresses, by what they say.

The order is that of trust: a page that found its counterpart is out of reach of the later ways. Addresses of a site
name languages by a rule of its own (/en-us/ and /es-es/, or page.html and page.es.html), which is learnt from the pairs
so far.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from amts_bot.model.web import WebPage, WebSite
from amts_bot.text.languages import language

How = Literal["hreflang", "language link", "address", "content"]

# What a link to a page in another language is called there, beside the English name and the code.
_OWN_NAMES = {
    "de": "deutsch",
    "en": "english",
    "es": "español",
    "fr": "français",
    "it": "italiano",
    "ja": "日本語",
    "ko": "한국어",
    "pt": "português",
    "ru": "русский",
    "tr": "türkçe",
    "vi": "tiếng việt",
    "zh": "中文",
}
_LEAST_SUPPORT = 2  # pairs that a rule of addresses is learnt from
_LEAST_ALIKE = 0.25  # cosine of what two pages share; each must be the likeliest of the other
# What a translation leaves as it is: numbers, names, words of code.
_KEPT = re.compile(r"\b(?:\d[\d.,]*\d|[A-Z][\w+#-]*[A-Z0-9]\w*|\w+[_.]\w[\w.]*|[A-Z][a-z]{3,})\b")


@dataclass(frozen=True, slots=True)
class WebPair:
    """Two pages that seem to be translations of each other, and how that was found."""

    source: WebPage
    target: WebPage
    how: How


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages of a site as the ways look for them; `code` is the language looked for."""

    site: Mapping[str, WebPage]
    resolve: Callable[[str], str]
    codes: tuple[str, str]


def page_pairs(site: WebSite, source: str, target: str) -> list[WebPair]:
    """The pairs of the pages of a site, in the order of its pages."""
    side = _Pages(
        {page.address: page for page in site.pages}, _resolver(site.redirects), (source, target)
    )
    taken: list[WebPair] = []
    for find in (_declared, _linked, _by_address, _by_content):
        used = {page.address for pair in taken for page in (pair.source, pair.target)}
        for pair in find(side, taken):
            if pair.source.address not in used and pair.target.address not in used:
                used |= {pair.source.address, pair.target.address}
                taken.append(pair)
    order = {page.address: index for index, page in enumerate(site.pages)}
    return sorted(taken, key=lambda pair: order[pair.source.address])


def redirected(address: str, redirects: Mapping[str, str]) -> str | None:
    """Where an address leads at last; None where it goes round for ever."""
    seen = {address}
    while address in redirects:
        address = redirects[address]
        if address in seen:
            return None
        seen.add(address)
    return address


def speaks(tag: str, code: str) -> bool:
    """Is a tag such as es-MX one of the language?"""
    tag, code = tag.lower().replace("_", "-"), code.lower()
    return tag == code or tag.split("-")[0] == code.split("-")[0]


def _resolver(redirects: Mapping[str, str]) -> Callable[[str], str]:
    return lambda address: redirected(address, redirects) or address


def _declared(side: _Pages, _: Sequence[WebPair]) -> Iterator[WebPair]:
    """By hreflang, where both agree."""
    source, target = side.codes
    for page in side.site.values():
        for other in _alternates(page, target, side):
            if page in _alternates(other, source, side):
                yield WebPair(page, other, "hreflang")


def _alternates(page: WebPage, code: str, side: _Pages) -> list[WebPage]:
    """What a page declares as itself in a language, that very tag first; never itself."""
    links = [link for link in page.alternates if speaks(link.language, code)]
    links.sort(key=lambda link: not _is_main(link.language, code))
    found = (side.site.get(side.resolve(link.address)) for link in links)
    return [it for it in found if it is not None and it.address != page.address]


def _is_main(tag: str, code: str) -> bool:
    """es and es-ES before es-MX, where only the language is asked for."""
    parts = tag.lower().split("-")
    return tag.lower() == code.lower() or len(parts) == 1 or parts[0] == parts[-1]


def _linked(side: _Pages, _: Sequence[WebPair]) -> Iterator[WebPair]:
    """By a link that is called after the other language, from both sides first."""
    source, target = side.codes
    ways = [
        (page, other, page in _language_links(other, source, side))
        for page in side.site.values()
        for other in _language_links(page, target, side)
    ]
    for page, other, _both in sorted(ways, key=lambda way: not way[2]):
        if speaks(page.language, source) and speaks(other.language, target):
            yield WebPair(page, other, "language link")


def _language_links(page: WebPage, code: str, side: _Pages) -> list[WebPage]:
    names = {code.lower(), language(code).name.lower(), _OWN_NAMES.get(code.split("-")[0].lower())}
    found = (
        side.site.get(side.resolve(link.address))
        for link in page.links
        if link.words.lower() in names or (link.language and speaks(link.language, code))
    )
    return [it for it in found if it is not None and it.address != page.address]


def _by_address(side: _Pages, taken: Sequence[WebPair]) -> Iterator[WebPair]:
    """By what addresses of pairs differ in, the most frequent difference first."""
    rules = Counter(_difference(pair.source.address, pair.target.address) for pair in taken)
    for (mine, theirs), count in rules.most_common():
        if count < _LEAST_SUPPORT or not mine:
            continue
        for page in side.site.values():
            for at in _places(page.address, mine):
                other = page.address[:at] + theirs + page.address[at + len(mine) :]
                if other in side.site:
                    yield WebPair(page, side.site[other], "address")


def _difference(one: str, other: str) -> tuple[str, str]:
    """What two addresses differ in, with the marks around it: ("/en-us/", "/es-es/")."""
    mine, theirs = (re.split(r"(?<=[/._-])|(?=[/._-])", text) for text in (one, other))
    start = _common(mine, theirs)
    end = min(_common(mine[::-1], theirs[::-1]), min(len(mine), len(theirs)) - start)
    start = max(0, start - 1)
    end = max(0, end - 1)
    return "".join(mine[start : len(mine) - end]), "".join(theirs[start : len(theirs) - end])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _by_content(side: _Pages, taken: Sequence[WebPair]) -> Iterator[WebPair]:
    """By what translations leave as it is: each must be the likeliest counterpart of the other."""
    used = {page.address for pair in taken for page in (pair.source, pair.target)}
    free = [page for page in side.site.values() if page.address not in used and page.letters]
    groups = [[page for page in free if speaks(page.language, code)] for code in side.codes]
    kept = {page.address: Counter(_KEPT.findall(page.text)) for page in free}
    weights = _weights([kept[page.address] for page in free])
    likeness = {
        (one.address, other.address): _cosine(kept[one.address], kept[other.address], weights)
        for one in groups[0]
        for other in groups[1]
    }
    for one in groups[0]:
        other = max(groups[1], key=lambda it: likeness[one.address, it.address], default=None)
        if other is None or likeness[one.address, other.address] < _LEAST_ALIKE:
            continue
        back = max(groups[0], key=lambda it: likeness[it.address, other.address])
        if back is one:
            yield WebPair(one, other, "content")


def _weights(pages: Sequence[Counter[str]]) -> dict[str, float]:
    held = Counter(word for page in pages for word in page)
    return {word: log((1 + len(pages)) / count) for word, count in held.items()}


def _cosine(one: Counter[str], other: Counter[str], weights: Mapping[str, float]) -> float:
    def length(page: Counter[str]) -> float:
        return sqrt(sum((1 + log(n)) ** 2 * weights[word] ** 2 for word, n in page.items()))

    shared = sum(
        (1 + log(one[word])) * (1 + log(other[word])) * weights[word] ** 2
        for word in one.keys() & other.keys()
    )
    return shared / (length(one) * length(other)) if shared else 0.0
