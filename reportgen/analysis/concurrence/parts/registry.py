"""The parts of the study of concurrence: one file in this folder and one line here for each.

A part may read the parts above it. Its view is `views/concurrence/<NAME>.py`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from reportgen.analysis.concurrence.parts import (
    ceiling,
    clusters,
    coefficients,
    coverage,
    dimensions,
    explanation,
    flags,
    gains,
    independence,
    intervals,
    partial,
    redundancy,
    reference,
    specification,
    structure,
    traits,
    verdict,
)
from reportgen.analysis.on_demand import OnDemand
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from reportgen.analysis.concurrence.grounds import Grounds
    from reportgen.analysis.parts import Found

#: In the order in which they are computed.
PARTS: tuple[Any, ...] = (
    coverage,
    ceiling,
    verdict,
    clusters,
    explanation,
    structure,
    coefficients,
    redundancy,
    reference,
    specification,
    independence,
    traits,
    flags,
    intervals,
    dimensions,
    gains,
    partial,
)


def study(
    grounds: Callable[[], Grounds | NotEstimable], generator_of: Callable[[str], np.random.Generator]
) -> Mapping[str, Found | NotEstimable]:
    """Every part by its name, computed when it is first asked for; `grounds` is called once.

    Each part has random numbers of its own, so that a new part changes no other.
    """
    parts = {part.NAME: part for part in PARTS}
    base = cache(grounds)

    def compute(name: str) -> Found | NotEstimable:
        found = base()
        if isinstance(found, NotEstimable):
            return found
        made: Found | NotEstimable = parts[name].compute(found, studied, generator_of(name))
        return made

    studied = OnDemand(list(parts), compute)
    return studied
