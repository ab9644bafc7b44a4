"""What all numbers of one Inspect log share: model, task, state of the run, and its scorers.

Of arguments, configuration and metadata only what is named here is read; addresses, paths and keys are not.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.document import entries, members, pointer, public_name, text, utc, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL = "inspect_ai"
#: What Inspect takes over several epochs of a sample where nothing else is asked for.
DEFAULT_REDUCER = "mean"
_SHOT_KEYS = ("n_shot", "n_shots", "num_fewshot", "num_shots", "fewshot", "few_shot", "shots")
_AGENT_KEYS = ("agent", "wrapped_agent", "scaffold")
_PROMPT_KEYS = ("prompt", "prompt_label", "prompt_name", "prompt_style", "prompt_type")
_LABEL = re.compile(r"[\w.@+-][\w.@+/-]{0,79}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Log:
    """One log: its head, the fields of a record that all its numbers share, and where the head stands."""

    document: dict[str, Any]
    place: str  # "" in a .json log, "header.json#" in a zip
    fields: dict[str, Any]
    items: int | None  # samples of older logs, which do not count them by scorer
    scores: tuple[ScoreEntry, ...]

    @property
    def failed(self) -> bool:
        """The run ended without a score, or has not ended."""
        return self.document.get("status") != "success" and not self.scores


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """The metrics of one scorer, or of one key of its scores, under one reducer."""

    name: str
    label: str  # the scorer, and the key of its scores where they have several
    reducer: str
    content: Any  # all of the entry; an object, unless the log is damaged
    metrics: dict[str, Any]
    place: str  # pointer to the metrics

    @property
    def variant(self) -> str:
        """Scorer, "scorer/key", or "scorer, reducer": the reducer only where it is not the default."""
        return f"{self.label}, {self.reducer}" if self.reducer not in {"", DEFAULT_REDUCER} else self.label


def open_log(document: dict[str, Any], place: str = "") -> Log:
    """The log of a parsed head."""
    evaluation, results = members(document.get("eval")), members(document.get("results"))
    scores = tuple(_scores(results, place))
    fields = _model(evaluation, members(document.get("plan"))) | _task(document, evaluation)
    fields |= _state(document, evaluation, results) | _provenance(document, evaluation)
    return Log(document, place, fields, _items(document, evaluation, results), scores)


def _scores(results: dict[str, Any], place: str) -> Iterator[ScoreEntry]:
    """The score entries in the three shapes that logs have had."""
    for section in ("scores", "scorers"):  # since version 2; its first logs
        for index, entry in enumerate(entries(results.get(section))):
            yield _entry(entry, place + pointer("results", section, index, "metrics"))
    scorer = members(results.get("scorer"))
    if scorer:  # version 1
        entry = {"name": scorer.get("name"), "metrics": results.get("metrics")}
        yield _entry(entry, place + "/results/metrics")


def _entry(content: Any, place: str) -> ScoreEntry:
    entry = members(content)
    name = text(entry.get("name")) or "score"
    scorer = text(entry.get("scorer")) or name
    label = name if name == scorer else f"{scorer}/{name}"
    return ScoreEntry(name, label, text(entry.get("reducer")), content, members(entry.get("metrics")), place)


def _model(evaluation: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """The model as Inspect names it, `provider/org/name`, and what else makes another system of it."""
    provider, slash, rest = text(evaluation.get("model")).partition("/")
    rest, _ = public_name(rest)
    name = provider + slash + rest
    arguments = members(evaluation.get("model_args"))
    return {
        "model": name,
        "model_raw": name,
        "model_revision": _label(arguments.get("revision")),
        "model_variant": _variant(evaluation, plan, arguments),
    }


def _variant(evaluation: dict[str, Any], plan: dict[str, Any], arguments: dict[str, Any]) -> str:
    generation = members(evaluation.get("model_generate_config")) or members(plan.get("config"))
    solver, task = members(evaluation.get("solver_args")), members(evaluation.get("task_args"))
    precision = _label(arguments.get("torch_dtype")) or _label(arguments.get("dtype"))
    found = {
        "agent": _first_label(solver, _AGENT_KEYS) or _first_label(task, _AGENT_KEYS),
        "effort": _label(generation.get("reasoning_effort")) or _label(generation.get("effort")),
        "precision": "" if precision == "auto" else precision.removeprefix("torch."),
        "prompt": _first_label(task, _PROMPT_KEYS),
        "scaffold": _label(evaluation.get("solver")),
    }
    return ", ".join(f"{key}={value}" for key, value in sorted(found.items()) if value)


def _first_label(arguments: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next(filter(None, (_label(arguments.get(key)) for key in keys)), "")


def _label(value: Any) -> str:
    """A name as people give to a thing; a prompt, a path on a machine or anything longer is none."""
    return value if isinstance(value, str) and _LABEL.fullmatch(value) and not _is_path(value) else ""


def _is_path(value: Any) -> bool:
    """Whether a value is a path on somebody's machine."""
    return isinstance(value, str) and public_name(value)[1]


def _task(document: dict[str, Any], evaluation: dict[str, Any]) -> dict[str, Any]:
    task, _ = public_name(text(evaluation.get("task")))
    dataset = members(evaluation.get("dataset"))
    source, local = public_name(text(dataset.get("name")) or text(dataset.get("location")))
    arguments = members(evaluation.get("task_args"))
    version = text(evaluation.get("task_version"))
    shots = (whole(arguments.get(key)) for key in _SHOT_KEYS if type(arguments.get(key)) is int)
    return {
        "benchmark": task.rpartition("/")[2] or task,
        "benchmark_raw": task,
        "task": f"{task}@{version}" if version else task,
        "task_hash": _arguments_hash(evaluation, arguments),
        "dataset": "" if local else source,
        "n_shot": next((count for count in shots if count is not None and count >= 0), None),
        "seed": _seed(document, evaluation),
    }


def _seed(document: dict[str, Any], evaluation: dict[str, Any]) -> int | None:
    stated = whole(members(evaluation.get("model_generate_config")).get("seed"))
    return (
        whole(members(members(document.get("plan")).get("config")).get("seed")) if stated is None else stated
    )


def _arguments_hash(evaluation: dict[str, Any], arguments: dict[str, Any]) -> str:
    """A hash of the arguments that the user gave the task, because they make another task of it.

    Newer logs list all arguments, and those given apart from them. Paths differ by machine and are left out.
    """
    given = evaluation.get("task_args_passed")
    kept = {
        name: value
        for name, value in (given if isinstance(given, dict) else arguments).items()
        if value is not None and not _is_path(value)
    }
    if not kept:
        return ""
    canonical = json.dumps(kept, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _state(document: dict[str, Any], evaluation: dict[str, Any], results: dict[str, Any]) -> dict[str, Any]:
    """Whether the run is whole, and what is said about it."""
    remarks = []
    ended = text(document.get("status"))
    if ended != "success":
        remarks.append(f"run {ended or 'unfinished'}")
    total, completed = whole(results.get("total_samples")), whole(results.get("completed_samples"))
    if total is not None and completed is not None and completed < total:
        remarks.append(f"{completed} of {total} samples completed")
    limit = whole(members(evaluation.get("config")).get("limit"))
    size = whole(members(evaluation.get("dataset")).get("samples"))
    if limit is not None and (size is None or limit < size):
        remarks.append(f"limit={limit}")
    status = "partial" if remarks else "ok"
    if document.get("invalidated") is True:
        remarks, status = [*remarks, "invalidated"], "flagged"
    return {"status": status, "flags": "; ".join(remarks)}


def _provenance(document: dict[str, Any], evaluation: dict[str, Any]) -> dict[str, Any]:
    date = utc(evaluation.get("created"))
    return {
        "tool": TOOL,
        "tool_version": text(members(evaluation.get("packages")).get("inspect_ai")),
        "format_version": text(document.get("version")),
        "date": date,
        "date_source": "file" if date else "",
    }


def _items(document: dict[str, Any], evaluation: dict[str, Any], results: dict[str, Any]) -> int | None:
    """Samples of a log that does not count them by scorer: all of them, once, if none was lost.

    `total_samples` counts each sample as often as there were epochs.
    """
    total, completed = whole(results.get("total_samples")), whole(results.get("completed_samples"))
    epochs = whole(members(evaluation.get("config")).get("epochs")) or 1
    if document.get("status") != "success" or total is None or total != completed or total % epochs:
        return None
    return total // epochs or None
