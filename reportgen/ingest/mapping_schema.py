"""A mapping file as strict models, and its YAML read without anchors, aliases, dates or repeated keys."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from reportgen.ingest.fields import FIELD_TYPES, SETTABLE

#: A mapping file is a page of text; larger ones are not read.
MAX_CHARACTERS = 65_536
#: Longest regular expression, and longest path it is tried on.
MAX_PATTERN = 300
MAX_DEPTH = 12

_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Words = Annotated[dict[_Name, float], Field(min_length=1, max_length=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class When(_Strict):
    """What a file must hold to be the one that is meant."""

    columns: list[str] = Field(default_factory=list)  # of the header, or keys of the first object
    absent: list[str] = Field(default_factory=list)


class MappingFile(_Strict):
    """What a `.mapping.yml` file says; docs/mapping.md explains every key."""

    files: _Name | list[_Name]
    title: str = Field("", max_length=100)
    when: When | None = None
    format: Literal["csv", "json", "yaml", "jsonl", "parquet"] = "csv"
    layout: Literal["wide", "tidy", "nested"]
    skip_rows: int = Field(0, ge=0, le=1000)
    row_names: _Name | None = None
    # -- where the fields are
    model_column: str | None = None
    columns: Literal["all"] | list[_Name] | dict[str, dict[str, Any] | None] | None = None
    leave_out: list[str] = Field(default_factory=list, alias="except")
    fields: dict[str, str] = Field(default_factory=dict)
    header: list[_Name] = Field(default_factory=lambda: ["benchmark"], min_length=1, max_length=4)
    header_pattern: str | None = Field(None, max_length=MAX_PATTERN)
    variants: list[_Name] = Field(default_factory=list)
    records: str = ""
    levels: list[_Name] = Field(default_factory=list, max_length=8)
    names: dict[str, _Name] = Field(default_factory=dict)
    constants: dict[str, Any] = Field(default_factory=dict)
    path_pattern: str | None = Field(None, max_length=MAX_PATTERN)
    # -- how cells are read
    scale: float | None = Field(None, gt=0)
    split_cell: list[_Name] | None = Field(None, min_length=2, max_length=4)
    words: _Words | None = None
    equal: _Name | None = None
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'", "\u00a0", "\u202f"] = ""
    missing: list[str] = Field(default_factory=list)
    parentheses: Literal["refuse", "ignore", "stderr"] = "refuse"
    plus_minus: Literal["stderr", "ignore"] = "stderr"
    arrows: bool = False


def _constant_type(name: str) -> Any:
    kind = FIELD_TYPES[name]
    if isinstance(kind, tuple):
        return Literal[kind]
    return kind


def _optional(names: frozenset[str]) -> dict[str, Any]:
    return {name: (_constant_type(name) | None, None) for name in sorted(names)}


#: Fields that a mapping may state for all records it makes.
Constants: type[BaseModel] = create_model(
    "Constants", __base__=_Strict, **_optional(SETTABLE - {"value", "stderr", "ci_low", "ci_high"})
)


class _ColumnReading(_Strict):
    scale: float | None = Field(None, gt=0)
    split_cell: list[_Name] | None = Field(None, min_length=2, max_length=4)
    words: _Words | None = None
    equal: _Name | None = None


#: What may be said of one column: a field of its records, or how its cells are read.
ColumnSettings: type[BaseModel] = create_model(
    "ColumnSettings", __base__=_ColumnReading, **_optional(SETTABLE - {"value", "stderr", "model"})
)
