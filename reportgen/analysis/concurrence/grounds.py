"""What every part of the study of concurrence is computed from, and what is declared about each benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.table import ScoreTable
    from reportgen.records.catalog import Catalog

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Columns of `Grounds.benchmarks`, one row for each compared setting; "" is not declared.
BENCHMARK_COLUMNS = (
    "setting",  # label, as in `Agreement.pairs`
    "column",  # int: its column in the score table
    "suite",
    "benchmark",
    "source",  # where its items come from, as declared in the catalog
    "construct",  # what it claims to measure
    "split_strategy",
    "source_type",  # human, synthetic, mixed or ""
    "role",  # id, ood or ""
    "metric",
    "lower",  # bounds of the metric, NaN unknown
    "upper",
    "chance",  # score of guessing, NaN unknown
    "ceiling",  # best score thought possible, NaN unknown
)


@dataclass(frozen=True, eq=False)
class Grounds:
    """p systems on the q settings that are compared.

    Attributes:
        evidence: all results; `evidence.table` is the score table, `evidence.items` the item-level results.
        agreement: tau-b of all pairs of the settings, which the parts explain.
        goodness: (p, q) scores, larger is better, NaN missing; columns in the order of `benchmarks`.
        stderr: (p, q) standard errors in the same unit, NaN unknown.
        n: (p, q) items behind a score, NaN unknown.
        systems: (p,) names; rows as in the score table.
        family: (p,) family of each system's model as declared in the catalog, else the model itself: systems of
            one family share weights or training and are not independent.
        parameters: (p,) number of parameters of the model, NaN unknown.
        benchmarks: q rows, columns `BENCHMARK_COLUMNS`.
        runs: as the score table, but with one row for each seed of a system.
        level: confidence level of every interval.
        fewest: systems two settings must share to be compared.
    """

    evidence: Evidence
    agreement: Agreement
    goodness: Floats
    stderr: Floats
    n: Floats
    systems: NDArray[np.object_]
    family: NDArray[np.object_]
    parameters: Floats
    benchmarks: pd.DataFrame
    runs: ScoreTable
    level: float
    fewest: int

    def pair_positions(self) -> tuple[Ints, Ints]:
        """Rows of `benchmarks` of the two settings of each row of `agreement.pairs`."""
        return self._positions

    @cached_property
    def _positions(self) -> tuple[Ints, Ints]:
        place = {setting: at for at, setting in enumerate(self.benchmarks["setting"])}
        pairs = self.agreement.pairs
        a, b = (pairs[name].map(place).to_numpy(np.intp) for name in ("benchmark_a", "benchmark_b"))
        return a, b


def grounds(
    evidence: Evidence, agreement: Agreement, runs: ScoreTable, *, level: float, fewest: int
) -> Grounds:
    """The grounds of a study of the settings that `agreement` compares."""
    table, catalog = evidence.table, evidence.catalog
    benchmarks = _benchmarks(table, catalog, agreement.settings["setting"].tolist())
    columns = benchmarks["column"].to_numpy(np.intp)
    models = table.systems["model"].to_numpy(object)
    entries = {entry.id: entry for entry in catalog.models}
    known = [entries.get(str(model)) for model in models]
    families = [
        entry.family if entry and entry.family else model for entry, model in zip(known, models, strict=True)
    ]
    return Grounds(
        evidence=evidence,
        agreement=agreement,
        goodness=table.goodness()[:, columns],
        stderr=table.stderr[:, columns],
        n=table.n[:, columns],
        systems=table.systems["system"].to_numpy(object),
        family=np.array(families, dtype=object),
        parameters=np.array([entry.parameters if entry and entry.parameters else np.nan for entry in known]),
        benchmarks=benchmarks,
        runs=runs,
        level=level,
        fewest=fewest,
    )


def _benchmarks(table: ScoreTable, catalog: Catalog, compared: list[str]) -> pd.DataFrame:
    place = {setting: column for column, setting in enumerate(table.settings["setting"])}
    columns = [place[setting] for setting in compared]
    frame = table.settings.iloc[columns].reset_index(drop=True).assign(column=columns)
    entries = {(entry.suite, entry.id): entry for entry in catalog.benchmarks}
    keys = zip(frame["suite"], frame["benchmark"], strict=True)
    found = [entries.get((suite, name)) or entries.get(("", name)) for suite, name in keys]
    for column in ("source", "source_type", "split_strategy"):
        frame[column] = [getattr(entry, column) if entry else "" for entry in found]
    frame["construct"] = [entry.claimed_construct if entry else "" for entry in found]
    for column in ("chance", "ceiling"):
        values = [getattr(entry, column) if entry else None for entry in found]
        frame[column] = [np.nan if value is None else float(value) for value in values]
    return frame[list(BENCHMARK_COLUMNS)]
