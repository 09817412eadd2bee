"""The version of an English page that a translation was made from: guessed from history, with a confidence.

What translators leave standing (`traces`) rules most versions out, and leaves several of equal rank: they differ in
prose only. Which of those it was is read off the whole book. Its pages are drawn from a mixture: some were made from
English commits that many pages share, a release most of all; others from what was newest when somebody wrote them. How
much there is of each is learnt from the book itself (expectation maximisation; Dempster, Laird & Rubin 1977), so a
book that follows releases and one that is kept up page by page are both read right. The probability of a version, or of
another with the same text, is the confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from amts_bot.text.align.traces import VersionBeside, difference, likeness, traces

# So much more must differ, by the weights of `traces`, before a version counts as clearly worse.
_CLEARLY = 3.0

# One more trace that differs makes a version e² times less likely.
_SHARPNESS = 2.0
# By so much more and a version is no candidate at all: e⁻⁷⁰ of the likeliest makes no difference to any figure.
_HOPELESS = 35.0
_ROUNDS = 40
_LEAST_LETTERS = 20  # of a paragraph that is dated


@dataclass(frozen=True, slots=True)
class PageVersion:
    """A text of a page, and when it came, on any clock that both books share; None where the page went."""

    came: int
    text: str | None


@dataclass(frozen=True, slots=True)
class PageHistory:
    """The versions of an English page and those of its translation, oldest first; the last translation counts."""

    english: tuple[PageVersion, ...]
    target: tuple[PageVersion, ...]


@dataclass(frozen=True, slots=True)
class VersionGuess:
    """The likeliest version, by its place in the English history, how sure that is, and how alike both pages are."""

    version: int
    confidence: float
    likeness: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How alike a translation and a version of its English are, and how much less than another version is."""

    likeness: float
    worse_by: float

    @property
    def is_clearly_worse(self) -> bool:
        return self.worse_by >= _CLEARLY


def fit(target: str, english: str, other: str) -> Fit:
    """How a version of the English fits a translation, beside another version."""
    own, here, there = traces(target), traces(english), traces(other)
    return Fit(likeness(own, here), difference(own, here) - difference(own, there))


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPage:
    """What the mixture knows of a page: the traces of its versions, and when the translation was worked on."""

    came: NDArray[np.int64]
    distance: NDArray[np.float64]  # of each version; infinite where there is no text
    texts: tuple[int, ...]  # the same number for the same text, white space aside
    edited: tuple[int, ...]
    likeness: tuple[float, ...]

    def fits(self, other: int) -> dict[int, Fit]:
        """How the versions that can be meant fit, by their places, beside another one of them."""
        worse_by = self.distance - self.distance[other]
        places = np.flatnonzero(np.isfinite(self.distance)).tolist()
        return {it: Fit(self.likeness[it], float(worse_by[it])) for it in places}


def guess_dated(read: Sequence[DatedPage]) -> list[VersionGuess | None]:
    """For each page of one book the version it was made from; never one that came after the translation's last edit.

    None where English came only after it, or has no text.
    """
    times = np.unique(np.concatenate([page.came for page in read])) if read else np.zeros(0, int)
    if not len(times):
        return [None] * len(read)
    places = np.array([_version_at(page, times) for page in read])
    fits = np.array([_fit(page, at) for page, at in zip(read, places, strict=True)])
    edits = np.array([_places(page.edited, times) for page in read]).T
    chances = _mixture(fits, edits)
    return [_guess(*it) for it in zip(read, places, chances, strict=True)]


def dated(page: PageHistory) -> DatedPage:
    """What the guess for a book needs of a page: its texts are not needed any more."""
    beside, last = VersionBeside(traces(page.target[-1].text or "")), page.target[-1].came
    distance, alike = np.full(len(page.english), np.inf), [0.0] * len(page.english)
    for place, version in enumerate(page.english):
        if version.text is not None and version.came <= last:
            beside.put(version.text)
            distance[place], alike[place] = beside.difference, beside.likeness
    hopeful = distance <= distance.min(initial=np.inf) + _HOPELESS
    return DatedPage(
        came=np.array([version.came for version in page.english], dtype=np.int64),
        distance=distance,
        texts=tuple(
            hash(" ".join(version.text.split())) if version.text and is_hopeful else 0
            for version, is_hopeful in zip(page.english, hopeful, strict=True)
        ),
        edited=_edits(page.target),
        likeness=tuple(alike),
    )


def _edits(target: Sequence[PageVersion]) -> tuple[int, ...]:
    """When the translation was worked on: the first time, when each quarter of its paragraphs stood, the last time."""
    born = sorted(_born(target)) or [target[-1].came]
    quarters = [born[(len(born) - 1) * part // 4] for part in (1, 2, 3)]
    return (target[0].came, *quarters, target[-1].came)


def _born(target: Sequence[PageVersion]) -> Iterator[int]:
    """When each paragraph of the last version came to stand as it does."""
    paragraphs = _paragraphs(target[-1].text or "")
    standing = {text for text in paragraphs if sum(map(str.isalpha, text)) >= _LEAST_LETTERS}
    newer = target[-1].came
    for version in reversed(target):
        gone = standing.difference(_paragraphs(version.text or ""))
        yield from [newer] * len(gone)
        standing -= gone
        newer = version.came
    yield from [newer] * len(standing)


_GAP = re.compile(r"\n\s*\n")


def _paragraphs(page: str) -> Iterator[str]:
    return map(_one_line, _GAP.split(page))


# Versions of a page share most of their paragraphs.
@lru_cache(maxsize=1024)
def _one_line(paragraph: str) -> str:
    return " ".join(paragraph.split())


def _version_at(page: DatedPage, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """The version that stood at each time; -1 before the first."""
    return np.searchsorted(page.came, times, side="right") - 1


def _places(moments: Sequence[int], times: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.maximum(np.searchsorted(times, np.array(moments), side="right") - 1, 0)


def _fit(page: DatedPage, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """How well the English of each time fits: 1 for the best, 0 where there is none."""
    apart = np.where(places >= 0, page.distance[np.maximum(places, 0)], np.inf)
    least = apart.min()
    if not np.isfinite(least):
        return np.zeros(len(places))
    fit = np.exp(-_SHARPNESS * (apart - least))
    return np.where(apart <= least + _HOPELESS, fit, 0.0)


def _mixture(fit: NDArray[np.float64], edits: NDArray[np.int64]) -> NDArray[np.float64]:
    """The chance of each time for each page.

    `fit` is by page and time, `edits` by kind of edit and page: the times at which a page was worked on.
    """
    kinds, pages = edits.shape
    rows = np.arange(pages)
    at_edits = np.array([fit[rows, edit] for edit in edits])
    common = np.full(fit.shape[1], 1 / fit.shape[1])
    is_common, by_edit = 0.5, np.full(kinds, 0.5 / kinds)
    for _ in range(_ROUNDS):
        shared = is_common * common * fit
        own = by_edit[:, None] * at_edits
        total = shared.sum(1) + own.sum(0)
        total[total == 0] = 1
        shared /= total[:, None]
        own /= total
        common = shared.sum(0) + 1e-9
        common /= common.sum()
        # Half a page for each kind and one for the common commits: a small book settles nothing for good.
        seen = shared.sum() + own.sum() + 1 + kinds / 2
        is_common, by_edit = (shared.sum() + 1) / seen, (own.sum(1) + 0.5) / seen
    for edit, chance in zip(edits, own, strict=True):
        shared[rows, edit] += chance
    return shared


def _guess(
    page: DatedPage, places: NDArray[np.int64], chances: NDArray[np.float64]
) -> VersionGuess | None:
    by_text: dict[int, float] = {}
    newest: dict[int, int] = {}
    for time in np.nonzero((chances > 0) & (places >= 0))[0]:
        version = int(places[time])
        text = page.texts[version]
        by_text[text] = by_text.get(text, 0.0) + float(chances[time])
        newest[text] = version
    if not by_text:
        return None
    best = max(by_text, key=by_text.__getitem__)
    version = newest[best]
    return VersionGuess(version, min(1.0, by_text[best]), page.likeness[version])
