"""Rows of two frames that agree in some columns, numbered together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.groups import combine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison

    Ints = NDArray[np.intp]


def joint_groups(
    parts: Sequence[tuple[pd.DataFrame, Ints, Mapping[str, str]]], columns: Sequence[str]
) -> list[Ints]:
    """Group numbers of the rows of each part; rows of any part that agree in all columns share a number.

    Args:
        parts: frame, rows of it, and what its models are called in common.
        columns: of the frames; "model" is compared by its common name.
    """
    codes = [_codes(parts, name) for name in columns]
    numbers = combine(*codes)
    ends = np.cumsum([len(rows) for _, rows, _ in parts])
    return np.split(numbers, ends[:-1])


def _codes(parts: Sequence[tuple[pd.DataFrame, Ints, Mapping[str, str]]], name: str) -> Ints:
    columns = [frame[name] for frame, _, _ in parts]
    if not all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns):
        values = [_plain(column, rows) for column, (_, rows, _) in zip(columns, parts, strict=True)]
        return pd.factorize(np.concatenate(values))[0].astype(np.intp) + 1
    place: dict[str, int] = {}
    found = []
    for column, (_, rows, canonical) in zip(columns, parts, strict=True):
        names = canonical if name == "model" else {}
        of_category = [place.setdefault(names.get(text, text), len(place)) for text in column.cat.categories]
        found.append(np.array([*of_category, -1], dtype=np.intp)[column.cat.codes.to_numpy()[rows]])
    return np.concatenate(found) + 1


def _plain(column: pd.Series, rows: Ints) -> NDArray[np.object_] | NDArray[np.float64]:
    taken = column.iloc[rows]
    if pd.api.types.is_numeric_dtype(taken.dtype) or pd.api.types.is_bool_dtype(taken.dtype):
        return taken.to_numpy(dtype=np.float64, na_value=np.nan)
    return taken.astype(object).to_numpy()


def old_name(comparison: Comparison, model: str) -> str:
    """What a model of the old side is called on the new one."""
    return comparison.new_id.get(model, model)
