"""The headline of each listed paper, computed from its own records and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.analysis.evidence import Evidence
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.workflow.summarising import summarise

if TYPE_CHECKING:
    import pandas as pd

    from reportgen.ingest.run import Ingested
    from reportgen.records.papers import PaperEntry


def paper_summaries(ingested: Ingested, *, level: float) -> dict[str, dict[str, Any]]:
    """Paper -> kind -> its summary or why there is none, for the papers that records name as their source."""
    stated = set(ingested.frame["source_url"].astype(str).unique()) | set(
        ingested.items["source_url"].astype(str).unique()
    )
    return {
        paper.id: _summaries(paper, ingested, level)
        for paper in ingested.catalog.papers
        if paper.addresses & stated
    }


def _summaries(paper: PaperEntry, ingested: Ingested, level: float) -> dict[str, Any]:
    frame, items = _of(ingested.frame, paper), _of(ingested.items, paper)
    evidence = Evidence(frame, items, score_table(frame, ingested.catalog), ingested.catalog)
    kinds = {kind.NAME: kind for kind in SUMMARIES}
    return {name: summarise(kinds[name], evidence, level=level) for name in paper.kinds if name in kinds}


def _of(frame: pd.DataFrame, paper: PaperEntry) -> pd.DataFrame:
    """The rows that name the paper."""
    return frame[frame["source_url"].astype(str).isin(paper.addresses)].reset_index(drop=True)
