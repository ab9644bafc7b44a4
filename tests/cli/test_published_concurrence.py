"""The published rank agreement of another tool, through our command line on its own input file."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner

from reportgen.cli.main import main

METRICS = "metrics:\n  - id: score\n    direction: higher\n"


@pytest.mark.shared
def test_every_published_pair_of_benchbench_is_reproduced(shared_data, tmp_path):
    """220 Kendall correlations over all shared models (BenchBench, git 1dfd46a6) to 1e-12."""
    golden = shared_data / "golden" / "benchmark_agreement"
    shutil.copy(golden / "input_long.csv", tmp_path)
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "metrics.yml").write_text(METRICS, encoding="utf-8")
    ran = CliRunner().invoke(main, ["concurrence", str(tmp_path), "--format", "json", "--no-cache"])
    assert ran.exit_code == 0, ran.output
    ours = {}
    for pair in json.loads(ran.stdout)["pairs"]:
        ours[pair["benchmark_a"], pair["benchmark_b"]] = pair["tau_b"]
        ours[pair["benchmark_b"], pair["benchmark_a"]] = pair["tau_b"]
    published = pd.read_csv(golden / "kendall_all_shared_models.csv")
    found = [ours[row.scenario, row.ref_scenario] for row in published.itertuples()]
    assert len(found) == 220
    assert found == pytest.approx(published["correlation"].tolist(), abs=1e-12)
