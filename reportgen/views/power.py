"""How many items it takes, for the terminal and for programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.power import NAME, POWER
from reportgen.views.common import known, rows_of
from reportgen.views.export import records, render, to_json
from reportgen.views.rankings.words import about
from reportgen.views.tables import parts_of_boards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.analysis.power import Plan
    from reportgen.numbers import NotEstimable

#: Columns of a plan.
PLAN_COLUMNS = ("solved", "unit", "n", "difference", "power", "alpha", "variance")


def plan(found: Plan, unit: str, fmt: str) -> str:
    """A plan in the format text, json, csv, markdown or latex; `unit`: "items", or "seeds" of each system."""
    size = math.ceil(found.n - numbers.NOISE)
    row = {
        "solved": found.solved,
        "unit": unit,
        "n": size,
        "difference": found.difference,
        "power": found.power,
        "alpha": found.alpha,
        "variance": found.variance,
    }
    frame = pd.DataFrame([row], columns=list(PLAN_COLUMNS))
    if fmt == "json":
        return to_json({"plan": records(frame)[0]})
    return render(frame, "csv") if fmt == "csv" else render(frame, fmt, title=_sentence(row))


def _sentence(row: Mapping[str, Any]) -> str:
    """What was asked for, in words."""
    size = f"{numbers.count(round(row['n']))} {row['unit']}"
    each = f"{size} of each system" if row["unit"] == "seeds" else size
    share = f"with a probability of {numbers.percent(row['power'])}"
    test = f"(two-sided test at {numbers.plain(row['alpha'])})"
    delta = numbers.score(row["difference"], row["difference"] / 20)
    if row["solved"] == "n":
        return f"{each} find a true difference of {delta} {share} {test}"
    if row["solved"] == "difference":
        return f"{each} find a true difference of {delta} or more {share} {test}"
    return f"{each} find a true difference of {delta} {share} {test}"


def boards(found: Mapping[str, Found | NotEstimable], fmt: str) -> str:
    """What each board and benchmark can tell apart."""
    if fmt in {"json", "csv"} or not any(isinstance(one, Found) for one in found.values()):
        return parts_of_boards(found, NAME, fmt)
    return "\n".join(
        render(
            _readable(one.main),
            fmt,
            title=f"{board}: what is told apart {numbers.percent(POWER)} of the time",
        )
        for board, one in found.items()
        if isinstance(one, Found)
    )


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns a person compares; numbers to two digits, as far as they are known."""
    rows = [_row(row) for row in rows_of(frame)]
    names = ["benchmark", "has", "tells apart", "first two differ", "needed for these", "neighbours apart"]
    return pd.DataFrame(rows, columns=names)


def _row(row: Any) -> tuple[str, ...]:
    size, times = known(row.n), known(row.times)
    has = f"{numbers.count(round(size))} {row.sample}" if size else f"{numbers.ABSENT} {row.sample}"
    needed = row.reason or numbers.ABSENT
    if times is not None:
        factor = numbers.fixed(times, 1) if times < 10 else about(times)
        needed = about(known(row.needed) or 0.0) if size else f"{factor} times as many"
    return (
        str(row.setting) or "all together",
        has,
        _two_digits(known(row.detectable)),
        _two_digits(known(row.difference)),
        str(needed),
        f"{row.separable} of {row.neighbours}",
    )


def _two_digits(value: float | None) -> str:
    return numbers.ABSENT if value is None else numbers.score(value, value / 4)
