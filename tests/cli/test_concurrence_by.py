"""`reportgen concurrence --by`: mean agreement of the benchmarks that share something, and of the others."""

from __future__ import annotations

import csv
import io
import json

import pytest
from reports import scores, write_results

TABLES = ("text", "csv", "markdown", "latex")
CATALOG = {
    "benchmarks": [{"id": one, "source": source} for one, source in (("x", "s"), ("y", "s"), ("z", "t"))]
}


@pytest.fixture
def sourced(tmp_path):
    """x and y rank alike and share a source; z turns them round."""
    table = {f"m{at}": {"x": 50.0 + at, "y": 40.0 + at, "z": 60.0 - at} for at in range(6)}
    return write_results(tmp_path / "results", scores(table), catalog=CATALOG)


def test_by_source_gives_the_two_classes_and_their_difference(run, sourced):
    """xy is 1, xz and yz are -1; the three labels have six orders, two of which put x and y together."""
    document = json.loads(run("concurrence", "--by", "source", "--format", "json").stdout)
    main, contrasts = document["tables"]["main"], document["tables"]["contrasts"]
    assert [(row["class"], row["mean_tau"], row["pairs"]) for row in main] == [
        ("same", 1.0, 1),
        ("different", -1.0, 2),
    ]
    assert (contrasts[0]["difference"], contrasts[0]["p"]) == pytest.approx((2.0, 1 / 3))


@pytest.mark.parametrize("form", TABLES)
def test_every_format_has_both_classes(run, sourced, form):
    """For people and for programs."""
    shown = run("concurrence", "--by", "source", "--format", form).stdout
    assert "same" in shown
    assert "different" in shown
    if form == "csv":
        assert [row["grouping"] for row in csv.DictReader(io.StringIO(shown))] == ["source", "source"]


def test_what_is_not_declared_is_said(run, sourced):
    """No construct in this catalog: a reason and exit code 1."""
    outcome = run("concurrence", "--by", "construct")
    assert outcome.exit_code == 1
    assert "the catalog declares no construct of two benchmarks that can be compared" in outcome.output
