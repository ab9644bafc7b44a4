"""What results and item lines of Every Eval Ever share: system, benchmark, metric and provenance of an entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from reportgen.ingest.document import members, public_name, text, utc, whole
from reportgen.ingest.eee_details import written_by_us
from reportgen.ingest.eee_schema import Entry, Envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.ingest.eee_schema import Model

KEYS = frozenset({"schema_version", "evaluation_id", "model_info", "evaluation_results"})
READABLE = re.compile(r"0\.[23](\.\d+)*(-.*)?")
DEFAULT_METRIC = "score"

#: What makes another system of one model. Everything else in `additional_details` only describes it.
VARIANT_KEYS: dict[str, str] = {
    "precision": "precision",
    "quantization": "quantization",
    "agent_scaffold": "scaffold",
    "scaffold": "scaffold",
    "agent": "scaffold",
    "agent_name": "scaffold",
    "agent_framework": "scaffold",
    "inference_effort": "effort",
    "reasoning_effort": "effort",
}
_SHOT_KEYS = ("n_shot", "num_fewshot", "num_shots", "n_shots")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
#: Boards that give several releases of a model one id tell them apart in its name: "R1 (May 2025)".
_RELEASE = re.compile(rf"\(((?:{_MONTHS}) 20\d\d)\)$")
_DIRECTIONS: dict[bool, str] = {True: "lower", False: "higher"}


@lru_cache(maxsize=1)
def envelope_type() -> TypeAdapter[Envelope]:
    """Validates a file, its entries excepted."""
    return TypeAdapter(Envelope)


@lru_cache(maxsize=1)
def entry_type() -> TypeAdapter[Entry]:
    """Validates one of `evaluation_results`."""
    return TypeAdapter(Entry)


@dataclass(frozen=True, slots=True)
class EvalFile:
    """What the entries of one file have in common, and what only all of them together tell."""

    common: dict[str, Any]  # fields of a record
    variant: dict[str, str]
    ours: dict[str, Any] | None  # details of the whole file, where reportgen wrote it
    parents: dict[str, str]
    wholes: frozenset[str]  # evaluations that are aggregates of others
    qualified: frozenset[tuple[str, str]]  # evaluations and metrics that several entries share

    def fields(self, entry: Entry) -> dict[str, Any]:
        """Fields of the record of an entry: all but value, error, items, bounds and place."""
        name, metric, source = entry.evaluation_name, entry.metric_config, entry.source_data
        stated = metric_name(entry)
        lower_is_better = metric.lower_is_better
        return (
            self.common
            | _conditions(self.variant, members(entry.generation_config))
            | _dated(entry)
            | {
                "benchmark": name,
                "benchmark_raw": name,
                "benchmark_level": "aggregate" if name in self.wholes else "leaf",
                "parent": self.parents.get(name, ""),
                "dataset": source.dataset_name
                if self.ours is not None
                else public_name(source.dataset_name)[0],
                "split": source.hf_split or "",
                "metric": stated,
                "metric_raw": metric.metric_id or metric.evaluation_description or "",
                "metric_variant": _qualifier(entry) if (name, stated) in self.qualified else "",
                "direction": "unknown" if lower_is_better is None else _DIRECTIONS[lower_is_better],
                "direction_source": "unknown" if lower_is_better is None else "file",
            }
        )


def open_file(envelope: Envelope, entries: Sequence[Entry]) -> EvalFile:
    """The file with these of its entries that are valid."""
    ours = _ours(envelope)
    parents = overall_of([entry.evaluation_name for entry in entries])
    means = _over_collection(envelope.source_metadata.source_name, entries) if ours is None else frozenset()
    return EvalFile(
        _common(envelope, carried=ours is not None),
        _model_variant(envelope.model_info),
        ours,
        parents,
        means.union(parents.values()),
        _qualified(entries),
    )


def _common(envelope: Envelope, *, carried: bool) -> dict[str, Any]:
    """The fields that all records of the file share; names in a file of our own are fit to publish."""
    name = envelope.model_info.id or envelope.model_info.name
    model = name if carried else public_name(name)[0]
    library, suite = envelope.eval_library, envelope.source_metadata.source_name
    date = utc(envelope.evaluation_timestamp)
    return {
        "model": model,
        "model_raw": model,
        "suite": suite,
        "source_title": suite,
        "source_url": envelope.source_metadata.source_organization_url,
        "tool": library.name if library and library.name != "unknown" else "",
        "tool_version": library.version if library and library.version != "unknown" else "",
        "format_version": envelope.schema_version,
        "date": date,
        "date_source": "file" if date else "",
    }


def _ours(envelope: Envelope) -> dict[str, Any] | None:
    """What the whole file says beyond its schema, where reportgen wrote it."""
    source = envelope.source_metadata.additional_details
    if not written_by_us(source):
        return None
    return members(source) | members(envelope.model_info.additional_details)


def _model_variant(model: Model) -> dict[str, str]:
    release = _RELEASE.search(model.name)
    return ({"release": release[1]} if release else {}) | _variant(members(model.additional_details))


def _variant(details: dict[str, Any]) -> dict[str, str]:
    found = {name: text(details[key]) for key, name in VARIANT_KEYS.items() if key in details}
    return {name: value for name, value in found.items() if value and value.lower() != "unknown"}


def _conditions(variant: dict[str, str], settings: dict[str, Any]) -> dict[str, Any]:
    """What the settings of one entry add to the system and its prompt."""
    details = members(settings.get("additional_details"))
    reasoning = (
        {"reasoning": "true"} if members(settings.get("generation_args")).get("reasoning") is True else {}
    )
    variant = reasoning | _variant(details) | variant
    shots = (whole(details.get(key)) for key in _SHOT_KEYS)
    return {
        "model_variant": ", ".join(f"{key}={value}" for key, value in sorted(variant.items())),
        "n_shot": next((found for found in shots if found is not None and found >= 0), None),
    }


def _dated(entry: Entry) -> dict[str, Any]:
    date = utc(entry.evaluation_timestamp)
    fields: dict[str, Any] = {"date": date, "date_source": "file"} if date else {}
    urls = entry.source_data.url
    if isinstance(urls, list) and urls and isinstance(urls[0], str):
        fields["source_url"] = urls[0]
    return fields


def overall_of(names: list[str]) -> dict[str, str]:
    """Each part's overall score, by the two ways in which these files name them.

    "GAIA" beside "GAIA - GAIA Level 1", and "MMLU-Pro (overall)" beside "MMLU-Pro (Law)". Without it a mean
    over benchmarks would count the parts twice.
    """
    present = set(names)
    parents: dict[str, str] = {}
    for name in sorted(present):
        whole_name, separator, _ = name.partition(" - ")
        stem, parenthesis, _ = name.rpartition(" (")
        if separator and whole_name in present:
            parents[name] = whole_name
        elif parenthesis and f"{stem} (overall)" in present - {name}:
            parents[name] = f"{stem} (overall)"
    return parents


def _over_collection(collection: str, entries: Sequence[Entry]) -> frozenset[str]:
    """Evaluations on a whole collection beside those on its data sets, such as HELM's mean win rate.

    A collection of one data set may bear that one's name, which makes it no aggregate.
    """
    if len({entry.source_data.dataset_name for entry in entries} - {collection}) < 2:
        return frozenset()
    return frozenset(
        entry.evaluation_name for entry in entries if entry.source_data.dataset_name == collection
    )


def metric_name(entry: Entry) -> str:
    """The metric as the file states it; "Accuracy on IFEval" states it for the evaluation named IFEval."""
    metric = entry.metric_config
    stated = metric.metric_kind or metric.metric_name or metric.metric_id
    if stated:
        return stated
    head, separator, tail = (metric.evaluation_description or "").partition(" on ")
    return head if separator and tail == entry.evaluation_name else DEFAULT_METRIC


def _qualifier(entry: Entry) -> str:
    """What tells results of one metric apart: its id, and its parameters ("k=5")."""
    metric = entry.metric_config
    stated = sorted((key, text(value)) for key, value in members(metric.metric_parameters).items())
    return ", ".join(
        filter(None, [metric.metric_id or "", *(f"{key}={value}" for key, value in stated if value)])
    )


def _qualified(entries: Sequence[Entry]) -> frozenset[tuple[str, str]]:
    """Pairs of evaluation and metric name that stand for several metrics in this file."""
    found: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        found.setdefault((entry.evaluation_name, metric_name(entry)), set()).add(_qualifier(entry))
    return frozenset(key for key, qualifiers in found.items() if len(qualifiers) > 1)
