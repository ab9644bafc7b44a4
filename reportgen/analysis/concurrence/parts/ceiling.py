"""The noise ceiling: how far each pair of settings could agree at all, and each setting with itself.

`noise` has the formula and empirical Bayes, `replicates` split halves and seeds. A pair takes the first method that
both sides allow: split halves, seeds, empirical Bayes; else the best of each side. A pair of which a side has none
has no ceiling, which is not a ceiling of 1.

Halves and seeds speak of all models of a setting. On the models that two settings share, reliability is that after a
change of range, 1 - (1 - r) var / var_shared (Gulliksen 1950); empirical Bayes uses the shared models themselves.

Attenuation (Spearman 1904): r_true = r_ab / sqrt(r_aa r_bb), Pearson's r as it would be without errors, with Fisher's
interval of r_ab divided by the same number. It assumes that the errors of a and b are independent; where benchmarks
share items, prompts or a judge they are not, and r_true may lie above 1: it is flagged, not cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.concurrence.moments import moments
from reportgen.analysis.concurrence.noise import FEWEST, ceilings, interval, reliability_of, tau_of
from reportgen.analysis.concurrence.replicates import SPLITS, nothing, seed_to_seed, split_half
from reportgen.analysis.concurrence.saturation import saturation
from reportgen.analysis.concurrence.setting_items import items_of_settings
from reportgen.analysis.parts import Found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds
    from reportgen.analysis.concurrence.moments import Moments
    from reportgen.analysis.concurrence.noise import Ceilings
    from reportgen.analysis.concurrence.replicates import Replicated
    from reportgen.numbers import NotEstimable

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]

NAME = "ceiling"
TITLE = "Noise ceiling: how far each pair of benchmarks could agree"
TABLES = {
    "main": {
        "benchmark_a": "setting label",
        "benchmark_b": "setting label",
        "suite_a": "suite of benchmark_a",
        "suite_b": "suite of benchmark_b",
        "tau_b": "Kendall's tau-b over the shared models, to be read beside the ceiling",
        "ceiling": "tau-b to be expected if both put all models in the same true order; empty where unknown",
        "low": "interval of the ceiling over models",
        "high": "interval of the ceiling over models",
        "method": "split half, seeds, empirical Bayes, mixed, or empty where there is no ceiling",
        "n": "models with a score on both, and an error where the method needs one",
        "pearson": "Pearson's r of the scores of these models",
        "reliability_a": "share of the variance of benchmark_a's scores that is not error, on these models",
        "reliability_b": "the same of benchmark_b",
        "pearson_without_noise": "r / sqrt(reliability_a reliability_b); assumes independent errors; not cut at 1",
        "without_noise_low": "Fisher's interval of r divided by the same number; reliabilities taken as known",
        "without_noise_high": "the same",
        "above_one": "whether pearson_without_noise is above 1: errors are overstated, or shared by both benchmarks; "
        "empty where unknown",
        "reason": "why there is no ceiling",
    },
    "settings": {
        "setting": "setting label",
        "suite": "suite",
        "n": "models the numbers are from",
        "items": "median number of items behind a score; empty where unknown",
        "reliability": "max(0, 1 - mean squared standard error / variance of the scores)",
        "own_agreement": "tau-b to be expected between two replicates of the setting; empty where unknown",
        "low": "interval of own_agreement over models",
        "high": "interval of own_agreement over models",
        "method": "how own_agreement was made: split half, seeds, empirical Bayes",
        "split_half": "own_agreement by random halves of the items, stepped up",
        "seeds": "own_agreement by seeds, stepped up to the mean over all",
        "empirical_bayes": "own_agreement by the standard errors",
        "saturated": "whether more than half of the models lie within two standard errors of the best; empty where "
        "errors are unknown",
        "reason": "why own_agreement is unknown",
    },
}  # fmt: skip

#: Said where a side has nothing that tells its noise.
NO_ERRORS = "no standard errors, items or seeds"
SPLIT_HALF, SEEDS, EMPIRICAL_BAYES, MIXED = "split half", "seeds", "empirical Bayes", "mixed"
#: Random cuts of all settings together; with many settings each gets fewer.
_MOST_CUTS = 2000
_FEWEST_CUTS = 5
#: Errors must be known for at least this share of the models that two settings share.
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Headline:
    """What the sentences say.

    Attributes:
        known: pairs with a ceiling. pairs: all pairs that could agree at all.
        median: ceiling of the middle pair; NaN where there is none.
    """

    known: int
    pairs: int
    median: float


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found:
    """Ceilings of all pairs and all settings; nothing is needed of `earlier`."""
    del earlier
    a, b = grounds.pair_positions()
    own = np.arange(len(grounds.benchmarks), dtype=np.intp)
    both = ceilings(grounds.goodness, grounds.stderr, np.concatenate([a, own]), np.concatenate([b, own]))
    halves, seeds = _replicates(grounds, generator)
    settings = _settings(grounds, both, halves, seeds)
    main = _pairs(grounds, (a, b), both, settings, (halves, seeds))
    known = main["ceiling"].notna()
    able = grounds.agreement.pairs["tau_b"].notna().to_numpy(bool)
    return Found(
        tables={"main": main, "settings": settings},
        headline=Headline(
            known=int((known & able).sum()),
            pairs=int(able.sum()),
            median=float(main.loc[known & able, "ceiling"].median())
            if (known & able).any()
            else float("nan"),
        ),
    )


def _replicates(
    grounds: Grounds, generator: np.random.Generator
) -> tuple[list[Replicated], list[Replicated]]:
    """Split halves and seeds of each setting."""
    size = len(grounds.benchmarks)
    splits = int(np.clip(_MOST_CUTS // max(size, 1), _FEWEST_CUTS, SPLITS))
    items = items_of_settings(grounds)
    halves = [
        split_half(items[at], generator, splits)[0] if at in items else nothing("") for at in range(size)
    ]
    halves = [_enough(one, grounds.goodness[:, at]) for at, one in enumerate(halves)]
    seeds = [seed_to_seed(of, generator, splits) for of in _seeds(grounds)]
    return halves, [_enough(one, grounds.goodness[:, at]) for at, one in enumerate(seeds)]


def _enough(one: Replicated, goodness: Floats) -> Replicated:
    """Nothing, where it is known of less than half of the models."""
    return one if one.n >= _MOST * np.isfinite(goodness).sum() else nothing(one.reason or "of few models")


def _seeds(grounds: Grounds) -> list[list[Floats]]:
    """For each setting, the scores of each system that has two seeds or more."""
    runs = grounds.runs
    systems = runs.systems["system"].to_numpy(object)
    nothing_repeated = len(set(systems.tolist())) == len(systems)
    if nothing_repeated:
        return [[] for _ in range(len(grounds.benchmarks))]
    place = {str(name): column for column, name in enumerate(runs.settings["setting"])}
    start = np.flatnonzero(np.concatenate([[True], systems[1:] != systems[:-1]]))
    columns = [place.get(str(setting)) for setting in grounds.benchmarks["setting"]]
    return [
        []
        if column is None
        else [one[np.isfinite(one)] for one in np.split(runs.value[:, column], start[1:])]
        for column in columns
    ]


# -- settings
# ---------------------------------------------------------------------------------------------------------


def _settings(
    grounds: Grounds, both: Ceilings, halves: list[Replicated], seeds: list[Replicated]
) -> pd.DataFrame:
    size = len(grounds.benchmarks)
    bayes = both.own_a[-size:] if size else np.zeros(0)
    alone = np.arange(size, dtype=np.intp)
    found = moments(grounds.goodness, grounds.stderr, alone, alone)
    half, seed = (np.array([one.tau for one in kind], dtype=float) for kind in (halves, seeds))
    order = [np.isfinite(half), np.isfinite(seed), np.isfinite(bayes)]
    agreement = np.select(order, [half, seed, bayes], np.nan)
    counts = [np.array([one.n for one in kind], dtype=np.intp) for kind in (halves, seeds)]
    n = np.select(order, [*counts, both.n[-size:] if size else counts[0]], both.n[-size:])
    freedom = np.where(order[1] & ~order[0], [one.freedom for one in seeds], np.inf)
    low, high = interval(agreement, n, grounds.level, freedom)
    used = saturation(grounds.goodness, grounds.stderr)
    return pd.DataFrame(
        {
            "setting": grounds.benchmarks["setting"],
            "suite": grounds.benchmarks["suite"],
            "n": n,
            "items": _median_items(grounds.n),
            "reliability": np.maximum(0, 1 - found.noise_a / found.variance_a),
            "own_agreement": agreement,
            "low": low,
            "high": high,
            "method": np.select(order, [SPLIT_HALF, SEEDS, EMPIRICAL_BAYES], "").astype(object),
            "split_half": half,
            "seeds": seed,
            "empirical_bayes": bayes,
            "saturated": _where_known(used.saturated, used.known),
            "reason": _own_reasons(grounds, agreement),
        },
        columns=list(TABLES["settings"]),
    )


def _median_items(n: Floats) -> Floats:
    columns = [column[np.isfinite(column)] for column in n.T]
    return np.array([np.median(one) if len(one) else np.nan for one in columns], dtype=float)


def _own_reasons(grounds: Grounds, agreement: Floats) -> Objects:
    errors = (np.isfinite(grounds.goodness) & np.isfinite(grounds.stderr)).sum(axis=0)
    words = np.array(
        [f"errors of {count} models are known, needs {FEWEST}" for count in errors], dtype=object
    )
    words[errors >= FEWEST] = "all models score the same"
    words[errors == 0] = NO_ERRORS
    words[np.isfinite(agreement)] = ""
    return words


# -- pairs
# ---------------------------------------------------------------------------------------------------------


def _pairs(
    grounds: Grounds,
    pairs: tuple[Ints, Ints],
    both: Ceilings,
    settings: pd.DataFrame,
    replicated: tuple[list[Replicated], list[Replicated]],
) -> pd.DataFrame:
    a, b = pairs
    size = len(a)
    agreed = grounds.agreement.pairs
    shared = agreed["n"].to_numpy(np.intp)
    with_errors = both.n[:size]
    bayes = np.where(with_errors >= _MOST * shared, both.between[:size], np.nan)
    alike = moments(grounds.goodness, np.zeros_like(grounds.goodness), a, b)
    known = [np.array([one.tau for one in kind], dtype=float) for kind in replicated]
    halves, seeds = (_from_replicates(one, alike, a, b) for one in known)
    own = settings["own_agreement"].to_numpy(float)
    mixed = _from_replicates(own, alike, a, b)
    order = [np.isfinite(one) for one in (halves, seeds, bayes, mixed)]
    ceiling = np.where(shared >= FEWEST, np.select(order, [halves, seeds, bayes, mixed], np.nan), np.nan)
    method = np.select(order, [SPLIT_HALF, SEEDS, EMPIRICAL_BAYES, MIXED], "").astype(object)
    method[~np.isfinite(ceiling)] = ""
    n = np.where(method == EMPIRICAL_BAYES, with_errors, shared)
    of_seeds = np.array([one.freedom for one in replicated[1]], dtype=float)
    freedom = np.where(method == SEEDS, np.minimum(of_seeds[a], of_seeds[b]), np.inf)
    low, high = interval(ceiling, n, grounds.level, freedom)
    columns = {
        **{name: agreed[name] for name in ("benchmark_a", "benchmark_b", "suite_a", "suite_b", "tau_b")},
        "ceiling": ceiling,
        "low": low,
        "high": high,
        "method": method,
        "n": n,
        **_attenuation(grounds, pairs, method, own, alike),
        "reason": _reasons(ceiling, own, (a, b), shared),
    }
    return pd.DataFrame(columns, columns=list(TABLES["main"]))


def _restricted(tau: Floats, variance: Floats) -> Floats:
    """Reliability of a setting on models whose scores have so many times the variance of all its models."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(1 - (1 - np.maximum(reliability_of(tau), 0)) / variance, 0, 1)


def _from_replicates(tau: Floats, alike: Moments, a: Ints, b: Ints) -> Floats:
    """Ceiling of pairs whose sides are known by their agreement with themselves."""
    one, other = _restricted(tau[a], alike.variance_a), _restricted(tau[b], alike.variance_b)
    return np.where(np.isfinite(tau[a]) & np.isfinite(tau[b]), tau_of(np.sqrt(one * other)), np.nan)


def _where_known(said: NDArray[np.bool_], known: NDArray[np.bool_]) -> Objects:
    """The same, None where nothing is known."""
    words = said.astype(object)
    words[~known] = None
    return words


def _attenuation(
    grounds: Grounds, pairs: tuple[Ints, Ints], method: Objects, own: Floats, alike: Moments
) -> dict[str, Floats]:
    """Pearson's r as it would be without errors."""
    a, b = pairs
    bayes = moments(grounds.goodness, grounds.stderr, a, b)
    by_errors = method == EMPIRICAL_BAYES
    one, other = (
        np.where(by_errors, np.maximum(0, 1 - noise / variance), _restricted(own[side], whole))
        for side, noise, variance, whole in (
            (a, bayes.noise_a, bayes.variance_a, alike.variance_a),
            (b, bayes.noise_b, bayes.variance_b, alike.variance_b),
        )
    )
    one, other = (np.where(method == "", np.nan, side) for side in (one, other))
    r = np.where(by_errors, bayes.correlation, alike.correlation)
    n = np.where(by_errors, bayes.n, alike.n)
    half = ndtri((1 + grounds.level) / 2) / np.sqrt(np.maximum(n - 3, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.where(one * other > 0, one * other, np.nan))
        z = np.arctanh(r)
        low, high = (np.tanh(z + sign * half) / root for sign in (-1, 1))
        true = r / root
    return {
        "pearson": np.where(n >= FEWEST, r, np.nan),
        "reliability_a": one,
        "reliability_b": other,
        "pearson_without_noise": true,
        "without_noise_low": low,
        "without_noise_high": high,
        "above_one": _where_known(true > 1, np.isfinite(true)),
    }


def _reasons(ceiling: Floats, own: Floats, pairs: tuple[Ints, Ints], shared: Ints) -> Objects:
    a, b = pairs
    words = np.full(len(a), "errors are known for too few of the shared models", dtype=object)
    missing = ~np.isfinite(own[a]) | ~np.isfinite(own[b])
    words[missing] = NO_ERRORS
    few = shared < FEWEST
    words[few] = [f"overlap n={count}: n<{FEWEST}" for count in shared[few]]
    words[np.isfinite(ceiling)] = ""
    return words
