"""Every number that is new, gone or other, counted."""

from __future__ import annotations

from typing import Any

from reportgen.diff.numbers import numbers
from tests.diff_sides import compared, score, scores
from tests.factories import make_record

THREE = scores({"a": {"math": 0.5}, "b": {"math": 0.4}, "c": {"math": 0.3}})
SECOND = [score(name, "math", 0.2, metric="f1", primary=False) for name in "abc"]


def counts(old: Any, new: Any) -> dict[tuple[str, str], tuple[int, int, int, bool]]:
    """By model and metric: added, removed, changed, whether the cells compare it."""
    table = numbers(compared(old, new))
    return {
        (row["model"], row["metric"]): (row["added"], row["removed"], row["changed"], row["in_scores"])
        for row in table.to_dict("records")
    }


def test_equal_sides_have_none() -> None:
    """No row at all."""
    assert counts(THREE, THREE) == {}


def test_a_secondary_metric_that_is_gone_is_told() -> None:
    """The score table knows one metric a benchmark, so this would be seen nowhere else."""
    assert counts([*THREE, *SECOND], [*THREE, *SECOND[1:]]) == {("a", "f1"): (0, 1, 0, False)}


def test_added_and_changed_numbers_are_counted_by_metric() -> None:
    """One of each."""
    new = [score("a", "math", 0.6), *THREE[1:], score("d", "math", 0.1)]
    assert counts(THREE, new) == {("a", "accuracy"): (0, 0, 1, True), ("d", "accuracy"): (1, 0, 0, True)}


def test_answers_to_single_items_are_counted_apart() -> None:
    """They have an item id, and no cell."""
    item = make_record(model="a", benchmark="math", item_id="i1", value=1.0)
    table = numbers(compared([*THREE, item], THREE))
    assert table[["model", "removed", "of_items", "in_scores"]].to_dict("records") == [
        {"model": "a", "removed": 1, "of_items": True, "in_scores": False}
    ]
