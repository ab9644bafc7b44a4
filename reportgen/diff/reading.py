"""Whether two sides made the same records of the files that both have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.records.record import CONTENT, FIELDS, IDENTITY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.diff.inputs import ByFile
    from reportgen.diff.matching import Matched

    Ints = NDArray[np.intp]

#: Fields that no score and no rank depends on: how things are written, and where they come from.
PROVENANCE = frozenset(
    {
        "model_raw", "benchmark_raw", "metric_raw", "raw", "cost", "flags", "direction_source", "bounds_source", "file",
        "sha256", "pointer", "format", "format_version", "adapter_version", "tool_version", "tool_commit", "date",
        "date_source", "source_title", "source_url",
    }
)  # fmt: skip
#: What reading may have made otherwise of one evaluation with one result: directions, bounds, units, …
_COMPARED = tuple(name for name in FIELDS if name not in PROVENANCE | set(IDENTITY) | set(CONTENT))


def read_alike(matched: Matched, files: ByFile) -> bool:
    """Whether every record whose file is the same on both sides says the same there, in all that numbers depend on."""
    if files.old_odd.any() or files.new_odd.any():
        return False
    same = ~files.old[matched.both_old]
    old, new = matched.both_old[same], matched.both_new[same]
    return all(_equal(matched.old[name], matched.new[name], old, new) for name in _COMPARED)


def _equal(old: pd.Series, new: pd.Series, rows_old: Ints, rows_new: Ints) -> bool:
    if isinstance(old.dtype, pd.CategoricalDtype) and isinstance(new.dtype, pd.CategoricalDtype):
        place = {name: code for code, name in enumerate(new.cat.categories)}
        codes = np.array([*(place.get(name, -2) for name in old.cat.categories), -1])
        one = codes[old.cat.codes.to_numpy()[rows_old]]
        return bool((one == new.cat.codes.to_numpy()[rows_new]).all())
    one, other = (_numbers(column, rows) for column, rows in ((old, rows_old), (new, rows_new)))
    return bool(((one == other) | (np.isnan(one) & np.isnan(other))).all())


def _numbers(column: pd.Series, rows: Ints) -> NDArray[np.float64]:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)[rows]
