"""A score outside the bounds that its own file declares is shown as a problem and not used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reportgen.numbers import plain
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Reading
    from reportgen.records.record import Record

#: Rounding may carry a score this far over a bound, relative to the range (100.00000000000001).
TOLERANCE = 1e-9


def outside(value: float | None, lower: float | None, upper: float | None) -> bool:
    """Whether the value breaks a bound that is known."""
    if value is None:
        return False
    span = abs(upper - lower) if upper is not None and lower is not None else 1.0
    slack = TOLERANCE * max(1.0, span)
    return (lower is not None and value < lower - slack) or (upper is not None and value > upper + slack)


def take_checked(reading: Reading, record: Record, numbers: int) -> None:
    """Take a record; where its value breaks its bounds, keep the record without the value and say so.

    The value stays in `raw`. -1 below a bound of 0 is how several tools write "unknown".
    """
    if not outside(record.value, record.lower, record.upper):
        reading.take(record, numbers)
        return
    sentinel = record.value == -1
    problem = Problem(
        code="sentinel" if sentinel else "out_of_bounds",
        message="a score of -1 outside its bounds stands for no score"
        if sentinel
        else "the score is outside the bounds that the file declares",
        pointer=record.pointer,
        seen=repr(record.value),
        expected=_range(record.lower, record.upper),
        hint="write null where there is no score" if sentinel else "correct the score or its bounds",
    )
    remark = "no score (-1)" if sentinel else "score out of bounds"
    without = replace(
        record,
        value=None,
        missing="sentinel",
        raw=record.raw or repr(record.value),
        stderr=None,
        stderr_kind="",
        ci_low=None,
        ci_high=None,
        ci_level=None,
        status="flagged",
        flags="; ".join(filter(None, (record.flags, remark))),
    )
    used = min(1, numbers)  # a score written as text is no number of the file
    reading.take(without, numbers - used)
    reading.quarantine(problem, used)


def _range(lower: float | None, upper: float | None) -> str:
    if lower is None:
        return f"at most {plain(upper)}"
    return f"at least {plain(lower)}" if upper is None else f"{plain(lower)} to {plain(upper)}"
