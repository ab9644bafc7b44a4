"""The generalization summaries there are: one file in this folder and one line here for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from reportgen.analysis.summaries import (
    axis_breakdown,
    complexity_valley,
    difficulty_curve,
    efficiency_frontier,
    id_ood_gap,
    length_curve,
    measurement_sensitivity,
    method_table,
    novelty_split,
    pairwise_outcomes,
    proxy_validity,
    psychometrics,
    retention,
    scaling,
    selective_calibration,
    subgroup_disparity,
    training_dynamics,
    transfer_matrix,
    variant_matrix,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from reportgen.analysis.evidence import Computed, Evidence
    from reportgen.numbers import NotEstimable


class Kind(Protocol):
    """What a module in this folder offers."""

    NAME: str  # the word it goes by at every stage: file names, page address, command line
    TITLE: str  # to print
    #: what it cannot be computed without, in words: fields of records or of the catalog
    NEEDS: tuple[str, ...]
    HOW_TO_SUPPLY: str  # what to write where, to people who lack them; begins in lower case, no full stop
    COLUMNS: Mapping[str, str]  # columns of the main table and what they mean
    TABLES: Mapping[str, Mapping[str, str]]  # the same of the further tables, by name

    def compute(
        self, evidence: Evidence, *, level: float, generator: np.random.Generator
    ) -> Computed | NotEstimable:
        """The summary of all that has the fields it needs; where nothing has, why not and what to supply."""


#: In the order in which pages list them.
SUMMARIES: tuple[Any, ...] = (
    id_ood_gap,
    efficiency_frontier,
    scaling,
    measurement_sensitivity,
    novelty_split,
    complexity_valley,
    selective_calibration,
    transfer_matrix,
    axis_breakdown,
    length_curve,
    psychometrics,
    method_table,
    difficulty_curve,
    retention,
    training_dynamics,
    variant_matrix,
    proxy_validity,
    subgroup_disparity,
    pairwise_outcomes,
)


def main_table(found: Any) -> pd.DataFrame:
    """The table that stands for a summary on the command line."""
    table: pd.DataFrame = found.main
    return table


def further_tables(found: Any) -> Mapping[str, pd.DataFrame]:
    """The tables beside the main one, by name."""
    tables: Mapping[str, pd.DataFrame] = getattr(found, "tables", {})
    return tables
