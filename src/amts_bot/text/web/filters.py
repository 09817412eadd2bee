"""Why a pair of web pages is not worth having."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from rapidfuzz import fuzz

from amts_bot.model.web import WebPage
from amts_bot.text.align.learning import own_lexicon
from amts_bot.text.pairs.bitext import bitext, page_sentences
from amts_bot.text.web.pairing import WebPair, speaks

_LEAST_LETTERS = 200
# Target to source, against the median of the site: whole translations stay well within, cut ones do not.
_MOST_UNLIKE = 1.8
_LEAST_LIKENESS = 0.5  # of the sentences of the source, in likely pairs; real pairs have .94 and more, others up to .3
_NEAR_DUPLICATE = 95.0
_MACHINE = re.compile(
    r"translationtype: mt\b|machine[- ]translated|translated (?:by (?:a )?machine|automatically)"
    r"|automatically translated|(?:traducid[oa]|traducción|traducido) (?:\w+ ){0,5}automátic"
    r"|traduit\w* (?:\w+ ){0,3}automatique|traduction automatique de cette page"
    r"|maschinell (?:übersetzt|erstellt)|automatisch übersetzt|traduzid[oa] (?:\w+ ){0,4}automátic"
    r"|traduzion\w* automatic|otomatik olarak çevril|makine çevirisi ile|机器翻译|機械翻訳|기계 번역",
    re.IGNORECASE,
)
_OF_A_PAGE = re.compile(
    r"\b(?:this|page|article|content|version|est[ea]|página|artículo|contenido|diese[rs]?|seite|artikel|cette|ce|page"
    r"|bu|sayfa|esta|texto (?:obtenid|traducid|generad)o)\b|本|この|이 |translationtype",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pairs are wanted: the languages, the words of which one must be on either side, and the usual ratio of
    letters, target to source."""

    source: str
    target: str
    keywords: tuple[str, ...]
    ratio: float


def usual_ratio(pairs: Sequence[WebPair]) -> float:
    """Letters of the target to one of the source, in the middle of all pairs."""
    ratios = [p.target.letters / p.source.letters for p in pairs if p.source.letters]
    return median(ratios) if ratios else 1.0


def fault(pair: WebPair, wanted: Wanted) -> str:
    """Why a pair is left out, or ""."""
    return next((reason for check in _CHECKS if (reason := check(pair, wanted))), "")


def repeats(page: WebPage, others: Sequence[WebPage]) -> bool:
    """Is a page nearly the same as another one?"""
    return any(
        fuzz.ratio(page.text, other.text, score_cutoff=_NEAR_DUPLICATE) > 0
        for other in others
        if 0.9 < (len(page.text) + 1) / (len(other.text) + 1) < 1.1
    )


def _short(pair: WebPair, wanted: Wanted) -> str:
    letters = min(pair.source.letters, pair.target.letters)
    return "" if letters >= _LEAST_LETTERS else "no article"


def _language(pair: WebPair, wanted: Wanted) -> str:
    sides = ((pair.source, wanted.source), (pair.target, wanted.target))
    wrong = [code for page, code in sides if page.language and not speaks(page.language, code)]
    return f"prose is not in the language {wrong[0]}" if wrong else ""


def _length(pair: WebPair, wanted: Wanted) -> str:
    unlike = pair.target.letters / pair.source.letters / wanted.ratio
    return "" if 1 / _MOST_UNLIKE <= unlike <= _MOST_UNLIKE else "odd length"


def _keyword(pair: WebPair, wanted: Wanted) -> str:
    text = " ".join(
        f"{page.title}\n{page.subjects}\n{page.text}" for page in (pair.source, pair.target)
    ).casefold()
    text = " ".join(text.split())
    found = not wanted.keywords or any(word.casefold() in text for word in wanted.keywords)
    return "" if found else "no keyword"


def _machine(pair: WebPair, wanted: Wanted) -> str:
    notices = (*pair.source.notices, *pair.target.notices)
    is_machine = any(_MACHINE.search(it) and _OF_A_PAGE.search(it) for it in notices)
    return "machine translation" if is_machine else ""


def _likeness(pair: WebPair, wanted: Wanted) -> str:
    likeness = page_likeness(pair.source.text, pair.target.text, wanted.source, wanted.target)
    return "" if likeness >= _LEAST_LIKENESS else "does not look like a translation"


def page_likeness(source: str, target: str, source_language: str, target_language: str) -> float:
    """The share of the sentences of the source that our aligner finds a likely counterpart for."""
    english = page_sentences(source, source_language)
    ours = page_sentences(target, target_language)
    if not english or not ours:
        return 0.0
    known = own_lexicon(english, ours, source_language, target_language)
    pairs = bitext(source, target, source_language, target_language, "sentence", known)
    return min(1.0, sum(pair.probability for pair in pairs) / len(english))


_CHECKS: tuple[Callable[[WebPair, Wanted], str], ...] = (
    _short,
    _language,
    _length,
    _keyword,
    _machine,
    _likeness,
)


def duplicates(pairs: Sequence[WebPair]) -> Iterator[int]:
    """The places of pairs that nearly repeat an earlier one, on both sides."""
    kept: list[WebPair] = []
    for index, pair in enumerate(pairs):
        if repeats(pair.source, [it.source for it in kept]):
            yield index
        else:
            kept.append(pair)
