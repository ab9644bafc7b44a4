"""The mean of the middle half of all runs: by hand, against scipy's trimmed mean and a literal bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from condition_records import compute, evidence_of, measured
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import trim_mean

from reportgen.analysis.interquartile import bootstrap, interquartile_mean
from reportgen.analysis.summaries import method_table

TABLES = arrays(
    np.float64,
    st.tuples(st.integers(1, 3), st.integers(2, 5), st.integers(1, 4)),
    elements=st.floats(-100, 100),
)


def literal(scores, draws, generator):
    """One draw at a time, every draw trimmed by scipy."""
    runs, tasks = scores.shape
    return [
        trim_mean(scores[generator.integers(0, runs, (runs, tasks)), np.arange(tasks)], 0.25, axis=None)
        for _ in range(draws)
    ]


def runs_of(table, **more):
    """Records from `{system: {benchmark: scores of its seeds}}`."""
    return [
        measured(system, value, suite="S", benchmark=benchmark, seed=str(seed), **more)
        for system, row in table.items()
        for benchmark, values in row.items()
        for seed, value in enumerate(values)
    ]


def test_hand_case() -> None:
    """Eight runs 0 1 2 3 | 4 5 6 100: two are cut at either end, 2 to 5 stay: 3.5."""
    scores = np.array([[[0.0, 4.0], [1.0, 5.0], [2.0, 6.0], [3.0, 100.0]]])
    assert interquartile_mean(scores).tolist() == [3.5]


@given(TABLES)
def test_the_point_is_scipys_trimmed_mean(scores) -> None:
    """To rounding, whatever the number of runs."""
    expected = [trim_mean(one, 0.25, axis=None) for one in scores]
    np.testing.assert_allclose(interquartile_mean(scores), expected, rtol=0, atol=1e-12)


@given(TABLES)
def test_every_draw_lies_between_the_least_and_the_greatest_score(scores) -> None:
    """And a system without spread has no width."""
    low, high = bootstrap(scores, level=0.95, generator=np.random.default_rng(0), draws=50)
    flat = scores.reshape(len(scores), -1)
    assert (low >= flat.min(axis=1) - 1e-9).all()
    assert (high <= flat.max(axis=1) + 1e-9).all()
    low, high = bootstrap(np.full((1, 3, 2), 7.0), level=0.95, generator=np.random.default_rng(0), draws=50)
    assert (low.tolist(), high.tolist()) == ([7.0], [7.0])


def test_the_interval_is_that_of_a_literal_bootstrap() -> None:
    """Within the error of 4,000 draws; the same seed gives the same bits, another one does not."""
    scores = np.random.default_rng(1).normal(50, 10, (2, 6, 8))
    low, high = bootstrap(scores, level=0.95, generator=np.random.default_rng(2), draws=4000)
    for at in range(2):
        ends = np.quantile(literal(scores[at], 4000, np.random.default_rng(at)), [0.025, 0.975])
        assert [low[at], high[at]] == pytest.approx(ends, abs=0.35)
    again = bootstrap(scores, level=0.95, generator=np.random.default_rng(2), draws=4000)
    assert (again[0].tobytes(), again[1].tobytes()) == (low.tobytes(), high.tobytes())
    other = bootstrap(scores, level=0.95, generator=np.random.default_rng(3), draws=4000)
    assert (other[0] != low).all()


@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_runs_within_a_task_does_not_matter(scores, random) -> None:
    """Of the point; draws of the same seed pick other runs."""
    shuffled = scores.copy()
    for task in range(scores.shape[2]):
        order = list(range(scores.shape[1]))
        random.shuffle(order)
        shuffled[:, :, task] = scores[:, order, task]
    np.testing.assert_allclose(interquartile_mean(shuffled), interquartile_mean(scores), rtol=0, atol=1e-12)


def test_methods_with_runs_have_an_interquartile_mean() -> None:
    """Two seeds on two benchmarks: of 70 74 78 82 the middle two, 76; another system lacks a run and has none."""
    table = {
        "a": {"x": [70.0, 74.0], "y": [78.0, 82.0]},
        "b": {"x": [60.0, 61.0], "y": [62.0, 63.0]},
        "c": {"x": [60.0, 61.0], "y": [62.0]},
    }
    found = compute(method_table, evidence_of(runs_of(table))).tables["interquartile_means"]
    assert found["system"].tolist() == ["a", "b"]
    assert found["interquartile_mean"].tolist() == [76.0, 61.5]
    assert found[["runs", "benchmarks"]].to_numpy().tolist() == [[2, 2], [2, 2]]
    assert (found["low"] <= found["interquartile_mean"]).all()
    assert (found["interquartile_mean"] <= found["high"]).all()
    assert set(found["unit"]) == {"percent"}


def test_where_lower_is_better_the_least_comes_first() -> None:
    """In the unit of the metric."""
    table = {"a": {"x": [4.0, 6.0], "y": [4.0, 6.0]}, "b": {"x": [2.0, 4.0], "y": [2.0, 4.0]}}
    found = compute(method_table, evidence_of(runs_of(table, direction="lower"))).tables[
        "interquartile_means"
    ]
    assert found["system"].tolist() == ["b", "a"]
    assert found["interquartile_mean"].tolist() == [3.0, 5.0]


def test_scores_without_runs_have_none() -> None:
    """One score each is no sample."""
    records = [
        measured(name, value, suite="S", benchmark=at)
        for name, value in (("a", 1.0), ("b", 2.0))
        for at in "xy"
    ]
    assert compute(method_table, evidence_of(records)).tables["interquartile_means"].empty


@pytest.mark.slow
@pytest.mark.parametrize(("runs", "said"), [(3, 0.87), (5, 0.91), (10, 0.94), (20, 0.95), (50, 0.95)])
def test_the_interval_covers_what_its_definition_says(runs, said) -> None:
    """Normal runs of five tasks: between 93 and 97 % from ten runs on."""
    generator = np.random.default_rng(runs)
    low, high = bootstrap(
        generator.normal(0, 1, (3000, runs, 5)), level=0.95, generator=generator, draws=1000
    )
    share = float(((low <= 0) & (high >= 0)).mean())
    assert share == pytest.approx(said, abs=0.012)
    assert 0.93 <= share <= 0.97 or runs < 10
