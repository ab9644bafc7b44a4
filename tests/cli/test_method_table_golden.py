"""The tables of DomainBed: every mean that they print against the parts that they print."""

from __future__ import annotations

import json

import pytest
from reports import ACCURACY, write_results


def printed_row(rule, name, columns, method, row):
    """Entries of one printed row; of the table of averages only its mean, because the rest is of other tables."""
    over_all = name.casefold().startswith("average")
    suite = "DomainBed"
    for column, cell in zip(columns, row, strict=True):
        value, error = cell if isinstance(cell, list) else (cell, None)
        is_mean = column == "Avg"
        if over_all and not is_mean:
            continue
        entry = {"model": method, "metric": ACCURACY, "value": value,
                 "benchmark": {"id": suite if over_all else name, "suite": suite, "level": "aggregate" if is_mean else "leaf"},
                 "conditions": {"role": "ood", "selection": rule} | ({} if is_mean else {"test_domain": column})}  # fmt: skip
        yield entry | ({} if error is None else {"stderr": error})


@pytest.mark.shared
def test_every_printed_mean_of_domainbed_agrees_with_its_parts(shared_data, tmp_path, run):
    """All 336 rows of its tables (golden G4), through the command line, from the figures as printed."""
    folder = tmp_path / "results"
    tables = json.loads(
        (shared_data / "golden" / "domainbed" / "results_2020_10_06.json").read_text(encoding="utf-8")
    )
    entries = [
        entry for rule, parts in tables.items() for name, part in parts.items()
        for method, row in part["rows"].items() for entry in printed_row(rule, name, part["columns"], method, row)
    ]  # fmt: skip
    write_results(folder, entries)
    done = run("summarize", "method_table", "results", "--format", "json", "--no-cache")
    assert done.exit_code == 0, done.output
    checked = [row for row in json.loads(done.stdout)["rows"] if row["printed"] is not None]
    assert (
        len(checked) == sum(len(part["rows"]) for parts in tables.values() for part in parts.values()) == 336
    )
    assert {row["consistent"] for row in checked} == {"yes"}
    assert max(abs(row["printed_difference"]) for row in checked) <= 0.1 + 1e-9
