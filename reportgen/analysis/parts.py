"""A study is made of parts: each is one module that computes tables from the same grounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from reportgen.numbers import NotEstimable

#: The name of the table that has no further name of its own.
MAIN = "main"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One part, computed.

    Attributes:
        tables: by name, columns documented in `TABLES` of the part's module; the one called `MAIN` comes first.
        headline: what the sentences of the page say, as a frozen dataclass of the part.
        caveats: sentences about these data that a reader must know, in plain words.
    """

    tables: Mapping[str, pd.DataFrame]
    headline: Any = None
    caveats: tuple[str, ...] = ()

    @property
    def main(self) -> pd.DataFrame:
        """The table called `MAIN`."""
        return self.tables[MAIN]


class Part(Protocol):
    """What the module of a part offers."""

    NAME: str  # the stem of its file, also of its view and its tests
    TITLE: str  # to print
    TABLES: Mapping[str, Mapping[str, str]]  # table -> column -> meaning

    def compute(
        self, grounds: Any, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
    ) -> Found | NotEstimable:
        """The part, or why it cannot be computed; `earlier` holds the parts before it in the registry."""
