"""Kendall's tau-b and its jackknife against SciPy, pandas and the definition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kendalltau

from reportgen.analysis.concurrence import kendall
from reportgen.analysis.concurrence.counting import by_halves, by_table
from reportgen.analysis.concurrence.kendall import dense_ranks, leave_one_out, tau_b, tau_b_matrix

if TYPE_CHECKING:
    from pathlib import Path

EXACT = 1e-12


def plan(*, matrix: bool):
    """Force one of the two plans."""
    return mock.patch.object(kendall, "_matrix_is_cheaper", return_value=matrix)


def scipy_tau(x: np.ndarray, y: np.ndarray) -> float:
    shared = np.isfinite(x) & np.isfinite(y)
    if shared.sum() < 2:
        return float("nan")
    return float(kendalltau(x[shared], y[shared]).statistic)


def literal_error(x: np.ndarray, y: np.ndarray) -> float:
    """The jackknife from its definition: recompute tau without each model."""
    shared = np.isfinite(x) & np.isfinite(y)
    x, y = x[shared], y[shared]
    n = len(x)
    without = [scipy_tau(np.delete(x, i), np.delete(y, i)) for i in range(n)]
    return float(np.sqrt((n - 1) / n * np.sum((np.array(without) - np.mean(without)) ** 2)))


def scores(rows: int, columns: int, *, levels: int = 40, fill: float = 1.0, seed: int = 0) -> np.ndarray:
    """Related columns with ties (k right of `levels`), and gaps."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(0.6, 0.15, rows)[:, np.newaxis] + rng.normal(0, 0.1, (rows, columns))
    values = rng.binomial(levels, np.clip(skill, 0, 1)) / levels
    return np.where(rng.random((rows, columns)) < fill, values, np.nan)


tied = st.one_of(st.integers(0, 6).map(lambda k: k / 6), st.just(float("nan")), st.floats(0, 1, width=16))
tables = st.tuples(st.integers(2, 60), st.integers(2, 4)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=tied)
)


@pytest.mark.parametrize("matrix", [True, False])
@given(table=tables)
def test_tau_equals_scipy_with_ties_and_gaps(matrix: bool, table: np.ndarray) -> None:
    """Whichever way the counting goes."""
    with plan(matrix=matrix):
        result = tau_b_matrix(table)
    for a in range(table.shape[1]):
        for b in range(a + 1, table.shape[1]):
            expected = scipy_tau(table[:, a], table[:, b])
            assert result.tau[a, b] == pytest.approx(expected, abs=EXACT, nan_ok=True)
            assert result.tau[b, a] == pytest.approx(expected, abs=EXACT, nan_ok=True)
            assert result.n[a, b] == np.isfinite(table[:, [a, b]]).all(axis=1).sum()


@pytest.mark.parametrize("matrix", [True, False])
@given(table=arrays(np.float64, st.tuples(st.integers(4, 25), st.just(2)), elements=tied))
def test_jackknife_equals_recomputing_without_each_model(matrix: bool, table: np.ndarray) -> None:
    """One pass gives what n passes give, and is undefined where they are."""
    shared = table[np.isfinite(table).all(axis=1)]
    if len(shared) < 4:
        return
    with plan(matrix=matrix):
        error = tau_b_matrix(table).standard_error[0, 1]
    assert error == pytest.approx(literal_error(*shared.T), abs=EXACT, nan_ok=True)


@pytest.mark.parametrize("fill", [1.0, 0.6])
@pytest.mark.parametrize("rows", [30, kendall.TABLE_LIMIT + 60])
def test_all_ways_of_counting_agree(rows: int, fill: float) -> None:
    """Matrices, tables and halves, also in small tiles and stacks."""
    table = scores(rows, 9, fill=fill)
    with plan(matrix=True):
        whole = tau_b_matrix(table)
        with mock.patch.object(kendall, "_TILE_ELEMENTS", rows * 16):
            tiled = tau_b_matrix(table)
    with plan(matrix=False):
        paired = tau_b_matrix(table)
        with mock.patch.object(kendall, "_STACK_ELEMENTS", 1000):
            stacked = tau_b_matrix(table)
    off = np.triu_indices(9, k=1)
    for other in (tiled, paired, stacked):
        for name in ("tau", "n", "tau_a", "tau_without", "pivot"):
            np.testing.assert_array_equal(getattr(whole, name)[off], getattr(other, name)[off])
        np.testing.assert_allclose(whole.standard_error[off], other.standard_error[off], rtol=0, atol=1e-15)


def test_counting_by_halves_equals_counting_by_table() -> None:
    """The same whole numbers per model, with many ties and of every small length."""
    for n in range(1, 70):
        x, y = (dense_ranks(column) for column in scores(n, 2, levels=5 if n % 2 else 500, seed=n).T)
        table = by_table(
            x[np.newaxis].astype(np.float32), y[np.newaxis].astype(np.float32), np.ones((1, n), bool)
        )
        for fast, slow in zip(by_halves(x, y), table, strict=True):
            np.testing.assert_array_equal(fast, slow[0])


def test_matrix_equals_pandas() -> None:
    """330 models, 12 columns, a third missing: numbers equal to pandas' own Kendall."""
    table = scores(330, 12, fill=0.67)
    expected = pd.DataFrame(table).corr("kendall", min_periods=2).to_numpy()
    off = np.triu_indices(12, k=1)
    np.testing.assert_allclose(tau_b_matrix(table).tau[off], expected[off], rtol=0, atol=EXACT)


def test_leave_one_out_equals_recomputing() -> None:
    """One tau per model left out."""
    x, y = scores(40, 2).T
    expected = [scipy_tau(np.delete(x, i), np.delete(y, i)) for i in range(40)]
    np.testing.assert_allclose(leave_one_out(x, y), expected, rtol=0, atol=EXACT)


def test_pivot_is_the_model_whose_removal_moves_tau_most() -> None:
    """Ten models in the same order but for one outlier."""
    x = np.arange(11.0)
    y = np.array([*range(10), -5.0])
    result = tau_b_matrix(np.column_stack([[np.nan, *x], [1.0, *y]]))
    assert result.pivot[0, 1] == 11
    assert result.tau_without[0, 1] == 1.0
    assert result.tau[0, 1] == pytest.approx(scipy_tau(x, y), abs=EXACT)


def test_perfect_order_has_no_pivot_and_no_jackknife_error() -> None:
    """Leaving anyone out changes nothing; the caller must not print ±0."""
    result = tau_b_matrix(np.column_stack([np.arange(6.0), np.arange(6.0) ** 3]))
    assert result.tau[0, 1] == 1.0
    assert result.standard_error[0, 1] == 0.0
    assert result.pivot[0, 1] == -1


def test_float_noise_is_a_tie() -> None:
    """0.1 + 0.2 and 0.3 are one score: tau is 2 / sqrt(6), not 1 / 3."""
    assert tau_b(np.array([0.1 + 0.2, 0.3, 0.9]), np.array([1.0, 2.0, 3.0])) == pytest.approx(2 / np.sqrt(6))
    assert tau_b(np.array([0.3 - 1e-16, 0.3, 0.9]), np.array([2.0, 1.0, 3.0])) == pytest.approx(
        2 / np.sqrt(6)
    )


def test_undefined_stays_undefined() -> None:
    """A constant column, one shared model, none: NaN, never 0."""
    rising = np.arange(4.0)
    assert np.isnan(tau_b(np.ones(4), rising))
    assert np.isnan(tau_b(np.array([1.0, np.nan, np.nan, 2.0]), np.array([np.nan, 1.0, 2.0, 3.0])))
    assert np.isnan(tau_b(np.array([1.0, np.nan]), np.array([np.nan, 1.0])))
    assert np.isnan(tau_b(np.full(3, np.nan), rising[:3]))


def test_infinite_scores_are_missing() -> None:
    """Not the largest score, as SciPy has it."""
    result = tau_b_matrix(np.array([[np.inf, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
    assert result.n[0, 1] == 3
    assert result.tau[0, 1] == 1.0


def test_no_rows_and_one_column_are_allowed() -> None:
    """Empty input gives empty or undefined output."""
    assert tau_b_matrix(np.empty((0, 3))).n.tolist() == [[0] * 3] * 3
    assert tau_b_matrix(np.arange(5.0)[:, np.newaxis]).n.tolist() == [[5]]
    assert np.isnan(tau_b_matrix(np.empty((0, 3))).tau).all()


@given(table=arrays(np.float64, (12, 3), elements=tied), order=st.permutations(range(12)))
def test_neither_row_order_nor_rescaling_matters(table: np.ndarray, order: list[int]) -> None:
    """Only the order of scores counts; a flipped direction flips the sign."""
    before = tau_b_matrix(table).tau
    np.testing.assert_array_equal(before, tau_b_matrix(table[order]).tau)
    np.testing.assert_array_equal(before, tau_b_matrix(table * 4 - 1).tau)
    flipped = tau_b_matrix(table * np.array([1.0, -1.0, 1.0])).tau
    np.testing.assert_array_equal(before[0, 1], -flipped[0, 1])
    np.testing.assert_array_equal(before[0, 2], flipped[0, 2])


@pytest.mark.shared
def test_published_pairs_of_benchbench_are_reproduced(shared_data: Path) -> None:
    """220 pairs over all shared models, as BenchBench itself computed them."""
    folder = shared_data / "golden" / "benchmark_agreement"
    wide = pd.read_csv(folder / "input_long.csv").set_index(["model", "scenario"])["score"].unstack()  # noqa: PD010  # a pivot must fail on duplicates
    published = pd.read_csv(folder / "kendall_all_shared_models.csv")
    result = tau_b_matrix(wide.to_numpy())
    a = wide.columns.get_indexer(published["scenario"])
    b = wide.columns.get_indexer(published["ref_scenario"])
    assert len(published) == 220
    np.testing.assert_allclose(result.tau[a, b], published["correlation"], rtol=0, atol=EXACT)


@pytest.mark.shared
def test_formula_fixture_of_seed_means_is_reproduced(shared_data: Path) -> None:
    """Tau-b of the seed means, and the cross product of seeds whose self-agreement cannot reach 1."""
    fixture = json.loads((shared_data / "golden" / "formula_fixtures" / "concurrence.json").read_text())
    a, b = (np.array([fixture[name][model] for model in fixture["models"]]) for name in "AB")
    expected = fixture["expected"]
    assert tau_b(a.mean(axis=1), b.mean(axis=1)) == pytest.approx(expected["tau_b_model_means"], abs=EXACT)
    crossed_a, crossed_b = np.repeat(a, 3, axis=1).ravel(), np.tile(b, (1, 3)).ravel()
    assert tau_b(crossed_a, crossed_b) == pytest.approx(expected["tau_b_seed_crossproduct"], abs=EXACT)
    itself = tau_b(crossed_a, np.tile(a, (1, 3)).ravel())
    assert itself == pytest.approx(expected["tau_b_self_A_crossproduct"], abs=EXACT)
