"""The names that result files have for a model, and from where it is known that they are the same one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.records.catalog import Alias
from reportgen.views.blocks import Table
from reportgen.views.common import columns, count_cell, rows_of, text_cell

if TYPE_CHECKING:
    from reportgen.views.report import Report

#: Names listed on a model's page.
MOST = 30


def spellings(report: Report) -> dict[str, Table]:
    """Model -> its names as written, most records first; only models that are written otherwise somewhere."""
    counted = (
        report.frame.groupby(["model", "model_raw"], observed=True, sort=True)
        .size()
        .reset_index(name="times")
    )
    names: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in rows_of(counted):
        names[str(row.model)].append((str(row.model_raw) or str(row.model), int(row.times)))
    return {
        model: _table(report, model, sorted(found, key=lambda name: (-name[1], name[0])))
        for model, found in names.items()
        if any(name != model for name, _ in found)
    }


def _table(report: Report, model: str, names: list[tuple[str, int]]) -> Table:
    known = _sources(report, model)
    more = len(names) - MOST
    return Table(
        name="names",
        heading="Names of this model",
        caption="As result files write it"
        + (f"; the {MOST} most frequent, {numbers.count(more)} more" if more > 0 else ""),
        columns=columns(
            ("name", "Name as written", {"align": "left"}),
            ("source", "Why it is this model", {"align": "left"}),
            ("records", "Records", {}),
        ),
        rows=tuple(
            (text_cell(name, code=True), text_cell(_why(name, model, known)), count_cell(times))
            for name, times in names[:MOST]
        ),
        compact=True,
    )


def _sources(report: Report, model: str) -> dict[str, str]:
    """Aliases that the catalog declares, and from where it has them."""
    entry = report.models.get(model)
    aliases = entry.aliases if entry else ()
    return {alias.name: alias.source for alias in aliases if isinstance(alias, Alias)} | {
        alias: "" for alias in aliases if isinstance(alias, str)
    }


def _why(name: str, model: str, known: dict[str, str]) -> str:
    if name == model:
        return "its id"
    if name in known:
        return known[name] or "alias in the catalog"
    return "as its format is read"
