"""Intervals by what is drawn anew: against literal resampling, by hand, and in known simulations."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import scipy
from concurrence_grounds import make_grounds
from scipy.stats import kendalltau
from score_tables import make_table

from reportgen.analysis.concurrence.parts import intervals
from reportgen.analysis.concurrence.resampling import (
    by_seeds,
    by_weights,
    draws,
    effective_number,
    item_signs,
    percentiles,
    seed_means,
    spread_of_tau,
)
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable


def some_scores(n: int, seed: int = 0, q: int = 2) -> dict[str, list[float]]:
    generator = np.random.default_rng(seed)
    common = generator.normal(size=n)
    return {f"x{at}": np.round(common + generator.normal(size=n), 1).tolist() for at in range(q)}


def found(scores, models=None, **common) -> Found:
    result = intervals.compute(make_grounds(scores, None, models, **common), {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    assert list(result.main.columns) == list(intervals.TABLES["main"])
    assert list(result.tables["units"].columns) == list(intervals.TABLES["units"])
    return result


def by_unit(result: Found) -> dict[str, dict]:
    assert len(result.main) == 4
    return {row["unit"]: row for row in result.main.to_dict("records")}


# -- the resamples
# ------------------------------------------------------------------------------------------------


def test_families_drawn_anew_equal_scipy_on_the_stored_draws() -> None:
    """Every model of a family as often as the family was drawn: the literal sample, to 1e-12."""
    scores = some_scores(14, seed=3)
    x, y = (np.array(column) for column in scores.values())
    group = np.array([0, 0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 5, 5, 1])
    weights = draws(np.random.default_rng(1), 6, 50)
    assert (weights.sum(axis=1) == 6).all()
    taus = by_weights(weights, x, y, group)
    for weight, tau in zip(weights, taus, strict=True):
        rows = np.repeat(np.arange(14), weight[group].astype(int))
        assert tau == pytest.approx(kendalltau(x[rows], y[rows]).statistic, abs=1e-12), scipy.__version__


def test_seeds_drawn_anew_equal_scipy_on_the_stored_draws() -> None:
    """Models as often as drawn, each with the mean that its seeds have in this resample."""
    generator = np.random.default_rng(2)
    weights = draws(generator, 9, 30)
    x, y = generator.normal(size=(2, 30, 9))
    taus = by_seeds(weights, x, y)
    for at, tau in enumerate(taus):
        rows = np.repeat(np.arange(9), weights[at].astype(int))
        assert tau == pytest.approx(kendalltau(x[at, rows], y[at, rows]).statistic, abs=1e-12)


def test_means_of_seeds_come_from_a_models_own_seeds() -> None:
    """One seed never varies; the mean of many resamples of 1 and 3 is 2, its variance 1 / 2."""
    means = seed_means(np.random.default_rng(0), [np.array([5.0]), np.array([1.0, 3.0])], 4000)
    assert (means[:, 0] == 5).all()
    assert set(means[:, 1]) == {1.0, 2.0, 3.0}
    assert means[:, 1].mean() == pytest.approx(2, abs=0.05)
    assert means[:, 1].var() == pytest.approx(0.5, abs=0.05)


def test_items_drawn_anew_by_hand() -> None:
    """Two models one standard error of their difference apart on one benchmark, far apart on the other."""
    generator = np.random.default_rng(0)
    x = item_signs(generator, np.array([0.0, 1.0]), np.full(2, np.sqrt(0.5)), 4000)
    y = item_signs(generator, np.array([0.0, 99.0]), np.full(2, 0.1), 4000)
    wrong = (x > 0).mean()
    assert wrong == pytest.approx(0.1587, abs=0.02)
    assert spread_of_tau(x, y) == pytest.approx(2 * np.sqrt(wrong * (1 - wrong)), rel=0.01)


def test_percentiles_say_when_they_mean_nothing() -> None:
    """All the same, or undefined too often: never plus or minus 0."""
    assert percentiles(np.ones(100), 0.95)[2] == "interval: tau is the same in every resample"
    assert (
        percentiles(np.array([np.nan] * 10 + [0.1, 0.2] * 45), 0.95)[2]
        == "interval: undefined in many resamples"
    )
    low, high, reason = percentiles(np.linspace(-0.5, 0.5, 1001), 0.9)
    assert (low, high, reason) == (pytest.approx(-0.45), pytest.approx(0.45), "")


def test_effective_number_of_families() -> None:
    """Four of equal size are four; nine models of one family and one of another are little more than one."""
    assert effective_number(np.array([0, 0, 1, 1, 2, 2, 3, 3])) == 4
    assert effective_number(np.array([0] * 9 + [1])) == pytest.approx(100 / 82)


# -- the part
# ------------------------------------------------------------------------------------------------


def families(n: int, size: int) -> dict[str, dict]:
    return {f"m{at:04d}": {"family": f"f{at // size}"} for at in range(n)}


def test_four_units_side_by_side() -> None:
    """Models as in the table of agreement; families and items have intervals of their own; there are no seeds."""
    scores = some_scores(24)
    grounds = make_grounds(scores)
    units = by_unit(found(scores, families(24, 3), stderr={"x0": 0.3, "x1": 0.3}))
    pair = grounds.agreement.pairs.iloc[0]
    assert [units["models"][name] for name in ("low", "high", "units")] == [pair["low"], pair["high"], 24]
    assert (units["families"]["units"], units["families"]["effective"]) == (8, 8)
    for unit in ("families", "items"):
        assert units[unit]["low"] < pair["tau_b"] < units[unit]["high"]
        assert units[unit]["reason"] == ""
    assert units["seeds"]["reason"] == intervals.NO_SEEDS


def test_the_interval_over_items_is_tau_and_the_quantile_of_its_spread() -> None:
    """Symmetric about tau; twice the error moves it further."""
    scores = some_scores(24)
    narrow = by_unit(found(scores, stderr={"x0": 0.1, "x1": 0.1}))["items"]
    wide = by_unit(found(scores, stderr={"x0": 0.4, "x1": 0.4}))["items"]
    assert (narrow["low"] + narrow["high"]) / 2 == pytest.approx(narrow["tau_b"])
    assert wide["high"] - wide["low"] > 1.5 * (narrow["high"] - narrow["low"])


def test_copies_of_a_model_are_one_family() -> None:
    """Each model five times with nearly its scores: families leave the interval as wide as a fifth of the models do."""
    single = some_scores(12, seed=5)
    copied = {
        name: np.repeat(column, 5) + np.tile(np.linspace(0, 1e-3, 5), 12) for name, column in single.items()
    }
    few = by_unit(found(single))["models"]
    many = by_unit(found({k: v.tolist() for k, v in copied.items()}, families(60, 5)))
    width = {unit: many[unit]["high"] - many[unit]["low"] for unit in ("models", "families")}
    assert width["families"] > 1.5 * width["models"]
    assert width["families"] == pytest.approx(few["high"] - few["low"], rel=0.35)


@pytest.mark.parametrize(
    ("models", "reason"),
    [({}, intervals.NO_FAMILIES), (families(24, 8), "interval: 3 families, needs 5")],
)
def test_families_that_cannot_be_drawn(models: dict, reason: str) -> None:
    """Each model its own, or too few."""
    assert by_unit(found(some_scores(24), models))["families"]["reason"] == reason


def test_one_unknown_error_leaves_items_out() -> None:
    """Unknown is not zero."""
    stderr = {"x0": [0.1] * 23 + [None], "x1": 0.1}
    assert by_unit(found(some_scores(24), stderr=stderr))["items"]["reason"] == intervals.NO_ERRORS


def test_of_many_models_a_part_is_drawn(monkeypatch) -> None:
    """The spread is scaled down by the square root: about the same interval from a third of the models."""
    scores = some_scores(150, seed=1)
    whole = by_unit(found(scores, stderr={"x0": 0.3, "x1": 0.3}))["items"]
    monkeypatch.setattr(intervals, "MOST_FOR_ITEMS", 50)
    part = by_unit(found(scores, stderr={"x0": 0.3, "x1": 0.3}))["items"]
    assert part["high"] - part["low"] == pytest.approx(whole["high"] - whole["low"], rel=0.35)


def seeded(n: int, spread: float) -> pd.DataFrame:
    """Grounds of n models with three seeds each on both benchmarks."""
    generator = np.random.default_rng(7)
    scores = {name: np.array(column) for name, column in some_scores(n).items()}
    runs = {
        name: (column[:, np.newaxis] + spread * generator.normal(size=(n, 3)))
        for name, column in scores.items()
    }
    means = {name: values.mean(axis=1).tolist() for name, values in runs.items()}
    grounds = make_grounds(means)
    systems = [f"m{at:04d}" for at in range(n) for _ in range(3)]
    table = make_table({name: values.ravel().tolist() for name, values in runs.items()}, systems=systems)
    return dataclasses.replace(grounds, runs=table)


def test_seeds_are_drawn_within_models() -> None:
    """144 runs; noisier seeds make a wider interval."""
    widths = []
    for spread in (0.01, 2.0):
        result = intervals.compute(seeded(24, spread), {}, np.random.default_rng(0))
        row = by_unit(result)["seeds"]
        assert (row["units"], row["reason"]) == (144, "")
        widths.append(row["high"] - row["low"])
    assert all(0 < width < 2 for width in widths)


def test_limits_are_said(monkeypatch) -> None:
    """One pair of three; no room to draw items or seeds."""
    monkeypatch.setattr(intervals, "MOST_PAIRS", 1)
    monkeypatch.setattr(intervals, "MOST_DRAWN", 0)
    result = found(some_scores(24, q=3), stderr={f"x{at}": 0.1 for at in range(3)})
    assert result.caveats[0].startswith("Computed for 1 of 3 pairs")


def test_too_few_models_have_no_intervals() -> None:
    """Four models."""
    result = intervals.compute(
        make_grounds({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 4, 3]}), {}, np.random.default_rng(0)
    )
    assert isinstance(result, NotEstimable)


def test_widths_are_compared_in_the_same_pairs() -> None:
    """Median of the ratios, over pairs that have both."""
    result = found(some_scores(24, q=4), families(24, 3))
    width = (result.main["high"] - result.main["low"]).to_numpy().reshape(-1, 4)
    assert result.main["unit"].tolist() == list(intervals.UNITS) * 6
    table = result.tables["units"].set_index("unit")
    assert table.loc["families", "median_ratio"] == pytest.approx(np.median(width[:, 1] / width[:, 0]))
    assert table.loc["models", "median_ratio"] == 1
    assert (table.loc["seeds", "pairs"], table.loc["seeds", "reason"]) == (0, intervals.NO_SEEDS)


def test_the_same_generator_gives_the_same_numbers() -> None:
    """Nothing else is random."""
    first, second = (
        found(some_scores(24), families(24, 3), stderr={"x0": 0.3, "x1": 0.3}).main for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.slow
def test_family_interval_covers_where_that_of_models_does_not() -> None:
    """12 families of 4 near copies, true correlation 0.7: 400 draws, nominal 95 %."""
    generator = np.random.default_rng(1)
    truth, held = 2 / np.pi * np.arcsin(0.7), {"models": 0, "families": 0}
    for _ in range(400):
        x, y = generator.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], size=12).T
        near = generator.normal(size=(2, 48)) * 0.05
        scores = {"x0": (np.repeat(x, 4) + near[0]).tolist(), "x1": (np.repeat(y, 4) + near[1]).tolist()}
        units = by_unit(found(scores, families(48, 4)))
        for unit in held:
            held[unit] += units[unit]["low"] <= truth <= units[unit]["high"]
    assert held["families"] / 400 >= 0.88
    assert held["models"] / 400 <= 0.8
