"""What each score cost: figures stated in the results, and sizes of models stated in the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.panels import rows_of_cells
from reportgen.records.costs import cost_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence

    Floats = NDArray[np.float64]

#: The figure taken from the catalog; one of this name in the results goes before it.
PARAMETERS = "parameters"


def cost_figures(evidence: Evidence) -> dict[str, Floats]:
    """(p, q) mean of every cost figure by name; NaN where one of the rows behind a cell does not state it."""
    shape = evidence.table.value.shape
    parameters = {entry.id: entry.parameters for entry in evidence.catalog.models if entry.parameters}
    sizes = np.array([parameters.get(str(model)) or np.nan for model in evidence.table.systems["model"]])
    costs: dict[str, Floats] = {}
    if shape[0] and bool((evidence.frame["cost"].astype(object) != "").any()):
        rows, system, setting = rows_of_cells(evidence)
        stated = rows["cost"].astype("category")
        figures = [cost_of(str(text)) for text in stated.cat.categories]
        cell = system * shape[1] + setting
        count = np.bincount(cell, minlength=shape[0] * shape[1])
        for name in sorted({name for one in figures for name in one}):
            of_kind = np.array([one.get(name, np.nan) for one in figures])
            total = np.bincount(cell, weights=of_kind[stated.cat.codes.to_numpy()], minlength=len(count))
            costs[name] = (total / np.where(count, count, np.nan)).reshape(shape)
    catalog = np.broadcast_to(sizes[:, np.newaxis], shape)
    stated_sizes = costs.get(PARAMETERS)
    if stated_sizes is None:
        costs[PARAMETERS] = catalog
    else:
        costs[PARAMETERS] = np.where(np.isfinite(stated_sizes), stated_sizes, catalog)
    return costs
