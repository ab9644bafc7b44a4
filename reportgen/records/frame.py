"""Records as a pandas frame: one column per field of `Record`, plus `record_id` and `content_id`.

Text columns are categoricals (a corpus repeats its few thousand names a million times), whole numbers are
nullable Int64, the rest float64. Rows are ordered by (record_id, file, pointer), so that the order in which
files were found cannot change anything downstream.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reportgen.errors import FrameError
from reportgen.records.record import CONTENT, FIELDS, IDENTITY, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt


FLOATS = frozenset(
    {"level_order", "length", "step", "lower", "upper", "value", "stderr", "ci_low", "ci_high", "ci_level"}
)
INTEGERS = frozenset({"n_shot", "seed", "repeat", "n", "wins", "ties", "losses", "invalid"})
BOOLEANS = frozenset({"unit_seen", "primary"})
_NUMBERS = FLOATS | INTEGERS | BOOLEANS
#: Rows whose identity is put together at a time: as texts they take about 3 kB each.
_AT_ONCE = 100_000
COLUMNS: tuple[str, ...] = ("record_id", "content_id", *FIELDS)


def _column(name: str, values: list[Any]) -> Any:
    """One column; those that say the same in every row, which most do, at the cost of comparing."""
    if len(values) and values.count(values[0]) == len(values):
        return _constant(name, values[0], len(values))
    if name in FLOATS:
        return pd.Series(np.array([np.nan if value is None else value for value in values], dtype=np.float64))
    if name in INTEGERS:
        return pd.Series(pd.array([pd.NA if value is None else value for value in values], dtype="Int64"))
    if name in BOOLEANS:
        return pd.Series(pd.array([pd.NA if value is None else value for value in values], dtype="boolean"))
    categories = sorted(set(values))
    code = {value: number for number, value in enumerate(categories)}
    codes = np.fromiter(map(code.__getitem__, values), dtype=np.int64, count=len(values))
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(categories)))


def _constant(name: str, value: Any, rows: int) -> Any:
    if name in FLOATS:
        return np.full(rows, np.nan if value is None else value, dtype=np.float64)
    if name in INTEGERS:
        absent = np.full(rows, value is None)
        return pd.arrays.IntegerArray(np.full(rows, value or 0, dtype=np.int64), absent)
    if name in BOOLEANS:
        return pd.arrays.BooleanArray(np.full(rows, bool(value)), np.full(rows, value is None))
    return pd.Categorical.from_codes(
        np.zeros(rows, dtype=np.int8), dtype=_one_category(value), validate=False
    )


@lru_cache(maxsize=4096)
def _one_category(value: str) -> pd.CategoricalDtype:
    """The type of a text column that says the same in every row; making one costs as much as a small column."""
    return pd.CategoricalDtype(pd.Index([value], dtype="str"))


def text_column(values: Sequence[str], position: npt.NDArray[np.intp]) -> pd.Categorical[Any]:
    """A text column that holds `values[position[i]]` in row i; categories are sorted and all in use."""
    categories = sorted(set(values))
    if len(categories) == 1:
        zeros = np.zeros(len(position), dtype=np.int8)
        return pd.Categorical.from_codes(zeros, dtype=_one_category(categories[0]), validate=False)
    code = {value: number for number, value in enumerate(categories)}
    codes = np.array([code[value] for value in values], dtype=np.int64)[position]
    return pd.Categorical.from_codes(codes, categories=pd.Index(categories))


def to_frame(records: Sequence[Record]) -> pd.DataFrame:
    """Records as one frame with the columns `FIELDS`, in the order given. `identify` makes it a full frame."""
    return pd.DataFrame({name: _column(name, list(map(attrgetter(name), records))) for name in FIELDS})


def to_records(frame: pd.DataFrame) -> list[Record]:
    """The rows as records, in the order given: what `to_frame` makes columns of. Unknown numbers are None."""
    columns = []
    for name in FIELDS:
        series = frame[name]
        values = series.astype(object).tolist()
        if name in _NUMBERS:
            absent = series.isna().tolist()
            values = [None if gone else value for gone, value in zip(absent, values, strict=True)]
        columns.append(values)
    return [Record(**dict(zip(FIELDS, row, strict=True))) for row in zip(*columns, strict=True)]


def identify(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `record_id` and `content_id` in front and rows in canonical order (columns: `COLUMNS`).

    Called once, after aliases and catalog have been applied, because they change what a record is about.
    """
    require(frame, FIELDS)
    parts = [_identified(frame.iloc[start : start + _AT_ONCE]) for start in range(0, len(frame), _AT_ONCE)]
    named = pd.concat(parts) if parts else _identified(frame)
    full = named.join(frame)[list(COLUMNS)]
    del frame, named, parts
    return sort_rows(full)


def record_ids(frame: pd.DataFrame) -> list[str]:
    """The `record_id` of each row, from its columns `IDENTITY`."""
    return [digest(parts) for parts in zip(*_texts(frame, IDENTITY), strict=True)]


def _identified(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns `record_id` and `content_id` of these rows."""
    content = _texts(frame, CONTENT)
    ids = record_ids(frame)
    contents = [digest(parts) for parts in zip(ids, *content, strict=True)]
    columns = {"record_id": ids, "content_id": contents}
    return pd.DataFrame(
        {name: pd.Series(column, index=frame.index, dtype="str") for name, column in columns.items()}
    )


def _texts(frame: pd.DataFrame, names: Sequence[str]) -> list[list[str]]:
    """Each column as text: numbers by `repr`, unknown as an empty text."""
    columns = []
    for name in names:
        series = frame[name]
        if isinstance(series.dtype, pd.CategoricalDtype):
            columns.append(series.astype(object).tolist())
        else:
            absent = series.isna().to_numpy()
            values = series.astype(object).tolist()
            columns.append(["" if gone else repr(value) for gone, value in zip(absent, values, strict=True)])
    return columns


def digest(parts: Sequence[str]) -> str:
    """80 bits of SHA-256 over the parts, as hex."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:20]


def sort_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The canonical row order, with a fresh index. The frame given is emptied: a large one is not held twice."""
    keys = {
        "record_id": pa.array(frame["record_id"].array),
        "file": _ranks(frame["file"]),
        "pointer": _ranks(frame["pointer"]),
    }
    order = pc.sort_indices(pa.table(keys), sort_keys=[(name, "ascending") for name in keys])
    rows = order.to_numpy()
    del keys, order
    if len(frame) < _AT_ONCE:  # column by column is the way of little memory; it takes longer
        return frame.take(rows).reset_index(drop=True)
    columns = {name: frame.pop(name).take(rows).reset_index(drop=True) for name in list(frame.columns)}
    return pd.DataFrame(columns, copy=False)


def _ranks(column: pd.Series) -> npt.NDArray[np.int64]:
    """Numbers in the order of the texts."""
    texts = column.cat
    codes = texts.codes.to_numpy().astype(np.int64)
    if texts.categories.is_monotonic_increasing:
        return codes
    rank = np.empty(len(texts.categories), dtype=np.int64)
    rank[np.argsort(texts.categories.to_numpy(object), kind="stable")] = np.arange(len(rank))
    return rank[codes]


def require(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """Raise `FrameError` when a column is absent, naming it and what is there."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise FrameError(
            f"columns absent: {', '.join(absent)}; present: {', '.join(map(str, frame.columns))}"
        )
