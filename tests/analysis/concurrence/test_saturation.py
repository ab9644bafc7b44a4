"""A setting is saturated when most of its models are as good as the best one, as far as their errors tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.concurrence.saturation import saturation


def one(scores: list[float], errors: list[float]):
    """The rule on a single setting: (saturated, known, near, of, reason)."""
    found = saturation(np.array(scores)[:, np.newaxis], np.array(errors)[:, np.newaxis])
    return (
        bool(found.saturated[0]),
        bool(found.known[0]),
        int(found.near[0]),
        int(found.of[0]),
        found.reason[0],
    )


def test_most_models_near_the_best_make_it_saturated() -> None:
    """Hand case: errors of 1 point, best 98; 97 and 96 are within two, 95 and 80 are not: three of five."""
    assert one([98, 97, 96, 95, 80], [1.0] * 5) == (
        True,
        True,
        3,
        5,
        "3 of 5 models lie within 2 standard errors of the best",
    )


def test_exactly_half_is_not_most() -> None:
    """Three of six."""
    assert one([98, 97, 96, 95, 80, 70], [1.0] * 6) == (False, True, 3, 6, "")


def test_a_perfect_score_without_error_does_not_hide_its_neighbours() -> None:
    """All items right gives a binomial error of 0; the models next to it bring their own."""
    assert one([1.0, 0.99, 0.985, 0.5], [0.0, 0.01, 0.01, 0.05])[:3] == (True, True, 3)


def test_the_error_of_the_best_counts_too() -> None:
    """An uncertain best score leaves precise ones within its reach."""
    assert one([10.0, 9.0, 8.5, 1.0], [1.0, 0.1, 0.1, 0.1])[:3] == (True, True, 3)


def test_the_largest_error_among_tied_bests_counts() -> None:
    """Two models share the best score; the order of rows does not matter."""
    scores, errors = [10.0, 10.0, 8.5, 1.0], [0.1, 1.0, 0.1, 0.1]
    assert one(scores, errors)[2] == one(scores[::-1], errors[::-1])[2] == 3


def test_models_without_an_error_are_not_counted() -> None:
    """Unknown is not zero: neither a model without an error, nor one without a score, is near or far."""
    nan = np.nan
    assert one([98, 97, 96, 95, 80, 99, nan], [1.0] * 5 + [nan, 1.0])[2:4] == (3, 5)


@pytest.mark.parametrize("errors", [[np.nan] * 4, [1.0, 1.0, np.nan, np.nan]])
def test_nothing_is_said_where_errors_are_unknown(errors: list[float]) -> None:
    """Not known to be saturated, and the reason says so."""
    saturated, known, *_, reason = one([1.0, 1.0, 1.0, 1.0], errors)
    assert (saturated, known) == (False, False)
    assert reason == "standard errors of fewer than 3 models are known"


def test_no_models_at_all() -> None:
    """An empty table has no saturated setting."""
    assert saturation(np.empty((0, 2)), np.empty((0, 2))).known.tolist() == [False, False]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=3, max_size=12),
    st.integers(-50, 50),
    st.sampled_from([0.25, 1.0, 8.0]),
)
def test_shifting_and_scaling_change_nothing_and_a_plain_loop_agrees(rows, shift, scale) -> None:
    """The same rule, model by model; scores moved and measured in another unit."""
    scores, errors = (np.array(side, dtype=float) for side in zip(*rows, strict=True))
    best = max(scores)
    of_best = max(error for score, error in zip(scores, errors, strict=True) if score == best)
    near = sum(best - score <= 2 * max(error, of_best) for score, error in zip(scores, errors, strict=True))
    found = one(list(scores * scale + shift), list(errors * scale))
    assert found[:3] == (2 * near > len(rows), True, near)
