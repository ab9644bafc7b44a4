"""The numbers of one side that a comparison is about: its scores, its leaderboards, the agreement of its benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reportgen.analysis.concurrence.agreement import Agreement, agreement
from reportgen.analysis.leaderboard import Board, boards
from reportgen.analysis.scores import score_table

if TYPE_CHECKING:
    import pandas as pd

    from reportgen.analysis.table import ScoreTable
    from reportgen.config import Settings
    from reportgen.numbers import NotEstimable
    from reportgen.records.catalog import Catalog

#: Settings compared pairwise, the most covered ones; more pairs than 200 * 199 / 2 = 19,900 help nobody.
MAX_COMPARED = 200


@dataclass(frozen=True, eq=False)
class Study:
    """What follows from records, a catalog and settings; each part is computed when it is first asked for."""

    frame: pd.DataFrame  # columns `records.frame.COLUMNS`
    catalog: Catalog
    settings: Settings

    @cached_property
    def table(self) -> ScoreTable:
        """Systems by settings."""
        return score_table(self.frame, self.catalog)

    @cached_property
    def boards(self) -> tuple[Board, ...]:
        """Leaderboards, with their rank intervals and tie groups."""
        return boards(
            self.table,
            policy=self.settings.missing_data,
            level=self.settings.confidence,
            catalog=self.catalog,
        )

    @cached_property
    def agreement(self) -> Agreement | NotEstimable:
        """Kendall tau-b of every two benchmarks."""
        return agreement(
            self.table,
            level=self.settings.confidence,
            max_settings=MAX_COMPARED,
            fewest=self.settings.min_models_for_concurrence,
        )
