"""Panels of a transfer matrix: from cells, and from the means of a suite's benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.transfer_panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from reportgen.analysis.transfer_cells import Cells

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]


def panels_of(cells: Cells, names: list[str]) -> Iterator[Panel]:
    """Every panel, in the order of `Cells.panels`."""
    titles = _titles(cells.panels)
    models = [str(name) for name in cells.systems["model"]]
    rows = dict(iter(cells.cells.groupby("panel")))
    trials = dict(iter(cells.trials.groupby("panel")))
    for number, head in enumerate(cells.panels.to_dict("records")):
        part = rows[number]
        systems = sorted(set(part["system"]), key=lambda at: names[at])
        pairs = sorted(set(part["pair"]))
        row = part["system"].map({at: place for place, at in enumerate(systems)}).to_numpy()
        column = part["pair"].map({at: place for place, at in enumerate(pairs)}).to_numpy()
        shape = (len(systems), len(pairs))
        grids = {
            name: _grid(shape, row, column, part[name].to_numpy(float))
            for name in ("value", "error", "spread", "df", "trials", "items")
        }
        kind = np.full(shape, "", dtype=object)
        kind[row, column] = part["kind"].to_numpy(object)
        yield Panel(
            suite=str(head["suite"]),
            benchmark=str(head["panel"]),
            title=titles[number],
            selection=str(head["selection"]),
            unit=str(head["unit"]),
            direction=str(head["direction"]),
            lower=float(head["lower"]),
            upper=float(head["upper"]),
            systems=[names[at] for at in systems],
            models=[models[at] for at in systems],
            train=[str(cells.pairs["train_domain"].iloc[at]) for at in pairs],
            test=[str(cells.pairs["test_domain"].iloc[at]) for at in pairs],
            value=grids["value"],
            error=grids["error"],
            spread=grids["spread"],
            df=grids["df"],
            seeds=grids["trials"],
            items=grids["items"],
            kind=kind,
            population=bool(part["population"].any()),
            trials=_seeds(trials[number], systems, pairs),
        )


def _grid(shape: tuple[int, int], row: Ints, column: Ints, values: Floats) -> Floats:
    grid = np.full(shape, np.nan)
    grid[row, column] = values
    return grid


def _seeds(trials: pd.DataFrame, systems: list[int], pairs: list[int]) -> pd.DataFrame:
    """Trials of a panel that has several seeds, numbered by its systems and cells."""
    if trials["seed"].nunique() < 2:
        return no_trials()
    known = trials[trials["seed"].notna()]
    return pd.DataFrame(
        {
            "system": known["system"].map({at: place for place, at in enumerate(systems)}).to_numpy(),
            "cell": known["pair"].map({at: place for place, at in enumerate(pairs)}).to_numpy(),
            "seed": known["seed"].to_numpy(float),
            "value": known["value"].to_numpy(float),
        }
    )


def no_trials() -> pd.DataFrame:
    """No cell has several seeds."""
    return pd.DataFrame({"system": [], "cell": [], "seed": [], "value": []}, dtype=float)


def _titles(panels: pd.DataFrame) -> list[str]:
    """The benchmark or suite, and of metric, selection and the rest what tells panels apart."""
    heads = [str(row["panel"] or row["suite"] or row["metric"]) for row in panels.to_dict("records")]
    telling = [
        name for name in ("metric", "metric_variant", "selection", "n_shot", "dataset_revision", "unit")
        if panels.groupby(["suite", "panel"])[name].nunique().gt(1).any()
    ]  # fmt: skip
    telling += ["part"]
    return [
        " · ".join([head, *(str(row[name]) for name in telling if row[name])])
        for head, row in zip(heads, panels.to_dict("records"), strict=True)
    ]


def suite_panels(panels: list[Panel]) -> list[Panel]:
    """For each suite and selection rule, the means of two or more benchmarks of one metric as the cells of a panel.

    Its cells are benchmarks; training domains are unstated, so every one is an outside cell.
    """
    groups: dict[tuple[str, ...], list[Panel]] = {}
    for panel in panels:
        part = panel.title.removeprefix(panel.benchmark)
        if panel.benchmark and panel.n_cells:
            groups.setdefault((panel.suite, panel.selection, panel.unit, panel.direction, part), []).append(
                panel
            )
    found = []
    for (suite, selection, unit, direction, part), members in sorted(groups.items()):
        if len(members) < 2 or len({panel.benchmark for panel in members}) < len(members):
            continue
        found.append(
            _suite_panel(members, suite, f"{suite or 'all benchmarks'}{part}", (selection, unit, direction))
        )
    return found


def _suite_panel(members: list[Panel], suite: str, title: str, rest: tuple[str, str, str]) -> Panel:
    systems = sorted({name for panel in members for name in panel.systems})
    models = {
        name: model for panel in members for name, model in zip(panel.systems, panel.models, strict=True)
    }
    place = {name: at for at, name in enumerate(systems)}
    grids = {
        name: np.full((len(systems), len(members)), np.nan) for name in ("value", "error", "spread", "df")
    }
    for column, panel in enumerate(members):
        rows = [place[name] for name in panel.systems]
        for name, grid in grids.items():
            grid[rows, column] = getattr(panel.mean, name)
    kind = np.full(grids["value"].shape, "independent benchmarks", dtype=object)
    nothing = np.full(grids["value"].shape, np.nan)
    selection, unit, direction = rest
    return Panel(
        suite, "", title, selection, unit, direction, members[0].lower, members[0].upper, systems,
        [models[name] for name in systems], [""] * len(members), [panel.benchmark for panel in members],
        grids["value"], grids["error"], grids["spread"], grids["df"], nothing, nothing, kind,
        population=any(panel.population for panel in members), trials=no_trials(),
    )  # fmt: skip
