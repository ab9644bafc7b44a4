from __future__ import annotations

import math

import pandas as pd
import pytest

from reportgen.ingest.enrich import enrich
from reportgen.records.catalog import Alias, BenchmarkEntry, Catalog, MetricEntry, ModelEntry
from reportgen.records.frame import identify, to_frame
from reportgen.records.metric_table import BY_METRIC, BY_TOOL, fold, known_metric
from reportgen.records.record import FIELDS, Record


def record(**fields):
    return Record(**{"model": "m", "benchmark": "b", "metric": "my_metric", "value": 0.5, **fields})


def enriched(*records, **catalog):
    """Rows as dictionaries, unknown numbers as None."""
    before = to_frame(records)
    frame = enrich(before, Catalog(**catalog))
    assert tuple(frame.columns) == FIELDS
    for name in FIELDS:
        if not isinstance(before[name].dtype, pd.CategoricalDtype):
            assert frame[name].dtype == before[name].dtype, name
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def test_without_a_catalog_an_unknown_metric_stays_unknown():
    """Nothing is guessed, least of all that higher is better."""
    (row,) = enriched(record())
    assert (row["direction"], row["direction_source"]) == ("unknown", "unknown")
    assert (row["lower"], row["upper"], row["bounds_source"]) == (None, None, "unknown")
    assert (row["unit"], row["n"], row["suite"], row["role"]) == ("", None, "", "")


def test_an_alias_becomes_the_models_id_and_the_written_name_is_kept():
    """By the cleaned name or by the name as written."""
    models = (ModelEntry(id="Org/M", aliases=("m-1", Alias(name="pretrained=m"))),)
    rows = enriched(
        record(model="m-1"),
        record(model="m", model_raw="pretrained=m"),
        record(model="Org/M", model_raw="M"),
        record(model="other"),
        models=models,
    )
    assert [row["model"] for row in rows] == ["Org/M", "Org/M", "Org/M", "other"]
    assert [row["model_raw"] for row in rows] == ["m-1", "pretrained=m", "M", ""]


def test_a_model_of_the_catalog_is_not_renamed_by_its_raw_name():
    """The cleaned name is what the adapter vouches for."""
    models = (ModelEntry(id="a", aliases=("x",)), ModelEntry(id="b"))
    assert enriched(record(model="b", model_raw="x"), models=models)[0]["model"] == "b"


def test_aliases_make_two_names_one_evaluation():
    """Identity is computed after enrichment."""
    frame = to_frame([record(model="m-1"), record(model="M")])
    catalog = Catalog(models=(ModelEntry(id="M", aliases=("m-1",)),))
    assert identify(enrich(frame, catalog))["record_id"].nunique() == 1
    assert identify(enrich(frame, Catalog()))["record_id"].nunique() == 2


def test_the_catalog_fills_what_a_file_leaves_open_about_a_benchmark():
    """Suite, role and items; what the file states stays."""
    benchmarks = (BenchmarkEntry(id="b", suite="S", role="ood", items=200),)
    rows = enriched(
        record(),
        record(suite="S", role="id", n=50, n_kind="seeds"),
        record(benchmark="c"),
        benchmarks=benchmarks,
    )
    assert [(row["suite"], row["role"], row["n"], row["n_kind"]) for row in rows] == [
        ("S", "ood", 200, "items"),
        ("S", "id", 50, "seeds"),
        ("", "", None, ""),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"subset": "de"},
        {"group": "women"},
        {"level_name": "hard"},
        {"item_id": "7"},
        {"status": "partial"},
        {"flags": "limit=10"},
        {"benchmark_level": "aggregate"},
        {"unit_name": "addition"},
    ],
)
def test_the_size_of_a_benchmark_is_not_the_size_of_its_part(fields):
    """A part has fewer items, and how many nobody said."""
    (row,) = enriched(record(**fields), benchmarks=(BenchmarkEntry(id="b", items=200),))
    assert row["n"] is None
    assert row["n_kind"] == ""


def test_a_benchmark_of_two_suites_is_told_by_its_suite():
    """A row without a suite is then left alone."""
    benchmarks = (
        BenchmarkEntry(id="b", suite="S", role="id"),
        BenchmarkEntry(id="b", suite="T", role="ood"),
        BenchmarkEntry(id="c", role="ood"),
    )
    rows = enriched(
        record(suite="S"),
        record(suite="T"),
        record(suite="U"),
        record(),
        record(benchmark="c", suite="U"),
        benchmarks=benchmarks,
    )
    assert [(row["suite"], row["role"]) for row in rows] == [
        ("S", "id"),
        ("T", "ood"),
        ("U", ""),
        ("", ""),
        ("U", "ood"),
    ]


def test_the_users_word_on_a_metric_wins_over_the_file():
    """And is marked as the user's."""
    metrics = (MetricEntry(id="my_metric", direction="lower", lower=0, upper=10, unit="points"),)
    (row,) = enriched(
        record(direction="higher", direction_source="file", lower=0, upper=1, bounds_source="file"),
        metrics=metrics,
    )
    assert (row["direction"], row["direction_source"]) == ("lower", "user")
    assert (row["lower"], row["upper"], row["bounds_source"], row["unit"]) == (0, 10, "user", "points")


def test_a_catalog_entry_that_says_little_changes_little():
    """An entry with a unit only leaves direction and bounds as they were."""
    (row,) = enriched(
        record(direction="higher", direction_source="file", lower=0, upper=1, bounds_source="file"),
        metrics=(MetricEntry(id="my_metric", unit="fraction"),),
    )
    assert (row["direction_source"], row["bounds_source"], row["unit"]) == ("file", "file", "fraction")


def test_one_bound_alone_leaves_the_other_open():
    """A perplexity has no largest value."""
    (row,) = enriched(record(lower=0, upper=1), metrics=(MetricEntry(id="my_metric", lower=1),))
    assert (row["lower"], row["upper"], row["bounds_source"]) == (1, None, "user")


def test_a_metric_entry_for_a_tool_is_for_that_tool():
    """The same name means different things elsewhere; the general entry serves the rest."""
    metrics = (
        MetricEntry(id="s", tool="lm-eval", direction="higher"),
        MetricEntry(id="s", direction="lower"),
    )
    rows = enriched(
        record(metric="s", tool="lm_eval"), record(metric="s", tool="x"), record(metric="t"), metrics=metrics
    )
    assert [row["direction"] for row in rows] == ["higher", "lower", "unknown"]


def test_a_metric_entry_for_a_tool_takes_the_rest_from_the_one_for_all():
    """Field by field, and bounds as a pair."""
    entries = (
        MetricEntry(id="my_metric", direction="lower", lower=0, upper=1, unit="fraction"),
        MetricEntry(id="my_metric", tool="A tool", upper=5),
        MetricEntry(id="my_metric", tool="b", direction="higher"),
    )
    rows = enriched(record(tool="A-tool"), record(tool="b"), record(tool="c"), metrics=entries)
    assert [(row["direction"], row["lower"], row["upper"], row["unit"]) for row in rows] == [
        ("lower", None, 5.0, "fraction"),
        ("higher", 0.0, 1.0, "fraction"),
        ("lower", 0.0, 1.0, "fraction"),
    ]


def test_a_metrics_alias_becomes_its_id():
    """With the name as written kept."""
    metrics = (MetricEntry(id="accuracy", aliases=("Acc (%)",), unit="percent"),)
    (row,) = enriched(record(metric="Acc (%)", value=50.0), metrics=metrics)
    assert (row["metric"], row["metric_raw"], row["unit"]) == ("accuracy", "Acc (%)", "percent")
    assert (row["lower"], row["upper"], row["bounds_source"]) == (0, 100, "table")


def test_the_table_knows_the_direction_of_common_metrics():
    """Marked as from the table."""
    rows = enriched(record(metric="Accuracy"), record(metric="word_perplexity", value=8.0))
    assert [(row["direction"], row["direction_source"]) for row in rows] == [
        ("higher", "table"),
        ("lower", "table"),
    ]


def test_the_file_wins_over_the_table():
    """A file that says lower is better knows its own metric."""
    (row,) = enriched(record(metric="accuracy", direction="lower", direction_source="file"))
    assert (row["direction"], row["direction_source"]) == ("lower", "file")


def test_bounds_of_a_share_need_its_unit():
    """0.9 may be a fraction or less than one percent."""
    rows = enriched(
        record(metric="accuracy"),
        record(metric="accuracy", unit="fraction"),
        record(metric="accuracy", unit="percent", value=50.0),
    )
    assert [(row["lower"], row["upper"]) for row in rows] == [(None, None), (0, 1), (0, 100)]
    assert [row["bounds_source"] for row in rows] == ["unknown", "table", "table"]


def test_a_tool_that_writes_one_unit_gives_it():
    """lm-eval's accuracies are fractions, RobustBench's are percentages."""
    rows = enriched(
        record(metric="acc", tool="lm-evaluation-harness"),
        record(metric="clean_acc", tool="RobustBench", value=93.5),
    )
    assert [(row["unit"], row["upper"]) for row in rows] == [("fraction", 1), ("percent", 100)]


def test_a_value_that_contradicts_the_table_shows_that_another_scale_is_meant():
    """Then neither unit nor bounds are taken from it, for none of the rows of that tool and metric."""
    rows = enriched(
        record(metric="acc", tool="lm_eval", value=0.4), record(metric="acc", tool="lm_eval", value=45.3)
    )
    assert [(row["unit"], row["upper"], row["direction"]) for row in rows] == [("", None, "higher")] * 2


def test_bounds_that_a_file_states_are_not_replaced():
    """Even when the file does not say where they are from."""
    (row,) = enriched(record(metric="accuracy", unit="fraction", lower=0.1, upper=0.9))
    assert (row["lower"], row["upper"], row["bounds_source"]) == (0.1, 0.9, "unknown")


def test_rows_without_a_value_contradict_nothing():
    """A failed run is no evidence about the scale."""
    (row,) = enriched(record(metric="acc", tool="lm_eval", value=None, missing="nan"))
    assert row["upper"] == 1


def test_an_empty_frame_stays_empty():
    """A folder without results."""
    assert enrich(to_frame([]), Catalog()).empty


def test_equal_rows_make_equal_frames_whatever_was_set():
    """Categories are sorted and all in use, so that what is written does not depend on the way there."""
    frame = enrich(to_frame([record(metric="acc"), record(metric="x")]), Catalog())
    for name in FIELDS:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            categories = frame[name].cat.categories.tolist()
            assert categories == sorted(set(frame[name].astype(object))), name


@pytest.mark.parametrize("name", sorted(BY_METRIC))
def test_names_of_the_table_are_folded(name):
    """A name that is not could never be found."""
    assert fold(name) == name


def test_keys_of_tools_are_folded_too():
    """Else an entry is dead."""
    assert all((fold(tool), fold(metric)) == (tool, metric) for tool, metric in BY_TOOL)


@pytest.mark.parametrize(
    ("metric", "direction"),
    [
        ("Exact-Match", "higher"),
        ("ROUGE-L", "higher"),
        ("pass@1", "higher"),
        ("AUROC", "higher"),
        ("WER", "lower"),
        ("Brier score", "lower"),
        ("ECE", "lower"),
        ("MSE", "lower"),
        ("perplexity", "lower"),
        ("loss", "lower"),
        ("error_rate", "lower"),
    ],
)
def test_common_spellings_are_found(metric, direction):
    """Case and separators do not matter."""
    assert known_metric("", metric).direction == direction


@pytest.mark.parametrize(
    "metric", ["score", "value", "main_score", "result", "delta", "r2", "attack_success_rate"]
)
def test_names_with_two_meanings_are_not_in_the_table(metric):
    """Better unknown than wrong."""
    assert known_metric("", metric) is None


def test_only_metrics_with_zero_or_one_for_each_item_are_called_binary():
    """A binomial error of an F1 would be invented."""
    assert known_metric("", "accuracy").per_item_binary
    for metric in ("f1", "rouge1", "bleu", "mse", "perplexity", "spearman", "mc2"):
        assert not known_metric("", metric).per_item_binary


def test_bounds_are_in_the_unit_asked_for():
    """Perplexity starts at 1 in any unit; a word error rate may exceed 1."""
    assert known_metric("", "f1").bounds("percent") == (0, 100)
    assert known_metric("", "f1").bounds("points") == (None, None)
    assert known_metric("", "perplexity").bounds("") == (1, None)
    assert known_metric("", "wer").bounds("fraction") == (0, None)
    assert known_metric("", "mcc").bounds("fraction") == (-1, 1)
    assert math.isclose(known_metric("", "mcc").bounds("percent")[0], -100)
