"""Reported numbers that contradict each other: means, ranks, outcomes, bounds and pairs of metrics.

Nothing is corrected and nothing is left out for it; each contradiction names the cells that it is between.

A printed mean is held against the mean of its parts, plain or weighted by n, where every part that any system has
is there for the system. Parts are rows that name it as their parent, or rows of the same benchmark that are finer in
some field, or, where there are neither, all single benchmarks of the suite; where a part has only item-level results,
their mean. Rounding of the mean and of its parts, to the digits that their columns show, is allowed for. Because a
mean may be over parts that are not here, or be no plain mean at all, a row is in contradiction only where at least
as many rows of the same column agree with the rule as break it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import combine, number_groups
from reportgen.analysis.printed_means import FINER, RUN, cells_of, mean_contradictions, share_scale
from reportgen.analysis.row_names import DETAILS, setting_names, system_names
from reportgen.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Objects = NDArray[np.object_]

#: Columns of `contradictions`, all text.
COLUMNS = {
    "kind": "mean, rank, outcomes, bounds or pair",
    "suite": "collection",
    "benchmark": "benchmark, with what tells its settings apart",
    "system": "system; two where their order is contradicted",
    "message": "what contradicts what",
    "found": "what is written",
    "expected": "what the other numbers say",
    "cells": "the numbers concerned: file and place in it, the first one in question",
}
#: What numbers of one evaluation share, whatever the metric.
_EVALUATION = (
    *SYSTEM_KEY, "suite", "benchmark", "dataset", "dataset_revision", "subset", "split", "task", "role",
    "train_domain", "test_domain", "selection", "level_name", "length", "unit_name", "axis", "variant", "group",
    "step", "extractor", "n_shot", "seed", "repeat", "tool",
)  # fmt: skip
_SETTING = tuple(name for name in _EVALUATION if name not in SYSTEM_KEY)
_NAMED = tuple(name for name in DETAILS if name not in {"metric", "metric_variant", "unit", "tool"})
_AVERAGE = r"(?:macro|micro|weighted)?"
_PRECISION_FAMILY = re.compile(rf"^({_AVERAGE})(f1|precision|recall)(?:score)?({_AVERAGE})$")
_AT_K = re.compile(r"^(pass|top|hits?|recall|acc(?:uracy)?)[@\-_ ]*(\d+)(?:[\-_ ]*acc(?:uracy)?)?$")
_RANK = frozenset({"rank", "ranking", "position", "place"})
_OUTCOMES = ("wins", "ties", "losses", "invalid")
#: Rounding that is allowed between two metrics of one cell, in shares: half of a tenth of a point, each.
_ROUNDING = 0.0011
#: All that is looked at: half of the columns, which are much memory where there are a million rows.
_READ = tuple(dict.fromkeys((
    *_EVALUATION, *RUN, *FINER, *_NAMED, "parent", "benchmark_level", "metric", "metric_variant", "direction", "unit",
    "value", "n", "lower", "upper", "ci_low", "ci_high", *_OUTCOMES, "file", "pointer",
)))  # fmt: skip


def contradictions(frame: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """All contradictions, sorted; columns `COLUMNS`.

    Args:
        frame: whole-set results, columns `records.frame.COLUMNS`.
        items: item-level results, the same columns.
    """
    usable = np.isfinite(frame["value"].to_numpy(float)) & (frame["status"] != "failed").to_numpy(bool)
    rows = frame.loc[usable & (frame["item_id"] == "").to_numpy(bool), list(_READ)].reset_index(drop=True)
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    rows = rows.assign(system=system_names(rows), place=setting_names(rows, _NAMED))
    found = [
        *mean_contradictions(rows, items),
        *_ranks(rows),
        *_outcomes(rows),
        *_bounds(rows),
        *_intervals(rows),
        *_precision_pairs(rows),
        *_at_k(rows),
    ]
    made = pd.DataFrame(found, columns=list(COLUMNS), dtype="str")
    return made.sort_values(list(COLUMNS), kind="stable").drop_duplicates().reset_index(drop=True)


def plain_rows(found: pd.DataFrame) -> list[dict[str, str]]:
    """Contradictions one by one, for whoever writes them out."""
    return [
        dict(zip(COLUMNS, map(str, row), strict=True)) for row in found[list(COLUMNS)].itertuples(index=False)
    ]


def _row(kind: str, row: Any, message: str, found: str, expected: str, cells: str = "") -> dict[str, str]:
    return {
        "kind": kind,
        "suite": str(row["suite"]),
        "benchmark": str(row["place"]),
        "system": str(row["system"]),
        "message": message,
        "found": found,
        "expected": expected,
        "cells": cells or _cell(row),
    }


def _cell(row: Any) -> str:
    return f"{row['file']}#{row['pointer']}" if row["pointer"] else str(row["file"])


def _ranks(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Neighbours in a printed ranking of whom the worse has the strictly better score."""
    is_rank = rows["metric"].astype(str).str.casefold().isin(_RANK).to_numpy(bool)
    if not is_rank.any():
        return
    setting = number_groups(rows, _SETTING)
    for number in np.unique(setting[is_rank]):
        ranks = rows[(setting == number) & is_rank].drop_duplicates("system").set_index("system")["value"]
        scored = rows[(setting == number) & ~is_rank & (rows["direction"] != "unknown").to_numpy(bool)]
        best: tuple[float, pd.DataFrame] = (-1.0, scored[:0])
        for _, group in scored.groupby(["metric", "metric_variant"], observed=True, sort=True):
            part = group.drop_duplicates("system")
            part = part.assign(rank=part["system"].map(ranks)).dropna(subset=["rank"])
            share = _agreement(part)
            if len(part) > 1 and share > best[0]:
                best = (share, part)
        if best[0] >= 0.5:
            yield from _neighbours(best[1], rows[(setting == number) & is_rank])


def _goodness(part: pd.DataFrame) -> Floats:
    sign = np.where((part["direction"] == "lower").to_numpy(bool), -1.0, 1.0)
    good: Floats = sign * part["value"].to_numpy(float)
    return good


def _agreement(part: pd.DataFrame) -> float:
    """Share of pairs of different rank whose scores are not the other way round."""
    rank, good = part["rank"].to_numpy(float), _goodness(part)
    ahead = rank[:, np.newaxis] < rank
    return float((good[:, np.newaxis] >= good)[ahead].mean()) if ahead.any() else 0.0


def _neighbours(part: pd.DataFrame, ranks: pd.DataFrame) -> Iterator[dict[str, str]]:
    ordered = part.assign(good=_goodness(part)).sort_values(["rank", "system"], kind="stable")
    where = dict(zip(ranks["system"], cells_of(ranks), strict=True))
    for at in range(1, len(ordered)):
        one, other = ordered.iloc[at - 1], ordered.iloc[at]
        if one["rank"] < other["rank"] and one["good"] < other["good"] - 1e-12:
            better = "lower" if one["direction"] == "lower" else "higher"
            yield _row(
                "rank",
                {**other.to_dict(), "system": f"{one['system']}, {other['system']}"},
                f"ranks contradict {other['metric']}: {other['system']} is ranked below {one['system']} with the better"
                f" score ({better} is better)",
                f"ranks {plain(one['rank'])} and {plain(other['rank'])}",
                f"{other['metric']} {plain(one['value'])} and {plain(other['value'])}",
                "; ".join([where[one["system"]], where[other["system"]], _cell(one), _cell(other)]),
            )


def _outcomes(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Wins, ties, losses and invalid ones that are not n in all."""
    counts = np.column_stack([rows[name].to_numpy(dtype=float, na_value=np.nan) for name in _OUTCOMES])
    n = rows["n"].to_numpy(dtype=float, na_value=np.nan)
    stated = np.isfinite(counts).sum(axis=1)
    total = np.nansum(counts, axis=1)
    for at in np.flatnonzero((stated >= 2) & np.isfinite(n) & (total != n)):
        absent = [name for name, count in zip(_OUTCOMES, counts[at], strict=True) if np.isnan(count)]
        said = ", ".join(
            f"{plain(count)} {name}"
            for name, count in zip(_OUTCOMES, counts[at], strict=True)
            if np.isfinite(count)
        )
        less = f"; {plain(n[at] - total[at])} unaccounted for"
        hint = f" ({', '.join(absent)} not stated)" if absent and total[at] < n[at] else ""
        yield _row(
            "outcomes",
            rows.iloc[at],
            f"the outcomes do not add up to n{less if total[at] < n[at] else ''}{hint}",
            f"{said}: {plain(total[at])}",
            plain(n[at]),
        )


def _bounds(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Values beyond the bounds of their metric, as stated by file, catalog or table of metrics."""
    value, lower, upper = (rows[name].to_numpy(float) for name in ("value", "lower", "upper"))
    with np.errstate(invalid="ignore"):
        beyond = (value < lower - 1e-9) | (value > upper + 1e-9)
    for at in np.flatnonzero(beyond):
        yield _row(
            "bounds",
            rows.iloc[at],
            f"{rows['metric'].iloc[at]} lies outside its bounds",
            plain(value[at]),
            f"{plain(lower[at])} to {plain(upper[at])}",
        )


def _intervals(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Values outside their own confidence interval by more than rounding."""
    value, low, high = (rows[name].to_numpy(float) for name in ("value", "ci_low", "ci_high"))
    slack = _ROUNDING / share_scale(rows)
    with np.errstate(invalid="ignore"):
        outside = (low > high) | (value < low - slack) | (value > high + slack)
    for at in np.flatnonzero(outside):
        yield _row(
            "bounds",
            rows.iloc[at],
            f"{rows['metric'].iloc[at]} lies outside its own confidence interval",
            plain(value[at]),
            f"{plain(low[at])} to {plain(high[at])}",
        )


def _letters(metric: object) -> str:
    return re.sub(r"[^a-z0-9@]", "", str(metric).casefold())


def _matches(rows: pd.DataFrame, rule: Callable[[object], re.Match[str] | None]) -> Objects:
    """(rows,) what the rule finds in the name of each row's metric; each name is looked at once."""
    number, names = pd.factorize(rows["metric"])
    found = np.empty(len(names), dtype=object)
    found[:] = [rule(name) for name in names]
    return found[number]


def _precision_pairs(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """F1 above the mean of precision and recall, which no average of F1 over classes or items can be.

    In each class 2 P R / (P + R) <= (P + R) / 2 <= max(P, R), and averages keep that order.
    """
    match = _matches(rows, lambda metric: _PRECISION_FAMILY.match(_letters(metric)))
    kept = match.astype(bool)
    if not kept.any():
        return
    part = rows[kept].reset_index(drop=True)
    average = pd.factorize(np.array([one.group(1) or one.group(3) for one in match if one], dtype=object))[0]
    key = combine(number_groups(part, (*_EVALUATION, "metric_variant")), average.astype(np.intp))
    at = np.full((int(key.max()) + 1, 3), -1)
    names = ("f1", "precision", "recall")
    at[key[::-1], [names.index(one.group(2)) for one in match if one][::-1]] = np.arange(len(part))[::-1]
    at = at[(at >= 0).all(axis=1)]
    share = (part["value"].to_numpy(float) * share_scale(part))[at]
    for three in at[share[:, 0] > share[:, 1:].mean(axis=1) + _ROUNDING]:
        f1, precision, recall = (part.iloc[row] for row in three)
        above = (part["value"].to_numpy(float) * share_scale(part))[three]
        both = above[0] > above[1:].max() + _ROUNDING
        yield _row(
            "pair",
            f1,
            f"F1 is above {'both precision and recall' if both else 'the mean of precision and recall'}",
            plain(f1["value"]),
            f"precision {plain(precision['value'])}, recall {plain(recall['value'])}",
            "; ".join(_cell(one) for one in (f1, precision, recall)),
        )


def _at_k(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """pass@k, top-k and the like that fall as k grows: more tries never solve less."""
    match = _matches(rows, lambda metric: _AT_K.match(str(metric).casefold().strip()))
    kept = match.astype(bool)
    if not kept.any():
        return
    kept &= (rows["direction"] != "lower").to_numpy(bool)
    part = rows[kept].reset_index(drop=True)
    of = [one for one, row in zip(match, kept, strict=True) if one and row]
    family = pd.factorize(np.array([one.group(1) for one in of], dtype=object))[0].astype(np.intp)
    key = combine(number_groups(part, (*_EVALUATION, "metric_variant")), family)
    k = np.array([int(one.group(2)) for one in of])
    order = np.lexsort((k, key))
    share = (part["value"].to_numpy(float) * share_scale(part))[order]
    same = (np.diff(key[order]) == 0) & (np.diff(k[order]) > 0)
    for at in np.flatnonzero(same & (np.diff(share) < -_ROUNDING)):
        one, other = part.iloc[order[at]], part.iloc[order[at + 1]]
        yield _row(
            "pair",
            other,
            f"{other['metric']} is below {one['metric']}",
            plain(other["value"]),
            f"at least {plain(one['value'])}",
            f"{_cell(other)}; {_cell(one)}",
        )
