"""The headline of each listed paper, computed from its own records and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.evidence import Evidence
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.workflow.summarising import summarise

if TYPE_CHECKING:
    from reportgen.ingest.run import Ingested
    from reportgen.records.catalog import Catalog
    from reportgen.records.papers import PaperEntry


def paper_summaries(ingested: Ingested, *, level: float) -> dict[str, dict[str, Any]]:
    """Paper -> kind -> its summary or why there is none, for the papers that records name as their source."""
    frame, items = _Sources(ingested.frame), _Sources(ingested.items)
    return {
        paper.id: _summaries(paper, frame.of(paper), items.of(paper), ingested.catalog, level)
        for paper in ingested.catalog.papers
        if frame.name(paper) or items.name(paper)
    }


def _summaries(
    paper: PaperEntry, frame: pd.DataFrame, items: pd.DataFrame, catalog: Catalog, level: float
) -> dict[str, Any]:
    evidence = Evidence(frame, items, score_table(frame, catalog), catalog)
    kinds = {kind.NAME: kind for kind in SUMMARIES}
    return {name: summarise(kinds[name], evidence, level=level) for name in paper.kinds if name in kinds}


class _Sources:
    """Rows by the address of their source. Addresses are compared once each, not row by row."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._codes, addresses = pd.factorize(frame["source_url"])
        self._addresses = [str(address) for address in addresses]

    def name(self, paper: PaperEntry) -> bool:
        """Whether any row names the paper."""
        return not paper.addresses.isdisjoint(self._addresses)

    def of(self, paper: PaperEntry) -> pd.DataFrame:
        """The rows that name it."""
        wanted = [code for code, address in enumerate(self._addresses) if address in paper.addresses]
        return self._frame[np.isin(self._codes, wanted)].reset_index(drop=True)
