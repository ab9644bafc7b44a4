"""Runs against runs: by hand, against scipy, against rliable, and on boards with seeds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from condition_records import evidence_of, measured
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import mannwhitneyu

from reportgen.analysis.interquartile import bootstrap, interquartile_mean
from reportgen.analysis.leaderboard import suite_boards
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.grounds import grounds
from reportgen.analysis.rankings.improvement import (
    improvement,
    improvement_interval,
    profile,
    profile_band,
)
from reportgen.analysis.rankings.parts import improvement as part
from reportgen.numbers import NotEstimable

PEER = Path(__file__).parents[2] / "data" / "peers" / "rliable-1.2.0.json"
CASES = json.loads(PEER.read_text(encoding="utf-8"))["cases"]
RUNS = st.lists(
    arrays(np.float64, st.integers(1, 5), elements=st.integers(0, 4).map(float)), min_size=1, max_size=4
)


def shape(case) -> str:
    """For the names of tests."""
    scores = case["scores"]["x"]
    return f"rliable 1.2.0, {len(scores)} runs of {len(scores[0])} tasks"


def columns(case, name: str) -> list[np.ndarray]:
    """The runs of each task."""
    return list(np.array(case["scores"][name]).T)


@pytest.mark.parametrize("case", CASES, ids=shape)
def test_points_are_those_of_rliable(case) -> None:
    """Interquartile mean, profile and P(improvement) to 1e-12."""
    for name in ("x", "y"):
        scores = np.array(case["scores"][name])
        assert interquartile_mean(scores[np.newaxis])[0] == pytest.approx(
            case["interquartile_mean"][name], abs=1e-12
        )
        assert profile(columns(case, name), np.array(case["thresholds"])) == pytest.approx(
            case["profile"][name], abs=1e-12
        )
    assert improvement(columns(case, "x"), columns(case, "y")) == pytest.approx(
        case["improvement"], abs=1e-12
    )


@pytest.mark.parametrize("case", CASES, ids=shape)
def test_intervals_are_those_of_rliable(case) -> None:
    """Within what 2,000 draws of either leave open."""
    found = improvement_interval(
        columns(case, "x"), columns(case, "y"), level=0.95, generator=np.random.default_rng(0)
    )
    assert found == pytest.approx(case["improvement_limits"], abs=0.03)
    for name in ("x", "y"):
        limits = bootstrap(
            np.array(case["scores"][name])[np.newaxis], level=0.95, generator=np.random.default_rng(0)
        )
        assert np.ravel(limits) == pytest.approx(case["interquartile_limits"][name], abs=0.02)


@given(RUNS, st.integers(0, 10**6))
def test_improvement_is_scipys_mann_whitney(x, seed) -> None:
    """U over the number of pairs, task by task, whatever the numbers of runs; the other way round is the rest."""
    generator = np.random.default_rng(seed)
    y = [generator.integers(0, 5, int(generator.integers(1, 6))).astype(float) for _ in x]
    shares = [
        mannwhitneyu(one, other).statistic / (len(one) * len(other)) for one, other in zip(x, y, strict=True)
    ]
    assert improvement(x, y) == pytest.approx(np.mean(shares))
    assert improvement(x, y) + improvement(y, x) == pytest.approx(1)


def test_improvement_by_hand() -> None:
    """2 of 4 pairs won and one equal on the first task, all on the second: (5/8 + 1) / 2."""
    x, y = [np.array([3.0, 1]), np.array([9.0])], [np.array([2.0, 1]), np.array([8.0, 7])]
    assert improvement(x, y) == pytest.approx((2.5 / 4 + 1) / 2)
    assert profile(x, np.array([0.0, 1, 3, 9])).tolist() == [1, 0.75, 0.5, 0]


@given(RUNS)
def test_intervals_lie_within_what_is_possible(x) -> None:
    """In [0, 1], in order; the same seed gives the same bits; against itself one half is inside."""
    low, high = improvement_interval(x, x, level=0.95, generator=np.random.default_rng(1), draws=300)
    assert 0 <= low <= 0.5 <= high <= 1
    assert improvement_interval(x, x, level=0.95, generator=np.random.default_rng(1), draws=300) == (
        low,
        high,
    )
    steps = np.arange(-1.0, 6)
    lower, upper = profile_band(x, steps, level=0.95, generator=np.random.default_rng(1), draws=300)
    share = profile(x, steps)
    assert (np.diff(share) <= 0).all()
    assert (lower <= upper).all()
    assert (lower[0], upper[0], lower[-1], upper[-1]) == pytest.approx((1, 1, 0, 0))


def studied(table, **more):
    """The part of the board of `{system: {benchmark: scores of its seeds}}`."""
    records = [
        measured(system, value, suite="S", benchmark=benchmark, seed=str(seed), **more)
        for system, row in table.items()
        for benchmark, values in row.items()
        for seed, value in enumerate(values)
    ]
    evidence = evidence_of(records)
    (board,) = suite_boards(evidence.table, policy="complete", level=0.95)
    return part.compute(grounds(evidence, board), {}, np.random.default_rng(0))


TABLE = {
    "a": {"x": [70.0, 74.0], "y": [78.0, 82.0]},
    "b": {"x": [60.0, 72.0], "y": [62.0, 63.0]},
    "c": {"x": [10.0, 11.0], "y": [12.0]},
}


def test_the_best_system_is_compared_with_those_that_have_runs() -> None:
    """a beats b in 3 of 4 pairs on x and in all on y: 7/8; c lacks a run on y."""
    found = studied(TABLE)
    assert isinstance(found, Found)
    for name, table in found.tables.items():
        assert list(table.columns) == list(part.TABLES[name])
    (row,) = found.main.to_dict("records")
    assert (row["system"], row["other"], row["chance"]) == ("a", "b", pytest.approx(7 / 8))
    assert (row["runs"], row["runs_other"], row["benchmarks"]) == (2, 2, 2)
    assert found.headline == part.Rerun("a", True, 1, 1, 2)
    assert set(found.tables["profiles"]["system"]) == {"a", "b"}


def test_where_lower_is_better_a_lower_run_wins() -> None:
    """And thresholds are in the metric's own sense."""
    found = studied({"a": {"x": [1.0, 2.0]}, "b": {"x": [3.0, 4.0]}}, direction="lower")
    assert isinstance(found, Found)
    assert found.main["chance"].tolist() == [1.0]
    profiles = found.tables["profiles"]
    mine = profiles[profiles["system"] == "a"]
    assert mine["threshold"].iloc[0] == 4.0
    assert mine["share"].iloc[0] == 1.0
    assert mine["share"].iloc[-1] == 0.0


def test_without_runs_there_is_nothing() -> None:
    """A reason, and what to supply."""
    single = studied({"a": {"x": [1.0]}, "b": {"x": [2.0]}})
    assert isinstance(single, NotEstimable)
    records = [measured(name, 1.0, suite="S", benchmark="x") for name in "ab"]
    evidence = evidence_of(records)
    (board,) = suite_boards(evidence.table, policy="complete", level=0.95)
    found = part.compute(grounds(evidence, board), {}, np.random.default_rng(0))
    assert isinstance(found, NotEstimable)
    assert "`seed`" in found.reason
