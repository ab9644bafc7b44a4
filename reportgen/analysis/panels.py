"""Settings of one suite that may be averaged with each other, and the frame's rows behind each cell of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.eligible import SETTING_KEY, SYSTEM_KEY
from reportgen.analysis.groups import first_rows, number_groups, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.table import ScoreTable

    Ints = NDArray[np.intp]

#: Settings of a suite that differ in one of these are never averaged with each other.
PANEL_FIELDS = ("role", "metric", "metric_variant", "unit", "selection", "n_shot")


@dataclass(frozen=True, slots=True)
class Panel:
    """Settings whose scores have one meaning and one scale.

    Attributes:
        suite: their suite, "" where none is stated.
        name: what tells the panel from others of its suite ("ood · F1"); "" where there is one only.
        columns: their columns in the score table, ascending.
        sign: 1 where higher is better, -1 where lower is.
        unit, lower, upper: of the metric; NaN where unknown or where the settings do not agree.
    """

    suite: str
    name: str
    columns: Ints
    sign: float
    unit: str
    lower: float
    upper: float


def panels(table: ScoreTable) -> list[Panel]:
    """All panels of settings with a known direction, sorted by suite and name."""
    settings = table.settings
    usable = np.flatnonzero(settings["direction"].isin(["higher", "lower"]).to_numpy(bool))
    fields = ("suite", *PANEL_FIELDS, "direction")
    groups: dict[tuple[str, ...], list[int]] = {}
    for column, key in zip(
        usable.tolist(), zip(*(settings[name].iloc[usable] for name in fields), strict=True), strict=True
    ):
        groups.setdefault(tuple(map(str, key)), []).append(column)
    named = zip(_names(list(groups)), groups.items(), strict=True)
    return sorted(
        (_panel(settings, name, key, columns) for name, (key, columns) in named),
        key=lambda panel: (panel.suite, panel.name),
    )


def _names(keys: list[tuple[str, ...]]) -> list[str]:
    """For each key the fields that differ among the keys of its suite, in words."""
    differs: dict[str, list[int]] = {}
    for suite in {key[0] for key in keys}:
        columns = list(zip(*(key for key in keys if key[0] == suite), strict=True))
        differs[suite] = [at for at, column in enumerate(columns) if len(set(column)) > 1]
    shots = 1 + PANEL_FIELDS.index("n_shot")
    return [
        " · ".join(f"{key[at]}-shot" if at == shots else key[at] for at in differs[key[0]] if key[at])
        for key in keys
    ]


def _panel(settings: pd.DataFrame, name: str, key: tuple[str, ...], columns: list[int]) -> Panel:
    def agreed(bound: str) -> float:
        values = set(settings[bound].iloc[columns].tolist())
        return float(values.pop()) if len(values) == 1 else float("nan")

    unit = key[1 + PANEL_FIELDS.index("unit")]
    sign = 1.0 if key[-1] == "higher" else -1.0
    at = np.array(columns, dtype=np.intp)
    return Panel(key[0], name, at, sign, unit, agreed("lower"), agreed("upper"))


def direction_unknown(table: ScoreTable) -> list[tuple[str, str, str]]:
    """(suite, setting, reason) of settings that no panel holds."""
    frame = table.settings[~table.settings["direction"].isin(["higher", "lower"])]
    return [
        (str(suite), str(setting), str(reason) or "direction unknown")
        for suite, setting, reason in zip(frame["suite"], frame["setting"], frame["reason"], strict=True)
    ]


def rows_of_cells(evidence: Evidence) -> tuple[pd.DataFrame, Ints, Ints]:
    """The frame's rows that the score table is made of, and for each its row and column there."""
    rows = evidence.eligible
    table = evidence.table
    return (
        rows,
        _positions(rows, table.systems, SYSTEM_KEY),
        _positions(rows, table.settings, SETTING_KEY),
    )


def _positions(rows: pd.DataFrame, known: pd.DataFrame, key: Sequence[str]) -> Ints:
    place = {row: at for at, row in enumerate(zip(*(known[name] for name in key), strict=True))}
    number = number_groups(rows, key)
    names = texts(rows, key, first_rows(number))
    found = [place[row] for row in zip(*(names[name] for name in key), strict=True)]
    return np.array(found, dtype=np.intp)[number] if found else np.empty(0, dtype=np.intp)
