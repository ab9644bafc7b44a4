"""Agreement over pairs of seeds and diversity of leaderboards, from the files as they are, through the command line."""

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


def printed(*words: str) -> dict[str, Any]:
    """What `concurrence` prints as JSON."""
    done = CliRunner().invoke(main, ["concurrence", *words, "--format", "json", "--no-cache"])
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def beside_mappings(name: str, file: Path, folder: Path) -> Path:
    """The mappings of this folder of tests, and beside each a copy of the file as it is."""
    for mapping in sorted((MAPPINGS / name).rglob("*.mapping.yml")):
        beside = folder / mapping.parent.name
        beside.mkdir()
        shutil.copy(mapping, beside)
        shutil.copy(file, beside)
    return folder


def test_agreement_over_all_pairs_of_seeds(cases, shared_data, tmp_path) -> None:
    """G17, whole: 6 models with 3 x 3 pairs of seeds; a benchmark with itself stays below 1."""
    file = shared_data / "golden" / "formula_fixtures" / "concurrence.json"
    document = printed(str(beside_mappings("seeds", file, tmp_path)), "--method", "sun2023")
    pairs = {(pair["benchmark_a"], pair["benchmark_b"]): pair for pair in document["pairs"]}
    assert sorted(pairs) == [("A", "A"), ("A", "B"), ("B", "B")]
    pair = pairs["A", "B"]
    assert (pair["n"], pair["fewest_seeds"], pair["most_seeds"]) == (6, 3, 3)
    found = {
        "n_pairs": pair["points"],
        "tau_b_seed_crossproduct": pair["tau_b"],
        "pearson_seed_crossproduct": pair["pearson"],
        "tau_b_self_A_crossproduct": pairs["A", "A"]["tau_b"],
        "tau_b_model_means": pair["tau_b_of_means"],
        "spearman_model_means": pair["spearman_of_means"],
    }
    assert found == pytest.approx(cases["G17"]["expected"], abs=cases["G17"]["tolerance"])
    assert "no independent observations" in document["caveat"]
    assert not {"low", "high", "standard_error"} & pair.keys()


def suite_of(folder: Path) -> dict[str, Any]:
    """The one suite of a folder."""
    (row,) = printed(str(folder), "--diversity")["suites"]
    return row


@pytest.mark.parametrize(
    ("suite", "tasks", "models"), [("GLUE", 9, 87), ("SuperGLUE", 8, 28), ("BBH", 27, 107), ("VTAB", 19, 16)]
)
def test_diversity_of_a_leaderboard(
    cases, shared_data, tmp_path, suite: str, tasks: int, models: int
) -> None:
    """G10: as the published code has it; halves of a cell, and the two columns of MNLI, are averaged."""
    file = shared_data / "golden" / "leaderboards" / f"{suite.lower()}__leaderboard.tsv"
    row = suite_of(beside_mappings(f"diversity/{suite.lower()}", file, tmp_path))
    assert (row["suite"], row["tasks"], row["n"], row["of"]) == (suite, tasks, models, models)
    found = [row["diversity_as_published"], row["max_rank_change_as_published"]]
    assert found == pytest.approx(cases["G10"]["expected"][suite], abs=cases["G10"]["tolerance"])
