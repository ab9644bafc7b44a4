"""Numbering groups of equal rows, the one primitive under every table: whole columns, no row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.intp]


def number_groups(frame: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """Group number per row, 0 to G - 1 by first appearance; rows equal in `columns` share it."""
    numbers = np.zeros(len(frame), dtype=np.intp)
    for name in columns:
        numbers = _split_further(numbers, _column_codes(frame[name]))
    return numbers


def combine(*codes: Ints) -> Ints:
    """Group numbers (by first appearance) of rows that agree in all of these codes."""
    result = _dense(codes[0])
    for other in codes[1:]:
        result = _split_further(result, other)
    return result


def _split_further(numbers: Ints, codes: Ints) -> Ints:
    span = int(codes.max(initial=0)) + 1
    return _dense(numbers * span + codes) if span > 1 else numbers


def _dense(codes: Ints) -> Ints:
    """The same groups without gaps between their numbers, which a part of a column's codes has."""
    return pd.factorize(codes)[0].astype(np.intp, copy=False)


def _column_codes(column: pd.Series) -> Ints:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.intp) + 1
    return pd.factorize(column)[0].astype(np.intp) + 1


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
