"""What the user declares about models, benchmarks and metrics (`results/catalog/*.yml`), as strict models.

A result file says what was measured; the catalog says what it means. Nothing here is guessed from results.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reportgen.records.papers import PaperEntry  # pydantic needs it at run time


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Alias(_Strict):
    """Another spelling of a model, with where that is known from."""

    name: str
    source: str = ""


class ModelEntry(_Strict):
    """One model."""

    id: str
    aliases: tuple[Alias | str, ...] = ()
    family: str = Field(
        "", description="Models of one family share weights or training and are not independent."
    )
    developer: str = ""
    parameters: float | None = Field(None, gt=0, description="Number of parameters.")
    released: date | None = None
    url: str = ""
    notes: str = ""


class BenchmarkEntry(_Strict):
    """One benchmark. The key in the file is `construct`; pydantic keeps that name for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    id: str
    suite: str = ""
    title: str = Field("", description="Name to print, where the id is not fit for it.")
    description: str = ""
    claimed_construct: str = Field("", alias="construct", description="What it claims to measure.")
    source: str = Field(
        "", description="Where its items come from; benchmarks of one source share items or authors."
    )
    source_type: Literal["", "human", "synthetic", "mixed"] = ""
    split_strategy: str = ""
    chance: float | None = Field(None, description="Score of guessing, in the metric's unit.")
    ceiling: float | None = Field(None, description="Best score thought possible, in the metric's unit.")
    id_twin: str = Field(
        "", description="The benchmark that is the in-distribution counterpart of this shifted one."
    )
    proxy_for: str = Field(
        "", description="The benchmark whose scores those of this one are meant to stand for."
    )
    role: Literal["", "id", "ood"] = ""
    items: int | None = Field(None, gt=0, description="Number of test items, where result files do not say.")
    primary_metric: str = ""
    url: str = ""
    citation: str = ""


class MetricEntry(_Strict):
    """One metric, optionally of one tool only: the same name means different scales in different tools."""

    id: str
    tool: str = ""
    aliases: tuple[str, ...] = ()
    direction: Literal["higher", "lower", "unknown"] = "unknown"
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    per_item: Literal["", "binary", "graded"] = Field(
        "",
        description="'binary' when each item scores 0 or 1, so that a binomial error may be derived; "
        "'graded' when it does not, whatever the name suggests.",
    )
    proxy_for: str = Field(
        "",
        description="The metric, on the same benchmark, whose values those of this one are meant to stand for.",
    )
    proxy_kind: Literal["", "estimate", "bound"] = Field(
        "",
        description="'estimate' of the same quantity in the same unit; 'bound' which the true value must not be worse "
        "than; empty where only the order is claimed.",
    )
    description: str = ""


class Catalog(_Strict):
    """All lists. Lookups are by id; ids and aliases are unique (checked on load)."""

    models: tuple[ModelEntry, ...] = ()
    benchmarks: tuple[BenchmarkEntry, ...] = ()
    metrics: tuple[MetricEntry, ...] = ()
    papers: tuple[PaperEntry, ...] = ()
