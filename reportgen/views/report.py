"""Everything the pages are made from: one frozen object, built by the workflow, read by every view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.profile import profile
from reportgen.views.common import column_decimals
from reportgen.views.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.parts import Found
    from reportgen.analysis.profile import Profile
    from reportgen.analysis.summaries.id_ood_gap import GapSummary
    from reportgen.analysis.table import ScoreTable
    from reportgen.diff.model import Diff
    from reportgen.numbers import NotEstimable
    from reportgen.records.catalog import BenchmarkEntry, Catalog, ModelEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of `ScoreTable.settings`, with its page and title; `column` is its column in the table."""

    column: int
    setting: str
    title: str  # the benchmark's title from the catalog in place of its id
    page: str
    suite: str
    benchmark: str
    role: str
    selection: str
    metric: str
    unit: str
    direction: str
    leaves: int
    n_systems: int
    reason: str


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
    fewest_models: int  # that two benchmarks must share to be compared
    frame: pd.DataFrame  # records.frame.COLUMNS
    catalog: Catalog
    table: ScoreTable
    boards: tuple[Board, ...]
    no_overall: str  # why there is no overall board, "" when there is one
    summaries: Mapping[str, Any]  # by kind: what `analysis.summaries.registry.summarise` gave
    agreement: Agreement | NotEstimable
    concurrence: Mapping[str, Found | NotEstimable]  # by part: `analysis.concurrence.parts.registry`
    rankings: Mapping[
        str, Mapping[str, Found | NotEstimable]
    ]  # by board id and part: `analysis.rankings.parts.registry`
    accounting: Mapping[str, Any]  # the content of ingest.json
    contradictions: pd.DataFrame  # analysis.consistency.COLUMNS
    command: str  # the command line that reproduces this version
    papers: Mapping[str, Mapping[str, Any]]  # paper -> kind -> summary of its own records
    date: str = ""  # of the snapshot: the newest among the records, else the one the build is for; ISO 8601
    before: str = ""  # the version this one is compared with
    changes: Diff | None = None  # since then; None where there is no version before
    hand_on: Callable[[], pd.DataFrame] = pd.DataFrame  # makes `history`

    @property
    def gap(self) -> GapSummary | NotEstimable:
        """Loss under shift, which several pages speak of."""
        found: GapSummary | NotEstimable = self.summaries["id_ood_gap"]
        return found

    @cached_property
    def history(self) -> pd.DataFrame:
        """What this version hands on to the next, columns `analysis.trends.HISTORY_COLUMNS`."""
        return self.hand_on()

    @cached_property
    def profile(self) -> Profile:
        """Where each system stands on every summary."""
        return profile(self.summaries, self.table)

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
    def settings(self) -> tuple[Setting, ...]:
        """All settings, in the order of the score table's columns."""
        return tuple(
            self._setting(column, row) for column, row in enumerate(self.table.settings.to_dict("records"))
        )

    def _setting(self, column: int, row: dict[Hashable, Any]) -> Setting:
        suite, benchmark = str(row["suite"]), str(row["benchmark"])
        entry = self.benchmark_entry(suite, benchmark)
        title = entry.title if entry and entry.title else benchmark
        return Setting(
            column=column,
            setting=str(row["setting"]),
            title=str(row["setting"]).replace(benchmark, title, 1),
            page=benchmark_page(suite, benchmark),
            suite=suite,
            benchmark=benchmark,
            role=str(row["role"]),
            selection=str(row["selection"]),
            metric=str(row["metric"]),
            unit=str(row["unit"]),
            direction=str(row["direction"]),
            leaves=int(row["leaves"]),
            n_systems=int(row["n_systems"]),
            reason=str(row["reason"]),
        )

    @cached_property
    def setting_titles(self) -> dict[str, str]:
        """Setting label -> what to print."""
        return {setting.setting: setting.title for setting in self.settings}

    @cached_property
    def pages_of_settings(self) -> dict[str, str]:
        """Setting label -> page path of its benchmark."""
        return {setting.setting: setting.page for setting in self.settings}

    @cached_property
    def system_names(self) -> list[str]:
        """Label of each system, in the order of the score table's rows."""
        return [str(name) for name in self.table.systems["system"].tolist()]

    @cached_property
    def system_models(self) -> list[str]:
        """Model of each system, in the order of the score table's rows."""
        return [str(name) for name in self.table.systems["model"].tolist()]

    @cached_property
    def decimals(self) -> list[int | None]:
        """Decimals of each setting's scores, from the median error of its column."""
        return [column_decimals(self.table.stderr[:, column]) for column in range(self.table.stderr.shape[1])]

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """(systems, settings) place by score, ties share the better one; NaN where there is none."""
        goodness = self.table.goodness()
        places = np.full(goodness.shape, np.nan)
        for column in range(goodness.shape[1]):
            there = np.flatnonzero(~np.isnan(goodness[:, column]))
            values = -goodness[there, column]
            places[there, column] = np.searchsorted(np.sort(values), values, side="left") + 1
        return places


def model_page(model: str) -> str:
    """Page path of a model."""
    return f"models/{slug(model)}/"


def benchmark_page(suite: str, benchmark: str) -> str:
    """Page path of a benchmark; benchmarks of the same name in two suites are two pages."""
    return f"benchmarks/{slug(f'{suite}/{benchmark}' if suite else benchmark)}/"


def board_page(board_id: str, n_boards: int) -> str:
    """Page path of a leaderboard; a report with a single board shows it on the leaderboard page itself."""
    return "leaderboard/" if n_boards == 1 else f"leaderboard/{slug(board_id)}/"
