"""`reportgen rank --method`: the boards by another way to rank."""

from __future__ import annotations

import csv
import io
import json

import pytest
from reports import scores, write_results

from reportgen.analysis.rankings.parts import methods
from reportgen.cli.ranking import METHODS

#: a is best on average, b on two of three benchmarks; c is last everywhere.
TABLE = {
    "a": {"x": 90.0, "y": 50.0, "z": 50.0},
    "b": {"x": 40.0, "y": 60.0, "z": 60.0},
    "c": {"x": 30.0, "y": 30.0, "z": 30.0},
}


@pytest.fixture
def apart(tmp_path):
    """A board of three benchmarks, and one of a single benchmark."""
    entries = scores(TABLE, suite="S") + scores({"d": {"w": 1.0}, "e": {"w": 2.0}}, suite="One")
    return write_results(tmp_path / "results", entries)


def test_the_methods_are_those_that_are_computed():
    """In the same order; the first is the default."""
    assert METHODS == methods.METHODS
    assert METHODS[0] == methods.DEFAULT


def test_the_default_is_the_mean(run, apart):
    """Named or not, the same board."""
    named, plain = (run("rank", "results", *more).stdout for more in (("--method", "mean"), ()))
    assert named == plain
    assert "tie group" in plain


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("win-rate", [5 / 6, 4 / 6, 0]),
        ("borda", [5, 4, 0]),
        ("mean-rank", [4 / 3, 5 / 3, 3]),
        ("median-rank", [1, 2, 3]),
        ("copeland", [1, 0.5, 0]),
        ("kemeny", [1, 2, 3]),
    ],
)
def test_a_method_as_json(run, apart, method, values):
    """b leads by all of them; a board of one benchmark has a reason."""
    document = json.loads(run("rank", "results", "--method", method, "--format", "json").stdout)
    assert document["method"] == method
    one, several = document["boards"]
    assert (one["rows"], one["reason"]) == (
        [],
        "with one benchmark every way to rank gives the order of its scores",
    )
    assert [row["system"] for row in several["rows"]] == ["b", "a", "c"]
    assert [row["value"] for row in several["rows"]] == pytest.approx(values)
    assert [row["rank"] for row in several["rows"]] == [1, 2, 3]


@pytest.mark.parametrize("fmt", ["text", "csv", "markdown", "latex"])
@pytest.mark.parametrize("method", METHODS[1:])
def test_every_method_in_every_format(run, apart, method, fmt):
    """Exit code 0, nothing else said, b before a."""
    done = run("rank", "results", "--method", method, "--format", fmt)
    assert (done.exit_code, done.stderr) == (0, "")
    if fmt == "csv":
        rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
        assert [row["system"] for row in rows] == ["b", "a", "c"]
        assert {row["board"] for row in rows} == {"s"}
    if fmt == "text":
        assert done.stdout.index(" b ") < done.stdout.index(" a ")
        assert "with one benchmark every way to rank" in done.stdout


def test_where_nothing_can_be_ranked_the_reason_is_said(run, apart):
    """Only the board of one benchmark."""
    done = run("rank", "results", "--method", "kemeny", "--board", "one")
    assert done.exit_code != 0
    assert "with one benchmark" in done.stderr


def test_a_method_is_not_for_a_part_of_the_study(run, apart):
    """It would be ignored, so it is refused."""
    done = run("rank", "results", "--method", "borda", "--about", "weights")
    assert done.exit_code == 2
    assert "--about" in done.stderr


def test_help_says_which_is_the_default_and_why(run):
    """In words."""
    text = " ".join(run("rank", "--help").stdout.split())
    assert "The default is the mean score: it keeps how far apart systems are" in text
