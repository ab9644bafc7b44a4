"""Records as a pandas frame: one column per field of `Record`, plus `record_id` and `content_id`.

Text columns are categoricals (a corpus repeats its few thousand names a million times), whole numbers are
nullable Int64, the rest float64. Rows are ordered by (record_id, file, pointer), so that the order in which
files were found cannot change anything downstream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.errors import FrameError
from reportgen.records.record import FIELDS, Record, content_id, record_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FLOATS = frozenset({"level_order", "length", "step", "lower", "upper", "value", "stderr", "ci_low", "ci_high", "ci_level"})
INTEGERS = frozenset({"n_shot", "seed", "repeat", "n", "wins", "ties", "losses", "invalid"})
BOOLEANS = frozenset({"unit_seen", "primary"})
COLUMNS: tuple[str, ...] = ("record_id", "content_id", *FIELDS)


def _column(name: str, values: list[object]) -> pd.Series:
    if name in FLOATS:
        return pd.Series(np.array([np.nan if value is None else value for value in values], dtype=np.float64))
    if name in INTEGERS:
        return pd.Series(pd.array([pd.NA if value is None else value for value in values], dtype="Int64"))
    if name in BOOLEANS:
        return pd.Series(pd.array([pd.NA if value is None else value for value in values], dtype="boolean"))
    if name in {"record_id", "content_id"}:
        return pd.Series(values, dtype="str")
    categories = sorted(set(values))  # type: ignore[type-var]  # text by construction
    return pd.Series(pd.Categorical(values, categories=categories))


def to_frame(records: Sequence[Record]) -> pd.DataFrame:
    """All records as one frame with the columns `COLUMNS`, in an order that does not depend on the input's."""
    data: dict[str, pd.Series] = {
        "record_id": _column("record_id", [record_id(record) for record in records]),
        "content_id": _column("content_id", [content_id(record) for record in records]),
    }
    for name in FIELDS:
        data[name] = _column(name, [getattr(record, name) for record in records])
    frame = pd.DataFrame(data, columns=list(COLUMNS))
    return sort_rows(frame)


def sort_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The canonical row order, with a fresh index."""
    keys = pd.DataFrame({
        "record_id": frame["record_id"],
        "file": frame["file"].astype(str),
        "pointer": frame["pointer"].astype(str),
    })
    order = keys.sort_values(["record_id", "file", "pointer"], kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def require(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """Raise `FrameError` when a column is absent, naming it and what is there."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise FrameError(f"columns absent: {', '.join(absent)}; present: {', '.join(map(str, frame.columns))}")
