"""A comparison for programs: every number exact, every table as a list of objects, the schema named.

`records.diff_document` says what each field is. Equal comparisons make equal bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from reportgen.diff.model import VERDICTS
from reportgen.records.diff_document import SCHEMA_NAME, SCHEMA_VERSION
from reportgen.views.diff.plan import plan, verdicts
from reportgen.views.export import plain, to_json

if TYPE_CHECKING:
    import pandas as pd

    from reportgen.diff.model import Causes, Diff, Gate

_TABLES = ("cells", "numbers", "ranks", "concurrence", "inputs", "pages")
#: Rows that are made at once.
_AT_ONCE = 20_000
#: Whole numbers, which a column that also holds NaN keeps as floats.
_COUNTS = frozenset(
    {"items", "added", "removed", "changed", "old_rank", "old_low", "old_high", "old_group", "new_rank", "new_low",
     "new_high", "new_group", "of_old", "of_new", "old_n", "new_n", "lines_added", "lines_removed", "figures"}
)  # fmt: skip
#: Ends of intervals of tau, not of ranks.
_NOT_COUNTS = {"concurrence": frozenset({"old_low", "old_high", "new_low", "new_high"})}


def document(diff: Diff) -> dict[str, Any]:
    """The comparison as JSON values, in the order in which they are written."""
    return _head(diff) | {name: _rows(name, getattr(diff, name)) for name in _TABLES}


def render(diff: Diff) -> str:
    """The document as JSON text: indented, and one line for each row of a table."""
    parts = [f'  "{name}": {_indented(value)}' for name, value in _head(diff).items()]
    parts += [f'  "{name}": {_listed(name, getattr(diff, name))}' for name in _TABLES]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _head(diff: Diff) -> dict[str, Any]:
    """All but the tables."""
    found = verdicts(diff)
    return {
        "schema": SCHEMA_NAME,
        "version": SCHEMA_VERSION,
        "plan": plan(diff),
        "empty": diff.empty,
        "level": diff.level,
        "old": _text_safe(asdict(diff.old)),
        "new": _text_safe(asdict(diff.new)),
        "causes": _causes(diff.causes),
        "alarms": [_text_safe(asdict(alarm)) for alarm in diff.alarms],
        "gates": [_gate(gate) for gate in diff.gates],
        "models": {"added": _texts(diff.models_added), "removed": _texts(diff.models_removed)},
        "benchmarks": {"added": _texts(diff.benchmarks_added), "removed": _texts(diff.benchmarks_removed)},
        "renames": [_text_safe(asdict(rename)) for rename in diff.renames],
        "verdicts": {name.replace(" ", "_"): found[name] for name in VERDICTS},
        "same": {
            "cells": diff.same_cells,
            "records": diff.same_records,
            "compared_pages": diff.compared_pages,
        },
    }


def _indented(value: Any) -> str:
    return to_json(value).rstrip("\n").replace("\n", "\n  ")


def _listed(name: str, table: pd.DataFrame) -> str:
    """The rows as text, some at a time: a million of them as objects would fill the memory."""
    if not len(table):
        return "[]"
    rows = (
        json.dumps(row, ensure_ascii=False, allow_nan=False)
        for start in range(0, len(table), _AT_ONCE)
        for row in _rows(name, table.iloc[start : start + _AT_ONCE])
    )
    return "[\n    " + ",\n    ".join(rows) + "\n  ]"


def _causes(causes: Causes) -> dict[str, Any]:
    return {
        "data": causes.data,
        "config": [_text_safe(asdict(change)) for change in causes.config],
        "code": _text_safe(dict(zip(("old", "new"), causes.code, strict=True))) if causes.code else None,
        "code_changed_numbers": causes.code_changed_numbers,
        "unexplained": causes.unexplained,
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {"rule": gate.rule, "failures": gate.failures, "passed": not gate.failures}


def _rows(name: str, table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as objects; column by column, because there may be a million."""
    counts = _COUNTS - _NOT_COUNTS.get(name, frozenset())
    names = [str(column) for column in table.columns]
    columns = [_column(table[column], whole=column in counts) for column in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _column(values: pd.Series[Any], *, whole: bool) -> list[Any]:
    if whole:
        return [_whole(value) for value in values.astype(object).tolist()]
    if values.dtype.kind == "f":
        return [value if isfinite(value) else None for value in values.tolist()]
    return [_safe(plain(value)) for value in values.astype(object).tolist()]


def _whole(value: Any) -> int | None:
    number = plain(value)
    return None if number is None else int(number)


def _safe(value: Any) -> Any:
    """Text that UTF-8 can hold: a lone surrogate, which a file may have smuggled in, becomes a question mark."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _texts(names: tuple[str, ...]) -> list[str]:
    return [_safe(name) for name in names]


def _text_safe(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _safe(value) for name, value in fields.items()}
