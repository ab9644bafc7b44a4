"""What is behind the cells of the matrix, as files: one with all of it, and one for each benchmark.

`matrix.json` holds the matrix as a script draws it, numbers in hundredths. `<slug>.json` holds the scores of one
benchmark and its row for each benchmark with which it shares a model, statistics with three digits after the point;
the two CSV files beside it hold the same. Full precision is in the downloads of the data page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.analysis.concurrence.flips import flips
from reportgen.views.common import known, rows_of
from reportgen.views.concurrence.compared import (
    COEFFICIENTS,
    ORDERS,
    arranged,
    constructs,
    main_of,
    pairs,
    says,
    suites,
    why_not,
)
from reportgen.views.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from reportgen.views.report import Report

FOLDER = "data/concurrence"
MATRIX_FILE = f"{FOLDER}/matrix.json"
#: Pairs whose flipping models are looked for, those that agree least first: each costs about a quarter of a
#: thousandth of a second, more with thousands of models.
MOST_FLIPPED = 4_000
#: Pairs of models that are listed for each of them.
FLIPS = 5
#: Digits after the point of the statistics in the files of one benchmark.
DIGITS = 3
SCORE_COLUMNS = ("system", "score", "standard_error")
PAIR_COLUMNS = (
    "benchmark",
    "tau_b",
    "low",
    "high",
    "n",
    "same_order",
    "reason",
    "ceiling",
    "ratio",
    "verdict",
    "pivot",
    "tau_without_pivot",
)


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One coefficient: values and ends of its interval for each row of `pairs`, NaN where there is none."""

    key: str
    title: str
    value: np.ndarray[Any, Any]
    low: np.ndarray[Any, Any]
    high: np.ndarray[Any, Any]


@lru_cache(maxsize=2)
def measures(report: Report) -> tuple[Measure, ...]:
    """tau-b, and those of `COEFFICIENTS` that the part `coefficients` could compute; the others are downloads."""
    frame = pairs(report)
    columns = (frame[name].to_numpy(float) for name in ("tau_b", "low", "high"))
    main = Measure("tau_b", COEFFICIENTS["tau_b"], *columns)
    found = main_of(report, "coefficients")
    if found is None:
        return (main,)
    others = (_measure(frame, found, key) for key in COEFFICIENTS if key != main.key)
    return (main, *(one for one in others if np.isfinite(one.value).any()))


def _measure(frame: pd.DataFrame, found: pd.DataFrame, key: str) -> Measure:
    keys, columns = ["benchmark_a", "benchmark_b"], ["value", "low", "high"]
    rows = found.loc[found["coefficient"] == key, [*keys, *columns]]
    joined = frame[keys].merge(rows, on=keys, how="left", validate="one_to_one")
    return Measure(key, COEFFICIENTS[key], *(joined[name].to_numpy(float) for name in columns))


def documents(report: Report) -> Iterator[tuple[str, Any]]:
    """(path from the version's root, plain data): of a .json any value, of a .csv its columns as lists.

    Nothing where no two benchmarks can be compared.
    """
    labels = next(iter(arranged(report).values()), ())
    if len(labels) < 2:
        return
    yield MATRIX_FILE, _matrix(report, labels)
    for label, document in _benchmarks(report, labels):
        stem = f"{FOLDER}/{slug(label)}"
        for table in ("scores", "pairs"):
            columns, rows = document[table]["columns"], document[table]["rows"]
            yield (
                f"{stem}_{table}.csv",
                {name: [row[place] for row in rows] for place, name in enumerate(columns) if name != "flips"},
            )
        yield f"{stem}.json", _without_names(document)


# --- all of it


def _matrix(report: Report, labels: Sequence[str]) -> dict[str, Any]:
    """Pairs are numbered row by row of the lower triangle; those without a shared model are left out."""
    place = {label: at for at, label in enumerate(labels)}
    frame = pairs(report)
    a, b = (frame[name].map(place).to_numpy(float) for name in ("benchmark_a", "benchmark_b"))
    there = np.flatnonzero(np.isfinite(a) & np.isfinite(b) & (frame["n"].to_numpy() > 0))
    high, low = np.maximum(a, b)[there], np.minimum(a, b)[there]
    number = (high * (high - 1) / 2 + low).astype(np.int64)
    rows = there[np.argsort(number)]
    taken = frame.iloc[rows]
    reasons = [
        "" if known(row.tau_b) is not None else why_not(str(row.reason), int(row.n)) for row in rows_of(taken)
    ]
    return {
        "schema": "reportgen.concurrence.matrix",
        "version": 1,
        "level": report.level,
        "says": dict(says(report.level)),
        "settings": _settings(report, labels),
        "orders": [
            [key, ORDERS[key], [place[label] for label in order]] for key, order in arranged(report).items()
        ],
        "steps": np.diff(np.sort(number), prepend=-1).tolist(),
        "n": taken["n"].tolist(),
        "same_order": _hundredths(taken["same_order"]),
        "ratio": _hundredths(taken["ratio"]),
        "verdict": _coded(taken["verdict"].astype(str).tolist()),
        "reason": _coded(reasons),
        "measures": [
            {
                "key": one.key,
                "title": one.title,
                **{name: _hundredths(getattr(one, name)[rows]) for name in ("value", "low", "high")},
            }
            for one in measures(report)
        ],
    }


def _settings(report: Report, labels: Sequence[str]) -> dict[str, list[Any]]:
    construct, suite = constructs(report), suites(report)
    return {
        "title": [report.setting_titles[label] for label in labels],
        "page": [report.pages_of_settings[label] for label in labels],
        "file": [slug(label) for label in labels],
        "suite": [suite[label] for label in labels],
        "construct": [construct[label] for label in labels],
    }


def _hundredths(values: Any) -> list[int | None]:
    """As many hundredths as `numbers.fixed` prints with two decimals."""
    rounded = [known(value) for value in np.asarray(values, dtype=float).tolist()]
    return [None if value is None else round(100 * round(value, 2)) for value in rounded]


def _coded(words: list[str]) -> dict[str, list[Any]]:
    """Each word once, and for each pair which of them it has."""
    names = sorted(set(words))
    place = {name: at for at, name in enumerate(names)}
    return {"words": names, "at": [place[word] for word in words]}


# --- one benchmark


def _benchmarks(report: Report, labels: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    frame = pairs(report)
    shared = frame[(frame["n"] > 0) & frame["benchmark_a"].isin(labels) & frame["benchmark_b"].isin(labels)]
    rows: dict[str, dict[str, list[Any]]] = {label: {} for label in labels}
    turned = _flips(report, shared)
    for row in rows_of(shared):
        a, b = str(row.benchmark_a), str(row.benchmark_b)
        shown = [_plain(getattr(row, name)) for name in PAIR_COLUMNS[1:]]
        found = turned.get((a, b))
        rows[a][b] = [b, *shown, found and found[0]]
        rows[b][a] = [a, *shown, found and found[1]]
    columns = {one.setting: one for one in report.settings}
    for label in labels:
        setting = columns[label]
        yield (
            label,
            {
                "schema": "reportgen.concurrence.benchmark",
                "version": 1,
                "setting": label,
                "title": setting.title,
                "suite": setting.suite,
                "metric": setting.metric,
                "unit": setting.unit,
                "direction": setting.direction,
                "level": report.level,
                "scores": {"columns": list(SCORE_COLUMNS), "rows": _scores(report, setting.column)},
                "pairs": {
                    "columns": [*PAIR_COLUMNS, "flips"],
                    "rows": [rows[label][other] for other in labels if other in rows[label]],
                },
            },
        )


def _without_names(document: dict[str, Any]) -> dict[str, Any]:
    """The pivot of each pair as a row of the scores, as its flips are: names are most of a file otherwise."""
    place = {row[0]: at for at, row in enumerate(document["scores"]["rows"])}
    at = PAIR_COLUMNS.index("pivot")
    rows = [[*row[:at], place.get(row[at]), *row[at + 1 :]] for row in document["pairs"]["rows"]]
    return {**document, "pairs": {**document["pairs"], "rows": rows}}


def _scores(report: Report, column: int) -> list[list[Any]]:
    value, error = report.table.value[:, column], report.table.stderr[:, column]
    there = np.flatnonzero(np.isfinite(value)).tolist()
    names = report.system_names
    return [[names[row], _exact(float(value[row])), _exact(float(error[row]))] for row in there]


def _flips(report: Report, shared: pd.DataFrame) -> Mapping[tuple[str, str], tuple[list[Any], list[Any]]]:
    """Pair of settings -> [above here, below here, chance that this is real] of pairs of models, for each of the two.

    Models are rows of the scores in the file of the setting. Only for `MOST_FLIPPED` pairs, those that agree least.
    """
    by = ["tau_b", "benchmark_a", "benchmark_b"]
    chosen = shared[shared["tau_b"].notna()].sort_values(by, kind="stable").head(MOST_FLIPPED)
    goodness, stderr = report.table.goodness(), report.table.stderr
    column = {one.setting: one.column for one in report.settings}
    row_of = np.cumsum(np.isfinite(report.table.value), axis=0) - 1
    found = {}
    for row in rows_of(chosen):
        a, b = column[row.benchmark_a], column[row.benchmark_b]
        turned = flips(goodness[:, a], goodness[:, b], stderr[:, a], stderr[:, b], top=FLIPS)
        chance = [_plain(p) for p in turned.p_real_flip.tolist()]
        i, j = turned.first, turned.second
        above = zip(row_of[i, a].tolist(), row_of[j, a].tolist(), chance, strict=True)
        below = zip(row_of[j, b].tolist(), row_of[i, b].tolist(), chance, strict=True)
        found[row.benchmark_a, row.benchmark_b] = ([list(one) for one in above], [list(one) for one in below])
    return found


def _plain(value: Any) -> Any:
    """A statistic that JSON knows, shortened; None for NaN."""
    return _exact(round(value, DIGITS)) if isinstance(value, float) else value


def _exact(value: float) -> float | int | None:
    """A number that JSON knows, whole ones without a point, one zero; None for NaN."""
    return None if not np.isfinite(value) else int(value) if value.is_integer() else value
