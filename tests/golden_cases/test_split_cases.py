"""Published figures of splits by axis, variant and group, from the files as they are, through the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import fmean
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


#: Published names of MathCheck's tasks and variants.
TASKS = {"PS": "solving", "AJ": "answerable_judging", "OJ": "outcome_judging", "PJ": "process_judging"}
VARIANTS = {
    "OP": "seed_question", "PU": "problem_understanding_question", "ID": "distractor_insertion_question",
    "SU": "scenario_understanding",
}  # fmt: skip
#: Printed as 12.9, but it contradicts the All of its own row and the answers: they give 12.08.
CONTRADICTS_ITSELF = {("G5/Phi-3-Vision-128k-Instruct", "PS"): 12.08}
MATHCHECK = (
    "G5/GPT-4o", "G5/GPT-4-Vision-Preview", "G5/Gemini-1.5-Flash", "G5/Claude-3-sonnet-20240229",
    "G5/Claude-3-haiku-20240307", "G5/Phi-3-Vision-128k-Instruct", "G6/GPT-3.5-Turbo",
)  # fmt: skip


@pytest.fixture(scope="module")
def mathcheck(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All answers, summarized once."""
    folder = tmp_path_factory.mktemp("mathcheck")
    for path in sorted((shared_data / "golden" / "mathcheck").glob("*.csv")):
        shutil.copy(path, folder)
    shutil.copy(MAPPINGS / "mathcheck.mapping.yml", folder)
    (folder / "catalog").mkdir()
    shutil.copy(MAPPINGS / "mathcheck_metrics.yml", folder / "catalog" / "metrics.yml")
    return summary(folder, "variant_matrix")


@pytest.mark.parametrize("name", MATHCHECK)
def test_mathcheck_units_and_their_means(cases, mathcheck, name) -> None:
    """G5, G6: All, tasks and variants of every model from single answers; one published figure contradicts itself."""
    case = cases[name]
    model = Path(case["inputs"][0]).stem.split("_", 2)[2]
    (row,) = [one for one in mathcheck["rows"] if one["model"] == model]
    found = {"All": row["estimate"]}
    units = [one for one in mathcheck["tables"]["units"] if one["model"] == model]
    for short, task in TASKS.items():
        (found[short],) = [one["score"] for one in units if (one["task"], one["variant"]) == (task, "")]
    for short, variant in VARIANTS.items():
        (found[short],) = [one["score"] for one in units if (one["task"], one["variant"]) == ("", variant)]
    for short, published in case["expected"].items():
        expected = CONTRADICTS_ITSELF.get((name, short), published)
        assert 100 * found[short] == pytest.approx(expected, abs=case["tolerance"]), short
    tasks = sum(case["expected"][short] for short in TASKS) / len(TASKS)
    consistent = abs(tasks - case["expected"]["All"]) <= 0.1
    assert consistent == (name not in {key for key, _ in CONTRADICTS_ITSELF})


def test_mathcheck_mean_of_sixteen_units(cases, tmp_path) -> None:
    """G7: the matrix in the comment of the published script, as a table of variants."""
    case = cases["G7"]
    entries = [
        {
            "model": "m",
            "benchmark": {"id": "MathCheck", "task": f"t{t}"},
            "conditions": {"variant": f"v{v}"},
            "value": value,
        }
        for v, row in enumerate(case["inputs"]["matrix"])
        for t, value in enumerate(row)
    ]
    metric = {"id": "unit score", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
    document = {
        "schema": "reportgen.result",
        "version": 1,
        "defaults": {"metric": metric},
        "results": entries,
    }
    (tmp_path / "run.json").write_text(json.dumps(document), encoding="utf-8")
    (row,) = summary(tmp_path, "variant_matrix")["rows"]
    assert row["estimate"] == pytest.approx(case["expected"]["All"], abs=case["tolerance"])
    assert row["units"] == 16


def test_a_published_row_that_contradicts_itself_is_found(cases, tmp_path) -> None:
    """The printed rows of the six models: of one, All is not the mean of its four tasks; the other five agree."""
    entries = [
        {"model": name, "benchmark": {"id": "MathCheck", **of_task}, "value": case["expected"][short]}
        for name, case in cases.items()
        if name.startswith("G5/")
        for short, of_task in {
            "All": {"level": "aggregate"},
            **{task: {"task": task} for task in TASKS},
        }.items()
    ]
    metric = {"id": "unit score", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
    document = {
        "schema": "reportgen.result",
        "version": 1,
        "defaults": {"metric": metric},
        "results": entries,
    }
    (tmp_path / "published.json").write_text(json.dumps(document), encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(tmp_path)])
    (line,) = [line for line in done.output.splitlines() if line.startswith("contradiction: ")]
    assert line.startswith(
        "contradiction: G5/Phi-3-Vision-128k-Instruct, MathCheck: the printed mean is not the mean of its 4 parts: "
    )
    found, expected = line.split("found ")[1].split(" (")[0].split(", expected ")
    assert float(found) == 29.6
    assert float(expected) == pytest.approx(fmean((12.9, 35.0, 48.6, 22.9)))
