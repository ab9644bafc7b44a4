from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest

from reportgen.config import Conflicts
from reportgen.ingest.conflicts import MAX_TOLD, settle
from reportgen.records.frame import COLUMNS, identify, to_frame
from reportgen.records.record import Record


def record(value, file, date="", **fields):
    return Record(
        **{
            "model": "m",
            "benchmark": "b",
            "metric": "acc",
            "value": value,
            "file": file,
            "date": date,
            **fields,
        }
    )


def settled(policy, *records):
    return settle(identify(to_frame(records)), policy)


def values(found):
    return found.frame["value"].tolist()


def test_different_evaluations_are_left_alone():
    """No duplicate, no conflict, the same frame."""
    frame = identify(to_frame([record(0.1, "a"), record(0.1, "a", benchmark="c")]))
    found = settle(frame, "latest")
    pd.testing.assert_frame_equal(found.frame, frame)
    assert (found.duplicates, found.superseded, found.conflicts, found.problems) == (0, 0, 0, ())


def test_the_same_report_twice_is_kept_once():
    """From the file that comes first, and counted."""
    found = settled("error", record(0.1, "b.json"), record(0.1, "a.json"), record(0.1, "c.json"))
    assert found.frame["file"].tolist() == ["a.json"]
    assert (found.duplicates, found.conflicts, found.problems) == (2, 0, ())


def test_the_latest_report_is_kept():
    """Whatever its value."""
    found = settled("latest", record(0.9, "a.json", "2026-01-01"), record(0.1, "b.json", "2026-02-01"))
    assert values(found) == [0.1]
    assert (found.superseded, found.conflicts) == (1, 1)
    (problem,) = found.problems
    assert problem.severity == "warning"
    assert problem.file == "a.json"
    assert problem.message == "m, b, acc: reported differently; the latest is kept"
    assert problem.seen == "0.9 in a.json; 0.1 in b.json"


@pytest.mark.parametrize(
    "dates",
    [
        ("", ""),
        ("", "2026-01-01"),
        ("2026-01-01", ""),
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01", "2026-01-01T10:00:00Z"),
    ],
)
def test_where_dates_do_not_decide_the_first_path_is_kept_and_it_is_said(dates):
    """A day against an hour of that day decides nothing."""
    found = settled("latest", record(0.2, "b.json", dates[1]), record(0.1, "a.json", dates[0]))
    assert values(found) == [0.1]
    (problem,) = found.problems
    assert problem.file == "b.json"
    assert "dates do not decide" in problem.message


def test_the_best_is_never_preferred():
    """The value has no say: mirrored values give mirrored results."""
    high = settled("latest", record(0.9, "a.json"), record(0.1, "b.json"))
    low = settled("latest", record(0.1, "a.json"), record(0.9, "b.json"))
    assert values(high) == [0.9]
    assert values(low) == [0.1]


def test_the_mean_is_of_all_reports_and_says_so():
    """Its error and sample size are not known."""
    found = settled(
        "mean",
        record(0.2, "a.json", stderr=0.1, stderr_kind="reported", n=10, n_kind="items", flags="old"),
        record(0.4, "b.json"),
        record(None, "c.json", missing="nan"),
        record(0.7, "d.json", benchmark="z"),
    )
    row = found.frame[found.frame["benchmark"] == "b"].iloc[0]
    assert row["value"] == pytest.approx(0.3, abs=1e-15)
    assert row["flags"] == "old; mean of 2 differing reports"
    assert (row["stderr_kind"], row["n_kind"], row["missing"]) == ("", "", "")
    assert pd.isna(row["stderr"])
    assert pd.isna(row["n"])
    assert (found.superseded, found.conflicts) == (2, 1)
    assert tuple(found.frame.columns) == COLUMNS
    again = identify(found.frame.drop(columns=["record_id", "content_id"]))
    pd.testing.assert_frame_equal(again, found.frame)


def test_a_mean_of_no_values_has_no_value():
    """Two failed runs are not a zero."""
    found = settled("mean", record(None, "a", missing="nan"), record(None, "b", missing="null"))
    assert found.frame["value"].isna().all()
    assert found.frame["missing"].tolist() == ["nan"]


@pytest.mark.parametrize("policy", ["latest", "mean", "all", "error"])
def test_an_empty_cell_gives_way_to_a_score(policy):
    """It says nothing of the score, wherever it stands; that is no conflict."""
    for files in ("ab", "ba"):
        found = settled(policy, record(None, files[0], missing="null"), record(0.4, files[1]))
        assert values(found) == [0.4]
        assert (found.duplicates, found.superseded, found.conflicts, found.problems) == (0, 1, 0, ())


def test_two_reports_without_a_score_are_one():
    """The first is kept, and nothing contradicts anything."""
    found = settled("latest", record(None, "a", missing="nan"), record(None, "b", missing="null"))
    assert found.frame["missing"].tolist() == ["nan"]
    assert (found.superseded, found.conflicts) == (1, 0)


def test_all_reports_may_be_kept():
    """With a warning, because an identity is then not unique."""
    found = settled("all", record(0.1, "a"), record(0.2, "b"), record(0.2, "c"))
    assert values(found) == [0.1, 0.2]
    assert (found.duplicates, found.superseded, found.conflicts) == (1, 0, 1)
    assert found.problems[0].severity == "warning"


def test_the_policy_error_keeps_none_and_is_an_error():
    """Nothing is shown until the author decides."""
    found = settled("error", record(0.1, "a"), record(0.2, "b"), record(0.5, "c", benchmark="z"))
    assert values(found) == [0.5]
    assert (found.superseded, found.conflicts) == (2, 1)
    assert found.problems[0].severity == "error"
    assert found.problems[0].file == "b"


def test_reports_differ_by_error_or_sample_size_too():
    """The same value with another n is another report."""
    assert settled("latest", record(0.1, "a", n=10), record(0.1, "b", n=20)).conflicts == 1


@pytest.mark.parametrize("policy", ["latest", "mean", "all", "error"])
def test_the_order_of_the_files_does_not_matter(policy):
    """Same records, same frame, same words."""
    records = [record(value, f"{value}.json", benchmark=b) for b in "xyz" for value in (0.1, 0.2, 0.3, 0.7)]
    first, second = settled(policy, *records), settled(policy, *reversed(records))
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert first.problems == second.problems


def test_a_flood_of_conflicts_is_summed_up():
    """A whole folder copied and rerun must not drown everything else."""
    names = [f"b{number}" for number in range(MAX_TOLD + 5)]
    records = [record(value, file, benchmark=b) for b in names for value, file in ((0.1, "a"), (0.2, "b"))]
    found = settled("latest", *records)
    assert found.conflicts == MAX_TOLD + 5
    assert len(found.problems) == MAX_TOLD + 1
    assert found.problems[-1].message.startswith("5 more evaluations")


def test_a_conflict_of_many_shows_a_few():
    """The message stays one line."""
    (problem,) = settled("latest", *(record(value, f"{value}") for value in range(9))).problems
    assert problem.seen == "0.0 in 0; 1.0 in 1; 2.0 in 2; 3.0 in 3; and 5 more"


@pytest.mark.parametrize("policy", ["latest", "mean", "error"])
def test_no_category_is_left_that_no_row_has(policy):
    """Equal rows make equal frames."""
    found = settled(policy, record(0.1, "a"), record(0.2, "b"), record(0.3, "c", model="k"))
    assert found.frame["file"].cat.categories.tolist() == sorted(set(found.frame["file"]))


def failure(file, date=""):
    return record(None, file, date, missing="failed_run", status="failed")


def test_a_failed_run_gives_way_to_one_that_finished_whichever_came_first():
    """It is no other report of the score, so there is no conflict to settle or to tell."""
    good = record(0.5, "a.json", "2026-01-01")
    for failed in (failure("b.json", "2026-01-02"), failure("0.json", "2025-01-02")):
        found = settled("latest", good, failed)
        assert values(found) == [0.5]
        assert (found.superseded, found.conflicts, found.problems) == (1, 0, ())


def test_an_evaluation_of_which_every_run_failed_stays_failed():
    """Once."""
    found = settled("latest", failure("a.json"), failure("b.json"))
    assert found.frame["missing"].tolist() == ["failed_run"]
    assert found.duplicates == 1


@pytest.mark.parametrize("policy", ["latest", "mean", "all", "error"])
def test_revisions_of_the_data_are_no_conflict(policy):
    """They are two evaluations, and both are kept as they are."""
    found = settled(
        policy, record(0.1, "a.json", dataset_revision="v1"), record(0.9, "b.json", dataset_revision="v2")
    )
    assert sorted(values(found)) == [0.1, 0.9]
    assert (found.conflicts, found.problems) == (0, ())


def test_every_policy_is_documented(repository):
    """docs/accounting.md has a line for each that the settings accept."""
    page = (repository / "docs" / "accounting.md").read_text(encoding="utf-8")
    assert all(f"\n| `{policy}`" in page for policy in get_args(Conflicts))


def test_the_same_score_with_less_detail_is_a_duplicate():
    """A summary page leaves out the error; that contradicts nothing, and the error is kept."""
    full = record(0.5, "b.json", "2026-01-01", stderr=0.1, n=25)
    bare, counted = record(0.5, "a.json", "2026-02-01"), record(0.5, "c.json", n=25)
    found = settled("latest", full, bare, counted)
    assert found.frame["stderr"].tolist() == [0.1]
    assert (found.duplicates, found.superseded, found.conflicts) == (2, 0, 0)


def test_details_that_differ_are_a_conflict():
    """Two errors of one score cannot both be right, and neither can two sizes."""
    found = settled(
        "latest", record(0.5, "a.json", "2026-01-01", stderr=0.1), record(0.5, "b.json", "2026-02-01", n=9)
    )
    assert found.conflicts == 1
    found = settled(
        "all", record(0.5, "a.json", stderr=0.1), record(0.5, "b.json", stderr=0.2), record(0.5, "c.json")
    )
    assert (found.duplicates, found.conflicts) == (1, 1)
