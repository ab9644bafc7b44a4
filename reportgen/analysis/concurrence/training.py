"""Were the models of a benchmark trained for it, or is it one test of many for models as they are?

Concurrence of the first kind (the same approaches, trained and tested on each benchmark; Liu et al. 2021, "Do QA
Modeling Improvements Hold Across Benchmarks?") and of the second (one model, many tests) are different questions. A
record says that its model was trained for the benchmark by naming the training domains, or the rule by which the
checkpoint was chosen. That a record says neither does not make it a record of the second kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Objects = NDArray[np.object_]

#: What all, some, or none of the records of a setting say.
STATED, PARTLY, NOT_STATED = "stated", "partly stated", "not stated"
COLUMNS = ("setting", "training", "records", "with_training", "selection")
_KEY = ["suite", "benchmark", "selection"]


def training(frame: pd.DataFrame, settings: pd.DataFrame) -> pd.DataFrame:
    """What the records of each setting say about training.

    Args:
        frame: records of whole test sets, columns `records.frame.COLUMNS`.
        settings: columns setting, suite, benchmark and selection.

    Returns:
        Columns `COLUMNS`, one row for each setting, in their order; records of one benchmark under one selection rule
        are counted together, whatever the metric. Empty where no record says anything about training.
    """
    if frame.empty or not (_says(frame, "train_domain").any() or _says(frame, "selection").any()):
        return pd.DataFrame(columns=list(COLUMNS))
    rows = frame.loc[np.isfinite(frame["value"].to_numpy(float)), [*_KEY, "train_domain"]]
    says = _says(rows, "train_domain") | _says(rows, "selection")
    counted = (
        rows[_KEY].astype(object).assign(says=says).groupby(_KEY, sort=True)["says"].agg(["size", "sum"])
    )
    places = pd.MultiIndex.from_frame(settings[_KEY].astype(object))
    counts = counted.reindex(places).fillna(0).to_numpy(np.int64)
    kinds = np.where(counts[:, 1] == 0, NOT_STATED, np.where(counts[:, 1] < counts[:, 0], PARTLY, STATED))
    return pd.DataFrame(
        {
            "setting": settings["setting"].to_numpy(object),
            "training": kinds.astype(object),
            "records": counts[:, 0],
            "with_training": counts[:, 1],
            "selection": settings["selection"].to_numpy(object),
        },
        columns=list(COLUMNS),
    )


def _says(frame: pd.DataFrame, column: str) -> NDArray[np.bool_]:
    return np.asarray((frame[column] != "").to_numpy(bool))
