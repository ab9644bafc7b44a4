"""What is removed always appears, once, and as large as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.diff.alarms import removed
from reportgen.records.catalog import Catalog, ModelEntry
from tests.diff_sides import compared, score, scores, side

TABLE = {name: {"math": 0.5, "code": 0.6, "logic": 0.7} for name in "abcd"}


def found(old: Any, new: Any) -> dict[str, str]:
    """Text of each alarm by its subject."""
    return {alarm.subject: alarm.text for alarm in removed.find(compared(old, new))}


def test_equal_sides_have_nothing_removed() -> None:
    """Nor does a side that only has more."""
    more = TABLE | {"e": {"math": 0.9}}
    assert found(scores(TABLE), scores(TABLE)) == {}
    assert found(scores(TABLE), scores(more)) == {}


def test_a_model_that_is_gone_is_one_alarm_with_its_size() -> None:
    """Not one for each of its three results."""
    new = {name: row for name, row in TABLE.items() if name != "b"}
    assert found(scores(TABLE), scores(new)) == {"model b": "The model b is gone: 3 results on 3 benchmarks."}


def test_a_benchmark_that_is_gone_is_one_alarm() -> None:
    """With the models it is gone for; the models themselves stay."""
    new = {name: {"math": 0.5, "code": 0.6} for name in "abcd"}
    assert found(scores(TABLE), scores(new)) == {
        "benchmark logic | suite": "The benchmark logic of suite is gone: 4 results of a, b, c and d."
    }


def test_a_suite_that_is_gone_is_one_alarm() -> None:
    """Not one for each of its benchmarks; a suite of one benchmark is that benchmark."""
    glue = [score(name, bench, 0.5, suite="GLUE") for name in "ab" for bench in ("MNLI", "QQP", "RTE")]
    assert found([*scores(TABLE), *glue], scores(TABLE)) == {
        "suite GLUE": "The suite GLUE is gone: 6 results on MNLI, QQP and RTE."
    }
    assert list(found([*scores(TABLE), *glue[:1]], scores(TABLE))) == ["benchmark MNLI | GLUE"]


def test_a_secondary_metric_that_is_gone_is_seen() -> None:
    """It is in no score, and its removal would be invisible in a table of scores."""
    f1 = [score(name, "math", 0.4, metric="f1", primary=False) for name in "abcd"]
    assert found([*scores(TABLE), *f1], scores(TABLE)) == {
        "metric f1 | math | suite": "The metric f1 of math of suite is gone: 4 results of a, b, c and d."
    }


def test_one_result_that_is_gone_is_told_with_the_value_it_had() -> None:
    """Model, benchmark and metric are all still there."""
    new = TABLE | {"a": {"math": 0.5, "code": 0.6}}
    assert found(scores(TABLE), scores(new)) == {
        "a | logic | accuracy | suite": "The result of a on logic of suite (accuracy) is gone: it was 0.70 ± 0.02."
    }


def test_seeds_that_are_gone_are_counted() -> None:
    """A run that reports its three best seeds of five is not the same run."""
    five = [score("a", "math", 0.5 + seed / 100, seed=seed) for seed in range(5)]
    others = scores({name: TABLE[name] for name in "bcd"})
    assert found([*five, *others], [*five[2:], *others]) == {
        "a | math | accuracy | suite": "2 of 5 results of a on math of suite (accuracy) are gone."
    }


def test_a_value_that_is_empty_now_is_removed() -> None:
    """A record without a number is no result."""
    new = scores(TABLE | {"a": {"math": 0.5, "code": 0.6, "logic": None}})
    assert list(found(scores(TABLE), new)) == ["a | logic | accuracy | suite"]


def test_a_model_renamed_by_an_alias_is_not_removed() -> None:
    """The catalog says that they are one."""
    renamed = {("new-a" if name == "a" else name): row for name, row in TABLE.items()}
    catalog = Catalog(models=(ModelEntry(id="new-a", aliases=("a",)),))
    assert found(scores(TABLE), side(scores(renamed), catalog=catalog)) == {}
    assert list(found(scores(TABLE), scores(renamed))) == ["model a"]


@pytest.mark.parametrize("field", ["dataset_revision", "task_hash", "tool", "model_revision"])
def test_a_number_that_was_measured_otherwise_is_replaced_and_not_removed(field: str) -> None:
    """That it cannot be compared is another alarm."""
    assert found(scores(TABLE), scores(TABLE, **{field: "other"})) == {}


def test_of_two_numbers_one_new_one_replaces_only_one() -> None:
    """Two prompts on the old side, a third one on the new."""
    old = [score("a", "math", 0.5, task_hash=prompt) for prompt in ("one", "two")]
    others = scores({name: {"math": 0.5} for name in "bcd"})
    assert list(found([*old, *others], [score("a", "math", 0.5, task_hash="three"), *others])) == [
        "a | math | accuracy | suite"
    ]


def test_single_items_that_are_gone_are_told_beside_their_score() -> None:
    """The score is the same, and its evidence is thinner."""
    items = [score("a", "math", float(at % 2), item_id=str(at), n=1, stderr=None) for at in range(10)]
    assert found([*scores(TABLE), *items], [*scores(TABLE), *items[:7]]) == {
        "a | math | accuracy | single items | suite": "3 of 10 item results of a on math of suite (accuracy) are gone."
    }


def test_items_of_a_model_that_is_gone_are_not_told_again() -> None:
    """The model is told as a whole."""
    items = [score("a", "math", 1.0, item_id=str(at)) for at in range(3)]
    new = {name: row for name, row in TABLE.items() if name != "a"}
    assert list(found([*scores(TABLE), *items], scores(new))) == ["model a"]


def test_many_removed_models_are_told_together_and_counted() -> None:
    """Thirty lines would not be read; the number of models and of what the first had are exact."""
    many = {f"m{at:02}": {"math": 0.5} for at in range(30)} | TABLE
    ((subject, text),) = found(scores(many), scores(TABLE)).items()
    assert subject.startswith("30 removed models | ")
    assert text == (
        "30 removed models (m00, m01, m02 and 27 more). The first: The model m00 is gone: 1 result on 1 benchmark."
    )


@settings(max_examples=8, deadline=None)
@given(
    st.sets(
        st.sampled_from([(m, b) for m in "abcd" for b in ("math", "code", "logic")]), min_size=1, max_size=12
    )
)
def test_any_deletion_appears(gone: set[tuple[str, str]]) -> None:
    """Whatever is deleted, an alarm names its model or its benchmark."""
    left = [score(m, b, v) for m, row in TABLE.items() for b, v in row.items() if (m, b) not in gone]
    subjects = found(scores(TABLE), left or side([]))
    for model, benchmark in gone:
        named = {
            "suite suite",
            f"model {model}",
            f"benchmark {benchmark} | suite",
            f"{model} | {benchmark} | accuracy | suite",
        }
        assert named & set(subjects)
