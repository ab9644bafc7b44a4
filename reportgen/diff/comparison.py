"""Two sides with everything that follows from both, each part computed when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.eligible import SETTING_KEY, SYSTEM_KEY
from reportgen.diff.matching import match
from reportgen.diff.renames import names
from reportgen.diff.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.diff.matching import Matched
    from reportgen.diff.model import Rename, Side
    from reportgen.diff.renames import Names

    Ints = NDArray[np.intp]
    Key = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the parts of a diff are computed from.

    Attributes:
        level: confidence level of intervals.
    """

    old: Side
    new: Side
    level: float

    @cached_property
    def names(self) -> Names:
        """What models are called in common."""
        return names(self.old, self.new)

    @property
    def renames(self) -> tuple[Rename, ...]:
        """Models that go by another id, sorted."""
        return self.names.renames

    @cached_property
    def new_id(self) -> dict[str, str]:
        """Id on the old side -> id on the new side, of renamed models only."""
        return {rename.old: rename.new for rename in self.renames}

    @cached_property
    def matched(self) -> Matched:
        """Records, paired."""
        return match(self.old.frame, self.new.frame, self.names.old, self.names.new)

    @cached_property
    def matched_items(self) -> Matched:
        """Results of single items, paired."""
        return match(self.old.items, self.new.items, self.names.old, self.names.new)

    @cached_property
    def old_study(self) -> Study:
        """What follows from the old side alone."""
        return Study(self.old.frame, self.old.catalog, self.old.settings)

    @cached_property
    def new_study(self) -> Study:
        """What follows from the new side alone."""
        return Study(self.new.frame, self.new.catalog, self.new.settings)

    @cached_property
    def old_systems(self) -> list[Key]:
        """Identity of each row of the old score table, by canonical names."""
        return system_keys(self.old_study.table.systems, self.names.old)

    @cached_property
    def new_systems(self) -> list[Key]:
        """Identity of each row of the new score table."""
        return system_keys(self.new_study.table.systems, self.names.new)

    @cached_property
    def system_pairs(self) -> Ints:
        """(k, 2) rows of the old and the new score table that are the same system, in the order of the new one."""
        return _pairs(self.old_systems, self.new_systems)

    @cached_property
    def setting_pairs(self) -> Ints:
        """(k, 2) columns of the old and the new score table that are the same setting, in the order of the new one."""
        old, new = (setting_keys(study.table.settings) for study in (self.old_study, self.new_study))
        return _pairs(old, new)


def system_keys(systems: pd.DataFrame, canonical: Mapping[str, str]) -> list[Key]:
    """What makes a system one, for each row of `ScoreTable.systems`."""
    rows = systems[list(SYSTEM_KEY)].astype(object).itertuples(index=False, name=None)
    return [(canonical.get(model, model), *rest) for model, *rest in rows]


def setting_keys(settings: pd.DataFrame) -> list[Key]:
    """What makes a setting one, for each row of `ScoreTable.settings`."""
    return list(settings[list(SETTING_KEY)].astype(object).itertuples(index=False, name=None))


def _pairs(old: Sequence[Key], new: Sequence[Key]) -> Ints:
    """Positions of equal keys; where renaming made two of one side equal, the first one counts."""
    place: dict[Key, int] = {}
    for at, key in enumerate(old):
        place.setdefault(key, at)
    seen: set[Key] = set()
    found = []
    for at, key in enumerate(new):
        if key in place and key not in seen:
            seen.add(key)
            found.append((place[key], at))
    return np.array(found, dtype=np.intp).reshape(-1, 2)
