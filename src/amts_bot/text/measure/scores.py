"""BLEU and chrF with error bars: from segments to numbers that carry the recipe that made them.

Scores are 0 to 1 and equal to sacrebleu's (Post 2018, https://aclanthology.org/W18-6319), whose
tokenizers and signatures are used. They are functions of counts that add up over segments, so a
bootstrap resample costs one addition of counts, not a new scoring.

The same input gives the same figures on every machine: counts are whole numbers, resamples come from a
generator whose stream numpy promises to keep (PCG64, raw), the fourth root is two square roots, which
IEEE 754 rounds exactly, and figures are rounded to six digits, far above what one exponential may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

# sacrebleu is imported where it is needed: it takes a while to load, and most runs score nothing.
if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

Counts = NDArray[np.float64]  # whole numbers below 2**53: sums and products of them are exact
_Metric = Callable[[Counts], Counts]  # summed counts along the last axis -> scores

RESAMPLES = 1_000
SEED = 12_345
# Below this many things to draw from, a bootstrap interval is narrower than it should be.
LEAST_GROUPS = 20
INTERVAL_RECIPE = (
    f"95 % intervals: percentile bootstrap, {RESAMPLES:,} resamples, PCG64 seed {SEED}; "
    f"none for fewer than {LEAST_GROUPS}"
)

_BLEU_ORDER = 4
_CHRF_ORDER = 6
_BETA_SQUARED = 4
_DIGITS = 6
_CHUNK = 50  # resamples at a time: the weights of a whole book fit into memory


@dataclass(frozen=True, slots=True)
class ScoredSegment:
    """What a machine wrote and what people wrote for the same source."""

    hypothesis: str
    reference: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A score, 0 to 1, with its 95 % interval (None where there are too few segments) and signature."""

    value: float
    interval: tuple[float, float] | None
    signature: str

    def __str__(self) -> str:
        if self.interval is None:
            return f"{self.value:.3f}"
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}]"


@dataclass(frozen=True, slots=True)
class Scores:
    """Both metrics for the same segments. `groups` is how many things the intervals draw from."""

    bleu: Figure
    chrf: Figure
    segments: int
    groups: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts, a row for each group of segments, from which scores of any selection follow.

    `bleu` has the lengths of hypothesis and reference, then matches and totals for each order of
    n-gram; `chrf` has for each order the n-grams of the hypothesis, of the reference, and in common.
    """

    bleu: Counts
    chrf: Counts
    segments: int
    tokenizer: str


def gather(groups: Sequence[Sequence[ScoredSegment]], tokenizer: str) -> Statistics:
    """The counts of segments. A group is what a resample takes or leaves as one: sentences of one
    paragraph are no independent draws. `tokenizer` is one of sacrebleu's that need no download."""
    bleu = [_summed([_bleu_counts(s, tokenizer) for s in group], 10) for group in groups]
    chrf = [_summed([_chrf_counts(s) for s in group], 3 * _CHRF_ORDER) for group in groups]
    return Statistics(
        np.array(bleu, float).reshape(len(groups), -1),
        np.array(chrf, float).reshape(len(groups), -1),
        sum(map(len, groups)),
        tokenizer,
    )


def _summed(rows: Sequence[Sequence[int]], width: int) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)] or [0] * width


@cache
def _metric(tokenizer: str) -> BLEU:
    from sacrebleu.metrics.bleu import BLEU

    # Effective order changes the score of a segment alone, which is not used here: its counts are.
    return BLEU(tokenize=tokenizer, effective_order=True)


def _bleu_counts(segment: ScoredSegment, tokenizer: str) -> list[int]:
    score = _metric(tokenizer).sentence_score(segment.hypothesis, [segment.reference])
    return [score.sys_len, score.ref_len, *score.counts, *score.totals]


def _chrf_counts(segment: ScoredSegment) -> list[int]:
    from sacrebleu.metrics.helpers import extract_all_char_ngrams

    counts = []
    invented = not segment.reference.strip()
    ours, theirs = (
        extract_all_char_ngrams(text, _CHRF_ORDER)
        for text in (segment.hypothesis, segment.reference)
    )
    for mine, other in zip(ours, theirs, strict=True):
        common = sum(min(n, other[gram]) for gram, n in mine.items() if gram in other)
        # As in sacrebleu: n-grams that the reference is too short for are not held against anyone.
        # A reference without a word is not short: what stands against it was invented.
        counts += [mine.total() if other or invented else 0, other.total(), common]
    return counts


def scores(statistics: Statistics) -> Scores:
    """BLEU and chrF over all groups, with intervals."""
    bleu = _figure(statistics.bleu, _bleu, bleu_signature(statistics.tokenizer))
    chrf = _figure(statistics.chrf, _chrf, chrf_signature())
    return Scores(bleu, chrf, statistics.segments, len(statistics.bleu))


@cache
def bleu_signature(tokenizer: str) -> str:
    """sacrebleu's signature of the BLEU that is computed here."""
    from sacrebleu.metrics.bleu import BLEU

    return _signature(BLEU(tokenize=tokenizer))


@cache
def chrf_signature() -> str:
    """sacrebleu's signature of the chrF that is computed here."""
    from sacrebleu.metrics.chrf import CHRF

    return _signature(CHRF())


def _signature(metric: BLEU | CHRF) -> str:
    metric.corpus_score(["one"], [["one"]])  # it knows the number of references only then
    return str(metric.get_signature())


def _figure(counts: Counts, metric: _Metric, signature: str) -> Figure:
    value = _rounded(metric(counts.sum(axis=0)))
    if len(counts) < LEAST_GROUPS:
        return Figure(value, None, signature)
    drawn = np.sort(_resampled(counts, metric))
    cut = RESAMPLES // 40  # 2.5 % on either side
    return Figure(value, (_rounded(drawn[cut]), _rounded(drawn[-cut - 1])), signature)


def _rounded(value: float | Counts) -> float:
    return round(float(value), _DIGITS)


# ------------------------------------------------------------------ significance


@dataclass(frozen=True, slots=True)
class Significance:
    """How likely a difference at least as large is by chance alone, for each metric."""

    bleu: float
    chrf: float


def significance(first: Statistics, other: Statistics) -> Significance | None:
    """Paired bootstrap test of `other` against `first`; None where there are too few groups.

    Both must be gathered from the same groups in the same order. The test is Koehn's (2004,
    https://aclanthology.org/W04-3250) with the shift of Riezler & Maxwell (2005), as in sacrebleu.
    """
    if len(first.bleu) != len(other.bleu):
        raise ValueError(f"{len(first.bleu)} groups against {len(other.bleu)}: not the same text")
    if len(first.bleu) < LEAST_GROUPS:
        return None
    return Significance(
        _p_value(first.bleu, other.bleu, _bleu), _p_value(first.chrf, other.chrf, _chrf)
    )


def _p_value(first: Counts, other: Counts, metric: _Metric) -> float:
    real = abs(_rounded(metric(other.sum(axis=0))) - _rounded(metric(first.sum(axis=0))))
    if not real:  # sacrebleu would call two equal systems different, because no resample differs
        return 1.0
    drawn = np.abs(_resampled(other, metric) - _resampled(first, metric))
    by_chance = int(np.sum(drawn - drawn.mean() > real))
    return _rounded((by_chance + 1) / (RESAMPLES + 1))


def _resampled(counts: Counts, metric: _Metric) -> Counts:
    """The metric on each resample; two calls with as many rows draw the same ones."""
    return np.concatenate([metric(weights @ counts) for weights in _draws(len(counts))])


def _draws(groups: int) -> Iterator[Counts]:
    """How often each group is in each resample, some resamples at a time."""
    generator = np.random.PCG64(SEED)
    for start in range(0, RESAMPLES, _CHUNK):
        rows = min(_CHUNK, RESAMPLES - start)
        # The remainder prefers small numbers by one part in 2**64 / groups: not at all.
        drawn = generator.random_raw(rows * groups).reshape(rows, groups) % np.uint64(groups)
        yield np.array(
            [np.bincount(row.astype(np.int64), minlength=groups) for row in drawn], float
        )


# ------------------------------------------------------------------ the formulas


def _bleu(counts: Counts) -> Counts:
    """BLEU (Papineni et al. 2002) of summed counts along the last axis, smoothed as in mteval-v13a:
    the k-th order without a match counts as half a match, a quarter of one…"""
    length, wanted = counts[..., 0], counts[..., 1]
    matches, totals = counts[..., 2 : 2 + _BLEU_ORDER], counts[..., 2 + _BLEU_ORDER :]
    misses = np.cumsum((matches == 0) & (totals > 0), axis=-1)
    smoothed = np.where(matches > 0, matches, 0.5**misses)
    precisions = np.where(totals > 0, smoothed / np.maximum(totals, 1), 0.0)
    mean = np.sqrt(np.sqrt(precisions.prod(axis=-1)))
    brevity = np.exp(np.minimum(0.0, 1 - wanted / np.maximum(length, 1)))
    return np.where(matches.any(axis=-1), brevity * mean, 0.0)


def _chrf(counts: Counts) -> Counts:
    """chrF2 (Popović 2015) of summed counts along the last axis: orders that either side is too short
    for are left out of the averages."""
    ours, theirs, common = (counts[..., k::3] for k in range(3))
    there = (ours > 0) & (theirs > 0)
    orders = np.maximum(there.sum(axis=-1), 1)
    precision = np.where(there, common / np.maximum(ours, 1), 0.0).sum(axis=-1) / orders
    recall = np.where(there, common / np.maximum(theirs, 1), 0.0).sum(axis=-1) / orders
    weighed = _BETA_SQUARED * precision + recall
    return np.where(
        weighed > 0,
        (1 + _BETA_SQUARED) * precision * recall / np.where(weighed > 0, weighed, 1),
        0.0,
    )
