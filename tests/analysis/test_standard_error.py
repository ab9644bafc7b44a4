from __future__ import annotations

import math

import numpy as np
import pytest
from factories import make_frame, make_record
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint, std_prop

from reportgen.analysis.standard_error import WILSON_Z, binomial_error, interval_error, row_errors
from reportgen.records.catalog import Catalog, MetricEntry

UNREPORTED = {"stderr": None, "stderr_kind": ""}


def error_of(catalog: Catalog | None = None, **overrides) -> tuple[float, str]:
    stderr, kind = row_errors(make_frame(make_record(**overrides)), catalog or Catalog())
    return float(stderr[0]), kind[0]


def test_a_reported_error_is_used_as_it_is():
    """0.02, kind analytic, although n would allow another one."""
    assert error_of(stderr=0.02, stderr_kind="analytic") == (0.02, "analytic")


def test_a_reported_error_without_kind_is_called_reported():
    """The file did not say how it was computed."""
    assert error_of(stderr=0.02, stderr_kind="") == (0.02, "reported")


def test_a_symmetric_interval_gives_its_half_width_over_z():
    """95 % interval 0.75 ± 0.0196 has a standard error of 0.01."""
    stderr, kind = error_of(**UNREPORTED, ci_low=0.7304, ci_high=0.7696, ci_level=0.95)
    assert (round(stderr, 6), kind) == (0.01, "ci")


def test_an_asymmetric_interval_is_flagged():
    """0.75 in [0.70, 0.76]: width over 2 z, and the kind says that it is a stretch."""
    stderr, kind = error_of(**UNREPORTED, ci_low=0.70, ci_high=0.76, ci_level=0.9)
    assert stderr == pytest.approx(0.06 / (2 * 1.6448536))
    assert kind == "ci_asymmetric"


@pytest.mark.parametrize(
    "interval",
    [
        {"ci_low": 0.7, "ci_high": 0.8, "ci_level": None},
        {"ci_low": 0.8, "ci_high": 0.9, "ci_level": 0.95},
        {"ci_low": 0.75, "ci_high": 0.75, "ci_level": 0.95},
        {"ci_low": 0.7, "ci_high": None, "ci_level": 0.95},
    ],
)
def test_an_interval_that_says_nothing_is_not_used(interval):
    """Unknown level, value outside, no width, one side only."""
    stderr, kind = error_of(**UNREPORTED, metric="bleu", **interval)
    assert (math.isnan(stderr), kind) == (True, "")


def test_accuracy_over_items_gets_a_binomial_error():
    """sqrt(0.75 * 0.25 / 500), as statsmodels has it."""
    stderr, kind = error_of(**UNREPORTED, value=0.75, n=500)
    assert stderr == pytest.approx(std_prop(0.75, 500))
    assert kind == "derived_binomial"


def test_a_percentage_gets_its_error_in_percent():
    """75 % of 500 items: a hundred times the error of 0.75."""
    stderr, _ = error_of(**UNREPORTED, value=75.0, n=500, unit="percent", upper=100.0)
    assert stderr == pytest.approx(100 * std_prop(0.75, 500))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_perfect_score_gets_the_wilson_error_instead_of_zero(value):
    """All of 20 items right: half the width of the Wilson interval of statsmodels, over z."""
    low, high = proportion_confint(value * 20, 20, method="wilson")
    assert error_of(**UNREPORTED, value=value, n=20)[0] == pytest.approx((high - low) / 2 / WILSON_Z)


def test_a_reported_error_of_zero_gives_way_to_a_derived_one():
    """A tool prints 0.0 for a perfect score on 20 items; that is saturation, not certainty."""
    stderr, kind = error_of(value=1.0, stderr=0.0, n=20)
    assert stderr > 0
    assert kind == "derived_binomial"


def test_a_reported_error_of_zero_stays_where_nothing_better_is_known():
    """98.9 ± 0.0 of a paper with one decimal."""
    assert error_of(metric="bleu", stderr=0.0, stderr_kind="trials") == (0.0, "trials")


@pytest.mark.parametrize(
    "reason",
    [
        {"n": None},
        {"n": 0},
        {"n_kind": "trials"},
        {"n_kind": ""},
        {"metric": "f1"},
        {"lower": None},
        {"upper": 100.0},
        {"unit": "points"},
        {"benchmark_level": "aggregate"},
        {"value": 1.2},
    ],
)
def test_no_error_is_derived_where_it_would_be_a_guess(reason):
    """Items unknown, metric not binary per item, bounds unknown, unit unknown, an aggregate, an impossible share."""
    stderr, kind = error_of(**UNREPORTED, **reason)
    assert (math.isnan(stderr), kind) == (True, "")


def test_the_catalog_may_declare_a_metric_binary():
    """`cracked` is binary for one tool, so only that tool's rows get an error; tools are folded."""
    catalog = Catalog(
        metrics=(MetricEntry(id="safe", tool="Example", aliases=("cracked",), per_item="binary"),)
    )
    assert error_of(catalog, **UNREPORTED, metric="cracked")[1] == "derived_binomial"
    assert error_of(catalog, **UNREPORTED, metric="cracked", tool="other")[1] == ""


def test_the_catalog_may_say_that_a_metric_is_not_binary():
    """An `accuracy` with half points, of one tool: no error is derived there, and one is elsewhere."""
    catalog = Catalog(metrics=(MetricEntry(id="accuracy", tool="example", per_item="graded"),))
    assert error_of(catalog, **UNREPORTED)[1] == ""
    assert error_of(catalog, **UNREPORTED, tool="other")[1] == "derived_binomial"


@pytest.mark.parametrize("metric", ["Exact-Match", "acc_norm", "mc1", "pass_rate", "resolved"])
def test_the_table_of_metrics_says_which_are_binary(metric):
    """One source: what the table knows needs no entry in the catalog."""
    assert error_of(**UNREPORTED, metric=metric)[1] == "derived_binomial"


def test_an_empty_frame_has_no_errors():
    """No rows in, no rows out."""
    stderr, kind = row_errors(make_frame(make_record()).iloc[:0], Catalog())
    assert (len(stderr), len(kind)) == (0, 0)


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_error_of_a_share_mirrors_and_is_never_zero(successes, more):
    """p and 1 - p are equally uncertain, and no number of items makes a share certain."""
    n = np.array([float(successes + more)])
    share = np.array([successes]) / n
    there, back = binomial_error(share, n)[0], binomial_error(1 - share, n)[0]
    assert there == pytest.approx(back)
    assert there > 0


def test_an_interval_error_returns_the_error_that_made_the_interval():
    """90 % limits at ± 1.6448536 errors."""
    error = interval_error(np.array([-1.6448536]), np.array([1.6448536]), np.array([0.9]))
    assert error[0] == pytest.approx(1.0)
