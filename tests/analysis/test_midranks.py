"""Ranks are those of `scipy.stats.rankdata`."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from scipy.stats import rankdata

from reportgen.analysis.midranks import midranks


def test_equal_values_share_the_mean_of_their_places() -> None:
    """30 is third, 10 and 10 are first and second."""
    assert midranks(np.array([10, 30, 10])).tolist() == [1.5, 3, 1.5]


def test_what_is_unknown_has_no_rank() -> None:
    """And the others are ranked among themselves."""
    np.testing.assert_array_equal(midranks(np.array([2.0, np.nan, 1.0])), [2, np.nan, 1])


@pytest.mark.parametrize("ties", ["average", "min", "max", "dense"])
@pytest.mark.parametrize("shape", [(0,), (1,), (40,), (3, 30), (30, 1)])
def test_ranks_are_scipys(ties: Literal["average", "min", "max", "dense"], shape: tuple[int, ...]) -> None:
    """Along both axes, with ties."""
    values = np.random.default_rng(3).integers(0, 9, shape)
    if len(shape) == 1:
        np.testing.assert_array_equal(midranks(values, ties=ties), rankdata(values, method=ties))
        return
    for axis in (0, 1):
        np.testing.assert_array_equal(
            midranks(values, ties=ties, axis=axis),  # type: ignore[arg-type]  # a loop's variable is no literal
            rankdata(values, method=ties, axis=axis),
        )
