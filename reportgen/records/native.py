"""The native file format `reportgen.result`, as strict pydantic models: what crosses the file border.

History, newest first; every version stays loadable (`MIGRATIONS`, tests/data/history):
  1  2026-11  first release
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA_NAME = "reportgen.result"
SCHEMA_VERSION = 1

#: From version N to N+1, each a function on the parsed document. Version 1 is the first, so there is none yet;
#: a test compares the keys with range(1, SCHEMA_VERSION).
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

Text = Annotated[str, Field(min_length=1, max_length=500)]
Count = Annotated[int, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ModelRef(_Strict):
    """What was tested."""

    id: Text = Field(
        description="Name as it should be matched with other files; aliases come from the catalog."
    )
    raw: str = Field("", description="Name as its source writes it, where that is another.")
    revision: str = Field("", description="Commit, tag or checkpoint.")
    variant: dict[str, str] = Field(
        default_factory=dict,
        description="What else makes it another system: precision, effort, scaffold, prompt label.",
    )


class BenchmarkRef(_Strict):
    """On what it was tested."""

    id: Text
    raw: str = Field("", description="Name as its source writes it, where that is another.")
    suite: str = Field("", description="Collection it belongs to; one leaderboard is made for each suite.")
    level: Literal["leaf", "aggregate", "unknown"] = Field(
        "leaf", description="'aggregate' when it is a mean of other rows."
    )
    parent: str = Field("", description="The aggregate that contains it.")
    dataset: str = ""
    dataset_revision: str = ""
    subset: str = Field("", description="Language, subject or configuration.")
    split: str = Field("", description="'test', 'validation', ...")
    task: str = ""
    task_hash: str = Field("", description="Hash of the task definition or prompt.")


class Conditions(_Strict):
    """Under which conditions; every field is optional, and each summary says which it needs."""

    role: Literal["", "id", "ood", "train", "val", "test"] = Field(
        "", description="'id' for in-distribution, 'ood' for shifted test data."
    )
    train_domain: str = ""
    test_domain: str = ""
    selection: str = Field("", description="How the checkpoint was chosen; 'oracle' reads the test domain.")
    level_name: str = Field("", description="Ordered difficulty or complexity level.")
    level_order: float | None = None
    length: float | None = None
    unit_name: str = ""
    unit_seen: bool | None = None
    axis: str = ""
    variant: str = Field("", description="Perturbation, attack or rewording.")
    group: str = Field("", description="Population subgroup.")
    step: float | None = None
    extractor: str = ""
    item_id: str = ""
    n_shot: Count | None = None
    seed: int | None = None
    repeat: int | None = None


class MetricRef(_Strict):
    """Measured how. A direction that is not stated is unknown, and an unknown direction is never ranked."""

    id: Text
    raw: str = Field("", description="Name as its source writes it, where that is another.")
    variant: str = ""
    direction: Literal["higher", "lower", "unknown"] = "unknown"
    lower: float | None = Field(None, description="Smallest possible value, in the unit of `value`.")
    upper: float | None = Field(None, description="Largest possible value.")
    unit: str = Field("", description="'fraction', 'percent', 'points', 'seconds', ...")
    primary: bool | None = None


class StandardError(_Strict):
    """The standard error of the value and what it is."""

    value: float = Field(ge=0)
    kind: Literal["", "reported", "analytic", "bootstrap", "seeds", "trials", "derived_binomial"] = "reported"


class Interval(_Strict):
    """A confidence interval as printed; an end is null where it is open, the level where it is not stated."""

    low: float | None
    high: float | None
    level: float | None = Field(0.95, gt=0, lt=1)


class SampleSize(_Strict):
    """How many of what the value is computed from."""

    value: Count
    kind: Literal["", "items", "items_x_epochs", "seeds", "trials"] = Field(
        "items", description="'' where it is not known of what."
    )


class Outcomes(_Strict):
    """Counts of a pairwise or game evaluation."""

    wins: Count | None = None
    ties: Count | None = None
    losses: Count | None = None
    invalid: Count | None = None


class Result(_Strict):
    """One reported number."""

    model: ModelRef
    method: str = Field("", description="The unit under test, when it is a method applied to a model.")
    benchmark: BenchmarkRef
    conditions: Conditions = Field(default_factory=Conditions)
    metric: MetricRef
    value: float | None = Field(
        description="The number in its own unit; null with `missing` when there is none."
    )
    raw: str = Field("", description="As printed, where that is not the number itself.")
    missing: Literal["", "nan", "infinite", "null", "text", "dash", "empty", "sentinel", "failed_run"] = ""
    stderr: StandardError | None = None
    ci: Interval | None = None
    n: SampleSize | None = None
    outcomes: Outcomes | None = None
    cost: dict[str, float] = Field(default_factory=dict)
    status: Literal["ok", "partial", "failed", "flagged"] = "ok"
    flags: tuple[str, ...] = ()
    date: str = ""


class SourceRef(_Strict):
    """Where the figures were published."""

    title: str = ""
    url: str = ""
    citation: str = ""
    licence: str = ""
    note: str = ""


class Tool(_Strict):
    """What computed them."""

    name: str = ""
    version: str = ""
    commit: str = ""


class ResultFile(_Strict):
    """A `reportgen.result` file. `defaults` is merged under every entry of `results`, one level deep."""

    schema_name: Literal["reportgen.result"] = Field(alias="schema")
    version: Literal[1]
    source: SourceRef = Field(default_factory=SourceRef)
    tool: Tool = Field(default_factory=Tool)
    date: str = Field("", description="When the evaluation ran, ISO 8601.")
    defaults: dict[str, Any] = Field(default_factory=dict)
    results: list[dict[str, Any]] = Field(
        description="Each as `Result`. Short forms: model, benchmark and metric may be a plain id; "
        "stderr and n a plain number.",
    )


#: Fields that may be written as their one main value.
SHORT_FORMS: dict[str, str] = {
    "model": "id",
    "benchmark": "id",
    "metric": "id",
    "stderr": "value",
    "n": "value",
}


def expand(entry: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """One entry of `results` with short forms opened and `defaults` merged under it, one level deep."""
    merged = {key: _open(key, value) for key, value in defaults.items()}
    for key, value in entry.items():
        opened, base = _open(key, value), merged.get(key)
        merged[key] = {**base, **opened} if isinstance(base, dict) and isinstance(opened, dict) else opened
    return merged


def _open(key: str, value: Any) -> Any:
    short = SHORT_FORMS.get(key)
    return {short: value} if short and not isinstance(value, (dict, type(None))) else value


#: What the short forms look like in JSON Schema.
_SHORT_SCHEMAS: dict[str, dict[str, Any]] = {
    "stderr": {"type": "number", "minimum": 0},
    "n": {"type": "integer", "minimum": 0},
}


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a native file, entries of `results` spelled out.

    Nothing is required within an entry or within `defaults`, because each may supply what the other lacks; that
    the two together are complete is checked on reading.
    """
    schema = ResultFile.model_json_schema(by_alias=True)
    entry = Result.model_json_schema()
    parts = entry.pop("$defs")
    for part in (entry, *parts.values()):
        part.pop("required", None)
    for name in SHORT_FORMS:
        plain = _SHORT_SCHEMAS.get(name, {"type": "string", "minLength": 1, "maxLength": 500})
        entry["properties"][name] = {"anyOf": [plain, *_alternatives(entry["properties"][name])]}
    schema["$defs"] = {**schema.get("$defs", {}), **parts, "Result": entry}
    schema["properties"]["results"]["items"] = {"$ref": "#/$defs/Result"}
    schema["properties"]["defaults"] = {
        "$ref": "#/$defs/Result",
        "default": {},
        "description": "Merged under every entry of `results`, one level deep.",
    }
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = f"{SCHEMA_NAME} version {SCHEMA_VERSION}"
    return schema


def _alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
    return list(node["anyOf"]) if "anyOf" in node else [{"$ref": node["$ref"]}]
