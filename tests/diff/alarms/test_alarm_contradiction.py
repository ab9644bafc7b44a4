"""Numbers that cannot all be right, only where the old side had not the same."""

from __future__ import annotations

from typing import Any

from reportgen.diff.alarms import contradiction
from tests.diff_sides import compared, score, scores, side

TABLE = {name: {"math": 0.5} for name in "abc"}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in contradiction.find(compared(old, new))}


def pair(name: str, f1: float) -> list[Any]:
    """Precision 0.5, recall 0.6 and this F1."""
    values = {"precision": 0.5, "recall": 0.6, "f1": f1}
    return [score(name, "ner", value, metric=metric) for metric, value in values.items()]


def test_an_f1_above_precision_and_recall_is_told() -> None:
    """No average of F1 can be."""
    ((subject, text),) = found(pair("a", 0.54), pair("a", 0.7)).items()
    assert subject == "a | ner | suite | F1 is above both precision and recall"
    assert text.startswith(
        "a on ner: F1 is above both precision and recall (found 0.7, expected precision 0.5"
    )


def test_a_contradiction_that_was_there_before_is_not_new() -> None:
    """With the same numbers or with others: who reviews this change has not made it."""
    assert found(pair("a", 0.7), pair("a", 0.7)) == {}
    assert found(pair("a", 0.7), pair("a", 0.8)) == {}
    assert list(found(pair("a", 0.7), [*pair("a", 0.7), *pair("b", 0.7)])) == [
        "b | ner | suite | F1 is above both precision and recall"
    ]


def test_a_value_out_of_bounds_is_left_to_its_own_rule() -> None:
    """One fault, one alarm; a value outside its own interval has no other rule."""
    assert found(scores(TABLE), [score("a", "math", 72.0), *scores(TABLE)[1:]]) == {}
    outside = score("a", "math", 0.5, ci_low=0.6, ci_high=0.8, ci_level=0.95)
    assert len(found(scores(TABLE), [outside, *scores(TABLE)[1:]])) == 1


def test_what_a_side_tells_of_itself_is_not_computed_again() -> None:
    """A snapshot carries its contradictions."""
    row = {"kind": "mean", "suite": "s", "benchmark": "avg", "system": "a", "message": "the mean is not that of its parts",
           "found": "0.7", "expected": "0.6", "cells": "x.json"}  # fmt: skip
    told = side(scores(TABLE), accounting={"contradictions": [row]})
    assert list(found(scores(TABLE), told).values()) == [
        "a on avg: the mean is not that of its parts (found 0.7, expected 0.6)."
    ]
    assert found(told, told) == {}
