"""More than a million scores in one compressed table, through a mapping, within bounds of memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

MAPPING = """
files: "*.csv.xz"
layout: tidy
fields:
  model: model
  model_revision: revision
  benchmark: task
  split: split
  subset: subset
  value: main_score
  tool_version: mteb_version
  dataset_revision: dataset_revision
constants: {suite: MTEB, metric: main_score, tool: mteb}
"""
#: As much as the whole of `check` may take.
MOST_BYTES = 1_500_000_000


def run(*arguments: object) -> tuple[str, int]:
    """Output and peak memory in bytes of a command."""
    command = [sys.executable, "-m", "reportgen", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
    return output, usage.ru_maxrss * 1024


@pytest.fixture
def folder(shared_data, tmp_path):
    (tmp_path / "mteb.mapping.yml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "reportgen.yml").write_text("max_file_bytes: 300000000\n", encoding="utf-8")
    table = shared_data / "corpora" / "mteb_main_scores.csv.xz"
    (tmp_path / table.name).write_bytes(table.read_bytes())
    return tmp_path


@pytest.mark.slow
@pytest.mark.shared
def test_every_row_of_the_main_scores_of_mteb_arrives(folder) -> None:
    """1,290,433 rows, of which twelve are NaN, as counted in the source; two columns are left out, none is lost."""
    output, peak = run("check", folder, "--format", "json")
    totals = json.loads(output)["totals"]
    assert (totals["records_read"], totals["numbers_ingested"]) == (1_290_433, 1_290_421)
    assert (totals["numbers_quarantined"], totals["errors"]) == (0, 0)
    assert peak <= MOST_BYTES, f"{peak / 1e6:.0f} MB"


@pytest.mark.slow
@pytest.mark.shared
def test_the_same_table_is_summed_up_by_inspect(folder) -> None:
    """662 models and 1,555 tasks, as counted in the source, and what is missing by its reason."""
    output, _ = run("inspect", folder / "mteb_main_scores.csv.xz", "--format", "json")
    found = json.loads(output)
    assert (found["models"], found["benchmarks"], found["missing"]) == (662, 1_555, {"nan": 12})
