"""The record: one row per number that a run reported.

A record is flat, so that a million of them become columns without a detour. The nested, validated form that
crosses a file border is `records.native`; this is what every format adapter yields.

"" means "not stated" for text, None for numbers. An adapter reports and does not interpret: what a file does not
state stays unknown, and the catalog or the user may supply it later.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Direction = Literal["higher", "lower", "unknown"]
KnownFrom = Literal["file", "table", "user", "inferred", "unknown"]
Missing = Literal["", "nan", "infinite", "null", "text", "dash", "empty", "sentinel", "failed_run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One reported number with everything known about it. `value` is in the file's own unit."""

    # -- what was tested
    model: str  # canonical id, after aliases
    model_raw: str = ""  # as written
    model_revision: str = ""
    model_variant: str = ""  # "effort=high, precision=bfloat16": sorted, what else makes it another system
    method: str = ""  # the unit under test, when it is a method applied to a model
    # -- on what
    suite: str = ""  # collection the benchmark belongs to ("GLUE", "MTEB")
    benchmark: str
    benchmark_raw: str = ""
    benchmark_level: Literal["leaf", "aggregate", "unknown"] = "leaf"
    parent: str = ""  # the aggregate that contains this benchmark
    dataset: str = ""
    dataset_revision: str = ""
    subset: str = ""
    split: str = ""
    task: str = ""
    task_hash: str = ""  # hash of task definition or prompt, where the tool writes one
    # -- under which conditions
    role: Literal["", "id", "ood", "train", "val", "test"] = ""
    train_domain: str = ""
    test_domain: str = ""
    selection: str = ""  # how the reported checkpoint was chosen ("oracle" reads the test domain)
    level_name: str = ""  # an ordered difficulty or complexity level
    level_order: float | None = None
    length: float | None = None
    unit_name: str = ""  # class, skill or pattern, for seen/unseen comparisons
    unit_seen: bool | None = None
    axis: str = ""
    variant: str = ""  # perturbation, attack, rewording
    group: str = ""  # population subgroup
    step: float | None = None
    extractor: str = ""
    item_id: str = ""
    n_shot: int | None = None
    seed: int | None = None
    repeat: int | None = None
    # -- measured how
    metric: str
    metric_raw: str = ""
    metric_variant: str = ""  # lm-eval filter, scorer and reducer, HELM perturbation
    primary: bool | None = None  # the file itself says this is the main metric
    direction: Direction = "unknown"
    direction_source: KnownFrom = "unknown"
    lower: float | None = None  # bounds of the metric in the unit of `value`
    upper: float | None = None
    bounds_source: KnownFrom = "unknown"
    unit: str = ""  # "fraction", "percent", "points", "seconds", ...
    # -- the result
    value: float | None
    raw: str = ""  # as written, where it differs from the number ("82.00 (7/8)")
    missing: Missing = ""  # why value is None
    stderr: float | None = None
    stderr_kind: str = ""  # reported | analytic | bootstrap | seeds | trials | derived_binomial
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float | None = None  # 0.95
    n: int | None = None
    n_kind: str = ""  # items | items_x_epochs | seeds | trials
    wins: int | None = None
    ties: int | None = None
    losses: int | None = None
    invalid: int | None = None
    cost: str = ""  # canonical JSON object of cost figures, or ""
    status: Literal["ok", "partial", "failed", "flagged"] = "ok"
    flags: str = ""  # "; "-separated remarks of the source ("contaminated", "limit=10")
    # -- where it comes from
    file: str = ""  # path relative to the results folder, with /
    sha256: str = ""
    pointer: str = ""
    format: str = ""
    format_version: str = ""
    adapter_version: str = ""
    tool: str = ""
    tool_version: str = ""
    tool_commit: str = ""
    date: str = ""  # ISO 8601, UTC
    date_source: Literal["", "file", "filename", "user"] = ""
    source_title: str = ""  # publication or page the figure is taken from
    source_url: str = ""


#: Field names in order; the columns of the frame.
FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Record))

#: What makes an evaluation unique. When it was fetched and from which file is deliberately absent.
IDENTITY: tuple[str, ...] = (
    "model", "model_revision", "model_variant", "method",
    "suite", "benchmark", "benchmark_level", "dataset", "dataset_revision", "subset", "split", "task", "task_hash",
    "role", "train_domain", "test_domain", "selection", "level_name", "level_order", "length", "unit_name",
    "unit_seen", "axis", "variant", "group", "step", "extractor", "item_id", "n_shot", "seed", "repeat",
    "metric", "metric_variant", "tool",
)  # fmt: skip

#: What makes two reports of one evaluation the same report.
CONTENT: tuple[str, ...] = ("value", "missing", "stderr", "n")
