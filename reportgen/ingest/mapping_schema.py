"""A mapping file as strict models, and its YAML read without anchors, aliases, dates or repeated keys."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, create_model

from reportgen.ingest.fields import FIELD_TYPES, SETTABLE
from reportgen.records.problem import Problem, shorten

#: A mapping file is a page of text; larger ones are not read.
MAX_CHARACTERS = 65_536
#: Longest regular expression, and longest path it is tried on.
MAX_PATTERN = 300
MAX_DEPTH = 12

_Name = Annotated[str, Field(min_length=1, max_length=200)]


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
    constants: dict[str, Any] = Field(default_factory=dict)
    path_pattern: str | None = Field(None, max_length=MAX_PATTERN)
    # -- how cells are read
    scale: float | None = Field(None, gt=0)
    split_cell: list[_Name] | None = Field(None, min_length=2, max_length=4)
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


#: What may be said of one column: a field of its records, or how its cells are read.
ColumnSettings: type[BaseModel] = create_model(
    "ColumnSettings", __base__=_ColumnReading, **_optional(SETTABLE - {"value", "stderr", "model"})
)


class _Refused(yaml.YAMLError):
    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what, self.line = what, line


class _Loader(yaml.SafeLoader):
    """YAML's safe subset without what could surprise: anchors, aliases, merge keys, dates, repeated keys."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # the class attribute is how PyYAML is configured
        first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":timestamp", ":merge"))]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # yaml has no types
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("anchors and aliases are not allowed", event.start_mark.line + 1)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Refused("nested too deeply", event.start_mark.line + 1)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  # PyYAML's signature
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused("a key must be plain text", key.start_mark.line + 1)
            if key.value in seen:
                raise _Refused(f"the key {shorten(key.value)} occurs twice", key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def load_yaml(text: str) -> tuple[Any, Problem | None]:
    """The document of a YAML text, or why there is none. The keys are text, the values plain."""
    if len(text) > MAX_CHARACTERS:
        return None, Problem(
            code="too_large",
            message="too large for a mapping",
            seen=f"{len(text)} characters",
            expected=f"at most {MAX_CHARACTERS}",
        )
    try:
        return yaml.load(text, Loader=_Loader), None  # noqa: S506  # derives from SafeLoader
    except _Refused as error:
        return None, Problem(code="yaml_refused", message=error.what, line=error.line)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return None, Problem(code="yaml_syntax", message=f"not valid YAML: {error.problem}", line=line)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, Problem(code="yaml_syntax", message=f"not valid YAML: {shorten(str(error))}")
