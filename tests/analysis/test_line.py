"""The logit line and its predictions without self."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from reportgen.analysis.line import fit, stable_logit


def points(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(1, 0.5, n)
    return x, 0.9 * x - 0.4 + rng.normal(0, 0.2, n)


def test_prediction_without_self_equals_refitting_without_it() -> None:
    """The closed form against a literal refit for every system."""
    x, y = points(15)
    expected = [
        expit(np.polyval(np.polyfit(np.delete(x, i), np.delete(y, i), 1), x[i])) for i in range(len(x))
    ]
    np.testing.assert_allclose(fit(x, y).without_self, expected, rtol=0, atol=1e-12)


def test_slope_and_r2_are_those_of_least_squares() -> None:
    """Against numpy."""
    x, y = points(30)
    line = fit(x, y)
    np.testing.assert_allclose([line.slope, line.intercept], np.polyfit(x, y, 1), rtol=1e-12)
    assert line.r2 == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
    assert line.reason == ""


def test_nine_systems_make_no_line() -> None:
    """The reason says how many it needs."""
    line = fit(*points(9))
    assert line.reason == "9 systems: a line needs 10"
    assert np.isnan(line.slope)
    assert np.isnan(line.without_self).all()


def test_constant_scores_make_no_line() -> None:
    """A line needs spread in x; without spread in y it is flat, and r2 undefined."""
    assert fit(np.full(12, 0.3), np.arange(12.0)).reason == "all systems have the same score without shift"
    flat = fit(np.arange(12.0), np.full(12, 0.3))
    assert (flat.slope, flat.reason) == (0.0, "")
    assert np.isnan(flat.r2)


def test_system_that_alone_makes_the_spread_has_no_prediction() -> None:
    """Without it all others have the same x."""
    x = np.zeros(12)
    x[3] = 1.0
    predicted = fit(x, np.linspace(0, 1, 12)).without_self
    assert np.isnan(predicted).tolist() == [i == 3 for i in range(12)]


def test_log_odds_are_finite_at_none_and_all_right() -> None:
    """(k + 1/2) / (n + 1) where n is known, else 1e-3 from the end."""
    odds = stable_logit(np.array([0.0, 1.0, 0.0, 0.25]), np.array([9.0, 9.0, np.nan, np.nan]))
    np.testing.assert_allclose(odds, [logit(0.05), logit(0.95), logit(1e-3), logit(0.25)])


@pytest.mark.shared
def test_imagenet_line_is_reproduced(shared_data) -> None:
    """212 models with at least 55 % accuracy, ImageNet against ImageNet-V2: slope 0.918, R2 0.989."""
    table = pd.read_csv(shared_data / "golden" / "imagenet_testbed" / "robustness_top1s.csv")
    x, y = (table[name].to_numpy() / 100 for name in ("val", "imagenetv2-matched-frequency-format-val"))
    keep = np.isfinite(x) & np.isfinite(y) & (x >= 0.55)
    line = fit(logit(x[keep]), logit(y[keep]))
    assert line.n == 212
    assert line.slope == pytest.approx(0.918, abs=5e-4)
    assert line.r2 == pytest.approx(0.989, abs=5e-4)
