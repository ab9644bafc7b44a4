"""Everything the pages are made from: one frozen object, built by the workflow, read by every view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reportgen.views.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.summaries.id_ood_gap import GapSummary
    from reportgen.analysis.table import ScoreTable
    from reportgen.numbers import NotEstimable
    from reportgen.records.catalog import BenchmarkEntry, Catalog, ModelEntry


@dataclass(frozen=True, kw_only=True, eq=False)
class Report:
    """The results of one build, before any wording."""

    title: str
    description: str
    version: str  # of the report being published
    software: str  # version of reportgen that computed it
    snapshot: str  # digest of inputs, settings and catalog, hex
    level: float  # confidence level of every interval, e.g. 0.95
    policy: str  # missing-data policy
    frame: pd.DataFrame  # records.frame.COLUMNS
    catalog: Catalog
    table: ScoreTable
    boards: tuple[Board, ...]
    no_overall: str  # why there is no overall board, "" when there is one
    gap: GapSummary | NotEstimable
    agreement: Agreement | NotEstimable
    accounting: Mapping[str, Any]  # the content of ingest.json
    command: str  # the command line that reproduces this version

    @cached_property
    def models(self) -> dict[str, ModelEntry]:
        """Catalog entries by model id."""
        return {entry.id: entry for entry in self.catalog.models}

    @cached_property
    def benchmarks(self) -> dict[tuple[str, str], BenchmarkEntry]:
        """Catalog entries by (suite, benchmark id); an entry without a suite is found under ("", id)."""
        return {(entry.suite, entry.id): entry for entry in self.catalog.benchmarks}

    def benchmark_entry(self, suite: str, benchmark: str) -> BenchmarkEntry | None:
        """What the catalog says about a benchmark, if anything."""
        return self.benchmarks.get((suite, benchmark)) or self.benchmarks.get(("", benchmark))

    @cached_property
    def setting_titles(self) -> dict[str, str]:
        """Setting label -> what to print: the benchmark's title from the catalog in place of its id."""
        titles = {}
        for row in self.table.settings.itertuples():
            entry = self.benchmark_entry(str(row.suite), str(row.benchmark))
            title = entry.title if entry and entry.title else str(row.benchmark)
            titles[str(row.setting)] = str(row.setting).replace(str(row.benchmark), title, 1)
        return titles

    @cached_property
    def pages_of_settings(self) -> dict[str, str]:
        """Setting label -> page path of its benchmark."""
        settings = self.table.settings
        return {
            str(setting): benchmark_page(str(suite), str(benchmark))
            for setting, suite, benchmark in zip(
                settings["setting"], settings["suite"], settings["benchmark"], strict=True
            )
        }


def model_page(model: str) -> str:
    """Page path of a model."""
    return f"models/{slug(model)}/"


def benchmark_page(suite: str, benchmark: str) -> str:
    """Page path of a benchmark; benchmarks of the same name in two suites are two pages."""
    return f"benchmarks/{slug(f'{suite}/{benchmark}' if suite else benchmark)}/"


def board_page(board_id: str, n_boards: int) -> str:
    """Page path of a leaderboard; a report with a single board shows it on the leaderboard page itself."""
    return "leaderboard/" if n_boards == 1 else f"leaderboard/{slug(board_id)}/"
