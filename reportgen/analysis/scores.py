"""From the frame to the score table: which rows count, and how they are averaged, in this order.

1. `eligible`: one number per system, setting, leaf and repeat (see there for what is left out).
2. Repeats (seeds) of one leaf: the mean. Its standard error is sqrt(sum se^2) / k where every repeat reports
   one, else sd / sqrt(k) with k - 1 degrees of freedom (kind `seeds`), else, where repeats do not differ,
   from derived errors.
3. Leaves of one setting: the mean with equal weight over the reference leaves, which are those of the largest
   complete block (`missing_data.largest_block`). A system that lacks one of them has no value: no partial
   mean. Standard error sqrt(sum se_i^2) / k, which assumes that errors of different leaves are independent;
   NaN where one of them is unknown, or where all are reported as 0 (an error rounded away says nothing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import (
    LEAF_KEY,
    METRIC_KEY,
    REPEAT_KEY,
    SETTING_KEY,
    SYSTEM_KEY,
    eligible,
    metrics,
    results,
)
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.analysis.labels import setting_labels, system_labels
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.standard_error import binary_rows, coded_errors
from reportgen.analysis.table import SETTING_COLUMNS, SYSTEM_COLUMNS, ScoreTable
from reportgen.records.frame import require
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Columns of `secondary_metrics`.
SECONDARY_COLUMNS = (*METRIC_KEY, "systems", "rows")
MIXED = "mixed"
_NEEDED = tuple(name for name in FIELDS if name not in {"raw", "cost", "flags", "file", "sha256", "pointer"})
#: Spread of repeats below this share of their size is floating-point noise of equal numbers.
_NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class _Cells:
    """One entry per (system, setting, leaf) that was measured; repeats already averaged."""

    system: Ints
    setting: Ints
    leaf: Ints  # numbered in the order of leaf names
    value: Floats
    stderr: Floats
    kind: Ints  # code of the kind of error, -1 mixed
    n: Floats


def score_table(frame: pd.DataFrame, catalog: Catalog) -> ScoreTable:
    """Systems by settings of an enriched frame (columns `records.frame.COLUMNS`).

    Raises:
        FrameError: a column of `FIELDS` is absent.
    """
    rows = _rows(frame, catalog)
    return _table(rows, catalog, *_systems(rows))


def run_table(frame: pd.DataFrame, catalog: Catalog) -> ScoreTable:
    """Runs by settings: as `score_table`, but each seed (or repeat) of a system has a row of its own.

    `systems` names the same system once for each of its runs, in the order of the names of seeds; values are
    means over leaves alone, and `n_systems` counts runs.

    Raises:
        FrameError: a column of `FIELDS` is absent.
    """
    rows = _rows(frame, catalog)
    return _table(rows, catalog, *_runs(rows, *_systems(rows)))


def _rows(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    require(frame, FIELDS)
    return eligible(frame[list(_NEEDED)], catalog)


def _table(rows: pd.DataFrame, catalog: Catalog, system: Ints, systems: pd.DataFrame) -> ScoreTable:
    """The table whose rows are `systems`; `system` says which of them each record belongs to."""
    setting, settings = _settings(rows, catalog)
    stderr, kind, kind_names = coded_errors(rows, catalog)
    cells = _cells(rows, (system, setting, _leaves(rows)), stderr, kind)
    seeds = [*kind_names, "seeds"]
    used, leaves = _reference(cells, len(settings))
    value, error, n = _means(cells, used, leaves, len(systems))
    settings["leaves"] = leaves
    settings["n_systems"] = np.isfinite(value).sum(axis=0)
    settings["stderr_kind"] = _kinds(
        cells, used & np.isfinite(error)[cells.system, cells.setting], seeds, len(leaves)
    )
    return ScoreTable(systems, settings[list(SETTING_COLUMNS)], value, error, n)


def secondary_metrics(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Metrics that `score_table` leaves out because each benchmark enters with its primary metric only.

    One row per metric, columns `SECONDARY_COLUMNS`: how many systems and rows of the frame it covers. Sorted
    by name.
    """
    require(frame, FIELDS)
    table = metrics(results(frame[list(_NEEDED)]), catalog)[1]
    left_out = table.loc[~table["primary"].to_numpy(bool), list(SECONDARY_COLUMNS)]
    return left_out.sort_values(list(METRIC_KEY)).reset_index(drop=True)


def _systems(rows: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """System number per row, and the systems sorted by label."""
    number = number_groups(rows, SYSTEM_KEY)
    systems = texts(rows, SYSTEM_KEY, first_rows(number))
    systems["system"] = pd.Series(system_labels(systems), dtype=object)
    return _renumbered(number, systems, ["system"], SYSTEM_COLUMNS)


def _runs(rows: pd.DataFrame, system: Ints, systems: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """Run number per row, and for each run its system, sorted by system and name of the seed."""
    number = combine(system, number_groups(rows, REPEAT_KEY))
    first = first_rows(number)
    runs = systems.loc[system[first]].reset_index(drop=True)
    runs[list(REPEAT_KEY)] = texts(rows, REPEAT_KEY, first)
    return _renumbered(number, runs, ["system", *REPEAT_KEY], SYSTEM_COLUMNS)


def _settings(rows: pd.DataFrame, catalog: Catalog) -> tuple[Ints, pd.DataFrame]:
    """Setting number per row; settings sorted by suite and label, without the columns that need cells."""
    number = number_groups(rows, SETTING_KEY)
    settings = texts(rows, SETTING_KEY, first_rows(number))
    settings["setting"] = pd.Series(setting_labels(settings), dtype=object)
    higher = _any(number, (rows["direction"] == "higher").to_numpy(bool), len(settings))
    lower = _any(number, (rows["direction"] == "lower").to_numpy(bool), len(settings))
    settings["direction"] = np.select(
        [higher & ~lower, lower & ~higher], ["higher", "lower"], "unknown"
    ).astype(object)
    settings["reason"] = np.select(
        [higher & lower, ~higher & ~lower], ["the files disagree on the direction", "direction unknown"], ""
    ).astype(object)
    for bound in ("lower", "upper"):
        settings[bound] = _agreed(number, rows[bound].to_numpy(float), len(settings))
    settings["binary"] = ~_any(number, ~binary_rows(rows, catalog), len(settings))
    return _renumbered(number, settings, ["suite", "setting"], settings.columns)


def _renumbered(
    number: Ints, table: pd.DataFrame, by: list[str], columns: pd.Index | tuple[str, ...]
) -> tuple[Ints, pd.DataFrame]:
    """The table sorted by these columns, and the numbers that now point into it."""
    keys = list(zip(*(table[name].tolist() for name in by), strict=True))
    order = np.array(sorted(range(len(table)), key=keys.__getitem__), dtype=np.intp)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return place[number], table.loc[order, list(columns)].reset_index(drop=True)


def _leaves(rows: pd.DataFrame) -> Ints:
    """Leaf number per row, numbered in the order of leaf names."""
    number = number_groups(rows, LEAF_KEY)
    return _renumbered(number, texts(rows, LEAF_KEY, first_rows(number)), list(LEAF_KEY), LEAF_KEY)[0]


def _any(number: Ints, flag: Bools, size: int) -> Bools:
    return np.bincount(number, weights=flag, minlength=size) > 0


def _agreed(number: Ints, value: Floats, size: int) -> Floats:
    """The one finite value per group; NaN where there is none or several."""
    groups = pd.Series(np.where(np.isfinite(value), value, np.nan)).groupby(number)
    low, high = (edge.reindex(range(size)).to_numpy(float) for edge in (groups.min(), groups.max()))
    return np.where(low == high, low, np.nan)


def _cells(rows: pd.DataFrame, keys: tuple[Ints, Ints, Ints], stderr: Floats, kind: Ints) -> _Cells:
    """Repeats averaged. `kind` is a code per row; the code after the last one stands for `seeds`."""
    cell = combine(*keys)
    first = first_rows(cell)
    size = len(first)
    value = rows["value"].to_numpy(float)
    k = np.bincount(cell, minlength=size)
    mean = np.bincount(cell, weights=value, minlength=size) / k
    deviation = np.bincount(cell, weights=(value - mean[cell]) ** 2, minlength=size)
    spread = np.sqrt(deviation / np.maximum(k - 1, 1) / k)
    varies = (k > 1) & (spread > _NOISE * np.abs(mean))
    combined = np.sqrt(_total(cell, stderr**2, size)) / k
    reported = (rows["stderr"].notna() | rows["ci_low"].notna()).to_numpy(bool)
    by_seeds = varies & (_total(cell, np.where(reported, 1.0, np.nan), size) != k)
    items = np.where(
        (rows["n_kind"] == "items").to_numpy(bool), rows["n"].to_numpy(float, na_value=np.nan), np.nan
    )
    return _Cells(
        system=keys[0][first],
        setting=keys[1][first],
        leaf=keys[2][first],
        value=mean,
        stderr=np.where(by_seeds, spread, combined),
        kind=np.where(by_seeds, int(kind.max(initial=-1)) + 1, _common_code(cell, kind, size)),
        n=_total(cell, items, size) / k,
    )


def _total(group: Ints, value: Floats, size: int) -> Floats:
    """Sum per group; NaN where a member is NaN."""
    return np.bincount(group, weights=value, minlength=size).astype(np.float64)


def _common_code(group: Ints, code: Ints, size: int) -> Ints:
    """The code all members of a group share, -1 where they differ or there is none."""
    low, high = np.full(size, np.iinfo(np.intp).max), np.full(size, -1)
    np.minimum.at(low, group, code)
    np.maximum.at(high, group, code)
    return np.where(low == high, low, -1)


def _reference(cells: _Cells, n_settings: int) -> tuple[Bools, Ints]:
    """Cells of a reference leaf, and the number of reference leaves per setting."""
    pair = first_rows(combine(cells.setting, cells.leaf))
    leaves = np.bincount(cells.setting[pair], minlength=n_settings)
    used = np.ones(len(cells.value), dtype=bool)
    by_setting = np.argsort(cells.setting, kind="stable")
    starts = np.searchsorted(cells.setting[by_setting], np.arange(n_settings + 1))
    for setting in np.flatnonzero(leaves > 1):
        mine = by_setting[starts[setting] : starts[setting + 1]]
        _, row = np.unique(cells.system[mine], return_inverse=True)
        names, column = np.unique(cells.leaf[mine], return_inverse=True)
        present = np.zeros((int(row.max()) + 1, len(names)), dtype=bool)
        present[row, column] = True
        block = largest_block(present)
        used[mine] = np.isin(column, block)
        leaves[setting] = len(block)
    return used, leaves


def _means(cells: _Cells, used: Bools, leaves: Ints, n_systems: int) -> tuple[Floats, Floats, Floats]:
    """(p, q) mean over the reference leaves, its standard error, total of items; NaN where a leaf lacks."""
    shape = (n_systems, len(leaves))
    at = (cells.system * len(leaves) + cells.setting)[used]
    size = n_systems * len(leaves)
    complete = np.bincount(at, minlength=size).reshape(shape) == leaves

    def total(value: Floats) -> Floats:
        return np.where(complete, _total(at, value[used], size).reshape(shape), np.nan)

    stderr = np.sqrt(total(cells.stderr**2)) / leaves
    return total(cells.value) / leaves, np.where(stderr > 0, stderr, np.nan), total(cells.n)


def _kinds(cells: _Cells, used: Bools, names: list[str], n_settings: int) -> list[str]:
    """Kind of the standard errors of each setting: "" where it has none, `mixed` where they differ."""
    any_error = np.bincount(cells.setting[used], minlength=n_settings) > 0
    code = _common_code(cells.setting[used], cells.kind[used], n_settings)
    return [
        (names[c] or MIXED if c >= 0 else MIXED) if known else ""
        for c, known in zip(code, any_error, strict=True)
    ]
