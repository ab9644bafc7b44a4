"""Computing the generalization summaries, each with random numbers of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.analysis.evidence import Evidence

if TYPE_CHECKING:
    from reportgen.analysis.table import ScoreTable
    from reportgen.ingest.run import Ingested

#: Any number; the same one makes the same intervals.
SEED = 20_260_301


def evidence_of(ingested: Ingested, table: ScoreTable) -> Evidence:
    """What summaries are computed from."""
    return Evidence(ingested.frame, ingested.items, table, ingested.catalog)


def summarise(kind: Any, evidence: Evidence, *, level: float) -> Any:
    """One summary; adding a kind changes no number of another."""
    generator = np.random.default_rng([SEED, *kind.NAME.encode("ascii")])
    return kind.compute(evidence, level=level, generator=generator)
