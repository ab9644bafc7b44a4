"""Published gaps and agreement of benchmarks, from the files as they are, through the command line."""

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
    """What a command prints as JSON."""
    done = CliRunner().invoke(main, [*words, "--format", "json", "--no-cache"])
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


def scylla_scores(shared_data: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """Mean accuracies in and out of distribution by model and level, straight from the file."""
    document = json.loads((shared_data / "golden/scylla/scylla_tables.json").read_text(encoding="utf-8"))
    return {
        (model, level): (cell["id_mean"], cell["ood_mean"])
        for model, row in document["figure5_qwen15"].items()
        for level, cell in row.items()
    }


def published_scores(case: dict[str, Any]) -> dict[tuple[str, str], float]:
    """Table 2's generalization scores by model and level."""
    return {(model, level): one for model, row in case["expected"].items() for level, one in row.items()}


def test_scores_of_scylla_as_gaps(cases, shared_data, tmp_path) -> None:
    """G9: ood - max(0, id - ood) of the mean accuracies, within 0.03 of the published mean over tasks."""
    file = shared_data / "golden" / "scylla" / "scylla_tables.json"
    found = printed("summarize", "id_ood_gap", str(beside_mappings("scylla_gap", file, tmp_path)))
    pairs = {(row["system"], row["setting"].removesuffix(" · ood")): row for row in found["tables"]["pairs"]}
    by_hand = scylla_scores(shared_data)
    assert pairs.keys() == by_hand.keys()
    for key, (inside, shifted) in by_hand.items():
        assert pairs[key]["gap"] == pytest.approx(inside - shifted, abs=1e-12)
        score = shifted - max(0.0, inside - shifted)
        assert pairs[key]["generalization_score"] == pytest.approx(score, abs=1e-12)
    scores = {key: row["generalization_score"] for key, row in pairs.items()}
    expected = published_scores(cases["G9"])
    assert scores == pytest.approx(expected, abs=cases["G9"]["tolerance"])
    assert max(abs(scores[key] - one) for key, one in expected.items()) > 0.005, "the mean over tasks of S"


def test_scores_of_scylla_by_level_of_complexity(cases, shared_data, tmp_path) -> None:
    """G9 from the summary of complexity too: the same figures, level by level."""
    file = shared_data / "golden" / "scylla" / "scylla_tables.json"
    found = printed("summarize", "complexity_valley", str(beside_mappings("scylla", file, tmp_path)))
    scores = {(row["model"], row["level"]): row["score"] for row in found["tables"]["levels"]}
    assert scores == pytest.approx(published_scores(cases["G9"]), abs=cases["G9"]["tolerance"])


def test_agreement_of_means_over_seeds(cases, shared_data, tmp_path) -> None:
    """G17, of its means: tau-b of two benchmarks whose scores have three seeds each, which are averaged first."""
    file = shared_data / "golden" / "formula_fixtures" / "concurrence.json"
    (pair,) = printed("concurrence", str(beside_mappings("seeds", file, tmp_path)))["pairs"]
    assert (pair["benchmark_a"], pair["benchmark_b"], pair["n"]) == ("A", "B", 6)
    expected = cases["G17"]["expected"]["tau_b_model_means"]
    assert pair["tau_b"] == pytest.approx(expected, abs=cases["G17"]["tolerance"])
