"""`reportgen power`: plans from numbers, and what results can tell apart."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from reports import scores, write_results
from statsmodels.stats.power import NormalIndPower

from reportgen.cli.main import main


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["power", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def planned(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--format", "json"))["plan"]


@pytest.fixture
def results(tmp_path):
    table = {"a": {"x": 71.0, "y": 60.0}, "b": {"x": 70.0, "y": 60.0}, "c": {"x": 20.0, "y": 30.0}}
    return str(write_results(tmp_path / "results", scores(table, suite="S", n=400)))


def test_items_for_a_difference() -> None:
    """Rounded up to whole items; statsmodels 0.15.0 agrees."""
    found = planned("--score", "0.7", "--difference", "0.05")
    peer = NormalIndPower().solve_power(effect_size=0.05 / 0.21**0.5, alpha=0.05, power=0.8)
    assert found["solved"] == "n"
    assert found["n"] == 1319
    assert peer == pytest.approx(1318.6, abs=0.1)


def test_the_difference_that_items_can_find_and_the_power_for_one() -> None:
    """Whichever is left out."""
    found = planned("--items", "1319", "--score", "0.7")
    assert (found["solved"], found["difference"]) == ("difference", pytest.approx(0.05, abs=1e-4))
    found = planned("--items", "1319", "--score", "0.7", "--difference", "0.05")
    assert (found["solved"], found["power"]) == ("power", pytest.approx(0.8, abs=1e-3))


def test_a_plan_says_in_words_what_it_found() -> None:
    """The first line is the answer."""
    said = run("--score", "0.7", "--difference", "0.02").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert said.startswith(
        "8,242 items find a true difference of 0.0200 with a probability of 80 % (two-sided test at 0.05)\n"
    )


def test_pairing_more_answers_and_seeds_change_the_plan() -> None:
    """Half the items at correlation 0.5; sampling noise over four answers; seeds by their spread."""
    alone = planned("--sd", "0.4", "--items", "100")["variance"]
    assert planned("--sd", "0.4", "--items", "100", "--correlation", "0.5")["variance"] == pytest.approx(
        alone / 2
    )
    found = planned("--sd", "0.4", "--items", "100", "--sampling", "0.5", "--samples", "4")
    assert found["variance"] == pytest.approx(alone * (0.5 + 0.5 / 4))
    found = planned("--seeds", "--sd", "0.8", "--difference", "1")
    assert (found["unit"], found["n"]) == ("seeds", 11), "(1.96 + 0.84)^2 * 2 * 0.64"
    assert "11 seeds of each system" in run("--seeds", "--sd", "0.8", "--difference", "1")


@pytest.mark.parametrize("fmt", ["text", "csv", "markdown", "latex"])
def test_every_format_holds_the_answer(fmt: str, results: str) -> None:
    """Of a plan and of results."""
    assert "1319" in run("--score", "0.7", "--difference", "0.05", "--format", fmt).replace(",", "")
    assert "400" in run(results, "--no-cache", "--format", fmt)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--items", "5"], "one of --sd and --score"),
        (["--sd", "1", "--score", "0.5", "--items", "5"], "one of --sd and --score"),
        (["--score", "0.5", "--items", "5", "--difference", "0.1", "--power", "0.9"], "leave out one"),
        (["--score", "0.5", "--power", "0.9"], "give --items or --difference"),
        (["--score", "0.5", "--items", "5", "--samples", "3"], "--samples needs --sampling"),
        (["--seeds", "--score", "0.5", "--items", "5"], "--seeds needs --sd"),
        (["--score", "1.5", "--items", "5"], "between 0 and 1"),
        (["--score", "0.5", "--difference", "-0.1"], "must be positive"),
        (["--score", "0.5", "--items", "5", "--correlation", "2"], "correlation in"),
    ],
)
def test_what_makes_no_plan_is_said(arguments: list[str], message: str) -> None:
    """One line, no traceback."""
    assert message in run(*arguments, code=1)


def test_numbers_and_results_are_two_questions(results: str, tmp_path, monkeypatch) -> None:
    """Not both, and not neither."""
    assert "not both" in run(results, "--items", "5", code=2)
    monkeypatch.chdir(tmp_path / "results")
    assert "there is no folder results/" in run(code=2)


def test_results_say_what_each_benchmark_can_tell_apart(results: str) -> None:
    """The board, then its benchmarks; equal scores have a reason."""
    document = json.loads(run(results, "--no-cache", "--format", "json"))
    rows = document["tables"]["main"]
    assert [row["setting"] for row in rows] == ["", "x", "y"]
    assert rows[1]["n"] == 400
    assert rows[1]["detectable"] == pytest.approx(2.8016 * 100 * (2 * 0.21 / 400) ** 0.5, rel=0.05)
    assert rows[2]["needed"] is None
    assert rows[2]["reason"] == "the first two score the same"
    said = run(results, "--no-cache")
    assert "all together" in said
    assert "the first two score the same" in said


def test_one_board_can_be_chosen(results: str) -> None:
    """By a part of its name."""
    assert run(results, "--no-cache", "--board", "s").startswith("s:")
    assert "no board matches" in run(results, "--no-cache", "--board", "nothing", code=1)


def test_results_without_errors_say_what_to_supply(tmp_path) -> None:
    """As a reason in JSON, as an error for people."""
    folder = str(write_results(tmp_path / "bare", scores({"a": {"x": 50.0}, "b": {"x": 60.0}})))
    assert "supply it" in run(folder, "--no-cache", code=1)
    assert "supply it" in str(json.loads(run(folder, "--no-cache", "--format", "json"))["reasons"])
