"""What the parameters of a tracked run (MLflow, W&B) say of a metric: trackers store any name, and mean nothing by it.

Only stated conventions are followed; a run that names no model or no benchmark by one of them is not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell, parse_cell
from reportgen.ingest.checkpoint import LOCAL_PATH_FLAG, publish
from reportgen.ingest.document import public_name, whole
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.ingest.source import Reading

#: Names of parameters for each field, best first, compared without case.
MODEL = ("model", "model_name", "model_id", "model_name_or_path", "pretrained", "model_path")
BENCHMARK = ("benchmark", "benchmark_name", "eval_name", "dataset", "dataset_name", "task", "task_name")
METHOD = ("method", "algorithm")
REVISION = ("model_revision", "revision")
SPLIT = ("split", "eval_split")
SEED = ("seed", "random_seed")
SHOTS = ("n_shot", "num_fewshot", "num_few_shot", "n_shots")
#: Parameters that describe a run and are no scores, where both stand in one table.
PARAMETERS = frozenset({*MODEL, *BENCHMARK, *METHOD, *REVISION, *SPLIT, *SEED, *SHOTS})

_PART = re.compile(r"(train|training|val|valid|validation|dev|eval|test)[/_](.+)", re.DOTALL)
_ROLES = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "dev": "val",
          "test": "test"}  # fmt: skip
_HINT = (
    "log the parameters `model` and `benchmark`, or call the metric <benchmark>/<metric>; else export the runs as"
    " CSV and say in a *.mapping.yml file what its columns mean"
)


def first(parameters: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The parameter of the first of these names that is not empty."""
    return next((parameters[name].strip() for name in names if parameters.get(name, "").strip()), "")


def folded(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters by name without case; of two that differ in case only, the first by name."""
    return {name.lower(): parameters[name] for name in sorted(parameters, reverse=True)}


def run_fields(parameters: Mapping[str, str]) -> dict[str, Any] | Problem:
    """Fields that all metrics of a run share, from its parameters by `folded` name."""
    model = publish(first(parameters, MODEL))
    if not model.name:
        expected = "a parameter " + ", ".join(MODEL[:4])
        return Problem(code="model_unknown", message="the run names no model", expected=expected, hint=_HINT)
    return {
        "model": model.name,
        "model_raw": model.name,
        "model_revision": first(parameters, REVISION),
        "method": first(parameters, METHOD),
        "step": model.step,
        "n_shot": whole(first(parameters, SHOTS)),
        "seed": whole(first(parameters, SEED)),
        "flags": LOCAL_PATH_FLAG if model.was_path else "",
    }


def metric_fields(parameters: Mapping[str, str], name: str) -> dict[str, Any] | Problem:
    """Benchmark, part of the data and metric of a logged name.

    `test/acc` and `test_acc` are a metric on the part `test`; in `mmlu/acc` the folder is the benchmark, or its
    subset where the parameter `benchmark` names one. Else a parameter such as `dataset` or `task` is the benchmark.
    """
    found = _PART.fullmatch(name)
    part, rest = (found[1], found[2]) if found else ("", name)
    folder, _, metric = rest.rpartition("/")
    stated = first(parameters, BENCHMARK[:2])
    benchmark = stated or folder or first(parameters, BENCHMARK)
    if not benchmark or not metric:
        expected = "a parameter " + ", ".join(BENCHMARK) + ", or a metric called <benchmark>/<metric>"
        message = "the run does not say which benchmark this is a score of"
        return Problem(code="benchmark_unknown", message=message, expected=expected, hint=_HINT)
    benchmark = public_name(benchmark)[0] or benchmark
    return {
        "benchmark": benchmark,
        "benchmark_raw": benchmark,
        "subset": folder if stated else "",
        "split": part or first(parameters, SPLIT),
        "role": _ROLES.get(part, ""),
        "metric": metric,
        "metric_raw": name,
    }


def described(parameters: Mapping[str, str], name: str) -> dict[str, Any] | Problem:
    """All fields of a metric of a run, from its parameters by `folded` name."""
    run = run_fields(parameters)
    if isinstance(run, Problem):
        return run
    metric = metric_fields(parameters, name)
    return metric if isinstance(metric, Problem) else run | metric


def take_cell(
    reading: Reading,
    parameters: Mapping[str, str],
    name: str,
    written: str,
    state: Mapping[str, Any],
    place: str,
) -> None:
    """Take the score of a run from one cell of a table of runs; an empty cell is no score of it.

    Args:
        reading: Where it goes.
        parameters: By `folded` name.
        name: Of the metric, as logged.
        written: The cell.
        state: Status, tool and date of the run. What a failed run logged is not its result.
        place: Row and column.
    """
    if not written.strip():
        return
    fields, cell = described(parameters, name), parse_cell(written)
    if isinstance(fields, Problem) or not cell.understood:
        unread = Problem(
            code="value_not_a_number",
            message="the value is not a number",
            seen=shorten(written),
            expected="a number",
        )
        reading.quarantine(
            replace(fields if isinstance(fields, Problem) else unread, pointer=place),
            numbers_in_cell(written),
        )
        return
    value: dict[str, Any] = {"value": cell.value, "missing": cell.missing, "raw": cell.raw}
    if state["status"] == "failed":
        value = {"value": None, "missing": "failed_run", "raw": written.strip()}
    reading.take(Record(**fields, **state, **value, pointer=place), numbers_in_cell(written))
