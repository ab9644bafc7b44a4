"""Models that go by another id on the other side, known from an alias in one of the two catalogs.

Nothing is guessed from scores or spellings: without an alias a model is gone and another one is new. What is compared
goes by one canonical name on both sides, that of the catalog which knows the alias; so the comparison of (new, old)
finds the same pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.diff.model import Rename

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from reportgen.diff.model import Side
    from reportgen.records.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of models -> their canonical ids, on either side; only those that differ.

    Attributes:
        renames: each pair once, sorted.
    """

    old: Mapping[str, str]
    new: Mapping[str, str]
    renames: tuple[Rename, ...]


def names(old: Side, new: Side) -> Names:
    """What the models of two sides are called in common."""
    before, after = models_of(old.frame, old.items), models_of(new.frame, new.items)
    gone = _renamed(before - after, after - before, aliases_of(new.catalog))
    come = _renamed(after - before, before - after, aliases_of(old.catalog))
    come = {name: target for name, target in come.items() if target not in gone}
    found = [Rename(name, target, "alias in the new catalog") for name, target in gone.items()]
    found += [Rename(target, name, "alias in the old catalog") for name, target in come.items()]
    return Names(gone, come, tuple(sorted(found)))


def _renamed(candidates: set[str], targets: set[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """Candidates that are an alias of a model which is on the other side only."""
    return {name: aliases[name] for name in sorted(candidates) if aliases.get(name) in targets}


def models_of(*frames: pd.DataFrame) -> set[str]:
    """Ids of all models that have a record."""
    return {str(name) for frame in frames for name in frame["model"].unique()}


def aliases_of(catalog: Catalog) -> dict[str, str]:
    """Other names -> id of the model."""
    return {
        alias if isinstance(alias, str) else alias.name: entry.id
        for entry in catalog.models
        for alias in entry.aliases
    }
