"""Does a printed mean equal the mean of its printed parts?

A row with `benchmark_level` "aggregate" is a mean that somebody printed. Its parts are, of the same system, metric,
selection rule, number of shots, seed and suite: rows that name it as their parent; else the finer rows of its own
benchmark; else, where it is called like its suite, one number per benchmark of the suite (the benchmark's own printed
mean, else the mean of its finer rows). Rounding to d decimals moves the mean and its parts by up to half a unit each,
so the two may differ by 10^-d, d being the fewest decimals that write all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import number_groups, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKED_COLUMNS = ("suite", "benchmark", "selection", "metric", *SYSTEM_KEY, "printed", "recomputed", "difference",
                   "allowed", "parts", "consistent")  # fmt: skip
#: What a mean and its parts share.
_SHARED = (
    "suite",
    *SYSTEM_KEY,
    "metric",
    "metric_variant",
    "unit",
    "selection",
    "n_shot",
    "split",
    "seed",
    "step",
)
_MOST_DECIMALS = 6


def checked_means(frame: pd.DataFrame) -> pd.DataFrame:
    """Each printed mean that has parts beside what its parts give, columns `CHECKED_COLUMNS`, sorted."""
    usable = np.isfinite(frame["value"].to_numpy(float)) & ~frame["role"].isin(["train", "val"]).to_numpy(
        bool
    )
    usable &= ((frame["item_id"] == "") & (frame["status"] != "failed")).to_numpy(bool)
    aggregate = usable & (frame["benchmark_level"] == "aggregate").to_numpy(bool)
    if not aggregate.any():
        return pd.DataFrame(columns=list(CHECKED_COLUMNS))
    group = number_groups(frame, _SHARED)
    usable &= np.isin(group, group[aggregate])
    at = np.flatnonzero(usable)
    rows = texts(frame, ("suite", "benchmark", "parent", "selection", "metric", *SYSTEM_KEY), at)
    rows["value"] = frame["value"].to_numpy(float)[at]
    rows["aggregate"], rows["group"] = aggregate[at], group[at]
    found = [row for _, part in rows.groupby("group") for row in _checked(part)]
    table = pd.DataFrame(found, columns=list(CHECKED_COLUMNS))
    return table.sort_values(list(CHECKED_COLUMNS[:8]), kind="stable", ignore_index=True)


def _checked(part: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The printed means of one system and table that have parts."""
    for row in part[part["aggregate"]].to_dict("records"):
        pieces = _pieces(part, str(row["suite"]), str(row["benchmark"]))
        if len(pieces) < 2:
            continue
        printed, recomputed = float(row["value"]), float(np.mean(pieces))
        allowed = 10.0 ** -max(_decimals(value) for value in (printed, *pieces))
        difference = printed - recomputed
        named = (row[name] for name in ("suite", "benchmark", "selection", "metric", *SYSTEM_KEY))
        fits = abs(difference) <= allowed * (1 + 1e-9)
        yield (*named, printed, recomputed, difference, allowed, len(pieces), fits)


def _pieces(part: pd.DataFrame, suite: str, benchmark: str) -> list[float]:
    """The printed numbers that this mean is of."""
    children = part[(part["parent"] == benchmark) & (part["benchmark"] != benchmark)]
    if len(children):
        return [float(value) for value in children["value"]]
    finer = part[(part["benchmark"] == benchmark) & ~part["aggregate"]]
    if len(finer):
        return [float(value) for value in finer["value"]]
    if benchmark != suite:
        return []
    others = part[part["benchmark"] != benchmark]
    means = others[others["aggregate"]].groupby("benchmark")["value"].mean()
    leaves = others[~others["aggregate"]].groupby("benchmark")["value"].mean()
    return [float(value) for value in means.combine_first(leaves).sort_index()]


def _decimals(value: float) -> int:
    """The fewest decimals that write this number, at most 6."""
    return next((d for d in range(_MOST_DECIMALS) if abs(round(value, d) - value) < 1e-9), _MOST_DECIMALS)
