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

HERE = Path(__file__).parent
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


def groups_of(folder: Path, mappings: Path, files: list[Path]) -> list[dict[str, Any]]:
    """The groups that `reportgen summarize` prints of these files, each beside each of the mappings."""
    for mapping in sorted(mappings.rglob("*.mapping.yml")):
        beside = folder / mapping.parent.name
        beside.mkdir()
        shutil.copy(mapping, beside)
        for file in files:
            shutil.copy(file, beside)
    command = ["summarize", "subgroup_disparity", str(folder), "--format", "json", "--no-cache"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.stdout)["tables"]["groups"]
    return rows


def test_gpt4v_by_domain_and_class(case, shared_data, tmp_path) -> None:
    """G15: every accuracy of the results files is that of the single answers, in its own panel and with its n."""
    golden = shared_data / "golden"
    files = sorted((golden / "gpt4v_shift").rglob("results_*.json"))
    rows = groups_of(tmp_path, HERE / "gpt4v_shift", files)
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


def test_gpt4v_from_single_answers(case, shared_data, tmp_path) -> None:
    """G15 from the files it names: right where the class is the true one; every accuracy and n as the results files say."""
    golden = shared_data / "golden"
    expected: dict[tuple[str, str, str, str], tuple[float, int]] = {}
    for file in sorted((golden / "gpt4v_shift").rglob(Path(case["expected"].split()[-1]).name)):
        model = file.stem.removeprefix("results_")
        for dataset, of_dataset in json.loads(file.read_text(encoding="utf-8"))["datasets"].items():
            for domain, of_domain in of_dataset["domains"].items():
                expected[dataset, "", domain, model] = (of_domain["accuracy"], of_domain["total"])
                for name, of_class in of_domain["classes"].items():
                    expected[dataset, domain, name, model] = (of_class["accuracy"], of_class["total"])
    rows = groups_of(tmp_path, HERE / "gpt4v_shift_items", sorted(golden.glob(case["inputs"][0])))
    seen = set()
    for row in rows:
        dataset, _, domain = row["benchmark"].partition(" · ")
        key = (dataset, domain, row["group"], row["model"])
        assert row["score"] == pytest.approx(expected[key][0], abs=case["tolerance"]), key
        assert row["n"] == expected[key][1]
        seen.add(key)
    groups = Counter((dataset, domain, model) for dataset, domain, _, model in expected)
    assert seen == {key for key in expected if groups[key[0], key[1], key[3]] > 1}, "one domain has no others"
    assert len(seen) == 53
