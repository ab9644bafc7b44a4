"""Two sides in, all that differs between them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.diff.alarms.registry import find
from reportgen.diff.cached import cells_of
from reportgen.diff.causes import causes, cell_causes
from reportgen.diff.comparison import Comparison
from reportgen.diff.concurrence import concurrence
from reportgen.diff.expected import mark
from reportgen.diff.gates import gates
from reportgen.diff.inputs import inputs
from reportgen.diff.model import Diff, Identity
from reportgen.diff.numbers import numbers
from reportgen.diff.pages import pages
from reportgen.diff.ranks import ranks
from reportgen.diff.renames import models_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.diff.model import Side

_BENCHMARK = ("suite", "benchmark")


def compare(
    old: Side,
    new: Side,
    *,
    level: float,
    expected: frozenset[tuple[str, str]] = frozenset(),
    fail_on: Sequence[str] = (),
) -> Diff:
    """All that differs.

    Args:
        old: one side.
        new: the other one.
        level: confidence level of intervals, in (0, 1).
        expected: rule and subject of alarms that were looked at and are meant.
        fail_on: rules whose unexpected alarms fail the comparison.
    """
    comparison = Comparison(old, new, level)
    table, same = cells_of(comparison)
    alarms = mark(find(comparison), expected)
    page_table, compared_pages = pages(old.pages, new.pages)
    before, after = _models(old, comparison.new_id), _models(new, {})
    benchmarks = _benchmarks(old), _benchmarks(new)
    return Diff(
        old=_identity(old),
        new=_identity(new),
        level=level,
        models_added=tuple(sorted(after - before)),
        models_removed=tuple(sorted(before - after)),
        benchmarks_added=tuple(sorted(benchmarks[1] - benchmarks[0])),
        benchmarks_removed=tuple(sorted(benchmarks[0] - benchmarks[1])),
        renames=comparison.renames,
        causes=causes(comparison),
        cells=table.assign(cause=cell_causes(comparison, table)),
        same_cells=same,
        numbers=numbers(comparison),
        same_records=comparison.matched.same + comparison.matched_items.same,
        ranks=ranks(comparison),
        concurrence=concurrence(comparison),
        inputs=inputs(old, new),
        pages=page_table,
        compared_pages=compared_pages,
        alarms=alarms,
        gates=gates(alarms, fail_on),
    )


def _models(side: Side, names: Mapping[str, str]) -> set[str]:
    return {names.get(name, name) for name in models_of(side.frame, side.items)}


def _benchmarks(side: Side) -> set[str]:
    """Ids of the benchmarks, each with its suite where it has one."""
    pairs = texts(side.frame, _BENCHMARK, first_rows(number_groups(side.frame, _BENCHMARK)))
    return {f"{suite}/{name}" if suite else name for suite, name in pairs.itertuples(index=False, name=None)}


def _identity(side: Side) -> Identity:
    return Identity(
        label=side.label,
        kind=side.kind,
        software=side.software,
        digest=side.digest,
        commit=side.commit,
        files=len(side.inputs),
        records=len(side.frame) + len(side.items),
        models=len(models_of(side.frame, side.items)),
        benchmarks=len(_benchmarks(side)),
        address=side.address,
    )
