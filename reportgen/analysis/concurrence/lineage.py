"""How many independent models are there, when many are relatives of one another?

Systems of one family (fine-tunes of one base, sizes of one recipe, runs of one model) rise and fall together. With w_f
systems in family f, their number counts as (sum w_f)^2 / sum w_f^2, the number of families of equal size that would be
as concentrated (Kish's effective sample size for families that do not differ within; the inverse of Simpson's index):
10 families of one system count as 10, one of 9 and one of one as 1.2. Where relatives do differ it counts too few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Lineage:
    """The families of some systems; of equally large ones the first by name is the largest."""

    systems: int
    families: int
    effective: float  # NaN where there are no systems
    largest: str
    share: float  # of the systems that are of the largest family


def lineage(family: NDArray[np.object_]) -> Lineage:
    """Count the families of systems; `family` (p,) names the family of each."""
    names, sizes = np.unique(family.astype(str), return_counts=True)
    total = int(sizes.sum())
    if not total:
        return Lineage(0, 0, float("nan"), "", float("nan"))
    at = int(sizes.argmax())
    effective = total**2 / float((sizes.astype(np.float64) ** 2).sum())
    return Lineage(total, len(names), effective, str(names[at]), int(sizes[at]) / total)
