"""One evaluation reported more than once: the same report is kept once, different ones are settled by policy.

The policy is declared in the settings and never prefers a report for its value. A failed run or an
empty cell is not a report of a score: it gives way to any report of the same evaluation that has one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.ingest.columns import in_use, joined_column
from reportgen.records.frame import identify, sort_rows
from reportgen.records.problem import Problem
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    import numpy.typing as npt

    from reportgen.config import Conflicts

    Bools = npt.NDArray[np.bool_]

#: Conflicts told one by one for each file; the rest are told as a number.
MAX_TOLD = 20


@dataclass(frozen=True, slots=True)
class Settled:
    """The frame with each evaluation once (unless the policy is `all`), and what was left out."""

    frame: pd.DataFrame
    duplicates: int  # rows left out that say the same as a row that is kept
    superseded: int  # rows left out in favour of another
    conflicts: int  # evaluations with more than one content
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Report:
    """One of several rows about one evaluation."""

    row: int  # position in the frame
    value: float
    date: str
    file: str
    pointer: str
    about: str  # of which evaluation


def settle(frame: pd.DataFrame, policy: Conflicts) -> Settled:
    """Take out duplicates, then apply the policy to what is still reported differently.

    `frame` is identified, so rows of one evaluation stand together and in order of their files.
    """
    shared = np.flatnonzero(_shared(frame["record_id"]))
    keep = np.ones(len(frame), dtype=bool)
    keep[shared] = ~frame["content_id"].iloc[shared].duplicated().to_numpy()
    empty = _without_score(frame, keep)
    keep &= ~empty
    less = _with_less_detail(frame, keep)
    keep[less] = False
    beaten = int(empty.sum())
    unique = int(keep.sum())
    rows = np.flatnonzero(keep)
    contested = rows[_shared(frame["record_id"].iloc[rows])]
    groups = _groups(frame, contested)
    settled = _apply(frame, keep, groups, policy)
    return Settled(
        settled,
        duplicates=len(frame) - unique - beaten,
        superseded=beaten + unique - len(settled),
        conflicts=len(groups),
        problems=_told([_tell(group, policy) for group in groups]),
    )


def _shared(ids: pd.Series) -> Bools:
    """Rows whose id another row has; equal ids stand together."""
    shared = np.zeros(len(ids), dtype=bool)
    if len(ids) > 1:
        above, below = (ids.iloc[part].reset_index(drop=True) for part in (slice(None, -1), slice(1, None)))
        same = (above == below).to_numpy(bool)
        shared[:-1] |= same
        shared[1:] |= same
    return shared


def _without_score(frame: pd.DataFrame, keep: Bools) -> Bools:
    """Reports without a score, of evaluations that another report has one of, or that one before says the same of.

    A failed run or an empty cell says nothing about the score, so it is no other report of it, whichever came first.
    """
    unknown = keep & frame["value"].isna().to_numpy(bool)
    if not unknown.any():
        return unknown
    ids = frame["record_id"]
    # of a million rows few have no score, and only their evaluations are looked at
    rows = np.flatnonzero(keep & ids.isin(ids[unknown].unique()).to_numpy(bool))
    empty = unknown[rows]
    mine = ids.iloc[rows]
    known = mine.isin(mine[~empty].unique()).to_numpy(bool)
    repeated = np.zeros(len(rows), dtype=bool)
    repeated[empty] = mine[empty].duplicated().to_numpy(bool)
    beaten = np.zeros(len(frame), dtype=bool)
    beaten[rows] = empty & (known | repeated)
    return beaten


def _with_less_detail(frame: pd.DataFrame, keep: Bools) -> list[int]:
    """Rows that say the same score as another and less about it.

    A summary page repeats a score without its error or sample size; that contradicts nothing.
    """
    rows = np.flatnonzero(keep)
    contested = rows[_shared(frame["record_id"].iloc[rows])]
    ids = frame["record_id"].iloc[contested].tolist()
    said = [frame[name].iloc[contested].astype(object).tolist() for name in ("value", "stderr", "n")]
    groups: dict[tuple[str, float], list[tuple[int, tuple[float, ...]]]] = {}
    for row, record_id, value, *detail in zip(contested.tolist(), ids, *said, strict=True):
        if not math.isnan(value):
            known = tuple(math.nan if pd.isna(part) else float(part) for part in detail)
            groups.setdefault((record_id, value), []).append((row, known))
    return [row for group in groups.values() for row in _repeating(group)]


def _repeating(group: list[tuple[int, tuple[float, ...]]]) -> list[int]:
    """The rows of a group whose every detail another, more detailed one of it has too."""
    by_detail = sorted(group, key=lambda entry: (sum(map(math.isnan, entry[1])), entry[0]))
    kept: list[tuple[float, ...]] = []
    dropped = []
    for row, detail in by_detail:
        if any(_covers(more, detail) for more in kept):
            dropped.append(row)
        else:
            kept.append(detail)
    return dropped


def _covers(more: tuple[float, ...], detail: tuple[float, ...]) -> bool:
    return all(math.isnan(part) or part == other for part, other in zip(detail, more, strict=True))


def _groups(frame: pd.DataFrame, contested: npt.NDArray[np.intp]) -> list[list[_Report]]:
    """The contested rows, those of one evaluation together."""
    rows = frame.iloc[contested]
    texts = {name: rows[name].astype(object).tolist() for name in ("model", "benchmark", "metric")}
    about = [", ".join(parts) for parts in zip(*texts.values(), strict=True)]
    columns = [rows[name].astype(object).tolist() for name in ("value", "date", "file", "pointer")]
    groups: dict[str, list[_Report]] = {}
    for record_id, row, *known in zip(rows["record_id"], contested.tolist(), *columns, about, strict=True):
        groups.setdefault(record_id, []).append(_Report(row, *known))
    return list(groups.values())


def _apply(frame: pd.DataFrame, keep: Bools, groups: list[list[_Report]], policy: Conflicts) -> pd.DataFrame:
    """The rows that count; a large frame is copied once at most."""
    if policy != "all" and groups:
        keep[[report.row for group in groups for report in group]] = False
        if policy == "latest":
            keep[[group[_latest(group) or 0].row for group in groups]] = True
    kept = frame if keep.all() else in_use(frame, keep)
    if policy != "mean" or not groups:
        return kept
    means = identify(_means(frame, groups))
    joined = pd.DataFrame({name: joined_column([kept, means], name) for name in frame.columns})
    return sort_rows(joined)


def _latest(group: list[_Report]) -> int | None:
    """Position of the report with the last date; None where dates do not decide.

    A report without a date decides nothing, nor does a day against a time of that day.
    """
    dates = [report.date for report in group]
    last = max(dates)
    rivals = [date for date in dates if last.startswith(date)]
    return dates.index(last) if len(rivals) == 1 else None


def _means(frame: pd.DataFrame, groups: list[list[_Report]]) -> pd.DataFrame:
    """The first row of each group with the mean of all its values (columns `FIELDS`).

    Error, interval and sample size of such a mean are not known.
    """
    rows = frame.loc[[group[0].row for group in groups], list(FIELDS)].reset_index(drop=True)
    values = [sorted(report.value for report in group if not math.isnan(report.value)) for group in groups]
    has_value = [bool(found) for found in values]
    remarks = [f"mean of {len(found)} differing reports" for found in values]
    flags = [
        "; ".join(filter(None, pair)) for pair in zip(rows["flags"].astype(object), remarks, strict=True)
    ]
    missing = [
        "" if known else old for known, old in zip(has_value, rows["missing"].astype(object), strict=True)
    ]
    empty = [""] * len(rows)
    texts = {"flags": flags, "missing": missing, "raw": empty, "stderr_kind": empty, "n_kind": empty}
    for name, column in texts.items():
        rows[name] = pd.Categorical(column, categories=sorted(set(column)))
    rows["value"] = [math.fsum(found) / len(found) if found else math.nan for found in values]
    for name in ("stderr", "ci_low", "ci_high", "ci_level"):
        rows[name] = np.nan
    rows["n"] = pd.array([pd.NA] * len(rows), dtype="Int64")
    return rows


_OUTCOMES = {
    "latest": "the latest is kept",
    "undecided": "their dates do not decide, so the first path is kept",
    "mean": "their mean is kept",
    "all": "all are kept",
    "error": "none is kept",
}


def _tell(group: list[_Report], policy: Conflicts) -> Problem:
    latest = _latest(group)
    outcome = _OUTCOMES["undecided" if policy == "latest" and latest is None else policy]
    where = [f"{_shown(report.value)} in {report.file}" for report in group]
    # said at a file whose report is not the one kept
    teller = group[0 if policy == "latest" and latest else 1]
    return Problem(
        code="conflict",
        message=f"{group[0].about}: reported differently; {outcome}",
        file=teller.file,
        pointer=teller.pointer,
        seen="; ".join(where[:4]) + (f"; and {len(where) - 4} more" if len(where) > 4 else ""),
        hint="remove one, date them, or state what differs (revision, prompt, seed)",
        severity="error" if policy == "error" else "warning",
    )


def _shown(value: float) -> str:
    return "no value" if math.isnan(value) else repr(value)


def _told(problems: list[Problem]) -> tuple[Problem, ...]:
    """At most `MAX_TOLD` for each file, and one that counts the rest."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    told: list[Problem] = []
    for file, found in sorted(by_file.items()):
        told += found[:MAX_TOLD]
        if len(found) > MAX_TOLD:
            more = f"{len(found) - MAX_TOLD} more evaluations of this file are reported differently elsewhere"
            told.append(Problem(code="conflict", message=more, file=file, severity=found[0].severity))
    return tuple(told)
