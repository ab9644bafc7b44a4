"""Result files of lighteval (https://github.com/huggingface/lighteval), and of the Open LLM Leaderboard v1.

A key of `results` is `<task>|<shots>` (since 0.10), `<suite>|<task>|<shots>` or `<suite>|<task>|<shots>|<0 or 1>`.
`<task>:_average|<shots>` and `all` are unweighted means over tasks, and their "stderr" is the mean of the
standard errors, which is not the standard error of anything: it is not read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from reportgen.ingest import lm_eval_run as shared
from reportgen.ingest.checkpoint import LOCAL_PATH_FLAG, NO_REVISION, publish, step_of
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, public_name, score, text, whole
from reportgen.ingest.file_dates import dated, stamp
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source
    from reportgen.records.record import Direction

NAME = "lighteval"
TITLE = "lighteval"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "config_general, results"
TOLERATES_NAN = True

ALL = "all"
AVERAGE = ":_average"
MEAN_OF_ERRORS = "mean of standard errors, which is not a standard error"
_STDERR = "_stderr"
_PRECISION_KEYS = ("dtype", "precision")
_ADAPTER_KEYS = ("adapter_model", "adapter_weights", "delta_weights")


class Key(NamedTuple):
    """A key of `results` in its parts."""

    suite: str
    task: str
    shots: int | None


def claims(source: Source) -> str | None:
    """`config_general` beside `results` by task."""
    document = source.document
    if not isinstance(document, dict) or not isinstance(document.get("config_general"), dict):
        return None
    return "`config_general` and `results`" if isinstance(document.get("results"), dict) else None


def read(source: Source) -> Reading:
    """One record for each task and metric; those of averages are aggregates."""
    document, reading = source.document, Reading()
    run = _Run(document, _common(document["config_general"], source.path))
    if not run.fields["model"]:
        return Reading(problems=[_no_model()], quarantined=count_numbers(document["results"]))
    for key, row in document["results"].items():
        place = pointer("results", key)
        if not isinstance(row, dict):
            reading.quarantine(_not_a_task(place, row), count_numbers(row))
        else:
            _read_task(reading, run, key, row, place)
    return reading


@lru_cache(maxsize=8192)
def parse_key(key: str) -> Key:
    """Suite, task and shots of a key: "gsm8k|5", "harness|arc:challenge|25", "leaderboard|mmlu:anatomy|5|0"."""
    parts = key.split("|")
    shots = next((at for at in (len(parts) - 1, len(parts) - 2) if at > 0 and parts[at].isdecimal()), None)
    if len(parts) == 4 and parts[2].isdecimal():  # the last one says whether shots may be left out
        shots = 2
    names = parts[:shots] if shots is not None else parts
    suite, task = ("", names[0]) if len(names) == 1 else (names[0], "|".join(names[1:]))
    return Key(suite, task, whole(parts[shots]) if shots is not None else None)


@dataclass(frozen=True, slots=True)
class _Run:
    """What all rows of a file share."""

    document: dict[str, Any]
    fields: dict[str, Any]

    def config(self, key: str) -> dict[str, Any]:
        """The configuration of a task; before 0.10 it is kept under `<suite>|<task>`, without the shots."""
        kept = members(self.document.get("config_tasks"))
        parsed = parse_key(key)
        for name in (key, f"{parsed.suite}|{parsed.task}", f"lighteval|{parsed.task}", parsed.task):
            if isinstance(kept.get(name), dict):
                return members(kept[name])
        return {}

    def averaged(self, task: str) -> list[str]:
        """The keys that an average is over."""
        keys = [key for key in members(self.document["results"]) if not _is_average(key)]
        if task == ALL:
            return keys
        stem = task.removesuffix(AVERAGE) + ":"
        return [key for key in keys if parse_key(key).task.startswith(stem)]


def _is_average(key: str) -> bool:
    return key == ALL or parse_key(key).task.endswith(AVERAGE)


def _common(config: dict[str, Any], path: str) -> dict[str, Any]:
    """The fields that all records share. `start_time` is a monotonic clock, so the date is in the name at most."""
    model = members(config.get("model_config"))
    name, step, was_path = publish(text(config.get("model_name")) or text(model.get("model_name")))
    revision = text(model.get("revision"))
    stepped = step_of(revision)
    if stepped is not None:
        step, revision = stepped, ""
    elif revision in NO_REVISION:
        revision = text(config.get("model_sha")) or revision
    commit = text(config.get("lighteval_sha"))
    fields = {
        "model": name,
        "model_raw": name,
        "model_revision": revision,
        "model_variant": _variant(config, model),
        "step": step,
        "seed": whole(model.get("seed")),
        "flags": LOCAL_PATH_FLAG if was_path else "",
        "tool": NAME,
        "tool_commit": "" if commit == "?" else commit,
    } | dated("", stamp(path))
    return shared.partial(fields, config.get("max_samples"))


def _variant(config: dict[str, Any], model: dict[str, Any]) -> str:
    """What makes another system of one model. A system prompt is told by its hash alone."""
    stated = [text(config.get("model_dtype")), *(text(model.get(key)) for key in _PRECISION_KEYS)]
    precision = next(filter(None, stated), "").removeprefix("torch.")
    prompt = text(model.get("system_prompt"))
    generation = members(model.get("generation_parameters"))
    temperature = number(generation.get("temperature"))
    found = {
        "adapter": next(filter(None, (public_name(text(model.get(key)))[0] for key in _ADAPTER_KEYS)), ""),
        "precision": "" if precision == "auto" else precision,
        "quantization": text(model.get("quantization")),
        "system_prompt": hashlib.sha256(prompt.encode()).hexdigest()[:12] if prompt else "",
        "temperature": text(temperature) if temperature else "",
    }
    return ", ".join(f"{key}={value}" for key, value in sorted(found.items()) if value)


def _no_model() -> Problem:
    return Problem(
        code="model_unknown",
        message="the file names no model",
        pointer="/config_general/model_name",
        expected="model_name",
    )


def _not_a_task(place: str, seen: Any) -> Problem:
    return Problem(
        code="invalid",
        message="a task without scores",
        pointer=place,
        seen=f"a {type(seen).__name__}",
        expected="an object",
    )


def _read_task(reading: Reading, run: _Run, key: str, row: dict[str, Any], place: str) -> None:
    average = _is_average(key)
    fields = run.fields | (_average(run, key) if average else _task(run, key))
    stated_n = 0 if average else count_numbers(run.config(key).get("effective_num_docs"))
    for metric, value in row.items():
        base = metric.removesuffix(_STDERR)
        if base != metric and base in row:
            continue
        where = place + pointer(metric)
        found, missing = score(value)
        if found is None and not missing:
            reading.quarantine(_not_a_number(where, value), count_numbers(value))
            continue
        error = row.get(f"{metric}{_STDERR}")
        measured = fields | _metric(run, run.averaged(parse_key(key).task) if average else [key], metric)
        if average:
            reading.ignore(MEAN_OF_ERRORS, count_numbers(error))
        else:
            measured |= shared.error(error)
        used = 0 if average else count_numbers(error) + (stated_n if "n" in fields else 0)
        reading.take(
            Record(**measured, value=found, missing=missing, pointer=where), count_numbers(value) + used
        )
        stated_n = 0


def _not_a_number(where: str, seen: Any) -> Problem:
    return Problem(
        code="value_not_a_number",
        message="the score is not a number",
        pointer=where,
        seen=f"a {type(seen).__name__}",
        expected="a number",
    )


def _task(run: _Run, key: str) -> dict[str, Any]:
    """Task, data set, split, shots and items, as fields of a record. -1 items are not counted yet, so unknown."""
    config, parsed = run.config(key), parse_key(key)
    dataset, _ = public_name(text(config.get("hf_repo")))
    version = text(members(run.document.get("versions")).get(key)) or text(config.get("version"))
    named = f"{parsed.suite}|{parsed.task}" if parsed.suite else parsed.task
    stem, colon, _ = parsed.task.rpartition(":")
    average = next((other for other in members(run.document["results"]) if _averages(other, stem)), "")
    splits = [text(split) for split in entries(config.get("evaluation_splits"))]
    items = whole(config.get("effective_num_docs"))
    hashes = members(members(members(run.document.get("summary_tasks")).get(key)).get("hashes"))
    fields: dict[str, Any] = {
        "benchmark": parsed.task,
        "benchmark_raw": key,
        "parent": stem if colon and average else "",
        "dataset": dataset,
        "dataset_revision": text(config.get("hf_revision")),
        "subset": public_name(text(config.get("hf_subset")))[0],
        "split": ", ".join(filter(None, splits)),
        "task": f"{named}@{version}" if version else named,
        "task_hash": text(hashes.get("hash_examples")),
        "n_shot": parsed.shots,
    }
    return fields | ({"n": items, "n_kind": "items"} if items is not None and items > 0 else {})


def _averages(key: str, stem: str) -> bool:
    return bool(stem) and parse_key(key).task == stem + AVERAGE


def _average(run: _Run, key: str) -> dict[str, Any]:
    """An average, with a hash of the tasks it is over: another set of tasks makes another average."""
    parsed = parse_key(key)
    keys = sorted(run.averaged(parsed.task))
    return {
        "benchmark": parsed.task.removesuffix(AVERAGE),
        "benchmark_raw": key,
        "benchmark_level": "aggregate",
        "task": f"mean of {len(keys)} tasks",
        "task_hash": hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16],
        "n_shot": parsed.shots,
    }


def _metric(run: _Run, keys: list[str], metric: str) -> dict[str, Any]:
    """Metric and direction; that of an average is known where all tasks that have the metric agree."""
    directions = {_direction(run.config(key), metric) for key in keys} - {"unknown"}
    direction: Any = directions.pop() if len(directions) == 1 else "unknown"
    return {
        "metric": metric,
        "metric_raw": metric,
        "direction": direction,
        "direction_source": "unknown" if direction == "unknown" else "file",
    }


def _direction(config: dict[str, Any], metric: str) -> Direction:
    """The direction that the configuration states, also of one metric in a group of them."""
    for listed in entries(config.get("metrics")) + entries(config.get("metric")):
        names, higher = members(listed).get("metric_name"), members(listed).get("higher_is_better")
        if isinstance(higher, dict):
            higher = higher.get(metric)
        elif metric != names and metric not in entries(names):
            continue
        if isinstance(higher, bool):
            return "higher" if higher else "lower"
    return "unknown"
