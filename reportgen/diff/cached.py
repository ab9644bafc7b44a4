"""What several rules need, computed once for a comparison."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reportgen.diff.cells import cells
from reportgen.diff.lost import lost

if TYPE_CHECKING:
    import pandas as pd

    from reportgen.diff.comparison import Comparison


@lru_cache(maxsize=1)
def cells_of(comparison: Comparison) -> tuple[pd.DataFrame, int]:
    """The cells that differ, and how many do not (`cells.cells`)."""
    return cells(comparison)


@lru_cache(maxsize=1)
def lost_records(comparison: Comparison) -> pd.DataFrame:
    """Records that are removed or replaced, counted (`lost.lost`)."""
    return lost(comparison, comparison.matched)
