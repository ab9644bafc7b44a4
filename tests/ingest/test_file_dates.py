"""Dates in file names: two ways of writing them, and no zone in either."""

from __future__ import annotations

import pytest

from reportgen.ingest.file_dates import american_stamp, dated, raw_stamp, stamp


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("a/results_2026-02-03T04-05-06.789012.json", "2026-02-03T04:05:06"),
        ("results_2023-07-19T19:28:51.303034.json", "2023-07-19T19:28:51"),
        ("samples_a_2026-02-03T04-05-06.jsonl", "2026-02-03T04:05:06"),
        ("results_2026-02-03.json", ""),
        ("results_2026-02-03T04-05-06.789012.json/other.json", ""),
        ("results.json", ""),
    ],
)
def test_the_time_at_the_end_of_a_name_is_a_date(path, date) -> None:
    """As several tools write it, since a colon is not allowed everywhere."""
    assert stamp(path) == date


def test_files_of_one_run_share_what_stands_in_their_names() -> None:
    """To the microsecond."""
    names = ("results_2026-02-03T04-05-06.789012.json", "samples_a_2026-02-03T04-05-06.789012.jsonl")
    assert [raw_stamp(name) for name in names] == ["2026-02-03T04-05-06.789012"] * 2
    assert raw_stamp("samples_a.jsonl") == ""


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("x/opt-12-31-2022-23-59-58.json", "2022-12-31T23:59:58"),
        ("opt_31-12-2022-23-59-58.json", ""),
        ("112-31-2022-23-59-58.json", ""),
        ("12-31-2022-23-59-58/opt.json", ""),
    ],
)
def test_the_month_comes_first_in_an_american_date(path, date) -> None:
    """In the name itself; a day where the month should be is no date."""
    assert american_stamp(path) == date


def test_a_date_that_a_file_states_is_better_than_that_of_its_name() -> None:
    """And neither is no date."""
    assert dated("2026-01-01", "2025-01-01") == {"date": "2026-01-01", "date_source": "file"}
    assert dated("", "2025-01-01") == {"date": "2025-01-01", "date_source": "filename"}
    assert dated("", "") == {"date": "", "date_source": ""}
