"""Permutation tests against literal enumeration, and the regression against statsmodels."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import statsmodels
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.concurrence.permutation_regression import (
    arrangements,
    chance_of_as_large,
    mean_differences,
    regression,
    residual_table,
)

GENERATOR = np.random.default_rng(0)


def symmetric(q: int, seed: int) -> np.ndarray:
    table = np.random.default_rng(seed).normal(size=(q, q))
    return table + table.T


def same(labels: np.ndarray) -> np.ndarray:
    return (labels[:, None] == labels).astype(float)


def literal_t(y: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    design = np.column_stack([*columns, np.ones(len(y))])
    return np.asarray(sm.OLS(y, design).fit().tvalues)


def test_all_orders_of_five_settings_are_enumerated() -> None:
    """5! orders, each once, the given one among them."""
    found = arrangements(np.zeros(5, dtype=np.intp), 10, GENERATOR)
    assert found.exact
    assert {tuple(row) for row in found.order.tolist()} == set(itertools.permutations(range(5)))


def test_settings_stay_within_their_block() -> None:
    """2! times 3! orders; a setting of its own block never moves."""
    found = arrangements(np.array([0, 1, 0, 1, 1, 7]), 15, GENERATOR)
    assert len(found.order) == 12
    assert (found.order[:, 5] == 5).all()
    assert {frozenset(row[[0, 2]]) for row in found.order} == {frozenset({0, 2})}


def test_many_settings_are_drawn_not_enumerated() -> None:
    """Eight settings have more than 5,040 orders; each draw is an order within the blocks."""
    blocks = np.repeat([0, 1], [8, 3])
    found = arrangements(blocks, 55, np.random.default_rng(3))
    assert not found.exact
    assert (np.sort(found.order, axis=1) == np.arange(11)).all()
    assert (blocks[found.order] == blocks).all()


@given(st.integers(0, 500))
def test_exact_p_of_five_settings_equals_the_enumeration_by_hand(seed: int) -> None:
    """Mantel's test of two labels: relabel in all 120 ways, count the differences as large."""
    y, labels = symmetric(5, seed), np.array([0, 0, 1, 1, 1])
    a, b = np.triu_indices(5, k=1)

    def difference(order: tuple[int, ...]) -> float:
        inside = labels[list(order)][a] == labels[list(order)][b]
        return float(y[a, b][inside].mean() - y[a, b][~inside].mean())

    observed = difference((0, 1, 2, 3, 4))
    expected = np.mean([difference(o) >= observed - 1e-9 for o in itertools.permutations(range(5))])

    def classes(order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inside = labels[order][:, a] == labels[order][:, b]
        return inside, ~inside

    found = arrangements(np.zeros(5, dtype=np.intp), 10, GENERATOR)
    drawn = mean_differences(y[a, b], classes, found)
    assert chance_of_as_large(observed, drawn, exact=found.exact) == pytest.approx(expected)


def test_drawn_p_is_never_zero() -> None:
    """(1 + 0) / (1 + 9); and what is undefined does not count."""
    assert chance_of_as_large(2.0, np.zeros(9), exact=False) == pytest.approx(0.1)
    assert chance_of_as_large(2.0, np.array([3.0, np.nan]), exact=False) == pytest.approx(1.0)
    assert math.isnan(chance_of_as_large(math.nan, np.zeros(9), exact=True))


@pytest.mark.parametrize("seed", range(4), ids=lambda seed: f"statsmodels-{statsmodels.__version__}-{seed}")
def test_coefficients_are_those_of_ordinary_least_squares(seed: int) -> None:
    """Against statsmodels, with a third of the pairs unknown."""
    q = 9
    generator = np.random.default_rng(seed)
    y = symmetric(q, seed)
    labels = generator.permuted(np.arange(q) % 3), generator.permuted(np.arange(q) % 2)
    predictors = np.array([*map(same, labels), symmetric(q, 99)])
    a, b = np.triu_indices(q, k=1)
    kept = generator.random(len(a)) > 0.33
    a, b = a[kept], b[kept]
    found = regression(y[a, b], predictors, (a, b), arrangements(np.zeros(q, dtype=np.intp), 36, generator))
    fit = sm.OLS(y[a, b], np.column_stack([*(one[a, b] for one in predictors), np.ones(len(a))])).fit()
    assert found is not None
    assert found.coefficient == pytest.approx(fit.params)
    assert found.t == pytest.approx(fit.tvalues)
    assert found.r_squared == pytest.approx(fit.rsquared)
    assert found.solve @ y[a, b] == pytest.approx(fit.params)


def test_double_semi_partialling_equals_its_description_step_by_step() -> None:
    """Six settings, all 720 orders: regress x on z, exchange the residuals, fit again, compare |t|."""
    q, generator = 6, np.random.default_rng(8)
    y, z = symmetric(q, 1), symmetric(q, 2)
    x = same(np.array([0, 0, 1, 1, 2, 2]))
    a, b = np.triu_indices(q, k=1)
    kept = np.ones(len(a), dtype=bool)
    kept[[3, 7]] = False
    left = sm.OLS(x[a, b], np.column_stack([z[a, b], np.ones(len(a))])).fit().resid
    table = np.zeros((q, q))
    table[a, b] = table[b, a] = left
    assert residual_table(x, z[np.newaxis]) == pytest.approx(table)
    values = []
    for order in itertools.permutations(range(q)):
        moved = table[np.ix_(order, order)][a, b]
        values.append(abs(literal_t(y[a, b][kept], [moved[kept], z[a, b][kept]])[0]))
    observed = abs(literal_t(y[a, b][kept], [x[a, b][kept], z[a, b][kept]])[0])
    expected = np.mean(np.array(values) >= observed - 1e-9)
    orders = arrangements(np.zeros(q, dtype=np.intp), len(a), generator)
    found = regression(y[a, b][kept], np.array([x, z]), (a[kept], b[kept]), orders)
    assert found is not None
    assert orders.exact
    assert found.p[0] == pytest.approx(expected)


def test_predictors_that_say_the_same_give_no_regression() -> None:
    """Source and construct always together cannot be told apart."""
    table = same(np.array([0, 0, 1, 1, 1]))
    a, b = np.triu_indices(5, k=1)
    orders = arrangements(np.zeros(5, dtype=np.intp), 10, GENERATOR)
    assert regression(symmetric(5, 1)[a, b], np.array([table, table]), (a, b), orders) is None


@pytest.mark.slow
def test_p_is_uniform_where_labels_say_nothing() -> None:
    """At 5 %, about one in twenty of 300 tables without an effect is called one."""
    q, generator = 8, np.random.default_rng(1)
    a, b = np.triu_indices(q, k=1)
    predictors = np.array([same(np.repeat([0, 1, 2, 3], 2)), same(np.tile([0, 1], 4))])
    called = 0
    for seed in range(300):
        loading = np.random.default_rng(seed).normal(size=(q, 4))
        y = np.corrcoef(loading)
        orders = arrangements(np.zeros(q, dtype=np.intp), len(a), generator)
        found = regression(y[a, b], predictors, (a, b), orders)
        assert found is not None
        called += bool(found.p[0] <= 0.05)
    assert 0.02 <= called / 300 <= 0.09
