"""Shares of variance: by hand from correlations, and from data made of known parts."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.concurrence.tau_table import pairwise_correlation
from reportgen.analysis.concurrence.variance_shares import BENCHMARK, MODEL, Shares, shares
from reportgen.numbers import NotEstimable

SOURCE = np.array([0, 0, 1, 1])
CONSTRUCT = np.array([0, 1, 0, 1])


def crossed(neither: float, source: float, construct: float) -> np.ndarray:
    table = np.full((4, 4), neither)
    table += source * (SOURCE[:, None] == SOURCE) + construct * (CONSTRUCT[:, None] == CONSTRUCT)
    return table


def test_variances_are_what_two_settings_share() -> None:
    """By hand: correlations .4 of neither, .6 of the same source, .5 of the same construct; .3 is left."""
    found = shares(crossed(0.4, 0.2, 0.1), {"source": SOURCE, "construct": CONSTRUCT})
    assert isinstance(found, Shares)
    assert found.variance == pytest.approx(
        {MODEL: 0.4, "model:source": 0.2, "model:construct": 0.1, BENCHMARK: 0.3}
    )
    assert found.share("model:source") == pytest.approx(0.2)
    assert found.generalizability() == pytest.approx(0.4 / (0.4 + 0.2 / 2 + 0.1 / 2 + 0.3 / 4))


def test_one_more_source_brings_as_many_benchmarks_as_each_has() -> None:
    """By hand: three sources of two benchmarks each; one more benchmark is just one more."""
    found = shares(crossed(0.4, 0.2, 0.1), {"source": SOURCE, "construct": CONSTRUCT})
    assert isinstance(found, Shares)
    assert found.generalizability("model:source") == pytest.approx(0.4 / (0.4 + 0.2 / 3 + 0.1 / 2 + 0.3 / 6))
    assert found.generalizability(BENCHMARK) == pytest.approx(0.4 / (0.4 + 0.2 / 2 + 0.1 / 2 + 0.3 / 5))


def test_variance_below_zero_counts_as_none() -> None:
    """Benchmarks of one source that correlate less than others: no negative share."""
    found = shares(crossed(0.5, -0.2, 0.1), {"source": SOURCE, "construct": CONSTRUCT})
    assert isinstance(found, Shares)
    assert found.variance["model:source"] == pytest.approx(-0.2)
    assert found.share("model:source") == 0
    assert sum(found.share(effect) for effect in found.variance) == pytest.approx(1)


def test_uncrossed_labels_cannot_be_told_apart() -> None:
    """Each source has one construct of its own."""
    found = shares(crossed(0.4, 0.2, 0.1), {"source": SOURCE, "construct": SOURCE})
    assert found == NotEstimable(
        "the benchmarks do not cross source and construct: their effects cannot be told apart"
    )


def test_models_without_an_effect_of_their_own_are_said_so() -> None:
    """Correlations that average to less than none leave no variance of models."""
    found = shares(crossed(-0.1, 0.2, 0.1), {"source": SOURCE})
    assert found == NotEstimable("models differ no more across benchmarks than within them")


def test_parts_that_scores_are_made_of_are_found_again() -> None:
    """20,000 models with effects of variance 4, 2, 1 and 3: shares .4, .2, .1 and .3."""
    generator = np.random.default_rng(0)
    p = 20_000
    source, construct = np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4)
    scores = (
        2 * generator.normal(size=(p, 1))
        + np.sqrt(2) * generator.normal(size=(p, 4))[:, source]
        + generator.normal(size=(p, 4))[:, construct]
        + np.sqrt(3) * generator.normal(size=(p, 16))
    )
    found = shares(np.corrcoef(scores.T), {"source": source, "construct": construct})
    assert isinstance(found, Shares)
    assert list(found.variance.values()) == pytest.approx([0.4, 0.2, 0.1, 0.3], abs=0.02)


def test_pairwise_correlation_equals_numpy_on_the_shared_rows() -> None:
    """Each pair by itself, over the models that both have."""
    generator = np.random.default_rng(4)
    scores = generator.normal(size=(30, 5)) * [1, 10, 0.1, 1, 1] + [0, 1e3, 0, 5, 0]
    scores[generator.random(scores.shape) < 0.4] = np.nan
    found = pairwise_correlation(scores)
    for a in range(5):
        for b in range(5):
            both = np.isfinite(scores[:, a]) & np.isfinite(scores[:, b])
            assert found[a, b] == pytest.approx(np.corrcoef(scores[both, a], scores[both, b])[0, 1], abs=1e-9)


def test_pairwise_correlation_is_unknown_where_undefined() -> None:
    """Two shared models, or a constant column, give none."""
    scores = np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 5.0], [3.0, np.nan, 5.0]])
    found = pairwise_correlation(scores)
    assert np.isnan([found[0, 1], found[0, 2], found[1, 2]]).all()
