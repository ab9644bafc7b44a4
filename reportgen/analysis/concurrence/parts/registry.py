"""The parts of the study of concurrence: one file in this folder and one line here for each.

A part may read the parts above it. Its view is `views/concurrence/<NAME>.py`.
"""

from __future__ import annotations

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
    grounds: Grounds | NotEstimable, generator_of: Callable[[str], np.random.Generator]
) -> Mapping[str, Found | NotEstimable]:
    """Every part by its name; each has random numbers of its own, so that a new part changes no other."""
    found: dict[str, Found | NotEstimable] = {}
    for part in PARTS:
        generator = generator_of(part.NAME)
        found[part.NAME] = (
            grounds if isinstance(grounds, NotEstimable) else part.compute(grounds, found, generator)
        )
    return found
