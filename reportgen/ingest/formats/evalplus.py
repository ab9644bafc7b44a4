"""EvalPlus (https://github.com/evalplus/evalplus): its leaderboard, and the verdicts of one run.

The leaderboard is an object by model with `pass@1` in percent on HumanEval and MBPP, each also with the additional
tests of EvalPlus ("humaneval+"). A run's `<model>_<backend>_temp_<t>_eval_results.json` has the verdict on every
sample of every task: those become items, 1 where the sample passed. A sample passes the plus tests only where it
passes the base tests too, as EvalPlus counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, text, utc, whole
from reportgen.ingest.read import inner_name
from reportgen.ingest.scores import named, of_benchmark, of_metric, refuse, refuse_all, take_score
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.source import Source

NAME = "evalplus"
TITLE = "EvalPlus"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "pass@1"
TOLERATES_NAN = False

SUITE = "EvalPlus"
METRIC = "pass@1"
_RUN_NAME = re.compile(
    r"(?P<model>.+?)_(?P<backend>[^_]+)_temp_(?P<temperature>[\d.]+).*eval_results", re.ASCII
)
_PASSED = frozenset({"pass", "success"})


def claims(source: Source) -> str | None:
    """An object by model whose every value has a `pass@1` by data set; or verdicts by task of a run."""
    document = source.document
    if not source.is_document or not isinstance(document, dict) or not document:
        return None
    if all(isinstance(entry, dict) and isinstance(entry.get(METRIC), dict) for entry in document.values()):
        return "`pass@1` by data set for every model"
    tasks = document.get("eval")
    if "hash" not in document or not isinstance(tasks, dict) or not tasks:
        return None
    return "`hash` and verdicts by task" if all(_is_task(task) for task in tasks.values()) else None


def _is_task(task: Any) -> bool:
    if isinstance(task, list):
        return bool(task) and all(isinstance(sample, dict) and "base_status" in sample for sample in task)
    return isinstance(task, dict) and isinstance(task.get("base"), list)


def read(source: Source) -> Reading:
    """One record for each model and data set, or for each sample of each task."""
    return _read_run(source) if "eval" in source.document else _read_leaderboard(source.document)


def _read_leaderboard(document: dict[str, Any]) -> Reading:
    reading = Reading()
    shared = of_metric(METRIC) | {"suite": SUITE, "unit": "percent", "tool": NAME, "primary": True}
    for model, entry in document.items():
        if not model.strip():
            refuse(reading, "an entry without a model", pointer(model), entry, "the model as key")
            continue
        fields = shared | named(model)
        for benchmark, value in entry[METRIC].items():
            where = pointer(model, METRIC, benchmark)
            if benchmark.strip():
                take_score(reading, fields | of_benchmark(benchmark), value, where)
            else:
                refuse(reading, "a score without a data set", where, value, "the data set as key")
    return reading


def _read_run(source: Source) -> Reading:
    reading, run = Reading(), _RUN_NAME.match(inner_name(source.path).rpartition("/")[2])
    model = named(run["model"].replace("--", "/", 1)) if run else {}
    if not model.get("model"):
        problem = Problem(
            code="model_unknown",
            message="the file name names no model",
            pointer="/eval",
            expected="a name such as org--model_vllm_temp_0.0_eval_results.json",
        )
        return refuse_all(source, reading, problem)
    document = source.document
    date = utc(document.get("date"))
    fields = model | of_metric(METRIC) | {
        "suite": SUITE,
        "task_hash": text(document.get("hash")),
        "model_variant": f"temperature={run['temperature']}" if run and number(float(run["temperature"])) else "",
        "unit": "fraction",
        "tool": NAME,
        "date": date,
        "date_source": "file" if date else "",
    }  # fmt: skip
    for task, verdicts in document["eval"].items():
        _read_task(reading, fields, task, verdicts)
    reading.ignore(
        "inputs of tests and counts of samples", count_numbers(document["eval"]) - reading.quarantined
    )
    return reading


def _read_task(reading: Reading, fields: dict[str, Any], task: str, verdicts: Any) -> None:
    data_set = task.partition("/")[0].strip().lower()
    if not data_set:
        refuse(reading, "a task without an id", pointer("eval", task), verdicts, "an id such as HumanEval/0")
        return
    for position, base, plus in _samples(verdicts):
        for benchmark, passed in ((data_set, base), (f"{data_set}+", plus)):
            if passed is not None:
                record = Record(
                    **fields,
                    **of_benchmark(benchmark),
                    item_id=task,
                    repeat=position,
                    value=float(passed),
                    pointer=pointer("eval", task, position),
                )
                reading.take(record, numbers=0)


def _samples(verdicts: Any) -> Iterator[tuple[int, bool | None, bool | None]]:
    """Position of each sample, and whether it passed the base and the plus tests; None where not tested."""
    if isinstance(verdicts, list):  # since 0.3
        for position, sample in enumerate(verdicts):
            base = _passed(members(sample).get("base_status"))
            plus = _passed(members(sample).get("plus_status"))
            yield position, base, None if plus is None else plus and base is True
        return
    extra = entries(members(verdicts).get("plus"))
    for position, verdict in enumerate(entries(members(verdicts).get("base"))):
        base = _passed(verdict)
        plus = _passed(extra[position]) if position < len(extra) else None
        yield position, base, None if plus is None else plus and base is True


def _passed(verdict: Any) -> bool | None:
    """Whether a verdict is "pass", or the older ["success", [...]]; None where there is no verdict."""
    status = text(verdict[0] if isinstance(verdict, list) and verdict else verdict)
    return status in _PASSED if status and whole(status) is None else None
