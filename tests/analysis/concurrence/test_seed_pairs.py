"""Agreement over all pairs of seeds: by hand, against SciPy over a plain loop, and its ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, pearsonr, spearmanr
from score_tables import make_table

from reportgen.analysis.concurrence.seed_pairs import COLUMNS, ceiling, seed_pairs
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from reportgen.analysis.table import ScoreTable

SEEDS = st.lists(st.integers(0, 30).map(float), min_size=1, max_size=3)
MODELS = st.lists(st.tuples(SEEDS, SEEDS), min_size=3, max_size=6)


def runs_of(models: dict[str, tuple[list, list]], **settings) -> ScoreTable:
    """Runs of models on the benchmarks a and b; a side with fewer seeds lacks the last."""
    rows = [
        (model, *(side[seed] if seed < len(side) else None for side in sides))
        for model, sides in models.items()
        for seed in range(max(map(len, sides)))
    ]
    names, a, b = zip(*rows, strict=True)
    return make_table({"a": a, "b": b}, settings, systems=names)


def rows_of(runs: ScoreTable, **options) -> dict[tuple[str, str], pd.Series]:
    found = seed_pairs(runs, **options)
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns) == list(COLUMNS)
    return {(row["benchmark_a"], row["benchmark_b"]): row for _, row in found.iterrows()}


def stacked(models: dict[str, tuple[list, list]]) -> list[tuple[float, float]]:
    """All (a_i, b_j), model by model."""
    return [(a, b) for first, second in models.values() for a in first for b in second]


TWO_SEEDS = {"m": ([1, 2], [10, 20]), "n": ([3, 4], [30, 40]), "o": ([5, 6], [50, 60])}


def test_perfect_agreement_stays_below_one() -> None:
    """12 points, 66 pairs. 3 * 16 between models agree; in a model 4 of 6 pairs are tied on one side, and 2 cancel out.

    Not tied on a: 66 - 3 * 2 = 60, on b too; tau-b = 48 / 60.
    """
    row = rows_of(runs_of(TWO_SEEDS))["a", "b"]
    assert row["tau_b"] == pytest.approx(0.8)
    assert row["ceiling"] == pytest.approx(0.8)
    assert (row["points"], row["n"], row["fewest_seeds"], row["most_seeds"]) == (12, 3, 2, 2)
    assert row["tau_b_of_means"] == 1.0
    assert row["reason"] == ""


def test_a_benchmark_with_itself_stays_below_one_too() -> None:
    """Each seed meets each other seed of the same model."""
    row = rows_of(runs_of(TWO_SEEDS))["a", "a"]
    assert row["tau_b"] == pytest.approx(0.8)
    assert row["points"] == 12


@pytest.mark.parametrize(
    ("models", "seeds", "expected"), [(6, 3, 0.8824), (6, 5, 0.8621), (20, 3, 0.9661), (6, 1, 1.0)]
)
def test_the_ceiling_is_that_of_separate_models(models: int, seeds: int, expected: float) -> None:
    """Against tau-b of scores that never overlap; four figures of a run of the published code."""
    separate = {
        str(model): tuple([10.0 * model + seed for seed in range(seeds)] for _ in range(2))
        for model in range(models)
    }
    sizes = np.full(models, seeds)
    assert ceiling(sizes, sizes) == pytest.approx(kendalltau(*zip(*stacked(separate), strict=True)).statistic)
    assert ceiling(sizes, sizes) == pytest.approx(expected, abs=5e-5)


def test_the_ceiling_of_unequal_seeds() -> None:
    """One, two and three seeds on one side, three, one and two on the other."""
    sizes_a, sizes_b = [1, 2, 3], [3, 1, 2]
    models = {
        str(at): ([10.0 * at + seed for seed in range(a)], [10.0 * at + seed for seed in range(b)])
        for at, (a, b) in enumerate(zip(sizes_a, sizes_b, strict=True))
    }
    expected = kendalltau(*zip(*stacked(models), strict=True)).statistic
    assert ceiling(np.array(sizes_a), np.array(sizes_b)) == pytest.approx(expected)
    row = rows_of(runs_of(models))["a", "b"]
    assert (row["tau_b"], row["ceiling"]) == (pytest.approx(expected), pytest.approx(expected))
    assert (row["fewest_seeds"], row["most_seeds"], row["points"]) == (1, 3, 11)


@given(MODELS)
def test_coefficients_equal_scipy_over_a_plain_loop(sides: list) -> None:
    """Whatever the number of seeds on either side."""
    models = {f"m{at}": side for at, side in enumerate(sides)}
    models["z"] = ([31.0, 32.0], [-1.0, 33.0])  # neither side is constant, and there are seeds
    row = rows_of(runs_of(models))["a", "b"]
    x, y = zip(*stacked(models), strict=True)
    assert row["tau_b"] == pytest.approx(kendalltau(x, y).statistic, abs=1e-12)
    assert row["pearson"] == pytest.approx(pearsonr(x, y).statistic, abs=1e-9)
    assert row["spearman"] == pytest.approx(spearmanr(x, y).statistic, abs=1e-9)
    assert row["points"] == len(x)


def test_a_model_without_a_score_on_one_side_is_in_no_point() -> None:
    """Three of four models are shared."""
    row = rows_of(runs_of({**TWO_SEEDS, "p": ([7, 8], [])}))["a", "b"]
    assert (row["n"], row["points"]) == (3, 12)


def test_less_is_better_is_turned_round() -> None:
    """The sign of every coefficient turns with the direction."""
    rising = rows_of(runs_of(TWO_SEEDS))["a", "b"]
    turned = rows_of(runs_of(TWO_SEEDS, b={"direction": "lower"}))["a", "b"]
    for name in ("tau_b", "pearson", "spearman", "tau_b_of_means"):
        assert turned[name] == pytest.approx(-rising[name])


def test_what_cannot_be_ranked_is_in_no_pair() -> None:
    """A setting without a direction."""
    runs = runs_of(TWO_SEEDS, b={"direction": "unknown", "reason": "direction unknown"})
    assert list(rows_of(runs)) == [("a", "a")]


@pytest.mark.parametrize(
    ("models", "reason"),
    [
        ({"m": ([1, 2], []), "n": ([], [3, 4])}, "no shared model"),
        ({"m": ([1, 2], [3, 4]), "n": ([5], [6])}, "overlap n=2: n<3"),
        ({"m": ([1, 2], [5]), "n": ([3], [5]), "o": ([4], [5, 5])}, "constant"),
    ],
)
def test_a_pair_without_coefficients_says_why(models: dict, reason: str) -> None:
    """Unknown is not 0."""
    row = rows_of(runs_of(models))["a", "b"]
    assert row["reason"] == reason
    assert row[["tau_b", "pearson", "spearman", "ceiling", "tau_b_of_means"]].isna().all()


def test_constant_means_leave_the_stack_as_it_is() -> None:
    """Every model has the mean 2 on a: the coefficients of means are undefined, those of the points are not."""
    row = rows_of(runs_of({"m": ([1, 3], [1, 2]), "n": ([2, 2], [3, 4]), "o": ([0, 4], [5, 6])}))["a", "b"]
    assert row["tau_b"] == pytest.approx(0)
    assert np.isnan(row["tau_b_of_means"])


def test_without_seeds_there_is_nothing_to_cross() -> None:
    """It is said how to give them."""
    found = seed_pairs(runs_of({model: ([at], [at]) for at, model in enumerate("mno")}))
    assert isinstance(found, NotEstimable)
    assert "each with its `seed`" in found.reason


def test_only_pairs_of_one_suite() -> None:
    """Where one is asked for."""
    runs = runs_of(TWO_SEEDS, a={"suite": "S"}, b={"suite": "T"})
    assert list(rows_of(runs, suite="S")) == [("a", "a")]
    assert len(rows_of(runs)) == 3
