"""Do two settings rank the same models alike? Kendall's tau-b of every two, with an interval or a reason.

Which models: those with a value in both settings (pairwise deletion); n says how many. The unit of sampling
is the model: the interval answers "would other models like these show the same agreement?", not "would other
items?".

Interval: tau -+ t * SE, SE the exact delete-one jackknife over models, t the Student quantile with n - 1
degrees of freedom, clipped to [-1, 1]. Where leaving any one model out leaves tau as it is, as at |tau| = 1,
the jackknife error is 0 and says nothing; there the interval is Fieller's, tanh(atanh(tau) -+ z sqrt(0.437 /
(n - 4))) (Fieller, Hartley and Pearson 1957). At |tau| = 1, where atanh is infinite, it is centred on the tau
of a single discordant pair, and reaches 1. In simulation (bivariate normal scores, correlation 0 to 0.98,
10,000 draws each) the nominal 95 % interval covered 0.947 to 1 at n = 5 to 8, 0.939 to 0.955 at n = 10 and
0.947 to 0.962 at n = 20 and 50.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from reportgen.analysis.concurrence.kendall import tau_b_matrix
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.kendall import KendallMatrix
    from reportgen.analysis.table import ScoreTable

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Objects = NDArray[np.object_]

#: Columns of `Agreement.pairs`.
PAIR_COLUMNS = (
    "benchmark_a",  # setting label, before `benchmark_b` in the order of the score table
    "benchmark_b",
    "suite_a",
    "suite_b",
    "tau_b",  # NaN where it cannot be computed: see `reason`
    "low",  # NaN where there is no interval: see `reason`
    "high",
    "standard_error",  # jackknife over models; NaN where it says nothing
    "n",  # int: models with a value in both settings
    "same_order",  # share of model pairs that both settings put in the same order, ties counted half
    "method",  # of the interval: "jackknife", "fieller", or "" where there is none
    "reason",  # "" or why tau or its interval is missing, or that both settings hold the same scores
    "pivot",  # the system whose removal moves tau most, "" where none does
    "tau_without_pivot",
)

#: Columns of `Agreement.settings`.
SETTING_COLUMNS = (
    "setting",
    "suite",
    "n_systems",  # int
    "mean_tau",  # over the other settings with which tau could be computed; NaN where there is none
    "peers",  # int: how many those are
    "warning",  # "" or why the direction of this setting should be checked
)

#: Columns of `Agreement.excluded`.
EXCLUDED_COLUMNS = ("setting", "suite", "reason")

#: Fewer shared models give no tau: with two, tau is -1 or 1 whatever the benchmarks measure.
FEWEST_MODELS = 3
#: Fewer shared models give no interval: the variance of tau is not estimable (Fieller's has n - 4 in it).
FEWEST_FOR_INTERVAL = 5
#: Fewer shared models make no headline and no warning.
FEWEST_FOR_CLAIM = 10

#: Said of a pair that agrees because both hold the same numbers; such a pair is no claim.
SAME_SCORES = "the same scores under two names"

#: Variance factor of atanh(tau): var = 0.437 / (n - 4) (Fieller, Hartley and Pearson 1957).
_FIELLER = 0.437
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class PairFact:
    """One pair of settings, to be named in a sentence."""

    benchmark_a: str
    benchmark_b: str
    tau_b: float
    low: float
    high: float
    same_order: float
    n: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Concurrence of all pairs of the settings that can be ranked.

    Attributes:
        pairs: one row per pair, columns `PAIR_COLUMNS`, in the order of the score table.
        settings: one row per compared setting, columns `SETTING_COLUMNS`.
        excluded: settings that are in no pair, with the reason, columns `EXCLUDED_COLUMNS`.
        level: confidence level of the intervals, for each pair by itself (not simultaneous).
        left_out: settings that could be ranked but were cut by `max_settings`.
        computed: pairs with a tau.
        uncomputed: (reason, number of pairs) for the pairs without a tau, most frequent first.
        median_same_order: over the pairs with at least `FEWEST_FOR_CLAIM` shared models; NaN where there is
            none. claimable: number of those pairs. strongest, weakest: of those pairs, by tau; ties by name.
            None where there is none.
    """

    pairs: pd.DataFrame
    settings: pd.DataFrame
    excluded: pd.DataFrame
    level: float
    left_out: int
    computed: int
    uncomputed: tuple[tuple[str, int], ...]
    median_same_order: float
    claimable: int
    strongest: PairFact | None
    weakest: PairFact | None


def agreement(
    table: ScoreTable, *, level: float, max_settings: int | None = None, fewest: int = FEWEST_MODELS
) -> Agreement | NotEstimable:
    """Rank agreement of every two settings, across suites too.

    Args:
        table: scores; settings with a `reason`, or without a direction, are excluded.
        level: confidence level of each interval, in (0, 1).
        max_settings: compare only the settings that cover most systems (ties by label); None compares all.
        fewest: models two settings must share to be compared, at least `FEWEST_MODELS`.

    Returns:
        NotEstimable where fewer than two settings can be ranked.

    Raises:
        ValueError: the level is not in (0, 1), or `fewest` is too small.
    """
    if not 0 < level < 1:
        raise ValueError(f"the confidence level must lie between 0 and 1, not {level}")
    if fewest < FEWEST_MODELS:
        raise ValueError(f"at least {FEWEST_MODELS} shared models are needed, not {fewest}")
    goodness = table.goodness()
    reasons = _reasons(table)
    rankable = np.flatnonzero(reasons == "")
    chosen = _most_covered(table, goodness, rankable, max_settings)
    if len(chosen) < 2:
        return NotEstimable(_too_few(len(rankable), reasons, max_settings))
    matrix = tau_b_matrix(goodness[:, chosen])
    labels = table.settings.iloc[chosen].reset_index(drop=True)
    pairs = _pairs(matrix, labels, table.systems["system"].to_numpy(object), (level, fewest))
    known = pairs["tau_b"].notna()
    same = _same_scores(goodness[:, chosen], pairs["tau_b"].to_numpy(float))
    pairs.loc[same, "reason"] = SAME_SCORES
    claims = pairs[known & (pairs["n"] >= FEWEST_FOR_CLAIM) & ~same]
    return Agreement(
        pairs=pairs,
        settings=_settings(matrix, pairs, labels, np.isfinite(goodness[:, chosen]).sum(axis=0)),
        excluded=_excluded(table, reasons),
        level=level,
        left_out=len(rankable) - len(chosen),
        computed=int(known.sum()),
        uncomputed=_tally(pairs.loc[~known, "reason"]),
        median_same_order=float(claims["same_order"].median()) if len(claims) else float("nan"),
        claimable=len(claims),
        strongest=_extreme(claims, ascending=False),
        weakest=_extreme(claims, ascending=True),
    )


# -- which settings
# ------------------------------------------------------------------------------------------------


def _reasons(table: ScoreTable) -> Objects:
    """(q,) why a setting is in no pair; "" where it can be ranked."""
    given = table.settings["reason"].to_numpy(object)
    unknown = (table.settings["direction"] == "unknown").to_numpy(bool)
    empty = ~np.isfinite(table.value).any(axis=0)
    words = np.where(unknown, "direction unknown", np.where(empty, "no scores", "")).astype(object)
    return np.where(given == "", words, given)


def _most_covered(table: ScoreTable, goodness: Floats, rankable: Ints, limit: int | None) -> Ints:
    """Positions of the settings to compare, ascending."""
    if limit is None or len(rankable) <= limit:
        return rankable
    covered = np.isfinite(goodness).sum(axis=0)
    labels = table.settings["setting"].to_numpy(object)
    by_cover = sorted(rankable.tolist(), key=lambda setting: (-covered[setting], labels[setting]))
    return np.array(sorted(by_cover[: max(limit, 0)]), dtype=np.int64)


def _too_few(rankable: int, reasons: Objects, limit: int | None) -> str:
    if rankable >= 2:
        return f"at most {limit} settings may be compared, and a pair needs two"
    unknown = int((reasons == "direction unknown").sum())
    why = f"; {unknown} have no known direction (declare it in the metric catalog)" if unknown else ""
    return f"a pair needs two settings that can be ranked, and there are {rankable} of {len(reasons)}{why}"


def _excluded(table: ScoreTable, reasons: Objects) -> pd.DataFrame:
    rows = reasons != ""
    frame: pd.DataFrame = table.settings.loc[rows, list(EXCLUDED_COLUMNS)].reset_index(drop=True)
    return frame.assign(reason=reasons[rows])


# -- pairs
# ---------------------------------------------------------------------------------------------------------


def _pairs(
    matrix: KendallMatrix, labels: pd.DataFrame, systems: Objects, terms: tuple[float, int]
) -> pd.DataFrame:
    """All pairs; `terms`: level of the intervals, and the fewest models that two settings must share."""
    level, fewest = terms
    a, b = np.triu_indices(len(labels), k=1)
    n = matrix.n[a, b]
    tau = np.where(n >= fewest, matrix.tau[a, b], np.nan)
    error = np.where(np.isfinite(tau), matrix.standard_error[a, b], np.nan)
    low, high, method = intervals(tau, error, n, level)
    named = np.isfinite(tau) & (matrix.pivot[a, b] >= 0)
    setting, suite = labels["setting"].to_numpy(object), labels["suite"].to_numpy(object)
    columns = {
        "benchmark_a": setting[a],
        "benchmark_b": setting[b],
        "suite_a": suite[a],
        "suite_b": suite[b],
        "tau_b": tau,
        "low": low,
        "high": high,
        "standard_error": np.where(method == "jackknife", error, np.nan),
        "n": n,
        "same_order": np.where(np.isfinite(tau), (1 + matrix.tau_a[a, b]) / 2, np.nan),
        "method": method,
        "reason": pair_reasons(tau, low, n, fewest),
        "pivot": np.where(named, systems[matrix.pivot[a, b]], ""),
        "tau_without_pivot": np.where(named, matrix.tau_without[a, b], np.nan),
    }
    return pd.DataFrame(columns, columns=list(PAIR_COLUMNS))


def _same_scores(goodness: Floats, tau: Floats) -> NDArray[np.bool_]:
    """Pairs, in the order of `pairs`, whose shared scores are all equal: one benchmark under two names."""
    a, b = np.triu_indices(goodness.shape[1], k=1)
    same = np.zeros(len(tau), dtype=bool)
    for pair in np.flatnonzero(tau >= 1 - _ROUNDING):
        difference = goodness[:, a[pair]] - goodness[:, b[pair]]
        same[pair] = not np.nan_to_num(difference).any()
    return same


def intervals(tau: Floats, error: Floats, n: Ints, level: float) -> tuple[Floats, Floats, Objects]:
    """Low, high, method of taus with jackknife errors over n models; NaN and "" where not estimable."""
    usable = np.isfinite(tau) & np.isfinite(error) & (n >= FEWEST_FOR_INTERVAL)
    method = np.where(usable, np.where(error > _ROUNDING, "jackknife", "fieller"), "").astype(object)
    half = stdtrit(np.maximum(n - 1, 1), (1 + level) / 2) * error
    low, high = tau - half, tau + half
    fieller = method == "fieller"
    low[fieller], high[fieller] = _fieller(tau[fieller], n[fieller], level)
    missing = method == ""
    low, high = np.clip(low, -1.0, 1.0), np.clip(high, -1.0, 1.0)
    low[missing], high[missing] = np.nan, np.nan
    return low, high, method


def _fieller(tau: Floats, n: Ints, level: float) -> tuple[Floats, Floats]:
    one_swap = 1 - 4 / (n * (n - 1.0))  # tau when one pair of models is the other way round
    centre = np.arctanh(np.clip(tau, -one_swap, one_swap))
    half = ndtri((1 + level) / 2) * np.sqrt(_FIELLER / (n - 4))
    low = np.where(tau <= -1 + _ROUNDING, -1.0, np.tanh(centre - half))
    return low, np.where(tau >= 1 - _ROUNDING, 1.0, np.tanh(centre + half))


def pair_reasons(tau: Floats, low: Floats, n: Ints, fewest: int) -> Objects:
    """Why tau, or else its interval, is missing."""
    words = np.full(len(tau), "", dtype=object)
    bare = np.isfinite(tau) & ~np.isfinite(low)
    words[bare] = "interval: undefined without one of the models"
    short = bare & (n < FEWEST_FOR_INTERVAL)
    words[short] = [f"interval: n={count}, needs {FEWEST_FOR_INTERVAL}" for count in n[short]]
    words[~np.isfinite(tau)] = "constant"
    few = n < fewest
    words[few] = [f"overlap n={count}: n<{fewest}" for count in n[few]]
    words[n == 0] = "no shared model"
    return words


# -- per setting, and headlines
# ------------------------------------------------------------------------------------


def _settings(
    matrix: KendallMatrix, pairs: pd.DataFrame, labels: pd.DataFrame, covered: Ints
) -> pd.DataFrame:
    size = len(labels)
    tau = np.full((size, size), np.nan)
    a, b = np.triu_indices(size, k=1)
    tau[a, b] = tau[b, a] = pairs["tau_b"].to_numpy(float)
    known = np.isfinite(tau)
    peers = known.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, tau, 0.0).sum(axis=1) / np.where(peers > 0, peers, np.nan)
    sure = known & (matrix.n >= FEWEST_FOR_CLAIM)
    reversed_ = sure.any(axis=1) & ~(sure & (tau >= 0)).any(axis=1)
    warning = [
        f"ranks models against all {count} settings it shares at least {FEWEST_FOR_CLAIM} models with: "
        "check its direction"
        if flag
        else ""
        for flag, count in zip(reversed_, sure.sum(axis=1), strict=True)
    ]
    columns = {
        "setting": labels["setting"].to_numpy(object),
        "suite": labels["suite"].to_numpy(object),
        "n_systems": covered,
        "mean_tau": mean,
        "peers": peers,
        "warning": np.array(warning, dtype=object),
    }
    return pd.DataFrame(columns, columns=list(SETTING_COLUMNS))


def _tally(reasons: pd.Series) -> tuple[tuple[str, int], ...]:
    counts = reasons.value_counts()
    found = [(str(reason), int(count)) for reason, count in counts.items()]
    return tuple(sorted(found, key=lambda entry: (-entry[1], entry[0])))


def _extreme(claims: pd.DataFrame, *, ascending: bool) -> PairFact | None:
    if claims.empty:
        return None
    by = ["tau_b", "benchmark_a", "benchmark_b"]
    row = claims.sort_values(by, ascending=[ascending, True, True], kind="stable").iloc[0]
    return PairFact(
        benchmark_a=str(row["benchmark_a"]),
        benchmark_b=str(row["benchmark_b"]),
        tau_b=float(row["tau_b"]),
        low=float(row["low"]),
        high=float(row["high"]),
        same_order=float(row["same_order"]),
        n=int(row["n"]),
    )
