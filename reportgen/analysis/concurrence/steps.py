"""Pairs of systems that differ in one declared step, with the one that comes first.

Three kinds. Variant: one model and method, without a variant and with one. Method: one model and variant, without a
method and with one. Size: neighbours in a series of sizes (`analysis.sizes`), the larger one second; a size that two
systems of a series have is passed over, since they differ in something else too. Revisions are no step: nothing says
which came first.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.sizes import all_series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.table import ScoreTable
    from reportgen.records.catalog import Catalog


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """Rows of the score table before and after, and which kind: "variant", "method" or "size"."""

    before: int
    after: int
    kind: str


def steps(table: ScoreTable, catalog: Catalog) -> list[Step]:
    """Every step once, sorted by rows."""
    found = {(step.before, step.after): step for step in (*_sizes(table, catalog), *_stated(table))}
    return sorted(found.values())


def _stated(table: ScoreTable) -> Iterator[Step]:
    names = ("model", "model_revision", "model_variant", "method")
    rows = list(zip(*(table.systems[name].astype(str) for name in names), strict=True))
    place = {row: at for at, row in enumerate(rows)}
    for at, (model, revision, variant, method) in enumerate(rows):
        if variant and (before := place.get((model, revision, "", method))) is not None:
            yield Step(before, at, "variant")
        if method and model and (before := place.get((model, revision, variant, ""))) is not None:
            yield Step(before, at, "method")


def _sizes(table: ScoreTable, catalog: Catalog) -> Iterator[Step]:
    for series in all_series(table, catalog):
        if series.pooled:
            continue
        values, counts = np.unique(series.size, return_counts=True)
        alone = [int(series.rows[series.size == value][0]) if count == 1 else None
                 for value, count in zip(values, counts, strict=True)]  # fmt: skip
        for before, after in itertools.pairwise(alone):
            if before is not None and after is not None:
                yield Step(before, after, "size")
