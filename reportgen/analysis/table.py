"""The score table: systems by settings, the one input of every comparison.

A *system* is what is ranked: a model at a revision in a variant, or a method on a model. A *setting* is one column
that systems may be compared in: a benchmark under one role, split, selection rule, number of shots, dataset revision
and metric. Numbers of a setting's finer parts (subsets, test domains, levels, variants: its *leaves*) are averaged,
and only over the same leaves for every system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Columns of `ScoreTable.systems`, all text.
SYSTEM_COLUMNS = ("system", "model", "model_revision", "model_variant", "method")

#: Columns of `ScoreTable.settings`.
SETTING_COLUMNS = (
    "setting",  # unique label: benchmark, and what tells it from its siblings ("PACS · oracle")
    "suite",
    "benchmark",
    "split",
    "role",  # "id", "ood" or ""
    "selection",
    "n_shot",  # text, "" when unknown
    "dataset_revision",
    "metric",
    "metric_variant",
    "unit",
    "direction",  # higher | lower | unknown
    "lower",  # float, NaN when unknown
    "upper",
    "binary",  # bool: each item scores 0 or 1, in every row
    "leaves",  # int: over how many finer parts a value is averaged
    "n_systems",  # int: systems with a value
    "stderr_kind",  # what the standard errors of this column are; "" when there are none, "mixed" when they differ
    "reason",  # "" when the setting can be ranked, else why not ("direction unknown")
)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Systems by settings. Unknown is NaN, never 0.

    Attributes:
        systems: p rows, columns `SYSTEM_COLUMNS`, sorted by `system`.
        settings: q rows, columns `SETTING_COLUMNS`, sorted by (suite, setting).
        value: (p, q), in the metric's own unit; the mean over leaves and seeds.
        stderr: (p, q), standard error of `value` in the same unit; NaN when unknown.
        n: (p, q), number of items behind `value`; NaN when unknown.
    """

    systems: pd.DataFrame
    settings: pd.DataFrame
    value: Floats
    stderr: Floats
    n: Floats

    def goodness(self) -> Floats:
        """(p, q) values signed so that larger is better; NaN in columns whose direction is unknown."""
        sign = (
            self.settings["direction"].map({"higher": 1.0, "lower": -1.0, "unknown": np.nan}).to_numpy(float)
        )
        return self.value * sign[np.newaxis, :]
