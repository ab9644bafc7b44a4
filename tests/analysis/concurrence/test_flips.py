"""Pairs of models that two settings order in opposite ways."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, norm

from reportgen.analysis.concurrence.flips import Flips, flips

UNKNOWN = float("nan")


def found(a, b, error_a=UNKNOWN, error_b=UNKNOWN, top=5) -> Flips:
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    return flips(a, b, np.broadcast_to(error_a, a.shape), np.broadcast_to(error_b, b.shape), top)


def literally(a, b) -> list[tuple[float, int, int]]:
    """Every flip by going through all ordered pairs: (smaller gap, first, second), furthest first."""
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    shared = [k for k in range(len(a)) if np.isfinite(a[k]) and np.isfinite(b[k])]
    sd_a, sd_b = a[shared].std(ddof=1), b[shared].std(ddof=1)
    rows = [
        (min((a[i] - a[j]) / sd_a, (b[j] - b[i]) / sd_b), i, j)
        for i, j in permutations(shared, 2)
        if a[i] > a[j] and b[i] < b[j]
    ]
    return sorted(rows, key=lambda row: (-row[0], row[1], row[2]))


def test_a_flip_by_hand() -> None:
    """Scores 1, 2, 3 and 2, 1, 3: only the first two models change places, one standard deviation in each."""
    seen = found([1, 2, 3], [2, 1, 3])
    assert (seen.first.tolist(), seen.second.tolist()) == ([1], [0])
    assert seen.gap_a.tolist() == [1.0]
    assert seen.gap_b.tolist() == [-1.0]
    assert np.isnan([*seen.z_a, *seen.z_b, *seen.p_real_flip]).all()


def test_the_smaller_of_both_gaps_decides() -> None:
    """Model 3 falls far behind model 0 in B but is hardly ahead in A; models 2 and 1 are apart in both."""
    a = [0.0, 4.0, 8.0, 0.1]
    b = [9.0, 6.0, 2.0, 0.0]
    rows = literally(a, b)
    seen = found(a, b, top=1)
    assert (int(seen.first[0]), int(seen.second[0])) == rows[0][1:] == (2, 0)


def test_probability_that_a_flip_is_real_by_hand() -> None:
    """Scores 0, 1, 2 with errors 0.5: V = 1 - 0.25, weight 0.75, so a gap of 1 is 0.75 / sqrt(2 * 0.1875) = 1.2247."""
    seen = found([0, 1, 2], [1, 0, 2], 0.5, 0.5)
    assert seen.z_a == pytest.approx([1 / np.sqrt(0.5)])
    assert seen.z_b == pytest.approx([-1 / np.sqrt(0.5)])
    right = norm.cdf(0.75 / np.sqrt(2 * 0.75 * 0.25))
    assert seen.p_real_flip == pytest.approx([right**2 + (1 - right) ** 2])


def test_probability_agrees_with_draws_of_the_true_scores() -> None:
    """Second implementation: draw true scores from each posterior and count how often the orders differ."""
    a, b = np.array([0.2, 0.5, 0.9, 0.7]), np.array([0.6, 0.9, 0.1, 0.3])
    errors_a, errors_b = np.array([0.1, 0.2, 0.05, 0.1]), np.array([0.2, 0.1, 0.1, 0.15])
    seen = found(a, b, errors_a, errors_b)
    generator = np.random.default_rng(5)

    def draws(values, errors):
        truth = values.var(ddof=1) - (errors**2).mean()
        weight = truth / (truth + errors**2)
        centre = values.mean() + weight * (values - values.mean())
        return generator.normal(centre, np.sqrt(weight) * errors, size=(200_000, 4))

    true_a, true_b = draws(a, errors_a), draws(b, errors_b)
    for i, j, p in zip(seen.first, seen.second, seen.p_real_flip, strict=True):
        differ = (true_a[:, i] > true_a[:, j]) != (true_b[:, i] > true_b[:, j])
        assert p == pytest.approx(differ.mean(), abs=0.005)


def test_the_widest_gap_of_pure_noise_is_no_real_flip() -> None:
    """Scores that spread less than their errors say nothing about the true order: a half, not nearly one."""
    generator = np.random.default_rng(1)
    a, b = generator.normal(size=(2, 200))
    seen = found(a, b, 1.2, 1.2)
    assert (np.abs(seen.z_a) > 1).all()
    assert seen.p_real_flip.tolist() == [0.5] * 5


def test_an_error_that_is_unknown_or_zero_gives_no_probability() -> None:
    """Unknown is not zero, and zero (all items right) is not certainty."""
    a, b = [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 3.0, 2.0, 4.0]
    seen = found(a, b, [0.1, 0.1, UNKNOWN, 0.1, 0.1], [0.1, 0.1, 0.1, 0.1, 0.1])
    known = dict(
        zip(zip(seen.first.tolist(), seen.second.tolist(), strict=True), seen.p_real_flip, strict=True)
    )
    assert np.isfinite(known[1, 0])
    assert np.isnan(known[3, 2])
    assert np.isnan(found(a, b, [0.0] * 5, [0.1] * 5).p_real_flip).all()
    assert np.isnan(found(a, b, [0.1, 0.1] + [UNKNOWN] * 3, 0.1).p_real_flip).all(), (
        "two errors show no spread"
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([], []),
        ([1.0], [2.0]),
        ([1, 2, 3], [1, 2, 3]),
        ([1, 1, 1], [1, 2, 3]),
        ([1, 2, UNKNOWN], [UNKNOWN, 1, 2]),
        ([0.3, 0.1 + 0.2, 1.0], [2.0, 1.0, 3.0]),
    ],
    ids=["nobody", "one model", "same order", "constant", "one shared model", "a tie but for rounding"],
)
def test_nothing_flips(a, b) -> None:
    """No pair, and no warning."""
    seen = found(a, b, 0.1, 0.1)
    assert len(seen.first) == len(seen.p_real_flip) == len(seen.gap_a) == 0


def test_models_with_one_score_only_change_nothing() -> None:
    """Rows are those of the whole table; the others are left out of the standard deviation too."""
    seen = found([UNKNOWN, 1, 2, 50, 3], [7, 2, 1, UNKNOWN, 3])
    assert (seen.first.tolist(), seen.second.tolist()) == ([2], [1])
    assert seen.gap_a.tolist() == [1.0]


small = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=14)


@given(small, st.integers(1, 7))
def test_equals_going_through_all_pairs(scores, top) -> None:
    """With many ties: the same pairs in the same order, and all of them are the discordant pairs of tau."""
    a, b = np.array(scores, dtype=float).T
    rows = literally(a, b)
    seen = found(a, b, top=top)
    far = np.minimum(seen.gap_a, -seen.gap_b)
    assert far == pytest.approx([row[0] for row in rows[:top]])
    everything = found(a, b, top=1000)
    assert set(zip(everything.first.tolist(), everything.second.tolist(), strict=True)) == {
        row[1:] for row in rows
    }


def test_all_flips_of_many_models_are_the_discordant_pairs() -> None:
    """Without ties tau = 1 - 2 D / (n (n - 1) / 2); more models than are compared in the first step."""
    generator = np.random.default_rng(3)
    a = generator.normal(size=150)
    b = a + generator.normal(size=150)
    discordant = (1 - kendalltau(a, b).statistic) / 2 * 150 * 149 / 2
    everything = found(a, b, top=20_000)
    assert len(everything.first) == round(discordant)
    rows, few = literally(a, b)[:9], found(a, b, top=9)
    assert list(zip(few.first.tolist(), few.second.tolist(), strict=True)) == [row[1:] for row in rows]


def test_scale_and_shift_of_a_setting_change_nothing() -> None:
    """Percent or fraction, an offset, and errors in the same unit."""
    generator = np.random.default_rng(4)
    a, b = generator.normal(size=(2, 30))
    plain, scaled = found(a, b, 0.2, 0.3), found(100 * a + 7, b / 3 - 2, 20, 0.1)
    for name in ("first", "second", "gap_a", "gap_b", "z_a", "z_b", "p_real_flip"):
        assert getattr(plain, name) == pytest.approx(getattr(scaled, name)), name
