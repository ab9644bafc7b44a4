"""Agreement of benchmarks over all pairs of seeds, as Sun, Williams and Hupkes (2023) compute it.

A model m with scores a_m1, a_m2, ... on one benchmark and b_m1, b_m2, ... on another, one for each seed, gives the
points (a_mi, b_mj) for all i and j. The points of all models are stacked (six models with three seeds: 54), and
Kendall's tau-b, with Pearson's r and Spearman's rho beside it, is taken over the stack. Higher is better on both
sides; the coefficients have no unit and lie in [-1, 1].

Source: Sun, Williams and Hupkes 2023, "The Validity of Evaluation Results: Assessing Concurrence Across
Compositionality Benchmarks" (CoNLL), and the code published with it.

The stacked points are no independent observations: every score is in several of them. So nothing is computed from
their number, no interval and no p-value. Nor can tau-b reach 1: points of one model agree and disagree equally often,
and count as pairs all the same. `ceiling` is what two benchmarks reach that agree perfectly, where the seeds of
one model all lie on the same side of those of another and no two scores are tied, with k_m and l_m seeds of model m on
either side and N = sum k_m l_m points:

    sum_{m<m'} k_m l_m k_m' l_m' / sqrt((C(N, 2) - sum k_m C(l_m, 2)) (C(N, 2) - sum l_m C(k_m, 2)))

0.882 for six models with three seeds, also of a benchmark with itself. Tied seeds may lift tau-b above it: a model
whose seeds are all equal adds no pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import FEWEST_MODELS
from reportgen.analysis.concurrence.kendall import dense_ranks, tau_b
from reportgen.analysis.correlation import product_moment
from reportgen.analysis.midranks import midranks
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable

    Floats = NDArray[np.float64]
    #: Of one setting: system -> its scores, one for each seed.
    Scores = Mapping[str, Floats]

#: Column -> meaning.
COLUMNS = {
    "benchmark_a": "setting label",
    "benchmark_b": "setting label; that of benchmark_a in the row of a benchmark with itself",
    "suite_a": "suite of benchmark_a",
    "suite_b": "suite of benchmark_b",
    "tau_b": "Kendall's tau-b over the stacked points; empty where undefined",
    "pearson": "Pearson's r over the stacked points",
    "spearman": "Spearman's rho over the stacked points",
    "points": "number of stacked points, which are not independent",
    "n": "number of models with a score on both",
    "fewest_seeds": "scores of the model with fewest, on either side",
    "most_seeds": "scores of the model with most, on either side",
    "ceiling": "tau_b of perfect agreement where models do not overlap and no scores are tied",
    "tau_b_of_means": "Kendall's tau-b over the models' means of their seeds",
    "pearson_of_means": "Pearson's r over these means",
    "spearman_of_means": "Spearman's rho over these means",
    "reason": "why there is no coefficient",
}

HOW_TO_SUPPLY = "give two benchmarks scores of the same models, each with its `seed`"

_COEFFICIENTS = ("tau_b", "pearson", "spearman")


def seed_pairs(
    runs: ScoreTable, *, suite: str | None = None, fewest: int = FEWEST_MODELS
) -> pd.DataFrame | NotEstimable:
    """One row for each pair of settings, and for each setting with itself; columns `COLUMNS`.

    Args:
        runs: one row for each system and seed (`scores.run_table`); settings that cannot be ranked are in no pair.
        suite: only settings of this suite.
        fewest: models two settings must share.
    """
    settings = runs.settings
    chosen = (settings["reason"] == "") & (settings["direction"] != "unknown")
    if suite is not None:
        chosen &= settings["suite"] == suite
    columns = np.flatnonzero(chosen.to_numpy(bool))
    goodness = runs.goodness()
    systems = runs.systems["system"].to_numpy(object)
    scores = [_by_system(goodness[:, column], systems) for column in columns]
    if not any(len(of) > 1 for one in scores for of in one.values()):
        return NotEstimable(
            f"no model has two scores on one benchmark that differ in their seed: {HOW_TO_SUPPLY}"
        )
    names = settings.iloc[columns][["setting", "suite"]].to_numpy(object)
    rows = [
        {
            "benchmark_a": names[a][0],
            "benchmark_b": names[b][0],
            "suite_a": names[a][1],
            "suite_b": names[b][1],
            **_pair(scores[a], scores[b], fewest),
        }
        for a in range(len(columns))
        for b in range(a, len(columns))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_system(values: Floats, systems: NDArray[np.object_]) -> dict[str, Floats]:
    """Scores of each system that has one, in the order of the rows."""
    rows: dict[str, list[float]] = {}
    for row in np.flatnonzero(np.isfinite(values)):
        rows.setdefault(str(systems[row]), []).append(float(values[row]))
    return {system: np.array(found) for system, found in rows.items()}


def _pair(a: Scores, b: Scores, fewest: int) -> dict[str, object]:
    """What stands in the row of one pair, without the names."""
    shared = [system for system in a if system in b]
    sizes_a, sizes_b = (np.array([len(side[system]) for system in shared], dtype=np.int64) for side in (a, b))
    sizes = [*sizes_a.tolist(), *sizes_b.tolist()] or [0]
    row: dict[str, object] = {
        "points": int(sizes_a @ sizes_b),
        "n": len(shared),
        "fewest_seeds": min(sizes),
        "most_seeds": max(sizes),
        "reason": "",
    }
    if len(shared) < fewest:
        few = f"overlap n={len(shared)}: n<{fewest}" if shared else "no shared model"
        return row | {"reason": few}
    x = np.concatenate([np.repeat(a[system], len(b[system])) for system in shared])
    y = np.concatenate([np.tile(b[system], len(a[system])) for system in shared])
    if not dense_ranks(x).any() or not dense_ranks(y).any():
        return row | {"reason": "constant"}
    means = _coefficients(
        np.array([a[system].mean() for system in shared]), np.array([b[system].mean() for system in shared])
    )
    return (
        row
        | _coefficients(x, y)
        | {"ceiling": ceiling(sizes_a, sizes_b)}
        | {f"{name}_of_means": value for name, value in means.items()}
    )


def _coefficients(x: Floats, y: Floats) -> dict[str, float]:
    """Tau-b, r and rho; NaN where one side is constant."""
    ranks_x, ranks_y = dense_ranks(x), dense_ranks(y)
    if not ranks_x.any() or not ranks_y.any():
        return dict.fromkeys(_COEFFICIENTS, float("nan"))
    return {
        "tau_b": tau_b(x, y),
        "pearson": product_moment(x, y),
        "spearman": product_moment(midranks(ranks_x), midranks(ranks_y)),
    }


def ceiling(seeds_a: NDArray[np.int64], seeds_b: NDArray[np.int64]) -> float:
    """Tau-b of perfect agreement, by the number of seeds of each model on either side (see above)."""
    points = seeds_a * seeds_b
    every = points.sum() * (points.sum() - 1) / 2
    between = (points.sum() ** 2 - (points**2).sum()) / 2
    told_a = every - (seeds_a * seeds_b * (seeds_b - 1)).sum() / 2
    told_b = every - (seeds_b * seeds_a * (seeds_a - 1)).sum() / 2
    return float(between / np.sqrt(told_a * told_b))
