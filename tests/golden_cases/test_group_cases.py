"""Published scores of groups, from the files as they are, through the command line, against single answers."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reportgen.analysis.summaries.subgroup_disparity import FEWEST_ITEMS
from reportgen.cli.main import main

MAPPINGS = Path(__file__).parent / "gpt4v_shift"
pytestmark = pytest.mark.shared
#: (dataset, domain or "", class or domain, model) -> right or wrong, answer by answer
Answers = dict[tuple[str, str, str, str], list[bool]]


@pytest.fixture
def case(shared_data: Path) -> dict[str, Any]:
    """G15."""
    listed = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    (found,) = [one for one in listed if one["id"] == "G15"]
    return found


def answers(folder: Path, pattern: str) -> Answers:
    """The answers of every model to every image, by class within domain and by domain."""
    found: Answers = defaultdict(list)
    for file in sorted(folder.glob(pattern)):
        model = file.stem.removeprefix("unified_output_")
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            right = row["true_class"] == row["predicted_class"]
            found[row["dataset"], row["domain"], row["true_class"], model].append(right)
            found[row["dataset"], "", row["domain"], model].append(right)
    return found


def test_gpt4v_by_domain_and_class(case, shared_data, tmp_path) -> None:
    """G15: every accuracy of the results files is that of the single answers, in its own panel and with its n."""
    golden = shared_data / "golden"
    for mapping in sorted(MAPPINGS.rglob("*.mapping.yml")):
        beside = tmp_path / mapping.parent.name
        beside.mkdir()
        shutil.copy(mapping, beside)
        for file in sorted((golden / "gpt4v_shift").rglob("results_*.json")):
            shutil.copy(file, beside)
    command = ["summarize", "subgroup_disparity", str(tmp_path), "--format", "json", "--no-cache"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["tables"]["groups"]
    expected = answers(golden, case["inputs"][0])
    seen = set()
    for row in rows:
        dataset, _, domain = row["benchmark"].partition(" · ")
        key = (dataset, domain, row["group"], row["model"])
        right = expected[key]
        assert row["score"] == pytest.approx(sum(right) / len(right), abs=case["tolerance"]), key
        assert (row["n"], row["small"]) == (len(right), len(right) < FEWEST_ITEMS)
        seen.add(key)
    groups = Counter((dataset, domain, model) for dataset, domain, _, model in expected)
    assert seen == {key for key in expected if groups[key[0], key[1], key[3]] > 1}, "one domain has no others"
    assert len(seen) == 53
