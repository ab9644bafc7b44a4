"""Which settings may enter one mean, and on which scale: nothing is averaged that does not mean the same.

Settings that share unit, direction and bounds are averaged as they are. Settings that differ but have
declared bounds are each put on 0 to 100 first, 100 the best bound. A metric without two finite bounds has no
place on such a scale and is left out, unless it is the only setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Units that fix a scale even where a bound is unknown.
SHARES = frozenset({"fraction", "percent"})
UNBOUNDED = "unbounded metric cannot be averaged with others"


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of a board.

    Attributes:
        direction: of the scale; "higher" once rescaled.
        lower, upper: its bounds; NaN when unknown.
        unit: of the scale; "" when unknown.
        rescaled: every setting was put on 0 to 100 by its own declared bounds.
        text: in words, for a table's caption ("mean accuracy, percent").
    """

    direction: Literal["higher", "lower"]
    lower: float
    upper: float
    unit: str
    rescaled: bool
    text: str

    @property
    def sign(self) -> float:
        """+1 when larger is better, -1 when smaller is."""
        return 1.0 if self.direction == "higher" else -1.0


def common_scale(settings: pd.DataFrame, columns: Ints) -> tuple[Ints, Scale, dict[int, str]]:
    """Of these rows of `ScoreTable.settings`: those that share a scale, the scale, and why the others do not.

    Directions must be known.
    """
    chosen = settings.iloc[columns]
    if len(chosen) and (len(chosen) == 1 or _alike(chosen)):
        return columns, _own_scale(chosen), {}
    width = (chosen["upper"] - chosen["lower"]).to_numpy(float)
    bounded = np.isfinite(width) & (width > 0)
    left_out = {int(column): UNBOUNDED for column in columns[~bounded]}
    chosen = chosen[bounded]
    if len(chosen) == 0:
        nothing = Scale("higher", np.nan, np.nan, "", rescaled=False, text="")
        return columns[bounded], nothing, left_out
    if len(chosen) == 1 or _alike(chosen):
        return columns[bounded], _own_scale(chosen), left_out
    text = _mean_of(chosen) + ", each rescaled to 0–100 by its declared bounds, 100 the best"
    return columns[bounded], Scale("higher", 0.0, 100.0, "", rescaled=True, text=text), left_out


def _alike(chosen: pd.DataFrame) -> bool:
    """One unit, one direction, bounds that do not contradict each other, and known ones but for SHARES."""
    bounds = chosen[["lower", "upper"]]
    same = (chosen[["unit", "direction"]].nunique() == 1).all() and (bounds.nunique() <= 1).all()
    return bool(same and (bounds.notna().all(axis=None) or chosen["unit"].iloc[0] in SHARES))


def _own_scale(chosen: pd.DataFrame) -> Scale:
    """The scale that all of these settings have; its bounds are known where those of all are."""
    first = chosen.iloc[0]
    lower, upper = chosen[["lower", "upper"]].max(skipna=False)
    text = _mean_of(chosen) + (f", {first['unit']}" if first["unit"] else "")
    return Scale(
        first["direction"], float(lower), float(upper), str(first["unit"]), rescaled=False, text=text
    )


def fits(settings: pd.DataFrame, columns: Ints, scale: Scale) -> Bools:
    """Which of these settings can be put on the scale as it is, to stand beside a score on it."""
    chosen = settings.iloc[columns]
    bounds = chosen[["lower", "upper"]].to_numpy(float)
    if scale.rescaled:
        return np.asarray(bounds[:, 1] > bounds[:, 0])
    same = (chosen["unit"] == scale.unit) & (chosen["direction"] == scale.direction)
    contradicts = np.abs(bounds - [scale.lower, scale.upper]) > 0
    return np.asarray(same.to_numpy(bool) & ~contradicts.any(axis=1))


def _mean_of(chosen: pd.DataFrame) -> str:
    """Name what is averaged: 'accuracy', 'mean accuracy', 'mean of accuracy and f1', 'mean of 5 metrics'."""
    names = sorted(set(chosen["metric"]))
    if len(names) == 1:
        return str(names[0]) if len(chosen) == 1 else f"mean {names[0]}"
    return f"mean of {len(names)} metrics" if len(names) > 2 else f"mean of {names[0]} and {names[1]}"


def on_scale(table: ScoreTable, rows: Ints, columns: Ints, scale: Scale) -> tuple[Floats, Floats]:
    """Values and standard errors (rows, columns) of the table on this scale."""
    value, stderr = (cells[np.ix_(rows, columns)] for cells in (table.value, table.stderr))
    if not scale.rescaled:
        return value, stderr
    chosen = table.settings.iloc[columns]
    lower, upper = chosen["lower"].to_numpy(float), chosen["upper"].to_numpy(float)
    lowest = np.where(chosen["direction"] == "lower", upper, lower)
    factor = 100.0 / (lower + upper - 2 * lowest)
    return (value - lowest) * factor, stderr * np.abs(factor)
