"""Computing the summaries and studies, each with random numbers of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.analysis.concurrence.grounds import grounds
from reportgen.analysis.concurrence.parts.registry import study
from reportgen.analysis.evidence import Evidence
from reportgen.analysis.on_demand import OnDemand
from reportgen.analysis.scores import run_table
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.concurrence.grounds import Grounds
    from reportgen.analysis.parts import Found
    from reportgen.analysis.table import ScoreTable
    from reportgen.config import Settings
    from reportgen.ingest.run import Ingested

#: Any number; the same one makes the same intervals.
SEED = 20_260_301


def evidence_of(ingested: Ingested, table: ScoreTable) -> Evidence:
    """What summaries are computed from."""
    return Evidence(ingested.frame, ingested.items, table, ingested.catalog)


def generator_of(name: str) -> np.random.Generator:
    """Random numbers for one computation; the same name has the same ones."""
    return np.random.default_rng([SEED, *name.encode("ascii")])


def summarise(kind: Any, evidence: Evidence, *, level: float) -> Any:
    """One summary; adding a kind changes no number of another."""
    return kind.compute(evidence, level=level, generator=generator_of(kind.NAME))


def summaries_of(evidence: Evidence, *, level: float) -> Mapping[str, Any]:
    """Every summary by its kind, computed when it is first asked for."""
    kinds = {kind.NAME: kind for kind in SUMMARIES}
    return OnDemand(list(kinds), lambda name: summarise(kinds[name], evidence, level=level))


def concurrence_study(
    ingested: Ingested, evidence: Evidence, agreed: Agreement | NotEstimable, settings: Settings
) -> Mapping[str, Found | NotEstimable]:
    """Every part of the study of concurrence, computed when it is first asked for."""

    def base() -> Grounds | NotEstimable:
        if isinstance(agreed, NotEstimable):
            return agreed
        repeated = ingested.frame[["seed", "repeat"]].notna().to_numpy().any()
        runs = run_table(ingested.frame, ingested.catalog) if repeated else evidence.table
        level, fewest = settings.confidence, settings.min_models_for_concurrence
        return grounds(evidence, agreed, runs, level=level, fewest=fewest)

    return study(base, generator_of)
