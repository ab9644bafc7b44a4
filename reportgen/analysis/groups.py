"""Numbering groups of equal rows, the one primitive under every table: whole columns, no row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.intp]


#: Codes below this can be multiplied by those of one more column without leaving 63 bits.
_LARGEST = 2**62
#: Codes up to so many times the rows are numbered through a table of all codes, others through a hash table.
_TABLE = 4


def number_groups(frame: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """Group number per row, 0 to G - 1 by first appearance; rows equal in `columns` share it."""
    return _combined(len(frame), (_column_codes(frame[name]) for name in columns))


def combine(*codes: Ints) -> Ints:
    """Group numbers (by first appearance) of rows that agree in all of these codes, which are not negative."""
    return _combined(len(codes[0]), codes)


def _combined(rows: int, columns: Iterable[NDArray[np.integer[Any]]]) -> Ints:
    """One number from the codes of all columns, as digits of a number: made dense only when it would overflow."""
    numbers, size = np.zeros(rows, dtype=np.intp), 1
    for codes in columns if rows else ():
        least, most = int(codes.min()), int(codes.max())
        if least == most:
            continue
        span = most - least + 1
        if size * span >= _LARGEST:
            numbers = _dense(numbers, size)
            size = int(numbers.max()) + 1
        numbers *= span
        numbers += codes
        numbers -= least
        size *= span
    return _dense(numbers, size)


def _dense(codes: Ints, size: int) -> Ints:
    """The same groups numbered by first appearance; codes are below `size`."""
    if size > _TABLE * len(codes) + 1:
        return pd.factorize(codes)[0].astype(np.intp, copy=False)
    first = np.full(size, len(codes), dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    present = np.flatnonzero(first < len(codes))
    number = np.empty(size, dtype=np.intp)
    number[present[np.argsort(first[present])]] = np.arange(len(present))
    return number[codes]


def _column_codes(column: pd.Series) -> NDArray[np.integer[Any]]:
    """Equal values have equal codes, unknown ones -1."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()
    return pd.factorize(column)[0]


def first_rows(numbers: Ints) -> Ints:
    """Position of the first row of each group of `numbers` (0 to G - 1, all present)."""
    first = np.empty(int(numbers.max(initial=-1)) + 1, dtype=np.intp)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    return first


def count_distinct(of: Ints, within: Ints) -> Ints:
    """For each group of `within`, how many different values of `of` its rows have."""
    pairs = first_rows(combine(within, of))
    return np.bincount(within[pairs], minlength=int(within.max(initial=-1)) + 1)


def texts(frame: pd.DataFrame, columns: Sequence[str], rows: Ints) -> pd.DataFrame:
    """These columns of these rows as plain text, unknown as empty text, with a fresh index."""
    return pd.DataFrame({name: _text(frame[name], rows) for name in columns}, dtype=object)


def _text(column: pd.Series, rows: Ints) -> NDArray[np.object_]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        names = np.array([*column.cat.categories, ""], dtype=object)
        return names[column.cat.codes.to_numpy()[rows]]
    chosen = column.iloc[rows]
    pairs = zip(chosen.tolist(), chosen.isna().tolist(), strict=True)
    return np.array(["" if absent else str(value) for value, absent in pairs], dtype=object)
