"""What results and samples of one run of lm-evaluation-harness share: model, task, metric, provenance.

Paths of the machine that ran it are never published: of `model_args` only what makes another system is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.checkpoint import LOCAL_PATH_FLAG, NO_REVISION, publish, step_of
from reportgen.ingest.document import members, number, public_name, text, utc, whole
from reportgen.ingest.file_dates import dated, stamp
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.records.record import Direction

TOOL = "lm_eval"
NO_FILTER = "none"
STDERR = "_stderr"
#: A task that returns a constant in place of a score, and the blank that stands for a group without one.
PLACEHOLDER_METRICS = frozenset({"bypass", ""})
_MODEL_KEYS = ("pretrained", "model", "engine", "path")
_ADAPTER_KEYS = ("peft", "delta", "lora_local_path")
#: Loaders of the datasets library, which stand in `dataset_path` where the data are files of one's own.
_LOADERS = frozenset({"json", "csv", "parquet", "text", "arrow", "pandas", "webdataset", "imagefolder"})


_SECTIONS = frozenset({"configs", "versions", "n-shot", "higher_is_better", "lm_eval_version", "config"})


def results_of(document: Any) -> str | None:
    """Why a document is a results file of 0.4; None when it is not.

    `results` by task with a metric key that carries its filter, and not lighteval's `config_general`.
    """
    if not isinstance(document, dict) or "config_general" in document or not _SECTIONS & document.keys():
        return None
    rows = document.get("results")
    if not isinstance(rows, dict):
        return None
    if any("," in key for row in rows.values() if isinstance(row, dict) for key in row):
        return "`results` with a filter in its metric keys"
    return "`results`, `configs` and `n-shot`" if {"configs", "n-shot"} <= document.keys() else None


@dataclass(frozen=True, slots=True)
class Run:
    """What all rows of a file share, looked up once."""

    document: dict[str, Any]
    fields: dict[str, Any]  # of a record: model and provenance
    parents: dict[str, str]  # the group of each task
    groups: frozenset[str]

    def of(self, section: str, task: str) -> Any:
        """The entry of one task in one of the sections that are keyed by task."""
        return members(self.document.get(section)).get(task)


def open_run(document: dict[str, Any], path: str) -> Run:
    """The run that a results file describes; `fields["model"]` is empty where it names no model."""
    members_of = members(document.get("group_subtasks"))
    named = [name for name, tasks in members_of.items() if tasks]
    return Run(
        document,
        _model(document) | _provenance(document, path),
        _parents(members_of, members(document.get("results"))),
        frozenset([*named, *members(document.get("groups"))]),
    )


def no_model(file: str = "") -> Problem:
    """The problem of a results file that names no model."""
    return Problem(
        code="model_unknown",
        message="the file names no model",
        file=file,
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


def identity(name: str, arguments: dict[str, str], revision: str = "", commit: str = "") -> dict[str, Any]:
    """Model, revision and training step of a record, and the flag of a name that was a path.

    `name` may be empty: then the arguments name the model. A revision that names a step is the step and no
    revision, so that the checkpoints of one training are one model.
    """
    name = name or next((arguments[key] for key in _MODEL_KEYS if arguments.get(key)), "")
    published, step, was_path = publish(name)
    revision = arguments.get("revision") or revision
    stepped = step_of(revision)
    if stepped is not None:
        step, revision = stepped, ""
    elif revision in NO_REVISION:
        revision = commit or revision
    return {
        "model": published,
        "model_raw": published,
        "model_revision": revision,
        "step": step,
        "flags": LOCAL_PATH_FLAG if was_path else "",
    }


def partial(fields: dict[str, Any], limit: Any) -> dict[str, Any]:
    """The fields with the remark that only some items were taken, where a limit says so."""
    if number(limit) is None:
        return fields
    return fields | {
        "flags": "; ".join(filter(None, (fields["flags"], f"limit={text(limit)}"))),
        "status": "partial",
    }


def _model(document: dict[str, Any]) -> dict[str, Any]:
    config = members(document.get("config"))
    arguments = model_args(config.get("model_args"))
    name = text(document.get("model_name"))
    revision, commit = text(config.get("model_revision")), text(config.get("model_sha"))
    fields = identity(name, arguments, revision, commit)
    if not fields["model"]:
        fields |= identity(text(config.get("model")), arguments, revision, commit)
    system = {
        "chat_template": text(document.get("chat_template_sha"))[:12],
        "system_prompt": text(document.get("system_instruction_sha"))[:12],
    }
    precision = text(config.get("model_dtype"))
    fields["model_variant"] = variant(arguments, precision, system | _sampling(config.get("gen_kwargs")))
    fields["seed"] = whole(config.get("random_seed"))
    return partial(fields, config.get("limit"))


def _sampling(value: Any) -> dict[str, str]:
    """The temperature, where it was set for all tasks; the text "temperature=0.6" until 0.4.9."""
    stated = model_args(value).get("temperature", "")
    try:
        return {"temperature": stated} if float(stated) > 0 else {}
    except ValueError:
        return {}


def variant(arguments: dict[str, str], precision: str, others: dict[str, str]) -> str:
    """What makes another system of one model: precision, quantization, adapter, thinking, and `others`."""
    precision = (precision or arguments.get("dtype", "")).removeprefix("torch.")
    quantized = [
        name[8:] for name in ("load_in_4bit", "load_in_8bit") if arguments.get(name, "").lower() == "true"
    ]
    quantized += [arguments["quantization"]] if arguments.get("quantization") else []
    adapters = (public_name(arguments.get(key, ""))[0] for key in _ADAPTER_KEYS)
    found = others | {
        "adapter": next(filter(None, adapters), ""),
        "effort": arguments.get("reasoning_effort", ""),
        "file": public_name(arguments.get("gguf_file", ""))[0],
        "precision": "" if precision == "auto" else precision,
        "quantization": "+".join(quantized),
        "thinking": arguments.get("enable_thinking", "").lower(),
    }
    return ", ".join(f"{key}={value}" for key, value in sorted(found.items()) if value not in {"", "None"})


def _provenance(document: dict[str, Any], path: str) -> dict[str, Any]:
    version = text(document.get("lm_eval_version"))
    return {
        "tool": TOOL,
        "tool_version": version,
        "tool_commit": text(document.get("git_hash")),
        "format_version": version or "0.4",
    } | dated(utc(document.get("date")), stamp(path))


def benchmark(run: Run, task: str) -> dict[str, Any]:
    """Task, data set, split, shots and place among the groups, as fields of a record."""
    config = members(run.of("configs", task))
    dataset, _ = public_name(text(config.get("dataset_path")))
    version = text(run.of("versions", task))
    return {
        "benchmark": task,
        "benchmark_raw": task,
        "benchmark_level": "aggregate" if task in run.groups else "leaf",
        "parent": run.parents.get(task, ""),
        "dataset": "" if dataset in _LOADERS else dataset,
        "dataset_revision": text(members(config.get("dataset_kwargs")).get("revision")),
        "subset": public_name(text(config.get("dataset_name")))[0],
        "split": text(config.get("test_split")) or text(config.get("validation_split")),
        "task": f"{task}@{version}" if version else task,
        "task_hash": text(run.of("task_hashes", task)),
        "n_shot": _shots(run, task, config),
    }


def _shots(run: Run, task: str, config: dict[str, Any]) -> int | None:
    stated = whole(run.of("n-shot", task))
    stated = whole(config.get("num_fewshot")) if stated is None else stated
    return stated if stated is None or stated >= 0 else None


def metric(run: Run, task: str, name: str, metric_filter: str) -> dict[str, Any]:
    """Metric, filter and direction as fields of a record; the filter "none" is no variant."""
    higher = members(run.of("higher_is_better", task)).get(name)
    if higher is None:
        listed = members(run.of("configs", task)).get("metric_list")
        rows = [row for row in listed or [] if isinstance(row, dict)] if isinstance(listed, list) else []
        higher = next((row.get("higher_is_better") for row in rows if row.get("metric") == name), None)
    direction: Direction = "unknown"
    if isinstance(higher, bool):
        direction = "higher" if higher else "lower"
    return {
        "metric": name,
        "metric_raw": f"{name},{metric_filter}",
        "metric_variant": "" if metric_filter == NO_FILTER else metric_filter,
        "direction": direction,
        "direction_source": "unknown" if direction == "unknown" else "file",
    }


def error(value: Any) -> dict[str, Any]:
    """The standard error; "N/A" and NaN mean that it was not computed."""
    stated = number(value)
    return {"stderr": stated, "stderr_kind": "reported"} if stated is not None and stated >= 0 else {}
