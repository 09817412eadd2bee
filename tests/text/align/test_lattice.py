"""Paths through the lattice: the best one."""

from __future__ import annotations

import math
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_bot.model import Bead
from amts_bot.text.align.lattice import Score, best_path

SHAPES = ((1, 1), (1, 0), (0, 1), (1, 2), (2, 1))
SIZES = st.integers(0, 4)
ALONE = -0.1


def table(seed: int) -> Score:
    """A score for each bead, the same one every time, and for every item alone."""

    @cache
    def score(i: int, p: int, j: int, q: int) -> float:
        return (
            ALONE if i == p or j == q else random.Random(f"{seed} {i} {p} {j} {q}").uniform(-2, 2)
        )

    return score


@cache
def paths(n: int, m: int) -> tuple[tuple[Bead, ...], ...]:
    """Every path there is."""
    if n == m == 0:
        return ((),)
    return tuple(
        (*path, Bead(range(n - a, n), range(m - b, m)))
        for a, b in SHAPES
        if a <= n and b <= m
        for path in paths(n - a, m - b)
    )


def total(path: tuple[Bead, ...], score: Score) -> float:
    return sum(score(b.source.start, b.source.stop, b.target.start, b.target.stop) for b in path)


@settings(max_examples=40)
@given(SIZES, SIZES, st.integers(0, 10**6))
def test_the_best_path_is_the_best_of_all(n: int, m: int, seed: int) -> None:
    score = table(seed)
    found = tuple(best_path(n, m, SHAPES, score, alone=ALONE))
    assert found in paths(n, m)
    assert math.isclose(total(found, score), max(total(path, score) for path in paths(n, m)))


@pytest.mark.parametrize(
    ("n", "m"), [(520, 520), (3000, 90), (90, 3000), (26_000, 10), (10, 26_000), (700, 400)]
)
def test_a_large_lattice_is_searched_in_a_band_that_has_a_path(n: int, m: int) -> None:
    path = best_path(n, m, SHAPES, lambda i, p, j, q: float((p - i) * (q - j)))
    assert [i for bead in path for i in bead.source] == list(range(n))
    assert [j for bead in path for j in bead.target] == list(range(m))


def test_in_a_band_the_diagonal_is_found() -> None:
    path = best_path(
        600, 600, SHAPES, lambda i, p, j, q: 1.0 if (p - i, q - j, i) == (1, 1, j) else 0.0
    )
    assert path == [Bead(range(k, k + 1), range(k, k + 1)) for k in range(600)]


def test_a_guide_leads_to_a_path_far_from_the_diagonal() -> None:
    """An item in the middle of which 400 went."""

    def score(i: int, p: int, j: int, q: int) -> float:
        is_pair = (p - i, q - j) == (1, 1) and (i == j < 300 or i - 400 == j >= 300)
        return 1.0 if is_pair else -0.1

    path = best_path(1000, 600, SHAPES, score, lambda: [(300, 300), (700, 300)], alone=ALONE)
    pairs = [(bead.source.start, bead.target.start) for bead in path if bead.source and bead.target]
    assert pairs == [(k, k if k < 300 else k - 400) for k in range(1000) if not 300 <= k < 700]


def test_where_the_path_comes_near_a_rim_a_wider_band_is_searched() -> None:
    looked_at: set[int] = set()

    def score(i: int, p: int, j: int, q: int) -> float:
        looked_at.add(abs(j - i))
        return 1.0 if (p - i, q - j, i) == (1, 1, j + 60) else -0.1

    path = best_path(400, 400, SHAPES, score)
    assert sum(bool(bead.source and bead.target) for bead in path) == 340
    assert max(looked_at) > 100


def test_where_it_keeps_away_from_the_rims_no_more_is_looked_at() -> None:
    looked_at: set[int] = set()

    def score(i: int, p: int, j: int, q: int) -> float:
        looked_at.add(abs(j - i))
        return 1.0 if (p - i, q - j, i) == (1, 1, j) else 0.0

    best_path(400, 400, SHAPES, score)
    assert max(looked_at) < 40
