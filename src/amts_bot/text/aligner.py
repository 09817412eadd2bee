"""Aligns two lists of sentences that were cut into tokens, with a lexicon that is ready.

In time that grows with their length: long texts are looked at through windows, each of which gives
the beads before a boundary that is as sure as any.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from amts_bot.model import Bead
from amts_bot.text.evidence import Evidence, Lengths, Places, lengths
from amts_bot.text.lexicon import Lexicon
from amts_bot.text.pairhmm import LONGEST, Gaps, Posteriors, Reals, decode, likely, posteriors
from amts_bot.text.tokens import Tokens

# (i, j): the first i source sentences belong to the first j target sentences.
Node = tuple[int, int]
# What is made of the posteriors of a part of the text that begins at a node.
_Reading = Callable[[Posteriors, Node, Evidence], list[Bead]]

# How often a run of sentences without counterpart begins, and how often it goes on, in the pages
# that the constants were fitted on. What a page shows itself is set against so many beads and so
# many sentences of those.
_OPENING, _EXTENDING = 0.007, 0.13
_BEADS_BEHIND, _GAPS_BEHIND = 45.0, 9.0
_MOST_OPENING, _MOST_EXTENDING = 0.2, 0.6
_USUAL = Gaps(math.log(_OPENING), math.log(_EXTENDING))

# The words of a sentence are not independent, as the evidence takes them to be: without this factor
# (a temperature of 1.25) beads with p >= 0.9 were right 99.3 times in a hundred, with it 99.5.
_TEMPER = 0.8

# Sentences of a window on its longer side; one without a sure boundary is looked at again, larger.
_WINDOW, _LARGEST_WINDOW = 120, 480
_SURE = 0.99


@dataclass(frozen=True, slots=True)
class _Text:
    """What is to be aligned, or a part of it."""

    source: Sequence[Tokens]
    target: Sequence[Tokens]
    places: Places | None
    lexicon: Lexicon
    lengths: Lengths

    @property
    def size(self) -> int:
        return max(len(self.source), len(self.target))

    def part(self, start: Node, stop: Node) -> _Text:
        rows, columns = slice(start[0], stop[0]), slice(start[1], stop[1])
        places = self.places and (self.places[0][rows], self.places[1][columns])
        return _Text(self.source[rows], self.target[columns], places, self.lexicon, self.lengths)

    def evidence(self) -> Evidence:
        return Evidence(self.source, self.target, self.lexicon, self.lengths, self.places)


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
    text = _Text(source, target, places, lexicon, lengths(source, target))
    return _read(text, nodes, _best)


def likely_beads(
    source: Sequence[Tokens], target: Sequence[Tokens], lexicon: Lexicon, least: float
) -> list[Bead]:
    """All beads of up to four sentences on a side that are at least so probable.

    One sentence may be in several: these are expectations to count with, not an alignment.
    """

    def reading(found: Posteriors, start: Node, _: Evidence) -> list[Bead]:
        return [_shifted(bead, start) for bead in likely(found, least)]

    text = _Text(source, target, None, lexicon, lengths(source, target))
    return _read(text, (), reading)


def _best(found: Posteriors, start: Node, evidence: Evidence) -> list[Bead]:
    return _with_long_beads([_shifted(bead, start) for bead in decode(found)], evidence)


def _read(text: _Text, nodes: Sequence[Node], reading: _Reading) -> list[Bead]:
    """What a reading makes of the posteriors of all parts of a text."""
    beads: list[Bead] = []
    for chunk in _chunks([(0, 0), *nodes, (len(text.source), len(text.target))]):
        start = chunk[0]
        part = text.part(start, chunk[-1])
        if len(chunk) == 2 and part.size > 1.5 * _WINDOW:
            found = _by_windows(part, reading)
        else:
            found = _at_once(part, [(i - start[0], j - start[1]) for i, j in chunk], reading)
        beads += [_shifted(bead, start) for bead in found]
    return beads


def boundaries(
    source: Sequence[Tokens], target: Sequence[Tokens], lexicon: Lexicon
) -> dict[Node, float]:
    """For each source sentence the likeliest boundary before it, with its probability.

    For texts of up to a window; there are none in longer ones.
    """
    text = _Text(source, target, None, lexicon, lengths(source, target))
    if text.size > 1.5 * _WINDOW:
        return {}
    scores = text.evidence().scores(range(len(source)), range(len(target)))
    (found,) = _adapted([scores])
    best = found.node.argmax(axis=1)
    return {(i, int(j)): float(found.node[i, j]) for i, j in enumerate(best)}


def _chunks(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Neighbouring stretches between nodes together, as many as make a window."""
    chunk = [nodes[0]]
    for i, j in nodes[1:]:
        if len(chunk) > 1 and max(i - chunk[0][0], j - chunk[0][1]) > _WINDOW:
            yield chunk
            chunk = [chunk[-1]]
        chunk.append((i, j))
    yield chunk


def _shifted(bead: Bead, start: Node) -> Bead:
    i, j = start
    source = range(bead.source.start + i, bead.source.stop + i)
    return Bead(source, range(bead.target.start + j, bead.target.stop + j), bead.probability)


def _at_once(text: _Text, nodes: Sequence[Node], reading: _Reading) -> list[Bead]:
    evidence = text.evidence()
    parts = [(range(i, p), range(j, q)) for (i, j), (p, q) in pairwise(nodes)]
    found = _adapted([evidence.scores(*part) for part in parts])
    beads: list[Bead] = []
    for (rows, columns), part in zip(parts, found, strict=True):
        beads += reading(part, (rows.start, columns.start), evidence)
    return beads


def _adapted(scores: Sequence[Reals], open_ended: bool = False) -> list[Posteriors]:
    """Posteriors, with gaps as frequent as the posteriors of the usual ones say."""
    first = [posteriors(part, _USUAL, open_ended) for part in scores]
    runs = sum(part.runs for part in first)
    gaps = sum(float(part.dropped.sum() + part.added.sum()) for part in first)
    beads = sum(float(part.beads.sum()) for part in first)
    opening = (runs + _BEADS_BEHIND * _OPENING) / (beads + _BEADS_BEHIND)
    extending = (max(0.0, gaps - runs) + _GAPS_BEHIND * _EXTENDING) / (gaps + _GAPS_BEHIND)
    adapted = Gaps(math.log(min(opening, _MOST_OPENING)), math.log(min(extending, _MOST_EXTENDING)))
    cooler = Gaps(*(_TEMPER * cost for cost in adapted))
    return [posteriors(_TEMPER * part, cooler, open_ended) for part in scores]


# ------------------------------------------------------------------ long texts


class _View(NamedTuple):
    """The beads of a window up to its boundary."""

    beads: list[Bead]
    boundary: Node
    certainty: float


def _by_windows(text: _Text, reading: _Reading) -> list[Bead]:
    beads: list[Bead] = []
    start, end = (0, 0), (len(text.source), len(text.target))
    while (rest := text.part(start, end)).size > 1.5 * _WINDOW:
        view = _view(rest, _WINDOW, reading)
        if view.certainty < _SURE and rest.size > 1.5 * _LARGEST_WINDOW:
            view = _view(rest, _LARGEST_WINDOW, reading)
        beads += [_shifted(bead, start) for bead in view.beads]
        start = start[0] + view.boundary[0], start[1] + view.boundary[1]
    last = _at_once(rest, [(0, 0), (len(rest.source), len(rest.target))], reading)
    return beads + [_shifted(bead, start) for bead in last]


def _view(text: _Text, width: int, reading: _Reading) -> _View:
    n, m = len(text.source), len(text.target)
    # As much of either side as goes with a window of the other, and some more.
    rows, columns = (math.ceil(width * side / text.size) + width // 4 for side in (n, m))
    part = text.part((0, 0), (min(n, rows), min(m, columns)))
    evidence = part.evidence()
    scores = evidence.scores(range(len(part.source)), range(len(part.target)))
    (found,) = _adapted([scores], open_ended=True)
    boundary = _boundary(found)
    beads = reading(found.until(boundary), (0, 0), evidence)
    return _View(beads, boundary, float(found.node[boundary]))


def _boundary(found: Posteriors) -> Node:
    """The surest node in the third quarter of a window; at its rim the other side is out of sight."""
    node = found.node
    way = np.add.outer(np.arange(node.shape[0]), np.arange(node.shape[1])) / sum(node.shape)
    inside = np.where((way > 0.5) & (way < 0.75), node, -1.0)
    i, j = np.unravel_index(int(inside.argmax()), node.shape)
    return int(i), int(j)


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
        if bead.probability > 0.5:
            joined += [*beads[at:a], bead]
            at = b
    return [*joined, *beads[at:]]


def _is_gap(bead: Bead) -> bool:
    return not (bead.source and bead.target)


def _gap_runs(beads: Sequence[Bead]) -> Iterator[tuple[int, int]]:
    at = 0
    for gap, run in groupby(beads, _is_gap):
        size = len(list(run))
        if gap and size >= LONGEST:
            yield at, at + size
        at += size


def _joined(run: Sequence[Bead], evidence: Evidence) -> Bead:
    """All of a run as one bead; its probability compares the two readings."""
    whole = _union(run)
    small, large = sorted((len(whole.source), len(whole.target)))
    if small != 1 or large <= LONGEST or not evidence.are_as_long(whole.source, whole.target):
        return replace(whole, probability=0.0)
    gain = evidence.score(whole.source, whole.target) - _apart(run, evidence)
    return replace(whole, probability=1 / (1 + math.exp(-max(-30.0, min(gain, 30.0)))))


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
    return score + runs * _USUAL.opening + (len(gaps) - runs) * _USUAL.extending
