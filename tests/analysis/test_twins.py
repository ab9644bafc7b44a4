"""Shifted settings and their twins: declared or unmistakable, never guessed."""

from __future__ import annotations

from typing import Any

from score_tables import make_table

from reportgen.analysis.twins import find_twins
from reportgen.records.catalog import BenchmarkEntry, Catalog


def twins(settings: dict[str, dict[str, Any]], *entries: BenchmarkEntry) -> dict[str, str]:
    """Shifted setting -> its twin's label, or the reason in brackets."""
    table = make_table({label: [0.5, 0.6] for label in settings}, settings)
    labels = list(settings)
    return {
        labels[twin.shifted]: labels[twin.twin] if not twin.reason else f"[{twin.reason}]"
        for twin in find_twins(table.settings, Catalog(benchmarks=entries))
    }


def test_declared_twin_is_taken() -> None:
    """The catalog names it; no role is needed."""
    assert twins({"V1": {}, "V2": {}}, BenchmarkEntry(id="V2", id_twin="V1")) == {"V2": "V1"}


def test_declared_twin_goes_before_the_role() -> None:
    """Also where the suite has a setting with the role id."""
    settings = {"V1": {}, "V2": {"role": "ood"}, "W": {"role": "id"}}
    assert twins(settings, BenchmarkEntry(id="V2", id_twin="V1")) == {"V2": "V1"}


def test_same_benchmark_with_role_id_is_taken() -> None:
    """One benchmark reported in and out of distribution."""
    settings = {
        "P id": {"benchmark": "P", "role": "id"},
        "P ood": {"benchmark": "P", "role": "ood"},
        "Q id": {"benchmark": "Q", "role": "id"},
    }
    assert twins(settings) == {"P ood": "P id"}


def test_only_id_setting_of_the_suite_is_taken() -> None:
    """Also where the catalog, not the file, says the roles."""
    assert twins({"S": {"role": "id"}, "T": {"role": "ood"}}) == {"T": "S"}
    roles = BenchmarkEntry(id="S", role="id"), BenchmarkEntry(id="T", role="ood")
    assert twins({"S": {}, "T": {}}, *roles) == {"T": "S"}


def test_two_id_settings_are_ambiguous() -> None:
    """Nobody guesses; the reason names both and how to choose."""
    settings = {"S": {"role": "id"}, "T": {"role": "ood"}, "U": {"role": "id"}}
    assert twins(settings) == {
        "T": "[several settings could be its twin (S, U): name one as its id_twin]",
    }


def test_twin_of_another_suite_or_metric_is_not_taken() -> None:
    """An F1 is no twin of an accuracy, nor a percentage of a fraction."""
    named = BenchmarkEntry(id="T", id_twin="S")
    assert twins({"S": {"suite": "x"}, "T": {}}, named) == {
        "T": "[a setting of S, its declared in-distribution twin, is not among the results of the suite]",
    }
    assert twins({"S": {"metric": "f1", "unit": "percent"}, "T": {}}, named) == {
        "T": "[a setting of S, its declared in-distribution twin, exists, but differs in metric, unit]",
    }


def test_selection_rules_are_not_crossed() -> None:
    """Oracle is compared with oracle, training-domain validation with itself."""
    rules = ("oracle", "training")
    settings = {
        f"{name} {rule}": {"benchmark": name, "role": role, "selection": rule}
        for rule in rules
        for name, role in (("S", "id"), ("T", "ood"))
    }
    assert twins(settings) == {f"T {rule}": f"S {rule}" for rule in rules}


def test_number_of_shots_is_not_crossed_where_both_are_stated() -> None:
    """Five examples against none is another task; an unstated number does not contradict."""
    assert twins({"S": {"role": "id", "n_shot": "5"}, "T": {"role": "ood", "n_shot": "0"}}) == {
        "T": "[an in-distribution setting (role id) exists, but differs in n shot]",
    }
    assert twins({"S": {"role": "id", "n_shot": "5"}, "T": {"role": "ood"}}) == {"T": "S"}


def test_of_several_settings_of_one_benchmark_the_likest_is_taken() -> None:
    """The same split decides; where nothing does, there is no twin."""
    settings = {
        "S dev": {"benchmark": "S", "split": "dev"},
        "S test": {"benchmark": "S", "split": "test"},
        "T": {"split": "test"},
    }
    named = BenchmarkEntry(id="T", id_twin="S")
    assert twins(settings, named) == {"T": "S test"}
    settings["T"] = {"split": "train"}
    assert twins(settings, named)["T"].startswith("[several settings could be its twin (S dev, S test)")


def test_setting_that_cannot_be_ranked_has_no_twin() -> None:
    """Without a direction nobody knows what a loss is."""
    unknown = {"direction": "unknown", "reason": "direction unknown"}
    assert twins({"S": {"role": "id"}, "T": {"role": "ood", **unknown}}) == {"T": "[direction unknown]"}


def test_the_in_distribution_half_of_a_benchmark_is_not_shifted() -> None:
    """A declared twin concerns the benchmark's shifted settings only."""
    settings = {"T id": {"benchmark": "T", "role": "id"}, "T ood": {"benchmark": "T", "role": "ood"}, "S": {}}
    assert twins(settings, BenchmarkEntry(id="T", id_twin="S")) == {"T ood": "S"}
