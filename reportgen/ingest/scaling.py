"""The cells that a mapping makes of one written value: split into several metrics, multiplied by a scale."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import Cell, parse_value

if TYPE_CHECKING:
    from reportgen.ingest.cells import CellRules


def cells_of(
    written: Any, rules: CellRules, scale: float | None, metrics: tuple[str, ...]
) -> list[tuple[str, Cell]]:
    """Pairs of metric and cell; the metric is empty where the cell is not split.

    "85.1/86.0" with two metrics is two cells, and a mark for a missing score is missing for each of them.
    Any other number of parts is one cell that is not understood.
    """
    if not metrics:
        return [("", scaled(parse_value(written, rules), scale))]
    if not isinstance(written, str):
        return [(metrics[0], Cell(None, raw=str(written)[:80], missing="text", understood=False))]
    whole = parse_value(written, rules)
    if whole.value is None and whole.understood:
        return [(metric, whole) for metric in metrics]
    parts = written.split("/")
    if len(parts) != len(metrics):
        return [(metrics[0], Cell(None, raw=written[:80], missing="text", understood=False))]
    cells = [scaled(parse_value(part, rules), scale) for part in parts]
    return [(metric, replace(cell, raw=written)) for metric, cell in zip(metrics, cells, strict=True)]


def scaled(cell: Cell, scale: float | None) -> Cell:
    """Value and standard error multiplied in decimal: 0.57 times 100 is 57. `raw` keeps what was written."""
    if scale is None or cell.value is None:
        return cell
    return replace(
        cell,
        value=_product(cell.value, scale),
        stderr=None if cell.stderr is None else _product(cell.stderr, scale),
        raw=cell.raw or repr(cell.value),
        percent=False,
    )


def _product(value: float, scale: float) -> float:
    return float(Decimal(repr(value)) * Decimal(repr(scale)))


def share(numbers: int, parts: int) -> list[int]:
    """Numbers of the file dealt to the records made of them: one each, and what is left over to the first."""
    dealt = [int(index < numbers) for index in range(parts)]
    dealt[0] += numbers - sum(dealt)
    return dealt
