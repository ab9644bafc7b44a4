"""Models, benchmarks, metrics and single numbers that are no longer there."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.eligible import METRIC_KEY
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.diff.cached import lost_records
from reportgen.diff.findings import (
    Finding,
    Label,
    alarms,
    benchmark_shown,
    fewer_groups,
    listed,
    metric_named,
    metric_shown,
    name_shown,
    rows_of,
)
from reportgen.diff.lost import lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.matching import Matched
    from reportgen.diff.model import Alarm, Severity

    Key = tuple[str, ...]

NAME = "removed"
SEVERITY: Severity = "error"
TITLE = "Removed"
WHAT = (
    "A model, a suite, a benchmark, a metric of a benchmark (secondary ones too) or single results of the old side are "
    "not there any more, or have no value; a model that an alias gives another name is not removed."
)
FIX = "Bring the results back, or accept the removal with a note on why."


def find(comparison: Comparison) -> list[Alarm]:
    """Whole models first, then suites, benchmarks, metrics, and what is left; then results of single items.

    What is told as a whole is not told again in its parts; models and suites are told of each by itself.
    """
    gone = _rows(lost_records(comparison))
    items = _rows(lost(comparison, comparison.matched_items))
    found: list[Alarm] = []
    told: set[Key] = set()
    for columns, many, say in _WHOLE if gone else ():
        there = _there(comparison, columns)
        by_key: dict[Key, list[Any]] = defaultdict(list)
        for row in gone:
            key = _key(row, columns)
            if key not in there and not told & {(columns[0], *key[:size]) for size in (1, 2)}:
                by_key[key].append(row)
        if many == "suites":
            by_key = {key: rows for key, rows in by_key.items() if key[0] and len(_benchmarks(rows)) > 1}
        told |= {(columns[0], *key) for key in by_key}
        found += _whole(by_key, many, say)
    found += _single(_left(gone, told), comparison.matched, "result", ())
    return [*found, *_single(_left(items, told), comparison.matched_items, "item result", ("single items",))]


def _rows(table: pd.DataFrame) -> list[Any]:
    """What is removed, by model, benchmark and metric: rows of `lost`."""
    return rows_of(table[table["removed"] > 0])


def _there(comparison: Comparison, columns: Key) -> set[Key]:
    """The models, benchmarks or metrics that the new side has, in records or results of items."""
    found: set[Key] = set()
    for frame in (comparison.new.frame, comparison.new.items):
        names = texts(frame, columns, first_rows(number_groups(frame, columns)))
        found.update(names.itertuples(index=False, name=None))
    return found


def _key(row: Any, columns: Key) -> Key:
    return tuple(getattr(row, name) for name in columns)


def _left(rows: Sequence[Any], told: set[Key]) -> list[Any]:
    """Rows about whose model, benchmark and metric nothing has been told."""
    return [row for row in rows if not told & {(columns[0], *_key(row, columns)) for columns, _, _ in _WHOLE}]


def _whole(by_key: dict[Key, list[Any]], many: str, say: Callable[[Key, Sequence[Any]], str]) -> list[Alarm]:
    """One finding for each thing that is gone as a whole, the one with most results first."""
    kind = many.removesuffix("s")
    groups = sorted(by_key.items(), key=lambda group: (-_total(group[1]), group[0]))
    findings = [
        Finding(_about(kind, key), (), _short(kind, key), partial(say, key, rows)) for key, rows in groups
    ]
    return alarms(findings, Label(NAME, SEVERITY, FIX, f"removed {many}"))


def _about(kind: str, key: Key) -> Key:
    """("model gpt-4",), ("benchmark MNLI", "GLUE") or ("metric f1,macro", "MNLI", "GLUE")."""
    if kind == "metric":
        suite, benchmark, metric, variant = key
        return (f"metric {metric_named(metric, variant)}", benchmark, suite)
    return (f"{kind} {key[-1]}", *key[:-1])


def _short(kind: str, key: Key) -> str:
    return f"{metric_named(*key[2:])} of {key[1]}" if kind == "metric" else key[-1]


def _total(rows: Iterable[Any]) -> int:
    return sum(row.removed for row in rows)


def _benchmarks(rows: Sequence[Any]) -> list[str]:
    return sorted({(row.suite, row.benchmark): row.benchmark for row in rows}.values())


def _model(key: Key, rows: Sequence[Any]) -> str:
    benchmarks = numbers.plural(len(_benchmarks(rows)), "benchmark")
    return f"The model {name_shown(key[0])} is gone: {numbers.plural(_total(rows), 'result')} on {benchmarks}"


def _suite(key: Key, rows: Sequence[Any]) -> str:
    benchmarks = listed(_benchmarks(rows))
    return f"The suite {name_shown(key[0])} is gone: {numbers.plural(_total(rows), 'result')} on {benchmarks}"


def _benchmark(key: Key, rows: Sequence[Any]) -> str:
    models = sorted({row.model for row in rows})
    results = numbers.plural(_total(rows), "result")
    return f"The benchmark {benchmark_shown(*key)} is gone: {results} of {listed(models)}"


def _metric(key: Key, rows: Sequence[Any]) -> str:
    models = sorted({row.model for row in rows})
    results = numbers.plural(_total(rows), "result")
    where = benchmark_shown(*key[:2])
    return f"The metric {metric_shown(*key[2:])} of {where} is gone: {results} of {listed(models)}"


_WHOLE: tuple[tuple[Key, str, Callable[[Key, Sequence[Any]], str]], ...] = (
    (("model",), "models", _model),
    (("suite",), "suites", _suite),
    (("suite", "benchmark"), "benchmarks", _benchmark),
    (METRIC_KEY, "metrics", _metric),
)


def _single(rows: Sequence[Any], matched: Matched, what: str, suffix: Key) -> list[Alarm]:
    """Results that are gone while their model, benchmark and metric are still there, the most first."""
    by_benchmark = fewer_groups([((row.model,), (row.suite, row.benchmark)) for row in rows])
    findings = [
        Finding(
            (row.model, row.benchmark, metric_named(row.metric, row.metric_variant), *suffix, row.suite),
            (f"benchmark {row.benchmark}", row.suite) if by_benchmark else (f"model {row.model}",),
            f"{row.metric} of {row.model} on {row.benchmark}",
            partial(_result, row, matched, what),
        )
        for row in sorted(rows, key=lambda row: -row.removed)
    ]
    return alarms(findings, Label(NAME, SEVERITY, FIX, f"removed {what}s by metric"))


def _result(row: Any, matched: Matched, what: str) -> str:
    where = f"of {name_shown(row.model)} on {benchmark_shown(row.suite, row.benchmark)}"
    where += f" ({metric_shown(row.metric, row.metric_variant)})"
    if row.total == 1:
        value, error = (float(matched.old[name].iloc[row.row]) for name in ("value", "stderr"))
        was = numbers.score(value, error) + numbers.give_or_take(error)
        return f"The {what} {where} is gone: it was {was}"
    return f"{numbers.count(row.removed)} of {numbers.plural(row.total, what)} {where} are gone"
