"""Words and cells that the pages of splits share: units, axes, variants and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import Cell, Link
from reportgen.views.common import known
from reportgen.views.report import model_page

if TYPE_CHECKING:
    import pandas as pd

    from reportgen.analysis.evidence import Computed


def points(unit: str) -> str:
    """What a difference is counted in: ' points' of a percentage, nothing else where the unit is in the number."""
    return " points" if unit in {"percent", "points"} else ""


def decimals(unit: str) -> int:
    """Decimals where no error says how many: tenths of a point, thousandths of a fraction."""
    return 1 if unit in {"percent", "points"} else 3


def amount(value: float, error: float, unit: str, *, plus: bool = False) -> str:
    """'3.1 ± 0.8 points'; without ± where the error is unknown."""
    spread = known(error)
    text = (
        numbers.score(value, spread, plus=plus) if spread else numbers.fixed(value, decimals(unit), plus=plus)
    )
    return f"{text}{' ' + numbers.plus_minus(spread).replace('±', '± ') if spread else ''}{points(unit)}"


def level(value: float, error: float, unit: str) -> str:
    """'65.0 ± 0.8', '72.3 %': a score by itself."""
    spread = known(error)
    if unit == "percent" and not spread:
        return numbers.percent(value / 100, 1)
    text = numbers.score(value, spread) if spread else numbers.fixed(value, decimals(unit))
    return f"{text}{' ' + numbers.plus_minus(spread).replace('±', '± ') if spread else ''}"


def sure(alike: int | None, others: int) -> str:
    """How many cannot be told apart from the first, as the end of a sentence."""
    if not others:
        return ""
    if alike is None:
        return "; how sure that is cannot be said, because errors are unknown"
    if alike:
        return f"; {numbers.plural(alike, 'other')} cannot be told apart from it"
    return "; no other comes as close as its error"


def system_link(found: Computed, system: str) -> Link:
    """A system's name, leading to its model's page."""
    rows = found.main.loc[found.main["system"] == system, "model"]
    return Link(system, model_page(str(rows.iloc[0]) if len(rows) else system))


def system_cell(row: Any, flags: tuple[str, ...] = ()) -> Cell:
    """The first cell of a row about a system."""
    name = str(row.system)
    return Cell(text=name, sort=name.casefold(), link=model_page(str(row.model)), flags=flags)


def interval_cell(low: Any, high: Any, unit: str) -> Cell:
    """'0.5 to 3.1'."""
    start = known(low)
    return Cell(text=numbers.interval(start, known(high), decimals(unit)), sort=start)


def panels_of(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each panel with its name, panels with most rows first."""
    groups = [(str(name), rows) for (_, name), rows in frame.groupby(["suite", "benchmark"], sort=True)]
    return sorted(groups, key=lambda group: -len(group[1]))
