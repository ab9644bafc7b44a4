"""The sections of the page of concurrence, from top to bottom: one file in this folder and one line here for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from reportgen.views.concurrence import (
    ceiling,
    coefficients,
    coverage,
    dimensions,
    explanation,
    flags,
    gains,
    independence,
    intervals,
    matrix,
    partial,
    redundancy,
    reference,
    specification,
    structure,
    traits,
    verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.views.blocks import Block, Definition
    from reportgen.views.report import Report


class Section(Protocol):
    """What the view of a part of `analysis.concurrence` offers."""

    def blocks(self, report: Report) -> Iterator[Block]:
        """What the page shows; where the part could not be computed, one sentence that says why."""

    def definitions(self, report: Report) -> Iterator[Definition]:
        """For the method box; nothing where nothing was computed."""


#: In the order of the page.
SECTIONS: tuple[Any, ...] = (
    verdict,
    coverage,
    matrix,
    ceiling,
    structure,
    specification,
    explanation,
    flags,
    redundancy,
    reference,
    intervals,
    independence,
    coefficients,
    traits,
    dimensions,
    gains,
    partial,
)
