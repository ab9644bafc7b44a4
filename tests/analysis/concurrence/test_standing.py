"""Where a model stands on one setting and on the others."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from reportgen.analysis.concurrence.standing import standing

NO = float("nan")


def literally(goodness, at, others, fewest):
    """Each model by itself, with scipy's ranks of the models both settings have."""
    here, elsewhere, counts = [], [], []
    for model in range(len(goodness)):
        shares = []
        for other in others:
            both = np.isfinite(goodness[:, at]) & np.isfinite(goodness[:, other])
            if not both[model] or both.sum() < max(fewest, 2):
                continue
            place = int(both[:model].sum())
            shares.append(
                [(rankdata(goodness[both, column])[place] - 1) / (both.sum() - 1) for column in (at, other)]
            )
        here.append(np.median([one[0] for one in shares]) if shares else NO)
        elsewhere.append(np.median([one[1] for one in shares]) if shares else NO)
        counts.append(len(shares))
    return np.array(here), np.array(elsewhere), counts


def test_standing_by_hand() -> None:
    """The last model here is the first on both others, which agree; the rest move up by one place of four."""
    goodness = np.array([[5, 1, 1], [4, 2, 2], [3, 3, 3], [2, 4, 4], [1, 5, 5]], dtype=float)
    found = standing(goodness, 0, np.array([1, 2]), fewest=3)
    assert found.here.tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert found.elsewhere.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert found.settings.tolist() == [2] * 5


def test_only_shared_models_are_compared() -> None:
    """The second setting lacks the best model; among the three others the order is the same."""
    goodness = np.array([[4, NO], [3, 30], [2, 20], [1, 10]])
    found = standing(goodness, 0, np.array([1]), fewest=3)
    assert found.here == pytest.approx([NO, 1.0, 0.5, 0.0], nan_ok=True)
    assert found.elsewhere == pytest.approx([NO, 1.0, 0.5, 0.0], nan_ok=True)
    assert found.settings.tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize(
    "goodness",
    [np.zeros((0, 2)), np.full((3, 2), NO), np.array([[1, NO], [NO, 1], [2, NO]]), np.array([[1.0, 2.0]])],
    ids=["no models", "no scores", "no overlap", "one model"],
)
def test_nothing_to_compare_is_unknown(goodness) -> None:
    """Not a half, and no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = standing(goodness, 0, np.array([1]), fewest=3)
    assert np.isnan(found.here).all()
    assert np.isnan(found.elsewhere).all()
    assert not found.settings.any()


cell = st.one_of(st.none(), st.integers(0, 5))


@given(st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=12), st.integers(2, 4))
def test_equals_ranking_the_shared_models_of_every_pair(rows, fewest) -> None:
    """With ties and gaps."""
    goodness = np.array([[NO if value is None else value for value in row] for row in rows], dtype=float)
    found = standing(goodness, 1, np.array([0, 2, 3]), fewest=fewest)
    here, elsewhere, counts = literally(goodness, 1, [0, 2, 3], fewest)
    assert found.here == pytest.approx(here, nan_ok=True)
    assert found.elsewhere == pytest.approx(elsewhere, nan_ok=True)
    assert found.settings.tolist() == counts
