"""Model cards of the Hugging Face Hub: `model-index` in the YAML front matter of a README.md.

See https://github.com/huggingface/hub-docs/blob/main/modelcard.md. Cards are written by people and by many tools:
scores are fractions or percentages as each pleased, and the scale is only known where the value ends in %.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell, parse_value
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, pointer, public_name, text, whole
from reportgen.ingest.hub import cached_repository
from reportgen.ingest.json_text import count_literals
from reportgen.ingest.source import Reading
from reportgen.ingest.yaml_text import load_yaml
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "hf_model_index"
TITLE = "Hugging Face model card (model-index)"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".md",)
NEEDS = "model-index"
TOLERATES_NAN = True

#: A card is a page of text and its front matter a part of that; MTEB's are the longest, at some 100 kB.
MAX_FRONT_MATTER = 4_000_000
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"^model-index[ \t]*:", re.MULTILINE)
_SHOTS = ("num_few_shot", "num_fewshot", "n_shot")


def claims(source: Source) -> str | None:
    """Front matter with the key `model-index`."""
    front = _front_matter(source)
    return "front matter with `model-index`" if front is not None and _KEY.search(front) else None


def _front_matter(source: Source) -> str | None:
    """The text between the first two lines of three dashes."""
    if source.is_document or not source.text.startswith("---"):
        return None
    found = _FRONT_MATTER.match(source.text, 0, MAX_FRONT_MATTER)
    return found[1].replace("\r\n", "\n") if found else None


def read(source: Source) -> Reading:
    """One record for each model, data set and metric."""
    front = _front_matter(source) or ""
    document, problem = load_yaml(front)
    if problem is not None:
        line = problem.line + 1 if problem.line else None
        return Reading(problems=[replace(problem, line=line)], quarantined=count_literals(front))
    reading = Reading()
    card = members(document)
    models = card.get("model-index")
    if not isinstance(models, list):
        _refuse(reading, "model-index is not a list", "/model-index", models, "a list of models")
    for position, model in enumerate(entries(models)):
        _read_model(reading, model, pointer("model-index", position), cached_repository(source.path))
    reading.found = (reading.found or 0) + count_numbers(card)  # the prose below is no data
    return reading


def _refuse(reading: Reading, what: str, where: str, value: Any, expected: str) -> None:
    problem = Problem(
        code="invalid",
        message=what,
        pointer=where,
        seen=f"a {type(value).__name__}" if isinstance(value, (dict, list)) else shorten(value),
        expected=expected,
    )
    reading.quarantine(problem, count_numbers(value))


def _read_model(reading: Reading, model: Any, place: str, repository: tuple[str, str]) -> None:
    name, local = public_name(text(members(model).get("name")))
    if not name:
        _refuse(reading, "a model without a name", place, model, "an object with a name")
        return
    results = members(model).get("results")
    if not isinstance(results, list):
        _refuse(reading, "a model without results", place + "/results", results, "a list")
        return
    fields = {
        "model": repository[0] or name,  # cards seldom write the organisation
        "model_raw": name,
        "model_revision": repository[1],
        "flags": "model name was a local path" if local else "",
    }
    for position, result in enumerate(results):
        _read_result(reading, fields, result, place + pointer("results", position))


def _read_result(reading: Reading, model: dict[str, Any], result: Any, place: str) -> None:
    dataset = members(members(result).get("dataset"))
    benchmark = text(dataset.get("name")) or text(dataset.get("type"))
    if not benchmark:
        _refuse(
            reading,
            "a result without a data set",
            place + "/dataset",
            result,
            "dataset.type and dataset.name",
        )
        return
    metrics = members(result).get("metrics")
    if not isinstance(metrics, list):
        _refuse(reading, "a result without metrics", place + "/metrics", metrics, "a list")
        return
    arguments = members(dataset.get("args"))
    source = members(members(result).get("source"))
    url = text(source.get("url"))
    fields = model | {
        "benchmark": benchmark,
        "benchmark_raw": benchmark,
        "dataset": public_name(text(dataset.get("type")))[0],
        "dataset_revision": text(dataset.get("revision")),
        "subset": text(dataset.get("config")),
        "split": text(dataset.get("split")),
        "task": text(members(members(result).get("task")).get("type")),
        "n_shot": next((shots for key in _SHOTS if (shots := whole(arguments.get(key))) is not None), None),
        "source_title": text(source.get("name")),
        "source_url": url if url.startswith("https://") else "",
    }
    for position, metric in enumerate(metrics):
        _read_metric(reading, fields, metric, place + pointer("metrics", position))


def _read_metric(reading: Reading, fields: dict[str, Any], metric: Any, place: str) -> None:
    stated = members(metric)
    name = text(stated.get("type")) or text(stated.get("name"))
    if not name or "value" not in stated:
        _refuse(reading, "a metric without type or value", place, metric, "type and value")
        return
    value = stated["value"]
    flags = [flag for flag in (fields["flags"], "verified" if stated.get("verified") is True else "") if flag]
    measured = fields | {
        "metric": name,
        "metric_raw": text(stated.get("name")) or name,
        "metric_variant": _variant(stated),
        "flags": "; ".join(flags),
    }
    if not isinstance(value, dict):
        _take(reading, measured, value, place + "/value")
        return
    for part, number in value.items():
        variant = ", ".join(filter(None, (measured["metric_variant"], part)))
        _take(reading, measured | {"metric_variant": variant}, number, place + pointer("value", part))


def _variant(metric: dict[str, Any]) -> str:
    """What tells two metrics of one type apart: the configuration, and plain arguments."""
    arguments = members(metric.get("args"))
    parts = [text(metric.get("config"))]
    parts += [f"{key}={text(value)}" for key, value in sorted(arguments.items()) if text(value)]
    return ", ".join(part for part in parts if part)[:120]


def _take(reading: Reading, fields: dict[str, Any], value: Any, where: str) -> None:
    cell = parse_value(value)
    numbers = numbers_in_cell(value) if isinstance(value, str) else count_numbers(value)
    if isinstance(value, str):
        reading.found = (reading.found or 0) + numbers
    if not cell.understood:
        problem = Problem(
            code="value_not_a_number",
            message="the score is not a number",
            pointer=where,
            seen=f"a {type(value).__name__}" if isinstance(value, (dict, list)) else shorten(value),
            expected='a number, or a text such as "24.5%"',
        )
        reading.quarantine(problem, numbers)
        return
    stated = fields | ({"stderr": cell.stderr, "stderr_kind": "reported"} if cell.stderr is not None else {})
    unit = "percent" if cell.percent else ""
    record = Record(**stated, unit=unit, value=cell.value, missing=cell.missing, raw=cell.raw, pointer=where)
    reading.take(record, numbers)
