"""Grounds of a study of concurrence, built by hand: scores, and what the catalog says of benchmarks and models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from score_tables import make_table

from reportgen.analysis.concurrence.agreement import Agreement, agreement
from reportgen.analysis.concurrence.grounds import Grounds, grounds
from reportgen.analysis.evidence import Evidence
from reportgen.records.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.analysis.table import ScoreTable


def make_grounds(
    scores: Mapping[str, Sequence[float | None]] | ScoreTable,
    benchmarks: Mapping[str, Mapping[str, Any]] | None = None,
    models: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    level: float = 0.95,
    fewest: int = 3,
    **common: Any,
) -> Grounds:
    """Grounds of these scores.

    Args:
        scores: one list per setting, as for `score_tables.make_table`, or a table.
        benchmarks: id -> fields of its catalog entry; `construct`, `source`, …
        models: id -> fields of its catalog entry; `family`, `parameters`.
        common: what `score_tables.make_table` takes.
    """
    table = make_table(scores, **common) if isinstance(scores, dict) else scores
    catalog = Catalog.model_validate(
        {
            "models": [{"id": name, **fields} for name, fields in (models or {}).items()],
            "benchmarks": [{"id": name, **fields} for name, fields in (benchmarks or {}).items()],
        }
    )
    evidence = Evidence(pd.DataFrame(), pd.DataFrame(), table, catalog)
    agreed = agreement(table, level=level, fewest=fewest)
    assert isinstance(agreed, Agreement)
    return grounds(evidence, agreed, table, level=level, fewest=fewest)
