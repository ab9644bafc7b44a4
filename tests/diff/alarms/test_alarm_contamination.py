"""Remarks that say whether a number may count."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.diff.alarms import contamination
from tests.diff_sides import compared, score, scores

TABLE = {name: {"math": 0.5} for name in "abc"}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in contamination.find(compared(old, new))}


def with_a(**fields: Any) -> list[Any]:
    return [score("a", "math", 0.5, **fields), *scores(TABLE)[1:]]


@pytest.mark.parametrize(
    "flag", ["contaminated", "Data leak suspected", "seen in training", "limit=10; contaminated"]
)
def test_a_new_remark_on_contamination_is_told(flag: str) -> None:
    """The value is the same."""
    ((subject, text),) = found(scores(TABLE), with_a(flags=flag)).items()
    assert subject == "a | math | suite"
    assert text == (
        f"The remarks on 1 result of a on math of suite changed from no remark to {flag.rpartition('; ')[2]}."
    )


def test_a_remark_that_is_gone_is_told() -> None:
    """Nobody else would notice."""
    assert list(found(with_a(flags="contaminated"), scores(TABLE)).values()) == [
        "The remarks on 1 result of a on math of suite changed from contaminated to no remark."
    ]


def test_flagging_by_the_source_is_told() -> None:
    """A status of a result is a remark on it."""
    assert "to flagged." in found(scores(TABLE), with_a(status="flagged"))["a | math | suite"]
    assert found(with_a(status="flagged"), with_a(status="flagged", stderr=0.01)) == {}


def test_other_remarks_are_not_of_contamination() -> None:
    """A limit is a matter of the number of items."""
    assert found(scores(TABLE), with_a(flags="limit=10")) == {}


def test_a_new_model_that_is_flagged_is_told_and_one_that_is_not_is_not() -> None:
    """Before it enters a leaderboard."""
    clean, flagged = score("d", "math", 0.9), score("d", "math", 0.9, flags="contaminated")
    assert found(scores(TABLE), [*scores(TABLE), clean]) == {}
    assert list(found(scores(TABLE), [*scores(TABLE), flagged])) == ["d | math | suite"]


def test_a_model_that_is_flagged_on_many_benchmarks_is_one_alarm() -> None:
    """One finding about one model."""
    old = [score("a", f"task{at}", 0.5) for at in range(9)]
    new = [score("a", f"task{at}", 0.5, flags="contaminated") for at in range(9)]
    ((subject, text),) = found(old, new).items()
    assert subject.startswith("a | 9 benchmarks with changed remarks | ")
    assert text.startswith(
        "a: 9 benchmarks with changed remarks (task0, task1, task2 and 6 more). The first: "
    )


def test_what_takes_a_remark_away_comes_first() -> None:
    """Among others, it is the one to look at."""
    old = [score("b", "math", 0.5, flags="contaminated"), score("a", "math", 0.5)]
    new = [score("b", "math", 0.5), score("a", "math", 0.5, flags="contaminated")]
    assert [subject.split(" | ")[0] for subject in found(old, new)] == ["b", "a"]
