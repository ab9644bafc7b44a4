"""What each column of a table, or each key of a list of objects, means: the same for every format and mapping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from reportgen.ingest.cells import PLAIN, CellRules
from reportgen.ingest.fields import MEASURED
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reportgen.ingest.fields import UnfitError
    from reportgen.ingest.source import Reading
    from reportgen.records.record import KnownFrom

LEFT_OUT = "column left out by the mapping"


class Shared(NamedTuple):
    """What a mapping says of all records of a file."""

    constants: dict[str, Any]
    rules: CellRules
    known: KnownFrom  # who states direction and bounds


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A column of scores and the fields that all its records share."""

    column: str
    fields: dict[str, Any] = field(default_factory=dict)
    scale: float | None = None
    metrics: tuple[str, ...] = ()  # where a cell holds the scores of several metrics
    words: Mapping[str, float] = field(default_factory=dict)  # text without case -> the score that it is
    equal: str = ""  # the score is whether the cell is that of this column


class Counted(NamedTuple):
    """The columns whose numbers count, so that each number of the file counts once: of scores, and of fields."""

    scores: frozenset[str]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows become records."""

    scores: tuple[ScoreColumn, ...]
    fields: dict[str, str] = field(default_factory=dict)  # field -> column
    constants: dict[str, Any] = field(default_factory=dict)
    variants: tuple[str, ...] = ()  # columns that make another system of the same model
    rules: CellRules = PLAIN
    known: KnownFrom = "file"  # who states direction and bounds
    ignored: dict[str, str] = field(default_factory=dict)  # column -> why its numbers are left out
    refused: dict[str, Problem] = field(default_factory=dict)  # column -> why its numbers are quarantined
    otherwise: str = ""  # why those of any other column are; empty leaves them to "not a score"
    counted: Counted = field(init=False)  # of a table, where columns of different names are different cells

    def __post_init__(self) -> None:
        object.__setattr__(self, "counted", counted_once(self, lambda column: (column,)))

    def columns(self) -> set[str]:
        """Every column that is read."""
        compared = (score.equal for score in self.scores if score.equal)
        scores = (score.column for score in self.scores)
        return {*self.fields.values(), *self.variants, *scores, *compared}

    def reason(self, column: str) -> str:
        """Why the numbers of a column that is not read are left out."""
        return self.ignored.get(column, self.otherwise)


def counted_once(plan: Plan, path_of: Callable[[str], tuple[str, ...]]) -> Counted:
    """The columns that count where some are the same cell, or one stands within another, by their paths.

    A number that a score and a field share counts with the score. Whether two cells are equal is no number of them.
    """
    scores = dict.fromkeys(score.column for score in plan.scores if not score.equal)
    fields = dict.fromkeys(column for name, column in plan.fields.items() if name in MEASURED)
    own = outermost({column: path_of(column) for column in [*scores, *fields]})
    return Counted(
        frozenset(own.intersection(scores)),
        tuple(column for column in fields if column in own and column not in scores),
    )


def outermost(paths: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The names whose paths lie within no other; of several with the same path the first."""
    first: dict[tuple[str, ...], str] = {}
    for name, path in paths.items():
        first.setdefault(path, name)
    return {
        name for path, name in first.items() if not any(path[:size] in first for size in range(len(path)))
    }


def variant_of(pairs: Iterable[tuple[str, str]]) -> str:
    """The text of `model_variant`: "effort=high, precision=bfloat16", sorted, without what is not stated."""
    return ", ".join(sorted(f"{name}={written}" for name, written in pairs if written))


def unfit(place: str, line: int | None, written: str, error: UnfitError) -> Problem:
    """The problem of a cell that refuses its row."""
    return Problem(
        code="invalid",
        message="a cell does not fit its column",
        pointer=place,
        line=line,
        seen=shorten(written),
        expected=str(error),
    )


def absent_columns(reading: Reading, present: Iterable[str], wanted: Iterable[str], numbers: int) -> bool:
    """Quarantine the numbers of a table that lacks columns the mapping names; whether it lacks any."""
    names = list(present)
    absent = sorted({name for name in wanted if name not in names})
    if not absent:
        return False
    problem = Problem(
        code="column_absent",
        message="the mapping names a column that the table does not have",
        seen=shorten(", ".join(names)),
        expected=", ".join(absent),
        hint="names are compared exactly, after blanks at both ends are removed",
    )
    reading.quarantine(problem, numbers)
    return True
