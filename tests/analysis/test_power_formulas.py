"""Items needed, detectable differences, power: against statsmodels and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower

from reportgen.analysis.power import (
    Aim,
    binomial_sd,
    detectable,
    item_variance,
    items_needed,
    plan,
    power_of,
)


def test_the_items_for_five_points_at_seventy_percent() -> None:
    """By hand: (1.96 + 0.84)^2 * 2 * 0.21 / 0.05^2."""
    aim = Aim(alpha=0.05, power=0.8)
    assert aim.distance == pytest.approx(1.959964 + 0.841621, abs=1e-6)
    needed = items_needed(item_variance(binomial_sd(0.7)), 0.05, aim)
    assert needed == pytest.approx(2.801585**2 * 0.42 / 0.0025, rel=1e-6)


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1])
@pytest.mark.parametrize("power", [0.6, 0.8, 0.95])
@pytest.mark.parametrize("effect", [0.05, 0.2, 0.7])
def test_items_needed_are_those_of_statsmodels_0_15_0(alpha: float, power: float, effect: float) -> None:
    """Two samples of equal size and standard deviation 1; it also counts the wrong sign, which is next to nothing."""
    peer = NormalIndPower().solve_power(effect_size=effect, alpha=alpha, power=power, ratio=1.0)
    assert items_needed(item_variance(1.0), effect, Aim(alpha, power)) == pytest.approx(peer, rel=1e-3)


@given(st.floats(0.01, 2.0), st.integers(2, 3000), st.sampled_from([0.01, 0.05, 0.2]))
def test_power_is_that_of_statsmodels_0_15_0(effect: float, n: int, alpha: float) -> None:
    """Both tails, to 1e-12."""
    peer = NormalIndPower().power(effect, n, alpha, ratio=1.0)
    assert power_of(effect, float(np.sqrt(2 / n)), alpha) == pytest.approx(float(peer), abs=1e-12)


@given(st.floats(0.001, 5.0), st.floats(0.001, 5.0), st.floats(0.5, 0.99))
def test_the_three_questions_are_one(sd: float, delta: float, power: float) -> None:
    """With the items needed for a difference, that difference is just detectable, with just that power."""
    aim = Aim(0.05, power)
    n = items_needed(item_variance(sd), delta, aim)
    error = np.sqrt(item_variance(sd) / n)
    assert detectable(error, aim) == pytest.approx(delta)
    assert power_of(delta, error, 0.05) == pytest.approx(power, abs=1e-3)


def test_asking_the_same_items_helps_as_far_as_systems_are_alike() -> None:
    """Pairing takes away the correlated part, more answers to an item the part that sampling adds."""
    assert item_variance(2.0, correlation=0.5) == pytest.approx(4.0)
    assert item_variance(2.0, sampling=0.25, samples=4) == pytest.approx(2 * (3.0 + 1.0 / 4))
    assert item_variance(2.0, correlation=1.0, sampling=0.25, samples=4) == pytest.approx(0.5)
    assert item_variance(2.0, correlation=-1.0) == pytest.approx(16.0)


def test_the_formula_of_miller_in_its_own_terms() -> None:
    """n = (z + z)^2 (w2 + s2_A / K_A + s2_B / K_B) / delta^2."""
    sd, r, share, k = 0.45, 0.6, 0.3, 5
    between, within = (1 - share) * sd**2, share * sd**2
    w2 = 2 * between * (1 - r)
    expected = Aim().distance ** 2 * (w2 + within / k + within / k) / 0.02**2
    variance = item_variance(sd, correlation=r, sampling=share, samples=k)
    assert items_needed(variance, 0.02, Aim()) == pytest.approx(expected, rel=1e-12)


def test_no_difference_needs_endless_items_and_no_error_finds_everything() -> None:
    """The edges are said, not divided by."""
    assert items_needed(1.0, 0.0, Aim()) == float("inf")
    assert power_of(0.1, 0.0, 0.05) == 1.0
    assert power_of(0.0, 0.0, 0.05) == 0.05
    assert power_of(0.0, 1.0, 0.05) == pytest.approx(0.05)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Aim(alpha=0.0),
        lambda: Aim(power=1.0),
        lambda: Aim(alpha=0.05, power=0.02),
        lambda: binomial_sd(1.0),
        lambda: item_variance(-1.0),
        lambda: item_variance(1.0, correlation=1.5),
        lambda: item_variance(1.0, sampling=2.0),
        lambda: item_variance(1.0, samples=0),
    ],
)
def test_what_makes_no_sense_is_refused(wrong) -> None:
    """Each argument has a range."""
    with pytest.raises(ValueError, match=r"must|less than"):
        wrong()


def test_a_plan_finds_the_number_that_was_left_out() -> None:
    """Each of the three, and back again."""
    aim = Aim(0.05, 0.8)
    needed = plan(0.42, aim, difference=0.05)
    assert (needed.solved, needed.n) == ("n", pytest.approx(1318.6, abs=0.1))
    reach = plan(0.42, aim, n=needed.n)
    assert (reach.solved, reach.difference) == ("difference", pytest.approx(0.05))
    chance = plan(0.42, aim, n=needed.n, difference=0.05)
    assert (chance.solved, chance.power) == ("power", pytest.approx(0.8, abs=1e-5))


@pytest.mark.parametrize("wrong", [{}, {"n": 0.0}, {"difference": -1.0}, {"n": float("nan")}])
def test_a_plan_needs_a_positive_number(wrong: dict) -> None:
    """Nothing follows from nothing."""
    with pytest.raises(ValueError, match="must be"):
        plan(1.0, Aim(), **wrong)
