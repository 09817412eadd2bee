"""The pair hidden Markov model against all walks, written down one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.align.pairhmm import (
    SHAPES,
    Gaps,
    Lattices,
    Posteriors,
    Reals,
    Steps,
    decode,
    likely,
    posteriors,
)

# By two kinds of sentences; the number of a sentence says of which it is.
GAPS = Gaps(np.log([0.05, 0.2]), np.log([0.4, 0.7]))
Step = tuple[int, int]


def walks(n: int, m: int, last: Step | None = None) -> Iterator[list[Step]]:
    """Every way to use up n and m sentences; what is dropped comes before what is added."""
    if n == m == 0:
        yield []
    for step in (*SHAPES, (1, 0), (0, 1)):
        if step[0] <= n and step[1] <= m and (last, step) != ((0, 1), (1, 0)):
            for rest in walks(n - step[0], m - step[1], step):
                yield [step, *rest]


def kind(side: int, number: int) -> int:
    return (3 * number // 2 + side) % 2


def weight(walk: list[Step], scores: Reals) -> float:
    total, node, last = 0.0, (0, 0), None
    for step in walk:
        if step in SHAPES:
            total += scores[SHAPES.index(step), node[0], node[1]]
        else:
            gone = kind(step[1], node[step[1]])
            total += GAPS.extending[gone] if step == last else GAPS.opening[gone]
        node, last = (node[0] + step[0], node[1] + step[1]), step
    return math.exp(total)


def random_scores(n: int, m: int, seed: int) -> Reals:
    scores = np.full((len(SHAPES), n + 1, m + 1), -np.inf)
    numbers = np.random.default_rng(seed)
    for k, (a, b) in enumerate(SHAPES):
        if a <= n and b <= m:
            scores[k, : n - a + 1, : m - b + 1] = numbers.normal(size=(n - a + 1, m - b + 1))
    return scores


def stacked(*stretches: Reals) -> Lattices:
    """Scores of several stretches, padded with kinds that must not matter."""
    sizes = np.array([(sheets.shape[1] - 1, sheets.shape[2] - 1) for sheets in stretches])
    steps = Steps.inside(sizes)
    scores = [stretches[s][k, i, j] for s, k, i, j in zip(*steps, strict=True)]
    source, target = (
        np.array(
            [[kind(side, i) if i < size[side] else -1 for i in range(length)] for size in sizes]
        )
        for side, length in enumerate(sizes.max(axis=0) + 1)
    )
    return Lattices(steps, np.array(scores), sizes, (source, target))


def sheets(found: Posteriors) -> Reals:
    """The probabilities of beads by stretch, shape and node."""
    count, rows, columns = found.dropped.shape
    beads = np.zeros((count, len(SHAPES), rows, columns))
    beads[tuple(found.steps)] = found.beads
    return beads


Size = tuple[int, int]
SIZE = st.tuples(st.integers(0, 4), st.integers(0, 4))
SIZES = st.lists(SIZE, min_size=1, max_size=3)


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_posteriors_are_the_share_of_the_walks(sizes: list[Size], seed: int) -> None:
    stretches = [random_scores(n, m, seed + s) for s, (n, m) in enumerate(sizes)]
    found = posteriors(stacked(*stretches), GAPS)
    for s, ((n, m), scores) in enumerate(zip(sizes, stretches, strict=True)):
        beads, gaps, opened = shares(n, m, scores)
        for seen, expected in (
            (sheets(found)[s], beads),
            (found.dropped[s], gaps[0]),
            (found.added[s], gaps[1]),
        ):
            assert seen[..., : n + 1, : m + 1] == pytest.approx(expected)
            assert seen.sum() == pytest.approx(expected.sum())
        assert found.opened[0][s, : n + 1] == pytest.approx(opened[0])
        assert found.opened[1][s, : m + 1] == pytest.approx(opened[1])


def shares(n: int, m: int, scores: Reals) -> tuple[Reals, Reals, tuple[Reals, Reals]]:
    """The share of the walks that take each step, and that open a run of gaps with each sentence."""
    beads, gaps = np.zeros_like(scores), np.zeros((2, n + 1, m + 1))
    opened = np.zeros(n + 1), np.zeros(m + 1)
    whole = 0.0
    for walk in walks(n, m):
        likely, node, last = weight(walk, scores), (0, 0), None
        whole += likely
        for step in walk:
            if step in SHAPES:
                beads[SHAPES.index(step)][node] += likely
            else:
                gaps[step[1]][node] += likely
                opened[step[1]][node[step[1]]] += likely if step != last else 0.0
            node, last = (node[0] + step[0], node[1] + step[1]), step
    return beads / whole, gaps / whole, (opened[0] / whole, opened[1] / whole)


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_no_walk_has_more_expected_sentences_in_right_beads(sizes: list[Size], seed: int) -> None:
    found = posteriors(
        stacked(*(random_scores(n, m, seed + s) for s, (n, m) in enumerate(sizes))), GAPS
    )

    def gain(stretch: int, walk: list[Step]) -> float:
        total, node = 0.0, (0, 0)
        for step in walk:
            beads = sheets(found)[stretch]
            sheet = beads[SHAPES.index(step)] if step in SHAPES else found.dropped[stretch]
            sheet = found.added[stretch] if step == (0, 1) else sheet
            total += float(sheet[node]) * sum(step) / 2
            node = node[0] + step[0], node[1] + step[1]
        return total

    for s, ((n, m), beads) in enumerate(zip(sizes, decode(found), strict=True)):
        decoded = [(len(bead.source), len(bead.target)) for bead in beads]
        best = max(gain(s, walk) for walk in walks(n, m))
        assert gain(s, decoded) == pytest.approx(best)
        assert (sum(a for a, _ in decoded), sum(b for _, b in decoded)) == (n, m)


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_likely_beads_may_exclude_each_other(sizes: list[Size], seed: int) -> None:
    found = posteriors(
        stacked(*(random_scores(n, m, seed + s) for s, (n, m) in enumerate(sizes))), GAPS
    )
    for s, ((n, m), beads) in enumerate(zip(sizes, likely(found, 0.05), strict=True)):
        probable = sheets(found)[s]
        expected = {
            (i, i + a, j, j + b): pytest.approx(probable[k, i, j])
            for k, (a, b) in enumerate(SHAPES)
            for i in range(n - a + 1)
            for j in range(m - b + 1)
            if probable[k, i, j] >= 0.05
        }
        found_beads = {
            (bead.source.start, bead.source.stop, bead.target.start, bead.target.stop): (
                bead.probability
            )
            for bead in beads
        }
        assert found_beads == expected
        assert len(beads) == len(expected)


def test_an_open_end_lets_the_walk_stop_where_one_side_is_used_up() -> None:
    scores = np.full((len(SHAPES), 3, 6), -np.inf)
    scores[0, 0, 0] = scores[0, 1, 1] = 9.0
    lattices = stacked(scores)
    assert posteriors(lattices, GAPS).added[0, 2, 2] == pytest.approx(1, abs=0.01)
    open_ended = posteriors(lattices, GAPS, open_ended=True)
    assert sheets(open_ended)[0, 0, 1, 1] > 0.9
    assert open_ended.added[0, 2].max() < 0.2


def test_what_is_behind_a_node_is_left_out() -> None:
    scores = random_scores(3, 3, 1)
    found = posteriors(stacked(scores), GAPS).until((2, 1))
    ((*beads,),) = decode(found)
    assert (sum(len(bead.source) for bead in beads), sum(len(b.target) for b in beads)) == (2, 1)
    assert all(bead.source.stop <= 2 and bead.target.stop <= 1 for bead in likely(found, 0.0)[0])
