"""Errors of means over items: against statsmodels and scipy, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar

from reportgen.analysis.paired_tests import FEW_CLUSTERS, difference, mcnemar, mean_error, spread

NAN = float("nan")


def scores(n: int = 200, seed: int = 1) -> np.ndarray:
    return (np.random.default_rng(seed).random(n) < 0.7).astype(float)


def test_the_error_of_a_mean_is_sd_over_root_n() -> None:
    """Hand case: 1, 0, 1, 1 has mean 3/4 and sd 1/2."""
    found = mean_error(np.array([1.0, 0.0, 1.0, 1.0]), level=0.95)
    assert found.mean == 0.75
    assert found.error == pytest.approx(0.25)
    assert found.high - found.mean == pytest.approx(3.182446 * 0.25, rel=1e-6), "Student's t, 3 degrees"
    assert (found.freedom, found.method) == (3, "items")


@pytest.mark.parametrize("groups", [FEW_CLUSTERS, 40, 60])
def test_the_clustered_error_is_that_of_a_regression_on_a_constant_in_statsmodels_0_15_0(groups: int) -> None:
    """`cov_type="cluster"` without its small-sample factor, to 1e-12."""
    values = scores()
    clusters = np.random.default_rng(2).integers(0, groups, len(values))
    clusters[:groups] = np.arange(groups)
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    found = mean_error(values, level=0.95, clusters=clusters)
    assert found.error == pytest.approx(float(fit.bse[0]), rel=1e-12)
    assert (found.freedom, found.method) == (groups - 1, "clusters")


def test_items_that_are_their_own_clusters_have_the_error_of_items_but_for_the_divisor() -> None:
    """Sandwich with n instead of n - 1."""
    values = scores(50)
    each = mean_error(values, level=0.95, clusters=np.arange(50))
    assert each.error == pytest.approx(mean_error(values, level=0.95).error * np.sqrt(49 / 50))


def test_few_clusters_are_corrected_by_the_leverage_of_each() -> None:
    """CR2 written with matrices: residuals of a cluster times (I - H)^(-1/2)."""
    values = scores(60)
    clusters = np.arange(60) % 7
    clusters[:10] = 0
    deviation = values - values.mean()
    meat = 0.0
    for code in range(7):
        own = deviation[clusters == code]
        hat = np.full((len(own), len(own)), 1 / 60)
        root, vectors = np.linalg.eigh(np.eye(len(own)) - hat)
        adjusted = vectors @ np.diag(root**-0.5) @ vectors.T @ own
        meat += adjusted.sum() ** 2
    found = mean_error(values, level=0.95, clusters=clusters)
    assert found.error == pytest.approx(np.sqrt(meat) / 60, rel=1e-12)
    assert (found.freedom, found.method) == (6, "clusters, corrected for few")


def test_one_cluster_or_no_spread_has_no_error() -> None:
    """Unknown is not zero."""
    assert np.isnan(mean_error(scores(), level=0.95, clusters=np.zeros(200, dtype=int)).error)
    assert np.isnan(mean_error(np.ones(30), level=0.95).error)
    assert np.isnan(mean_error(np.ones(1), level=0.95).high)
    assert np.isnan(mean_error(np.array([]), level=0.95).mean)


def test_a_paired_difference_is_scipy_1_17_1_ttest_rel() -> None:
    """Over the items that both answered; the interval too."""
    one, other = scores(100, 3), scores(100, 4)
    one[:5] = NAN
    other[3:9] = NAN
    both = np.isfinite(one) & np.isfinite(other)
    peer = ttest_rel(one[both], other[both])
    found = difference(one, other, level=0.9)
    assert found.n == both.sum() == 91
    assert found.p == pytest.approx(float(peer.pvalue), rel=1e-12)
    interval = peer.confidence_interval(0.9)
    assert (found.mean.low, found.mean.high) == pytest.approx((interval.low, interval.high), rel=1e-12)
    assert found.correlation == pytest.approx(np.corrcoef(one[both], other[both])[0, 1])


def test_clusters_of_a_difference_are_those_of_the_items_that_both_answered() -> None:
    """Codes need not be without gaps once items are gone."""
    one, other, clusters = scores(90, 5), scores(90, 6), np.repeat(np.arange(30), 3)
    one[:3] = NAN
    found = difference(one, other, level=0.95, clusters=clusters)
    expected = mean_error((one - other)[3:], level=0.95, clusters=clusters[3:] - 1)
    assert found.mean == expected


def test_two_alike_systems_have_no_p() -> None:
    """0 / 0 says nothing."""
    found = difference(scores(), scores(), level=0.95)
    assert found.mean.mean == 0
    assert np.isnan(found.p)
    assert np.isnan(difference(np.ones(40), scores(40), level=0.95).correlation)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 5))
def test_mcnemar_is_statsmodels_0_15_0(first: int, second: int, same: int) -> None:
    """Exact, from the items that only one of them got right."""
    one = np.array([1.0] * first + [0.0] * second + [1.0] * same + [NAN])
    other = np.array([0.0] * first + [1.0] * second + [1.0] * same + [1.0])
    expected = statsmodels_mcnemar([[same, first], [second, 0]], exact=True).pvalue if first + second else 1.0
    assert mcnemar(one, other) == pytest.approx(min(1.0, float(expected)), rel=1e-9)


def test_mcnemar_refuses_marks_in_between() -> None:
    """It counts right and wrong."""
    with pytest.raises(ValueError, match="0 or 1"):
        mcnemar(np.array([0.5, 1.0]), np.array([1.0, 1.0]))


def test_the_variance_of_answers_splits_into_that_of_items_and_that_within() -> None:
    """Hand case of an analysis of variance: means 1, 3, 5 and squares 2, 2, 2 within."""
    found = spread(np.array([[0.0, 2.0], [2.0, 4.0], [4.0, 6.0]]))
    assert found.within == pytest.approx(2.0)
    assert found.between == pytest.approx(4.0 - 2.0 / 2)
    assert found.error == pytest.approx(np.sqrt(4 / 3))
    assert found.limit == pytest.approx(np.sqrt(3 / 3))
    assert found.samples == 2


def test_items_asked_once_cannot_tell_where_the_variance_comes_from() -> None:
    """Within is unknown; a missing answer is none."""
    found = spread(np.array([[0.0, NAN], [1.0, NAN], [NAN, 1.0]]))
    assert np.isnan([found.within, found.limit]).all()
    assert found.between == pytest.approx(1 / 3)
    assert found.samples == 1
    assert np.isnan(spread(np.array([[1.0, 0.0]])).error)


def test_answers_in_unequal_number_are_pooled() -> None:
    """Against a loop over items."""
    answers = np.random.default_rng(7).random((40, 4))
    answers[::3, 2:] = NAN
    rows = [row[np.isfinite(row)] for row in answers]
    squares = sum(((row - row.mean()) ** 2).sum() for row in rows)
    within = squares / sum(len(row) - 1 for row in rows)
    between = np.var([row.mean() for row in rows], ddof=1) - within * np.mean([1 / len(row) for row in rows])
    found = spread(answers)
    assert found.within == pytest.approx(within)
    assert found.between == pytest.approx(max(0.0, between))
