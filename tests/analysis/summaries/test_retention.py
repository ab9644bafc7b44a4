"""Retention after tuning: hand cases of every way to state it, literal loops, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from factories import make_frame, make_record
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries import retention as kind
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import BenchmarkEntry, Catalog
from reportgen.records.frame import to_frame


def row(model, benchmark, value, *, error=0.01, **more):
    """A score; the file name keeps records apart."""
    return make_record(
        model=model, benchmark=benchmark, value=value, stderr=error, n=None,
        file=f"{model} {benchmark} {sorted(more.items())}", **more,
    )  # fmt: skip


def compute(*records, catalog=None, level=0.95):
    frame, known = make_frame(*records), catalog or Catalog()
    evidence = Evidence(frame, to_frame([]), score_table(frame, known), known)
    return kind.compute(evidence, level=level, generator=np.random.default_rng(0))


def runs(*records, **more):
    result = compute(*records, **more)
    assert isinstance(result, Computed), result
    return result, result.main.set_index("system")


def tuned(values, *, method, on="target", error=0.01):
    return [
        row("base", name, value, method=method, train_domain=on, error=error)
        for name, value in values.items()
    ]


BASE = [row("base", name, value) for name, value in (("a", 0.6), ("b", 0.8), ("target", 0.3))]


# -- before and after


def test_hand_case_of_a_method():
    """0.6 to 0.5 and 0.8 to 0.74: drops 0.10 and 0.06, mean 0.08 ± sqrt(4) · 0.01 / 2 = 0.01; target +0.4."""
    result, table = runs(*BASE, *tuned({"a": 0.5, "b": 0.74, "target": 0.7}, method="SFT"))
    found = table.loc["SFT on base"]
    assert found["estimate"] == pytest.approx(0.08)
    assert found["standard_error"] == pytest.approx(0.01)
    assert found["low"] == pytest.approx(0.08 - 0.01959964)
    assert found["retention"] == pytest.approx(1.24 / 1.4)
    assert found["target_gain"] == pytest.approx(0.4)
    assert found["target_gain_error"] == pytest.approx(0.01 * 2**0.5)
    assert (found["others"], found["targets"], found["how"], found["resampled"]) == (2, 1, "method", "items")
    assert (found["worst_benchmark"], found["before_system"], found["benchmark"]) == ("a", "base", "target")
    assert result.tables["pairs"]["drop"].tolist() == pytest.approx([0.1, 0.06, -0.4])


def test_a_base_is_named_in_the_variant():
    """A tuned model of another name."""
    after = [
        row("tuned", name, value, model_variant="base=base", train_domain="target")
        for name, value in (("a", 0.5), ("b", 0.7), ("target", 0.9))
    ]
    _, table = runs(*BASE, *after)
    assert table.loc["tuned", "how"] == "base"
    assert table.loc["tuned", "estimate"] == pytest.approx(0.1)


def test_step_0_is_before_and_the_last_step_after():
    """Steps in between are neither."""
    records = [row("m", "a", value, step=step) for step, value in ((0, 0.6), (100, 0.9), (200, 0.5))]
    _, table = runs(*records)
    assert table.loc["m", "how"] == "step 0"
    assert table.loc["m", "estimate"] == pytest.approx(0.1)


def test_without_training_domain_the_role_names_the_target():
    """Role id on the later scores."""
    after = [row("base", "a", 0.5, method="M"), row("base", "target", 0.6, method="M", role="id")]
    _, table = runs(*BASE, *after)
    assert (table["targets"].iloc[0], table["others"].iloc[0]) == (1, 1)
    assert table["target_gain"].iloc[0] == pytest.approx(0.3)


def test_where_nothing_is_named_it_is_said():
    """All count as not tuned for; the caveat says so."""
    result, table = runs(*BASE, *[row("base", "a", 0.5, method="M")])
    assert table["targets"].iloc[0] == 0
    assert any("not stated what they were tuned for" in caveat for caveat in result.caveats)


def test_gains_elsewhere_are_negative_drops():
    """They are not clipped."""
    _, table = runs(*BASE, *tuned({"a": 0.7, "b": 0.8}, method="M"))
    assert table["estimate"].iloc[0] == pytest.approx(-0.05)


def test_where_lower_is_better_a_rise_is_a_loss():
    """Perplexity from 10 to 12."""
    more = {"metric": "perplexity", "direction": "lower", "upper": None, "unit": "nats"}
    before, after = row("base", "a", 10.0, **more), row("base", "a", 12.0, method="M", **more)
    _, table = runs(before, after)
    assert table["estimate"].iloc[0] == 2.0
    assert np.isnan(table["retention"].iloc[0]), "a share of a perplexity is not what is kept"


def test_without_errors_benchmarks_are_resampled():
    """Drops 0.1 and 0.06: deviation 0.0283 / sqrt(2) = 0.02, Student 12.706 with one degree of freedom."""
    base = [row("base", name, value, error=None, metric="f1") for name, value in (("a", 0.6), ("b", 0.8))]
    after = [row("base", name, value, error=None, metric="f1", method="M") for name, value in (("a", 0.5), ("b", 0.74))]  # fmt: skip
    _, table = runs(*base, *after)
    found = table.iloc[0]
    assert found["resampled"] == "benchmarks"
    assert found["standard_error"] == pytest.approx(0.02)
    assert found["high"] == pytest.approx(0.08 + 12.7062 * 0.02, abs=1e-4)


def test_one_benchmark_without_error_has_no_interval():
    """Nothing to resample."""
    base = row("base", "a", 0.6, error=None, metric="f1")
    _, table = runs(base, row("base", "a", 0.5, error=None, metric="f1", method="M"))
    assert np.isnan(table["low"].iloc[0])
    assert table["resampled"].iloc[0] == ""


def test_seeds_are_averaged_first():
    """0.5 and 0.7 is 0.6 ± sd / sqrt(2) = 0.1 where files state no error."""
    base = row("base", "a", 0.8, error=0.0, metric="f1")
    after = [
        row("base", "a", value, seed=seed, method="M", error=None, metric="f1")
        for seed, value in ((1, 0.5), (2, 0.7))
    ]
    _, table = runs(base, *after)
    assert table["estimate"].iloc[0] == pytest.approx(0.2)
    assert table["standard_error"].iloc[0] == pytest.approx(0.1)


def test_chance_level_has_nothing_to_lose():
    """Counted and said."""
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="a", chance=0.58),))
    result, table = runs(*BASE, *tuned({"a": 0.58, "b": 0.7}, method="M"), catalog=catalog)
    assert table["near_chance"].iloc[0] == 1
    assert any("nothing to lose" in caveat for caveat in result.caveats)


def test_shares_of_few_items_are_said():
    """Twenty items a score: normal intervals are too narrow."""
    records = [
        make_record(
            model="base",
            benchmark="a",
            value=value,
            stderr=None,
            n=20,
            n_kind="items",
            method=method,
            file=method or "base",
        )
        for method, value in (("", 0.6), ("M", 0.5))
    ]
    result = compute(*records)
    assert any("few items (the fewest: 20)" in caveat for caveat in result.caveats)


def test_only_runs_over_the_same_benchmarks_are_compared():
    """Two over a and b, one over a alone: the last has a number of its own and is not in the headline."""
    result, table = runs(
        *BASE,
        *tuned({"a": 0.5, "b": 0.7}, method="M1"),
        *tuned({"a": 0.55, "b": 0.79}, method="M2"),
        *tuned({"a": 0.6}, method="M3"),
    )
    numbers = table["comparison"].to_dict()
    assert numbers["M1 on base"] == numbers["M2 on base"] != numbers["M3 on base"]
    assert result.headline.n_runs == 2
    assert (result.headline.least["system"], result.headline.most["system"]) == ("M2 on base", "M1 on base")
    assert result.headline.n_alike == 0, "0.07 apart, 1.645 · sqrt(2) · 0.01 is what errors explain"


def test_without_errors_runs_are_told_apart_by_their_paired_drops():
    """M1 loses (0.10, 0.06), M2 (0.12, 0.08): 0.02 apart on both, however far benchmarks are from each other."""
    more = {"error": None, "metric": "f1"}
    base = [row("base", name, value, **more) for name, value in (("a", 0.6), ("b", 0.8))]

    def runs_of(second):
        lost = {"M1": (0.10, 0.06), "M2": second}
        after = [
            row("base", name, start - by, method=method, **more)
            for method, drops in lost.items()
            for (name, start), by in zip((("a", 0.6), ("b", 0.8)), drops, strict=True)
        ]
        return compute(*base, *after).headline

    assert runs_of((0.12, 0.08)).n_alike == 0
    # differences 0.02 and 0.10: t = 0.06 / (0.0566 / sqrt 2) = 1.5 < 6.31, Student's t with one degree of freedom
    assert runs_of((0.12, 0.16)).n_alike == 1


def test_streams_over_other_tasks_are_not_compared():
    """Two streams of tasks t0 to t2, one of two other tasks."""
    other = [
        row("x", f"u{task}", value, step=step, train_domain=f"u{step}")
        for step, line in enumerate([[0.9, 0.2], [0.8, 0.7]])
        for task, value in enumerate(line)
    ]
    twin = [
        row("n", one.benchmark, one.value, step=one.step, train_domain=one.train_domain)
        for one in stream(STREAM)
    ]
    result, _ = runs(*stream(STREAM), *twin, *other)
    assert result.headline.n_runs == 2
    assert result.headline.n_alike is None


def test_units_are_never_averaged():
    """A drop in points and one in nats are two rows."""
    other = {"metric": "perplexity", "direction": "lower", "upper": None, "unit": "nats"}
    _, table = runs(
        *BASE, row("base", "p", 10.0, **other), *tuned({"a": 0.5}, method="M"),
        row("base", "p", 11.0, method="M", train_domain="target", **other),
    )  # fmt: skip
    assert table["unit"].tolist() == ["fraction", "nats"] or table["unit"].tolist() == ["nats", "fraction"]


def test_unlearning_compares_trained_and_held_out_examples():
    """Trained 0.9 to 0.3, held out 0.9 to 0.6: ratio 0.3 / 0.6."""
    base = [row("base", "t", 0.9, unit_seen=seen) for seen in (True, False)] + [row("base", "a", 0.6)]
    after = [
        row("base", "t", value, unit_seen=seen, method="forget", train_domain="t")
        for seen, value in ((True, 0.3), (False, 0.6))
    ]
    after.append(row("base", "a", 0.5, method="forget", train_domain="t"))
    _, table = runs(*base, *after)
    assert table[["gap_trained", "gap_held_out", "forgetting_ratio"]].iloc[0].tolist() == pytest.approx(
        [0.6, 0.3, 0.5]
    )


# -- streams


def stream(scores, **more):
    """Scores[t][i] of tasks t0, t1, ... after stage t tuned on task t."""
    return [
        row("m", f"t{task}", value, step=step, train_domain=f"t{step}", **more)
        for step, line in enumerate(scores)
        for task, value in enumerate(line)
    ]


STREAM = [[0.9, 0.2, 0.1], [0.7, 0.8, 0.2], [0.6, 0.5, 0.9]]


def test_hand_case_of_a_stream():
    """Forgetting (0.9 - 0.6 + 0.8 - 0.5) / 2 = 0.3, BWT the same below 0, final mean 2 / 3."""
    result, table = runs(*stream(STREAM))
    found = table.loc["m"]
    assert found["how"] == "stream"
    assert found[["estimate", "bwt", "accuracy"]].tolist() == pytest.approx([0.3, -0.3, 2 / 3])
    assert (found["others"], found["targets"], found["resampled"]) == (2, 3, "tasks")
    assert result.headline.stream
    assert len(result.tables["stages"]) == 9


@settings(max_examples=6, deadline=None)
@given(st.lists(st.lists(st.integers(0, 20), min_size=4, max_size=4), min_size=4, max_size=4))
def test_forgetting_is_the_definition_word_for_word(scores):
    """A literal loop over tasks and stages."""
    scores = [[value / 20 for value in line] for line in scores]
    _, table = runs(*stream(scores))
    lost = [max(scores[t][i] for t in range(3)) - scores[3][i] for i in range(3)]
    back = [scores[3][i] - scores[i][i] for i in range(3)]
    assert table.loc["m", "estimate"] == pytest.approx(sum(lost) / 3)
    assert table.loc["m", "bwt"] == pytest.approx(sum(back) / 3)
    _, flipped = runs(
        *stream([[1 - value for value in line] for line in scores], direction="lower", metric="error")
    )
    assert flipped.loc["m", "estimate"] == pytest.approx(sum(lost) / 3)


def test_a_task_without_its_score_when_learned_is_left_out():
    """k of n, not a mean over other tasks in silence."""
    records = [record for record in stream(STREAM) if not (record.step == 0 and record.benchmark == "t0")]
    _, table = runs(*records)
    assert (table.loc["m", "others"], table.loc["m", "targets"]) == (1, 3)
    assert np.isnan(table.loc["m", "standard_error"])


# -- refusals, and what must not matter


@pytest.mark.parametrize(
    "records",
    [
        BASE,
        tuned({"a": 0.5}, method="M"),
        [*BASE, *[row("base", "z", 0.5, method="M")]],
        [row("m", "a", 0.5, step=10), row("m", "a", 0.6, step=20)],
    ],
    ids=["nothing tuned", "no base", "no common benchmark", "no step 0"],
)
def test_it_refuses_without_before_and_after(records):
    """And says what to write where."""
    result = compute(*records)
    assert isinstance(result, NotEstimable)
    assert "`train_domain`" in result.reason


def test_row_order_and_names_do_not_matter():
    """Reversed records give the same table; renaming the method renames its row."""
    records = [*BASE, *tuned({"a": 0.5, "b": 0.7}, method="M1"), *tuned({"a": 0.55, "b": 0.6}, method="M2")]
    first, _ = runs(*records)
    second, _ = runs(*reversed(records))
    assert first.main.equals(second.main)
    _, renamed = runs(*BASE, *tuned({"a": 0.5, "b": 0.7}, method="Z"))
    assert renamed["estimate"].iloc[0] == pytest.approx(0.1)


def test_columns_are_documented():
    """Every column of every table has a meaning, and none is promised in vain."""
    result, _ = runs(*BASE, *tuned({"a": 0.5, "b": 0.7}, method="M"))
    assert list(result.main.columns) == list(kind.COLUMNS)
    for name, table in result.tables.items():
        assert list(table.columns) == list(kind.TABLES[name])
