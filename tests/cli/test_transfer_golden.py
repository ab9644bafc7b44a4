"""The published tables of DomainBed, through the command line from its own files."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def rows(shared_data, tmp_path, run):
    """The rows of the summary of DomainBed's sweep."""
    shutil.copytree(shared_data / "formats" / "domainbed", tmp_path / "sweep")
    done = run("summarize", "transfer_matrix", "sweep", "--format", "json", "--no-cache")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["rows"]


@pytest.mark.shared
@pytest.mark.parametrize("case", ["G1", "G2"])
def test_the_sweep_of_domainbed_as_published(shared_data, rows, case):
    """Mean and ± of each test domain and of the mean over them, as its test_sweep_results.txt prints them."""
    cases = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    wanted = next(one for one in cases if one["id"] == case)
    mine = [row for row in rows if row["selection"] == wanted["selection"]]
    near = wanted["tolerance"] + 1e-9
    for name, field in (("mean", "estimate"), ("stderr", "standard_error")):
        found = {row["test_domain"]: row[field] for row in mine if row["statistic"] == "score"}
        assert found == pytest.approx(wanted["expected"][name], abs=near)
    (mean,) = [row for row in mine if row["statistic"] == "mean"]
    assert mean["estimate"] == pytest.approx(wanted["expected"]["avg"], abs=near)
    assert [mean["estimate"], mean["standard_error"]] == pytest.approx(
        wanted["expected"]["avg_of_trials"], abs=near
    )
    assert mean["error_kind"] == "trials, population, of means over domains"


@pytest.mark.shared
def test_the_oracle_is_labelled(rows):
    """It reads the test domain."""
    assert "oracle (reads the test domain)" in {row["selection"] for row in rows}
