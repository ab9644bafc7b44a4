"""Diversity of the tasks of a suite: Kendall's W and rank changes, by hand, by plain loops, and as published."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import friedmanchisquare, spearmanr
from score_tables import make_table

from reportgen.analysis.concurrence.diversity import (
    COLUMNS,
    average_ranks,
    diversity,
    kendall_w,
    max_rank_change,
    published_ranks,
)
from reportgen.numbers import NotEstimable

#: Scores of n models by m tasks with many ties.
SCORES = st.tuples(st.integers(3, 7), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 6).map(float))
)


def only_row(scores: dict, **settings) -> pd.Series:
    """The row of the one suite with these tasks."""
    found = diversity(make_table(scores, settings))
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == 1
    return found.iloc[0]


def ranks_by_loops(scores: np.ndarray, tolerance: float) -> list[list[float]]:
    """For each task the average rank of each model, the best 1, by comparing every two."""
    tasks = []
    for task in range(scores.shape[1]):
        column = scores[:, task]
        ranks = []
        for mine in column:
            better = sum(1 for other in column if other - mine > tolerance)
            tied = sum(1 for other in column if abs(other - mine) <= tolerance)
            ranks.append(better + (tied + 1) / 2)
        tasks.append(ranks)
    return tasks


def published_by_loops(scores: np.ndarray) -> tuple[float, float]:
    """1 - W of ranks cut to whole numbers, without correction for ties, and the mean of largest rank changes."""
    tasks = ranks_by_loops(scores, 1e-8)
    m, n = len(tasks), len(tasks[0])
    totals = [sum(int(ranks[model]) for ranks in tasks) for model in range(n)]
    mean = sum(totals) / n
    squares = sum((total - mean) ** 2 for total in totals)
    changes = []
    for first, second in combinations(tasks, 2):
        changes.append(max(abs(a - b) for a, b in zip(first, second, strict=True)) / (n - 1))
    return 1 - squares / (m**2 * (n**3 - n) / 12), sum(changes) / len(changes)


def test_three_tasks_by_hand() -> None:
    """Ranks 1 2 3 4, 1 2 3 4 and 4 3 2 1: sums 6 7 8 9, S = 5, W = 12 * 5 / (9 * 60) = 1/9; changes 0, 1, 1."""
    row = only_row({"a": [9, 8, 7, 6], "b": [4, 3, 2, 1], "c": [1, 2, 3, 4]})
    assert row["diversity"] == pytest.approx(8 / 9)
    assert row["diversity_as_published"] == pytest.approx(8 / 9)
    assert row["max_rank_change"] == pytest.approx(2 / 3)
    assert (row["tasks"], row["n"], row["of"], row["left_out"], row["reason"]) == (3, 4, 4, 0, "")


def test_ties_by_hand() -> None:
    """Ranks 1 2.5 2.5 twice. Corrected: perfect agreement. Cut to 1 2 2: sums 2 4 4, W = 12 * 8/3 / (4 * 24) = 1/3."""
    row = only_row({"a": [9, 5, 5], "b": [2, 1, 1]})
    assert row["diversity"] == pytest.approx(0)
    assert row["diversity_as_published"] == pytest.approx(2 / 3)
    assert row["max_rank_change"] == 0


def test_rank_changes_keep_half_ranks() -> None:
    """Ranks 1 2.5 2.5 against 3 1.5 1.5: the largest change is 2 of 2; against 1 2 3 it is 0.5 of 2."""
    assert max_rank_change(np.array([[1, 3], [2.5, 1.5], [2.5, 1.5]])) == 1.0
    assert max_rank_change(np.array([[1, 1], [2.5, 2], [2.5, 3]])) == 0.25


@given(SCORES)
def test_as_published_equals_plain_loops(scores: np.ndarray) -> None:
    """The vectorised ranks, W and changes against comparing every two models."""
    ranks = published_ranks(scores)
    assert ranks.T.tolist() == ranks_by_loops(scores, 1e-8)
    expected, change = published_by_loops(scores)
    assert 1 - kendall_w(ranks.astype(np.int64), correct_ties=False) == pytest.approx(expected)
    assert max_rank_change(ranks) == pytest.approx(change)


@given(SCORES)
def test_corrected_w_equals_scipy(scores: np.ndarray) -> None:
    """Friedman's chi-square, which SciPy corrects for ties, is m (n - 1) W."""
    n, m = scores.shape
    varied = np.column_stack([scores, np.arange(n)])  # at least one task that tells models apart
    expected = friedmanchisquare(*varied).statistic / ((m + 1) * (n - 1))
    assert kendall_w(average_ranks(varied)) == pytest.approx(expected, abs=1e-12)


def test_w_without_ties_is_mean_spearman() -> None:
    """W = (1 + (m - 1) mean rho) / m, over all pairs of tasks."""
    scores = np.random.default_rng(3).random((9, 4))
    rho = spearmanr(scores).statistic[np.triu_indices(4, k=1)].mean()
    assert kendall_w(average_ranks(scores)) == pytest.approx((1 + 3 * rho) / 4)
    assert kendall_w(average_ranks(scores)) == pytest.approx(
        kendall_w(published_ranks(scores).astype(int), correct_ties=False)
    )


@given(SCORES, st.permutations(range(3)))
def test_order_of_models_and_scale_do_not_matter(scores: np.ndarray, order: list[int]) -> None:
    """Models in another order, tasks on another scale: the same numbers."""
    first = diversity(make_table({str(task): list(column) for task, column in enumerate(scores.T)}))
    turned = np.vstack([scores[order], scores[3:]]) * 7 + 2
    second = diversity(make_table({str(task): list(column) for task, column in enumerate(turned.T)}))
    pd.testing.assert_frame_equal(first, second)


def test_lower_is_better_is_turned_round() -> None:
    """An error rate agrees with the accuracy that falls where it rises."""
    row = only_row({"a": [9, 8, 7], "b": [0.1, 0.2, 0.3]}, b={"direction": "lower"})
    assert row["diversity"] == pytest.approx(0)


def test_only_models_with_every_task_count() -> None:
    """Complete cases, and k of n is said; a setting without a direction is left out and counted."""
    scores = {"a": [9, 8, 7, None], "b": [3, 2, 1, 5], "c": [1, 2, 3, 4]}
    row = only_row(scores, c={"direction": "unknown", "reason": "direction unknown"})
    assert (row["tasks"], row["n"], row["of"], row["left_out"]) == (2, 3, 4, 1)
    assert row["diversity"] == pytest.approx(0)


def test_too_few_models_have_no_diversity() -> None:
    """Two models agree or disagree wholly, whatever the tasks measure."""
    row = only_row({"a": [9, 8, None], "b": [3, 2, 1]})
    assert row["reason"] == "n=2 with a score on every task: n<3"
    assert row[["diversity", "diversity_as_published", "max_rank_change"]].isna().all()


def test_tasks_that_tell_no_models_apart_have_no_diversity() -> None:
    """0 / 0 is undefined, though the published code says 1."""
    row = only_row({"a": [5, 5, 5], "b": [1, 1, 1]})
    assert np.isnan(row["diversity"])
    assert row["diversity_as_published"] == 1.0
    assert row["reason"] == "every task gives all models the same score"


def test_noise_of_floating_point_is_a_tie() -> None:
    """0.1 + 0.2 and 0.3 are one score, in both variants."""
    scores = np.array([[0.1 + 0.2], [0.3], [0.9]])
    assert average_ranks(scores).ravel().tolist() == [2.5, 2.5, 1.0]
    assert published_ranks(scores).ravel().tolist() == [2.5, 2.5, 1.0]


def test_published_tolerance_is_absolute() -> None:
    """Scores of the size 1e-9 are all tied in the published code, and are not in ours."""
    scores = np.array([[1e-9], [2e-9], [3e-9]])
    assert published_ranks(scores).ravel().tolist() == [2.0, 2.0, 2.0]
    assert average_ranks(scores).ravel().tolist() == [3.0, 2.0, 1.0]


def test_suites_are_kept_apart() -> None:
    """One row each, by name; a suite of one task, and tasks of no suite, have none."""
    scores = {name: [3, 2, 1] for name in "abcdef"}
    suites = {"a": "T", "b": "T", "c": "S", "d": "S", "e": "U", "f": ""}
    table = make_table(scores, {name: {"suite": suite} for name, suite in suites.items()})
    assert diversity(table)["suite"].tolist() == ["S", "T"]
    assert diversity(table, suite="T")["suite"].tolist() == ["T"]
    nothing = diversity(table, suite="U")
    assert isinstance(nothing, NotEstimable)
    assert "name the `suite`" in nothing.reason
