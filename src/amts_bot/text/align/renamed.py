"""Translations under another name: which file is the translation of which English page, by what stands in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from amts_bot.text.align.traces import Traces, likeness, traces, weight

# Pages of one book are built alike: a pair must be like, and clearly more so than the next one of either. Among the
# pages of four books these find 264 of 286 pairs, and none that is wrong; of pages whose English was taken away, none
# finds another one. The least likeness of a right pair was 0.78.
_LEAST_LIKENESS = 0.7
_LEAST_LEAD = 0.15
_LEAST_COMPARED = 0.5  # what is less like any page is neither found nor near to what is
_LEAST_WEIGHT = (
    6.0  # of what stands in both languages; a page of three paragraphs is like any other one
)
_MOST_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class Renamed:
    """An English page, the file that seems to be its translation, and how like the two are, from 0 to 1."""

    source: str
    target: str
    likeness: float


def _no_original(_: str) -> bool:
    return False


def renamed(
    english: Mapping[str, str],
    files: Mapping[str, str],
    is_original: Callable[[str], bool] = _no_original,
) -> list[Renamed]:
    """The pairs of pages without a translation and files without English, likest first; each once at most.

    Files whose text `is_original` are no translations; that is asked of those alone that could make a difference.
    Nothing is found among more pairs than can be compared in a few seconds.
    """
    if len(english) * len(files) > _MOST_PAIRS:
        files = {path: text for path, text in files.items() if not is_original(text)}
        if len(english) * len(files) > _MOST_PAIRS:
            return []
    ours = _telling(files)
    theirs = _telling(english) if ours else {}
    pairs = [
        Renamed(source, target, likeness(left, right))
        for source, left in theirs.items()
        for target, right in ours.items()
    ]
    near = {pair.target for pair in pairs if pair.likeness >= _LEAST_COMPARED}
    originals = {target for target in near if is_original(files[target])}
    pairs = [pair for pair in pairs if pair.target not in originals]
    by_source, by_target = _two_best(pairs, "source"), _two_best(pairs, "target")
    found = [
        pair
        for pair in pairs
        if pair.likeness >= _LEAST_LIKENESS
        and _leads(pair, by_source[pair.source])
        and _leads(pair, by_target[pair.target])
    ]
    return sorted(found, key=lambda pair: (-pair.likeness, pair.source))


def _telling(pages: Mapping[str, str]) -> dict[str, Traces]:
    found = {path: traces(text) for path, text in pages.items()}
    return {path: it for path, it in found.items() if weight(it) >= _LEAST_WEIGHT}


def _two_best(
    pairs: Iterable[Renamed], side: Literal["source", "target"]
) -> dict[str, list[Renamed]]:
    """The likest pair of each page, and the next one."""
    found: dict[str, list[Renamed]] = {}
    for pair in pairs:
        best = found.setdefault(getattr(pair, side), [])
        best.append(pair)
        best.sort(key=lambda it: -it.likeness)
        del best[2:]
    return found


def _leads(pair: Renamed, best: list[Renamed]) -> bool:
    first, *rest = best
    return pair == first and all(pair.likeness - it.likeness >= _LEAST_LEAD for it in rest)
