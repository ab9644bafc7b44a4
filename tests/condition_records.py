"""Evidence for summaries of conditions: a test states scores and conditions, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factories import make_frame, make_record

from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.scores import score_table
from reportgen.records.catalog import BenchmarkEntry, Catalog
from reportgen.records.frame import to_frame
from reportgen.workflow.summarising import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.records.record import Record

PERCENT: dict[str, Any] = {"lower": 0.0, "upper": 100.0, "unit": "percent"}


def measured(model: str, value: float | None, **conditions: Any) -> Record:
    """A score in percent without an error; `stderr` and `n` where a test is about them."""
    known = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": "", **PERCENT, "metric": "points scored"}
    return make_record(**{**known, "model": model, "model_raw": model, "value": value, **conditions})


def item(model: str, name: object, value: float | None, **conditions: Any) -> Record:
    """One item's score, 0 or 1."""
    one = {"lower": 0.0, "upper": 1.0, "unit": "fraction", "metric": "accuracy", "item_id": str(name)}
    return measured(model, value, **{**one, **conditions})


def evidence_of(
    records: Sequence[Record] = (), items: Sequence[Record] = (), *, chance: float | None = None
) -> Evidence:
    """All forms of these records; `chance` is that of every benchmark."""
    frame = make_frame(*records) if records else to_frame([])
    named = sorted({(one.suite, one.benchmark) for one in (*records, *items)})
    entries = tuple(BenchmarkEntry(suite=suite, id=name, chance=chance) for suite, name in named)
    catalog = Catalog(benchmarks=entries if chance is not None else ())
    stored = make_frame(*items) if items else to_frame([])
    return Evidence(frame, stored, score_table(frame, catalog), catalog)


def compute(kind: Any, evidence: Evidence, *, level: float = 0.95) -> Computed:
    """The summary, which must be there."""
    found = summarise(kind, evidence, level=level)
    assert isinstance(found, Computed), found
    return found


def refused(kind: Any, evidence: Evidence) -> str:
    """Why there is no summary."""
    found = summarise(kind, evidence, level=0.95)
    assert not isinstance(found, Computed), found.main
    reason: str = found.reason
    return reason


def row_of(found: Computed, system: str) -> dict[str, Any]:
    """The one row of the main table about a system."""
    (row,) = found.main[found.main["system"] == system].to_dict("records")
    return {str(key): value for key, value in row.items()}
