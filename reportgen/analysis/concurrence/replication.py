"""Agreement as other tools compute it, with the corrected figure beside it.

BenchBench (Perlitz et al. 2024, arXiv 2407.13696; IBM/benchbench, git 1dfd46a6): scipy's tau-b and its p-value of
every two benchmarks that share 5 models; an aggregate, the share of the other models that a model strictly beats,
averaged over the benchmarks it has; and z = (tau of a benchmark with the aggregate - mean of these taus) / their
standard deviation (n - 1). The aggregate contains the benchmark, ties count as lost, models are compared over other
opponents where scores are missing, and the benchmark is among those it is compared with.

CBRC (arXiv 2601.03986, "Benchmark^2"): mean of tau-b of a benchmark with each other one. It comes without uncertainty;
the interval here is the jackknife over models of that mean, all taus of a benchmark redone without each model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from scipy.special import stdtrit

from reportgen.analysis.concurrence.against import against
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.concurrence.paired import stacks
from reportgen.analysis.concurrence.references import strict_win_rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.table import ScoreTable

    Floats = NDArray[np.float64]

#: Models that two benchmarks must share there.
BENCHBENCH_FEWEST = 5
#: What stands for the aggregate in the place of the second benchmark.
TOGETHER = "all together"
BENCHBENCH = {
    "benchmark_a": "benchmark setting",
    "benchmark_b": f"the other one, or {TOGETHER!r} for the aggregate of all",
    "correlation": "tau-b as BenchBench has it; empty where it leaves the pair out",
    "p_value": "scipy's p-value of it",
    "n": "models both have",
    "z_score": "of the aggregate only: standard deviations from the mean over benchmarks",
    "corrected": "tau-b of the pair; with the aggregate: that of the others, without the benchmark itself",
    "low": "lower end of its interval over models",
    "high": "upper end",
    "n_corrected": "models behind it",
    "reason": "why a figure is missing",
}
CBRC = {
    "setting": "benchmark setting",
    "cbrc": "mean tau-b with every other setting",
    "low": "lower end of its interval over models",
    "high": "upper end",
    "peers": "other settings with a tau",
    "lowest": "lowest of these taus",
    "highest": "highest of these taus",
    "n": "models with a score on it",
    "reason": "why a figure is missing",
}


def benchbench(table: ScoreTable, found: Agreement, suite: str | None = None) -> pd.DataFrame:
    """One row for each pair of compared settings, then one for each setting with all together; columns `BENCHBENCH`.

    Args:
        table: the scores.
        found: their agreement.
        suite: only settings of this one.
    """
    labels, goodness = _compared(table, found, suite)
    size = len(labels)
    first, second = np.triu_indices(size, k=1)
    pairs = [_theirs(goodness[:, a], goodness[:, b]) for a, b in zip(first, second, strict=True)]
    ours = found.pairs.set_index(["benchmark_a", "benchmark_b"])
    ours = ours.loc[list(zip(labels[first], labels[second], strict=True))].reset_index()
    rows = pd.DataFrame(pairs, columns=["correlation", "p_value", "n", "reason"]).assign(
        benchmark_a=labels[first],
        benchmark_b=labels[second],
        z_score=np.nan,
        corrected=ours["tau_b"],
        low=ours["low"],
        high=ours["high"],
        n_corrected=ours["n"],
    )
    rows.loc[rows["reason"] == "", "reason"] = ours["reason"]
    together = _together(labels, goodness, found.level)
    return pd.concat([rows, together], ignore_index=True)[list(BENCHBENCH)]


def _compared(table: ScoreTable, found: Agreement, suite: str | None) -> tuple[NDArray[np.object_], Floats]:
    chosen = found.settings if suite is None else found.settings[found.settings["suite"] == suite]
    place = {label: at for at, label in enumerate(table.settings["setting"])}
    labels = chosen["setting"].to_numpy(object)
    return labels, table.goodness()[:, [place[label] for label in labels]]


def _theirs(x: Floats, y: Floats) -> tuple[float, float, int, str]:
    """Correlation, p-value, shared models, reason."""
    both = np.isfinite(x) & np.isfinite(y)
    n = int(both.sum())
    if n < BENCHBENCH_FEWEST:
        return np.nan, np.nan, n, f"overlap n={n}: BenchBench needs {BENCHBENCH_FEWEST}"
    if np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:
        return np.nan, np.nan, n, "constant"
    made = scipy.stats.kendalltau(x[both], y[both])  # loaded when first used
    return float(made.statistic), float(made.pvalue), n, ""


def _together(labels: NDArray[np.object_], goodness: Floats, level: float) -> pd.DataFrame:
    size = len(labels)
    member = np.column_stack([np.ones(size, dtype=bool), ~np.eye(size, dtype=bool)])
    rates = strict_win_rates(goodness, member)
    rows = pd.DataFrame(
        [_theirs(goodness[:, at], rates[:, 0]) for at in range(size)],
        columns=["correlation", "p_value", "n", "reason"],
    )
    at = np.arange(size)
    scores = np.hstack([goodness, rates])
    without = against(scores, at, size + 1 + at, level=level, fewest=BENCHBENCH_FEWEST)
    tau = rows["correlation"]
    rows = rows.assign(
        benchmark_a=labels,
        benchmark_b=TOGETHER,
        z_score=(tau - tau.mean()) / tau.std(ddof=1),
        corrected=without.tau,
        low=without.low,
        high=without.high,
        n_corrected=without.n,
    )
    rows.loc[rows["reason"] == "", "reason"] = pd.Series(without.reason)
    return rows


def cbrc(table: ScoreTable, found: Agreement, suite: str | None = None, *, fewest: int) -> pd.DataFrame:
    """One row for each compared setting, columns `CBRC`; arguments as for `benchbench`."""
    labels, goodness = _compared(table, found, suite)
    models, size = goodness.shape
    tau = np.full((size, size), np.nan)
    moved = np.zeros((size, models))  # sum over peers of tau without a model less tau
    lost = np.zeros((size, models), dtype=bool)  # a tau is undefined without this model
    first, second = np.triu_indices(size, k=1)
    present = np.isfinite(goodness)
    of = COEFFICIENTS["tau_b"]
    assert of.without is not None  # noqa: S101  # tau-b has a jackknife
    for at, pairs in stacks(goodness, first.astype(np.int64), second.astype(np.int64)):
        a, b = first[at], second[at]
        value = of.values(pairs)
        if pairs.n < fewest:
            continue
        tau[a, b] = tau[b, a] = value
        usable = np.isfinite(value)
        change = np.zeros((len(at), models))
        change[(present[:, a] & present[:, b]).T] = (of.without(pairs) - value[:, np.newaxis]).ravel()
        for side in (a[usable], b[usable]):
            np.add.at(moved, side, np.nan_to_num(change[usable]))
            np.logical_or.at(lost, side, np.isnan(change[usable]))
    return _cbrc_rows(labels, present, tau, np.where(lost, np.nan, moved), found.level)


def _cbrc_rows(
    labels: NDArray[np.object_], present: NDArray[np.bool_], tau: Floats, moved: Floats, level: float
) -> pd.DataFrame:
    rows = []
    for at, label in enumerate(labels):
        taus = tau[at, np.isfinite(tau[at])]
        n = int(present[:, at].sum())
        change = moved[at, present[:, at]] / max(len(taus), 1)
        error = float(np.sqrt((n - 1) / n * ((change - change.mean()) ** 2).sum())) if n > 1 else np.nan
        mean = float(taus.mean()) if len(taus) else np.nan
        half = (
            float(stdtrit(n - 1, (1 + level) / 2)) * error
            if n >= FEWEST_FOR_INTERVAL and error > 0
            else np.nan
        )
        rows.append(
            {
                "setting": label,
                "cbrc": mean,
                "low": max(-1.0, mean - half) if np.isfinite(half) else np.nan,
                "high": min(1.0, mean + half) if np.isfinite(half) else np.nan,
                "peers": len(taus),
                "lowest": float(taus.min()) if len(taus) else np.nan,
                "highest": float(taus.max()) if len(taus) else np.nan,
                "n": n,
                "reason": _cbrc_reason(len(taus), n, half),
            }
        )
    return pd.DataFrame(rows, columns=list(CBRC))


def _cbrc_reason(peers: int, n: int, half: float) -> str:
    if not peers:
        return "no other setting with enough shared models"
    if n < FEWEST_FOR_INTERVAL:
        return f"interval: n={n}, needs {FEWEST_FOR_INTERVAL}"
    return (
        ""
        if np.isfinite(half)
        else "interval: the same whichever model is left out, or undefined without one"
    )
