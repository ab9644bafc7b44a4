"""What is read of an Every Eval Ever file, as lean pydantic models: 0.2.0 to 0.3.x fit the same ones."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Lean(BaseModel):
    """Only what becomes part of a record; tools add keys every month."""

    model_config = ConfigDict(extra="ignore")


class SourceMetadata(_Lean):
    source_name: str = ""
    source_organization_url: str = ""
    additional_details: Any = None


class Library(_Lean):
    name: str = ""
    version: str = ""


class Model(_Lean):
    name: str = ""
    id: str = ""
    additional_details: Any = None


class Envelope(_Lean):
    schema_version: str
    evaluation_id: Any = None
    evaluation_timestamp: Any = None
    source_metadata: SourceMetadata = Field(default_factory=SourceMetadata)
    eval_library: Library | None = None
    model_info: Model
    evaluation_results: list[Any]


class Metric(_Lean):
    lower_is_better: bool | None = None
    min_score: Any = None
    max_score: Any = None
    has_unknown_level: bool | None = None
    metric_id: str | None = None
    metric_name: str | None = None
    metric_kind: str | None = None
    metric_unit: str | None = None
    metric_parameters: Any = None
    evaluation_description: str | None = None


class Score(_Lean):
    score: Any
    details: Any = None
    uncertainty: Any = None


class Data(_Lean):
    dataset_name: str = ""
    hf_split: str | None = None
    samples_number: Any = None
    url: Any = None


class Entry(_Lean):
    evaluation_result_id: Any = None
    evaluation_name: str = Field(min_length=1)
    evaluation_timestamp: Any = None
    source_data: Data = Field(default_factory=Data)
    metric_config: Metric
    score_details: Score
    generation_config: Any = None
