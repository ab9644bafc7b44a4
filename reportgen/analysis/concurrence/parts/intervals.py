"""How sure is the agreement of two benchmarks, if families of models, items or seeds are drawn anew instead of models?

An interval answers one question: what would another draw of ... show? Four draws, side by side (`resampling`):

* models: the interval of the table of agreement (jackknife), for comparison;
* families: cluster bootstrap, percentiles; only where the shared models belong to fewer families than there are models;
* items: tau -+ z * sd, sd over parametric resamples; only where every shared score has a standard error. Errors that
  come from seeds or from a stated interval count as errors of items. Errors are taken as independent;
* seeds: hierarchical bootstrap over models and the seeds of each, percentiles; only where a model has two seeds.

At most `MOST_PAIRS` pairs, those within a suite first, then those that share most models, as far as the work allows
that `MOST_WORK` and the like state. Above `MOST_MODELS` shared models families and seeds are not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.kendall import dense_ranks
from reportgen.analysis.concurrence.measured import affordable
from reportgen.analysis.concurrence.resampling import (
    by_seeds,
    by_weights,
    draws,
    effective_number,
    item_signs,
    percentiles,
    seed_means,
    spread_of_tau,
)
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "intervals"
TITLE = "Intervals of agreement by what is drawn anew"
TABLES: Mapping[str, Mapping[str, str]] = {
    "main": {
        "benchmark_a": "first benchmark setting",
        "benchmark_b": "second benchmark setting",
        "unit": "what is drawn anew: models, families, items or seeds (models and, within them, seeds)",
        "tau_b": "Kendall's tau-b over the shared models",
        "low": "lower end of the interval; empty where there is none",
        "high": "upper end",
        "n": "number of models with a score on both",
        "units": "how many are drawn: models, families, or runs; empty for items, whose number may differ by score",
        "effective": "families of equal size that would weigh the same; empty for other units",
        "reason": "why there is no interval",
    },
    "units": {
        "unit": "what is drawn anew",
        "pairs": "pairs with such an interval, and one over models",
        "median_width": "median width of the interval in these pairs",
        "median_ratio": "median of the width as a multiple of the width over models",
        "reason": "why there is none in most other pairs",
    },
}

UNITS = ("models", "families", "items", "seeds")
#: Pairs of benchmarks that are looked at.
MOST_PAIRS = 500
#: Pairs of models looked at, over all pairs of benchmarks.
MOST_WORK = 1.2e7
#: Shared models above which families and seeds are not drawn.
MOST_MODELS = 1000
#: Resamples of families and seeds, and of items.
RESAMPLES = 500
ITEM_RESAMPLES = 100
#: Above this many models items are drawn anew for so many only, taken evenly, and the spread is scaled down.
MOST_FOR_ITEMS = 300
#: Model pairs times resamples drawn, for items and for seeds each.
MOST_DRAWN = 4e7

NO_FAMILIES = "no two of the models are of one family"
NO_ERRORS = "a standard error is unknown"
NO_SEEDS = "no model has two seeds"
ENOUGH = "not computed: enough other pairs are"

Interval = tuple[float, float, str]


@dataclass(slots=True)
class _Drawn:
    """What has been drawn, to be used for every pair that needs it, and how much more may be."""

    generator: np.random.Generator
    families: dict[int, Floats] = field(default_factory=dict)  # number of families -> how often each is drawn
    items: dict[tuple[int, bytes], NDArray[np.int8]] = field(
        default_factory=dict
    )  # benchmark, models -> orders
    items_left: float = MOST_DRAWN
    seeds_left: float = MOST_DRAWN

    def of_families(self, count: int) -> Floats:
        """(B, F) weights."""
        if count not in self.families:
            self.families[count] = draws(self.generator, count, RESAMPLES)
        return self.families[count]

    def of_items(self, grounds: Grounds, column: int, models: Ints) -> NDArray[np.int8] | None:
        """(B, pairs of models) orders by one benchmark; None where too much was drawn already."""
        key = column, models.tobytes()
        if key not in self.items:
            self.items_left -= ITEM_RESAMPLES * len(models) ** 2 / 2
            if self.items_left < 0:
                return None
            cells = grounds.goodness[models, column], grounds.stderr[models, column]
            self.items[key] = item_signs(self.generator, *cells, ITEM_RESAMPLES)
        return self.items[key]


def compute(
    grounds: Grounds,
    earlier: Mapping[str, Found | NotEstimable],  # noqa: ARG001  # every part is called alike
    generator: np.random.Generator,
) -> Found | NotEstimable:
    """The part, or why it cannot be computed."""
    pairs = grounds.agreement.pairs
    usable = pairs["tau_b"].notna().to_numpy(bool) & (pairs["n"] >= FEWEST_FOR_INTERVAL).to_numpy(bool)
    if not usable.any():
        return NotEstimable(f"no two benchmarks share {FEWEST_FOR_INTERVAL} models whose scores differ")
    chosen = affordable(pairs, usable, most=MOST_PAIRS, work=MOST_WORK, table=MOST_MODELS)
    rows = list(_rows(grounds, chosen, generator))
    main = pd.DataFrame(rows, columns=list(TABLES["main"]))
    cut = (
        f"Computed for {len(chosen)} of {int(usable.sum())} pairs: those within a suite first, then those that share "
        "most models."
    )
    caveats = (cut,) if len(chosen) < usable.sum() else ()
    return Found(tables={"main": main, "units": _units(main)}, headline=len(chosen), caveats=caveats)


def _rows(grounds: Grounds, chosen: Ints, generator: np.random.Generator) -> Iterator[dict[str, object]]:
    first, second = grounds.pair_positions()
    told = ["benchmark_a", "benchmark_b", "tau_b", "low", "high", "n", "reason"]
    known = grounds.agreement.pairs.iloc[chosen][told].to_dict("records")
    families = pd.factorize(grounds.family)[0]
    seeds, drawn = _seeds(grounds), _Drawn(generator)
    for pair, record in zip(chosen, known, strict=True):
        columns = int(first[pair]), int(second[pair])
        shared = np.flatnonzero(np.isfinite(grounds.goodness[:, list(columns)]).all(axis=1))
        group = pd.factorize(families[shared], sort=True)[0].astype(np.int64)
        runs, by_runs = _by_seeds(grounds, columns, shared, seeds, drawn)
        units = {
            "models": (record["n"], np.nan, (record["low"], record["high"], record["reason"])),
            "families": (
                int(group.max()) + 1,
                effective_number(group),
                _families(grounds, columns, shared, group, drawn),
            ),
            "items": (np.nan, np.nan, _items(grounds, columns, shared, float(record["tau_b"]), drawn)),
            "seeds": (runs, np.nan, by_runs),
        }
        for unit, (count, effective, interval) in units.items():
            yield {
                **{name: record[name] for name in ("benchmark_a", "benchmark_b", "tau_b", "n")},
                "unit": unit,
                **dict(zip(("low", "high", "reason"), interval, strict=True)),
                "units": count,
                "effective": effective,
            }


def _none(reason: str) -> Interval:
    return float("nan"), float("nan"), reason


def _families(
    grounds: Grounds,
    columns: tuple[int, int],
    shared: Ints,
    group: NDArray[np.int64],
    drawn: _Drawn,
) -> Interval:
    """Families drawn anew."""
    n, count = len(group), int(group.max()) + 1
    if count == n:
        return _none(NO_FAMILIES)
    if count < FEWEST_FOR_INTERVAL:
        return _none(f"interval: {count} families, needs {FEWEST_FOR_INTERVAL}")
    if n > MOST_MODELS:
        return _none(f"interval: not computed above {MOST_MODELS} models")
    x, y = (dense_ranks(grounds.goodness[shared, column]).astype(np.float64) for column in columns)
    return percentiles(by_weights(drawn.of_families(count), x, y, group), grounds.level)


def _items(grounds: Grounds, columns: tuple[int, int], shared: Ints, tau: float, drawn: _Drawn) -> Interval:
    """Items drawn anew: tau -+ z * sd."""
    if not np.isfinite(grounds.stderr[shared][:, list(columns)]).all():
        return _none(NO_ERRORS)
    models = shared[np.linspace(0, len(shared) - 1, min(len(shared), MOST_FOR_ITEMS)).round().astype(np.intp)]
    x, y = (drawn.of_items(grounds, column, models) for column in columns)
    if x is None or y is None:
        return _none(ENOUGH)
    spread = spread_of_tau(x, y) * np.sqrt(len(models) / len(shared))
    half = float(ndtri((1 + grounds.level) / 2) * spread)
    if half == 0:
        return _none("interval: tau is the same in every resample")
    return max(tau - half, -1.0), min(tau + half, 1.0), ""


def _seeds(grounds: Grounds) -> dict[int, dict[int, Floats]]:
    """Benchmark -> model -> its scores, one for each seed; only benchmarks where some model has two."""
    place = {str(system): row for row, system in enumerate(grounds.systems)}
    rows = np.array([place.get(str(system), -1) for system in grounds.runs.systems["system"]], dtype=np.int64)
    if len(set(rows.tolist())) == len(rows):
        return {}
    labels = {setting: column for column, setting in enumerate(grounds.runs.settings["setting"])}
    goodness = grounds.runs.goodness()
    found: dict[int, dict[int, Floats]] = {}
    for at, setting in enumerate(grounds.benchmarks["setting"]):
        values = goodness[:, labels[setting]] if setting in labels else np.full(len(rows), np.nan)
        scores: dict[int, list[float]] = {}
        for row in np.flatnonzero(np.isfinite(values) & (rows >= 0)):
            scores.setdefault(int(rows[row]), []).append(float(values[row]))
        if any(len(own) > 1 for own in scores.values()):
            found[at] = {row: np.array(own) for row, own in scores.items()}
    return found


def _by_seeds(
    grounds: Grounds,
    columns: tuple[int, int],
    shared: Ints,
    seeds: dict[int, dict[int, Floats]],
    drawn: _Drawn,
) -> tuple[float, Interval]:
    """Number of runs, and models and their seeds drawn anew."""
    sides = [
        [seeds.get(column, {}).get(int(row), grounds.goodness[row, column : column + 1]) for row in shared]
        for column in columns
    ]
    runs = sum(len(own) for side in sides for own in side)
    if runs == 2 * len(shared):
        return float("nan"), _none(NO_SEEDS)
    drawn.seeds_left -= RESAMPLES * len(shared) ** 2 / 2
    if len(shared) > MOST_MODELS or drawn.seeds_left < 0:
        return float(runs), _none(ENOUGH)
    weights = drawn.of_families(len(shared))
    x, y = (seed_means(drawn.generator, side, RESAMPLES) for side in sides)
    return float(runs), percentiles(by_seeds(weights, x, y), grounds.level)


def _units(main: pd.DataFrame) -> pd.DataFrame:
    """One row for each unit: how wide its intervals are, beside those over models of the same pairs."""
    width = (main["high"] - main["low"]).to_numpy(float).reshape(-1, len(UNITS))
    reasons = main["reason"].to_numpy(object).reshape(-1, len(UNITS))
    rows = []
    for at, unit in enumerate(UNITS):
        both = np.isfinite(width[:, at]) & np.isfinite(width[:, 0])
        missing = pd.Series(reasons[~both, at], dtype=object).value_counts()
        rows.append(
            {
                "unit": unit,
                "pairs": int(both.sum()),
                "median_width": float(np.median(width[both, at])) if both.any() else np.nan,
                "median_ratio": float(np.median(width[both, at] / width[both, 0])) if both.any() else np.nan,
                "reason": min(missing.items(), key=lambda one: (-one[1], str(one[0])))[0]
                if len(missing)
                else "",
            }
        )
    return pd.DataFrame(rows, columns=list(TABLES["units"]))
