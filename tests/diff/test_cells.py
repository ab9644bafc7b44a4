"""Scores that differ, and the verdict on each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, ttest_rel
from statsmodels.stats.multitest import multipletests

from reportgen.diff.cells import cells
from reportgen.records.catalog import Catalog, ModelEntry
from tests.diff_sides import compared, score, scores, side
from tests.factories import make_record

FOUR = {name: {"math": 0.5, "code": 0.6} for name in "abcd"}


def rows(old: Any, new: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of the table by system and benchmark."""
    table, _ = cells(compared(old, new))
    return {(row["system"], row["benchmark"]): row for row in table.to_dict("records")}


def test_equal_sides_have_no_rows_and_every_score_is_the_same() -> None:
    """Four models on two benchmarks are eight scores."""
    table, same = cells(compared(scores(FOUR), scores(FOUR)))
    assert (len(table), same) == (0, 8)


def test_a_change_beyond_noise_is_better_with_the_interval_of_two_independent_errors() -> None:
    """0.5 to 0.7 with errors of 0.02 each: the difference has an error of 0.02 times the root of two."""
    row = rows(scores(FOUR), scores(FOUR | {"a": {"math": 0.7, "code": 0.6}}))["a", "math"]
    half = norm.ppf(0.975) * 0.02 * math.sqrt(2)
    assert row["verdict"] == "better"
    assert row["test"] == "unpaired"
    assert row["difference"] == pytest.approx(0.2)
    assert (row["low"], row["high"]) == (pytest.approx(0.2 - half), pytest.approx(0.2 + half))
    assert row["p"] == pytest.approx(2 * norm.sf(0.2 / (0.02 * math.sqrt(2))))


def test_a_change_within_noise_is_called_so() -> None:
    """0.50 to 0.53 with errors of 0.02 each is z = 1.06."""
    assert rows(scores(FOUR), scores(FOUR | {"a": {"math": 0.53, "code": 0.6}}))["a", "math"]["verdict"] == (
        "within noise"
    )


def test_less_is_better_where_the_metric_says_so() -> None:
    """An error rate that falls is an improvement, with a positive difference."""
    old = [score(name, "rate", 0.5, direction="lower") for name in "abc"]
    row = rows(old, [score("a", "rate", 0.3, direction="lower"), *old[1:]])["a", "rate"]
    assert (row["verdict"], row["difference"]) == ("better", pytest.approx(0.2))


def test_without_a_standard_error_the_noise_is_unknown_and_that_is_not_within_noise() -> None:
    """The direction of the difference is still told."""
    old = [score(name, "math", 0.5, stderr=None, n=None) for name in "abc"]
    row = rows(old, [score("a", "math", 0.4, stderr=None, n=None), *old[1:]])["a", "math"]
    assert (row["verdict"], row["reason"]) == ("noise unknown", "no standard error on either side")
    assert row["difference"] == pytest.approx(-0.1)
    assert math.isnan(row["p"])


def test_of_an_unknown_direction_nobody_says_better_or_worse() -> None:
    """No difference in the direction of goodness exists."""
    old = [score(name, "math", 0.5, direction="unknown") for name in "abc"]
    row = rows(old, [score("a", "math", 0.9, direction="unknown"), *old[1:]])["a", "math"]
    assert (row["verdict"], row["reason"]) == ("noise unknown", "nobody says whether more is better")
    assert math.isnan(row["difference"])


def test_a_model_and_a_benchmark_on_one_side_only_are_new_or_removed() -> None:
    """Both at once: model d goes, benchmark logic comes."""
    new = {name: {**FOUR[name], "logic": 0.3} for name in "abc"}
    found = rows(scores(FOUR), scores(new))
    assert {key for key, row in found.items() if row["verdict"] == "removed"} == {
        ("d", "math"),
        ("d", "code"),
    }
    assert {key for key, row in found.items() if row["verdict"] == "new"} == {
        (name, "logic") for name in "abc"
    }


def test_another_dataset_revision_is_not_comparable_and_says_which() -> None:
    """Neither new nor removed, and no difference."""
    old = scores(FOUR, dataset_revision="1.0")
    new = [
        score("a", "math", 0.9, dataset_revision="2.0"),
        *(one for one in old if (one.model, one.benchmark) != ("a", "math")),
    ]
    row = rows(old, new)["a", "math"]
    assert (row["verdict"], row["reason"]) == ("not comparable", "dataset revision 1.0 → 2.0")
    assert (row["old"], row["new"]) == (0.5, 0.9)
    assert math.isnan(row["difference"])


def test_another_unit_is_told_and_never_converted() -> None:
    """0.5 as a fraction and 50 in percent may be the same or not."""
    old = scores(FOUR)
    new = scores({name: {"math": 50.0, "code": 60.0} for name in "abcd"}, unit="percent", upper=100.0)
    found = rows(old, new)
    assert {row["verdict"] for row in found.values()} == {"not comparable"}
    assert {row["reason"] for row in found.values()} == {"unit fraction → percent"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"task_hash": "beef"}, "prompt or task hash cafe → beef"),
        ({"tool": "other"}, "tool example → other"),
        ({"tool_version": "2.0"}, "major version of the tool 1 → 2"),
    ],
)
def test_another_procedure_is_not_comparable(fields: dict[str, str], reason: str) -> None:
    """A prompt, a harness or its major version."""
    old = scores(FOUR, task_hash="cafe")
    new = scores(FOUR | {"a": {"math": 0.9, "code": 0.6}}, **({"task_hash": "cafe"} | fields))
    row = rows(old, new)["a", "math"]
    assert (row["verdict"], row["reason"]) == ("not comparable", reason)


def test_a_minor_version_of_the_harness_compares() -> None:
    """1.0 and 1.3 are one procedure; so are 0.4.2 and 0.4.9."""
    for before, after in (("1.0", "1.3"), ("0.4.2", "v0.4.9")):
        old = scores(FOUR, tool_version=before)
        new = scores(FOUR | {"a": {"math": 0.9, "code": 0.6}}, tool_version=after)
        assert rows(old, new)["a", "math"]["verdict"] == "better"


def test_a_mean_over_other_parts_is_not_comparable() -> None:
    """A third subset that every model has makes the mean another one."""
    parts = [score(name, "math", 0.5, subset=subset) for name in "abc" for subset in ("x", "y")]
    more = [*parts, *(score(name, "math", 0.9, subset="z") for name in "abc")]
    found = rows(parts, more)
    assert {row["reason"] for row in found.values()} == {"the mean is over 2 parts → 3 parts"}


def test_a_rename_by_alias_is_one_model() -> None:
    """The new catalog says that A is another name of a."""
    old = scores({"A": {"math": 0.5}, "b": {"math": 0.4}, "c": {"math": 0.3}})
    new = scores({"a": {"math": 0.9}, "b": {"math": 0.4}, "c": {"math": 0.3}})
    catalog = Catalog(models=(ModelEntry(id="a", aliases=("A",)),))
    found = rows(side(old), side(new, catalog=catalog))
    assert {key: row["verdict"] for key, row in found.items()} == {("a", "math"): "better"}


def test_items_that_both_sides_answered_are_tested_in_pairs() -> None:
    """Twelve items, three of them right only now: the paired test of SciPy."""
    before = [1.0] * 6 + [0.0] * 6
    after = [1.0] * 9 + [0.0] * 3
    row = rows([*answers(before), *rest()], [*answers(after), *rest()])["a", "math"]
    expected = ttest_rel(after, before)
    assert (row["test"], row["items"]) == ("paired", 12)
    assert row["p"] == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (row["low"], row["high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_items_that_are_not_those_of_the_score_are_not_used() -> None:
    """Their mean moves otherwise than the score."""
    old, new = answers([1.0] * 6 + [0.0] * 6), answers([1.0] * 6 + [0.0] * 6)
    new[0] = score("a", "math", 0.8)
    assert rows([*old, *rest()], [*new, *rest()])["a", "math"]["test"] == "unpaired"


def answers(right: list[float]) -> list[Any]:
    """The score of model a and its answers."""
    items = [
        make_record(
            model="a",
            benchmark="math",
            value=value,
            item_id=f"i{number}",
            n=None,
            stderr=None,
            file="runs/a.json",
        )
        for number, value in enumerate(right)
    ]
    return [score("a", "math", float(np.mean(right))), *items]


def rest() -> list[Any]:
    """Two more models."""
    return [score("b", "math", 0.4), score("c", "math", 0.3)]


def test_p_values_are_adjusted_over_all_tested_cells() -> None:
    """As statsmodels does by Benjamini and Hochberg."""
    new = {
        "a": {"math": 0.56, "code": 0.66},
        "b": {"math": 0.58, "code": 0.6},
        "c": {"math": 0.51, "code": 0.6},
    }
    found = list(rows(scores(FOUR), scores(FOUR | new)).values())
    expected = multipletests([row["p"] for row in found], method="fdr_bh")[1]
    assert [row["p_adjusted"] for row in found] == pytest.approx(expected)


def test_what_is_sure_and_large_comes_first() -> None:
    """Better or worse by their size in errors, then what nobody can tell, then what is gone, new, within noise."""
    new = {
        "a": {"math": 0.9, "code": 0.61},
        "b": {"math": 0.2, "code": 0.6},
        "c": FOUR["c"],
        "e": {"math": 0.1},
    }
    table, _ = cells(compared(scores(FOUR), scores(new)))
    assert table["verdict"].tolist() == ["better", "worse", "removed", "removed", "new", "within noise"]
