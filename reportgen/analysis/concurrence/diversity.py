"""How differently do the tasks of a suite rank the models? Diversity of a multi-task benchmark, and rank changes.

For m tasks that each rank the same n models, with R_i the sum of the ranks of model i over the tasks:

    W = sum_i (R_i - mean R)^2 / (m^2 (n^3 - n) / 12)                     Kendall's coefficient of concordance
    diversity = 1 - W                  0: all tasks rank alike; 1: no agreement at all; no unit
    maximal rank change = mean over pairs of tasks of max_i |r_i - r'_i| / (n - 1)         0 to 1; no unit

Two variants stand side by side. `diversity_as_published` is what the code of Zhang and Hardt (package `benchbench`
1.0.1) computes: values within 1e-8 of their neighbour are tied, tied models get their average rank, average ranks
lose what stands after the point (2.5 becomes 2) for W, not for the rank changes, and W is not corrected for ties.
`diversity` keeps average ranks and corrects W for ties (Kendall 1945): the denominator is
(m^2 (n^3 - n) - m sum T) / 12 with T = sum (t^3 - t) over the groups of t tied models of a task. Ties there are those
of `kendall.dense_ranks`, relative to the range of the task. Ties that are not corrected for look like disagreement.

The best model has rank 1. Models: those with a score on every task of the suite. These are numbers about these models
and tasks; they come with no interval, and suites over different models are not comparable by them: W falls as the
models are closer together.

Sources: Zhang and Hardt 2024, "Inherent Trade-Offs between Diversity and Stability in Multi-Task Benchmarks"; Kendall
and Babington Smith 1939; Kendall 1945, "The treatment of ties in ranking problems".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import FEWEST_MODELS
from reportgen.analysis.concurrence.kendall import dense_ranks
from reportgen.analysis.midranks import midranks
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Column -> meaning; one row for each suite with two tasks or more.
COLUMNS = {
    "suite": "name of the suite",
    "diversity": "1 - Kendall's W over the tasks, corrected for ties; empty where undefined",
    "diversity_as_published": "1 - W as the code of Zhang and Hardt computes it: average ranks cut to whole numbers, "
    "not corrected for ties",
    "max_rank_change": "mean over pairs of tasks of the largest change of rank, as a share of n - 1",
    "max_rank_change_as_published": "the same with the ties of the published code",
    "tasks": "number of tasks (settings with a direction)",
    "n": "number of models with a score on every task",
    "of": "number of models with a score on any task",
    "left_out": "number of settings of the suite that cannot be ranked",
    "reason": "why there is no number",
}

HOW_TO_SUPPLY = "name the `suite` of at least two benchmarks, and give the direction of their metrics"

#: Values closer than this to their neighbour are tied in the published code, whatever their unit.
PUBLISHED_TOLERANCE = 1e-8

# Elements of the largest array of rank changes held at once.
_ELEMENTS = 8_000_000


def diversity(
    table: ScoreTable, *, suite: str | None = None, fewest: int = FEWEST_MODELS
) -> pd.DataFrame | NotEstimable:
    """One row for each suite with two tasks or more, sorted by name; columns `COLUMNS`.

    Args:
        table: scores; settings that cannot be ranked, and those of no suite, are left out.
        suite: only this suite.
        fewest: models that must have a score on every task.
    """
    suites = table.settings["suite"].to_numpy(object)
    goodness = table.goodness()
    reason = table.settings["reason"].to_numpy(object)
    usable = (reason == "") & np.isfinite(goodness).any(axis=0)
    rows = []
    for name in sorted({str(one) for one in suites} - {""}):
        mine = suites == name
        if (suite is None or name == suite) and (mine & usable).sum() >= 2:
            scores = goodness[:, mine & usable]
            rows.append({"suite": name, "left_out": int((mine & ~usable).sum()), **_row(scores, fewest)})
    if not rows:
        return NotEstimable(f"no suite has two tasks that can be ranked: {HOW_TO_SUPPLY}")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(scores: Floats, fewest: int) -> dict[str, object]:
    """What stands in the row of one suite; `scores` (p, m), larger is better."""
    present = np.isfinite(scores)
    complete = scores[present.all(axis=1)]
    row: dict[str, object] = {
        "tasks": scores.shape[1],
        "n": len(complete),
        "of": int(present.any(axis=1).sum()),
        "reason": "",
    }
    if len(complete) < fewest:
        return row | {"reason": f"n={len(complete)} with a score on every task: n<{fewest}"}
    published = published_ranks(complete)
    ranks = average_ranks(complete)
    corrected = 1 - kendall_w(ranks)
    return row | {
        "diversity": corrected,
        "diversity_as_published": 1 - kendall_w(published.astype(np.int64), correct_ties=False),
        "max_rank_change": max_rank_change(ranks),
        "max_rank_change_as_published": max_rank_change(published),
        "reason": "" if np.isfinite(corrected) else "every task gives all models the same score",
    }


def average_ranks(scores: Floats) -> Floats:
    """(n, m) rank of each model by each task, the best 1, ties averaged; scores (n, m) without gaps."""
    return np.column_stack([midranks(-dense_ranks(column)) for column in scores.T])


def published_ranks(scores: Floats) -> Floats:
    """As `average_ranks`, with the ties of the published code: neighbours within `PUBLISHED_TOLERANCE`."""
    columns = []
    for column in -scores.T:
        order = np.argsort(column, kind="stable")
        dense = np.empty(len(column), dtype=np.int64)
        dense[order] = np.cumsum(np.diff(column[order], prepend=column[order[0]]) > PUBLISHED_TOLERANCE)
        columns.append(midranks(dense))
    return np.column_stack(columns)


def kendall_w(ranks: Floats | Ints, *, correct_ties: bool = True) -> float:
    """Kendall's W of m rankings of n models, ranks (n, m); in [0, 1], NaN where every ranking is one tie."""
    n, m = ranks.shape
    sums = ranks.sum(axis=1)
    squares = float(((sums - sums.mean()) ** 2).sum())
    most = float(m) ** 2 * (float(n) ** 3 - n)
    if correct_ties:
        most -= m * sum(_tied(column) for column in ranks.T)
    return 12 * squares / most if most > 0 else float("nan")


def _tied(ranks: Floats | Ints) -> float:
    """Sum of t^3 - t over the groups of t equal ranks."""
    sizes = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    return float((sizes**3 - sizes).sum())


def max_rank_change(ranks: Floats) -> float:
    """Mean over pairs of rankings of the largest change of rank of any model, as a share of n - 1; ranks (n, m)."""
    n, m = ranks.shape
    total = 0.0
    width = max(1, _ELEMENTS // (n * m))
    for start in range(0, m, width):
        block = ranks[:, start : start + width]
        total += float(np.abs(block[:, :, np.newaxis] - ranks[:, np.newaxis, :]).max(axis=0).sum())
    return float(total / (m * (m - 1)) / (n - 1))
