"""Aligns two lists of sentences that were cut into tokens, with a lexicon that is ready.

In time that grows with their length: long texts are looked at through windows, each of which gives
the beads before a boundary that is as sure as any.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, pairwise

import numpy as np

from amts_bot.model import Bead
from amts_bot.text.align.evidence import (
    UNKNOWN,
    Evidence,
    Places,
    Text,
    lengths,
)
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.align.pairhmm import (
    LONGEST,
    SHAPES,
    Gaps,
    Lattices,
    Posteriors,
    Reals,
    decode,
    likely,
    posteriors,
)
from amts_bot.text.align.tokens import Tokens

# (i, j): the first i source sentences belong to the first j target sentences.
Node = tuple[int, int]
# A part of a text: ranges of its source and its target sentences.
_Part = tuple[range, range]

# How often a sentence without counterpart begins a run, and how often it goes on with one, in the pages that
# the constants were fitted on: by UNKNOWN, FIRST and INNER sentences of blocks. Whole paragraphs are missing
# more often than parts. What a page shows itself is set against so many beads and so many such sentences.
_OPENING, _EXTENDING = np.array([0.004, 0.02, 0.005]), np.array([0.13, 0.13, 0.6])
_BEADS_BEHIND, _GAPS_BEHIND = 45.0, 9.0
_MOST_OPENING, _MOST_EXTENDING = 0.2, np.array([0.2, 0.6, 0.98])
_USUAL = Gaps(np.log(_OPENING), np.log(_EXTENDING))

# The words of a sentence are not independent, as the evidence takes them to be, and what few pages say about
# words, most of all about their own, must be believed less: scores times a factor, for a lexicon of FEW sentences,
# for one of MANY, and for one that a page taught itself.
_FEW, _MANY = 500, 10_000
_TEMPER_OF_FEW, _TEMPER_OF_MANY, _OWN_TEMPER = 0.65, 0.8, 0.55
# Beads of more than two sentences are right less often than their posteriors say; what each sentence more takes off
# the logit, up to so many.
_DOUBT, _MOST_DOUBTS = 1.0, 3
# Of longer beads than the lattice holds so many are right to the sentence; that they are likelier than their parts
# says nothing about where they begin and end.
_LONG_ONES = 0.5

# Sentences of a window on its longer side. One without a sure boundary is looked at again, larger, and so
# is one in which most sentences have no counterpart: those are where a hole begins, and what they are
# paired with for want of better is no boundary.
_WINDOW, *_LARGER_WINDOWS = 60, 120, 240, 480
_SURE, _MOST = 0.993, 0.7
# Where so many windows in a row had no sure boundary at any width, as in a text that says one thing over and over,
# larger ones are not looked at before the next sure one: they cost a hundred times as much.
_MOST_HOPELESS = 3

# A pair leads when its score is so much higher than that of any other pair of either sentence. Two such
# pairs side by side have a boundary between them that needs no search, unless a pair that leads by some
# headway crosses it, or they are hardly better apart than as two that lent each other words. So near to the
# rim of a window a better one may be out of sight.
_LEAD, _HEADWAY, _APART = 10.0, 3.0, 2.0
_RIM = 10

# Sentences on the longer sides of short texts that are looked at together.
_BATCH = 40

# Parts whose longer sides are at most so long are searched together; each is padded to the longest.
_LIKE_SIZES = (3, 12, 40)


def align(
    source: Sequence[Tokens],
    target: Sequence[Tokens],
    lexicon: Lexicon,
    nodes: Sequence[Node] = (),
    places: Places | None = None,
) -> list[Bead]:
    """Beads in order, every sentence in exactly one, each with its posterior probability.

    `nodes` rise; each is a boundary that the beads must not cross. `places` says where the
    sentences stand on their pages.
    """
    text = Text(source=source, target=target, lengths=lengths(source, target), places=places)
    beads: list[Bead] = []
    for window in _windows(text, lexicon, nodes):
        found = map(_doubted, window.read(decode))
        beads += _shifted(_with_long_beads(list(found), window.evidence), window.start)
    return beads


def likely_beads(
    source: Sequence[Tokens], target: Sequence[Tokens], lexicon: Lexicon, least: float
) -> list[Bead]:
    """All beads of up to four sentences on a side that are at least so probable.

    One sentence may be in several: these are expectations to count with, not an alignment.
    """
    text = Text(source=source, target=target, lengths=lengths(source, target))
    reading = partial(likely, least=least)
    return [
        bead
        for window in _windows(text, lexicon, ())
        for bead in _shifted(window.read(reading), window.start)
    ]


def boundaries(
    texts: Sequence[tuple[Sequence[Tokens], Sequence[Tokens]]], lexicon: Lexicon
) -> list[dict[Node, float]]:
    """Of each text, for each source sentence the likeliest boundary before it, with its probability.

    For texts of up to a window; there are none in longer ones.
    """
    found: list[dict[Node, float]] = [{} for _ in texts]
    for batch in _batches(texts):
        chosen = [
            Text(source=a, target=b, lengths=lengths(a, b)) for a, b in (texts[t] for t in batch)
        ]
        lattices = Evidence(chosen, lexicon).lattices(_side_by_side(chosen))
        searched = _cooled(lattices, _adapted(_gap_counts(lattices)), _temper(lexicon))
        for number, text, nodes in zip(batch, chosen, searched.node, strict=True):
            found[number] = _likeliest(nodes[: len(text.source)])
    return found


# Of nodes whose probabilities differ by no more the first is taken: rounding, which depends on what is searched
# together, decides nothing.
_AS_LIKELY = 1e-9


def _likeliest(nodes: Reals) -> dict[Node, float]:
    """The likeliest node of each row, with its probability."""
    best = (nodes >= nodes.max(axis=1, keepdims=True) - _AS_LIKELY).argmax(axis=1)
    chances = nodes[np.arange(len(best)), best].tolist()
    return dict(zip(enumerate(best.tolist()), chances, strict=True))


def _batches(
    texts: Sequence[tuple[Sequence[Tokens], Sequence[Tokens]]],
) -> Iterator[list[int]]:
    """The numbers of texts that are looked at together: as many as make a small window, short ones first."""
    sizes = [max(map(len, text)) for text in texts]
    batch: list[int] = []
    whole = 0
    for number in sorted(range(len(texts)), key=sizes.__getitem__):
        if sizes[number] > 1.5 * _WINDOW:
            break
        if batch and whole + sizes[number] > _BATCH:
            yield batch
            batch, whole = [], 0
        batch.append(number)
        whole += sizes[number]
    if batch:
        yield batch


def _side_by_side(texts: Iterable[Text]) -> list[_Part]:
    """All of each text, numbered on from text to text."""
    parts: list[_Part] = []
    row = column = 0
    for text in texts:
        below, behind = row + len(text.source), column + len(text.target)
        parts.append((range(row, below), range(column, behind)))
        row, column = below, behind
    return parts


def _shifted(beads: Iterable[Bead], start: Node) -> list[Bead]:
    def moved(numbers: range, by: int) -> range:
        return range(numbers.start + by, numbers.stop + by)

    return [
        Bead(moved(bead.source, start[0]), moved(bead.target, start[1]), bead.probability)
        for bead in beads
    ]


# ------------------------------------------------------------------ windows

# Parts of a window, by their numbers, that were searched together.
_Stack = tuple[list[int], Posteriors]


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a text, the parts that it falls into, and the posteriors of each."""

    start: Node
    evidence: Evidence
    parts: Sequence[_Part]
    stacks: Sequence[_Stack]

    def read(self, reading: Callable[[Posteriors], list[list[Bead]]]) -> list[Bead]:
        """What a reading makes of the posteriors of all parts, in their order."""
        read: dict[int, list[Bead]] = {}
        for numbers, found in self.stacks:
            read |= zip(numbers, reading(found), strict=True)
        return [
            bead
            for number, (rows, columns) in enumerate(self.parts)
            for bead in _shifted(read[number], (rows.start, columns.start))
        ]


def _windows(text: Text, lexicon: Lexicon, nodes: Sequence[Node]) -> Iterator[_Window]:
    """A text in windows, none of which crosses a node."""
    for chunk in _chunks([(0, 0), *nodes, (len(text.source), len(text.target))]):
        start, stop = chunk[0], chunk[-1]
        if len(chunk) == 2:
            start = yield from _long(text, lexicon, start, stop)
        evidence = Evidence([_part(text, start, stop)], lexicon)
        inner = [(i - start[0], j - start[1]) for i, j in (start, *chunk[1:])]
        parts = list(_between(sorted({*inner, *_sure_nodes(evidence, inner)})))
        yield _Window(start, evidence, parts, _searched(evidence, parts))


def _part(text: Text, start: Node, stop: Node) -> Text:
    return text.part(slice(start[0], stop[0]), slice(start[1], stop[1]))


def _chunks(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Neighbouring stretches between nodes together, as many as make a window."""
    chunk = [nodes[0]]
    for i, j in nodes[1:]:
        if len(chunk) > 1 and max(i - chunk[0][0], j - chunk[0][1]) > _WINDOW:
            yield chunk
            chunk = [chunk[-1]]
        chunk.append((i, j))
    yield chunk


def _between(nodes: Sequence[Node]) -> Iterator[_Part]:
    return ((range(i, p), range(j, q)) for (i, j), (p, q) in pairwise(nodes))


def _sure_nodes(evidence: Evidence, known: Sequence[Node]) -> list[Node]:
    """Boundaries between pairs of neighbours that lead, where neither a known one nor a pair that leads
    a little crosses them, nor did words."""
    pairs = evidence.pairs
    if min(pairs.shape) < 2:
        return []
    rows = np.arange(len(pairs))
    best = pairs.argmax(axis=1)
    rivals = pairs.copy()
    rivals[rows, best] = 0.0
    lead = pairs[rows, best] - np.maximum(rivals.max(axis=0)[best], rivals.max(axis=1))
    sure = lead > _LEAD
    row = np.flatnonzero(sure[:-1] & sure[1:] & (np.diff(best) == 1)) + 1
    column = best[row]
    apart = pairs[row - 1, column - 1] + pairs[row, column]
    crossed = apart < evidence.lent(row - 1, column - 1) + _APART
    for i, j in known:
        crossed |= (row - i) * (column - j) < 0
    for i, j in enumerate(best):
        if lead[i] > _HEADWAY:
            crossed |= (i < row) != (j < column)
    return [(int(i), int(best[i])) for i in row[~crossed]]


def _searched(evidence: Evidence, parts: Sequence[_Part], open_ended: bool = False) -> list[_Stack]:
    """The posteriors of the parts of a window; gaps are as frequent there as a first search found."""
    numbers = sorted(range(len(parts)), key=lambda number: _like_size(parts[number]))
    groups = [
        list(group) for _, group in groupby(numbers, lambda number: _like_size(parts[number]))
    ]
    lattices = [evidence.lattices([parts[number] for number in group]) for group in groups]
    counts = sum(_gap_counts(stack, open_ended).sum(axis=0) for stack in lattices)
    temper = _temper(evidence.lexicon)
    found = [_cooled(stack, _adapted(counts), temper, open_ended) for stack in lattices]
    return list(zip(groups, found, strict=True))


def _cooled(lattices: Lattices, gaps: Gaps, temper: float, open_ended: bool = False) -> Posteriors:
    cooler = Gaps(temper * gaps.opening, temper * gaps.extending)
    return posteriors(lattices._replace(scores=temper * lattices.scores), cooler, open_ended)


def _temper(lexicon: Lexicon) -> float:
    if lexicon.own:
        return _OWN_TEMPER
    size = min(max(lexicon.sentences, _FEW), _MANY)
    share = math.log(size / _FEW) / math.log(_MANY / _FEW)
    return _TEMPER_OF_FEW + share * (_TEMPER_OF_MANY - _TEMPER_OF_FEW)


def _like_size(part: _Part) -> int:
    return bisect_left(_LIKE_SIZES, max(map(len, part)))


def _gap_counts(lattices: Lattices, open_ended: bool = False) -> Reals:
    """Of each stretch and kind: the sentences, the runs of gaps, the gaps, and the sentences behind gaps, as a first
    search finds them."""
    found = posteriors(lattices, _USUAL, open_ended)
    kinds = np.concatenate(lattices.kinds, axis=1)
    gone = found.dropped.sum(axis=2), found.added.sum(axis=1)
    opened, gaps = np.concatenate(found.opened, axis=1), np.concatenate(gone, axis=1)
    after = np.concatenate([np.zeros((len(kinds), 1)), gaps[:, :-1]], axis=1)
    after[:, gone[0].shape[1]] = 0.0  # where the other side begins
    of_kind = kinds[:, :, None] == np.arange(len(_OPENING))
    counts = np.stack([np.ones_like(gaps), opened, gaps, after], axis=1)
    found_counts: Reals = counts @ of_kind
    return found_counts


def _adapted(counts: Reals) -> Gaps:
    """What gaps cost when they are as frequent as was found, and as usual."""
    sentences, runs, gaps, after_gaps = np.moveaxis(counts, -2, 0)
    beads = (sentences - after_gaps) / 2
    opening = (runs + _BEADS_BEHIND * _OPENING) / (beads + _BEADS_BEHIND)
    extending = (gaps - runs + _GAPS_BEHIND * _EXTENDING) / (after_gaps + _GAPS_BEHIND)
    return Gaps(
        np.log(np.minimum(opening, _MOST_OPENING)), np.log(np.minimum(extending, _MOST_EXTENDING))
    )


# ------------------------------------------------------------------ long texts


def _long(text: Text, lexicon: Lexicon, start: Node, stop: Node) -> Generator[_Window, None, Node]:
    """The windows of a stretch that is longer than one; where the rest begins, which is not."""
    hopeless = 0  # windows in a row in which nothing was sure, at any width
    while (size := _longer_side(start, stop)) > 1.5 * _WINDOW:
        window, boundary, certainty = _view(text, lexicon, (start, stop), _WINDOW)
        for width in _LARGER_WINDOWS if hopeless < _MOST_HOPELESS else ():
            if certainty < _SURE and size > 1.5 * width:
                window, boundary, certainty = _view(text, lexicon, (start, stop), width)
        yield window
        hopeless = hopeless + 1 if certainty < _SURE else 0
        start = start[0] + boundary[0], start[1] + boundary[1]
    return start


def _longer_side(start: Node, stop: Node) -> int:
    return max(stop[0] - start[0], stop[1] - start[1])


def _view(
    text: Text, lexicon: Lexicon, stretch: tuple[Node, Node], width: int
) -> tuple[_Window, Node, float]:
    """The first sentences of a stretch up to a boundary: that, and how sure it is."""
    start, stop = stretch
    # As much of either side as goes with a window of the other, and some more.
    size = _longer_side(start, stop)
    reach = (
        math.ceil(width * (q - p) / size) + width // 4 for p, q in zip(start, stop, strict=True)
    )
    rows, columns = (min(q, p + more) for p, q, more in zip(start, stop, reach, strict=True))
    part = _part(text, start, (rows, columns))
    n, m = len(part.source), len(part.target)
    evidence = Evidence([part], lexicon)
    sure = _sure_nodes(evidence, ())
    inside = [(0, 0), *((i, j) for i, j in sure if i <= n - _RIM and j <= m - _RIM)]
    boundary = inside[-1]
    if 2 * sum(boundary) >= n + m:
        parts = list(_between(inside))
        return _Window(start, evidence, parts, _searched(evidence, parts)), boundary, 1.0
    parts = [(range(n), range(m))]
    ((numbers, found),) = _searched(evidence, parts, open_ended=True)
    boundary = _boundary(found.node[0])
    until = found.until(boundary)
    certainty = float(found.node[0][boundary]) if _matched(until) > _MOST else 0.0
    return _Window(start, evidence, parts, [(numbers, until)]), boundary, certainty


def _matched(found: Posteriors) -> float:
    """The share of the sentences of a single stretch that are expected to have a counterpart."""
    n, m = map(int, found.sizes[0])
    _, shape, row, column = found.steps
    inside = (row < n) & (column < m)
    beads = np.bincount(shape[inside], found.beads[inside], len(SHAPES))
    return sum((a + b) * float(beads[k]) for k, (a, b) in enumerate(SHAPES)) / (n + m)


def _boundary(node: Reals) -> Node:
    """The surest node in the third quarter of a window; at its rim the other side is out of sight."""
    way = np.add.outer(np.arange(node.shape[0]), np.arange(node.shape[1])) / sum(node.shape)
    inside = np.where((way > 0.5) & (way < 0.75), node, -1.0)
    i, j = np.unravel_index(int(inside.argmax()), node.shape)
    return int(i), int(j)


# ------------------------------------------------------------------ probabilities


def _doubted(bead: Bead) -> Bead:
    """The bead with the probability that beads of its size earn (Platt 1999, with the size as a feature)."""
    if _is_gap(bead):
        return bead
    doubts = min(len(bead.source) + len(bead.target) - 2, _MOST_DOUBTS)
    odds = math.exp(-_DOUBT * doubts)
    probability = bead.probability * odds / (1 - bead.probability + bead.probability * odds)
    return replace(bead, probability=probability)


# ------------------------------------------------------------------ long beads


def _with_long_beads(beads: Sequence[Bead], evidence: Evidence) -> list[Bead]:
    """Joins a sentence with all sentences beside it that have no counterpart, where that is likelier.

    The lattice holds beads of up to four sentences on a side; a long sentence that was made a list
    has more.
    """
    joined: list[Bead] = []
    at = 0
    for start, stop in _gap_runs(beads):
        around = [(start, stop), (max(start - 1, at), stop), (start, min(stop + 1, len(beads)))]
        found = [_joined(beads[a:b], evidence) for a, b in around]
        bead, (a, b) = max(zip(found, around, strict=True), key=lambda pair: pair[0].probability)
        if bead.probability > _LONG_ONES / 2:
            joined += [*beads[at:a], bead]
            at = b
    return [*joined, *beads[at:]]


def _is_gap(bead: Bead) -> bool:
    return not (bead.source and bead.target)


def _gap_runs(beads: Sequence[Bead]) -> Iterator[tuple[int, int]]:
    at = 0
    for gap, run in groupby(beads, _is_gap):
        size = len(list(run))
        if gap:
            yield at, at + size
        at += size


def _joined(run: Sequence[Bead], evidence: Evidence) -> Bead:
    """All of a run as one bead; its probability compares the two readings."""
    whole = _union(run)
    small, large = sorted((len(whole.source), len(whole.target)))
    if small != 1 or large <= LONGEST or not evidence.are_as_long(whole.source, whole.target):
        return replace(whole, probability=0.0)
    gain = evidence.score(whole.source, whole.target) - _apart(run, evidence)
    likelier = 1 / (1 + math.exp(-max(-30.0, min(gain, 30.0))))
    return replace(whole, probability=_LONG_ONES * likelier)


def _union(run: Sequence[Bead]) -> Bead:
    return Bead(
        range(run[0].source.start, run[-1].source.stop),
        range(run[0].target.start, run[-1].target.stop),
    )


def _apart(run: Sequence[Bead], evidence: Evidence) -> float:
    """The score of the beads of a run, its gaps as rare as they usually are."""
    pairs = [bead for bead in run if not _is_gap(bead)]
    gaps = ["drop" if bead.source else "add" for bead in run if _is_gap(bead)]
    runs = len(set(gaps))
    score = sum(evidence.score(pair.source, pair.target) for pair in pairs)
    opening, extending = (float(cost[UNKNOWN]) for cost in _USUAL)
    return score + runs * opening + (len(gaps) - runs) * extending
