"""Which of data, configuration and code made a number differ: the numbers are computed with each exchanged.

*Data* is what the files hold. Records whose file differs (`inputs.by_file`) belong to the data; all other records
were made from the same bytes on both sides, and where they differ the configuration or the code that read them does.
Two studies of neither side are computed, each from the files of one side and everything else of the other:

    old files under the new configuration     new files under the old configuration

- **data** is a cause of a number that differs from one of these to the side of the same configuration.
- **config** is a cause of a number that differs from one of these to the side of the same files, when both sides were
  read by the same version. Where the version differs too, only what the configuration does after reading is told:
  the records of each side are put under the configuration of the other.
- **code** is a cause of a number that a side published otherwise than this version computes it from the same records
  (`published`), where the versions differ; and of one that differs from files of the same bytes while the
  configuration does not.

Both sides are computed by the version that compares them, so code that computes otherwise makes no number of a
comparison differ; it makes the published number another than the compared one, and that is told. What cannot be told:
how the other configuration or version would have *read* a file that the other side lacks, or has with other content;
and, where configuration and code both differ, which of them made the records of one file differ. Then the cause is
empty, or names the other causes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from reportgen.diff.comparison import setting_keys, system_keys
from reportgen.diff.configuration import computes_otherwise, reaches_numbers
from reportgen.diff.inputs import by_file, inputs
from reportgen.diff.published import other_numbers
from reportgen.diff.reading import PROVENANCE, read_alike
from reportgen.diff.standings import standings
from reportgen.diff.study import Study
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from reportgen.config import Settings
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.inputs import ByFile
    from reportgen.diff.matching import Matched
    from reportgen.diff.standings import BoardKey, Place, Standing
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Key = tuple[str, ...]

DATA, CONFIG, CODE = "data", "config", "code"
JOINED = " + "


@dataclass(frozen=True, eq=False)
class World:
    """A study, with what makes its systems the same as those of another one."""

    study: Study
    systems: Sequence[Key]

    @cached_property
    def settings(self) -> list[Key]:
        """Identity of each column of its score table."""
        return setting_keys(self.study.table.settings)

    @cached_property
    def standings(self) -> dict[BoardKey, Standing]:
        """Its leaderboards."""
        return standings(self.study.boards, self.systems)


@lru_cache(maxsize=1)
def worlds(comparison: Comparison) -> Worlds:
    """The worlds of a comparison, made once for its cells and its ranks."""
    return Worlds(comparison)


@dataclass(frozen=True, eq=False)
class Worlds:
    """The two sides and what lies between them, each computed when it is first asked for."""

    comparison: Comparison

    @cached_property
    def old(self) -> World:
        """The old side."""
        return World(self.comparison.old_study, self.comparison.old_systems)

    @cached_property
    def new(self) -> World:
        """The new side."""
        return World(self.comparison.new_study, self.comparison.new_systems)

    @cached_property
    def by_file(self) -> ByFile:
        """Which records belong to the data."""
        return by_file(self.comparison, self.comparison.matched)

    @property
    def code_differs(self) -> bool:
        """Whether the sides were read by different versions."""
        return self.comparison.old.software != self.comparison.new.software

    @cached_property
    def config_differs(self) -> bool:
        """Whether the configurations differ in what reaches numbers."""
        return reaches_numbers(self.comparison.old, self.comparison.new)

    @cached_property
    def unexplained(self) -> int:
        """Records and single items that differ although neither files, configuration nor code do; a pair is one."""
        if self.code_differs or self.config_differs:
            return 0
        items = self.comparison.matched_items
        return _odd(self.by_file, self.comparison.matched) + _odd(by_file(self.comparison, items), items)

    @cached_property
    def exchanges(self) -> dict[str, tuple[tuple[World, World], ...]]:
        """For each cause the pairs of worlds that differ in it alone, in the same order for (new, old)."""
        whole = ((self.old, self.new),)
        data_differs = bool(self.by_file.old.any() or self.by_file.new.any())
        others = self.code_differs or self.config_differs or bool(self.unexplained)
        if not others:
            return {DATA: whole if len(inputs(self.comparison.old, self.comparison.new)) else ()}
        if self.read_alike and not self.computes_otherwise:
            return {DATA: whole if data_differs else ()}
        beside = ((self.old, self.old_files), (self.new_files, self.new)) if data_differs else whole
        found: dict[str, tuple[tuple[World, World], ...]] = {}
        found[DATA] = ((self.old, self.new_files), (self.old_files, self.new)) if data_differs else ()
        if self.code_differs and self.config_differs:
            found[CONFIG] = self._after_reading()
        elif self.code_differs or self.config_differs:
            found[CODE if self.code_differs else CONFIG] = beside
        return found

    @cached_property
    def read_alike(self) -> bool:
        """Whether both sides made the same records of the files that both have."""
        return read_alike(self.comparison.matched, self.by_file)

    @cached_property
    def computes_otherwise(self) -> bool:
        """Whether the configurations differ in what is used after reading."""
        return computes_otherwise(self.comparison.old, self.comparison.new)

    def _after_reading(self) -> tuple[tuple[World, World], ...]:
        """The records of each side under both configurations."""
        if not self.computes_otherwise:
            return ()
        return ((self.old, self.old_under_new), (self.new_under_old, self.new))

    @cached_property
    def old_under_new(self) -> World:
        """The records of the old side under the configuration of the new."""
        old, new = self.comparison.old, self.comparison.new
        study = Study(old.frame, new.catalog, new.settings)
        return World(study, system_keys(study.table.systems, self.comparison.names.old))

    @cached_property
    def new_under_old(self) -> World:
        """The records of the new side under the configuration of the old."""
        old, new = self.comparison.old, self.comparison.new
        study = Study(new.frame, old.catalog, old.settings)
        return World(study, system_keys(study.table.systems, self.comparison.names.new))

    @property
    def old_files(self) -> World:
        """The files of the old side under the configuration, and as far as they are the same as read, of the new."""
        return self.old_under_new if self.read_alike else self._old_mixed

    @property
    def new_files(self) -> World:
        """The files of the new side under the configuration of the old."""
        return self.new_under_old if self.read_alike else self._new_mixed

    @cached_property
    def _old_mixed(self) -> World:
        new = self.comparison.new
        return self._mixed(~self.by_file.new, self.by_file.old, new.catalog, new.settings)

    @cached_property
    def _new_mixed(self) -> World:
        old = self.comparison.old
        return self._mixed(self.by_file.new, ~self.by_file.old, old.catalog, old.settings)

    def _mixed(self, from_new: Bools, from_old: Bools, catalog: Catalog, settings: Settings) -> World:
        """A study of some records of either side."""
        names = self.comparison.names
        parts = [
            _named(self.comparison.new.frame[from_new], names.new),
            _named(self.comparison.old.frame[from_old], names.old),
        ]
        study = Study(_joined(parts), catalog, settings)
        return World(study, system_keys(study.table.systems, {}))

    @cached_property
    def recoded(self) -> tuple[dict[str, dict[Key, int]] | None, dict[str, dict[Key, int]] | None]:
        """For either side, rows of its published tables with numbers that this version makes otherwise."""
        old, new = self.comparison.old, self.comparison.new
        return (
            other_numbers(old.published, self.comparison.old_study),
            other_numbers(new.published, self.comparison.new_study),
        )


def _odd(files: ByFile, matched: Matched) -> int:
    pairs = files.old_odd[matched.both_old] & files.new_odd[matched.both_new]
    return int(pairs.sum() + files.old_odd[matched.gone].sum() + files.new_odd[matched.come].sum())


def _named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The frame with models by their canonical names."""
    model = frame["model"]
    if not names or not model.isin(list(names)).any():
        return frame
    renamed = [names.get(str(name), str(name)) for name in model]
    return frame.assign(model=pd.Categorical(renamed))


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of frames, columns `FIELDS`, without saying where they come from: a million rows are heavy."""
    rows = sum(map(len, parts))
    nothing = pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), categories=pd.Index([""]))
    return pd.DataFrame(
        {name: nothing if name in PROVENANCE else _column([part[name] for part in parts]) for name in FIELDS}
    )


def _column(parts: Sequence[pd.Series]) -> pd.Series:
    if all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
        texts = [part.astype(pd.CategoricalDtype(part.cat.categories.astype(object))) for part in parts]
        return pd.Series(union_categoricals([text.array for text in texts], sort_categories=True))
    return pd.concat(parts, ignore_index=True)


def rank_causes(
    comparison: Comparison, places: Sequence[tuple[BoardKey, Key]], one_sided: Sequence[bool]
) -> list[str]:
    """What made the place of each of these systems on each of these boards another; "" where it cannot be told.

    Of a system that is ranked on one side only (`one_sided`) it is told what made it be ranked or not; of another,
    what changed its rank, its rank interval or its tie group.
    """
    if not places:
        return []
    between = worlds(comparison)
    flags = {
        cause: any_of([_places_differ(pair, places, one_sided) for pair in pairs], len(places))
        for cause, pairs in between.exchanges.items()
    }
    if between.code_differs:
        flags[CODE] = flags.get(CODE, any_of([], len(places))) | _republished(between, places)
    return joined(flags, len(places))


def _places_differ(
    pair: tuple[World, World], places: Sequence[tuple[BoardKey, Key]], one_sided: Sequence[bool]
) -> Bools:
    one, other = (world.standings for world in pair)
    found = [(_place(one, *at), _place(other, *at)) for at in places]
    differ = [
        (before is None) != (after is None) if presence else before != after
        for (before, after), presence in zip(found, one_sided, strict=True)
    ]
    return np.array(differ, dtype=bool)


def _place(found: Mapping[BoardKey, Standing], board: BoardKey, system: Key) -> Place | None:
    return found[board].places.get(system) if board in found else None


def _republished(between: Worlds, places: Sequence[tuple[BoardKey, Key]]) -> Bools:
    """Places of which a side published numbers that this version makes otherwise."""
    flags = np.zeros(len(places), dtype=bool)
    for world, tables in zip((between.old, between.new), between.recoded, strict=True):
        rows = (tables or {}).get("leaderboards", {})
        labels = world.study.table.systems["system"].tolist()
        for at, (board, system) in enumerate(places) if rows else ():
            standing = world.standings.get(board)
            if standing is not None and system in standing.rows:
                flags[at] |= (standing.board.id, labels[standing.rows[system]]) in rows
    return flags


def joined(flags: Mapping[str, Bools], size: int) -> list[str]:
    """The causes that hold for each of `size` numbers, as one text."""
    found = [flags.get(cause, np.zeros(size, dtype=bool)) for cause in (DATA, CONFIG, CODE)]
    texts = [
        JOINED.join(name for name, holds in zip((DATA, CONFIG, CODE), combination, strict=True) if holds)
        for combination in ((code & 1, code & 2, code & 4) for code in range(8))
    ]
    code = sum((flag.astype(np.intp) << bit for bit, flag in enumerate(found)), np.zeros(size, dtype=np.intp))
    return [texts[at] for at in code.tolist()]


def any_of(parts: Sequence[Bools], size: int) -> Bools:
    return np.asarray(np.logical_or.reduce([np.zeros(size, dtype=bool), *parts]))
