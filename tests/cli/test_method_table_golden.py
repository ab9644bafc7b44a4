"""The tables of DomainBed: every mean that they print against the parts that they print."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.mark.shared
def test_every_printed_mean_of_domainbed_agrees_with_its_parts(shared_data, repository, tmp_path, run):
    """All 336 rows of its tables (golden G4), from the file as it is: domains, means, and the mean of means."""
    file = shared_data / "golden" / "domainbed" / "results_2020_10_06.json"
    for mapping in sorted((repository / "tests" / "golden_cases" / "domainbed").rglob("*.mapping.yml")):
        beside = tmp_path / "results" / mapping.parent.name
        beside.mkdir(parents=True)
        shutil.copy(mapping, beside)
        shutil.copy(file, beside)
    done = run("summarize", "method_table", "results", "--format", "json", "--no-cache")
    assert done.exit_code == 0, done.output
    tables = json.loads(file.read_text(encoding="utf-8"))
    printed = {
        (rule, "DomainBed" if name == "Averages" else name, model): row[-1]
        for rule, parts in tables.items() for name, part in parts.items() for model, row in part["rows"].items()
    }  # fmt: skip
    rows = json.loads(done.stdout)["rows"]
    checked = [row for row in rows if row["printed"] is not None]
    assert len(checked) == len(printed) == 336
    assert sorted(row["printed"] for row in checked) == sorted(printed.values())
    assert {row["consistent"] for row in checked} == {"yes"}
    assert max(abs(row["printed_difference"]) for row in checked) <= 0.1 + 1e-9
