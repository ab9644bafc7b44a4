"""`reportgen concurrence --coefficient`: one coefficient for every pair, in every format."""

from __future__ import annotations

import csv
import io
import json

import pytest
from reports import scores, write_results

from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.cli import concurrence

ORDERS = {f"m{at}": {"x": float(at), "y": float(at ^ (at < 4))} for at in range(6)}


@pytest.fixture
def results(tmp_path):
    return write_results(tmp_path / "results", scores(ORDERS, suite="S"))


def test_the_command_knows_every_coefficient() -> None:
    """And no other."""
    assert list(concurrence.COEFFICIENTS) == list(COEFFICIENTS)


def test_tau_a_by_hand(run, results) -> None:
    """Two of 15 pairs are turned: 11 / 15."""
    document = json.loads(run("concurrence", "--coefficient", "tau_a", "--format", "json").stdout)
    assert list(document) == ["coefficient", "title", "meaning", "pairs"]
    assert document["title"] == "Kendall's tau-a"
    (pair,) = document["pairs"]
    assert (pair["value"], pair["n"], pair["coefficient"]) == (pytest.approx(11 / 15), 6, "tau_a")
    assert pair["low"] < pair["value"] < pair["high"]


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_every_coefficient_is_printed(run, results, name) -> None:
    """With its meaning above the table."""
    lines = run("concurrence", "--coefficient", name, "--suite", "S").stdout.splitlines()
    assert lines[0] == f"{COEFFICIENTS[name].title}, 1 of 1 pairs of benchmarks: {COEFFICIENTS[name].meaning}"
    assert lines[1].split() == ["benchmark_a", "benchmark_b", name, "low", "high", "n"]
    (row,) = csv.DictReader(io.StringIO(run("concurrence", "--coefficient", name, "--format", "csv").stdout))
    assert (row["benchmark_a"], row["coefficient"], row["n"]) == ("x", name, "6")


@pytest.mark.parametrize("fmt", ["markdown", "latex"])
def test_for_papers(run, results, fmt) -> None:
    """Both formats of a table to print."""
    assert "0.733" in run("concurrence", "--coefficient", "tau_a", "--format", fmt).stdout


def test_what_does_not_go_together(run, results) -> None:
    """Two ways to ask at once."""
    for other in (("--diversity",), ("--method", "sun2023"), ("--by", "source"), ("--about", "clusters")):
        done = run("concurrence", "--coefficient", "rbo", *other)
        assert done.exit_code == 2
        assert f"does not go with {other[0]}" in done.stderr


def test_nothing_to_compare_is_said(run, tmp_path) -> None:
    """One benchmark: a reason in JSON, an error elsewhere; an unknown suite is named."""
    write_results(tmp_path / "results", scores({"a": {"x": 1.0}, "b": {"x": 2.0}}, suite="S"))
    document = json.loads(run("concurrence", "--coefficient", "rbo", "--format", "json").stdout)
    assert document["pairs"] == []
    assert document["reason"].startswith("a pair needs two settings")
    assert run("concurrence", "--coefficient", "rbo").exit_code == 1


def test_an_unknown_suite_is_named(run, results) -> None:
    """With those there are."""
    done = run("concurrence", "--coefficient", "rbo", "--suite", "T")
    assert "no suite is called 'T'; there are: S" in done.stderr
