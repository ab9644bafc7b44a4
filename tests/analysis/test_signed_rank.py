"""Wilcoxon's signed-rank test: against scipy, and against every sign there could have been."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, wilcoxon

from reportgen.analysis.signed_rank import MOST_EXACT, signed_rank_test, smallest_p


def p_of(first: list[float] | np.ndarray, second: list[float] | np.ndarray) -> float:
    return float(signed_rank_test(np.array([first], dtype=float), np.array([second], dtype=float))[0])


def by_every_sign(first: np.ndarray, second: np.ndarray) -> float:
    """The definition: all ranks with all signs."""
    there = (first - second)[first != second]
    ranks = rankdata(np.abs(there))
    w = min(ranks[there > 0].sum(), ranks[there < 0].sum())
    sums = [ranks[np.array(signs, dtype=bool)].sum() for signs in product((0, 1), repeat=len(there))]
    return min(1.0, 2 * float(np.mean(np.array(sums) <= w)))


@pytest.mark.parametrize("n", [5, 8, 15, MOST_EXACT])
def test_without_ties_it_is_scipy_1_17_1_exact(n: int) -> None:
    """Differences of distinct sizes."""
    generator = np.random.default_rng(n)
    one, other = generator.normal(0.2, 1, (6, n)), generator.normal(0, 1, (6, n))
    expected = [wilcoxon(a, b, method="exact").pvalue for a, b in zip(one, other, strict=True)]
    assert signed_rank_test(one, other) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("n", [MOST_EXACT + 1, 60, 200])
def test_beyond_it_is_scipy_1_17_1_approximate_with_ties_and_zeros(n: int) -> None:
    """Normal, variance corrected for ties, no continuity correction."""
    generator = np.random.default_rng(n)
    one, other = generator.integers(0, 9, n) + 0.0, generator.integers(0, 8, n) + 0.0
    zeros = (one == other).sum()
    if n - zeros <= MOST_EXACT:
        one = other + np.where(generator.random(n) < 0.5, 1.0, -2.0)
    expected = wilcoxon(one, other, method="asymptotic", correction=False).pvalue
    assert p_of(one, other) == pytest.approx(float(expected), rel=1e-9)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=9))
def test_with_ties_it_counts_every_sign(pairs: list[tuple[int, int]]) -> None:
    """Exact also where scipy turns to an approximation."""
    one, other = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    expected = by_every_sign(one, other) if (one != other).any() else 1.0
    assert p_of(one, other) == pytest.approx(expected, abs=1e-12)


def test_no_difference_has_p_one() -> None:
    """Nothing speaks against it; noise of floating point is no difference."""
    assert p_of([0.1 + 0.2, 0.5], [0.3, 0.5]) == 1.0


def test_noise_does_not_break_a_tie() -> None:
    """0.3 - 0.2 and 0.2 - 0.1 are one size."""
    noisy = p_of([0.3, 0.2, 0.9], [0.2, 0.1, 1.1])
    assert noisy == by_every_sign(np.array([3.0, 2.0, 9.0]), np.array([2.0, 1.0, 11.0]))


@pytest.mark.parametrize("n", [2, 5, 6, 10])
def test_the_smallest_p_is_that_of_winning_everywhere(n: int) -> None:
    """With five benchmarks nothing is below 0.05."""
    assert p_of(np.arange(1.0, n + 1), np.zeros(n)) == smallest_p(n) == 2.0 ** (1 - n)


def test_the_two_sides_are_one() -> None:
    """Who is named first does not matter."""
    one, other = np.random.default_rng(3).random((2, 1, 12))
    assert signed_rank_test(one, other) == signed_rank_test(other, one)
