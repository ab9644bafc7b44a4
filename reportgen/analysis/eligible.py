"""Which rows a score table is made of: one number per system, setting, leaf, repeat; nothing counted twice.

In this order, rows are left out that are
1. no result: failed, without a finite value, of a single item, or measured on training data;
2. on validation data, where the benchmark has any other rows;
3. aggregates whose members are present (a member names it as its parent, or is of the same benchmark or
   suite);
4. of a metric that is not the benchmark's primary one;
5. of another checkpoint than the one that counts: the one that the run's own validation scores choose
   (`analysis.checkpoints`), else the last; a row without a step is a final result;
6. of another measuring procedure (tool, prompt, extractor) than the one most systems of the setting were
   measured by, where a cell has several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.checkpoints import chosen_by_validation
from reportgen.analysis.groups import combine, count_distinct, first_rows, number_groups, texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]

SYSTEM_KEY = ("model", "model_revision", "model_variant", "method")
METRIC_KEY = ("suite", "benchmark", "metric", "metric_variant")
SETTING_KEY = (*METRIC_KEY, "split", "role", "selection", "n_shot", "dataset_revision", "unit")
LEAF_KEY = (
    "subset", "task", "test_domain", "train_domain", "level_name", "length", "unit_name", "axis", "variant",
    "group", "dataset",
)  # fmt: skip
REPEAT_KEY = ("seed", "repeat")
_PROCEDURE = ("tool", "task_hash", "extractor")


def results(frame: pd.DataFrame) -> pd.DataFrame:
    """Results of whole test sets, without aggregates whose members are present (steps 1 to 3)."""
    finite = np.isfinite(frame["value"].to_numpy(float))
    whole = (frame["item_id"] == "").to_numpy(bool)
    done = (frame["status"] != "failed").to_numpy(bool)
    usable = frame[finite & whole & done & (frame["role"] != "train").to_numpy(bool)]
    return _without_aggregates(_without_validation(usable))


def _without_validation(frame: pd.DataFrame) -> pd.DataFrame:
    validation = (frame["role"] == "val").to_numpy(bool)
    if not validation.any():
        return frame
    benchmark = number_groups(frame, ("suite", "benchmark"))
    others = np.bincount(benchmark, weights=~validation)[benchmark] > 0
    return frame.loc[~(validation & others)]


def _without_aggregates(frame: pd.DataFrame) -> pd.DataFrame:
    aggregate = (frame["benchmark_level"] == "aggregate").to_numpy(bool)
    if not aggregate.any():
        return frame
    benchmark = number_groups(frame, ("suite", "benchmark", "parent", "benchmark_level"))
    first = first_rows(benchmark)
    keys = texts(frame, ("suite", "benchmark", "parent"), first)
    members: set[tuple[str, str]] = set()
    for suite, name, parent, is_aggregate in zip(
        keys["suite"], keys["benchmark"], keys["parent"], aggregate[first], strict=True
    ):
        members |= {(suite, parent)} if parent != name else set()
        members |= set() if is_aggregate else {(suite, name), (suite, suite)}
    counted = [key in members for key in zip(keys["suite"], keys["benchmark"], strict=True)]
    keep: Bools = ~(aggregate & np.array(counted, dtype=bool)[benchmark])
    return frame[keep]


def metrics(frame: pd.DataFrame, catalog: Catalog) -> tuple[Ints, pd.DataFrame]:
    """Metric number of each row; per metric suite, benchmark, metric, metric_variant, systems, rows, primary.

    One metric per benchmark is primary: a metric the files flag so, else the catalog's `primary_metric`
    ("metric" or "metric,variant"), else one of known direction, else any; among several the one with most
    systems, then by name.
    """
    number = number_groups(frame, METRIC_KEY)
    table = texts(frame, METRIC_KEY, first_rows(number))
    size = len(table)
    flagged = frame["primary"].to_numpy(dtype=bool, na_value=False)
    known = (frame["direction"] != "unknown").to_numpy(bool)
    table["systems"] = count_distinct(number_groups(frame, SYSTEM_KEY), number)
    table["rows"] = np.bincount(number, minlength=size)
    declared = {
        (entry.suite, entry.id): entry.primary_metric for entry in catalog.benchmarks if entry.primary_metric
    }
    table["claim"] = np.select(
        [
            np.bincount(number, weights=flagged, minlength=size) > 0,
            _declared(table, declared),
            np.bincount(number, weights=known, minlength=size) > 0,
        ],
        [0, 1, 2],
        3,
    )
    order = table.sort_values(
        ["claim", "systems", "metric", "metric_variant"], ascending=[True, False, True, True]
    )
    table["primary"] = ~order.duplicated(["suite", "benchmark"]).reindex(table.index)
    return number, table


def _declared(table: pd.DataFrame, declared: dict[tuple[str, str], str]) -> Bools:
    """Metrics the catalog calls primary; an entry without a suite holds for the benchmark in any suite."""
    rows = zip(*(table[name] for name in METRIC_KEY), strict=True)
    return np.array(
        [
            declared.get((suite, name), declared.get(("", name))) in (metric, f"{metric},{variant}")
            for suite, name, metric, variant in rows
        ],
        dtype=bool,
    )


def eligible(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """All rows a score table is made of (steps 1 to 6)."""
    rows = results(chosen_by_validation(frame))
    number, table = metrics(rows, catalog)
    rows = _in_one_unit(rows[table["primary"].to_numpy(bool)[number]])
    rows = rows.assign(
        role=rows["role"].astype(object).where(rows["role"].isin(["id", "ood"]), "").astype("category")
    )
    return _one_procedure(_last_steps(rows))


def _in_one_unit(frame: pd.DataFrame) -> pd.DataFrame:
    """Fractions times 100 where the same benchmark and metric is also reported in percent."""
    metric = number_groups(frame, METRIC_KEY)
    fraction = ((frame["unit"] == "fraction") & (frame["upper"] == 1)).to_numpy(bool)
    percent = ((frame["unit"] == "percent") & (frame["upper"] == 100)).to_numpy(bool)
    both = fraction & (np.bincount(metric, weights=percent)[metric] > 0) if len(frame) else fraction
    if not both.any():
        return frame
    scaled = {
        name: frame[name] * np.where(both, 100.0, 1.0) for name in ("value", "stderr", "ci_low", "ci_high")
    }
    scaled |= {name: frame[name] * np.where(both, 100.0, 1.0) for name in ("lower", "upper")}
    return frame.assign(
        **scaled, unit=frame["unit"].astype(object).where(~both, "percent").astype("category")
    )


def _last_steps(frame: pd.DataFrame) -> pd.DataFrame:
    step = frame["step"].to_numpy(float)
    if np.isnan(step).all():
        return frame
    run = number_groups(frame, (*SYSTEM_KEY, *SETTING_KEY, *REPEAT_KEY))
    step = np.where(np.isnan(step), np.inf, step)
    last = pd.Series(step).groupby(run).transform("max").to_numpy(float)
    keep: Bools = step == last
    return frame[keep]


def _one_procedure(frame: pd.DataFrame) -> pd.DataFrame:
    setting = number_groups(frame, SETTING_KEY)
    number = combine(setting, number_groups(frame, _PROCEDURE))
    if len(frame) == 0 or number.max() == setting.max():
        return frame
    names = texts(frame, _PROCEDURE, first_rows(number))
    names["systems"] = -count_distinct(number_groups(frame, SYSTEM_KEY), number)
    order = names.sort_values(["systems", *_PROCEDURE]).index
    place = np.empty(len(names), dtype=np.intp)
    place[order] = np.arange(len(names))
    place = place[number]
    cell = combine(number_groups(frame, SYSTEM_KEY), setting, number_groups(frame, LEAF_KEY))
    keep: Bools = place == pd.Series(place).groupby(cell).transform("min").to_numpy()
    return frame[keep]
