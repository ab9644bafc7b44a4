"""Adjusted p-values: by hand, by statsmodels and by scipy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
import statsmodels
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from reportgen.analysis.multiple_tests import benjamini_hochberg, benjamini_yekutieli, holm

#: p-values with many ties, 0 and 1 among them.
P_VALUES = arrays(np.float64, st.integers(1, 40), elements=st.integers(0, 50).map(lambda k: k / 50))
METHODS = {"holm": holm, "fdr_bh": benjamini_hochberg, "fdr_by": benjamini_yekutieli}


def test_three_tests_by_hand() -> None:
    """Holm: 3 * 0.01, then 2 * 0.02 and 1 * 0.03, which may not fall; BH: 3 p / j, which may not rise."""
    p = np.array([0.03, 0.01, 0.02])
    np.testing.assert_allclose(holm(p), [0.04, 0.03, 0.04])
    np.testing.assert_allclose(benjamini_hochberg(p), [0.03, 0.03, 0.03])
    np.testing.assert_allclose(benjamini_yekutieli(p), np.full(3, 0.03 * (1 + 1 / 2 + 1 / 3)))


@pytest.mark.parametrize("method", METHODS, ids=lambda name: f"{name}-statsmodels-{statsmodels.__version__}")
@given(p=P_VALUES)
def test_as_statsmodels_adjusts(method: str, p: np.ndarray) -> None:
    """The same numbers in the same places."""
    np.testing.assert_allclose(METHODS[method](p), multipletests(p, method=method)[1], rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("ours", "method"),
    [(benjamini_hochberg, "bh"), (benjamini_yekutieli, "by")],
    ids=[f"{name}-scipy-{scipy.__version__}" for name in ("bh", "by")],
)
@given(p=P_VALUES)
def test_as_scipy_adjusts(ours, method: str, p: np.ndarray) -> None:
    """A second implementation of the two that control the share of false claims."""
    np.testing.assert_allclose(ours(p), false_discovery_control(p, method=method), rtol=1e-12, atol=0)


@pytest.mark.parametrize("adjust", METHODS.values(), ids=METHODS)
def test_one_test_and_equal_tests(adjust) -> None:
    """One test costs nothing; equal p-values get equal adjusted ones; nothing exceeds 1; no test is no error."""
    assert adjust(np.array([0.2])).tolist() == [0.2]
    assert len(set(adjust(np.full(5, 0.01)).tolist())) == 1
    assert adjust(np.array([0.9, 1.0])).max() <= 1
    assert adjust(np.array([])).tolist() == []


@pytest.mark.parametrize("adjust", METHODS.values(), ids=METHODS)
def test_a_test_without_a_p_value_is_not_counted(adjust) -> None:
    """NaN stays NaN, and the others are adjusted as if it were not there."""
    with_gap = adjust(np.array([0.01, np.nan, 0.04]))
    assert np.isnan(with_gap[1])
    assert with_gap[[0, 2]].tolist() == adjust(np.array([0.01, 0.04])).tolist()


@pytest.mark.parametrize("adjust", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_what_is_no_p_value_is_refused(adjust, wrong: float) -> None:
    """A statistic passed by mistake must not be adjusted."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust(np.array([0.5, wrong]))
