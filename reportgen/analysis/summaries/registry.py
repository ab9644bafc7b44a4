"""The generalization summaries there are: one file in this folder and one line here for each."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from reportgen.analysis.summaries import id_ood_gap

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Summary:
    """One kind of generalization summary.

    Attributes:
        name: the word it goes by at every stage: file names, page address, command line.
        title: to print.
        compute: called as compute(table, catalog, level=level); see the file of this name.
        table: the main table of what `compute` returned, for the command line.
        needs: fields of the records, or of the catalog, without which it cannot be computed.
    """

    name: str
    title: str
    compute: Callable[..., Any]
    table: Callable[[Any], pd.DataFrame]
    needs: tuple[str, ...]


#: In the order in which pages list them.
SUMMARIES: tuple[Summary, ...] = (
    Summary("id_ood_gap", "Loss under shift", id_ood_gap.id_ood_gap, attrgetter("systems"), id_ood_gap.NEEDS),
)
