"""Values that a metric cannot have, and no guess at the unit that was meant."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.diff.alarms import out_of_bounds
from tests.diff_sides import compared, score, scores

TABLE = {name: {"math": 0.5} for name in "abc"}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in out_of_bounds.find(compared(old, new))}


def test_a_percentage_on_a_scale_from_0_to_1_is_out_of_bounds() -> None:
    """72 is not divided by 100: it might be a percentage, a count or a slip."""
    assert found(scores(TABLE), [score("d", "math", 72.0), *scores(TABLE)]) == {
        "d | math | accuracy | suite": "The accuracy of d on math of suite is 72, outside 0 to 1."
    }


@pytest.mark.parametrize("value", [0.0, 1.0, 0.72, 1.0 + 1e-12])
def test_values_on_the_bounds_are_within(value: float) -> None:
    """Rounding of a perfect score is none of its faults."""
    assert found(scores(TABLE), [score("d", "math", value), *scores(TABLE)]) == {}


def test_without_bounds_no_value_is_out_of_bounds() -> None:
    """A perplexity of 72 is a perplexity."""
    new = [score("d", "math", 72.0, lower=None, upper=None, unit=""), *scores(TABLE)]
    assert found(scores(TABLE), new) == {}


@pytest.mark.parametrize(
    ("fields", "value", "words"),
    [({"upper": None}, -2.0, "is −2, below 0"), ({"lower": None}, 3.0, "is 3, above 1")],
)
def test_one_bound_is_enough(fields: dict[str, Any], value: float, words: str) -> None:
    """A time has no upper bound and is never negative."""
    ((_, text),) = found(scores(TABLE), [score("d", "math", value, **fields), *scores(TABLE)]).items()
    assert words.replace("−", "-") in text.replace("−", "-")


def test_what_was_out_of_bounds_before_is_not_new() -> None:
    """Only a comparison of a side with itself may say nothing; another wrong value is new."""
    wrong = [score("d", "math", 72.0), *scores(TABLE)]
    assert found(wrong, wrong) == {}
    assert list(found(wrong, [score("d", "math", 73.0), *scores(TABLE)])) == ["d | math | accuracy | suite"]


def test_bounds_that_are_newly_stated_make_old_values_wrong() -> None:
    """The value is the same; what is known about it is not."""
    unbounded = [score("d", "math", 72.0, lower=None, upper=None), *scores(TABLE)]
    assert list(found(unbounded, [score("d", "math", 72.0), *scores(TABLE)])) == [
        "d | math | accuracy | suite"
    ]


def test_several_values_of_one_model_are_counted_with_their_span() -> None:
    """Five seeds in percent."""
    new = [score("d", "math", 70.0 + seed, seed=seed) for seed in range(5)]
    assert list(found(scores(TABLE), [*new, *scores(TABLE)]).values()) == [
        "5 values of accuracy of d on math of suite, from 70 to 74, are outside 0 to 1."
    ]


def test_secondary_metrics_are_looked_at_too() -> None:
    """A wrong number is wrong wherever it stands."""
    new = [score("a", "math", 44.0, metric="f1", primary=False), *scores(TABLE)]
    assert list(found(scores(TABLE), new)) == ["a | math | f1 | suite"]


def test_a_whole_benchmark_in_the_wrong_unit_is_one_alarm() -> None:
    """Thirty models, one mistake."""
    new = [score(f"m{at:02}", "math", 70.0 + at / 10) for at in range(30)]
    ((subject, text),) = found(scores(TABLE), [*new, *scores(TABLE)]).items()
    assert subject.startswith("math | accuracy | suite | 30 models with values out of bounds | ")
    assert "(m00, m01, m02 and 27 more)" in text
