"""Printed means that are not the mean of their parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Runs: a mean and its parts agree in these.
RUN = (*SYSTEM_KEY, "selection", "step", "seed", "repeat")
#: What a part of a benchmark may be finer in.
FINER = (
    "subset", "task", "train_domain", "test_domain", "level_name", "length", "unit_name", "axis", "variant", "group",
    "dataset",
)  # fmt: skip
_PART = ("suite", "benchmark", *FINER, "split", "n_shot")
_MEAN = re.compile(
    r"^(?:macro[ _-]?)?(?:all|avg|average|mean|overall|total)(?:[ _-]?(?:score|accuracy|acc))?\.?$",
    re.IGNORECASE,
)
#: Systems up to which a column named a mean is believed although none of them agrees.
_FEW = 2
_MOST_DECIMALS = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """Printed means of one column and its parts, in shares where the unit is percent.

    Attributes:
        rows: (m,) positions of the means.
        printed, plain, weighted: (m,) the mean as printed, of its parts, and of its parts weighted by n (NaN where
            an n is unknown).
        slack: (m,) what rounding allows.
        parts: of each mean the positions of its parts.
        stated: whether the parts are those that the file states, and not all of the suite.
    """

    rows: Ints
    printed: Floats
    plain: Floats
    weighted: Floats
    slack: Floats
    parts: list[Ints]
    stated: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Codes:
    """Numbers for the texts of all rows: equal text, equal number; benchmark and parent share theirs."""

    fields: dict[str, Ints]
    benchmark: Ints
    parent: Ints
    run: Ints
    aggregate: Bools


def _codes(rows: pd.DataFrame, aggregate: Bools) -> _Codes:
    both = pd.concat([rows["benchmark"].astype(object), rows["parent"].astype(object)], ignore_index=True)
    number = pd.factorize(both)[0].astype(np.intp)
    return _Codes(
        fields={name: number_groups(rows, (name,)) for name in ("suite", *FINER)},
        benchmark=number[: len(rows)],
        parent=number[len(rows) :],
        run=number_groups(rows, RUN),
        aggregate=aggregate,
    )


def share_scale(rows: pd.DataFrame) -> Floats:
    """0.01 for percentages, 1 otherwise."""
    return np.where((rows["unit"].astype(object) == "percent").to_numpy(bool), 0.01, 1.0)


def mean_contradictions(rows: pd.DataFrame, items: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Printed means that break the rule that the other rows of their column keep.

    Args:
        rows: whole-set results with the columns system and place.
        items: item-level results; their means are parts where there is no whole-set result of a part.
    """
    aggregate = (rows["benchmark_level"] == "aggregate").to_numpy(bool)
    if not aggregate.any():
        return
    rows = _with_item_means(rows, items)
    aggregate = np.append(aggregate, np.zeros(len(rows) - len(aggregate), dtype=bool))
    share = rows["value"].to_numpy(float) * share_scale(rows)
    rounding = _rounding(rows)
    codes = _codes(rows, aggregate)
    positions = np.flatnonzero(aggregate)
    column = number_groups(rows.iloc[positions], (*_PART, "metric", "metric_variant", "extractor"))
    for number in range(int(column.max()) + 1):
        found = _column(rows, positions[column == number], codes, (share, rounding))
        if found is not None:
            yield from _broken(rows, found)


def cells_of(rows: pd.DataFrame) -> list[str]:
    """'file#pointer' of each row."""
    pairs = zip(rows["file"].astype(str), rows["pointer"].astype(str), strict=True)
    return [f"{file}#{pointer}" if pointer else file for file, pointer in pairs]


def _with_item_means(rows: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Rows, and below them the mean of the items of every part without a whole-set result."""
    items = items[np.isfinite(items["value"].to_numpy(float))] if len(items) else items
    if items.empty:
        return rows
    both = pd.concat([rows, items], ignore_index=True)
    part = number_groups(both, (*RUN, *_PART, "metric", "metric_variant", "extractor"))
    whole = np.bincount(part, weights=np.arange(len(both)) < len(rows)) > 0
    size = np.bincount(part)
    mean = np.bincount(part, weights=both["value"]) / size
    first = first_rows(part)[~whole]
    made = both.iloc[first].assign(
        value=mean[part[first]],
        n=pd.array(size[part[first]], dtype="Int64"),
        file=[
            f"{file} ({count} items)"
            for file, count in zip(both["file"].iloc[first], size[part[first]], strict=True)
        ],
        pointer="",
    )
    joined: pd.DataFrame = pd.concat([rows, made], ignore_index=True)
    return joined


def _rounding(rows: pd.DataFrame) -> Floats:
    """Half a unit of the last digit that a row's column shows, in shares; nothing for means of items."""
    value = rows["value"].to_numpy(float)
    decimals = np.full(len(value), _MOST_DECIMALS)
    for digits in range(_MOST_DECIMALS - 1, -1, -1):
        decimals[np.abs(value - np.round(value, digits)) < 10.0**-_MOST_DECIMALS] = digits
    column = number_groups(rows, (*_PART, "metric", "file"))
    shown = pd.Series(decimals).groupby(column).transform("max").to_numpy()
    half = 0.5 * 10.0 ** -shown.astype(float) * share_scale(rows)
    return np.where(shown >= _MOST_DECIMALS, 1e-9, half)


def _column(rows: pd.DataFrame, at: Ints, codes: _Codes, numbers: tuple[Floats, Floats]) -> _Column | None:
    """The means at these positions with their parts; None where no system has all parts."""
    share, rounding = numbers
    members, stated = _members(rows, int(at[0]), codes)
    if not len(members):
        return None
    same = (rows["metric"].iloc[members].astype(str) == str(rows["metric"].iloc[at[0]])).to_numpy(bool)
    members = members[same] if same.any() else members
    run = codes.run
    part = number_groups(rows.iloc[members], _PART)
    wanted = int(part.max()) + 1
    once = combine(run[members], part)
    members, part = (one[first_rows(once)] for one in (members, part))
    order = np.argsort(run[members], kind="stable")
    of = {int(one): group for one, group in zip(*_split(run[members][order], members[order]), strict=True)}
    full = [row for row in at if len(of.get(int(run[row]), ())) == wanted]
    if wanted < 2 or not full:
        return None
    parts = [of[int(run[row])] for row in full]
    n = rows["n"].to_numpy(dtype=float, na_value=np.nan)
    chosen = np.array(full, dtype=np.intp)
    total = [n[part].sum() for part in parts]
    return _Column(
        rows=chosen,
        printed=share[chosen],
        plain=np.array([share[part].mean() for part in parts]),
        weighted=np.array(
            [
                (share[part] * n[part]).sum() / every if every > 0 else np.nan
                for part, every in zip(parts, total, strict=True)
            ]
        ),
        slack=np.array(
            [rounding[row] + rounding[part].mean() + 1e-9 for row, part in zip(full, parts, strict=True)]
        ),
        parts=parts,
        stated=stated,
    )


def _split(keys: Ints, values: Ints) -> tuple[list[int], list[Ints]]:
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[starts].tolist(), np.split(values, starts[1:])


def _members(rows: pd.DataFrame, first: int, codes: _Codes) -> tuple[Ints, bool]:
    """Positions of the rows that the mean at this position is over, and whether that is stated."""
    suite = codes.fields["suite"] == codes.fields["suite"][first]
    benchmark = codes.benchmark == codes.benchmark[first]
    children = suite & ~benchmark & (codes.parent == codes.benchmark[first])
    if children.any():
        return np.flatnonzero(children), True
    own = texts(rows, FINER, np.array([first])).iloc[0]
    finer = suite & benchmark & ~codes.aggregate
    for name in FINER:
        if own[name]:
            finer &= codes.fields[name] == codes.fields[name][first]
    if finer.any():
        return np.flatnonzero(finer), True
    name = str(rows["benchmark"].iloc[first])
    if not any(own) and (name == str(rows["suite"].iloc[first]) or _MEAN.match(name)):
        return np.flatnonzero(suite & ~benchmark & ~codes.aggregate), False
    return np.empty(0, dtype=np.intp), False


def _broken(rows: pd.DataFrame, column: _Column) -> Iterator[dict[str, str]]:
    """The rows that break the rule, where the column keeps it."""
    by_mean, by_weight = (
        np.abs(column.printed - mean) <= column.slack for mean in (column.plain, column.weighted)
    )
    use_weights = by_weight.sum() > by_mean.sum()
    agrees, expected = (by_weight, column.weighted) if use_weights else (by_mean, column.plain)
    name = str(rows["benchmark"].iloc[column.rows[0]])
    believed = column.stated and bool(_MEAN.match(name)) and len(agrees) <= _FEW
    if agrees.sum() < max(1, (~agrees).sum()) and not believed:
        return
    for at in np.flatnonzero(~agrees):
        row = rows.iloc[column.rows[at]]
        scale = float(share_scale(rows.iloc[[column.rows[at]]])[0])
        parts = rows.iloc[column.parts[at]]
        yield {
            "kind": "mean",
            "suite": str(row["suite"]),
            "benchmark": str(row["place"]),
            "system": str(row["system"]),
            "message": f"the printed mean is not the {'mean weighted by n' if use_weights else 'mean'} of its"
            f" {len(parts)} parts",
            "found": plain(float(row["value"])),
            "expected": plain(float(expected[at] / scale)),
            "cells": "; ".join([*cells_of(rows.iloc[[column.rows[at]]]), *sorted(cells_of(parts))]),
        }
