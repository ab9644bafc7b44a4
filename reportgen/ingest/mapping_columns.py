"""From a mapping and the names of columns to a plan: what each column of a wide or tidy table means."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.fields import UnfitError, fit
from reportgen.ingest.mapping_scores import implied, score_column
from reportgen.ingest.plan import LEFT_OUT, Plan
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reportgen.ingest.mapping_schema import MappingFile
    from reportgen.ingest.plan import ScoreColumn, Shared

ARROWS = {"↓": "lower", "↑": "higher"}


def plan_of(
    spec: MappingFile,
    names: Iterable[str],
    shared: Shared,
    headers: Mapping[str, Sequence[str]] | None = None,
) -> Plan:
    """The plan for a table with these columns.

    Args:
        spec: The mapping.
        names: The columns that the table has.
        shared: What holds for all records.
        headers: The header rows above each column, where there are several.
    """
    fields = dict(spec.fields)
    if spec.model_column is not None:
        fields["model"] = spec.model_column
    refused: dict[str, Problem] = {}
    if spec.layout == "wide":
        scores = tuple(_wide(spec, list(names), fields, headers or {}, refused))
        scores = tuple(replace(score, fields=_unstated(score, shared) | score.fields) for score in scores)
    else:
        score = score_column(spec, fields.pop("value"))
        scores = (replace(score, fields=_unstated(score, shared)),)
    return Plan(
        scores,
        fields,
        shared.constants,
        tuple(spec.variants),
        shared.rules,
        shared.known,
        refused=refused,
        otherwise=LEFT_OUT,
    )


def _unstated(score: ScoreColumn, shared: Shared) -> dict[str, Any]:
    return {name: value for name, value in implied(score).items() if name not in shared.constants}


def _wide(
    spec: MappingFile,
    names: list[str],
    fields: dict[str, str],
    headers: Mapping[str, Sequence[str]],
    refused: dict[str, Problem],
) -> Iterable[ScoreColumn]:
    if spec.columns == "all":
        taken = {*fields.values(), *spec.variants, *spec.leave_out, spec.equal}
        chosen = [name for name in names if name and name not in taken]
    else:
        chosen = [name for name in spec.columns or () if name not in spec.leave_out]
    settings = spec.columns if isinstance(spec.columns, dict) else {}
    for name in chosen:
        score = score_column(spec, name, settings.get(name))
        try:
            stated = _from_header(spec, name, headers.get(name, (name,)))
        except UnfitError as error:
            refused[name] = _unfit_header(name, error)
            continue
        yield replace(score, fields=stated | score.fields)


def _from_header(spec: MappingFile, name: str, rows: Sequence[str]) -> dict[str, Any]:
    """The fields that the name of a column states. Raises `UnfitError` where a part does not fit its field."""
    stated: dict[str, Any] = {}
    texts = list(rows) if len(spec.header) > 1 else [name]
    for meaning, text in zip(spec.header, texts, strict=True):
        plain = text
        arrow = next((mark for mark in ARROWS if mark in text), "") if spec.arrows else ""
        if arrow:
            plain, stated["direction"] = text.replace(arrow, "").strip(), ARROWS[arrow]
        match = re.fullmatch(spec.header_pattern, plain) if spec.header_pattern else None
        found = {meaning: plain} if match is None else match.groupdict(default="")
        stated |= {field: fit(field, written) for field, written in found.items()}
    return {field: value for field, value in stated.items() if value is not None and value != ""}


def _unfit_header(name: str, error: UnfitError) -> Problem:
    return Problem(
        code="invalid",
        message="the name of a column does not fit what the mapping says it states",
        pointer=f"column {shorten(name)}",
        seen=shorten(name),
        expected=str(error),
        hint="change `header` or `header_pattern`, or name the column in `except`",
    )
