"""In which order to show the settings so that those that agree stand together, and which form a group.

Average linkage (UPGMA, Sokal and Michener 1958) on the distance 1 - tau, with the leaves turned so that
neighbours are as near as the tree allows (Bar-Joseph, Gifford and Jaakkola 2001). A group is what is joined at
a mean tau of `TOGETHER` or more.

A pair without a tau, or with one from fewer than `FEWEST_FOR_INTERVAL` shared models, takes part with the mean
of what its two settings have with all others. This is for the order only and is no estimate. Where no pair
shares that many models, all taus count. A setting that has a tau with no other stands at the end, in no group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.tau_table import taus
from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "clusters"
TITLE = "Groups of benchmarks that rank alike"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "setting": "Benchmark setting",
        "order": "Place in the order in which alike settings stand together, from 1",
        "cluster": "Number of its group, in that order from 1; 0 where it has a tau with no other",
        "size": "Settings in that group",
        "mean_tau": "Mean Kendall tau-b with the others of the group; empty where it is alone or none is known",
        "known": "Other settings with which there is a tau",
    }
}
#: Mean tau from which benchmarks form a group; from here on Sun et al. (2023) speak of high concurrence.
TOGETHER = 0.7
#: More settings than this are not turned, which would cost more than it shows.
MOST_TURNED = 250


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """The order and the groups; nothing here is drawn at random."""
    del earlier, generator
    tau = taus(grounds, fewest=FEWEST_FOR_INTERVAL)
    if not np.isfinite(tau).any():
        tau = taus(grounds, fewest=0)
    if not np.isfinite(tau).any():
        return NotEstimable("no two benchmarks share models whose scores differ")
    labels = grounds.benchmarks["setting"].to_numpy(object)
    by_name = np.argsort(labels.astype(str), kind="stable")  # ties must not hang on the order of the columns
    known = np.isfinite(tau).sum(axis=1)
    placed = np.array([at for at in by_name if known[at]], dtype=np.intp)
    alone = np.array([at for at in by_name if not known[at]], dtype=np.intp)
    order, group = _tree(tau[np.ix_(placed, placed)])
    rows = np.concatenate([placed[order], alone])
    cluster = np.concatenate([group, np.zeros(len(alone), dtype=np.intp)])
    return Found({MAIN: _table(labels, tau, rows, cluster)})


def _tree(tau: Floats) -> tuple[Ints, Ints]:
    """Rows of `tau` (m, m) in order, and the number of the group of each row in that order."""
    filled = fill(tau)
    distance = squareform(1 - filled, checks=False)
    tree = linkage(distance, method="average")
    if len(tau) <= MOST_TURNED:
        tree = optimal_leaf_ordering(tree, distance)
    order = leaves_list(tree).astype(np.intp)
    group = fcluster(tree, t=1 - TOGETHER + 1e-12, criterion="distance")
    if order[0] > order[-1]:  # a tree may be read from either end
        order = order[::-1]
    _, first, back = np.unique(group[order], return_index=True, return_inverse=True)
    return order, (np.argsort(np.argsort(first))[back] + 1).astype(np.intp)


def fill(tau: Floats) -> Floats:
    """(m, m) with a number for each pair: unknown ones get the mean of their two settings' means; diagonal 1.

    Args:
        tau: symmetric, NaN unknown and on the diagonal; each row has at least one number.
    """
    mean = np.nanmean(tau, axis=1)
    filled = np.where(np.isfinite(tau), tau, (mean[:, np.newaxis] + mean) / 2)
    np.fill_diagonal(filled, 1.0)
    return filled


def _table(labels: NDArray[np.object_], tau: Floats, rows: Ints, cluster: Ints) -> pd.DataFrame:
    same = (cluster[:, np.newaxis] == cluster) & (cluster[:, np.newaxis] > 0)
    ordered = tau[np.ix_(rows, rows)]
    inside = same & np.isfinite(ordered)
    count = inside.sum(axis=1)
    total = np.where(inside, ordered, 0.0).sum(axis=1)
    return pd.DataFrame(
        {
            "setting": labels[rows],
            "order": np.arange(1, len(rows) + 1),
            "cluster": cluster,
            "size": np.where(cluster > 0, same.sum(axis=1), 1),
            "mean_tau": np.where(count > 0, total / np.maximum(count, 1), np.nan),
            "known": np.isfinite(ordered).sum(axis=1),
        },
        columns=list(TABLES[MAIN]),
    )
