"""Numbers that a side published, against what this version computes from the same records.

A version carries the tables behind its pages. Where this version of reportgen makes another number of the records of
that version, the code has changed the number: old data under new code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import PAIR_COLUMNS
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from reportgen.diff.study import Study

    Key = tuple[str, ...]

#: Table -> columns that name a row, columns whose numbers are compared.
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "scores": (("suite", "setting", "system"), ("score", "standard_error", "n")),
    "leaderboards": (
        ("board", "system"),
        ("score", "standard_error", "rank", "rank_low", "rank_high", "tie_group"),
    ),
    "concurrence": (("benchmark_a", "benchmark_b"), ("tau_b", "low", "high", "n", "same_order")),
}
#: Numbers closer than this share of their size are the same number: a library or a processor may round otherwise.
TOLERANCE = 1e-9
#: What is left of a sum that should be 0, as a share of the largest number of the column.
_ROUNDING = 1e-13


def other_numbers(published: Mapping[str, pd.DataFrame], study: Study) -> dict[str, dict[Key, int]] | None:
    """For each published table the rows with numbers that `study` has otherwise or not at all, and how many.

    Unknown is equal to unknown. Numbers that were not published are not looked for, and a column or table that an
    older version did not have is no difference. None where no table of `TABLES` was published.
    """
    found = {}
    for name, (key, columns) in TABLES.items():
        table = published.get(name)
        if table is not None and set(key) <= set(table.columns):
            shared = [column for column in columns if column in table.columns]
            found[name] = _differing(table, _computed(name, study), key, shared)
    return found or None


def _computed(name: str, study: Study) -> pd.DataFrame:
    if name == "scores":
        return _scores(study)
    if name == "leaderboards":
        parts = [board.rows.assign(board=board.id) for board in study.boards]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_columns(name))
    agreement = study.agreement
    return (
        pd.DataFrame(columns=list(PAIR_COLUMNS)) if isinstance(agreement, NotEstimable) else agreement.pairs
    )


def _scores(study: Study) -> pd.DataFrame:
    table = study.table
    row, column = np.nonzero(np.isfinite(table.value))
    return pd.DataFrame(
        {
            "suite": table.settings["suite"].to_numpy(object)[column],
            "setting": table.settings["setting"].to_numpy(object)[column],
            "system": table.systems["system"].to_numpy(object)[row],
            "score": table.value[row, column],
            "standard_error": table.stderr[row, column],
            "n": table.n[row, column],
        }
    )


def _columns(name: str) -> list[str]:
    key, columns = TABLES[name]
    return [*key, *columns]


def _differing(
    published: pd.DataFrame, computed: pd.DataFrame, key: Sequence[str], columns: Sequence[str]
) -> dict[Key, int]:
    one, other = _keyed(published, key, columns), _keyed(computed, key, columns)
    paired = one.join(other[~other.index.duplicated()].add_suffix(" now"), how="left")
    differs = np.zeros(len(paired), dtype=np.int64)
    for column in columns:
        differs += _other(paired[column].to_numpy(float), paired[f"{column} now"].to_numpy(float))
    rows = np.flatnonzero(differs)
    found: dict[Key, int] = {}
    for name, count in zip(paired.index[rows].tolist(), differs[rows].tolist(), strict=True):
        found[name] = found.get(name, 0) + count
    return found


def _keyed(table: pd.DataFrame, key: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Numbers by the names of their rows; unknown names are empty, what is no number is unknown."""
    names = [_texts(table[name]) for name in key]
    numbers = {name: _numbers(table[name]) for name in columns}
    return pd.DataFrame(numbers, index=pd.MultiIndex.from_arrays(names, names=list(key)))


def _texts(column: pd.Series) -> list[str]:
    values = column.astype(object)
    return ["" if gone else str(value) for value, gone in zip(values, values.isna(), strict=True)]


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _other(one: NDArray[np.float64], now: NDArray[np.float64]) -> NDArray[np.bool_]:
    size = np.maximum(np.abs(one), np.abs(now))
    largest = np.nanmax(np.abs(one), initial=0.0, where=np.isfinite(one))
    with np.errstate(invalid="ignore"):
        same = (np.abs(one - now) <= np.maximum(TOLERANCE * size, _ROUNDING * largest)) | (one == now)
    return np.asarray(~(same | (np.isnan(one) & np.isnan(now))), dtype=bool)
