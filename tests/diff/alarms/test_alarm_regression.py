"""Falls beyond noise, and far falls of which nobody knows the noise."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.diff.alarms import regression
from tests.diff_sides import compared, score, scores

TABLE = {name: {"math": 0.50 + at / 100} for at, name in enumerate("abcdef")}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in regression.find(compared(old, new))}


def moved(to: float, **fields: Any) -> list[Any]:
    """The table with another score of model a."""
    return scores(TABLE | {"a": {"math": to}}, **fields)


def test_a_fall_beyond_noise_is_told_with_both_values_and_its_interval() -> None:
    """0.50 to 0.40, each with an error of 0.02: 0.10 -+ 1.96 * 0.02 * sqrt(2) = 0.045 to 0.155."""
    assert found(scores(TABLE), moved(0.40)) == {
        "a | math": "The accuracy of a on math went from 0.50 ± 0.02 to 0.40 ± 0.02: worse by 0.10"
        " (95\u202f% interval 0.04 to 0.16)."
    }


@pytest.mark.parametrize("to", [0.49, 0.51, 0.60, 0.90])
def test_a_fall_within_noise_and_a_rise_are_no_regression(to: float) -> None:
    """0.01 is half a standard error."""
    assert found(scores(TABLE), moved(to)) == {}


def test_of_a_metric_where_less_is_better_a_rise_is_worse() -> None:
    """Nobody assumes that higher is better."""
    old, new = scores(TABLE, direction="lower"), moved(0.60, direction="lower")
    assert list(found(old, new)) == ["a | math"]
    assert found(new, old) == {}


def test_a_far_fall_of_unknown_noise_is_told() -> None:
    """Leaving out standard errors is no way past a gate: 0.50 to 0.20 is 16 standard deviations of the board."""
    bare = {"stderr": None, "n": None}
    assert found(scores(TABLE, **bare), moved(0.20, **bare)) == {
        "a | math": "The accuracy of a on math went from 0.500 to 0.200: worse by 0.300, 16.0 standard deviations of all"
        " systems, and nobody knows its noise."
    }


def test_a_small_fall_of_unknown_noise_is_not_told() -> None:
    """0.01 is less than the standard deviation of the board, 0.0187."""
    bare = {"stderr": None, "n": None}
    assert found(scores(TABLE, **bare), moved(0.49, **bare)) == {}


def test_of_few_systems_nobody_knows_how_far_is_far() -> None:
    """Four systems have no spread worth a name."""
    bare = {"stderr": None, "n": None}
    four = {name: TABLE[name] for name in "abcd"}
    assert found(scores(four, **bare), scores(four | {"a": {"math": 0.1}}, **bare)) == {}


def test_being_overtaken_is_no_regression() -> None:
    """Five new models take the first places; nobody's score fell."""
    assert found(scores(TABLE), scores(TABLE | {f"new{at}": {"math": 0.9} for at in range(5)})) == {}


def test_many_falls_of_one_model_are_told_together() -> None:
    """A broken run is one thing to look at, and its size is told."""
    old = [score(name, f"task{at:02}", 0.8) for at in range(25) for name in "ab"]
    new = [score(name, f"task{at:02}", 0.8 if name == "b" else 0.3) for at in range(25) for name in "ab"]
    ((subject, text),) = found(old, new).items()
    assert subject.startswith("a | 25 worse scores | ")
    assert text.startswith(
        "a: 25 worse scores (a on task00, a on task01, a on task02 and 22 more). The first: "
    )
