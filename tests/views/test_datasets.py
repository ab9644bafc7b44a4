from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reports import make_report, scores

from reportgen.views import datasets


def test_scores_have_a_row_for_each_cell_that_is_known(case):
    """No row for a score that is missing; full precision; the error where it is known."""
    frame = datasets.scores(case("missing cells").report)
    assert frame[["setting", "system", "score", "standard_error"]].to_numpy().tolist() == [
        ["x", "a", 50.0, 1.0],
        ["x", "b", 55.0, 1.0],
        ["x", "c", 20.0, 1.0],
        ["x", "d", 3.0, 1.0],
        ["y", "a", 60.0, 1.0],
        ["y", "c", 1.0, 1.0],
        ["y", "d", 5.0, 1.0],
    ]


def test_an_unknown_error_is_unknown(case):
    """And not zero."""
    assert datasets.scores(case("no errors").report)["standard_error"].isna().all()


def test_leaderboards_stand_below_one_another(case):
    """Told apart by the board; the unranked are in it with the reason."""
    frame = datasets.leaderboards(case("same name in two suites").report)
    assert frame[["board", "system", "rank"]].to_numpy().tolist() == [
        ["s", "b", 1], ["s", "a", 2], ["t", "a", 1], ["t", "b", 2], ["overall", "b", 1], ["overall", "a", 2],
    ]  # fmt: skip
    frame = datasets.leaderboards(case("missing cells").report)
    last = frame.iloc[-1]
    assert (last["system"], bool(last["ranked"]), last["reason"]) == (
        "b",
        False,
        "has 1 of 2 settings: lacks y",
    )
    assert pd.isna(last["rank"])
    assert np.isnan(last["score"])


def test_no_board_is_an_empty_table_with_columns(case):
    """So that a program that reads it needs no special case."""
    frame = datasets.leaderboards(case("no usable score").report)
    assert len(frame) == 0
    assert {"board", "system", "score", "rank_low"} <= set(frame.columns)


def test_systems_carry_what_the_catalog_knows(case):
    """And nothing where it knows nothing."""
    frame = datasets.systems(case("catalog").report).set_index("system")
    assert frame.loc["a", ["family", "developer", "parameters", "released"]].tolist() == [
        "letters",
        "Ann",
        7e9,
        "2024-05-06",
    ]
    assert frame.loc["b", ["family", "developer", "released"]].tolist() == ["letters", "", ""]
    assert np.isnan(frame.loc["b", "parameters"])


def test_settings_carry_what_the_catalog_knows(case):
    """An entry of another suite says nothing."""
    frame = datasets.settings(case("catalog").report).set_index("benchmark")
    assert frame.loc["x", ["construct", "source_type", "chance"]].tolist() == ["reading", "human", 25.0]
    assert frame.loc["y", "construct"] == ""
    assert np.isnan(frame.loc["y", "chance"])


def test_a_chance_of_zero_is_known(tmp_path):
    """`chance: 0` is a statement."""
    report = make_report(
        tmp_path, scores({"a": {"x": 1.0}}), catalog={"benchmarks": [{"id": "x", "chance": 0}]}
    )
    assert datasets.settings(report)["chance"].tolist() == [0.0]


def test_files_account_for_every_file(case):
    """With status, format and what is in it."""
    frame = datasets.files(case("catalog").report)
    assert dict(zip(frame["path"], frame["status"], strict=True)) == {
        "catalog/benchmarks.yml": "ignored",
        "catalog/metrics.yml": "ignored",
        "catalog/models.yml": "ignored",
        "reportgen.yml": "ignored",
        "run.json": "ingested",
    }
    row = frame.set_index("path").loc["run.json"]
    assert (row["format"], row["records"]) == ("native", 4)
    assert len(row["sha256"]) == 64


@pytest.mark.parametrize("name", ["shift", "many models", "no usable score"])
def test_tables_are_named_once_and_sorted(case, name):
    """None of them empty."""
    found = datasets.datasets(case(name).report)
    assert [table.name for table in found] == sorted({table.name for table in found})
    assert all(len(table.frame) for table in found)
