"""MTEB result files, current and legacy (https://github.com/embeddings-benchmark/results).

A file is one model on one task. The model and its revision stand only in the path,
`<org>__<model>/<revision>/<Task>.json`. Of the hundreds of metrics in a file only the main score is read.

Main scores are accuracies, F1, nDCG, correlations and the like: fractions that cannot exceed 1. Which of them
may be negative depends on the task, which the file does not say, so the lower bound stays unknown. The speed
tasks count words a second (`main_score="avg_words_per_sec"` in mteb's `SpeedTask/GPUSpeedTask.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, pointer, score, text, utc
from reportgen.ingest.source import NotANumber, Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "mteb"
TITLE = "MTEB"
VERSION = "2"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "task_name, mteb_version, scores"
TOLERATES_NAN = True

SUITE = "MTEB"
METRIC = "main_score"
SECONDARY = "secondary metric"
#: Tasks whose main score is a speed: words a second, without bounds.
SPEED_TASKS = frozenset({"CPUSpeedTask", "GPUSpeedTask"})
#: Similarity functions under which legacy files nest their metrics.
_SIMILARITIES = frozenset({"cos_sim", "cosine", "dot", "euclidean", "manhattan", "max", "similarity"})
_LEGACY_NOT_SPLITS = frozenset({"scores", "model_meta"})
_EXPERIMENTS = "experiments"
#: Revisions that are not a commit, as they occur in the public results.
_REVISION_WORDS = frozenset({"external", "main", "no_revision", "no_revision_available"})
_REVISION = re.compile(r"[0-9a-f]{7,64}|v?\d+([._]\d+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Place:
    """Model, revision and experiment, as the path states them."""

    model: str
    raw: str
    revision: str
    experiment: str


def claims(source: Source) -> str | None:
    """Scores by split of a named task, or the legacy name of the data set."""
    document = source.document
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("scores"), dict) and ("task_name" in document or "mteb_version" in document):
        return "`scores` by split of a task"
    if isinstance(document.get("mteb_dataset_name"), str):
        return "`mteb_dataset_name`"
    return None


def read(source: Source) -> Reading:
    """One record for each split and language subset."""
    document = source.document
    task = text(document.get("task_name")) or text(document.get("mteb_dataset_name"))
    place = place_of(source.path)
    if not task or place is None:
        problem = _no_model() if task else _no_task()
        return Reading(problems=[problem], quarantined=count_numbers(document))
    reading = Reading()
    common = _common(document, task, place)
    if isinstance(document.get("scores"), dict):
        _read_current(reading, document["scores"], common)
    else:
        _read_legacy(reading, document, common)
    return reading


def place_of(path: str) -> _Place | None:
    """What `<org>__<model>/<revision>/[experiments/<settings>/]<Task>.json` says; None where it does not."""
    folders = path.split("/")[:-1]
    experiment = ""
    if len(folders) >= 4 and folders[-2] == _EXPERIMENTS:
        experiment = folders[-1]
        folders = folders[:-2]
    if len(folders) < 2:
        return None
    raw, revision = folders[-2:]
    known = revision in _REVISION_WORDS or _REVISION.fullmatch(revision) is not None
    if "__" not in raw and not known:
        return None
    return _Place(raw.replace("__", "/", 1), raw, revision, experiment)


def _no_model() -> Problem:
    return Problem(
        code="model_unknown",
        message="an MTEB file does not name its model; the path should, and does not",
        expected="<org>__<model>/<revision>/<Task>.json",
        hint="keep the two folders above the file",
    )


def _no_task() -> Problem:
    return Problem(code="missing_field", message="the task has no name", pointer="/task_name")


def _revision(document: dict[str, Any]) -> str:
    """Revision of the dataset; some files hold the word "None"."""
    revision = text(document.get("dataset_revision"))
    return "" if revision == "None" else revision


def _common(document: dict[str, Any], task: str, place: _Place) -> dict[str, Any]:
    date = utc(document.get("date"))
    speed = task in SPEED_TASKS
    return {
        "model": place.model,
        "model_raw": place.raw,
        "model_revision": place.revision,
        "model_variant": f"experiment={place.experiment}" if place.experiment else "",
        "suite": SUITE,
        "benchmark": task,
        "benchmark_raw": task,
        "dataset_revision": _revision(document),
        "metric": METRIC,
        "primary": True,
        "direction": "higher",
        "direction_source": "table",
        "upper": None if speed else 1.0,
        "bounds_source": "unknown" if speed else "table",
        "unit": "words/s" if speed else "fraction",
        "tool": "mteb",
        "tool_version": text(document.get("mteb_version")),
        "format_version": "current" if isinstance(document.get("scores"), dict) else "legacy",
        "date": date,
        "date_source": "file" if date else "",
    }


def _read_current(reading: Reading, scores: dict[str, Any], common: dict[str, Any]) -> None:
    for split, rows in scores.items():
        seen: set[str] = set()
        if not isinstance(rows, list):
            problem = _malformed(pointer("scores", split), rows, "a list of scores")
            reading.quarantine(problem, count_numbers(rows))
        for index, row in enumerate(entries(rows)):
            where = pointer("scores", split, index)
            if not isinstance(row, dict) or METRIC not in row:
                reading.quarantine(_malformed(where, row, "an object with main_score"), count_numbers(row))
                continue
            subset = text(row.get("hf_subset")) or "default"
            if subset in seen:
                reading.quarantine(_repeated(where, split, subset), 1)
                reading.ignore(SECONDARY, count_numbers(row) - 1)
                continue
            seen.add(subset)
            fields = common | {"split": split, "subset": subset, "metric_raw": METRIC}
            _take(reading, fields, row[METRIC], f"{where}/{METRIC}")
            reading.ignore(SECONDARY, count_numbers(row) - count_numbers(row[METRIC]))


def _take(reading: Reading, fields: dict[str, Any], value: Any, where: str) -> None:
    found, missing = score(value)
    if found is None and not missing:
        problem = Problem(
            code="value_not_a_number",
            message="the main score is not a number",
            pointer=where,
            seen=shorten(value),
            expected="a number",
        )
        reading.quarantine(problem, count_numbers(value))
        return
    if found is not None and fields["upper"] is not None and abs(found) > fields["upper"]:
        fields = fields | {"upper": None, "bounds_source": "unknown", "unit": ""}
        reading.warn(_above_one(where, found))
    raw = value.literal if isinstance(value, NotANumber) else ""
    record = Record(**fields, value=found, missing=missing, raw=raw, pointer=where)
    reading.take(record, count_numbers(value))


def _above_one(where: str, value: float) -> Problem:
    return Problem(
        code="unusual_scale",
        message="main scores of MTEB are fractions; this one is beyond 1, so its unit is unknown",
        pointer=where,
        seen=repr(value),
        expected="at most 1",
        severity="warning",
    )


def _malformed(where: str, seen: Any, expected: str) -> Problem:
    return Problem(
        code="invalid",
        message="scores are not where they should be",
        pointer=where,
        seen=f"a {type(seen).__name__}",
        expected=expected,
    )


def _repeated(where: str, split: str, subset: str) -> Problem:
    return Problem(
        code="repeated_row",
        message="a second row for the same split and subset; the first was kept",
        pointer=where,
        seen=shorten(f"{split}, {subset}"),
        expected="one row",
    )


def _read_legacy(reading: Reading, document: dict[str, Any], common: dict[str, Any]) -> None:
    for split, node in document.items():
        if not isinstance(node, dict) or split in _LEGACY_NOT_SPLITS:
            continue
        if main_metric(node):
            _read_legacy_row(reading, node, common | {"split": split, "subset": "default"}, (split,))
            continue
        subsets = {key: value for key, value in node.items() if _is_subset(key, value)}
        for subset, row in subsets.items():
            _read_legacy_row(reading, row, common | {"split": split, "subset": subset}, (split, subset))
        if not subsets:
            reading.quarantine(_no_main_score(pointer(split), node), count_numbers(node))


def _is_subset(key: str, value: Any) -> bool:
    return isinstance(value, dict) and key not in _SIMILARITIES


def _read_legacy_row(
    reading: Reading, row: dict[str, Any], fields: dict[str, Any], place: tuple[str, ...]
) -> None:
    steps = main_metric(row)
    if not steps:
        reading.quarantine(_no_main_score(pointer(*place), row), count_numbers(row))
        return
    value: Any = row
    for step in steps:
        value = value[step]
    _take(reading, fields | {"metric_raw": ".".join(steps)}, value, pointer(*place, *steps))
    reading.ignore(SECONDARY, count_numbers(row) - count_numbers(value))


def main_metric(row: dict[str, Any]) -> tuple[str, ...]:
    """Steps to the main score of a legacy row, by what each type of task wrote; empty where ambiguous.

    STS and summarization: Spearman of cosine similarity. Pair classification: average precision of cosine
    similarity. Retrieval: nDCG at 10. Clustering: V-measure. Bitext mining: F1. Reranking: MAP.
    Classification: accuracy. From `main_score` in mteb's task definitions.
    """
    if METRIC in row:
        return (METRIC,)
    cosine = members(row.get("cos_sim"))
    candidates: list[tuple[str, ...]] = [("cos_sim", name) for name in ("spearman", "ap") if name in cosine]
    if not candidates and "ap" in members(row.get("max")):
        candidates.append(("max", "ap"))
    candidates += [(name,) for name in ("ndcg_at_10", "v_measure") if name in row]
    if "map" in row and "ndcg_at_10" not in row:
        candidates.append(("map",))
    if {"precision", "recall", "f1"} <= row.keys():
        candidates.append(("f1",))
    elif "accuracy" in row:
        candidates.append(("accuracy",))
    return candidates[0] if len(candidates) == 1 else ()


def _no_main_score(where: str, node: dict[str, Any]) -> Problem:
    return Problem(
        code="main_score_unknown",
        message="the file names no main score, and its metrics do not tell which one it is",
        pointer=where,
        seen=shorten(", ".join(sorted(map(str, node)))),
        expected="main_score, or the metrics of one type of task",
        hint="evaluate the task again with a current mteb",
    )
