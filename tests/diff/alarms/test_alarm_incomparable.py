"""What was measured otherwise is not compared, and that is told."""

from __future__ import annotations

from typing import Any

from reportgen.diff.alarms import incomparable
from tests.diff_sides import compared, score, scores

TABLE = {name: {"math": 0.5} for name in "abc"}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in incomparable.find(compared(old, new))}


def test_equal_measurements_are_comparable() -> None:
    """Another value is no reason."""
    assert found(scores(TABLE), scores(TABLE | {"a": {"math": 0.9}})) == {}


def test_another_dataset_revision_is_one_alarm_for_its_benchmark() -> None:
    """Three models, one reason."""
    old, new = scores(TABLE, dataset_revision="1"), scores(TABLE, dataset_revision="2")
    assert found(old, new) == {
        "math | dataset revision 1 → 2": "3 scores on math cannot be compared: dataset revision 1 → 2 (a, b and c)."
    }


def test_one_score_is_told_with_both_values() -> None:
    """Another prompt for one model of three."""
    old = scores(TABLE, task_hash="old")
    new = [score("a", "math", 0.7, task_hash="new"), *old[1:]]
    ((subject, text),) = found(old, new).items()
    assert subject == "math | prompt or task hash old → new"
    assert text == (
        "The scores of a on math, 0.50 and 0.70, cannot be compared: prompt or task hash old → new."
    )


def test_another_major_version_of_the_tool_is_a_reason_and_a_minor_one_is_not() -> None:
    """Scores of harness 1 and 2 differ by more than the model."""
    old = scores(TABLE, tool_version="1.0")
    higher = TABLE | {"a": {"math": 0.9}}
    assert found(old, scores(higher, tool_version="1.1")) == {}
    assert [text.split(": ")[1] for text in found(old, scores(higher, tool_version="2.0")).values()] == [
        "major version of the tool 1 → 2."
    ]


def test_secondary_metrics_that_were_measured_otherwise_are_told_too() -> None:
    """They are in no score, so that no score says it."""
    f1 = {"metric": "f1", "primary": False}
    old = [*scores(TABLE), *scores(TABLE, **f1, dataset_revision="1")]
    new = [*scores(TABLE), *scores(TABLE, **f1, dataset_revision="2")]
    assert found(old, new) == {
        "math | f1 | suite": "3 numbers of f1 on math of suite were replaced by new ones by another procedure, or of"
        " another revision of the data or the model (a, b and c)."
    }


def test_one_reason_on_many_benchmarks_is_one_alarm() -> None:
    """A suite that moves to another revision is one decision."""
    names = [f"task{at}" for at in range(8)]
    old = [score(model, name, 0.5, dataset_revision="1") for name in names for model in "ab"]
    new = [score(model, name, 0.5, dataset_revision="2") for name in names for model in "ab"]
    ((subject, text),) = found(old, new).items()
    assert subject.startswith("dataset revision 1 → 2 | 8 benchmarks | ")
    assert text.startswith(
        "dataset revision 1 → 2: 8 benchmarks (task0, task1, task2 and 5 more). The first: 2 scores"
    )
