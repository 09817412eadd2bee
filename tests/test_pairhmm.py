"""The pair hidden Markov model against all walks, written down one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.pairhmm import SHAPES, Gaps, Reals, decode, likely, posteriors

GAPS = Gaps(math.log(0.05), math.log(0.4))
Step = tuple[int, int]


def walks(n: int, m: int, last: Step | None = None) -> Iterator[list[Step]]:
    """Every way to use up n and m sentences; what is dropped comes before what is added."""
    if n == m == 0:
        yield []
    for step in (*SHAPES, (1, 0), (0, 1)):
        if step[0] <= n and step[1] <= m and (last, step) != ((0, 1), (1, 0)):
            for rest in walks(n - step[0], m - step[1], step):
                yield [step, *rest]


def weight(walk: list[Step], scores: Reals) -> float:
    total, node, last = 0.0, (0, 0), None
    for step in walk:
        if step in SHAPES:
            total += scores[SHAPES.index(step), node[0], node[1]]
        else:
            total += GAPS.extending if step == last else GAPS.opening
        node, last = (node[0] + step[0], node[1] + step[1]), step
    return math.exp(total)


def random_scores(n: int, m: int, seed: int) -> Reals:
    scores = np.full((len(SHAPES), n + 1, m + 1), -np.inf)
    numbers = np.random.default_rng(seed)
    for k, (a, b) in enumerate(SHAPES):
        if a <= n and b <= m:
            scores[k, : n - a + 1, : m - b + 1] = numbers.normal(size=(n - a + 1, m - b + 1))
    return scores


@given(n=st.integers(0, 4), m=st.integers(0, 4), seed=st.integers(0, 99))
def test_posteriors_are_the_share_of_the_walks(n: int, m: int, seed: int) -> None:
    scores = random_scores(n, m, seed)
    found = posteriors(scores, GAPS)
    beads, gaps = np.zeros_like(scores), np.zeros((2, n + 1, m + 1))
    whole = runs = 0.0
    for walk in walks(n, m):
        likely, node, last = weight(walk, scores), (0, 0), None
        whole += likely
        for step in walk:
            if step in SHAPES:
                beads[SHAPES.index(step)][node] += likely
            else:
                gaps[step[1]][node] += likely
                runs += likely if step != last else 0.0
            node, last = (node[0] + step[0], node[1] + step[1]), step
    assert found.beads == pytest.approx(beads / whole)
    assert found.dropped == pytest.approx(gaps[0] / whole)
    assert found.added == pytest.approx(gaps[1] / whole)
    assert found.runs == pytest.approx(runs / whole)


@given(n=st.integers(0, 4), m=st.integers(0, 4), seed=st.integers(0, 99))
def test_no_walk_has_more_expected_sentences_in_right_beads(n: int, m: int, seed: int) -> None:
    found = posteriors(random_scores(n, m, seed), GAPS)

    def gain(walk: list[Step]) -> float:
        total, node = 0.0, (0, 0)
        for step in walk:
            sheet = found.beads[SHAPES.index(step)] if step in SHAPES else found.dropped
            sheet = found.added if step == (0, 1) else sheet
            total += float(sheet[node]) * sum(step) / 2
            node = node[0] + step[0], node[1] + step[1]
        return total

    decoded = [(len(bead.source), len(bead.target)) for bead in decode(found)]
    assert gain(decoded) == pytest.approx(max(map(gain, walks(n, m))))
    assert (sum(a for a, _ in decoded), sum(b for _, b in decoded)) == (n, m)


@given(n=st.integers(0, 4), m=st.integers(0, 4), seed=st.integers(0, 99))
def test_likely_beads_may_exclude_each_other(n: int, m: int, seed: int) -> None:
    found = posteriors(random_scores(n, m, seed), GAPS)
    expected = {
        (i, i + a, j, j + b): pytest.approx(found.beads[k, i, j])
        for k, (a, b) in enumerate(SHAPES)
        for i in range(n - a + 1)
        for j in range(m - b + 1)
        if found.beads[k, i, j] >= 0.05
    }
    beads = likely(found, 0.05)
    assert expected == {
        (bead.source.start, bead.source.stop, bead.target.start, bead.target.stop): bead.probability
        for bead in beads
    }
    assert len(beads) == len(expected)


def test_an_open_end_lets_the_walk_stop_where_one_side_is_used_up() -> None:
    scores = np.full((len(SHAPES), 3, 6), -np.inf)
    scores[0, 0, 0] = scores[0, 1, 1] = 5.0
    assert posteriors(scores, GAPS).added[2, 2] == pytest.approx(1, abs=0.01)
    open_ended = posteriors(scores, GAPS, open_ended=True)
    assert open_ended.beads[0, 1, 1] > 0.9
    assert open_ended.added[2].max() < 0.1
