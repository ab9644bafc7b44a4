"""Comparisons made by hand: every field has a plain value, and a test says only what it is about."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from reportgen.diff.model import (
    CELL_COLUMNS,
    CONCURRENCE_COLUMNS,
    INPUT_COLUMNS,
    NUMBER_COLUMNS,
    PAGE_COLUMNS,
    RANK_COLUMNS,
    Alarm,
    Causes,
    Diff,
    Identity,
)

NAN = math.nan
TABLES = {
    "cells": CELL_COLUMNS,
    "numbers": NUMBER_COLUMNS,
    "ranks": RANK_COLUMNS,
    "concurrence": CONCURRENCE_COLUMNS,
    "inputs": INPUT_COLUMNS,
    "pages": PAGE_COLUMNS,
}
_INTEGERS = {"old_rank", "old_low", "old_high", "old_group", "new_rank", "new_low", "new_high", "new_group"}
NO_CAUSES = Causes(data=0, config=(), code=None, code_changed_numbers=None, unexplained=0)


def identity(label: str = "main", **fields: Any) -> Identity:
    """A side of two files."""
    given = {"label": label, "kind": "results", "software": "0.1.0", "digest": "0123456789abcdef" * 4, "commit": "",
             "files": 2, "records": 24, "models": 4, "benchmarks": 3, "address": ""}  # fmt: skip
    return Identity(**(given | fields))


def cell(**fields: Any) -> dict[str, Any]:
    """A score of gpt-4 on GSM8K that rose from 70 to 75, both ± 1, beyond noise."""
    given = {"system": "gpt-4", "model": "gpt-4", "setting": "GSM8K", "suite": "maths", "benchmark": "gsm8k",
             "metric": "accuracy", "direction": "higher", "unit": "percent", "old": 70.0, "old_error": 1.0, "new": 75.0,
             "new_error": 1.0, "difference": 5.0, "low": 2.2, "high": 7.8, "items": NAN, "test": "unpaired",
             "p": 0.0004, "p_adjusted": 0.0008, "verdict": "better", "reason": "", "cause": "data"}  # fmt: skip
    return given | fields


def noise(**fields: Any) -> dict[str, Any]:
    """A score that moved within its noise."""
    return cell(**({"new": 70.4, "difference": 0.4, "low": -2.4, "high": 3.2, "p": 0.8, "p_adjusted": 0.8,
                    "verdict": "within noise"} | fields))  # fmt: skip


def worse(**fields: Any) -> dict[str, Any]:
    """A score that fell from 70 to 65, beyond noise."""
    return cell(**({"new": 65.0, "difference": -5.0, "low": -7.8, "high": -2.2, "verdict": "worse"} | fields))


def one_sided(side: str, **fields: Any) -> dict[str, Any]:
    """A score on the `new` or the `old` side only."""
    other = "old" if side == "new" else "new"
    missing = {other: NAN, f"{other}_error": NAN, "difference": NAN, "low": NAN, "high": NAN, "p": NAN,
               "p_adjusted": NAN, "test": "", "verdict": "new" if side == "new" else "removed"}  # fmt: skip
    return cell(**(missing | fields))


def rank(**fields: Any) -> dict[str, Any]:
    """gpt-4 on the board of maths, from the second tie group to the first."""
    given = {"board": "maths", "board_title": "Maths", "system": "gpt-4", "model": "gpt-4", "old_rank": 3, "old_low": 2,
             "old_high": 5, "old_group": 2, "new_rank": 2, "new_low": 1, "new_high": 4, "new_group": 1, "of_old": 12,
             "of_new": 13, "moved": "up", "top": True, "touched": True, "cause": "data"}  # fmt: skip
    return given | fields


def number(**fields: Any) -> dict[str, Any]:
    """One changed record of a secondary metric."""
    given = {"model": "gpt-4", "suite": "maths", "benchmark": "gsm8k", "metric": "f1", "metric_variant": "",
             "added": 0, "removed": 0, "changed": 1, "of_items": False, "in_scores": False}  # fmt: skip
    return given | fields


def pair(**fields: Any) -> dict[str, Any]:
    """Two benchmarks that agree less than before."""
    given = {"benchmark_a": "GSM8K", "benchmark_b": "MATH", "old_tau": 0.81, "old_low": 0.7, "old_high": 0.9,
             "old_n": 12, "new_tau": 0.55, "new_low": 0.4, "new_high": 0.68, "new_n": 13, "difference": -0.26,
             "moved": "down", "models": "gpt-4, llama", "reason": ""}  # fmt: skip
    return given | fields


def file(path: str = "runs/a.json", **fields: Any) -> dict[str, Any]:
    """A file with other content."""
    return {"path": path, "state": "changed", "old_sha256": "a" * 64, "new_sha256": "b" * 64} | fields


def page(path: str = "models/gpt-4/", **fields: Any) -> dict[str, Any]:
    """A page with another number on it."""
    given = {"path": path, "title": "gpt-4", "state": "changed", "kind": "data", "lines_added": 2,
             "lines_removed": 2, "figures": 1}  # fmt: skip
    return given | fields


def alarm(**fields: Any) -> Alarm:
    """A score that fell beyond noise."""
    given = {"rule": "regression", "severity": "error", "subject": "gpt-4 | GSM8K",
             "text": "gpt-4 on GSM8K fell from 70 to 65 percent, beyond noise.",
             "fix": "Look at the new run, or accept the fall."}  # fmt: skip
    return Alarm(**(given | fields))


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as the table of this name has them."""
    frame = pd.DataFrame(rows, columns=list(TABLES[name]))
    return frame.astype(
        {column: "Int64" for column in frame.columns if column in _INTEGERS and name == "ranks"}
    )


def diff(**fields: Any) -> Diff:
    """Two equal sides, but for the fields given; tables as lists of rows."""
    given = {"old": identity("main"), "new": identity("HEAD"), "level": 0.95, "models_added": (), "models_removed": (),
             "benchmarks_added": (), "benchmarks_removed": (), "renames": (), "causes": NO_CAUSES, "same_cells": 0,
             "same_records": 24, "compared_pages": None, "alarms": (), "gates": ()}  # fmt: skip
    tables = {name: table(name, fields.pop(name, [])) for name in TABLES}
    return Diff(**(given | tables | fields))
