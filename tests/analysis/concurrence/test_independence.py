"""p-values of independence: by hand, by enumeration, by SciPy; and what remains of many pairs."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import scipy
from concurrence_grounds import make_grounds
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.multitest import multipletests

from reportgen.analysis.concurrence.kendall_null import p_values, smallest_p
from reportgen.analysis.concurrence.paired import paired
from reportgen.analysis.concurrence.parts import independence
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable


def one_test(x, y) -> tuple[float, float, str]:
    """p-value, smallest p-value and method of one pair."""
    pair = paired(np.array(x, dtype=float), np.array(y, dtype=float))
    p, smallest, method = p_values(pair.net.sum(axis=1) / 2, pair.rank_x, pair.rank_y)
    return p[0], smallest[0], method[0]


def statistic(x, y) -> float:
    """Concordant less discordant pairs."""
    size = range(len(x))
    return sum(np.sign(x[i] - x[j]) * np.sign(y[i] - y[j]) for i in size for j in range(i))


@pytest.mark.parametrize(("n", "smallest"), [(3, 1 / 3), (4, 1 / 12), (5, 1 / 60), (6, 1 / 360)])
def test_smallest_possible_p(n: int, smallest: float) -> None:
    """Of n! orders only the same and the reverse agree or disagree wholly."""
    p, least, method = one_test(range(n), range(n))
    assert p == least == pytest.approx(smallest)
    assert smallest_p(n) == pytest.approx(smallest)
    assert method == "permutation"


def test_ties_raise_the_smallest_p() -> None:
    """Two groups of two: of the 6 ways to lay them on one another, one agrees wholly and one not at all."""
    p, least, _ = one_test([1, 1, 2, 2], [1, 1, 2, 2])
    assert p == least == pytest.approx(2 / 6)


@given(
    both=st.integers(3, 6).flatmap(
        lambda n: arrays(np.float64, (2, n), elements=st.integers(0, 4).map(float))
    )
)
def test_permutation_equals_enumeration(both: np.ndarray) -> None:
    """All n! orders, one by one, with ties on both sides."""
    x, y = both
    assume(len(set(x.tolist())) > 1 and len(set(y.tolist())) > 1)
    null = [abs(statistic(x, order)) for order in permutations(y.tolist())]
    p, least, _ = one_test(x, y)
    assert p == pytest.approx(np.mean([value >= abs(statistic(x, y)) for value in null]))
    assert least == pytest.approx(np.mean([value == max(null) for value in null]))


@pytest.mark.parametrize("n", [9, 20, 60], ids=lambda n: f"{n}-scipy-{scipy.__version__}")
def test_exact_without_ties_equals_scipy(n: int) -> None:
    """From independence to perfect agreement."""
    rng = np.random.default_rng(n)
    x = np.arange(n)
    for y in (rng.permutation(n), np.roll(x, 2), x, x[::-1]):
        p, least, method = one_test(x, y)
        assert p == pytest.approx(stats.kendalltau(x, y, method="exact").pvalue, rel=1e-9, abs=1e-15)
        assert (method, np.isnan(least)) == ("exact", True)


@pytest.mark.parametrize("n", [9, 30, 200], ids=lambda n: f"{n}-scipy-{scipy.__version__}")
def test_normal_approximation_equals_scipy(n: int) -> None:
    """With few distinct scores; and without ties where the exact law is not computed."""
    rng = np.random.default_rng(n)
    for x, y in (rng.integers(0, 4, (2, n)), rng.permutation(200 * 2)[: 2 * 200].reshape(2, 200)):
        p, _, method = one_test(x, y)
        assert p == pytest.approx(stats.kendalltau(x, y, method="asymptotic").pvalue)
        assert method == "normal"


def test_a_constant_benchmark_has_no_p() -> None:
    """Whatever the number of models."""
    for n in (5, 20):
        p, least, method = one_test([1] * n, range(n))
        assert np.isnan([p, least]).all()
        assert method == ""


# -- the part
# ------------------------------------------------------------------------------------------------


def found(scores, **common) -> Found:
    result = independence.compute(make_grounds(scores, **common), {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    assert list(result.main.columns) == list(independence.TABLES["main"])
    return result


def test_below_five_models_there_is_no_p_but_a_reason() -> None:
    """Perfect agreement of four models comes up by luck in 1 of 12 cases."""
    result = found({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 5]})
    (row,) = result.main.to_dict("records")
    assert np.isnan(row["p_value"])
    assert row["smallest_p"] == pytest.approx(1 / 12)
    assert row["reason"] == "n=4: no p-value below 5\u202f% is possible, the smallest is 8.3\u202f%"
    assert (result.headline.tested, result.headline.impossible) == (0, 1)


def test_five_models_are_enough_at_five_percent_but_not_at_one() -> None:
    """1 / 60 lies between."""
    scores = {"a": [1.0, 2, 3, 4, 5], "b": [2.0, 3, 4, 5, 6]}
    (row,) = found(scores).main.to_dict("records")
    assert row["p_value"] == row["holm"] == pytest.approx(1 / 60)
    (row,) = found(scores, level=0.99).main.to_dict("records")
    assert np.isnan(row["p_value"])
    assert "below 1\u202f% is possible, the smallest is 1.7\u202f%" in row["reason"]


def test_many_pairs_are_adjusted_together() -> None:
    """As statsmodels adjusts the p-values of SciPy; pairs without one are not counted."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=20)
    scores = {f"x{at}": (common + rng.normal(size=20)).tolist() for at in range(5)}
    scores["few"] = [1.0, 2, 3, 4] + [None] * 16
    result = found(scores)
    main = result.main[result.main["benchmark_b"] != "few"]
    p = [
        stats.kendalltau(scores[a], scores[b], method="exact").pvalue
        for a, b in zip(main["benchmark_a"], main["benchmark_b"], strict=True)
    ]
    np.testing.assert_allclose(main["p_value"], p, rtol=1e-9)
    for column, method in (
        ("holm", "holm"),
        ("benjamini_hochberg", "fdr_bh"),
        ("benjamini_yekutieli", "fdr_by"),
    ):
        np.testing.assert_allclose(main[column], multipletests(p, method=method)[1], rtol=1e-9)
    assert result.main["p_value"].notna().sum() == 10
    head = result.headline
    assert (head.tested, head.impossible) == (10, 5)
    assert head.plain == sum(value < 0.05 for value in p)
    assert head.holm == (main["holm"] < 0.05).sum() <= head.shares <= head.plain


def test_the_same_scores_under_two_names_are_no_test() -> None:
    """One benchmark twice is no finding; opposite order is one."""
    rising = [float(k) for k in range(9)]
    result = found({"a": rising, "b": rising, "c": rising[::-1]})
    rows = result.main.set_index(["benchmark_a", "benchmark_b"])
    assert rows.loc[("a", "b"), "reason"] == "the same scores under two names"
    assert np.isnan(rows.loc[("a", "b"), "holm"])
    assert rows.loc[("a", "c"), "p_value"] == pytest.approx(smallest_p(9))
    assert (result.headline.tested, result.headline.opposed) == (2, 2)


def test_without_a_pair_there_is_no_part() -> None:
    """All pairs share too few models."""
    grounds = make_grounds({"a": [1.0, 2, None], "b": [1.0, None, 3]})
    result = independence.compute(grounds, {}, np.random.default_rng(0))
    assert isinstance(result, NotEstimable)


@pytest.mark.parametrize("n", [6, 12])
def test_independent_benchmarks_are_rejected_as_often_as_stated(n: int) -> None:
    """600 draws each: at most 5 % up to Monte-Carlo error (standard error 0.9 %)."""
    rng = np.random.default_rng(11)
    rejected = sum(one_test(*rng.normal(size=(2, n)))[0] <= 0.05 for _ in range(600))
    assert rejected / 600 <= 0.075
