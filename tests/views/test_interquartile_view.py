"""The table of interquartile means on the page of methods."""

from __future__ import annotations

from reports import column, make_report, pages_of, score, tables

from reportgen.views.summaries.method_table import PATH


def page_of(folder, seeds):
    """Two systems on two benchmarks, scores by seed."""
    entries = [
        score(system, {"id": name, "suite": "S"}, base + seed, conditions={"seed": seed})
        for system, base in (("a", 70.0), ("b", 60.0))
        for name in "xy"
        for seed in range(seeds)
    ]
    return pages_of(make_report(folder, entries))[PATH]


def test_runs_make_a_table_of_middle_halves(tmp_path) -> None:
    """70 to 73 twice: eight runs, of which 71 71 72 72 are left."""
    table = tables(page_of(tmp_path, 4))["middles"]
    assert column(table, "system") == ["a", "b"]
    assert column(table, "mean") == ["71.5", "61.5"]
    assert column(table, "runs") == ["4", "4"]


def test_single_runs_make_none(tmp_path) -> None:
    """Neither table nor definition."""
    assert "middles" not in tables(page_of(tmp_path, 1))
