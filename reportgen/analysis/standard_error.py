"""The standard error of one number: as reported, else from its interval, else binomial where that is sound.

1. The error the file reports. A reported error of exactly 0 is rounding or saturation, not certainty: a
   better source is tried, and only where there is none does the 0 stay.
2. A confidence interval of known level: (high - low) / (2 z), z the normal quantile of the level. Kind `ci`,
   or `ci_asymmetric` where the value lies off the middle by more than a tenth of the width.
3. Binomial, sqrt(p (1 - p) / n), kind `derived_binomial`: only for a fraction or percentage with known
   bounds, over n items each scored 0 or 1 (declared in the catalog, or known from `records.metric_table`), and
   never for an aggregate. At p = 0 or 1 that formula gives 0 (Miller 2024, arXiv 2411.00640), so the
   half-width of the Wilson interval (Wilson 1927) divided by its z is used: z / (2 (n + z^2)) with z = 1.96.

An error over trials or seeds is never derived from a spread that a file states: it does not say over what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.records.metric_table import metric_entries, scores_items_binary

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Two-sided 95 % normal quantile, for the Wilson interval at p = 0 and p = 1.
WILSON_Z = 1.959963984540054


def binomial_error(share: Floats, n: Floats) -> Floats:
    """Standard error of a share of n items: Wald, and Wilson half-width / z at 0 and 1. NaN where n < 1.

    Args:
        share: successes / n, in [0, 1]; NaN and values outside give NaN.
        n: number of items.
    """
    usable = (n >= 1) & (share >= 0) & (share <= 1)
    p, items = np.where(usable, share, 0.5), np.where(usable, n, 1.0)
    wald = np.sqrt(p * (1 - p) / items)
    wilson = WILSON_Z / (2 * (items + WILSON_Z**2))
    return np.where(usable, np.where((p == 0) | (p == 1), wilson, wald), np.nan)


def interval_error(low: Floats, high: Floats, level: Floats) -> Floats:
    """Standard error from a two-sided interval under normality; NaN where unknown or without width."""
    usable = (high > low) & (level > 0) & (level < 1)
    z = ndtri((1 + np.where(usable, level, 0.5)) / 2)
    return np.where(usable, (high - low) / (2 * z), np.nan)


def row_errors(frame: pd.DataFrame, catalog: Catalog) -> tuple[Floats, NDArray[np.object_]]:
    """Standard error of each row's value, in its unit (NaN unknown), and its kind ("" unknown)."""
    stderr, code, words = coded_errors(frame, catalog)
    return stderr, np.array(words, dtype=object)[code]


def coded_errors(frame: pd.DataFrame, catalog: Catalog) -> tuple[Floats, Ints, list[str]]:
    """As `row_errors`, with the kind as a place in the list of all kinds that occur, sorted."""
    value, reported = _floats(frame, "value"), _floats(frame, "stderr")
    reported = np.where(np.isfinite(reported) & (reported >= 0), reported, np.nan)
    number = number_groups(frame, ("stderr_kind",))
    stated = texts(frame, ("stderr_kind",), first_rows(number))["stderr_kind"].tolist()
    words = [*(word or "reported" for word in stated), "ci", "ci_asymmetric", "derived_binomial", ""]
    interval = len(stated)
    low, high = _floats(frame, "ci_low"), _floats(frame, "ci_high")
    inside = (low <= value) & (value <= high)
    from_interval = np.where(inside, interval_error(low, high, _floats(frame, "ci_level")), np.nan)
    skewed = np.abs(high + low - 2 * value) > 0.2 * np.abs(high - low)
    derived = _derived(frame, value, catalog)
    choices = [reported > 0, np.isfinite(from_interval), np.isfinite(derived), reported == 0]
    stderr = np.select(choices, [reported, from_interval, derived, reported], np.nan)
    code = np.select(
        choices, [number, interval + skewed, np.full(len(frame), interval + 2), number], interval + 3
    )
    used = sorted({words[at] for at in np.flatnonzero(np.bincount(code, minlength=len(words)))})
    place = np.array([used.index(word) if word in used else -1 for word in words], dtype=np.intp)
    return stderr, place[code], used


def _derived(frame: pd.DataFrame, value: Floats, catalog: Catalog) -> Floats:
    """Binomial error in the unit of the value, NaN where it may not be derived."""
    lower, width = _floats(frame, "lower"), _floats(frame, "upper") - _floats(frame, "lower")
    percent, fraction = ((frame["unit"] == unit).to_numpy(bool) for unit in ("percent", "fraction"))
    full = np.where(percent, 100.0, np.where(fraction, 1.0, np.nan))
    sound = (
        (lower == 0)
        & (width == full)
        & (frame["n_kind"] == "items").to_numpy(bool)
        & (frame["benchmark_level"] != "aggregate").to_numpy(bool)
        & binary_rows(frame, catalog)
    )
    share = np.where(sound, value / np.where(width > 0, width, 1.0), np.nan)
    return binomial_error(share, _floats(frame, "n")) * np.where(sound, width, np.nan)


def binary_rows(frame: pd.DataFrame, catalog: Catalog) -> Bools:
    """Rows whose metric scores each item 0 or 1, by the catalog or else by the table of known metrics."""
    names = ("tool", "metric")
    number = number_groups(frame, names)
    pairs = texts(frame, names, first_rows(number))
    entries = metric_entries(catalog)
    binary = [
        scores_items_binary(entries, tool, metric)
        for tool, metric in zip(pairs["tool"], pairs["metric"], strict=True)
    ]
    return np.array(binary, dtype=bool)[number]


def _floats(frame: pd.DataFrame, name: str) -> Floats:
    return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
