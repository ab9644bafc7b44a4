"""Many rows of a table to columns of records at once, each distinct text being looked at once.

It makes what `rows.take_cell` makes, without an object for each record. Rows with anything to complain about are
given back, and are read one by one.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from reportgen.ingest.bounds import TOLERANCE
from reportgen.ingest.fields import UnfitError, fit
from reportgen.ingest.plan import variant_of
from reportgen.ingest.rows import UNNAMED_METRIC, place_in_table
from reportgen.ingest.scaling import cells_of
from reportgen.records.frame import BOOLEANS, FLOATS, INTEGERS, text_column
from reportgen.records.record import FIELDS, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from reportgen.ingest.cells import Cell, CountedCells
    from reportgen.ingest.plan import Plan, ScoreColumn

    Indices = npt.NDArray[np.intp]
    Mask = npt.NDArray[np.bool_]

_DEFAULTS: dict[str, Any] = {one.name: one.default for one in fields(Record) if one.default is not MISSING}


class Block(NamedTuple):
    """Rows of a table: the line of each, the texts of each column, and what is shared by all blocks of a table.

    `counted` knows how many numbers a text holds; `constants` are columns of one value by field, value and size,
    which take no memory a second time.
    """

    lines: list[int]
    columns: Mapping[str, Sequence[str]]
    counted: CountedCells
    constants: dict[tuple[str, Any, int], Any]


@dataclass(slots=True)
class Found:
    """Records as columns, the numbers they are made of, and the places that are to be read one by one."""

    frames: list[pd.DataFrame] = field(default_factory=list)
    numbers: int = 0
    whole_rows: list[int] = field(default_factory=list)
    single_cells: list[tuple[int, ScoreColumn]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Column:
    """A field of each row: `distinct[codes[row]]`, where None and "" mean that the row does not state it."""

    distinct: list[Any]
    codes: Indices

    def at(self, rows: Indices) -> _Column:
        present, codes = np.unique(self.codes[rows], return_inverse=True)
        return _Column([self.distinct[code] for code in present], codes)

    def or_else(self, value: Any) -> _Column:
        return _Column([value if own is None or own == "" else own for own in self.distinct], self.codes)

    def texts(self) -> npt.NDArray[Any]:
        return np.array([*self.distinct, None], dtype=object)[self.codes]

    def floats(self) -> npt.NDArray[np.float64]:
        return np.array([np.nan if v is None else v for v in self.distinct], dtype=np.float64)[self.codes]


def _factorized(texts: Sequence[Any]) -> tuple[Indices, list[Any]]:
    codes, uniques = pd.factorize(np.array([*texts, None], dtype=object)[:-1])
    return codes, list(uniques)


def read_block(block: Block, plan: Plan) -> Found:
    """What can be read of these rows at once."""
    found = Found()
    stated, others, fits = _stated(block, plan)
    found.whole_rows = np.flatnonzero(~fits).tolist()
    for score in plan.scores:
        _read_score(found, block, (plan, score), (stated, others, fits))
        others = np.zeros_like(others)
    return found


def _stated(block: Block, plan: Plan) -> tuple[dict[str, _Column], npt.NDArray[np.int64], Mask]:
    """The fields of the rows, the numbers in them, and which rows fit."""
    size = len(block.lines)
    others, fits = np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    stated: dict[str, _Column] = {}
    uncounted = set(plan.counted.fields)
    for name, column in plan.fields.items():
        codes, texts = _factorized(block.columns[column])
        values, good = [], []
        for text in texts:
            try:
                values.append(fit(name, text, plan.rules))
                good.append(True)
            except UnfitError:
                values.append(None)
                good.append(False)
        fits &= np.array(good, dtype=bool)[codes]
        stated[name] = _Column(values, codes)
        if column in uncounted:
            uncounted.remove(column)
            others += np.array([block.counted[text] for text in texts], dtype=np.int64)[codes]
    if plan.variants:
        rows = zip(*(block.columns[name] for name in plan.variants), strict=True)
        made = [variant_of(zip(plan.variants, [cell.strip() for cell in row], strict=True)) for row in rows]
        codes, texts = _factorized(made)
        stated["model_variant"] = _Column(texts, codes)
    return stated, others, fits


def _read_score(
    found: Found,
    block: Block,
    what: tuple[Plan, ScoreColumn],
    shared: tuple[dict[str, _Column], npt.NDArray[np.int64], Mask],
) -> None:
    (plan, score), (stated, others, fits) = what, shared
    if score.metrics:
        found.single_cells += [(int(row), score) for row in np.flatnonzero(fits)]
        return
    cells, codes, numbers = _cells(block, plan, score)
    base = {**_DEFAULTS, "metric": UNNAMED_METRIC, **_given(plan.constants), **_given(score.fields)}
    columns = {name: column.or_else(base.get(name, "")) for name, column in stated.items()}
    value = _Column([cell.value for cell in cells], codes)
    good = fits & np.array([cell.understood for cell in cells], dtype=bool)[codes]
    good &= _named(columns, base, "model", len(codes)) & _named(columns, base, "benchmark", len(codes))
    low, high = (_floats(columns, base, name, len(codes)) for name in ("lower", "upper"))
    good &= ~_outside(value.floats(), low, high)
    found.single_cells += [(int(row), score) for row in np.flatnonzero(fits & ~good)]
    rows = np.flatnonzero(good)
    if not len(rows):
        return
    found.numbers += int((numbers + others)[rows].sum())
    columns |= {
        "value": value,
        "raw": _Column([cell.raw for cell in cells], codes),
        "missing": _Column([cell.missing for cell in cells], codes),
    }
    made = {name: column.at(rows) for name, column in columns.items()}
    cell_of = _Column(cells, codes).at(rows)
    _add_errors(made, base, cell_of)
    row_of, _, column_of = place_in_table(0, score.column).partition("0")
    places = [f"{row_of}{block.lines[row]}{column_of}" for row in rows.tolist()]
    made["pointer"] = _Column(places, np.arange(len(rows)))
    _add_sources(made, base, plan, len(rows))
    found.frames.append(_frame(made, base, len(rows), block.constants))


def _cells(block: Block, plan: Plan, score: ScoreColumn) -> tuple[list[Cell], Indices, npt.NDArray[np.int64]]:
    """The distinct cells of a column, which of them each row has, and the numbers that count with each row."""
    codes, texts = _factorized(block.columns[score.column])
    if score.equal:
        other_codes, others = _factorized(block.columns[score.equal])
        pairs, which = np.unique(codes * len(others) + other_codes, return_inverse=True)
        sides = [divmod(pair, len(others)) for pair in pairs.tolist()]
        cells = [cells_of(texts[one], score, plan.rules, others[other])[0][1] for one, other in sides]
        return cells, which, np.zeros(len(codes), dtype=np.int64)
    cells = [cells_of(text, score, plan.rules)[0][1] for text in texts]
    if score.column not in plan.counted.scores:
        return cells, codes, np.zeros(len(codes), dtype=np.int64)
    return cells, codes, np.array([block.counted[text] for text in texts], dtype=np.int64)[codes]


def _given(stated: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stated.items() if value is not None and value != ""}


def _named(columns: dict[str, _Column], base: dict[str, Any], name: str, size: int) -> Mask:
    if name not in columns:
        return np.full(size, bool(base.get(name)))
    column = columns[name]
    return np.array([bool(value) for value in column.distinct], dtype=bool)[column.codes]


def _floats(
    columns: dict[str, _Column], base: dict[str, Any], name: str, size: int
) -> npt.NDArray[np.float64]:
    if name in columns:
        return columns[name].floats()
    value = base.get(name)
    return np.full(size, np.nan if value is None else value, dtype=np.float64)


def _outside(
    value: npt.NDArray[np.float64], low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]
) -> Mask:
    """`bounds.outside` for each row; NaN stands for what is not known."""
    span = np.abs(high - low)
    slack = TOLERANCE * np.maximum(1.0, np.where(np.isnan(span), 1.0, span))
    return (value < low - slack) | (value > high + slack)


def _add_errors(made: dict[str, _Column], base: dict[str, Any], cell_of: _Column) -> None:
    """The error in the cell where no column states one, and the unit of cells with a percent sign."""
    size = len(cell_of.codes)
    in_cell = _Column([cell.stderr for cell in cell_of.distinct], cell_of.codes)
    if any(error is not None for error in in_cell.distinct):
        own, other = _floats(made, base, "stderr", size), in_cell.floats()
        merged = np.where(np.isnan(own), other, own)
        codes, values = _factorized([None if np.isnan(v) else v for v in merged.tolist()])
        made["stderr"] = _Column([*values, None], codes)
    percent = np.array([cell.percent for cell in cell_of.distinct], dtype=bool)[cell_of.codes]
    _default(made, base, "unit", percent, "percent")


def _add_sources(made: dict[str, _Column], base: dict[str, Any], plan: Plan, size: int) -> None:
    """What follows from the other fields, as in `rows`."""
    error = ~np.isnan(_floats(made, base, "stderr", size))
    _default(made, base, "stderr_kind", error, "reported")
    _default(made, base, "n_kind", ~np.isnan(_floats(made, base, "n", size)), "items")
    _default(made, base, "date_source", _named(made, base, "date", size), "file")
    for name in ("model", "benchmark", "metric"):
        made[f"{name}_raw"] = made.get(name) or _Column([base[name]], np.zeros(size, dtype=np.intp))
    direction = made.get("direction") or _Column([base["direction"]], np.zeros(size, dtype=np.intp))
    known = [plan.known if value != "unknown" else "unknown" for value in direction.distinct]
    made["direction_source"] = _Column(known, direction.codes)
    bounded = ~np.isnan(_floats(made, base, "lower", size)) | ~np.isnan(_floats(made, base, "upper", size))
    base["bounds_source"] = ""
    _default(made, base, "bounds_source", bounded, plan.known)
    _default(made, base, "bounds_source", ~bounded, "unknown")


def _default(made: dict[str, _Column], base: dict[str, Any], name: str, where: Mask, word: str) -> None:
    """Let the rows `where` state this word unless they state another."""
    if not where.any():
        return
    column = made.get(name) or _Column([base[name]], np.zeros(len(where), dtype=np.intp))
    texts = column.texts()
    texts[where & (texts == "")] = word
    codes, values = _factorized(texts.tolist())
    made[name] = _Column(values, codes)


def _frame(
    made: dict[str, _Column], base: dict[str, Any], size: int, constants: dict[tuple[str, Any, int], Any]
) -> pd.DataFrame:
    arrays = {}
    for name in FIELDS:
        if name in made:
            arrays[name] = _array(name, made[name])
            continue
        key = (name, base[name], size)
        if key not in constants:
            constants[key] = _array(name, _Column([base[name]], np.zeros(size, dtype=np.intp)))
        arrays[name] = constants[key]
    return pd.DataFrame(arrays, copy=False)


def _array(name: str, column: _Column) -> Any:
    if name in FLOATS:
        return column.floats()
    if name in INTEGERS or name in BOOLEANS:
        kind: Any = "Int64" if name in INTEGERS else "boolean"
        return pd.array([pd.NA if v is None else v for v in column.distinct], dtype=kind)[column.codes]
    return text_column(column.distinct, column.codes)
