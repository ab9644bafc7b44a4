"""Scores that are known less surely, or of which nobody says how surely."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.diff.alarms import wider_interval
from tests.diff_sides import compared, score, scores

TABLE = {name: {"math": 0.5} for name in "abc"}
GRADED = {"n": None, "metric": "judge score", "lower": None, "upper": None, "unit": "points"}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in wider_interval.find(compared(old, new))}


def with_a(stderr: float | None, **fields: Any) -> list[Any]:
    return [score("a", "math", 0.5, stderr=stderr, **fields), *scores(TABLE, **fields)[1:]]


@pytest.mark.parametrize(("error", "alarm"), [(0.0299, False), (0.0301, True), (0.01, False), (0.02, False)])
def test_half_as_large_again_is_the_limit(error: float, alarm: bool) -> None:
    """The old one is 0.02."""
    assert bool(found(scores(TABLE), with_a(error))) is alarm


def test_a_wider_interval_is_told_with_both_errors() -> None:
    """A quarter of the items doubles the error."""
    assert found(scores(TABLE), with_a(0.04)) == {
        "a | math": "a on math was 0.50 ± 0.02 and is 0.50 ± 0.04: its standard error grew 2.00 times."
    }


def test_an_error_that_is_no_longer_stated_is_told() -> None:
    """Without it nobody can tell a fall from noise."""
    assert found(scores(TABLE, **GRADED), with_a(None, **GRADED)) == {
        "a | math": "a on math was 0.50 ± 0.02 and is 0.500 without a standard error."
    }
    assert found(with_a(None, **GRADED), scores(TABLE, **GRADED)) == {}


def test_a_score_that_is_gone_has_no_interval() -> None:
    """That is another alarm."""
    assert found(scores(TABLE), scores(TABLE)[1:]) == {}


def test_a_benchmark_whose_errors_all_grew_is_one_alarm() -> None:
    """Eight models, one shortened benchmark."""
    eight = {f"m{at}": {"math": 0.5} for at in range(8)}
    ((subject, text),) = found(scores(eight), scores(eight, stderr=0.05)).items()
    assert subject.startswith("math | 8 less sure scores | ")
    assert "(m0, m1, m2 and 5 more)" in text
