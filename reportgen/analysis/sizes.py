"""Series of systems that differ in one size only: parameters in a family, or a size stated in the variant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable
    from reportgen.records.catalog import Catalog

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

PARAMETERS = "parameters"
#: The series of all systems of any family; never the same as a family's name.
TOGETHER = "all families together"
#: Keys in a variant whose number is a size, beside all that begin with "n_". Any number would not do: prompts, dates
#: and seeds are numbers too.
SIZE_KEYS = frozenset({
    "batch_size", "budget", "compute", "data_size", "depth", "dimension", "examples", "flops", "layers", "levels",
    "ratio", "samples", "size", "state_size", "tasks", "tokens", "train_size", "width",
})  # fmt: skip
_SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}


@dataclass(frozen=True, slots=True)
class Series:
    """Systems (rows of the score table) with their sizes, smallest first, ties by name.

    Attributes:
        name: the family, or what the systems share.
        size_name: `PARAMETERS`, or the key in the model's variant.
        pooled: True for `TOGETHER`, in which families are mixed.
    """

    name: str
    size_name: str
    rows: Ints
    size: Floats
    pooled: bool


def all_series(table: ScoreTable, catalog: Catalog) -> list[Series]:
    """Every series of two sizes or more, sorted by size name and name."""
    found = _families(table, catalog) + _variants(table)
    return sorted(found, key=lambda one: (one.size_name != PARAMETERS, one.size_name, one.pooled, one.name))


def number(text: str) -> float:
    """A positive number as people write sizes: '7b', '1e6', '350M'; NaN for anything else."""
    trimmed = text.strip().lower()
    factor = _SUFFIXES.get(trimmed[-1:], 1.0)
    try:
        value = float(trimmed[:-1] if factor != 1.0 else trimmed) * factor
    except ValueError:
        return math.nan
    return value if 0 < value < math.inf else math.nan


def is_size(key: str) -> bool:
    """Whether a key of a variant names a size."""
    return key in SIZE_KEYS or key.startswith("n_")


def pairs(variant: str) -> dict[str, str]:
    """'effort=high, size=7b' as a dictionary."""
    found = (part.partition("=") for part in variant.split(", ") if "=" in part)
    return {key.strip(): value.strip() for key, _, value in found}


def _families(table: ScoreTable, catalog: Catalog) -> list[Series]:
    entries = {entry.id: entry for entry in catalog.models if entry.parameters}
    groups: dict[str, dict[int, float]] = {}
    everyone: dict[int, float] = {}
    rows = zip(*(table.systems[name] for name in ("model", "method", "model_variant")), strict=True)
    for at, (model, method, variant) in enumerate(rows):
        entry = entries.get(str(model))
        if entry is None or not entry.parameters:
            continue
        everyone[at] = entry.parameters
        if entry.family:
            name = " · ".join(part for part in (entry.family, str(method), str(variant)) if part)
            groups.setdefault(name, {})[at] = entry.parameters
    found = [_series(table, name, PARAMETERS, sizes) for name, sizes in groups.items()]
    if len(everyone) > max((len(sizes) for sizes in groups.values()), default=0):
        found.append(_series(table, TOGETHER, PARAMETERS, everyone, pooled=True))
    return [one for one in found if one is not None]


def _variants(table: ScoreTable) -> list[Series]:
    groups: dict[tuple[str, str], dict[int, float]] = {}
    rows = zip(*(table.systems[name] for name in ("model", "method", "model_variant")), strict=True)
    for at, (model, method, variant) in enumerate(rows):
        stated = pairs(str(variant))
        for key, text in stated.items():
            if is_size(key) and not math.isnan(value := number(text)):
                rest = ", ".join(f"{name}={other}" for name, other in stated.items() if name != key)
                name = " · ".join(part for part in (str(model), str(method), rest) if part)
                groups.setdefault((key, name), {})[at] = value
    found = [_series(table, name, key, sizes) for (key, name), sizes in groups.items()]
    return [one for one in found if one is not None]


def _series(
    table: ScoreTable, name: str, size_name: str, sizes: dict[int, float], *, pooled: bool = False
) -> Series | None:
    """None with a single size."""
    if len(set(sizes.values())) < 2:
        return None
    labels = table.systems["system"]
    rows = sorted(sizes, key=lambda at: (sizes[at], str(labels.iloc[at])))
    return Series(
        name, size_name, np.array(rows, dtype=np.intp), np.array([sizes[at] for at in rows]), pooled
    )
