"""Outcomes of real files as they are, through the command line, against plain loops over the files."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reportgen.cli.main import main

MAPPINGS = Path(__file__).parent / "child_play"
pytestmark = pytest.mark.shared


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """The main table that `reportgen summarize` prints of a folder."""
    done = CliRunner().invoke(
        main, ["summarize", "pairwise_outcomes", str(folder), "--format", "json", "--no-cache"]
    )
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.output)["rows"]
    return rows


def test_guess_the_smiles(shared_data: Path, tmp_path: Path) -> None:
    """Case G14: 16 settings of 100 answers; counts from the single answers, rates as published and by the file's F1."""
    folder = shared_data / "golden" / "child_play" / "molecule_app"
    name = "oa_gpt-4o-mini-2024-07-18.csv"
    published = folder / f"evaluation_summary{name}"
    shutil.copy(published, tmp_path)
    shutil.copy(MAPPINGS / "smiles.mapping.yml", tmp_path)
    answers: dict[tuple[str, float], Counter[str]] = {}
    with (folder / f"benchmark_results{name}").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            kind = "wins" if row["correct"] == "True" else "losses"
            kind = "invalid" if float(row["chemical_similarity"]) == -1 else kind
            answers.setdefault((row["model"], float(row["temperature"])), Counter())[kind] += 1
    with published.open(encoding="utf-8") as lines:
        expected = {(row["model"], float(row["temperature"])): row for row in csv.DictReader(lines)}
    found = rows_of(tmp_path)
    assert len(found) == len(expected) == len(answers) == 16
    for row in found:
        (temperature,) = re.findall(r"temperature=([\d.]+)", row["system"])
        key = (row["model"], float(temperature))
        assert {name: int(row[name]) for name in ("wins", "losses", "invalid")} == {
            name: answers[key][name] for name in ("wins", "losses", "invalid")
        }
        accuracy = float(expected[key]["accuracy"])
        assert row["win"] == row["estimate"] == pytest.approx(accuracy, abs=1e-9)
        score = 2 * row["win"] / (1 + row["win"])
        assert score == pytest.approx(float(expected[key]["f1_score"]), abs=1e-9)


def test_guess_the_smiles_from_single_answers(shared_data: Path, tmp_path: Path) -> None:
    """Case G14 from the file it names: every published count, rate, F1 and number of invalid molecules of 16 settings."""
    folder = shared_data / "golden" / "child_play" / "molecule_app"
    name = "oa_gpt-4o-mini-2024-07-18.csv"
    shutil.copy(folder / f"benchmark_results{name}", tmp_path)
    shutil.copy(MAPPINGS / "answers.mapping.yml", tmp_path)
    with (folder / f"evaluation_summary{name}").open(encoding="utf-8") as lines:
        expected = {(row["model"], float(row["temperature"])): row for row in csv.DictReader(lines)}
    found = rows_of(tmp_path)
    assert len(found) == len(expected) == 16
    for row in found:
        (temperature,) = re.findall(r"temperature=([\d.]+)", row["system"])
        published = expected[row["model"], float(temperature)]
        right, wrong = int(published["correct_count"]), int(published["incorrect_count"])
        assert (row["wins"], row["losses"] + row["invalid"]) == (right, wrong)
        assert row["invalid"] == int(published["incorrect_smiles_count"])
        assert (row["n"], row["ties"], row["unaccounted"]) == (right + wrong, 0, 0)
        assert row["win"] == row["estimate"] == pytest.approx(float(published["accuracy"]), abs=1e-9)
        score = 2 * row["win"] / (1 + row["win"])  # by the source, precision is 1
        assert score == pytest.approx(float(published["f1_score"]), abs=1e-9)


def test_board_games(shared_data: Path, tmp_path: Path) -> None:
    """27 files of 100 games: a wrong move is a win of the opponent, so it is taken out of the losses, once."""
    folder = shared_data / "golden" / "child_play" / "experiment_board_games"
    shutil.copytree(folder, tmp_path / folder.name)
    shutil.copy(MAPPINGS / "games.mapping.yml", tmp_path)
    expected = []
    for file in folder.rglob("results_*.json"):
        counts = json.loads(file.read_text(encoding="utf-8"))
        invalid = counts["P1 Wrong Moves"]
        expected.append((counts["P1 Wins"], counts["Ties"], counts["P2 Wins"] - invalid, invalid))
    found = rows_of(tmp_path)
    told = [tuple(int(row[name]) for name in ("wins", "ties", "losses", "invalid")) for row in found]
    assert len(found) == 27
    assert sorted(told) == sorted(expected)
    assert {row["n"] for row in found} == {100}
    assert {row["unaccounted"] for row in found} == {0}


def test_alpacaeval_counts(shared_data: Path, tmp_path: Path) -> None:
    """Every model of a leaderboard with counts: wins and half of the draws of all instructions."""
    name = "weighted_alpaca_eval_gpt4_turbo_leaderboard.csv"
    file = shared_data / "formats" / "alpaca_eval" / "src" / "data_AlpacaEval_2" / name
    if not file.is_file():
        pytest.skip("the AlpacaEval leaderboard is absent")
    (tmp_path / "data_AlpacaEval_2").mkdir()
    shutil.copy(file, tmp_path / "data_AlpacaEval_2")
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    expected = [
        (float(row["n_wins"]) + float(row["n_draws"]) / 2) / float(row["n_total"])
        for row in rows
        if sum(float(row[one]) for one in ("n_wins", "n_draws", "n_wins_base")) <= float(row["n_total"])
    ]
    found = rows_of(tmp_path)
    assert len(found) > 100
    assert sorted(row["estimate"] for row in found) == pytest.approx(sorted(expected))
