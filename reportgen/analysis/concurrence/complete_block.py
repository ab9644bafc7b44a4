"""Which settings and models to take where every model must have every score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]


def one_of_each(known: Bools, columns: Sequence[int], test_set: Ints) -> list[int]:
    """The columns, most covered first (ties in the order given), and of each test set only the first."""
    covered = known[:, list(columns)].sum(axis=0)
    order = np.argsort(-covered, kind="stable")
    first: dict[int, int] = {}
    for at in order:
        first.setdefault(int(test_set[columns[at]]), columns[at])
    return list(first.values())


def block(known: Bools, columns: Sequence[int], fewest: int) -> list[int]:
    """The first columns of which many models have all: as many columns beyond the first times models as can be.

    All columns where no two have `fewest` models in common.
    """
    shared = np.logical_and.accumulate(known[:, list(columns)], axis=1).sum(axis=0)
    worth = np.where(shared >= fewest, shared * np.arange(len(columns)), 0)
    return list(columns[: int(worth.argmax()) + 1]) if worth.max() > 0 else list(columns)
