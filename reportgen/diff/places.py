"""Where cells stand in the score tables of the two sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """(k,) system and setting on either side, -1 where that side has none."""

    old_system: Ints
    old_setting: Ints
    new_system: Ints
    new_setting: Ints

    def __len__(self) -> int:
        return len(self.old_system)

    @classmethod
    def of_old(cls, at: Ints) -> Places:
        """Cells of the old side only, from (k, 2) system and setting."""
        nowhere = np.full(len(at), -1, dtype=np.intp)
        return cls(at[:, 0], at[:, 1], nowhere, nowhere)

    @classmethod
    def of_new(cls, at: Ints) -> Places:
        """Cells of the new side only."""
        nowhere = np.full(len(at), -1, dtype=np.intp)
        return cls(nowhere, nowhere, at[:, 0], at[:, 1])
