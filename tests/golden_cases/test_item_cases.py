"""Summaries of items and measurements on real files as they are, through the command line, against plain loops."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from statistics import variance
from typing import Any

import pytest
from click.testing import CliRunner
from scipy.stats import kendalltau, pearsonr

from reportgen.cli.main import main

MAPPINGS = Path(__file__).parent
pytestmark = pytest.mark.shared


def summary(folder: Path, kind: str) -> dict[str, Any]:
    """What `reportgen summarize` prints of a folder."""
    done = CliRunner().invoke(main, ["summarize", kind, str(folder), "--format", "json", "--no-cache"])
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    return document


def test_two_judges_of_alpacaeval(shared_data: Path, tmp_path: Path) -> None:
    """The same outputs judged by GPT-4 and by Claude: every difference, and the agreement of the two orders."""
    folder = shared_data / "formats" / "alpaca_eval" / "src" / "data_AlpacaEval"
    if not folder.is_dir():
        pytest.skip("the AlpacaEval leaderboards are absent")
    rates: dict[str, dict[str, float]] = {}
    (tmp_path / "data_AlpacaEval").mkdir()
    for judge in ("alpaca_eval_gpt4", "claude"):
        file = folder / f"{judge}_leaderboard.csv"
        shutil.copy(file, tmp_path / "data_AlpacaEval")
        with file.open(encoding="utf-8") as lines:
            rates[judge] = {row[""]: float(row["win_rate"]) for row in csv.DictReader(lines)}
    found = summary(tmp_path, "measurement_sensitivity")
    rows = found["rows"]
    both = sorted(set(rates["claude"]) & set(rates["alpaca_eval_gpt4"]))
    assert len(rows) == len(both) > 20
    expected = sorted(rates["claude"][name] - rates["alpaca_eval_gpt4"][name] for name in both)
    assert sorted(row["estimate"] for row in rows) == pytest.approx(expected, abs=1e-9)
    (claude,) = [row for row in rows if row["system"] == "claude"]
    assert claude["estimate"] == pytest.approx(75.83850931677019 - rates["alpaca_eval_gpt4"]["claude"])
    tau = kendalltau(*[[rates[judge][name] for name in both] for judge in rates]).statistic
    (order,) = found["tables"]["ranks"]
    assert order["tau"] == pytest.approx(tau, abs=0.01), "float ties aside"


def test_mathcheck_geo_as_a_test(shared_data: Path, tmp_path: Path) -> None:
    """Six models on 1,440 items: alpha and the correlation of two variants by loops over the files."""
    folder = shared_data / "golden" / "mathcheck"
    right: dict[str, dict[tuple[str, str, str], float]] = {}
    for file in sorted(folder.glob("items_geo_*.csv")):
        shutil.copy(file, tmp_path)
        with file.open(encoding="utf-8") as lines:
            right[file.stem] = {
                (row["variant"], row["task"], row["item"]): float(row["correct"])
                for row in csv.DictReader(lines)
            }
    shutil.copy(MAPPINGS / "mathcheck_items" / "items.mapping.yml", tmp_path)
    found = summary(tmp_path, "psychometrics")
    (test,) = found["tables"]["tests"]
    models = sorted(right)
    items = sorted(right[models[0]])
    totals = [sum(right[model].values()) for model in models]
    spread = sum(variance([right[model][item] for model in models]) for item in items)
    k = len(items)
    assert (test["systems"], test["items"]) == (6, k)
    assert test["alpha"] == pytest.approx(k / (k - 1) * (1 - spread / variance(totals)))
    halves = [
        [sum(v for item, v in right[model].items() if item[0] == variant) for model in models]
        for variant in ("scenario_understanding", "seed_question")
    ]
    (form,) = [
        row
        for row in found["tables"]["forms"]
        if {row["form"], row["other_form"]} == {"scenario_understanding", "seed_question"}
    ]
    assert form["r"] == pytest.approx(pearsonr(*halves).statistic)
    abilities = [row["system"] for row in found["rows"]]
    by_score = [
        model.removeprefix("items_geo_")
        for _, model in sorted(zip(totals, models, strict=True), reverse=True)
    ]
    assert abilities == by_score
