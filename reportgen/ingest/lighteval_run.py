"""What results and details of one run of lighteval share: model, task, metric, provenance."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from reportgen.ingest import lm_eval_run
from reportgen.ingest.checkpoint import LOCAL_PATH_FLAG, NO_REVISION, publish, step_of
from reportgen.ingest.document import entries, members, number, public_name, text, whole
from reportgen.ingest.file_dates import dated, stamp
from reportgen.numbers import plural

if TYPE_CHECKING:
    from reportgen.records.record import Direction

TOOL = "lighteval"
ALL = "all"
AVERAGE = ":_average"
_PRECISION_KEYS = ("dtype", "precision")
_ADAPTER_KEYS = ("adapter_model", "adapter_weights", "delta_weights")


class Key(NamedTuple):
    """A key of `results` in its parts."""

    suite: str
    task: str
    shots: int | None


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
class Run:
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

    def averaged(self, key: str) -> list[str]:
        """The keys that an average is over: of one suite, and with as many shots."""
        keys = [other for other in members(self.document["results"]) if not is_average(other)]
        if key == ALL:
            return keys
        suite, task, shots = parse_key(key)
        stem = task.removesuffix(AVERAGE) + ":"
        parsed = ((other, parse_key(other)) for other in keys)
        return [other for other, part in parsed if part.task.startswith(stem) and part[::2] == (suite, shots)]


def is_average(key: str) -> bool:
    """Whether a key is that of an average over tasks."""
    return key == ALL or parse_key(key).task.endswith(AVERAGE)


def results_of(document: Any) -> str | None:
    """Why a document is a results file; None when it is not."""
    if not isinstance(document, dict) or not isinstance(document.get("config_general"), dict):
        return None
    return "`config_general` and `results`" if isinstance(document.get("results"), dict) else None


def open_run(document: dict[str, Any], path: str) -> Run:
    """The run that a results file describes; `fields["model"]` is empty where it names no model."""
    return Run(document, _common(document["config_general"], path))


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
        "tool": TOOL,
        "tool_commit": "" if commit == "?" else commit,
    } | dated("", stamp(path))
    return lm_eval_run.partial(fields, config.get("max_samples"))


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


def task(run: Run, key: str) -> dict[str, Any]:
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


def average(run: Run, key: str) -> dict[str, Any]:
    """An average, with a hash of the tasks it is over: another set of tasks makes another average."""
    parsed = parse_key(key)
    keys = sorted(run.averaged(key))
    return {
        "benchmark": parsed.task.removesuffix(AVERAGE),
        "benchmark_raw": key,
        "benchmark_level": "aggregate",
        "task": f"mean of {plural(len(keys), 'task')}",
        "task_hash": hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16],
        "n_shot": parsed.shots,
    }


def metric(run: Run, keys: list[str], name: str) -> dict[str, Any]:
    """Metric and direction; that of an average is known where all tasks that have the metric agree."""
    directions = {_direction(run.config(key), name) for key in keys} - {"unknown"}
    direction: Any = directions.pop() if len(directions) == 1 else "unknown"
    return {
        "metric": name,
        "metric_raw": name,
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


def is_mean(run: Run, key: str, name: str) -> bool:
    """Whether the score of a task is the mean of its items, as far as the configuration says."""
    for listed in entries(run.config(key).get("metrics")) + entries(run.config(key).get("metric")):
        names, function = members(listed).get("metric_name"), members(listed).get("corpus_level_fn")
        if isinstance(function, dict):
            function = function.get(name)
        if name == names or name in entries(names):
            return text(function) in {"", "mean", "nanmean"}
    return True
