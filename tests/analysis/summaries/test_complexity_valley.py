"""Where the gap peaks: hand cases, a second implementation by loops, and what must not matter."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import shutil
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from factories import make_frame, make_record
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import workflow
from reportgen.analysis.curves import LEFT_OUT_COLUMNS as LEFT_OUT_OF_CURVES
from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed, Evidence
from reportgen.analysis.peaks import first_peak, frequent, shape
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries import complexity_valley
from reportgen.cli.main import main
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import BenchmarkEntry, Catalog, ModelEntry

LEVELS = ("easy", "middle", "hard")


def cell(model: str, role: str, at: int, value: float, task: str = "t", **more: Any) -> dict[str, Any]:
    """One score of a task at a level, without an error."""
    name = LEVELS[at] if at < 3 else f"level {at}"
    defaults = {
        "stderr": None,
        "stderr_kind": "",
        "n": None,
        "n_kind": "",
        "level_name": name,
        "level_order": float(at),
    }
    return {"model": model, "benchmark": task, "role": role, "value": value, **defaults, **more}


def curves(table: dict[str, list[tuple[float, float]]], **more: Any) -> list[dict[str, Any]]:
    """Rows from `{model: [(id, ood) of each level]}`."""
    return [
        cell(model, role, at, value, **more)
        for model, pairs in table.items()
        for at, pair in enumerate(pairs)
        for role, value in zip(("id", "ood"), pair, strict=True)
    ]


def evidence_of(rows: list[dict[str, Any]], catalog: Catalog | None = None) -> Evidence:
    catalog = catalog or Catalog()
    frame = make_frame(*(make_record(file=f"{at}.json", **row) for at, row in enumerate(rows)))
    return Evidence(frame, frame.iloc[:0], score_table(frame, catalog), catalog)


def valley(rows: list[dict[str, Any]], catalog: Catalog | None = None, seed: int = 7) -> Computed:
    found = complexity_valley.compute(
        evidence_of(rows, catalog), level=0.95, generator=np.random.default_rng(seed)
    )
    assert isinstance(found, Computed), found
    assert tuple(found.main.columns) == tuple(complexity_valley.COLUMNS)
    for name, table in found.tables.items():
        assert tuple(table.columns) == tuple(complexity_valley.TABLES[name])
    return found


def row_of(found: Computed, system: str) -> Any:
    (row,) = found.main[found.main["system"] == system].to_dict("records")
    return row


def test_a_gap_that_rises_and_falls_is_a_valley() -> None:
    """0.9 − 0.8, 0.7 − 0.4 and 0.3 − 0.2: gaps of 0.1, 0.3 and 0.1."""
    row = row_of(valley(curves({"a": [(0.9, 0.8), (0.7, 0.4), (0.3, 0.2)]})), "a")
    assert (row["critical_level"], row["critical_order"], row["shape"]) == ("middle", 1.0, "valley")
    assert row["estimate"] == pytest.approx(0.3)
    assert not row["tied"]


@pytest.mark.parametrize(
    ("pairs", "level", "expected"),
    [
        ([(0.9, 0.5), (0.7, 0.5), (0.3, 0.2)], "easy", "peak at the edge"),
        ([(0.9, 0.8), (0.7, 0.5), (0.6, 0.2)], "hard", "peak at the edge"),
        ([(0.9, 0.9), (0.7, 0.8), (0.5, 0.5)], "", "flat"),
        ([(0.9, 0.7), (0.9, 0.8), (0.9, 0.4), (0.9, 0.8), (0.9, 0.6)], "hard", "several rises"),
        ([(0.9, 0.7), (0.9, 0.8)], "easy", "too few levels"),
    ],
)
def test_each_shape_has_its_name(pairs, level, expected) -> None:
    """A peak at the first or last level is no valley, and neither are two rises."""
    row = row_of(valley(curves({"a": pairs})), "a")
    assert (row["critical_level"], row["shape"]) == (level, expected)


def test_a_gain_is_no_negative_gap_and_no_loss_is_0() -> None:
    """0.5 to 0.7 under shift: clipped gap 0, raw gap −0.2, and no level is critical."""
    found = valley(curves({"a": [(0.5, 0.7), (0.5, 0.5), (0.5, 0.6)]}))
    levels = found.tables["levels"]
    assert levels["gap"].tolist() == [0, 0, 0]
    assert levels["raw_gap"].tolist() == pytest.approx([-0.2, 0, -0.1])
    row = row_of(found, "a")
    assert (row["estimate"], row["critical_level"]) == (0.0, "")
    assert math.isnan(row["critical_order"])


def test_the_mean_of_clipped_gaps_is_not_the_clipped_gap_of_means() -> None:
    """Tasks lose 0.2 and gain 0.2: mean of clipped gaps 0.1, clipped gap of means 0; S = 0.5 − 0.1."""
    rows = curves({"a": [(0.6, 0.4), (0.6, 0.6)]}, task="one") + curves(
        {"a": [(0.4, 0.6), (0.6, 0.6)]}, task="two"
    )
    easy = valley(rows).tables["levels"].iloc[0]
    assert easy["gap"] == pytest.approx(0.1)
    assert easy["gap_of_means"] == pytest.approx(0.0)
    assert easy["score"] == pytest.approx(0.4)
    assert (easy["tasks"], easy["of_tasks"]) == (2, 2)


def test_of_two_equal_gaps_the_first_is_named_and_flagged() -> None:
    """0.1 at two levels, written so that floats differ: 0.3 − 0.2 and 0.8 − 0.7."""
    found = valley(curves({"a": [(0.3, 0.2), (0.8, 0.7), (0.5, 0.5)]}))
    row = row_of(found, "a")
    assert (row["critical_level"], row["tied"]) == ("easy", True)
    assert any("the easier one is named" in caveat for caveat in found.caveats)


def test_where_lower_is_better_a_rise_is_a_loss() -> None:
    """Error 0.1 to 0.4 loses 0.3; the score is 0.4 + 0.3 there."""
    found = valley(curves({"a": [(0.1, 0.2), (0.1, 0.4), (0.1, 0.15)]}, metric="error", direction="lower"))
    row = row_of(found, "a")
    assert (row["critical_level"], row["estimate"]) == ("middle", pytest.approx(0.3))
    assert found.tables["levels"]["score"].iloc[1] == pytest.approx(0.7)


def test_the_error_of_the_gap_is_that_of_two_independent_means() -> None:
    """Two tasks, errors 0.03 and 0.04 each: sqrt(2 · (0.03² + 0.04²)) / 2 = 0.05 / sqrt 2."""
    rows = []
    for task in ("one", "two"):
        for at in range(2):
            rows += [
                cell("a", "id", at, 0.9, task, stderr=0.03),
                cell("a", "ood", at, 0.6 - 0.1 * at, task, stderr=0.04),
            ]
    row = row_of(valley(rows), "a")
    assert row["standard_error"] == pytest.approx(0.05 / math.sqrt(2))
    assert row["high"] - row["estimate"] == pytest.approx(1.959964 * 0.05 / math.sqrt(2), rel=1e-6)


def test_a_clear_peak_holds_in_all_draws_and_a_close_one_does_not() -> None:
    """With errors of 0.001, 0.30 against 0.10 never changes places; with 0.1, 0.30 against 0.29 does in half of the draws."""
    clear = curves({"a": [(0.9, 0.8), (0.9, 0.6), (0.9, 0.8)]}, stderr=0.001)
    close = curves({"b": [(0.9, 0.61), (0.9, 0.6), (0.9, 0.9)]}, stderr=0.03)
    found = valley(clear + close)
    assert row_of(found, "a")["support"] == 1.0
    assert row_of(found, "a")["likely_levels"] == "middle"
    # P(N(0.30, s) > N(0.29, s)) with s = 0.03 sqrt 2: Phi(0.01 / 0.06) = 0.566
    assert row_of(found, "b")["support"] == pytest.approx(0.566, abs=0.05)
    assert row_of(found, "b")["likely_levels"] == "middle, easy"
    assert (found.headline.n_sure, found.headline.n_drawn) == (1, 2)


def test_without_errors_tasks_are_drawn() -> None:
    """Two tasks per level that agree: the level is the same in every draw, and it is said that tasks were drawn."""
    rows = [one for task in ("one", "two") for one in curves({"a": [(0.9, 0.8), (0.9, 0.6)]}, task=task)]
    row = row_of(valley(rows), "a")
    assert (row["drawn"], row["support"]) == ("tasks", 1.0)


def test_without_errors_or_tasks_nobody_is_sure() -> None:
    """Support is unknown, not 0, and says why."""
    row = row_of(valley(curves({"a": [(0.9, 0.8), (0.9, 0.6)]})), "a")
    assert math.isnan(row["support"])
    assert row["reason"].startswith("no standard errors, and not two tasks at every level")


def test_a_system_without_a_level_has_no_critical_level() -> None:
    """What it lacks is named; it is not compared over other levels in silence."""
    rows = curves({name: [(0.9, 0.8), (0.9, 0.6), (0.9, 0.8)] for name in "abc"})
    rows = [row for row in rows if not (row["model"] == "c" and row["level_name"] == "middle")]
    row = row_of(valley(rows), "c")
    assert math.isnan(row["estimate"])
    assert (row["levels"], row["of_levels"], row["critical_level"]) == (2, 3, "")
    assert row["reason"] == "no gap over the shared tasks at middle"


def test_only_tasks_that_all_have_enter_a_level() -> None:
    """d lacks the task "two" at the easy level, where the others lose 0.5: the level is then about "one" alone."""
    rows = curves({name: [(0.9, 0.8), (0.9, 0.6)] for name in "abcd"}, task="one")
    rows += curves({name: [(0.9, 0.4), (0.9, 0.6)] for name in "a"}, task="two")
    found = valley(rows)
    easy = found.tables["levels"].query("level == 'easy'")
    assert easy["tasks"].tolist() == [1] * 4
    assert easy["of_tasks"].tolist() == [2] * 4
    assert easy["gap"].tolist() == pytest.approx([0.1] * 4)
    assert any("left out of their level" in caveat for caveat in found.caveats)


def test_levels_with_different_numbers_of_tasks_are_told() -> None:
    """Three tasks at one level and two at the next."""
    rows = [one for task in ("x", "y") for one in curves({"a": [(0.9, 0.8), (0.9, 0.6)]}, task=task)]
    rows += [cell("a", "id", 0, 0.9, "z"), cell("a", "ood", 0, 0.8, "z")]
    assert any("different numbers of tasks (2 to 3)" in caveat for caveat in valley(rows).caveats)


def test_a_shifted_benchmark_of_another_name_is_paired_by_the_catalog() -> None:
    """`id_twin` says what it belongs to."""
    rows = [cell("a", "id", at, 0.9, "plain") for at in range(2)]
    rows += [cell("a", "ood", at, 0.5 + 0.1 * at, "moved") for at in range(2)]
    assert isinstance(
        complexity_valley.compute(evidence_of(rows), level=0.95, generator=np.random.default_rng(1)),
        NotEstimable,
    )
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="moved", id_twin="plain"),))
    assert row_of(valley(rows, catalog), "a")["estimate"] == pytest.approx(0.4)


def test_names_that_are_numbers_are_an_order_and_other_names_are_not() -> None:
    """Levels "2" and "10" need no `level_order`; "easy" and "hard" do, and the reason says so."""
    rows = curves({"a": [(0.9, 0.8), (0.9, 0.6)]})
    numbered = [
        {**row, "level_name": ("2", "10")[int(row["level_order"])], "level_order": None} for row in rows
    ]
    assert valley(numbered).tables["levels"]["level"].tolist() == ["2", "10"]
    found = complexity_valley.compute(
        evidence_of([{**row, "level_order": None} for row in rows]),
        level=0.95,
        generator=np.random.default_rng(1),
    )
    assert isinstance(found, NotEstimable)
    assert found.reason == "levels without an order: write `level_order` into the conditions of each score"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"direction": "unknown"}, "it is not known whether higher or lower is better"),
        ({"role": "id"}, "no benchmark has scores with role id and with role ood"),
        ({"level_order": 1.0}, "two levels have the same `level_order`"),
        ({"level_name": "x", "level_order": 1.0}, "no benchmark has scores with role id and with role ood"),
    ],
)
def test_what_cannot_be_computed_says_what_lacks(change, reason) -> None:
    """Unknown direction, one role only, levels without an order, one level only."""
    rows = [{**row, **change} for row in curves({"a": [(0.9, 0.8), (0.9, 0.6)]})]
    found = complexity_valley.compute(evidence_of(rows), level=0.95, generator=np.random.default_rng(1))
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith(reason)


def test_suites_without_levels_are_listed() -> None:
    """With what they lack."""
    found = valley([*curves({"a": [(0.9, 0.8), (0.9, 0.6)]}), {"model": "a", "suite": "other", "value": 0.4}])
    assert found.left_out.to_dict("records") == [
        {"suite": "other", "benchmark": "", "reason": complexity_valley.LACKS}
    ]
    assert LEFT_OUT_OF_CURVES == LEFT_OUT_COLUMNS


def test_a_guesser_is_marked() -> None:
    """Chance 0.25: an id score of 0.27 has nothing to lose."""
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="t", chance=0.25),))
    found = valley(curves({"a": [(0.27, 0.2), (0.26, 0.25)], "b": [(0.9, 0.5), (0.9, 0.9)]}), catalog)
    assert (row_of(found, "a")["near_chance"], row_of(found, "b")["near_chance"]) == (True, False)


def test_the_peak_moves_with_size_within_a_family() -> None:
    """From the easy to the hard level: +2. A model of another family is not compared."""
    rows = curves(
        {
            "s": [(0.9, 0.5), (0.9, 0.9), (0.9, 0.8)],
            "l": [(0.9, 0.9), (0.9, 0.8), (0.9, 0.4)],
            "x": [(0.9, 0.9), (0.9, 0.8), (0.9, 0.9)],
        }
    )
    models = (
        ModelEntry(id="s", family="f", parameters=1),
        ModelEntry(id="l", family="f", parameters=9),
        ModelEntry(id="x", family="g", parameters=5),
    )
    shifts = valley(rows, Catalog(models=models)).tables["shifts"]
    assert shifts[["smaller", "larger", "shift"]].values.tolist() == [["s", "l", 2.0]]


# -- a second implementation, and what must not matter ------------------------------------------------------------

PAIR = st.tuples(st.integers(0, 20), st.integers(0, 20))
TABLES = st.integers(2, 4).flatmap(
    lambda levels: st.integers(1, 3).flatmap(
        lambda tasks: st.lists(
            st.lists(st.lists(PAIR, min_size=tasks, max_size=tasks), min_size=levels, max_size=levels),
            min_size=1,
            max_size=3,
        )
    )
)


def rows_from(table: list, flip: bool = False, scale: float = 0.05) -> list[dict[str, Any]]:
    rows = []
    for model, levels in enumerate(table):
        for at, tasks in enumerate(levels):
            for task, pair in enumerate(tasks):
                for role, number in zip(("id", "ood"), pair, strict=True):
                    value = number * scale
                    more = (
                        {"value": 1 - value, "metric": "error", "direction": "lower"}
                        if flip
                        else {"value": value}
                    )
                    rows.append({**cell(f"m{model}", role, at, 0.0, f"t{task}"), **more})
    return rows


@given(TABLES)
@settings(max_examples=8)
def test_loops_over_levels_and_tasks_give_the_same(table) -> None:
    """Gap, critical level and score, computed one by one."""
    found = valley(rows_from(table))
    for model, levels in enumerate(table):
        gaps = [sum(max(0, a - b) for a, b in tasks) / len(tasks) for tasks in levels]
        scores = [sum(b - max(0, a - b) for a, b in tasks) / len(tasks) * 0.05 for tasks in levels]
        row = row_of(found, f"m{model}")
        mine = found.tables["levels"].query(f"system == 'm{model}'")
        assert mine["gap"].tolist() == pytest.approx([gap * 0.05 for gap in gaps])
        assert mine["score"].tolist() == pytest.approx(scores)
        assert row["estimate"] == pytest.approx(max(gaps) * 0.05)
        best = next((at for at, gap in enumerate(gaps) if max(gaps) > 0 and gap > max(gaps) - 1e-9), None)
        assert row["critical_order"] == best if best is not None else math.isnan(row["critical_order"])


@given(TABLES, st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_order_of_rows_names_and_direction_do_not_matter(table, random) -> None:
    """Shuffled rows; an error rate instead of an accuracy; other names of the models."""
    rows = rows_from(table)
    once = valley(rows).main
    shuffled = random.sample(rows, len(rows))
    assert valley(shuffled).main.equals(once)
    flipped = valley(rows_from(table, flip=True)).main
    keep = ["system", "critical_level", "shape", "support", "tied"]
    assert (
        flipped.sort_values("system")[keep]
        .reset_index(drop=True)
        .equals(once.sort_values("system")[keep].reset_index(drop=True))
    )
    renamed = valley([{**row, "model": f"z{9 - int(row['model'][1:])}"} for row in rows]).main
    renamed["system"] = [f"m{9 - int(name[1:])}" for name in renamed["system"]]
    assert (
        renamed.sort_values("system")[keep]
        .reset_index(drop=True)
        .equals(once.sort_values("system")[keep].reset_index(drop=True))
    )


@given(TABLES)
@settings(max_examples=5)
def test_another_unit_changes_no_critical_level(table) -> None:
    """Fractions or percent."""
    once, percent = (valley(rows_from(table, scale=scale)).main for scale in (0.05, 5.0))
    assert percent["critical_level"].tolist() == once["critical_level"].tolist()
    assert percent["estimate"].tolist() == pytest.approx([100 * one for one in once["estimate"]])


@given(st.lists(st.integers(0, 3), min_size=3, max_size=6))
def test_a_shape_is_what_its_definition_says(gaps) -> None:
    """Against the definition spelled out: one rise, one fall, inner, strictly above both ends."""
    values = np.array(gaps, dtype=float)
    at = int(first_peak(values[np.newaxis, :])[0][0])
    inner = 0 < at < len(gaps) - 1
    up = all(a <= b for a, b in itertools.pairwise(gaps[: at + 1]))
    down = all(a >= b for a, b in itertools.pairwise(gaps[at:]))
    expected = (
        "flat" if max(gaps) == 0 else "peak at the edge" if not inner
        else "valley" if up and down and gaps[at] > max(gaps[0], gaps[-1]) else "several rises"
    )  # fmt: skip
    assert shape(values, at) == expected


def test_likely_levels_are_the_fewest_that_hold_the_draws() -> None:
    """60, 30, 8 and 2 of 100: 95 % need three, 90 % two, 60 % one."""
    drawn = np.repeat([2, 0, 1, 3], [60, 30, 8, 2])
    assert (frequent(drawn, 0.95), frequent(drawn, 0.9), frequent(drawn, 0.6)) == ([2, 0, 1], [2, 0], [2])


# -- Scylla's own figures, through the command line ------------------------------------------------------------------


def scylla_folder(shared_data, repository, folder) -> None:
    """The file as it is beside a mapping of each model, because the models are keys of one object."""
    for mapping in (repository / "tests" / "golden_cases" / "scylla").glob("*/scylla.mapping.yml"):
        beside = folder / mapping.parent.name
        beside.mkdir()
        shutil.copy(mapping, beside)
        shutil.copy(shared_data / "golden" / "scylla" / "scylla_tables.json", beside)


@pytest.mark.shared
def test_golden_critical_levels_of_scylla(shared_data, repository, tmp_path) -> None:
    """G8: Table 2 names the critical complexity of four models; Figure 5 has the accuracies."""
    scylla_folder(shared_data, repository, tmp_path)
    ran = CliRunner().invoke(
        main, ["summarize", "complexity_valley", str(tmp_path), "--format", "json", "--no-cache"]
    )
    assert ran.exit_code == 0, ran.output
    cases = {
        case["id"]: case
        for case in json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    }
    assert {row["model"]: row["critical_level"] for row in json.loads(ran.stdout)["rows"]} == cases["G8"][
        "expected"
    ]


@pytest.mark.shared
def test_golden_scores_of_scylla(shared_data, repository, tmp_path) -> None:
    """G9: S of the mean accuracies is within 0.03 of the published mean of S over tasks, and not equal to it."""
    scylla_folder(shared_data, repository, tmp_path)
    loaded = workflow.load(tmp_path)
    evidence = Evidence(loaded.frame, loaded.items, score_table(loaded.frame, loaded.catalog), loaded.catalog)
    found = complexity_valley.compute(evidence, level=0.95, generator=np.random.default_rng(1))
    assert isinstance(found, Computed)
    cases = {
        case["id"]: case
        for case in json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    }
    levels = found.tables["levels"]
    ours = {(row["model"], row["level"]): row["score"] for row in levels.to_dict("records")}
    published = {
        (model, name): one for model, row in cases["G9"]["expected"].items() for name, one in row.items()
    }
    assert ours.keys() == published.keys()
    differences = [abs(ours[key] - published[key]) for key in published]
    assert max(differences) <= cases["G9"]["tolerance"]
    assert max(differences) > 0.005, "the published figure is the mean over tasks of S"


def test_the_headline_counts_systems() -> None:
    """Two valleys at the middle level, one peak at the edge, one that loses nothing."""
    table = {
        "a": [(0.9, 0.8), (0.9, 0.5), (0.9, 0.8)],
        "b": [(0.9, 0.8), (0.9, 0.6), (0.9, 0.8)],
        "c": [(0.9, 0.6), (0.9, 0.8), (0.9, 0.8)],
        "d": [(0.9, 0.9), (0.9, 0.9), (0.9, 0.9)],
    }
    head = valley(curves(table)).headline
    assert dataclasses.asdict(head) | {"largest_gap": round(head.largest_gap, 9), "largest_error": 0} == {
        "suite": "suite", "benchmark": "suite", "unit": "fraction", "n_systems": 4, "n_critical": 3, "common_level": "middle",
        "n_common": 2, "n_valleys": 2, "n_edges": 1, "largest_system": "a", "largest_level": "middle", "largest_gap": 0.4,
        "largest_error": 0, "n_sure": 0, "n_drawn": 0,
    }  # fmt: skip
