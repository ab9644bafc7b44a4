"""Published figures of splits by axis, variant and group, from the files as they are, through the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reportgen.cli.main import main

MAPPINGS = Path(__file__).parent
pytestmark = pytest.mark.shared


@pytest.fixture
def cases(shared_data: Path) -> dict[str, dict[str, Any]]:
    """The golden cases by id."""
    listed = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    return {case["id"]: case for case in listed}


def summary(folder: Path, kind: str) -> dict[str, Any]:
    """What `reportgen summarize` prints of a folder."""
    done = CliRunner().invoke(main, ["summarize", kind, str(folder), "--format", "json", "--no-cache"])
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    return document


def test_genegpt_by_task(cases, shared_data, tmp_path) -> None:
    """G13: nine tasks of the best configuration, and their mean to two decimals."""
    case = cases["G13"]
    shutil.copy(shared_data / "golden" / case["inputs"][0], tmp_path)
    shutil.copy(MAPPINGS / "genegpt.mapping.yml", tmp_path)
    found = summary(tmp_path, "axis_breakdown")
    system = f"GeneGPT (config={case['filter']['config']})"
    axes = {row["axis"]: row["score"] for row in found["tables"]["axes"] if row["system"] == system}
    expected = {name: value for name, value in case["expected"].items() if name != "macro_2dp"}
    assert axes == pytest.approx(expected, abs=case["tolerance"])
    (overall,) = [row["estimate"] for row in found["rows"] if row["system"] == system]
    assert round(overall, 2) == case["expected"]["macro_2dp"]
