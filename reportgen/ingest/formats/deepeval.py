"""Test runs of DeepEval (https://deepeval.com): `test_run_<time>.json` and those in a `.deepeval` folder.

A run holds the score of each metric on each test case. The mean of `scores` is the metric's value, as DeepEval
itself sums a run up; its standard error is not stated and follows from the test cases, which are item-level
results. The model is named by the author, in the free-form hyperparameters.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, public_name, score, text, whole
from reportgen.ingest.kinds import kind
from reportgen.ingest.read import inner_name
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "deepeval"
TITLE = "DeepEval test run"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "testCases, metricsScores, testPassed"
TOLERATES_NAN = True

_RUN = "testRunData"
_MODEL_KEYS = ("model", "model_name", "llm", "llm_model")
#: Of the hyperparameters, those that are evidently a name; others may be a whole prompt.
_VARIANT_KEYS = {
    "effort": "effort",
    "reasoning_effort": "effort",
    "precision": "precision",
    "prompt_label": "prompt",
    "prompt_version": "prompt",
    "agent": "scaffold",
    "scaffold": "scaffold",
}
_LABEL = re.compile(r"[\w.@+-][\w.@+/ -]{0,59}", re.ASCII)
_CASES = ("testCases", "conversationalTestCases")
_STAMP = re.compile(r"(?:^|/)test_run_(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})\.json$", re.ASCII)
_MAX_NAME = 100


def claims(source: Source) -> str | None:
    """`testCases` with `metricsScores` and `testPassed`, at the top or in `testRunData`."""
    document = source.document
    if not isinstance(document, dict):
        return None
    run = document.get(_RUN, document)
    if not isinstance(run, dict) or not isinstance(run.get("metricsScores"), list):
        return None
    return (
        "`testCases`, `metricsScores` and `testPassed`" if {"testCases", "testPassed"} <= run.keys() else None
    )


def read(source: Source) -> Reading:
    """One record for each metric's mean and pass rate, and one for each metric of each test case."""
    reading = Reading()
    wrapped = _RUN in source.document
    run, place = (source.document[_RUN], f"/{_RUN}") if wrapped else (source.document, "")
    fields = _run(run, inner_name(source.path))
    if not fields["model"]:
        numbers = count_numbers([run["metricsScores"], *(run.get(name) for name in _CASES)])
        reading.quarantine(_no_model(place), numbers)
        return reading
    for index, row in enumerate(run["metricsScores"]):
        _read_metric(reading, fields, row, f"{place}/metricsScores/{index}")
    for name in _CASES:
        _read_cases(reading, fields, entries(run.get(name)), f"{place}/{name}")
    return reading


def _no_model(place: str) -> Problem:
    return Problem(
        code="model_unknown",
        message="the run names no model",
        pointer=f"{place}/hyperparameters",
        expected="hyperparameters with a 'model'",
        hint="log the model: deepeval.log_hyperparameters, or evaluate(hyperparameters={'model': ...})",
    )


def _run(run: dict[str, Any], path: str) -> dict[str, Any]:
    given = members(run.get("hyperparameters"))
    settings = {re.sub(r"[\s-]+", "_", key.strip().lower()): value for key, value in given.items()}
    model, _ = public_name(next(filter(None, (text(settings.get(key)) for key in _MODEL_KEYS)), ""))
    date = _date(path)
    name = _benchmark(run)
    return {
        "model": model,
        "model_raw": model,
        "model_variant": _variant(settings),
        "benchmark": name or "test run",
        "benchmark_raw": name,
        "dataset": _name(run.get("datasetAlias")),
        "tool": NAME,
        "date": date,
        "date_source": "filename" if date else "",
    }


def _date(path: str) -> str:
    stamp = _STAMP.search(path)
    return f"{stamp[1]}-{stamp[2]}-{stamp[3]}T{stamp[4]}:{stamp[5]}:{stamp[6]}" if stamp else ""


def _benchmark(run: dict[str, Any]) -> str:
    """The data set, the test file or the name of the run; DeepEval has no other name for what is tested."""
    return next(filter(None, (_name(run.get(key)) for key in ("datasetAlias", "testFile", "identifier"))), "")


def _name(value: Any) -> str:
    name, _ = public_name(text(value))
    return name if len(name) <= _MAX_NAME and "\n" not in name else ""


def _variant(settings: dict[str, Any]) -> str:
    found = {
        name: settings[key]
        for key, name in _VARIANT_KEYS.items()
        if isinstance(settings.get(key), str)
        and _LABEL.fullmatch(settings[key])
        and not public_name(settings[key])[1]
    }
    return ", ".join(f"{name}={value}" for name, value in sorted(found.items()))


def _read_metric(reading: Reading, fields: dict[str, Any], row: Any, place: str) -> None:
    metric = text(members(row).get("metric"))
    scores = members(row).get("scores")
    if not metric or not isinstance(scores, list):
        reading.quarantine(_no_metric(place), count_numbers(row))
        return
    _take_mean(reading, fields, metric, scores, f"{place}/scores")
    _take_pass_rate(reading, fields, metric, row, place)


def _no_metric(place: str) -> Problem:
    message = "a metric without its name or its scores"
    return Problem(code="invalid", message=message, pointer=place, expected="metric and scores")


def _take_mean(reading: Reading, fields: dict[str, Any], metric: str, scores: list[Any], where: str) -> None:
    """The mean over the test cases that have a score: null is a case on which the metric failed."""
    values = [value for value in map(number, scores) if value is not None]
    if not values or any(value is not None and number(value) is None for value in scores):
        reading.quarantine(_no_scores(where), count_numbers(scores))
        return
    absent = len(scores) - len(values)
    record = Record(
        **fields,
        metric=metric,
        metric_raw=metric,
        value=math.fsum(values) / len(values),
        n=len(values),
        n_kind="items",
        invalid=absent or None,
        status="partial" if absent else "ok",
        flags=f"{absent} of {len(scores)} test cases without a score" if absent else "",
        pointer=where,
    )
    reading.take(record, count_numbers(scores))


def _no_scores(where: str) -> Problem:
    message = "the scores are none, or not all numbers"
    return Problem(code="value_not_a_number", message=message, pointer=where, expected="numbers or null")


def _take_pass_rate(
    reading: Reading, fields: dict[str, Any], metric: str, row: dict[str, Any], place: str
) -> None:
    """The share of test cases that passed; one on which the metric failed has not."""
    stated = [row.get("passes"), row.get("fails"), row.get("errors", 0)]
    counts = [count for count in map(whole, stated) if count is not None and count >= 0]
    if len(counts) < len(stated) or not sum(counts):
        reading.ignore(
            "counts of passed and failed cases that are not counts, or all 0", count_numbers(stated)
        )
        return
    record = Record(
        **fields,
        metric="pass_rate",
        metric_raw="passes",
        metric_variant=metric,
        unit="fraction",
        value=counts[0] / sum(counts),
        n=sum(counts),
        n_kind="items",
        invalid=counts[2] or None,
        pointer=f"{place}/passes",
    )
    reading.take(record, count_numbers([row.get(name) for name in ("passes", "fails", "errors")]))


def _read_cases(reading: Reading, fields: dict[str, Any], cases: list[Any], place: str) -> None:
    """One record for each metric of each test case. A case is known by its name, if it has one of its own."""
    names = Counter(_name(members(case).get("name")) for case in cases)
    for index, case in enumerate(cases):
        where = f"{place}/{index}"
        name = _name(members(case).get("name"))
        order = text(members(case).get("order")) or str(index)
        item_id = name if name and names[name] == 1 else f"{name}#{order}" if name else order
        for at, row in enumerate(entries(members(case).get("metricsData"))):
            _take_case(reading, fields | {"item_id": item_id}, row, f"{where}/metricsData/{at}")


def _take_case(reading: Reading, fields: dict[str, Any], row: Any, place: str) -> None:
    metric = text(members(row).get("name"))
    if not metric:
        reading.quarantine(_no_metric(place), count_numbers(row))
        return
    value = members(row).get("score")
    found, missing = score(value)
    if found is None and not missing:
        problem = Problem(
            code="value_not_a_number",
            message="the score of a test case is not a number",
            pointer=f"{place}/score",
            seen=kind(value),
            expected="a number",
        )
        reading.quarantine(problem, count_numbers(value))
        return
    record = Record(
        **fields,
        metric=metric,
        metric_raw=metric,
        value=found,
        missing=missing,
        pointer=place + pointer("score"),
    )
    reading.take(record, count_numbers(value))
    success = members(row).get("success")
    if isinstance(success, bool):
        passed = Record(
            **fields,
            metric="pass_rate",
            metric_raw="success",
            metric_variant=metric,
            unit="fraction",
            value=float(success),
            pointer=f"{place}/success",
        )
        reading.take(passed, 0)
