"""Scores by training domain and test domain, one per system and panel, from final results and from raw sweeps.

A *panel* is what may be put into one matrix: a benchmark in one metric under one selection rule. Where a result names
its training domain but no test domain, its benchmark is the test domain and the panel is the whole suite.

In this order: rows that count (`analysis.eligible`; of raw sweeps what each rule of `analysis.selection` chooses),
repeats of a seed averaged, then seeds averaged. Fractions become percent.

The error of a cell is, over two or more seeds, the sample standard deviation / sqrt(seeds) (kind "seeds"); of a raw
sweep the population standard deviation / sqrt(trials), as DomainBed prints it (kind "trials, population"), while
intervals use the sample deviation; of a single row what the row says (`analysis.standard_error`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.baseline import is_flagged
from reportgen.analysis.eligible import SYSTEM_KEY, eligible
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.analysis.labels import system_labels
from reportgen.analysis.selection import LABELS, SWEEP_KEY, select
from reportgen.analysis.standard_error import row_errors
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

PANEL_KEY = ("suite", "panel", "metric", "metric_variant", "unit", "direction", "selection", "n_shot",
             "dataset_revision", "part")  # fmt: skip
#: Fields that make a panel of their own only where one cell has several of their values.
PARTS = (
    "split",
    "dataset",
    "subset",
    "task",
    "level_name",
    "length",
    "unit_name",
    "axis",
    "variant",
    "group",
)
TRIAL_COLUMNS = (*SYSTEM_KEY, *PANEL_KEY, "train_domain", "test_domain", "seed", "value", "error", "kind", "n",
                 "counts", "lower", "upper", "flagged", "population")  # fmt: skip
POPULATION = "trials, population"


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of all panels.

    Attributes:
        panels: one row per panel, columns `PANEL_KEY` and lower, upper (NaN where unknown); sorted.
        systems: one row per system, `SYSTEM_KEY`, label `system` and `flagged` as the baseline.
        trials: one row per (panel, system, pair, seed): panel, system, pair, seed as numbers, value.
        cells: one row per (panel, system, pair): value, error (as printed), spread (for intervals), df (of spread;
            infinite where it is no deviation over seeds), trials, kind, items (NaN unknown), population.
        pairs: train_domain and test_domain by pair number; sorted by both.
    """

    panels: pd.DataFrame
    systems: pd.DataFrame
    trials: pd.DataFrame
    cells: pd.DataFrame
    pairs: pd.DataFrame


def transfer_cells(frame: pd.DataFrame, catalog: Catalog) -> Cells | None:
    """All cells of an enriched frame; None where no row names a training or test domain."""
    swept = _in_sweeps(frame)
    parts = [_final(frame[~swept], catalog), *_selected(frame[swept])]
    parts = [part for part in parts if len(part)]
    if not parts:
        return None
    return _numbered(pd.concat(parts, ignore_index=True))


def _in_sweeps(frame: pd.DataFrame) -> Bools:
    """Rows of sweeps that have validation scores at checkpoints on named domains."""
    validates = (frame["role"] == "val") & (frame["train_domain"] != "") & frame["step"].notna()
    if not validates.any():
        return np.zeros(len(frame), dtype=bool)
    sweep = number_groups(frame, SWEEP_KEY)
    chosen = np.bincount(sweep, weights=validates.to_numpy(bool))[sweep] > 0
    found: Bools = chosen & ((frame["train_domain"] != "") & frame["step"].notna()).to_numpy(bool)
    return found


# -- final results
# -----------------------------------------------------------------------------------------------------


def _final(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Rows of results that name a domain, columns `TRIAL_COLUMNS`."""
    if not ((frame["test_domain"] != "") | (frame["train_domain"] != "")).any():
        return pd.DataFrame(columns=list(TRIAL_COLUMNS))
    rows = eligible(frame, catalog)
    rows = rows[((rows["test_domain"] != "") | (rows["train_domain"] != "")).to_numpy(bool)]
    error, kind = row_errors(rows, catalog)
    plain = texts(
        rows, (*SYSTEM_KEY, *PARTS, "suite", "benchmark", "metric", "metric_variant", "unit", "direction",
               "selection", "n_shot", "dataset_revision", "train_domain", "test_domain", "n_kind"),
        np.arange(len(rows)),
    )  # fmt: skip
    upper = rows["upper"].to_numpy(float, na_value=np.nan)
    factor = np.where((plain["unit"] == "fraction").to_numpy(bool) & ~(upper > 1), 100.0, 1.0)
    whole = (plain["test_domain"] == "").to_numpy(bool)
    plain["panel"] = plain["benchmark"].where(~whole, "")
    plain["test_domain"] = plain["test_domain"].where(~whole, plain["benchmark"])
    plain["unit"] = plain["unit"].where(factor == 1.0, "percent")
    plain["train_domain"] = plain["train_domain"].map(_sorted_names)
    plain["part"] = _parts(plain)
    flags = rows["flags"].astype(object)
    measured = {
        "seed": rows["seed"].to_numpy(float, na_value=np.nan),
        "value": factor * rows["value"].to_numpy(float),
        "error": factor * error,
        "kind": kind,
        "n": rows["n"].to_numpy(float, na_value=np.nan),
        "counts": plain["n_kind"].to_numpy(object),
        "lower": factor * rows["lower"].to_numpy(float, na_value=np.nan),
        "upper": factor * upper,
        "flagged": flags.map(is_flagged).to_numpy(bool),
        "population": np.zeros(len(rows), dtype=bool),
    }
    return plain.assign(**measured)[list(TRIAL_COLUMNS)]


def _sorted_names(train_domain: str) -> str:
    return ", ".join(sorted({name for part in train_domain.split(",") if (name := part.strip())}))


def _parts(rows: pd.DataFrame) -> pd.Series:
    """What tells rows of one panel apart beyond the domains: fields of which one cell has several values."""
    panel = number_groups(rows, ("suite", "panel", "metric", "metric_variant", "selection"))
    where = ("suite", "panel", "metric", "metric_variant", "selection", "n_shot", "dataset_revision",
             *SYSTEM_KEY, "train_domain", "test_domain")  # fmt: skip
    cell = number_groups(rows, where)
    found = pd.Series("", index=rows.index, dtype=object)
    for name in PARTS:
        codes = number_groups(rows, (name,))
        if not codes.any():
            continue
        several = pd.Series(codes).groupby(cell).transform("nunique").to_numpy() > 1
        splits = np.bincount(panel, weights=several)[panel] > 0
        joined = found.where(found == "", found + " · ") + rows[name]
        found = found.where(~splits, joined)
    return found


# -- raw sweeps
# -----------------------------------------------------------------------------------------------------


def _selected(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """What each rule of selection reports, columns `TRIAL_COLUMNS`."""
    if frame.empty:
        return []
    keys = ["suite", "benchmark", "metric", "unit"]
    known = frame.drop_duplicates(keys)[[*keys, "direction", "lower", "upper"]].astype(object)
    known["unit"] = known["unit"].where(known["unit"] != "fraction", "percent")
    known = known.drop_duplicates(keys)
    found = []
    for method, label in LABELS.items():
        chosen = select(frame, method)
        if isinstance(chosen, NotEstimable):
            continue
        rows = chosen.trials.astype(object).merge(known, on=keys, how="left")
        domains = rows.groupby(["suite", "benchmark"])["test_domain"].agg(lambda names: sorted(set(names)))
        places = zip(rows["suite"], rows["benchmark"], rows["test_domain"], strict=True)
        others = [
            ", ".join(name for name in domains[suite, benchmark] if name != domain)
            for suite, benchmark, domain in places
        ]
        scale = np.where(rows["upper"].astype(float) == 1, 100.0, 1.0)
        found.append(
            rows.assign(
                panel=rows["benchmark"],
                metric_variant="",
                selection=label,
                n_shot="",
                dataset_revision="",
                part="",
                train_domain=others,
                seed=rows["seed"].astype(float),
                value=rows["value"].astype(float),
                error=np.nan,
                kind="",
                n=np.nan,
                counts="",
                lower=scale * rows["lower"].astype(float),
                upper=scale * rows["upper"].astype(float),
                flagged=False,
                population=True,
            )[list(TRIAL_COLUMNS)]
        )
    return found


# -- numbers
# -----------------------------------------------------------------------------------------------------


def _numbered(rows: pd.DataFrame) -> Cells:
    panel, panels = _sorted_groups(rows, PANEL_KEY)
    pair, pairs = _sorted_groups(rows, ("train_domain", "test_domain"))
    system, systems = _sorted_groups(rows, SYSTEM_KEY)
    systems["system"] = system_labels(systems)
    systems["flagged"] = np.bincount(system, weights=rows["flagged"].astype(float)) > 0
    for bound in ("lower", "upper"):
        value = rows[bound].astype(float).groupby(panel)
        panels[bound] = np.where(value.min() == value.max(), value.min(), np.nan)
    numbered = rows[["seed", "value", "error", "kind", "n", "counts", "population"]].assign(
        panel=panel, system=system, pair=pair
    )
    trials = _trials(numbered)
    return Cells(panels, systems, trials, _cells(trials), pairs)


def _sorted_groups(rows: pd.DataFrame, columns: tuple[str, ...]) -> tuple[Ints, pd.DataFrame]:
    number = number_groups(rows, columns)
    table = texts(rows, columns, first_rows(number))
    order = table.sort_values(list(columns), kind="stable").index.to_numpy()
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return place[number], table.iloc[order].reset_index(drop=True)


def _trials(rows: pd.DataFrame) -> pd.DataFrame:
    """Repeats of one seed averaged; their errors as of independent measurements."""
    trial = combine(
        rows["panel"].to_numpy(), rows["system"].to_numpy(), rows["pair"].to_numpy(),
        number_groups(rows, ("seed",)),
    )  # fmt: skip
    k = np.bincount(trial)
    first = first_rows(trial)
    trials = rows.iloc[first].reset_index(drop=True)
    trials["value"] = np.bincount(trial, weights=rows["value"].astype(float)) / k
    trials["error"] = np.sqrt(np.bincount(trial, weights=rows["error"].astype(float) ** 2)) / k
    return trials.sort_values(["panel", "system", "pair", "seed"], kind="stable", ignore_index=True)


def _cells(trials: pd.DataFrame) -> pd.DataFrame:
    groups = trials.groupby(["panel", "system", "pair"], sort=True)
    cells = groups.agg(
        value=("value", "mean"), trials=("value", "size"), error=("error", "first"), kind=("kind", "first"),
        n=("n", "first"), counts=("counts", "first"), population=("population", "first"),
    ).reset_index()  # fmt: skip
    deviation = groups["value"].std(ddof=1).to_numpy(float)
    k = cells["trials"].to_numpy(float)
    several, population = k > 1, cells["population"].to_numpy(bool)
    by_seeds = deviation / np.sqrt(k)
    counted = cells["counts"].isin(["trials", "seeds"]).to_numpy(bool)
    n = cells["n"].to_numpy(float)
    reported = np.where(population, np.nan, cells["error"].to_numpy(float))
    printed = np.where(population, by_seeds * np.sqrt((k - 1) / k), by_seeds)
    cells["error"] = np.where(several, printed, reported)
    cells["spread"] = np.where(several, by_seeds, reported)
    cells["df"] = np.where(several, k - 1, np.where(counted & (n > 1), n - 1, np.inf))
    kind = np.where(population, POPULATION, np.where(several, "seeds", cells["kind"]))
    cells["kind"] = np.where(np.isfinite(cells["error"].to_numpy(float)), kind, "")
    cells["items"] = np.where((cells["counts"] == "items").to_numpy(bool), n, np.nan)
    return cells.drop(columns=["n", "counts"])
