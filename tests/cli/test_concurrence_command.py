"""`reportgen concurrence` by other methods: all pairs of seeds, and diversity of suites."""

from __future__ import annotations

import csv
import io
import json

import pytest
from reports import score, scores, write_results

TABLES = ("text", "csv", "markdown", "latex")


@pytest.fixture
def seeded(tmp_path):
    """Three models that never overlap, two seeds each on x and y."""
    entries = [
        score(model, {"id": benchmark, "suite": "S"}, 10.0 * at + seed, conditions={"seed": seed})
        for at, model in enumerate("abc")
        for benchmark in "xy"
        for seed in (1, 2)
    ]
    return write_results(tmp_path / "results", entries)


def test_all_pairs_of_seeds(run, seeded):
    """12 points of 3 models; perfect agreement gives 48 / 60, which is the ceiling, and no interval."""
    document = json.loads(run("concurrence", "--method", "sun2023", "--format", "json").stdout)
    assert list(document) == ["method", "caveat", "pairs"]
    assert document["method"] == "sun2023"
    assert "no independent observations" in document["caveat"]
    pairs = {(pair["benchmark_a"], pair["benchmark_b"]): pair for pair in document["pairs"]}
    assert list(pairs) == [("x", "x"), ("x", "y"), ("y", "y")]
    pair = pairs["x", "y"]
    assert (pair["points"], pair["n"], pair["fewest_seeds"], pair["most_seeds"]) == (12, 3, 2, 2)
    assert (pair["tau_b"], pair["ceiling"], pair["tau_b_of_means"]) == pytest.approx((0.8, 0.8, 1.0))


def test_means_of_seeds_are_the_default(run, seeded):
    """With the method named or not."""
    named = run("concurrence", "--method", "means", "--format", "json").stdout
    assert named == run("concurrence", "--format", "json").stdout
    (pair,) = json.loads(named)["pairs"]
    assert pair["tau_b"] == 1.0


def test_pairs_of_seeds_are_read_by_people_with_their_caveat(run, seeded):
    """Points, models and seeds stand beside the coefficient."""
    lines = run("concurrence", "--method", "sun2023").stdout.splitlines()
    assert lines[0].startswith(
        "All pairs of seeds (Sun et al. 2023), 3 of 3 pairs of benchmarks; stacked pairs"
    )
    assert lines[1].split() == [
        "benchmark_a", "benchmark_b", "tau_b", "ceiling", "pearson", "spearman", "points", "n", "seeds",
    ]  # fmt: skip
    assert [line.split()[-3:] for line in lines[3:]] == [["12", "3", "2"]] * 3


def test_diversity_of_each_suite(run, tmp_path):
    """Orders a b c and a c b: sums 2 5 5, S = 6, W = 12 * 6 / (4 * 24) = 3/4; c moves 1 place of 2."""
    table = {"a": {"x": 3.0, "y": 3.0}, "b": {"x": 2.0, "y": 1.0}, "c": {"x": 1.0, "y": 2.0}, "d": {"x": 9.0}}
    write_results(tmp_path / "results", scores(table, suite="S"))
    document = json.loads(run("concurrence", "--diversity", "--format", "json").stdout)
    assert list(document) == ["caveat", "suites"]
    assert document["suites"] == [
        {
            "suite": "S",
            "diversity": pytest.approx(0.25),
            "diversity_as_published": pytest.approx(0.25),
            "max_rank_change": 0.5,
            "max_rank_change_as_published": 0.5,
            "tasks": 2,
            "n": 3,
            "of": 4,
            "left_out": 0,
            "reason": "",
        }
    ]
    (row,) = csv.DictReader(io.StringIO(run("concurrence", "--diversity", "--format", "csv").stdout))
    assert (row["suite"], float(row["diversity"]), row["n"]) == ("S", pytest.approx(0.25), "3")
    assert "3 of 4" in run("concurrence", "--diversity").stdout


@pytest.mark.parametrize("option", [("--diversity",), ("--method", "sun2023")])
def test_an_unknown_suite_is_named(run, seeded, option):
    """With those there are."""
    done = run("concurrence", *option, "--suite", "T")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "no suite is called 'T'; there are: S" in done.stderr
    assert run("concurrence", *option, "--suite", "S").exit_code == 0


@pytest.mark.parametrize(
    ("option", "key", "reason"),
    [
        (("--diversity",), "suites", "no suite has two tasks that can be ranked"),
        (
            ("--method", "sun2023"),
            "pairs",
            "no model has two scores on one benchmark that differ in their seed",
        ),
    ],
)
def test_nothing_to_say_is_said(run, tmp_path, option, key, reason):
    """In JSON as a reason, else as an error that says how to supply what is missing."""
    write_results(tmp_path / "results", scores({"a": {"x": 1.0}, "b": {"x": 2.0}}))
    document = json.loads(run("concurrence", *option, "--format", "json").stdout)
    assert document[key] == []
    assert document["reason"].startswith(reason)
    for fmt in TABLES:
        done = run("concurrence", *option, "--format", fmt)
        assert (done.exit_code, done.stdout) == (1, "")
        assert reason in done.stderr


def test_a_method_of_pairs_does_not_go_with_diversity(run, seeded):
    """They answer different questions."""
    done = run("concurrence", "--diversity", "--method", "sun2023")
    assert done.exit_code == 2
    assert "does not go with --diversity" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--by", "source", "--about", "verdict"), "does not go with --about"),
        (("--by", "source", "--suite", "S"), "which looks at all suites"),
        (("--about", "verdict", "--suite", "S"), "which looks at all suites"),
    ],
)
def test_what_would_be_ignored_is_refused(run, seeded, options, words):
    """Nothing a user asked for is dropped in silence."""
    done = run("concurrence", *options)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
