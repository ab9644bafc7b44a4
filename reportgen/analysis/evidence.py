"""What every summary is computed from, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from reportgen.analysis.eligible import eligible
from reportgen.analysis.measurements import measurements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.analysis.table import ScoreTable
    from reportgen.records.catalog import Catalog

#: Columns of `Computed.left_out`; `benchmark` is "" where a whole suite lacks something.
LEFT_OUT_COLUMNS = ("suite", "benchmark", "reason")


@dataclass(frozen=True, eq=False)
class Evidence:
    """All results, in the three forms that summaries need.

    Attributes:
        frame: one row per reported number, columns `records.frame.COLUMNS`; no item-level rows.
        items: item-level results, the same columns; empty where no file holds any.
        table: systems by settings, for what compares whole test sets.
        catalog: what the user says about models, benchmarks and metrics.
    """

    frame: pd.DataFrame
    items: pd.DataFrame
    table: ScoreTable
    catalog: Catalog

    @cached_property
    def eligible(self) -> pd.DataFrame:
        """The rows of `frame` that a score table is made of; several kinds start from them, and none changes them."""
        return eligible(self.frame, self.catalog)

    @cached_property
    def measurements(self) -> pd.DataFrame:
        """All leaves of all systems, columns `measurements.COLUMNS`; several kinds start from them."""
        return self.measured()

    def measured(self, *, ignore: Sequence[str] = ()) -> pd.DataFrame:
        """The same, but items are averaged over these fields too."""
        return measurements(self.frame, self.items, self.catalog, self.table.systems, ignore=ignore)


def nothing_left_out() -> pd.DataFrame:
    """An empty `Computed.left_out`."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in LEFT_OUT_COLUMNS})


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """One summary, computed.

    Attributes:
        main: the table of the page and of `reportgen summarize`; columns are documented in the kind's module as
            COLUMNS (name -> meaning). Where its rows are about systems it has the columns suite, benchmark, system,
            model, estimate (the kind's headline quantity, sign and unit documented), standard_error, low, high
            (interval at `level`; NaN where not estimable) and unit.
        tables: further tables by name, documented in TABLES of the kind's module (name -> column -> meaning).
        headline: what the sentence at the top says, as a frozen dataclass of the kind.
        models, benchmarks: how many it covers.
        caveats: sentences about this data that a reader must know, in plain words.
        left_out: what could not be computed and why, columns `LEFT_OUT_COLUMNS`.
        level: confidence level of the intervals.
    """

    main: pd.DataFrame
    headline: Any
    models: int
    benchmarks: int
    level: float
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    left_out: pd.DataFrame = field(default_factory=nothing_left_out)
