"""The same evaluation on another number of items."""

from __future__ import annotations

from typing import Any

from reportgen.diff.alarms import sample_count
from tests.diff_sides import compared, score, scores

TABLE = {name: {"math": 0.5} for name in "abc"}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in sample_count.find(compared(old, new))}


def test_another_number_of_items_is_told_with_both() -> None:
    """The value may be the same."""
    new = [score("a", "math", 0.5, n=100), *scores(TABLE)[1:]]
    assert found(scores(TABLE), new) == {
        "a | math | items | suite": "a on math of suite was measured on 100 items, before on 500."
    }
    assert list(found(new, scores(TABLE)).values()) == [
        "a on math of suite was measured on 500 items, before on 100."
    ]


def test_a_number_of_items_that_is_unknown_on_one_side_is_no_other_number() -> None:
    """Unknown differs from nothing."""
    new = [score("a", "math", 0.5, n=None), *scores(TABLE)[1:]]
    assert found(scores(TABLE), new) == found(new, scores(TABLE)) == {}


def test_seeds_are_called_seeds() -> None:
    """Not every count is of items."""
    one, other = (score("a", "math", 0.5, n=count, n_kind="seeds") for count in (5, 3))
    assert list(found([one], [other]).values()) == [
        "a on math of suite was measured on 3 seeds, before on 5."
    ]


def test_several_metrics_of_one_benchmark_are_one_alarm() -> None:
    """They come from the same run."""
    old = [score("a", "math", 0.5, metric=metric) for metric in ("accuracy", "f1")]
    new = [score("a", "math", 0.5, metric=metric, n=100) for metric in ("accuracy", "f1")]
    assert list(found(old, new).values()) == [
        "a on math of suite was measured on 100 items, before on 500 in 2 results."
    ]


def test_a_benchmark_that_was_cut_for_all_models_is_one_alarm() -> None:
    """Eight models, one decision."""
    eight = {f"m{at}": {"math": 0.5} for at in range(8)}
    ((subject, text),) = found(scores(eight), scores(eight, n=100)).items()
    assert subject.startswith("math | suite | 8 models measured on another number of items | ")
    assert "(m0, m1, m2 and 5 more)" in text
