"""How many systems each setting has, and how many each two share: what every other number here rests on.

A pair is counted by its overlap, the systems with a score in both settings. Below `FEWEST_FOR_INTERVAL` an
agreement has no interval, and below `FEWEST_MODELS` there is none at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM, FEWEST_FOR_INTERVAL, FEWEST_MODELS
from reportgen.analysis.parts import MAIN, Found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds
    from reportgen.numbers import NotEstimable

NAME = "coverage"
TITLE = "Systems that benchmarks share"
#: Smallest overlap of each class of pairs, and of each class the name of its column.
FEWEST = (0, 1, FEWEST_MODELS, FEWEST_FOR_INTERVAL, FEWEST_FOR_CLAIM)
CLASSES = ("none", "shared_1_2", "shared_3_4", "shared_5_9", "shared_10")
OVERLAP = "overlap"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "setting": "Benchmark setting",
        "suite": "Collection it belongs to",
        "n_systems": "Systems with a score",
        "none": "Other settings with which it shares no system",
        "shared_1_2": "Other settings with which it shares 1 or 2 systems",
        "shared_3_4": "Other settings with which it shares 3 or 4 systems",
        "shared_5_9": "Other settings with which it shares 5 to 9 systems",
        "shared_10": "Other settings with which it shares 10 systems or more",
    },
    OVERLAP: {
        "fewest": "Fewest systems shared by a pair of this class",
        "most": "Most systems shared by a pair of this class; empty where there is no upper end",
        "pairs": "Pairs of settings",
    },
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the sentences say.

    Attributes:
        pairs: of settings; thin: those that share fewer than `FEWEST_FOR_INTERVAL` systems.
        alone: settings that share that many with no other.
    """

    pairs: int
    thin: int
    alone: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Counts; nothing here is estimated or drawn at random."""
    del earlier, generator
    size = len(grounds.benchmarks)
    n = grounds.agreement.pairs["n"].to_numpy(np.intp)
    kind = np.searchsorted(FEWEST, n, side="right") - 1
    a, b = grounds.pair_positions()
    partners = np.zeros((size, len(FEWEST)), dtype=np.intp)
    np.add.at(partners, (a, kind), 1)
    np.add.at(partners, (b, kind), 1)
    firm = partners[:, FEWEST.index(FEWEST_FOR_INTERVAL) :].sum(axis=1)
    headline = Coverage(pairs=len(n), thin=int((n < FEWEST_FOR_INTERVAL).sum()), alone=int((firm == 0).sum()))
    return Found({MAIN: _main(grounds, partners), OVERLAP: _overlap(kind)}, headline)


def _main(grounds: Grounds, partners: NDArray[np.intp]) -> pd.DataFrame:
    counts = {name: partners[:, place] for place, name in enumerate(CLASSES)}
    frame = grounds.benchmarks[["setting", "suite"]].assign(
        n_systems=np.isfinite(grounds.goodness).sum(axis=0), **counts
    )
    return frame[list(TABLES[MAIN])]


def _overlap(kind: NDArray[np.intp]) -> pd.DataFrame:
    most = [*(float(fewest - 1) for fewest in FEWEST[1:]), np.nan]
    pairs = np.bincount(kind, minlength=len(FEWEST))
    return pd.DataFrame({"fewest": FEWEST, "most": most, "pairs": pairs}, columns=list(TABLES[OVERLAP]))
