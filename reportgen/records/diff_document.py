"""The JSON document of a comparison, `reportgen.diff`, as strict pydantic models: what other programs may rely on.

Unknown numbers are null and unknown texts "", never 0. Within a version fields are only added; what goes or changes
its meaning makes another version. History, newest first:
  1  2026-11  first release
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_NAME = "reportgen.diff"
SCHEMA_VERSION = 1

Count = Annotated[int, Field(ge=0)]
Sha256 = Annotated[
    str, Field(pattern=r"^([0-9a-f]{64})?$", description="Of its content; empty where it is not there.")
]
Verdict = Literal["better", "worse", "within noise", "noise unknown", "not comparable", "new", "removed"]
Cause = Annotated[
    str, Field(description="data, config, code, joined by ' + '; empty where it cannot be told.")
]
State = Literal["new", "removed", "changed"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Side(_Strict):
    """One of the two things compared."""

    label: str = Field(description="As the user wrote it: 'results', 'main', 'site/2026.11'.")
    kind: Literal["results", "snapshot", "version", "revision"]
    software: str = Field(description="Version of reportgen that read the inputs.")
    digest: str = Field(description="SHA-256 over inputs, settings and catalog.")
    commit: str = Field(description="Full hash of a git revision; empty for others.")
    files: Count
    records: Count
    models: Count
    benchmarks: Count
    address: str = Field(description="Where its pages can be opened; empty when nowhere.")


class ConfigChange(_Strict):
    """One setting or catalog entry that differs."""

    place: str = Field(description="'settings.missing_data', 'catalog.models.gpt-4.aliases'.")
    old: str = Field(description="As JSON text; empty where it is not there.")
    new: str = Field(description="The same on the new side.")


class Code(_Strict):
    """Two versions of reportgen."""

    old: str
    new: str


class Causes(_Strict):
    """What could have made the difference, and what did."""

    data: Count = Field(description="Files that differ.")
    config: list[ConfigChange]
    code: Code | None = Field(description="Versions of reportgen, where they differ.")
    code_changed_numbers: Count | None = Field(
        description="Published numbers that this version computes otherwise from the same records; null if unknown."
    )
    unexplained: Count = Field(
        description="Records that differ though neither file, configuration nor code does."
    )


class Rename(_Strict):
    """A model that goes by another id."""

    old: str
    new: str
    source: str = Field(description="From where that is known.")


class Names(_Strict):
    """Ids on one side only, sorted; a renamed model is in neither."""

    added: list[str]
    removed: list[str]


class Alarm(_Strict):
    """Something a reviewer must look at."""

    rule: str = Field(description="Name of the rule, which `fail_on` and the expected changes use.")
    severity: Literal["error", "warning", "note"]
    subject: str = Field(description="What it is about; the same from run to run.")
    text: str = Field(description="What happened, with both values.")
    fix: str = Field(description="What to do.")
    expected: bool = Field(description="Whether the file of expected changes names it.")


class Gate(_Strict):
    """A rule that was asked to fail the comparison."""

    rule: str
    failures: Count = Field(description="Its unexpected alarms.")
    passed: bool


class Verdicts(_Strict):
    """How many scores there are of each verdict, of which `cells` lists each."""

    better: Count
    worse: Count
    within_noise: Count
    noise_unknown: Count
    not_comparable: Count
    new: Count
    removed: Count


class Same(_Strict):
    """How much does not differ."""

    cells: Count
    records: Count
    compared_pages: Count | None = Field(description="Pages on both sides; null where a side has none.")


class Cell(_Strict):
    """A score of a system in a setting that differs, or is on one side only."""

    system: str = Field(description="Label of the system: a model with what sets it apart.")
    model: str = Field(description="Id of its model.")
    setting: str = Field(description="Label of the setting: a benchmark with what sets it apart.")
    suite: str = Field(description="Collection of the benchmark.")
    benchmark: str = Field(description="Id of the benchmark.")
    metric: str
    direction: Literal["higher", "lower", "unknown"] = Field(description="Which values are better.")
    unit: str = Field(description="Of old, new and their errors.")
    old: float | None = Field(description="Score on the old side.")
    old_error: float | None = Field(description="Its standard error.")
    new: float | None = Field(description="Score on the new side.")
    new_error: float | None = Field(description="Its standard error.")
    difference: float | None = Field(description="New less old, larger is better whatever the direction.")
    low: float | None = Field(description="Lower end of the interval of the difference, at `level`.")
    high: float | None = Field(description="Its upper end.")
    items: Count | None = Field(description="Items that both sides answered, where the test is paired.")
    test: Literal["paired", "unpaired", ""]
    p: float | None = Field(description="Two-sided, of no difference.")
    p_adjusted: float | None = Field(description="After Benjamini and Hochberg (1995) over all tested cells.")
    verdict: Verdict
    reason: str = Field(description="Why not comparable, or why the noise is unknown.")
    cause: Cause


class Number(_Strict):
    """Numbers of a model, benchmark and metric that are new, gone or other."""

    model: str
    suite: str
    benchmark: str
    metric: str
    metric_variant: str
    added: Count = Field(description="Records on the new side only.")
    removed: Count = Field(description="Records on the old side only.")
    changed: Count = Field(description="Records on both sides with another value, error or count.")
    of_items: bool = Field(description="Whether these are results of single test items.")
    in_scores: bool = Field(description="Whether the cells compare this metric.")


class Place(_Strict):
    """A system whose place on a leaderboard differs."""

    board: str = Field(description="Id of the leaderboard.")
    board_title: str
    system: str
    model: str
    old_rank: Count | None = Field(description="1 + systems with a better score.")
    old_low: Count | None = Field(description="Best rank of the rank interval.")
    old_high: Count | None = Field(description="Worst rank of it.")
    old_group: Count | None = Field(description="Tie group, 1 is best.")
    new_rank: Count | None
    new_low: Count | None
    new_high: Count | None
    new_group: Count | None
    of_old: Count | None = Field(description="Systems ranked on the old side.")
    of_new: Count | None = Field(description="Systems ranked on the new side.")
    moved: Literal["up", "down", "new", "removed", ""] = Field(description="By tie group; empty: it stayed.")
    top: bool = Field(description="Whether it is among the first ten on either side.")
    touched: bool = Field(description="Whether one of its own scores differs.")
    cause: Cause


class Pair(_Strict):
    """Two benchmarks whose agreement left its interval, or is known on one side only."""

    benchmark_a: str
    benchmark_b: str
    old_tau: float | None = Field(description="Kendall tau-b on the old side.")
    old_low: float | None
    old_high: float | None
    old_n: Count | None = Field(description="Models that both benchmarks share.")
    new_tau: float | None
    new_low: float | None
    new_high: float | None
    new_n: Count | None
    difference: float | None
    moved: Literal["up", "down", "new", "gone"]
    models: str = Field(description="Models whose scores moved it most, joined by ', '.")
    reason: str = Field(description="Why one side has none.")


class Input(_Strict):
    """A file of the results that differs."""

    path: str = Field(description="Below the results folder.")
    state: State
    old_sha256: Sha256
    new_sha256: Sha256


class Page(_Strict):
    """A page that differs."""

    path: str = Field(description="From the root of the version.")
    title: str
    state: State
    kind: str = Field(description="What differs: data, text, layout, joined by ' + '.")
    lines_added: Count
    lines_removed: Count
    figures: Count = Field(description="Figures that differ.")


class DiffDocument(_Strict):
    """All that differs between two sides. Tables hold what matters most first, and only what differs."""

    schema_: Literal["reportgen.diff"] = Field(alias="schema")
    version: Literal[1]
    plan: str = Field(description="One line: what changed, and what caused it.")
    empty: bool = Field(description="Whether nothing differs.")
    level: float = Field(gt=0, lt=1, description="Of the intervals.")
    old: Side
    new: Side
    causes: Causes
    alarms: list[Alarm]
    gates: list[Gate] = Field(description="One for each rule that was asked for.")
    models: Names
    benchmarks: Names
    renames: list[Rename]
    verdicts: Verdicts
    same: Same
    cells: list[Cell]
    numbers: list[Number]
    ranks: list[Place]
    concurrence: list[Pair]
    inputs: list[Input]
    pages: list[Page]


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the document."""
    schema = DiffDocument.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = f"{SCHEMA_NAME} version {SCHEMA_VERSION}"
    return schema
