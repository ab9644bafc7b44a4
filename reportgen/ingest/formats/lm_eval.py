"""Result files of lm-evaluation-harness 0.4 (https://github.com/EleutherAI/lm-evaluation-harness).

One file is one model on many tasks. Paths of the machine that ran it are never published: of `model_args`
only the model, its revision, precision and adapter are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, number, pointer, public_name, score, text, utc, whole
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source
    from reportgen.records.record import Direction

NAME = "lm_eval"
TITLE = "lm-evaluation-harness 0.4"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "results, configs, versions"
TOLERATES_NAN = True

_COMPANIONS = frozenset({"configs", "versions", "n-shot", "higher_is_better", "lm_eval_version", "config"})
_MODEL_KEYS = ("pretrained", "model", "path")
_NO_FILTER = "none"
_STDERR = "_stderr"
#: A task that returns a constant in place of a score.
_PLACEHOLDER_METRICS = frozenset({"bypass"})
_STAMP = re.compile(r"_(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})(?:\.\d+)?\.json$", re.ASCII)


def claims(source: Source) -> str | None:
    """`results` by task with a metric key that carries its filter, and not lighteval's `config_general`."""
    document = source.document
    if not isinstance(document, dict) or "config_general" in document or not _COMPANIONS & document.keys():
        return None
    rows = document.get("results")
    if not isinstance(rows, dict):
        return None
    if any("," in key for row in rows.values() if isinstance(row, dict) for key in row):
        return "`results` with a filter in its metric keys"
    return "`results`, `configs` and `n-shot`" if {"configs", "n-shot"} <= document.keys() else None


@dataclass(frozen=True, slots=True)
class _Run:
    """What all rows of a file share, looked up once."""

    document: dict[str, Any]
    fields: dict[str, Any]
    parents: dict[str, str]
    groups: frozenset[str]

    def of(self, section: str, task: str) -> Any:
        """The entry of one task in one of the sections that are keyed by task."""
        return members(self.document.get(section)).get(task)


def read(source: Source) -> Reading:
    """One record for each task, metric and filter."""
    document, reading = source.document, Reading()
    fields = _model(document) | _provenance(document, source.path)
    if not fields["model"]:
        return Reading(problems=[_no_model()], quarantined=count_numbers(document["results"]))
    members_of = members(document.get("group_subtasks"))
    groups = frozenset(
        [name for name, tasks in members_of.items() if tasks] + [*members(document.get("groups"))]
    )
    run = _Run(document, fields, _parents(members_of, document["results"]), groups)
    for task, row in document["results"].items():
        _read_task(reading, run, task, row, pointer("results", task))
    for task, row in members(document.get("groups")).items():
        if task in document["results"]:
            reading.ignore("group scores that `results` repeats", count_numbers(row))
        else:
            _read_task(reading, run, task, row, pointer("groups", task))
    return reading


def _no_model() -> Problem:
    return Problem(
        code="model_unknown",
        message="the file names no model",
        pointer="/model_name",
        expected="model_name, or config.model_args",
    )


def _parents(groups: dict[str, Any], results: dict[str, Any]) -> dict[str, str]:
    """The group that lists each task; of several, the smallest that has a score of its own."""
    found: dict[str, str] = {}
    sized = sorted((len(tasks), name) for name, tasks in groups.items() if isinstance(tasks, list) and tasks)
    for scored in (True, False):
        for _, name in sized:
            row = members(results.get(name))
            if any("," in key for key in row) is scored:
                for task in groups[name]:
                    found.setdefault(text(task), name)
    return found


def model_args(value: Any) -> dict[str, str]:
    """`model_args` as a dictionary: a text "pretrained=a,revision=b" until 0.4.9, an object since."""
    if isinstance(value, str):
        pairs = (part.partition("=") for part in value.split(","))
        return {key.strip(): setting.strip() for key, separator, setting in pairs if separator}
    return {
        key: text(setting) if not isinstance(setting, bool) else str(setting)
        for key, setting in members(value).items()
    }


def _model(document: dict[str, Any]) -> dict[str, Any]:
    config = members(document.get("config"))
    arguments = model_args(config.get("model_args"))
    stated = text(document.get("model_name"))
    name = stated or next((arguments[key] for key in _MODEL_KEYS if arguments.get(key)), "")
    name, local = public_name(name or text(config.get("model")))
    revision = arguments.get("revision") or text(config.get("model_revision"))
    if revision in {"", "main"}:
        revision = text(config.get("model_sha")) or revision
    limit = config.get("limit")
    flags = ["model name was a local path"] if local else []
    flags += [f"limit={text(limit)}"] if number(limit) else []
    return {
        "model": name,
        "model_raw": name,
        "model_revision": revision,
        "model_variant": _variant(document, config, arguments),
        "seed": whole(config.get("random_seed")),
        "flags": "; ".join(flags),
        "status": "partial" if number(limit) else "ok",
    }


def _variant(document: dict[str, Any], config: dict[str, Any], arguments: dict[str, str]) -> str:
    """What makes another system of one model: precision, adapter, chat template, system prompt, ..."""
    precision = (text(config.get("model_dtype")) or arguments.get("dtype", "")).removeprefix("torch.")
    bits = [
        name[8:] for name in ("load_in_4bit", "load_in_8bit") if arguments.get(name, "").lower() == "true"
    ]
    found = {
        "adapter": public_name(arguments.get("peft", ""))[0],
        "chat_template": text(document.get("chat_template_sha"))[:12],
        "precision": "" if precision == "auto" else precision,
        "quantization": ", ".join(bits),
        "system_prompt": text(document.get("system_instruction_sha"))[:12],
    }
    return ", ".join(f"{key}={value}" for key, value in sorted(found.items()) if value)


def _provenance(document: dict[str, Any], path: str) -> dict[str, Any]:
    date, date_source = utc(document.get("date")), "file"
    if not date:
        stamp = _STAMP.search(path)
        date = f"{stamp[1]}T{stamp[2]}:{stamp[3]}:{stamp[4]}" if stamp else ""
        date_source = "filename" if stamp else ""
    version = text(document.get("lm_eval_version"))
    return {
        "tool": "lm_eval",
        "tool_version": version,
        "tool_commit": text(document.get("git_hash")),
        "format_version": version or "0.4",
        "date": date,
        "date_source": date_source,
    }


def _read_task(reading: Reading, run: _Run, task: str, row: Any, place: str) -> None:
    if not isinstance(row, dict):
        problem = Problem(
            code="invalid",
            message="a task without scores",
            pointer=place,
            seen=shorten(row),
            expected="an object",
        )
        reading.quarantine(problem, count_numbers(row))
        return
    fields = run.fields | _benchmark(run, task)
    unused_n = count_numbers(members(run.of("n-samples", task)).get("effective"))
    for key, value in row.items():
        metric, comma, metric_filter = key.partition(",")
        if not comma or metric.endswith(_STDERR):
            continue
        if metric in _PLACEHOLDER_METRICS:
            reading.ignore("placeholder, not a score", count_numbers(value))
            continue
        name = (metric, "" if metric_filter == _NO_FILTER else metric_filter)
        error = row.get(f"{metric}{_STDERR},{metric_filter}")
        items = _items(run, task, row, key)
        measured = fields | _metric(run, task, *name) | items | _error(error)
        if _take(reading, measured, value, place + pointer(key), count_numbers(error) + unused_n):
            unused_n = 0


def _take(reading: Reading, fields: dict[str, Any], value: Any, where: str, others: int) -> bool:
    found, missing = score(value)
    raw = ""
    if found is None and isinstance(value, str):
        missing, raw = "text", value[:80]
    if found is None and not missing:
        problem = Problem(
            code="value_not_a_number",
            message="the score is not a number",
            pointer=where,
            seen=shorten(value) if not isinstance(value, (dict, list)) else f"a {type(value).__name__}",
            expected="a number",
        )
        reading.quarantine(problem, count_numbers(value))
        return False
    record = Record(**fields, value=found, missing=missing, raw=raw, pointer=where)
    reading.take(record, count_numbers(value) + others)
    return True


def _benchmark(run: _Run, task: str) -> dict[str, Any]:
    config = members(run.of("configs", task))
    dataset, _ = public_name(text(config.get("dataset_path")))
    version = text(run.of("versions", task))
    return {
        "benchmark": task,
        "benchmark_raw": task,
        "benchmark_level": "aggregate" if task in run.groups else "leaf",
        "parent": run.parents.get(task, ""),
        "dataset": dataset,
        "subset": text(config.get("dataset_name")),
        "split": text(config.get("test_split")) or text(config.get("validation_split")),
        "task": f"{task}@{version}" if version else task,
        "task_hash": text(run.of("task_hashes", task)),
        "n_shot": _shots(run, task, config),
    }


def _shots(run: _Run, task: str, config: dict[str, Any]) -> int | None:
    stated = whole(run.of("n-shot", task))
    stated = whole(config.get("num_fewshot")) if stated is None else stated
    return stated if stated is None or stated >= 0 else None


def _metric(run: _Run, task: str, metric: str, metric_filter: str) -> dict[str, Any]:
    higher = members(run.of("higher_is_better", task)).get(metric)
    if higher is None:
        listed = members(run.of("configs", task)).get("metric_list")
        rows = [row for row in listed or [] if isinstance(row, dict)] if isinstance(listed, list) else []
        higher = next((row.get("higher_is_better") for row in rows if row.get("metric") == metric), None)
    direction: Direction = "unknown"
    if isinstance(higher, bool):
        direction = "higher" if higher else "lower"
    return {
        "metric": metric,
        "metric_raw": f"{metric},{metric_filter or _NO_FILTER}",
        "metric_variant": metric_filter,
        "direction": direction,
        "direction_source": "unknown" if direction == "unknown" else "file",
    }


def _items(run: _Run, task: str, row: dict[str, Any], key: str) -> dict[str, Any]:
    for stated in (
        members(run.of("n-samples", task)).get("effective"),
        members(row.get("sample_count")).get(key),
        row.get("sample_len"),
    ):
        items = whole(stated)
        if items is not None and items > 0:
            return {"n": items, "n_kind": "items"}
    return {}


def _error(value: Any) -> dict[str, Any]:
    """The standard error; "N/A" and NaN mean that it was not computed."""
    error = number(value)
    return {"stderr": error, "stderr_kind": "reported"} if error is not None and error >= 0 else {}
