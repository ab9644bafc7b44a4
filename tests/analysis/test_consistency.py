"""Reported numbers that contradict each other, and those that only seem to."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from factories import make_frame, make_record
from hypothesis import given
from hypothesis import strategies as st
from reports import report_of, write_native

from reportgen.analysis.consistency import COLUMNS, contradictions
from reportgen.records.frame import to_frame

if TYPE_CHECKING:
    from pathlib import Path

#: Printed with one decimal: unit, and parts below the mean.
PERCENT: dict[str, Any] = {"unit": "percent", "upper": 100.0, "stderr": None}


def found(*rows: Any, items: list[Any] | None = None) -> list[dict[str, str]]:
    frame = contradictions(make_frame(*rows), make_frame(*items) if items else to_frame([]))
    assert tuple(frame.columns) == tuple(COLUMNS)
    return [{str(key): str(value) for key, value in row.items()} for row in frame.to_dict("records")]


def board(table: dict[str, dict[str, float]], mean: str = "Average", **more: Any) -> list[Any]:
    """Records of a printed table with one column of means."""
    return [
        make_record(
            model=model,
            benchmark=name,
            value=value,
            benchmark_level="aggregate" if name == mean else "leaf",
            file="table.csv",
            pointer=f"/{model}/{name}",
            **(PERCENT | more),
        )
        for model, row in table.items()
        for name, value in row.items()
    ]


#: (60.1 + 50.2 + 40.4) / 3 = 50.2333; (70 + 60 + 50) / 3 = 60; (30.3 + 20.2 + 10) / 3 = 20.1667, printed 21.2
TABLE = {
    "a": {"x": 60.1, "y": 50.2, "z": 40.4, "Average": 50.2},
    "b": {"x": 70.0, "y": 60.0, "z": 50.0, "Average": 60.0},
    "c": {"x": 30.3, "y": 20.2, "z": 10.0, "Average": 21.2},
}


def test_a_printed_mean_that_is_not_the_mean_is_found() -> None:
    """With what is written, what the parts say and all cells concerned."""
    (row,) = found(*board(TABLE))
    assert (row["kind"], row["system"], row["benchmark"]) == ("mean", "c", "Average")
    assert (row["found"], row["expected"]) == ("21.2", "20.1667")
    assert row["cells"] == "table.csv#/c/Average; table.csv#/c/x; table.csv#/c/y; table.csv#/c/z"
    assert row["message"] == "the printed mean is not the mean of its 3 parts"


def test_rounding_is_no_contradiction() -> None:
    """50.2333 printed 50.2, or 50.3 from unrounded parts; 50.4 is beyond what two roundings explain."""
    for value, many in ((50.2, 1), (50.3, 1), (50.4, 2)):
        table = {**TABLE, "a": {**TABLE["a"], "Average": value}, "d": TABLE["b"]}
        assert len(found(*board(table))) == many


def test_means_weighted_by_n_are_means() -> None:
    """(60 · 100 + 30 · 200) / 300 = 40 in both rows; the third row breaks that rule."""
    rows = []
    for model, mean in (("a", 40.0), ("b", 40.0), ("c", 45.0)):
        rows += board({model: {"x": 60.0}}, n=100) + board({model: {"y": 30.0}}, n=200)
        rows += board({model: {"Average": mean}}, n=300)
    (row,) = found(*rows)
    assert (row["system"], row["expected"]) == ("c", "40")
    assert "weighted by n" in row["message"]


def test_a_mean_over_parts_that_are_not_here_is_none_of_our_business() -> None:
    """Where no row agrees, the column is a mean of something else."""
    table = {model: {**row, "Average": row["Average"] + 5} for model, row in TABLE.items()}
    assert found(*board(table)) == []


def test_a_missing_part_is_no_contradiction() -> None:
    """The mean of a system without z cannot be checked."""
    table = {**TABLE, "c": {"x": 30.3, "y": 20.2, "Average": 99.0}}
    assert found(*board(table)) == []


def test_a_stated_mean_is_believed_in_a_single_row() -> None:
    """Parts that name it as their parent, and a name that says what it is."""
    parts = [
        make_record(benchmark=name, parent="Average", value=value, **PERCENT)
        for name, value in (("x", 10.0), ("y", 20.1))
    ]
    mean = make_record(benchmark="Average", benchmark_level="aggregate", value=18.0, **PERCENT)
    assert [row["kind"] for row in found(*parts, mean)] == ["mean"]
    assert (
        found(*parts, make_record(benchmark="Average", benchmark_level="aggregate", value=15.0, **PERCENT))
        == []
    )
    # unnamed: it may be anything
    parts = [
        make_record(benchmark=name, parent="G", value=value, **PERCENT)
        for name, value in (("x", 1.5), ("y", 2.5))
    ]
    assert found(*parts, make_record(benchmark="G", benchmark_level="aggregate", value=18.0, **PERCENT)) == []


def test_ranks_that_contradict_scores_are_found() -> None:
    """b is ranked first with the lower score; where lower is better that is right."""

    def rows(direction: str) -> list[Any]:
        scores = {"a": 90.0, "b": 85.0, "c": 50.0, "d": 40.0}
        ranks = {"a": 2, "b": 1, "c": 3, "d": 4}
        sign = 1 if direction == "higher" else -1
        return [
            *(
                make_record(model=m, value=sign * v, direction=direction, lower=None, upper=None)
                for m, v in scores.items()
            ),
            *(make_record(model=m, metric="rank", value=float(r), upper=9.0) for m, r in ranks.items()),
        ]

    for direction in ("higher", "lower"):
        (row,) = found(*rows(direction))
        assert (row["kind"], row["system"]) == ("rank", "b, a")
        assert row["found"] == "ranks 1 and 2"


def test_a_rank_by_something_else_is_no_contradiction() -> None:
    """Most pairs are the other way round: the ranking is of another score."""
    rows = [make_record(model=m, value=v) for m, v in (("a", 0.1), ("b", 0.2), ("c", 0.3))]
    rows += [make_record(model=m, metric="rank", value=float(r), upper=9.0) for r, m in enumerate("abc", 1)]
    assert found(*rows) == []


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (
            {"wins": 3, "ties": 0, "losses": 0},
            "97 unaccounted for (invalid not stated)",
        ),  # ChildPlay's battleship
        ({"wins": 3, "ties": 0, "losses": 0, "invalid": 97}, ""),
        ({"wins": 60, "losses": 50}, "the outcomes do not add up to n"),
        ({"wins": 60}, ""),
    ],
)
def test_outcomes_that_are_not_n_are_found(outcomes: dict[str, int], said: str) -> None:
    """And those that are not stated are named."""
    rows = found(make_record(n=100, **outcomes))
    assert [row["kind"] for row in rows] == (["outcomes"] if said else [])
    assert all(said in row["message"] and row["expected"] == "100" for row in rows)


def test_scores_outside_their_bounds_are_found() -> None:
    """Bounds, and the score's own interval."""
    (row,) = found(make_record(value=1.2))
    assert (row["kind"], row["found"], row["expected"]) == ("bounds", "1.2", "0 to 1")
    (row,) = found(make_record(value=0.5, ci_low=0.6, ci_high=0.7))
    assert row["message"] == "accuracy lies outside its own confidence interval"
    assert found(make_record(value=0.5, ci_low=0.5005, ci_high=0.7)) == [], "rounded"
    assert found(make_record(value=1.0, lower=None, upper=None)) == []


@pytest.mark.parametrize(
    ("precision", "recall", "f1", "said"),
    [
        (0.5, 0.6, 0.7, "above both precision and recall"),
        (0.2, 0.9, 0.6, "above the mean of precision and recall"),
        (0.5, 0.6, 0.545, ""),
        (0.1, 0.9, 0.05, ""),  # averaged over classes, F1 may lie below both
    ],
)
def test_impossible_f1_is_found(precision: float, recall: float, f1: float, said: str) -> None:
    """2 P R / (P + R) is at most (P + R) / 2, class by class."""
    named = {"macro_precision": precision, "recall (macro)": recall, "F1-macro": f1}
    rows = found(*(make_record(metric=name, value=value) for name, value in named.items()))
    assert [row["kind"] for row in rows] == (["pair"] if said else [])
    assert all(said in row["message"] for row in rows)
    # of another average, or on another benchmark, it is another number
    assert (
        found(
            *(
                make_record(metric=name, value=v)
                for name, v in {**named, "F1-macro": 0.0, "micro f1": 0.99}.items()
            )
        )
        == []
    )


@given(st.lists(st.tuples(*[st.integers(1, 20)] * 3), min_size=1, max_size=5), st.booleans())
def test_no_true_f1_is_ever_accused(counts: list[tuple[int, int, int]], weighted: bool) -> None:
    """Macro and weighted averages over any confusion counts (true positives, false positives, false negatives)."""
    weights = [tp + fn if weighted else 1 for tp, _, fn in counts]
    averages = [
        sum(w * value for w, value in zip(weights, column, strict=True)) / sum(weights)
        for column in zip(
            *((tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)) for tp, fp, fn in counts),
            strict=True,
        )
    ]
    rows = [
        make_record(metric=n, value=v) for n, v in zip(("precision", "recall", "f1"), averages, strict=True)
    ]
    assert found(*rows) == []


def test_more_tries_never_solve_less() -> None:
    """pass@10 below pass@1, top-5 below top-1."""
    rows = found(make_record(metric="pass@1", value=0.5), make_record(metric="pass@10", value=0.4))
    assert [(row["message"], row["found"], row["expected"]) for row in rows] == [
        ("pass@10 is below pass@1", "0.4", "at least 0.5")
    ]
    assert found(make_record(metric="top-1", value=0.5), make_record(metric="top-5", value=0.9)) == []
    assert (
        found(make_record(metric="pass@1", value=0.5), make_record(metric="pass@10", value=0.4, model="b"))
        == []
    )


def test_nothing_to_compare_is_nothing_found() -> None:
    """An empty frame has the columns."""
    empty = contradictions(to_frame([]), to_frame([]))
    assert empty.empty
    assert tuple(empty.columns) == tuple(COLUMNS)


def test_the_order_of_rows_does_not_matter() -> None:
    """Sorted by what is said."""
    rows = [*board(TABLE), make_record(value=1.2, benchmark="w")]
    one, other = (contradictions(make_frame(*order), to_frame([])) for order in (rows, rows[::-1]))
    pd.testing.assert_frame_equal(one, other)


# -- MathCheck -----------------------------------------------------------------------------------------------------


def published(shared_data: Path) -> dict[str, dict[str, float]]:
    """Printed figures of the GEO table by model, from the golden cases."""
    cases = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    return {
        case["inputs"][0].split("items_geo_")[1].removesuffix(".csv"): case["expected"]
        for case in cases
        if case["id"].startswith("G5/")
    }


METRIC = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}


@pytest.mark.shared
def test_mathchecks_printed_row_contradicts_itself(shared_data: Path, tmp_path: Path) -> None:
    """All is the mean of PS, AJ, OJ and PJ for five models; Phi-3's 29.6 is not (12.9 + 35.0 + 48.6 + 22.9) / 4."""
    table = published(shared_data)
    entries = [
        {
            "model": model,
            "benchmark": {"id": name, "suite": "MathCheck"}
            | ({"level": "aggregate"} if name == "All" else {"parent": "All"}),
            "metric": METRIC,
            "value": row[name],
        }
        for model, row in table.items()
        for name in ("All", "PS", "AJ", "OJ", "PJ")
    ]
    write_native(tmp_path / "printed.json", entries)
    rows = report_of(tmp_path).contradictions
    assert rows[["kind", "system", "found", "expected"]].to_numpy().tolist() == [
        ["mean", "phi-3", "29.6", "29.85"]
    ]


@pytest.mark.shared
def test_mathchecks_printed_mean_contradicts_its_items(
    shared_data: Path, repository: Path, tmp_path: Path
) -> None:
    """Case G5: PS 12.9 is printed; the four variants' solving items give 12.08. Accuracy of the others agrees."""
    for file in sorted((shared_data / "golden" / "mathcheck").glob("items_geo_*.csv")):
        shutil.copy(file, tmp_path)
    shutil.copy(repository / "tests" / "golden_cases" / "mathcheck_items" / "items.mapping.yml", tmp_path)
    entries = [
        {
            "model": model,
            "benchmark": {"id": "GEO", "suite": "MathCheck", "level": "aggregate", "task": "solving"},
            "metric": METRIC,
            "value": row["PS"],
        }
        for model, row in published(shared_data).items()
    ]
    write_native(tmp_path / "printed.json", entries)
    (row,) = report_of(tmp_path).contradictions.to_dict("records")
    assert (row["kind"], row["system"], row["found"]) == ("mean", "phi-3", "12.9")
    assert float(row["expected"]) == pytest.approx(12.08, abs=0.005)
    assert row["cells"].startswith("printed.json#")
    assert row["cells"].count("items_geo_phi-3.csv") == 4
