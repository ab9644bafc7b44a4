from __future__ import annotations

import json
import math

import numpy as np
import pytest
from factories import make_frame, make_record, make_score_frame
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.scores import run_table, score_table, secondary_metrics
from reportgen.analysis.table import SETTING_COLUMNS, SYSTEM_COLUMNS, ScoreTable
from reportgen.errors import FrameError
from reportgen.records.catalog import BenchmarkEntry, Catalog, MetricEntry

NO_ERROR = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": ""}


def table_of(*rows: dict, catalog: Catalog | None = None) -> ScoreTable:
    frame = make_frame(*(make_record(file=f"{i}.json", **row) for i, row in enumerate(rows)))
    return score_table(frame, catalog or Catalog())


def settings_of(*rows: dict, catalog: Catalog | None = None) -> list[str]:
    return table_of(*rows, catalog=catalog).settings["setting"].tolist()


def systems_of(*rows: dict) -> list[str]:
    return table_of(*rows).systems["system"].tolist()


def cell(table: ScoreTable) -> tuple[float, float, float]:
    assert table.value.shape == (1, 1)
    return float(table.value[0, 0]), float(table.stderr[0, 0]), float(table.n[0, 0])


def test_an_empty_frame_gives_an_empty_table():
    """No systems, no settings, all columns."""
    table = score_table(make_frame(make_record()).iloc[:0], Catalog())
    assert table.value.shape == table.stderr.shape == table.n.shape == (0, 0)
    assert tuple(table.systems.columns) == SYSTEM_COLUMNS
    assert tuple(table.settings.columns) == SETTING_COLUMNS


def test_a_missing_column_is_named():
    """The error says which column lacks."""
    with pytest.raises(FrameError, match="columns absent: unit"):
        score_table(make_frame(make_record()).drop(columns="unit"), Catalog())


def test_values_stand_where_their_system_and_setting_are():
    """Two by two with one cell missing; rows by name, columns by name, missing is NaN."""
    table = score_table(make_score_frame({"b": {"y": 0.2, "x": 0.1}, "a": {"x": 0.3, "y": None}}), Catalog())
    assert table.systems["system"].tolist() == ["a", "b"]
    assert table.settings["setting"].tolist() == ["x", "y"]
    np.testing.assert_array_equal(table.value, [[0.3, np.nan], [0.1, 0.2]])
    assert table.settings["n_systems"].tolist() == [2, 1]


# -- repeats


def test_each_seed_can_have_a_row_of_its_own():
    """Model a with seeds 1 and 2 on x and seed 2 on y, model b without seeds: three runs, missing is NaN."""
    seeds = [("a", "x", 2, 0.4), ("a", "x", 1, 0.2), ("a", "y", 2, 0.9), ("b", "x", None, 0.5)]
    rows = [make_record(model=m, benchmark=b, seed=s, value=v, file=f"{v}.json") for m, b, s, v in seeds]
    runs = run_table(make_frame(*rows), Catalog())
    assert runs.systems["system"].tolist() == ["a", "a", "b"]
    assert tuple(runs.systems.columns) == SYSTEM_COLUMNS
    np.testing.assert_array_equal(runs.value, [[0.2, np.nan], [0.4, 0.9], [0.5, np.nan]])
    backwards = run_table(make_frame(*rows[::-1]), Catalog())
    np.testing.assert_array_equal(backwards.value, runs.value)


def test_the_mean_over_the_runs_is_the_score():
    """Each seed is averaged over its leaves, and the runs are those whose mean the score table has."""
    rows = [
        make_record(seed=seed, subset=subset, value=value, file=f"{value}.json")
        for seed, subset, value in [(1, "s", 0.1), (1, "t", 0.3), (2, "s", 0.5), (2, "t", 0.9)]
    ]
    runs = run_table(make_frame(*rows), Catalog())
    assert runs.value.ravel().tolist() == pytest.approx([0.2, 0.7])
    assert score_table(make_frame(*rows), Catalog()).value[0, 0] == pytest.approx(0.45)


def test_seeds_are_averaged_with_the_error_of_their_spread():
    """0.6, 0.7, 0.8: mean 0.7, sd 0.1 (ddof 1), error 0.1 / sqrt(3)."""
    table = table_of(*({"seed": s, "value": v, **NO_ERROR} for s, v in enumerate((0.6, 0.7, 0.8))))
    value, stderr, n = cell(table)
    assert (value, stderr) == (pytest.approx(0.7), pytest.approx(0.1 / math.sqrt(3)))
    assert math.isnan(n)
    assert table.settings["stderr_kind"].tolist() == ["seeds"]


def test_reported_errors_of_seeds_are_combined():
    """Errors 0.03 and 0.04 of two seeds: sqrt(0.0009 + 0.0016) / 2; the items are the same, so n stays."""
    table = table_of({"seed": 1, "value": 0.6, "stderr": 0.03}, {"seed": 2, "value": 0.8, "stderr": 0.04})
    assert cell(table) == (pytest.approx(0.7), pytest.approx(0.025), 500)
    assert table.settings["stderr_kind"].tolist() == ["analytic"]


def test_equal_seeds_do_not_make_a_score_certain():
    """0.1 three times has a spread of 1e-17 in floating point; that is no error."""
    table = table_of(*({"seed": s, "value": 0.1, **NO_ERROR} for s in range(3)))
    assert math.isnan(cell(table)[1])
    assert table.settings["stderr_kind"].tolist() == [""]


def test_equal_seeds_fall_back_to_the_binomial_error():
    """A deterministic model on 100 items still has the uncertainty of the items."""
    rows = ({"seed": s, "value": 0.5, "stderr": None, "stderr_kind": "", "n": 100} for s in range(4))
    table = table_of(*rows)
    assert cell(table)[1] == pytest.approx(0.05 / 2)
    assert table.settings["stderr_kind"].tolist() == ["derived_binomial"]


def test_an_error_that_was_rounded_to_zero_is_unknown():
    """98.9 ± 0.0 does not say that the score is certain."""
    assert math.isnan(cell(table_of({"metric": "bleu", "stderr": 0.0, "n": None}))[1])


# -- leaves


def test_leaves_are_averaged_with_equal_weight():
    """0.6 of 100 items and 0.8 of 300: 0.7, error sqrt(0.03^2 + 0.04^2) / 2, 400 items."""
    table = table_of(
        {"subset": "a", "value": 0.6, "stderr": 0.03, "n": 100},
        {"subset": "b", "value": 0.8, "stderr": 0.04, "n": 300},
    )
    assert cell(table) == (pytest.approx(0.7), pytest.approx(0.025), 400)
    assert table.settings["leaves"].tolist() == [2]


def test_seeds_are_averaged_before_leaves():
    """Leaf a has three seeds, leaf b one: the mean is of two leaves, not of four numbers."""
    rows = [{"subset": "a", "seed": s, "value": 0.9} for s in range(3)]
    assert cell(table_of(*rows, {"subset": "b", "seed": 0, "value": 0.5}))[0] == pytest.approx(0.7)


def test_an_unknown_error_of_one_leaf_leaves_the_mean_without_one():
    """Unknown is not zero."""
    table = table_of({"subset": "a", "metric": "bleu"}, {"subset": "b", "metric": "bleu", **NO_ERROR})
    value, stderr, n = cell(table)
    assert value == 0.75
    assert math.isnan(stderr)
    assert math.isnan(n)


def test_partial_run_gets_no_mean():
    """A system that lacks one of three leaves has no value, however good the others are."""
    rows = [{"model": m, "test_domain": d} for m in ("a", "b", "c") for d in ("x", "y", "z")]
    table = table_of(*rows, {"model": "d", "test_domain": "x", "value": 0.99})
    assert np.isnan(table.value).ravel().tolist() == [False, False, False, True]
    assert table.settings["n_systems"].tolist() == [3]


def test_a_leaf_that_hardly_anybody_has_is_not_in_the_mean():
    """Leaf z of one system of four is left out; everybody keeps the mean of x and y."""
    rows = [{"model": m, "test_domain": d, "value": 0.5} for m in "abcd" for d in "xy"]
    table = table_of(*rows, {"model": "a", "test_domain": "z", "value": 1.0})
    assert table.value.ravel().tolist() == [0.5] * 4
    assert table.settings["leaves"].tolist() == [2]


def test_kinds_of_errors_that_differ_are_called_mixed():
    """One system reports a bootstrap error, the other an analytic one."""
    table = table_of({"model": "a"}, {"model": "b", "stderr_kind": "bootstrap"})
    assert table.settings["stderr_kind"].tolist() == ["mixed"]


# -- which rows count


@pytest.mark.parametrize(
    "excluded",
    [
        {"role": "train"},
        {"role": "val"},
        {"item_id": "q1"},
        {"status": "failed"},
        {"value": None, "missing": "nan"},
        {"benchmark_level": "aggregate"},
    ],
)
def test_what_is_no_result_of_the_test_set_does_not_count(excluded):
    """Training data, validation beside test, single items, failed runs, missing values, totals of present leaves."""
    table = table_of({"subset": "a", "value": 0.5}, {"subset": "b", **({"value": 0.9} | excluded)})
    assert cell(table)[0] == 0.5


def test_validation_results_count_where_there_are_no_others():
    """ImageNet is reported on its validation set; the column has no role then."""
    table = table_of({"role": "val", "value": 0.6})
    assert cell(table)[0] == 0.6
    assert table.settings["role"].tolist() == [""]


@pytest.mark.parametrize(
    "member",
    [
        {"benchmark": "physics", "parent": "mmlu"},
        {"benchmark": "stem", "parent": "mmlu", "benchmark_level": "aggregate"},
        {"benchmark": "mmlu", "subset": "physics"},
    ],
)
def test_an_aggregate_gives_way_to_its_members(member):
    """Leaf rows or aggregates enter a mean, never both."""
    total = {"suite": "s", "benchmark": "mmlu", "benchmark_level": "aggregate", "value": 0.9}
    assert cell(table_of(total, {"suite": "s", "value": 0.5, **member}))[0] == 0.5


def test_the_total_of_a_suite_gives_way_to_its_benchmarks():
    """A row "GLUE" in suite GLUE beside its tasks."""
    total = {"suite": "GLUE", "benchmark": "GLUE", "benchmark_level": "aggregate"}
    assert settings_of(total, {"suite": "GLUE", "benchmark": "SST-2"}) == ["SST-2"]


def test_an_aggregate_without_members_is_a_setting_of_its_own():
    """Only the total was published; and a failed member is no member."""
    total = {"benchmark": "mmlu", "benchmark_level": "aggregate"}
    failed = {"benchmark": "physics", "parent": "mmlu", "status": "failed"}
    assert settings_of(total, failed, {"benchmark": "gsm8k"}) == ["gsm8k", "mmlu"]


def test_only_the_last_step_of_each_run_counts():
    """Two seeds trained for different lengths: each counts with its last checkpoint."""
    rows = [{"seed": 1, "step": 10.0, "value": 0.1}, {"seed": 1, "step": 20.0, "value": 0.4}]
    assert cell(table_of(*rows, {"seed": 2, "step": 10.0, "value": 0.6}))[0] == pytest.approx(0.5)


def test_a_result_without_step_is_the_final_one():
    """A training curve and the final result of the same run."""
    assert cell(table_of({"step": 10.0, "value": 0.1}, {"value": 0.4}))[0] == 0.4


def test_two_tools_are_not_averaged_as_if_they_were_seeds():
    """The tool that measured most systems is used; the other only where there is no other."""
    rows = [
        {"model": "a", "tool": "x", "value": 0.5},
        {"model": "b", "tool": "x", "value": 0.5},
        {"model": "d", "tool": "x", "value": 0.5},
        {"model": "a", "tool": "w", "value": 0.9},
        {"model": "c", "tool": "w", "value": 0.8},
    ]
    assert table_of(*rows).value.ravel().tolist() == [0.5, 0.5, 0.8, 0.5]


def test_fractions_join_percentages_of_the_same_metric():
    """0.75 ± 0.02 of one tool and 70 % of another are one column, in percent."""
    percent = {"model": "b", "value": 70.0, "stderr": 1.0, "unit": "percent", "upper": 100.0}
    table = table_of({"model": "a"}, percent)
    assert table.value.ravel().tolist() == [75.0, 70.0]
    assert table.stderr.ravel().tolist() == [2.0, 1.0]
    assert table.settings[["unit", "lower", "upper"]].iloc[0].tolist() == ["percent", 0.0, 100.0]


def test_an_unknown_unit_is_another_column():
    """A number of unknown unit is not compared with a percentage."""
    percent = {"model": "b", "value": 70.0, "unit": "percent", "upper": 100.0}
    assert settings_of({"model": "a", "unit": ""}, percent) == ["bench", "bench · percent"]


# -- metrics


def test_the_metric_the_file_calls_primary_is_used():
    """Although the other one covers more systems."""
    rows = [{"model": m, "metric": "acc_norm", "primary": False} for m in "ab"]
    table = table_of(*rows, {"model": "a", "metric": "f1", "primary": True})
    assert table.settings["metric"].tolist() == ["f1"]


@pytest.mark.parametrize("declared", ["f1", "f1,strict"])
def test_else_the_metric_of_the_catalog_is_used(declared):
    """No file says which metric is the main one."""
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="bench", primary_metric=declared),))
    rows = [{"model": m, "metric": "acc", "primary": None} for m in "ab"]
    f1 = {"model": "a", "metric": "f1", "metric_variant": "strict", "primary": None}
    assert table_of(*rows, f1, catalog=catalog).settings["metric"].tolist() == ["f1"]


def test_else_the_most_covered_metric_of_known_direction_is_used():
    """`tokens` covers three systems but has no direction; `acc` covers two, `f1` one."""
    rows = [{"model": m, "metric": "tokens", "direction": "unknown", "primary": None} for m in "abc"]
    rows += [{"model": m, "metric": "acc", "primary": None} for m in "ab"]
    table = table_of(*rows, {"model": "a", "metric": "f1", "primary": None})
    assert table.settings["metric"].tolist() == ["acc"]


def test_equally_covered_metrics_are_chosen_by_name():
    """Nothing else tells them apart, and the choice must not depend on the order of files."""
    rows = [{"metric": m, "primary": None} for m in ("b", "a")]
    assert table_of(*rows).settings["metric"].tolist() == ["a"]


def test_metrics_left_out_are_listed():
    """What the table drops can be shown: name, systems, rows."""
    rows = [make_record(model=m, metric="f1", primary=False) for m in "ab"]
    left_out = secondary_metrics(make_frame(make_record(model="a"), *rows), Catalog())
    assert left_out.to_dict("records") == [
        {
            "suite": "suite",
            "benchmark": "bench",
            "metric": "f1",
            "metric_variant": "",
            "systems": 2,
            "rows": 2,
        }
    ]


def test_unknown_direction_is_said_and_signs_are_not_guessed():
    """The value is in the table, its goodness is unknown."""
    table = table_of({"direction": "unknown"})
    assert table.settings["reason"].tolist() == ["direction unknown"]
    assert np.isnan(table.goodness()).all()


def test_files_that_disagree_on_the_direction_leave_it_unknown():
    """One says higher, one says lower."""
    settings = table_of({"model": "a"}, {"model": "b", "direction": "lower"}).settings
    assert settings[["direction", "reason"]].iloc[0].tolist() == [
        "unknown",
        "the files disagree on the direction",
    ]


def test_a_direction_known_from_one_file_holds_for_the_column():
    """A second file that does not state it, nor the bounds, does not make it unknown."""
    settings = table_of({"model": "a"}, {"model": "b", "direction": "unknown", "upper": None}).settings
    assert settings[["direction", "upper", "reason"]].iloc[0].tolist() == ["higher", 1.0, ""]


def test_items_score_0_or_1_where_every_row_says_so():
    """By the table of metrics for the tool, or by the catalog; one tool that grades is enough to say no."""
    assert table_of({}).settings["binary"].tolist() == [True]
    assert table_of({"metric": "f1"}).settings["binary"].tolist() == [False]
    assert table_of({"tool": "inspect_ai"}).settings["binary"].tolist() == [False]
    assert table_of({"model": "a"}, {"model": "b", "tool": "inspect_ai"}).settings["binary"].tolist() == [
        False
    ]
    declared = Catalog(metrics=(MetricEntry(id="safe", aliases=("cracked",), per_item="binary"),))
    assert table_of({"metric": "cracked"}, catalog=declared).settings["binary"].tolist() == [True]


def test_bounds_that_disagree_are_unknown():
    """0 to 1 in one file and 0 to 10 in another."""
    assert math.isnan(table_of({"model": "a"}, {"model": "b", "upper": 10.0}).settings["upper"].iloc[0])


# -- labels


def test_a_revision_is_shown_only_where_there_are_several():
    """Eight characters of a hash tell them apart; the only revision of another model would be noise."""
    rows = [{"model": "a", "model_revision": r} for r in ("0123456789", "abcdef0123", "step143000")]
    assert systems_of(*rows, {"model": "b", "model_revision": "main"}) == [
        "a @01234567",
        "a @abcdef01",
        "a @step143000",
        "b",
    ]


def test_revisions_that_begin_alike_are_shown_in_full():
    """Labels are unique."""
    rows = [{"model": "a", "model_revision": r} for r in ("0123456789", "0123456780")]
    assert systems_of(*rows) == ["a @0123456780", "a @0123456789"]


def test_a_variant_is_shown_only_where_there_are_several():
    """The variant without a name is the model itself."""
    rows = [{"model": "a", "model_variant": v} for v in ("", "effort=high")]
    assert systems_of(*rows, {"model": "b", "model_variant": "effort=low"}) == ["a", "a (effort=high)", "b"]


def test_methods_on_one_model_go_by_their_own_name():
    """The algorithms of DomainBed, all on ResNet-50."""
    assert systems_of(*({"model": "ResNet-50", "method": m} for m in ("ERM", "CORAL"))) == ["CORAL", "ERM"]


def test_methods_on_several_models_name_the_model():
    """And a model without a method keeps its name."""
    rows = [{"model": m, "method": "CoT"} for m in ("a", "b")]
    assert systems_of(*rows, {"model": "a"}) == ["CoT on a", "CoT on b", "a"]


def test_a_method_beside_its_bare_model_names_the_model():
    """'CoT' alone would hide that it is the same model as 'a'."""
    assert systems_of({"model": "a", "method": "CoT"}, {"model": "a"}) == ["CoT on a", "a"]


def test_labels_are_unique_whatever_the_names():
    """A model that is named like another model's variant."""
    rows = [{"model": "a", "model_variant": v} for v in ("", "x")]
    assert systems_of(*rows, {"model": "a (x)"}) == ["a", "a (x)", "a (x) [2]"]


def test_a_setting_is_named_by_what_tells_it_from_its_siblings():
    """PACS has two selection rules, VLCS one; both on the test split."""
    rows = [{"benchmark": "PACS", "selection": s} for s in ("oracle", "training-domain")]
    assert settings_of(*rows, {"benchmark": "VLCS", "selection": "oracle"}) == [
        "PACS · oracle",
        "PACS · training-domain",
        "VLCS",
    ]


def test_shots_and_revisions_are_settings_of_their_own():
    """Five-shot is not compared with zero-shot, nor one revision of the data with another."""
    assert settings_of({"n_shot": 0}, {"n_shot": 5}, {}) == ["bench", "bench · 0-shot", "bench · 5-shot"]
    assert settings_of({"dataset_revision": "v1"}, {"dataset_revision": "v2"}) == [
        "bench · revision v1",
        "bench · revision v2",
    ]
    hashes = [{"dataset_revision": first * 40} for first in "ab"]
    assert settings_of(*hashes) == ["bench · revision aaaaaaaa", "bench · revision bbbbbbbb"]


def test_revisions_of_the_data_never_mix():
    """No value is a mean over two, no column holds values of two, and a value without one is a third."""
    table = table_of(
        {"model": "a", "dataset_revision": "v1", "value": 0.1},
        {"model": "a", "dataset_revision": "v2", "value": 0.9},
        {"model": "b", "dataset_revision": "v2", "value": 0.5},
        {"model": "c", "dataset_revision": "", "value": 0.3},
    )
    assert table.settings["dataset_revision"].tolist() == ["", "v1", "v2"]
    np.testing.assert_array_equal(
        table.value, [[np.nan, 0.1, 0.9], [np.nan, np.nan, 0.5], [0.3, np.nan, np.nan]]
    )


@pytest.mark.parametrize("leaf", ["subset", "test_domain"])
def test_revisions_do_not_mix_within_a_mean_over_parts(leaf):
    """Parts measured at another revision are not the missing parts of this one."""
    table = table_of(
        {leaf: "x", "dataset_revision": "v1", "value": 0.1},
        {leaf: "y", "dataset_revision": "v2", "value": 0.9},
    )
    assert sorted(table.value[0].tolist()) == [0.1, 0.9]


def test_role_tells_before_split_does():
    """Role and split differ together; one of them is enough."""
    rows = [{"role": "id", "split": "test"}, {"role": "ood", "split": "shifted"}]
    assert settings_of(*rows) == ["bench · id", "bench · ood"]


def test_the_suite_is_named_where_suites_share_a_benchmark():
    """MMLU in two suites."""
    assert settings_of({"suite": "A"}, {"suite": "B"}, {"suite": "B", "benchmark": "only"}) == [
        "bench · A",
        "bench · B",
        "only",
    ]


# -- laws


VALUES = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from("xy"),
        st.sampled_from("12"),
        st.integers(0, 2),
        st.sampled_from(["higher", "lower"]),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=25,
)


def frame_of(rows):
    return make_frame(
        *(
            make_record(
                model=m, benchmark=b, subset=s, seed=seed, direction=d, value=v, file=f"{i}.json", **NO_ERROR
            )
            for i, (m, b, s, seed, d, v) in enumerate(rows)
        )
    )


def same(one: ScoreTable, other: ScoreTable) -> None:
    assert one.systems.to_dict("list") == other.systems.to_dict("list")
    assert one.settings.to_string() == other.settings.to_string()
    np.testing.assert_allclose(one.value, other.value, rtol=1e-12)
    np.testing.assert_allclose(one.stderr, other.stderr, rtol=1e-6, atol=1e-12)


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(rows, random):
    """Shuffled rows give the same table."""
    frame = frame_of(rows)
    order = list(range(len(frame)))
    random.shuffle(order)
    same(score_table(frame, Catalog()), score_table(frame.iloc[order], Catalog()))


@given(VALUES)
def test_renaming_a_system_moves_its_row_and_nothing_else(rows):
    """Model a becomes z: its row is the last one, with the same values."""
    before = score_table(frame_of(rows), Catalog())
    after = score_table(frame_of([("z" if m == "a" else m, *rest) for m, *rest in rows]), Catalog())
    renamed = ["z" if name == "a" else name for name in before.systems["system"]]
    order = np.argsort(renamed)
    assert after.systems["system"].tolist() == sorted(renamed)
    np.testing.assert_allclose(after.value, before.value[order], rtol=1e-12)


@given(VALUES)
def test_a_mean_over_leaves_lies_between_its_leaves(rows):
    """Checked against plain Python over every cell."""
    table = score_table(frame_of(rows), Catalog())
    for p, system in enumerate(table.systems["system"]):
        for q, benchmark in enumerate(table.settings["benchmark"]):
            values = [v for m, b, *_, v in rows if (m, b) == (system, benchmark)]
            if values and np.isfinite(table.value[p, q]):
                assert min(values) - 1e-9 <= table.value[p, q] <= max(values) + 1e-9


# -- real data


@pytest.mark.shared
def test_domainbed_averages_are_reproduced(shared_data):
    """Published `Avg` of all 336 rows of the DomainBed tables of 2020-10-06, to the printed decimal."""
    tables = json.loads((shared_data / "golden/domainbed/results_2020_10_06.json").read_text("utf-8"))
    common = {"suite": "DomainBed", "role": "ood", "unit": "percent", "upper": 100.0, "stderr_kind": "trials"}
    records, published = [], {}
    for selection, datasets in tables.items():
        for dataset, content in datasets.items():
            for algorithm, row in content["rows"].items():
                *domains, average = zip(content["columns"], row, strict=True)
                published[algorithm, dataset, selection] = average[1]
                records += [
                    make_record(
                        model="ResNet-50", method=algorithm, benchmark=dataset, selection=selection,
                        test_domain=domain, value=mean, stderr=error, n=3, n_kind="trials", **common,
                    )
                    for domain, (mean, error) in domains
                ]  # fmt: skip
    table = score_table(make_frame(*records), Catalog())
    assert len(published) == 336
    assert table.value.shape == (14, 24)
    for q, setting in table.settings.iterrows():
        for p, algorithm in enumerate(table.systems["system"]):
            expected = published[algorithm, setting["benchmark"], setting["selection"]]
            assert abs(table.value[p, q] - expected) < 0.1 + 1e-9, (algorithm, setting["setting"])
