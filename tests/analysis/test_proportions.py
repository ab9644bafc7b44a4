"""Score intervals against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from reportgen.analysis.proportions import newcombe, wilson

CASES = [(0, 10, 0, 20), (10, 10, 3, 50), (45, 60, 20, 60), (999, 1000, 400, 500), (1, 3, 2, 3), (5, 5, 0, 7)]


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize(("k", "n"), [(case[0], case[1]) for case in CASES])
def test_wilson_equals_statsmodels(k: int, n: int, level: float) -> None:
    """Also at none and all right."""
    ours = wilson(np.array([k / n]), np.array([float(n)]), level=level)
    expected = proportion_confint(k, n, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(np.ravel(ours), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_newcombe_equals_statsmodels(case: tuple[int, int, int, int]) -> None:
    """Difference of two proportions on different items."""
    k, n, j, m = case
    low, high = newcombe(
        (np.array([k / n]), np.array([float(n)])), (np.array([j / m]), np.array([float(m)])), level=0.95
    )
    expected = confint_proportions_2indep(k, n, j, m, method="newcomb", compare="diff", alpha=0.05)
    np.testing.assert_allclose([low[0], high[0]], expected, rtol=0, atol=1e-12)


def test_unknown_number_of_items_gives_no_interval() -> None:
    """NaN in, NaN out."""
    assert np.isnan(wilson(np.array([0.5]), np.array([np.nan]), level=0.95)).all()
