"""Agreement as other tools print it, for the terminal and for programs, with what is wrong about it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.analysis.concurrence.replication import BENCHBENCH, CBRC, TOGETHER
from reportgen.errors import ReportgenError
from reportgen.numbers import NotEstimable
from reportgen.views.export import records, render, to_json

if TYPE_CHECKING:
    import pandas as pd

BENCHBENCH_CAVEAT = (
    "the aggregate contains the benchmark, which lifts its tau, and win rates compare models over other opponents "
    "where scores are missing; beside it stands tau with the aggregate of the others; z compares a benchmark with a "
    "mean that it is part of and has no interval; p-values are for each pair by itself; scores of several seeds are "
    "averaged here, while BenchBench keeps the best"
)
CBRC_CAVEAT = (
    "a mean over whatever other benchmarks are there: siblings of the same source raise it, and another collection of "
    "benchmarks gives another value; the interval is ours, over models"
)


def benchbench(found: pd.DataFrame | NotEstimable, fmt: str) -> str:
    """Pairs and aggregate as BenchBench has them, in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: nothing can be compared, which only JSON can say.
    """
    if isinstance(found, NotEstimable):
        return _nothing(found, fmt, {"method": "benchbench", "pairs": [], "aggregate": []})
    whole = found["benchmark_b"] == TOGETHER
    if fmt == "json":
        document = {"method": "benchbench", "caveat": BENCHBENCH_CAVEAT, "columns": dict(BENCHBENCH)}
        pairs, aggregate = found[~whole].drop(columns="z_score"), found[whole].drop(columns="benchmark_b")
        return to_json(document | {"pairs": records(pairs), "aggregate": records(aggregate)})
    if fmt == "csv":
        return render(found, "csv")
    done = found[found["correlation"].notna()]
    names = [
        "benchmark_a",
        "benchmark_b",
        "correlation",
        "p_value",
        "n",
        "z_score",
        "corrected",
        "low",
        "high",
    ]
    order = ["whole", "correlation", "benchmark_a", "benchmark_b"]
    readable = done.assign(whole=~whole).sort_values(order, kind="stable")[names]
    title = f"As BenchBench: {TOGETHER}, then {int((~whole & found['correlation'].notna()).sum())} pairs; "
    return render(readable, fmt, title=title + BENCHBENCH_CAVEAT)


def cbrc(found: pd.DataFrame | NotEstimable, fmt: str) -> str:
    """Mean tau of each setting with all others, in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: nothing can be compared, which only JSON can say.
    """
    if isinstance(found, NotEstimable):
        return _nothing(found, fmt, {"method": "cbrc", "settings": []})
    if fmt == "json":
        document = {"method": "cbrc", "caveat": CBRC_CAVEAT, "columns": dict(CBRC)}
        return to_json(document | {"settings": records(found)})
    if fmt == "csv":
        return render(found, "csv")
    readable = found.sort_values(["cbrc", "setting"], kind="stable")
    return render(readable, fmt, title=f"Cross-benchmark ranking consistency: {CBRC_CAVEAT}")


def _nothing(found: NotEstimable, fmt: str, document: dict[str, object]) -> str:
    if fmt == "json":
        return to_json(document | {"reason": found.reason})
    raise ReportgenError(str(found))
