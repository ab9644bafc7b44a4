"""Measurements by condition: one row for each system, setting and leaf, with the fields that summaries split by.

The score table averages the leaves of a setting (domains, units, variants, groups); summaries look at them one by
one. Rows are those the score table is made of (`analysis.eligible`). Item-level results become one row for each
leaf, their mean over items, where no file reports that leaf as a whole. Repeats (seeds) of one leaf are averaged
first, as in `analysis.scores`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.eligible import LEAF_KEY, SETTING_KEY, SYSTEM_KEY, eligible
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.analysis.label_f1 import label_scores
from reportgen.analysis.labels import TELLING, setting_labels, system_labels
from reportgen.analysis.standard_error import coded_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: What tells leaves apart here: the score table's leaves, and whether a unit was seen in training.
CONDITIONS = (*LEAF_KEY, "unit_seen")
#: Text columns of `measurements`.
TEXTS = (*SYSTEM_KEY, *SETTING_KEY, *LEAF_KEY, "direction")
#: Columns of `measurements`.
COLUMNS = (
    *TEXTS,
    "system",  # label, as everywhere in the report
    "unit_seen",  # 1.0 seen, 0.0 not, NaN unknown
    "level_order",
    "lower",
    "upper",
    "sign",  # 1 larger is better, -1 smaller is, NaN unknown
    "value",  # mean over repeats, in the metric's unit
    "stderr",  # its standard error: over repeats or over items; NaN unknown
    "n",  # items behind it, NaN unknown
)
_SIGN = {"higher": 1.0, "lower": -1.0}
_NOISE = 1e-12


def measurements(
    frame: pd.DataFrame,
    items: pd.DataFrame,
    catalog: Catalog,
    systems: pd.DataFrame,
    *,
    ignore: Sequence[str] = (),
) -> pd.DataFrame:
    """All leaves of all systems, columns `COLUMNS`, sorted by them.

    Args:
        frame: results, columns `records.frame.COLUMNS`.
        items: results of single items, the same columns.
        catalog: what the user says about models, benchmarks and metrics.
        systems: those of the score table, whose labels are kept.
        ignore: fields that items are averaged over.
    """
    rows = _chosen(frame, items, catalog, ignore)
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    found = _repeats_averaged(rows, catalog)
    found["system"] = _labels(found, systems)
    return found.iloc[_order(found)][list(COLUMNS)].reset_index(drop=True)


def _chosen(
    frame: pd.DataFrame, items: pd.DataFrame, catalog: Catalog, ignore: Sequence[str]
) -> pd.DataFrame:
    if len(items):
        rows = _from_items(items, ignore)
        frame = rows if frame.empty else pd.concat([frame, _not_reported(rows, frame)], ignore_index=True)
    return frame if frame.empty else eligible(frame, catalog)


def _order(found: pd.DataFrame) -> Ints:
    """Rows sorted by suite, benchmark and all other texts; columns that say the same everywhere are skipped."""
    names = dict.fromkeys(("suite", "benchmark", "system", *TEXTS))
    codes = [pd.factorize(found[name], sort=True)[0] for name in names]
    codes.append(found["unit_seen"].fillna(-1).to_numpy(float))
    telling = [code for code in codes if code.min(initial=0) < code.max(initial=0)]
    return np.lexsort(telling[::-1]) if telling else np.arange(len(found))


def item_groups(items: pd.DataFrame, ignore: Sequence[str] = ()) -> Ints:
    """Number of the leaf and repeat that each item-level row belongs to."""
    key = [name for name in (*CONDITIONS, "level_order", "step") if name not in ignore]
    return number_groups(items, (*SYSTEM_KEY, *SETTING_KEY, *key, "seed", "repeat"))


def _from_items(items: pd.DataFrame, ignore: Sequence[str]) -> pd.DataFrame:
    """One row per leaf and repeat: mean of the items' scores, sd / sqrt(n) with n - 1 degrees of freedom."""
    items = items[np.isfinite(items["value"].to_numpy(float))]
    number = item_groups(items, ignore)
    first = first_rows(number)
    value = items["value"].to_numpy(float)
    n = np.bincount(number, minlength=len(first))
    mean = np.bincount(number, weights=value, minlength=len(first)) / np.maximum(n, 1)
    squares = np.bincount(number, weights=(value - mean[number]) ** 2, minlength=len(first))
    error = np.sqrt(squares / np.maximum(n - 1, 1) / np.maximum(n, 1))
    labelled, scores, errors = label_scores(items, number)
    mean[labelled], error[labelled] = scores, errors
    rows = items.iloc[first].reset_index(drop=True)
    constant = {"item_id": "", "n_kind": "items", "stderr_kind": "analytic", **dict.fromkeys(ignore, "")}
    return rows.assign(
        value=mean,
        n=pd.array(n, dtype="Int64"),
        stderr=np.where((n > 1) & (error > 0), error, np.nan),
        **{name: pd.Categorical([text] * len(rows)) for name, text in constant.items()},
    )


def _not_reported(rows: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Of the rows made from items, those whose leaf no file reports as a whole."""
    key = [*SYSTEM_KEY, *SETTING_KEY, *CONDITIONS]
    both = pd.concat([frame[key], rows[key]], ignore_index=True)
    number = number_groups(both, key)
    reported = np.isin(number[len(frame) :], number[: len(frame)])
    return rows[~reported]


def _repeats_averaged(rows: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Mean over repeats; its error from the repeats' own where all report one, else from their spread."""
    cell = combine(number_groups(rows, SYSTEM_KEY), number_groups(rows, (*SETTING_KEY, *CONDITIONS)))
    first = first_rows(cell)
    found = texts(rows, TEXTS, first)
    for name in ("unit_seen", "level_order", "lower", "upper"):
        found[name] = rows[name].iloc[first].to_numpy(dtype=float, na_value=np.nan)
    found["sign"] = found["direction"].map(_SIGN).to_numpy(float)
    value, error = rows["value"].to_numpy(float), coded_errors(rows, catalog)[0]
    k = np.bincount(cell)
    mean = np.bincount(cell, weights=value) / k
    spread = np.sqrt(np.bincount(cell, weights=(value - mean[cell]) ** 2) / np.maximum(k - 1, 1) / k)
    within = np.sqrt(np.bincount(cell, weights=error**2)) / k
    stated = (rows["stderr"].notna() | rows["ci_low"].notna()).to_numpy(float)
    by_repeats = (k > 1) & (spread > _NOISE * np.abs(mean)) & (np.bincount(cell, weights=stated) < k)
    whole = (rows["n_kind"] == "items").to_numpy(bool)
    n = np.where(whole, rows["n"].to_numpy(dtype=float, na_value=np.nan), np.nan)
    errors = np.where(by_repeats, spread, within)
    return found.assign(
        value=mean, stderr=np.where(errors > 0, errors, np.nan), n=np.bincount(cell, weights=n) / k
    )


def _labels(found: pd.DataFrame, known: pd.DataFrame) -> NDArray[np.object_]:
    """Labels of systems as in the score table, which has all that are not known from items alone."""
    number = number_groups(found, SYSTEM_KEY)
    systems = texts(found, SYSTEM_KEY, first_rows(number))
    key = list(SYSTEM_KEY)
    everyone = pd.concat([known[key], systems], ignore_index=True).drop_duplicates(ignore_index=True)
    everyone = everyone.sort_values(key, ignore_index=True)
    names = dict(zip(everyone[key].itertuples(index=False, name=None), system_labels(everyone), strict=True))
    labels = [names[row] for row in systems[key].itertuples(index=False, name=None)]
    return np.array(labels, dtype=object)[number]


#: What must agree for measurements to be averaged or compared; `benchmark` is added where one stands by itself.
SCALE_KEY = ("suite", "split", "selection", "n_shot", "dataset_revision", "unit", "direction")


def label_panels(rows: pd.DataFrame, key: Sequence[str]) -> list[str]:
    """A name for each row's panel: the benchmark, or the suite, and what tells panels of one name apart."""
    number = number_groups(rows, key)
    panels = texts(rows, key, first_rows(number))
    named = panels.reindex(columns=["suite", "benchmark", *TELLING], fill_value="")
    named["benchmark"] = named["benchmark"].where(named["benchmark"] != "", named["suite"])
    labels = setting_labels(named)
    return [labels[at] for at in number]


@dataclass(frozen=True, slots=True)
class Best:
    """Who is first of several estimates, and who may be.

    Attributes:
        position: of the greatest estimate; of equal ones the first in order.
        alike: others that cannot be told apart from it; None where an error is unknown.
    """

    position: int
    alike: int | None


def best_of(estimate: Floats, error: Floats, *, level: float) -> Best:
    """The greatest estimate, and how many others lie within z standard errors of the difference.

    z is one-sided at (1 - level) / (number of others) (Bonferroni), errors are taken as independent: the first and
    those alike contain the truly greatest one with at least this confidence.
    """
    position = int(np.argmax(estimate))
    others = len(estimate) - 1
    if others == 0:
        return Best(position, 0)
    if not np.isfinite(error).all():
        return Best(position, None)
    z = ndtri(1 - (1 - level) / others)
    near = estimate[position] - estimate <= z * np.hypot(error, error[position])
    return Best(position, int(near.sum()) - 1)


def normal_interval(estimate: Floats, error: Floats, *, level: float) -> tuple[Floats, Floats]:
    """Estimate ± z standard errors; NaN where the error is unknown."""
    half = ndtri((1 + level) / 2) * error
    return estimate - half, estimate + half


def mean_error(errors: Floats) -> Floats:
    """Standard error of the mean of the columns of (p, k), errors independent; NaN where one is unknown."""
    result: Floats = np.sqrt((errors**2).sum(axis=1)) / max(errors.shape[1], 1)
    return np.where(result > 0, result, np.nan)


def grid(rows: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Floats]]:
    """Measurements of one panel as systems by conditions.

    Returns:
        systems (system, model, method; sorted by system), conditions (these columns, sorted), and `value`,
        `stderr`, `n`, `sign` as (systems, conditions) arrays, NaN where not measured.
    """
    systems = rows[["system", "model", "method"]].drop_duplicates("system")
    systems = systems.sort_values("system", ignore_index=True)
    conditions = rows[list(columns)].drop_duplicates().sort_values(list(columns), ignore_index=True)
    at = pd.Series(range(len(systems)), index=systems["system"])[rows["system"]].to_numpy()
    keys = pd.concat([conditions, rows[list(columns)]], ignore_index=True)
    to = number_groups(keys, list(columns))[len(conditions) :]
    cells = {}
    for name in ("value", "stderr", "n"):
        cells[name] = np.full((len(systems), len(conditions)), np.nan)
        cells[name][at, to] = rows[name].to_numpy(float)
    return systems, conditions, cells


def near_chance(value: Floats, error: Floats, chance: float, sign: float, width: float) -> Bools:
    """Not better than chance by both two standard errors and a twentieth of the range."""
    margin = np.maximum(2 * np.nan_to_num(error), 0.05 * (width if np.isfinite(width) else 0.0))
    return np.asarray(sign * (value - chance) <= margin) & np.isfinite(value)


def baseline_of(systems: pd.DataFrame) -> Ints:
    """Position of each system's baseline, the same model without a method; -1 where there is none or several."""
    plain = systems["method"] == ""
    several = set(systems.loc[plain, "model"][systems.loc[plain, "model"].duplicated()])
    at = {model: k for k, model in enumerate(systems["model"]) if plain.iloc[k] and model not in several}
    pairs = zip(systems["model"], systems["method"], strict=True)
    return np.array([at.get(model, -1) if method else -1 for model, method in pairs], dtype=np.intp)


def chance_level(rows: pd.DataFrame, catalog: Catalog) -> float | None:
    """The score of guessing that all benchmarks of these rows share; None where it is unknown or differs."""
    known = {(entry.suite, entry.id): entry.chance for entry in catalog.benchmarks}
    pairs = rows[["suite", "benchmark"]].drop_duplicates().itertuples(index=False, name=None)
    levels = {known.get((suite, name), known.get(("", name))) for suite, name in pairs}
    return levels.pop() if len(levels) == 1 else None
