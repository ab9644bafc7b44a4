from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from click.testing import CliRunner
from reports import score, scores, write_results

from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.cli.main import main

FORMATS = ("text", "json", "csv", "markdown", "latex")
HOSTILE = "a|b `c`\n<i>d</i> & 50% _e_ $f$ #1 @user \x1b[31m"


@pytest.fixture
def shifted(tmp_path):
    """Three models in and out of distribution, with hostile names."""
    entries = [
        score(model, {"id": name, "suite": "S"}, value, conditions={"role": role}, stderr=1.0)
        for model, pair in {HOSTILE: (90.0, 80.0), "=1+1": (80.0, 65.0), "@b": (60.0, 40.0)}.items()
        for name, role, value in zip(("plain", "shifted"), ("id", "ood"), pair, strict=True)
    ]
    catalog = {"benchmarks": [{"id": "shifted", "id_twin": "plain"}]}
    return write_results(tmp_path / "results", entries, catalog=catalog)


@pytest.mark.parametrize(
    "command", [("rank",), ("concurrence",), ("concurrence", "--diversity"), ("summarize", "id_ood_gap")]
)
@pytest.mark.parametrize("fmt", FORMATS)
def test_every_table_in_every_format_is_alone_on_standard_output(run, shifted, command, fmt):
    """Exit code 0, nothing else said, and nothing in it that a terminal would act on."""
    done = run(*command, "results", "--format", fmt)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("\n")
    assert not done.stdout.endswith("\n\n")
    if fmt == "json":
        json.loads(done.stdout)
    if fmt == "csv":
        rows = list(csv.reader(io.StringIO(done.stdout, newline="")))
        assert len({len(row) for row in rows}) == 1
        assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)
    if fmt in {"text", "markdown", "latex"}:
        assert all(
            set(line) - set("\u202f\u2060") <= {c for c in line if c.isprintable()}
            for line in done.stdout.splitlines()
        )
    if fmt == "markdown":
        assert "<i>" not in done.stdout
        assert "@user" not in done.stdout
    if fmt == "latex":
        assert done.stdout.count(r"\begin{tabular}") == done.stdout.count(r"\end{tabular}") == 1


def test_ranks_as_json(run, results):
    """The agreed shape."""
    document = json.loads(run("rank", "results", "--format", "json").stdout)
    (board,) = document["boards"]
    assert board["board"] == "board"
    wanted = ("model", "score", "standard_error", "rank_low", "rank_high", "tie_group", "k", "of")
    assert [[row[name] for name in wanted] for row in board["rows"]] == [
        ["b", 60.0, 1.0, 1, 1, 1, 1, 1],
        ["a", 50.0, 1.0, 2, 2, 2, 1, 1],
    ]


def test_pairs_as_json(run, shifted):
    """The agreed shape; all three models come in the same order on both."""
    (pair,) = json.loads(run("concurrence", "results", "--format", "json").stdout)["pairs"]
    wanted = ("benchmark_a", "benchmark_b", "tau_b", "low", "high", "n", "reason")
    assert [pair[name] for name in wanted] == [
        "plain",
        "shifted",
        1.0,
        None,
        None,
        3,
        "interval: n=3, needs 5",
    ]


def test_a_summary_as_json(run, shifted):
    """Least loss first."""
    document = json.loads(run("summarize", "id_ood_gap", "results", "--format", "json").stdout)
    assert document["kind"] == "id_ood_gap"
    assert [row["gap"] for row in document["rows"]] == [10.0, 15.0, 20.0]


def test_the_default_folder_is_results(run, results):
    """As the help says."""
    assert run("rank").stdout == run("rank", "results").stdout


def test_a_board_is_chosen_by_part_of_its_name(run, tmp_path):
    """And a wrong name is met with those there are."""
    entries = [*scores({"a": {"x": 1.0}}, suite="First"), *scores({"a": {"y": 1.0}}, suite="Second")]
    write_results(tmp_path / "results", entries)
    assert run("rank", "--board", "FIRST").stdout.startswith("First (")
    done = run("rank", "--board", "third")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Error: no board matches 'third'; there are: first, second, overall\n"


def test_a_policy_is_one_of_four(run, results):
    """Another one is wrong usage."""
    assert run("rank", "--policy", "coverage").exit_code == 0
    done = run("rank", "--policy", "guess")
    assert done.exit_code == 2
    assert "'complete', 'common', 'coverage', 'bounds'" in done.stderr


def test_an_unknown_kind_is_met_with_those_there_are(run, results):
    """Wrong usage."""
    done = run("summarize", "gaps")
    assert done.exit_code == 2
    assert "'gaps' is not one of" in done.stderr
    assert all(f"'{kind.NAME}'" in done.stderr for kind in SUMMARIES)


def test_an_unknown_suite_is_met_with_those_there_are(run, shifted):
    """One line, exit code 1."""
    done = run("concurrence", "--suite", "T")
    assert (done.exit_code, done.stderr) == (1, "Error: no suite is called 'T'; there are: S\n")


@pytest.mark.parametrize("command", [("concurrence",), ("summarize", "id_ood_gap")])
def test_what_is_not_estimable_says_why(run, results, command):
    """As an error for people, as a reason for programs."""
    done = run(*command)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "not estimable: " in done.stderr
    assert json.loads(run(*command, "results", "--format", "json").stdout)["reason"]


@pytest.mark.parametrize(
    "command", [("rank",), ("concurrence",), ("summarize", "id_ood_gap"), ("ingest", "--out", "r.parquet")]
)
def test_no_result_ends_with_1_and_help(run, tmp_path, command):
    """Whatever was asked for."""
    (tmp_path / "results").mkdir()
    done = run(*command)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: nothing to publish: no record could be read from results\n")


def test_scores_that_cannot_be_compared_are_no_ranking(run, tmp_path):
    """An empty CSV would look like an answer."""
    write_results(tmp_path / "results", scores({"a": {"x": None}}))
    done = run("rank", "--format", "csv")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nothing to rank" in done.stderr


# -- ingest


def test_records_are_written_as_one_table(run, unclean, tmp_path):
    """Exit code as for build; what happened on standard error."""
    done = run("ingest", "unclean", "--out", "new/records.parquet")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.splitlines()[-1] == "wrote new/records.parquet"
    assert len(pd.read_parquet(tmp_path / "new" / "records.parquet")) == 2


def test_quiet_ingest_says_nothing(run, results):
    """And needs to know where to write."""
    assert run("ingest", "--out", "r.parquet", "--quiet").output == ""
    done = run("ingest")
    assert done.exit_code == 2
    assert "--out" in done.stderr


# -- any terminal


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_table_is_printed_whatever_the_locale(results, encoding):
    """In UTF-8 where the locale has no signs for it; never a traceback, never half a table."""
    done = CliRunner(charset=encoding).invoke(main, ["rank", str(results), "--no-cache"])
    assert done.exit_code == 0, done.exception
    assert "─────" in done.stdout_bytes.decode("utf-8")
