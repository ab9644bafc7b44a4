"""Result files of lm-evaluation-harness 0.2 and 0.3 (https://github.com/EleutherAI/lm-evaluation-harness).

`results`, `versions` and `config`, and nothing else: no date, no number of items, no direction, no seed. One
number of shots holds for the whole file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest import lm_eval_run as shared
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, pointer, score, text, whole
from reportgen.ingest.file_dates import american_stamp, dated
from reportgen.ingest.kinds import kind
from reportgen.ingest.lm_eval_run import STDERR
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "lm_eval_legacy"
TITLE = "lm-evaluation-harness 0.2 and 0.3"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "results, versions, config, num_fewshot"
TOLERATES_NAN = True

_SETTINGS = frozenset({"num_fewshot", "no_cache", "bootstrap_iters"})
_LATER = frozenset({"config_general", "configs", "n-shot", "higher_is_better", "lm_eval_version"})


def claims(source: Source) -> str | None:
    """`results` without filters in the metric keys, `versions`, and the settings of a run."""
    document = source.document
    if not isinstance(document, dict) or _LATER & document.keys():
        return None
    rows, config = document.get("results"), document.get("config")
    if not isinstance(rows, dict) or not isinstance(document.get("versions"), dict):
        return None
    if not isinstance(config, dict) or not _SETTINGS & config.keys():
        return None
    if any("," in key for row in rows.values() if isinstance(row, dict) for key in row):
        return None
    return "`results` without filters, `versions` and `config`"


def read(source: Source) -> Reading:
    """One record for each task and metric."""
    document, reading = source.document, Reading()
    common = _common(document["config"], source.path)
    if not common["model"]:
        return Reading(problems=[_no_model()], quarantined=count_numbers(document["results"]))
    for task, row in document["results"].items():
        place = pointer("results", task)
        if isinstance(row, dict):
            _read_task(reading, common | _task(document, task), row, place)
        else:
            reading.quarantine(_not_a_task(place, row), count_numbers(row))
    return reading


def _common(config: dict[str, Any], path: str) -> dict[str, Any]:
    """The fields that all records share. Without arguments `config.model` is the name of the model itself."""
    arguments = shared.model_args(config.get("model_args"))
    fields = shared.identity("", arguments)
    if not fields["model"]:
        fields = shared.identity(text(config.get("model")), arguments)
    shots = whole(config.get("num_fewshot"))
    fields |= {
        "model_variant": shared.variant(arguments, "", {}),
        "n_shot": shots if shots is not None and shots >= 0 else None,
        "tool": shared.TOOL,
        "format_version": "legacy",
    } | dated("", american_stamp(path))
    return shared.partial(fields, config.get("limit"))


def _no_model() -> Problem:
    return Problem(
        code="model_unknown",
        message="the file names no model",
        pointer="/config/model_args",
        expected="pretrained=<model> in config.model_args, or config.model",
    )


def _not_a_task(place: str, seen: Any) -> Problem:
    return Problem(
        code="invalid",
        message="a task without scores",
        pointer=place,
        seen=kind(seen),
        expected="an object",
    )


def _task(document: dict[str, Any], task: str) -> dict[str, Any]:
    version = text(members(document["versions"]).get(task))
    return {"benchmark": task, "benchmark_raw": task, "task": f"{task}@{version}" if version else task}


def _read_task(reading: Reading, fields: dict[str, Any], row: dict[str, Any], place: str) -> None:
    for metric, value in row.items():
        base = metric.removesuffix(STDERR)
        if base != metric and base in row:
            continue
        where = place + pointer(metric)
        found, missing = score(value)
        if found is None and value == "N/A":
            missing = "text"
        if found is None and not missing:
            reading.quarantine(_not_a_number(where, value), count_numbers(value))
            continue
        stated = row.get(f"{metric}{STDERR}")
        record = Record(
            **fields | shared.error(stated),
            metric=metric,
            metric_raw=metric,
            value=found,
            missing=missing,
            raw="N/A" if missing == "text" else "",
            pointer=where,
        )
        reading.take(record, count_numbers(value) + count_numbers(stated))


def _not_a_number(where: str, seen: Any) -> Problem:
    return Problem(
        code="value_not_a_number",
        message="the score is not a number",
        pointer=where,
        seen=kind(seen),
        expected="a number",
    )
