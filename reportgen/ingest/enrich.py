"""What the files do not say, from the user's catalog and the table of known metrics.

What neither knows stays unknown. Everything works on distinct values, not on rows: a million rows hold a few
thousand names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from reportgen.ingest.catalog import alias_names
from reportgen.ingest.public import redact_columns
from reportgen.records.frame import text_column
from reportgen.records.metric_table import KnownMetric, known_metric, metric_entries, metric_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from reportgen.records.catalog import BenchmarkEntry, Catalog

    Columns = dict[str, Any]
    Rows = npt.NDArray[np.bool_]
    Positions = npt.NDArray[np.intp]


def enrich(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """The frame fit to publish, with canonical names, and what catalog and table know about each row.

    The catalog wins over everything a file says about a metric; about a benchmark it fills what the file leaves
    open. The table fills only what is still unknown after that.
    """
    if frame.empty:
        return frame
    columns = {str(name): frame[name] for name in frame.columns}
    redact_columns(columns)
    _name_models(columns, catalog)
    _name_metrics(columns, catalog)
    _fill_benchmarks(columns, catalog)
    _declare_metrics(columns, catalog)
    _look_up_metrics(columns)
    return pd.DataFrame(columns)


def _name_models(columns: Columns, catalog: Catalog) -> None:
    """Aliases become the catalog's id; the name as written is kept in `model_raw`."""
    ids = {name: entry.id for entry in catalog.models for name in (*alias_names(entry), entry.id)}
    _rename(columns, "model", "model_raw", lambda model, raw: ids.get(model) or ids.get(raw) or model)


def _name_metrics(columns: Columns, catalog: Catalog) -> None:
    """Aliases become the catalog's id, for the tool the entry is for or for any."""
    entries = metric_entries(catalog)
    if entries:
        pairs, inverse = _distinct(columns, ("tool", "metric", "metric_raw"))
        found = [metric_entry(entries, tool, metric) for tool, metric, _ in pairs]
        new = [entry.id if entry else pair[1] for entry, pair in zip(found, pairs, strict=True)]
        raw = [
            pair[2] or pair[1] if name != pair[1] else pair[2] for name, pair in zip(new, pairs, strict=True)
        ]
        columns["metric"], columns["metric_raw"] = _text(new, inverse), _text(raw, inverse)


def _rename(columns: Columns, name: str, raw_name: str, rule: Any) -> None:
    pairs, inverse = _distinct(columns, (name, raw_name))
    new = [rule(value, raw) for value, raw in pairs]
    kept = [
        raw or value if changed != value else raw for changed, (value, raw) in zip(new, pairs, strict=True)
    ]
    columns[name], columns[raw_name] = _text(new, inverse), _text(kept, inverse)


def _fill_benchmarks(columns: Columns, catalog: Catalog) -> None:
    """Suite, role and number of items, where the file does not state them."""
    entries = {(entry.suite, entry.id): entry for entry in catalog.benchmarks}
    if not entries:
        return
    pairs, inverse = _distinct(columns, ("suite", "benchmark", "role"))
    found = [_benchmark_entry(entries, suite, benchmark) for suite, benchmark, _ in pairs]
    known = list(zip(found, pairs, strict=True))
    columns["suite"] = _text(
        [suite or (entry.suite if entry else "") for entry, (suite, _, _) in known], inverse
    )
    columns["role"] = _text([role or (entry.role if entry else "") for entry, (_, _, role) in known], inverse)
    items = np.array([(entry.items if entry else None) or 0 for entry in found], dtype=np.int64)[inverse]
    absent = columns["n"].isna().to_numpy() & (items > 0) & _whole_benchmark(columns)
    if absent.any():
        columns["n"] = columns["n"].mask(absent, pd.Series(items, dtype="Int64"))
        _put(columns, "n_kind", absent, "items")


def _benchmark_entry(
    entries: dict[tuple[str, str], BenchmarkEntry], suite: str, benchmark: str
) -> BenchmarkEntry | None:
    """The entry of this suite, or one without a suite; a row without a suite takes the only entry there is."""
    exact = entries.get((suite, benchmark)) or entries.get(("", benchmark))
    if exact is not None or suite:
        return exact
    named = [entry for (_, name), entry in entries.items() if name == benchmark]
    return named[0] if len(named) == 1 else None


def _whole_benchmark(columns: Columns) -> Rows:
    """Rows over all items of a benchmark: no subset, group, level or single item, and not a partial run."""
    whole = (columns["benchmark_level"] == "leaf").to_numpy() & (columns["status"] == "ok").to_numpy()
    for name in ("subset", "group", "level_name", "unit_name", "item_id", "flags"):
        whole &= (columns[name] == "").to_numpy()
    return np.asarray(whole, dtype=bool)


def _declare_metrics(columns: Columns, catalog: Catalog) -> None:
    """Direction, bounds and unit as the catalog declares them, whatever the file says."""
    entries = metric_entries(catalog)
    if not entries:
        return
    pairs, inverse = _distinct(columns, ("tool", "metric", "unit"))
    found = [metric_entry(entries, tool, metric) for tool, metric, _ in pairs]
    directions = [entry.direction if entry else "unknown" for entry in found]
    _set_direction(columns, directions, inverse, "user")
    bounds = [(entry.lower, entry.upper) if entry else (None, None) for entry in found]
    _set_bounds(columns, bounds, inverse, "user")
    units = [(entry.unit if entry else "") or unit for entry, (_, _, unit) in zip(found, pairs, strict=True)]
    columns["unit"] = _text(units, inverse)


def _look_up_metrics(columns: Columns) -> None:
    """What the table knows, where it is still unknown; bounds and unit only where no value contradicts them."""
    pairs, inverse = _distinct(columns, ("tool", "metric", "unit", "direction", "bounds_source"))
    known = [known_metric(tool, metric) for tool, metric, *_ in pairs]
    directions = [
        found.direction if found and pair[3] == "unknown" else "unknown"
        for found, pair in zip(known, pairs, strict=True)
    ]
    _set_direction(columns, directions, inverse, "table")
    lowest, highest = _ranges(columns["value"].to_numpy(), inverse, len(pairs))
    stated = columns["lower"].notna().to_numpy() | columns["upper"].notna().to_numpy()
    has_bounds = np.bincount(inverse, weights=stated, minlength=len(pairs)) > 0
    units, bounds = [], []
    for position, (found, (_, _, unit, _, source)) in enumerate(zip(known, pairs, strict=True)):
        fits = found is not None and _fits(found, unit, lowest[position], highest[position])
        units.append(found.unit if found and fits and not unit else unit)
        open_ = fits and source == "unknown" and not has_bounds[position]
        bounds.append(found.bounds(unit or found.unit) if found and open_ else (None, None))
    _set_bounds(columns, bounds, inverse, "table")
    columns["unit"] = _text(units, inverse)


def _fits(known: KnownMetric, unit: str, lowest: float, highest: float) -> bool:
    """Whether all values lie where the table says: one that does not shows that another scale is meant."""
    lower, upper = known.bounds(unit or known.unit)
    slack = 1e-9 * max(1.0, abs(upper or 0.0))
    return not (
        (lower is not None and lowest < lower - slack) or (upper is not None and highest > upper + slack)
    )


def _ranges(
    values: npt.NDArray[np.float64], inverse: Positions, size: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Smallest and largest value of each group; NaN, which compares as false, where there is none."""
    lowest, highest = np.full(size, np.nan), np.full(size, np.nan)
    np.fmin.at(lowest, inverse, values)
    np.fmax.at(highest, inverse, values)
    return lowest, highest


def _set_direction(
    columns: Columns, directions: Sequence[str], inverse: Positions, source: Literal["user", "table"]
) -> None:
    """Set the direction of the rows whose combination has one."""
    if all(direction == "unknown" for direction in directions):
        return
    wanted = np.array(directions, dtype=object)[inverse]
    for direction in ("higher", "lower"):
        _put(columns, "direction", wanted == direction, direction)
    _put(columns, "direction_source", wanted != "unknown", source)


def _set_bounds(
    columns: Columns,
    bounds: Sequence[tuple[float | None, float | None]],
    inverse: Positions,
    source: Literal["user", "table"],
) -> None:
    """Set both bounds of the rows whose combination has at least one; the other is then open."""
    known = np.array([low is not None or high is not None for low, high in bounds])[inverse]
    if not known.any():
        return
    for name, position in (("lower", 0), ("upper", 1)):
        limits = np.array([np.nan if pair[position] is None else pair[position] for pair in bounds])[inverse]
        columns[name] = pd.Series(np.where(known, limits, columns[name].to_numpy()))
    _put(columns, "bounds_source", known, source)


def _distinct(columns: Columns, names: Sequence[str]) -> tuple[list[tuple[str, ...]], Positions]:
    """The distinct combinations of some text columns, and for each row the position of its own."""
    combined = np.zeros(len(columns[names[0]]), dtype=np.int64)
    for name in names:
        accessor = columns[name].cat
        combined = combined * len(accessor.categories) + accessor.codes.to_numpy()
    _, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    texts = [columns[name].iloc[first].astype(object).tolist() for name in names]
    return list(zip(*texts, strict=True)), inverse


def _text(values: Sequence[str], inverse: Positions) -> pd.Series[Any]:
    """A text column from one value per distinct combination."""
    return pd.Series(text_column(values, inverse))


def _put(columns: Columns, name: str, rows: Rows, value: str) -> None:
    """Set a text column to one value in some rows."""
    if rows.any():
        accessor = columns[name].cat
        old = accessor.categories.astype(object).tolist()
        codes = np.where(rows, len(old), accessor.codes.to_numpy().astype(np.int64))
        used, inverse = np.unique(codes, return_inverse=True)
        columns[name] = _text([value if code == len(old) else old[code] for code in used], inverse)
