"""What a published version says of itself (`data/snapshot.json`, `data/ingest.json`), as pydantic models.

History, newest first; every version stays loadable (tests/data/snapshots):
  1  2026-11  first release

A field that a model does not know was added by a later release of the same version of the schema and is left out;
a change that older releases must not overlook raises the version.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_NAME = "reportgen.snapshot"
SCHEMA_VERSION = 1

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class SnapshotDocument(_Lenient):
    """`snapshot.json`. Settings and catalog are read by their own models."""

    schema_name: Literal["reportgen.snapshot"] = Field(alias="schema")
    version: int = Field(ge=1)
    reportgen: str = Field(min_length=1, max_length=64, description="Release that wrote it.")
    record_schema: int = Field(
        1, ge=1, description="Version of `records.native` whose columns the records have."
    )
    report_version: str = Field("", description="What the version was published as.")
    date: str = Field("", description="The newest date in the records.")
    digest: Sha256 = Field(description="Over inputs, settings and catalog.")
    settings: dict[str, Any] = Field(default_factory=dict)
    catalog: dict[str, Any] = Field(default_factory=dict)
    inputs: dict[str, Sha256] = Field(
        default_factory=dict, description="Path below the results -> SHA-256, of every file that was read."
    )


class AccountedNumbers(_Lenient):
    """What became of the numbers of one file."""

    found: Count = 0
    ingested: Count = 0
    quarantined: Count = 0
    ignored: dict[str, Count] = Field(default_factory=dict)
    places: dict[str, Count] = Field(default_factory=dict)


class AccountedProblem(_Lenient):
    """One finding about one file; the fields of `records.problem.Problem`."""

    code: str
    message: str
    pointer: str = ""
    line: int | None = None
    seen: str = ""
    expected: str = ""
    hint: str = ""
    severity: Literal["error", "warning"] = "error"


class AccountedFile(_Lenient):
    """What became of one file."""

    path: str
    status: Literal["ingested", "quarantined", "ignored"]
    format: str = ""
    reason: str = ""
    records: Count = 0
    numbers: AccountedNumbers = AccountedNumbers()
    problems: tuple[AccountedProblem, ...] = ()
    sha256: str = ""
    size: Count = 0
    read_with: dict[str, str] = Field(default_factory=dict)


class AccountDocument(_Lenient):
    """`ingest.json`: what became of every file and every number."""

    totals: dict[str, int | bool]
    files: tuple[AccountedFile, ...]
    contradictions: tuple[dict[str, str], ...] = ()
