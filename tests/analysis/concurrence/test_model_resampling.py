"""Resampled taus against tables that were really resampled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau
from scipy.stats import t as student

from reportgen.analysis.concurrence import model_resampling
from reportgen.analysis.concurrence.kendall import tau_b
from reportgen.analysis.concurrence.model_resampling import Replicates, replicates, weighted_mean


def table(p: int, q: int, seed: int, *, gaps: float = 0.2) -> np.ndarray:
    generator = np.random.default_rng(seed)
    scores = np.round(generator.normal(size=p)[:, None] + generator.normal(size=(p, q)), 1)
    return np.where(generator.random((p, q)) < gaps, np.nan, scores)


def resampled(scores: np.ndarray, *, classes: np.ndarray | None = None, seed: int = 1) -> Replicates:
    a, b = np.triu_indices(scores.shape[1], k=1)
    n = (np.isfinite(scores[:, a]) & np.isfinite(scores[:, b])).sum(axis=0)
    tau = np.array([tau_b(scores[:, x], scores[:, y]) for x, y in zip(a, b, strict=True)])
    chosen = np.zeros(len(a), dtype=np.intp) if classes is None else classes
    return replicates(scores, (a, b, n, tau), chosen, np.random.default_rng(seed))


def test_a_resample_is_what_scipy_says_of_the_drawn_rows() -> None:
    """The same draws: rows repeated as often as drawn, copies of a model are no pair but leave tau-b as it is."""
    scores = table(15, 3, seed=2)
    found = resampled(scores)
    drawn = np.random.default_rng(1).multinomial(15, np.full(15, 1 / 15), size=found.tau.shape[1])
    assert found.method == "bootstrap"
    for at in range(0, len(drawn), 97):
        rows = np.repeat(np.arange(15), drawn[at])
        for pair, (a, b) in enumerate(((0, 1), (0, 2), (1, 2))):
            expected = kendalltau(scores[rows, a], scores[rows, b], nan_policy="omit").statistic
            assert found.tau[pair, at] == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(st.integers(0, 1000), st.integers(4, 25))
def test_weights_of_one_give_tau_itself(seed: int, p: int) -> None:
    """Every model drawn once is no resample at all."""
    scores = table(p, 2, seed)
    ranks = {at: model_resampling.dense_ranks(scores[:, at]) for at in (0, 1)}
    shared = model_resampling._Shared(scores, ranks)
    found = shared.weighted(0, 1, np.ones((p, 1), dtype=np.float32))[0]
    assert found == pytest.approx(tau_b(scores[:, 0], scores[:, 1]), abs=1e-12, nan_ok=True)


def test_long_tables_are_left_out_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a budget the jackknife stands in; each value is the tau of a table without that model."""
    monkeypatch.setattr(model_resampling, "_BUDGET", 0.0)
    scores = table(12, 3, seed=3)
    found = resampled(scores)
    assert found.method == "jackknife"
    for model in range(12):
        left = np.delete(scores, model, axis=0)
        expected = [tau_b(left[:, a], left[:, b]) for a, b in ((0, 1), (0, 2), (1, 2))]
        assert found.tau[:, model] == pytest.approx(expected, abs=1e-12)


def test_interval_of_the_jackknife_is_student_around_the_point() -> None:
    """By hand: SE^2 = (r - 1) / r times the sum of squared deviations, r - 1 degrees of freedom."""
    values = np.array([0.2, 0.4, 0.3, 0.5, 0.1])
    one = Replicates(np.array([0]), np.ones(1), values[np.newaxis], "jackknife")
    error = np.sqrt(4 / 5 * ((values - 0.3) ** 2).sum())
    low, high = one.interval(0.3, values, 0.3, 0.95)
    assert (low, high) == pytest.approx(
        (0.3 - student.ppf(0.975, 4) * error, 0.3 + student.ppf(0.975, 4) * error)
    )


def test_interval_of_the_bootstrap_holds_the_middle_of_the_resamples() -> None:
    """Percentiles, moved by what the sampled pairs differ from all pairs."""
    values = np.linspace(0, 1, 1001)
    one = Replicates(np.array([0]), np.ones(1), values[np.newaxis], "bootstrap")
    assert one.interval(0.6, values, 0.5, 0.9) == pytest.approx((0.15, 1.05))


def test_no_interval_where_nothing_moves() -> None:
    """An error of 0 says nothing, and is no interval of width 0."""
    one = Replicates(np.array([0]), np.ones(1), np.ones((1, 9)), "jackknife")
    assert np.isnan(one.interval(1.0, np.ones(9), 1.0, 0.95)).all()


def test_mean_skips_what_is_undefined_in_a_resample() -> None:
    """By hand: weights 1 and 3; in the second resample only one of the two is known."""
    tau = np.array([[0.0, np.nan, np.nan], [0.4, 0.4, np.nan]])
    assert weighted_mean(tau, np.array([1.0, 3.0])) == pytest.approx([0.3, 0.4, np.nan], nan_ok=True)


def test_sample_of_pairs_keeps_small_classes_whole_and_weighs_large_ones() -> None:
    """100 pairs of one class and 4 of another, at most 20: the small class stays, the weights add up."""
    classes = np.repeat([0, 1], [100, 4])
    pair, weight = model_resampling._sample(classes, 20, np.random.default_rng(0))
    assert set(range(100, 104)) <= set(pair.tolist())
    assert len(pair) == 20
    assert weight[classes[pair] == 0].sum() == pytest.approx(100)
    assert weight[classes[pair] == 1].tolist() == [1.0] * 4


def test_bootstrap_and_jackknife_see_the_same_uncertainty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The width of the interval of the mean over all pairs differs by less than a third."""
    scores = table(60, 6, seed=5, gaps=0.1)
    everything = np.ones(15, dtype=bool)

    def width(found: Replicates) -> float:
        low, high = found.interval(0.5, found.mean(everything), 0.5, 0.95)
        return high - low

    bootstrap = resampled(scores)
    monkeypatch.setattr(model_resampling, "_BUDGET", 0.0)
    jackknife = resampled(scores)
    assert (bootstrap.method, jackknife.method) == ("bootstrap", "jackknife")
    assert width(bootstrap) == pytest.approx(width(jackknife), rel=0.33)
