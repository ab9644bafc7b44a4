"""Curves of several seeds along one axis: the scores of each seed, and all of them as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.curves import average
from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.curves import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

_SEED = ("seed", "repeat")


@dataclass(frozen=True, slots=True)
class Curves:
    """One panel: curves (one system, one seed) by places on the axis, NaN where not measured.

    `keys` holds suite, benchmark and `SYSTEM_KEY` of each curve.
    """

    system: Ints
    seed: tuple[str, ...]
    keys: list[tuple[str, ...]]
    places: Floats
    value: Floats
    error: Floats


def curves_of(rows: pd.DataFrame, system: Ints, errors: Floats, *, axis: str) -> Curves:
    places, column = np.unique(rows[axis].to_numpy(float), return_inverse=True)
    seed = number_groups(rows, _SEED)
    curve = combine(system, seed)
    first = first_rows(curve)
    names = texts(rows, ("suite", "benchmark", *SYSTEM_KEY, *_SEED), first)
    seeds = list(zip(*(names[name].tolist() for name in _SEED), strict=True))
    order = sorted(range(len(first)), key=lambda at: (system[first[at]], *map(_seed_order, seeds[at])))
    place = np.argsort(order)
    cell = combine(curve, column.astype(np.intp))
    at = first_rows(cell)
    value = np.full((len(first), len(places)), np.nan)
    error = value.copy()
    mean, spread = average(cell, rows["value"].to_numpy(float), errors)
    value[place[curve[at]], column[at]] = mean
    error[place[curve[at]], column[at]] = spread
    keys = list(names[["suite", "benchmark", *SYSTEM_KEY]].itertuples(index=False, name=None))
    return Curves(
        system=system[first][order],
        seed=tuple(" ".join(filter(None, seeds[one])) for one in order),
        keys=[keys[one] for one in order],
        places=places,
        value=value,
        error=error,
    )


def _seed_order(stated: str) -> float:
    return float(stated or "-inf")


def curve_table(panel: Panel, systems: pd.DataFrame, curves: Curves, *, axis: str) -> pd.DataFrame:
    curve, column = np.nonzero(np.isfinite(curves.value))
    names = systems.iloc[curves.system[curve]]
    frame = pd.DataFrame(
        {
            "suite": panel.suite,
            "benchmark": panel.benchmark,
            "system": names["system"].to_numpy(object),
            "model": names["model"].to_numpy(object),
            "seed": np.array(curves.seed, dtype=object)[curve],
            axis: curves.places[column],
            "value": curves.value[curve, column],
            "standard_error": curves.error[curve, column],
        }
    )
    frame["median"] = frame.groupby(["system", axis])["value"].transform("median")
    return frame
