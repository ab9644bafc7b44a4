"""`reportgen concurrence --method` as other tools compute agreement, their published figures included."""

from __future__ import annotations

import csv
import io
import json
import shutil

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from reports import scores, write_results
from scipy.stats import kendalltau

from reportgen.analysis.concurrence.references import strict_win_rates
from reportgen.analysis.concurrence.replication import BENCHBENCH, CBRC, TOGETHER
from reportgen.cli.main import main

METRICS = "metrics:\n  - id: score\n    direction: higher\n"
FORMATS = ("text", "json", "csv", "markdown", "latex")
METHODS = ("benchbench", "cbrc")
TABLE = {
    f"m{row}": {"x": 10.0 + row, "y": 20.0 + (row * 3) % 7, "z": 30.0 + (row * 5) % 8, **({"w": 5.0 + row} if row < 4 else {})}
    for row in range(8)
}  # fmt: skip


@pytest.fixture
def results(tmp_path):
    return write_results(tmp_path / "results", scores(TABLE, suite="S"))


def printed(run, method: str, fmt: str = "json") -> str:
    done = run("concurrence", "--method", method, "--format", fmt)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_benchbench_is_literally_its_algorithm(run, results):
    """Second implementation: strict wins over n - 1, averaged; scipy's tau and p; z with n - 1, the target inside."""
    document = json.loads(printed(run, "benchbench"))
    assert list(document) == ["method", "caveat", "columns", "pairs", "aggregate"]
    wide = pd.DataFrame(TABLE).T
    rates = pd.DataFrame(
        {name: [(wide[name] < score).sum() / (wide[name].count() - 1) if score == score else np.nan  # noqa: PLR0124  # nan alone differs from itself
                for score in wide[name]] for name in wide}, index=wide.index
    )  # fmt: skip
    whole = rates.mean(axis=1)
    pairs = {(row["benchmark_a"], row["benchmark_b"]): row for row in document["pairs"]}
    for (a, b), row in pairs.items():
        both = wide[[a, b]].dropna()
        if len(both) < 5:
            assert (row["correlation"], row["p_value"]) == (None, None)
            assert row["reason"] == "overlap n=4: BenchBench needs 5"
            continue
        made = kendalltau(both[a], both[b])
        assert (row["correlation"], row["p_value"]) == pytest.approx((made.statistic, made.pvalue), abs=1e-12)
        assert row["n"] == len(both)
    taus = {name: kendalltau(wide[name], whole).statistic for name in "xyz"}
    spread = np.std(list(taus.values()), ddof=1)
    found = {row["benchmark_a"]: row for row in document["aggregate"]}
    assert found["w"]["reason"] == "overlap n=4: BenchBench needs 5"
    for name, tau in taus.items():
        expected = (tau, (tau - np.mean(list(taus.values()))) / spread)
        assert (found[name]["correlation"], found[name]["z_score"]) == pytest.approx(expected)
        others = rates.drop(columns=name).mean(axis=1)
        assert found[name]["corrected"] == pytest.approx(kendalltau(wide[name], others.round(9)).statistic)
        assert found[name]["corrected"] < found[name]["correlation"]


def test_cbrc_is_the_mean_of_taus_and_its_interval_a_jackknife(run, results):
    """Second implementation: scipy's taus, and all of them again without each model."""
    found = {row["setting"]: row for row in json.loads(printed(run, "cbrc"))["settings"]}
    wide = pd.DataFrame(TABLE).T

    def mean(name: str, rows: pd.DataFrame) -> float:
        taus = []
        for other in rows.columns.drop(name):
            both = rows[[name, other]].dropna()
            if len(wide[[name, other]].dropna()) >= 3:
                taus.append(kendalltau(both[name], both[other]).statistic)
        return float(np.mean(taus))

    row = found["x"]
    assert row["cbrc"] == pytest.approx(mean("x", wide))
    without = np.array([mean("x", wide.drop(index=model)) for model in wide.index])
    error = np.sqrt(7 / 8 * ((without - without.mean()) ** 2).sum())
    assert row["high"] - row["cbrc"] == pytest.approx(min(1 - row["cbrc"], 2.364624 * error), abs=1e-5)
    assert (row["peers"], row["n"], row["reason"]) == (3, 8, "")
    assert row["lowest"] <= row["cbrc"] <= row["highest"]
    assert found["w"]["reason"] == "interval: n=4, needs 5"
    assert found["w"]["low"] is None


def test_zhang_and_hardt_is_another_word_for_diversity(run, results):
    """The same bytes in every format."""
    for fmt in FORMATS:
        assert printed(run, "zhang-hardt", fmt) == run("concurrence", "--diversity", "--format", fmt).stdout


@pytest.mark.parametrize("method", METHODS)
def test_every_format_carries_the_figures_and_the_caveat(run, results, method):
    """CSV has no place for words; the others say what is wrong with the figure."""
    columns, word = (BENCHBENCH, "aggregate") if method == "benchbench" else (CBRC, "siblings")
    (header, *rows) = csv.reader(io.StringIO(printed(run, method, "csv")))
    assert header == list(columns)
    assert len(rows) == (6 + 4 if method == "benchbench" else 4)
    for fmt in ("text", "json", "markdown", "latex"):
        assert word in printed(run, method, fmt)
    if method == "benchbench":
        lines = printed(run, method).splitlines()
        assert any("contains the benchmark" in line for line in lines)
        assert TOGETHER in printed(run, method, "text").splitlines()[3], "the aggregate comes first"


@pytest.mark.parametrize("method", METHODS)
def test_little_is_an_error_with_a_reason_and_suites_are_known(run, tmp_path, method):
    """In JSON a reason, else an error; an unknown suite is named."""
    write_results(tmp_path / "results", scores({"a": {"x": 1.0}, "b": {"x": 2.0}}, suite="S"))
    document = json.loads(printed(run, method))
    assert document["reason"].startswith("a pair needs two settings")
    done = run("concurrence", "--method", method)
    assert (done.exit_code, done.stdout) == (1, "")
    wrong = run("concurrence", "--method", method, "--suite", "T")
    assert "no suite is called 'T'; there are: S" in wrong.stderr


def test_a_suite_is_taken_alone(run, tmp_path):
    """Its aggregate holds nothing of another suite."""
    table = {model: {name: row[name] for name in "xyz"} for model, row in TABLE.items()}
    entries = [
        *scores(table, suite="S"),
        *scores({model: {"q": row["x"]} for model, row in TABLE.items()}, suite="T"),
    ]
    write_results(tmp_path / "results", entries)
    document = json.loads(
        run("concurrence", "--method", "benchbench", "--suite", "S", "--format", "json").stdout
    )
    assert [row["benchmark_a"] for row in document["aggregate"]] == ["x", "y", "z"]
    assert len(document["pairs"]) == 3


@pytest.mark.shared
def test_published_correlations_and_p_values_of_benchbench(shared_data, tmp_path):
    """IBM/benchbench, git 1dfd46a6: all 220 published pairs to 1e-12, p-values too, through the command line."""
    golden = shared_data / "golden" / "benchmark_agreement"
    shutil.copy(golden / "input_long.csv", tmp_path)
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "metrics.yml").write_text(METRICS, encoding="utf-8")
    asked = ["concurrence", str(tmp_path), "--method", "benchbench", "--format", "json", "--no-cache"]
    ran = CliRunner().invoke(main, asked)
    assert ran.exit_code == 0, ran.output
    ours = {}
    for row in json.loads(ran.stdout)["pairs"]:
        figures = row["correlation"], row["p_value"]
        ours[row["benchmark_a"], row["benchmark_b"]] = ours[row["benchmark_b"], row["benchmark_a"]] = figures
    published = pd.read_csv(golden / "kendall_all_shared_models.csv")
    assert len(published) == 220
    found = np.array([ours[row.scenario, row.ref_scenario] for row in published.itertuples()], dtype=float)
    np.testing.assert_allclose(found[:, 0], published["correlation"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found[:, 1], published["p_value"], rtol=0, atol=1e-12)


@pytest.mark.shared
def test_published_aggregate_of_benchbench(shared_data):
    """Its column of 109 models: strict wins among models with two of the six benchmarks that its example names."""
    rows = pd.read_csv(shared_data / "golden" / "benchmark_agreement" / "input_long.csv")
    wide = rows.pivot_table(index="model", columns="scenario", values="score")
    names = [
        "AlphacaEval v2lc",
        "HF OpenLLM v2",
        "Helm Classic",
        "Helm Lite",
        "LMSys Arena",
        "OpenCompass Academic",
    ]
    kept = wide[wide[names].notna().sum(axis=1) >= 2]
    assert len(kept) == 109
    rates = strict_win_rates(kept[names].to_numpy(), np.ones((6, 1), dtype=bool))[:, 0]
    np.testing.assert_allclose(rates, kept["aggregate"], rtol=0, atol=1e-12)
