"""What a format adapter is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from reportgen.records.problem import Problem
    from reportgen.records.record import Record


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read safely: size capped, strict UTF-8, depth scanned, duplicates and NaN handled.

    `document` is the parsed JSON of a .json file (dict, list, str, int, float, bool or None; a bare NaN or
    Infinity is a `NotANumber`). Other files have `text` only and `is_json` is False.
    """

    path: str  # relative to the results folder, with /
    sha256: str
    size: int
    text: str
    document: Any = None
    is_json: bool = False
    has_nan: bool = False


@dataclass(frozen=True, slots=True)
class NotANumber:
    """A bare NaN, Infinity or -Infinity in a JSON document, where a number should be."""

    literal: str


@dataclass(slots=True)
class Reading:
    """What an adapter found in a file. Numbers are accounted by the adapter through the three methods below.

    Every number in the file is in the end exactly one of: ingested (it is a record's value, error, n or bound),
    quarantined (it should have been a record and could not), ignored (by a stated rule).
    What the adapter does not mention is counted by `ingest.accounting` as ignored, "not a score".
    """

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ingested: int = 0
    quarantined: int = 0
    ignored: dict[str, int] = field(default_factory=dict)

    def take(self, record: Record, numbers: int = 1) -> None:
        """Add a record made of this many numbers of the file (value, and error, n, ... if stated there)."""
        self.records.append(record)
        self.ingested += numbers

    def quarantine(self, problem: Problem, numbers: int = 1) -> None:
        """A place that should have been a record and is not."""
        self.problems.append(problem)
        self.quarantined += numbers

    def ignore(self, reason: str, numbers: int = 1) -> None:
        """Numbers left out by a rule that the reader can look up ("secondary metric")."""
        if numbers:
            self.ignored[reason] = self.ignored.get(reason, 0) + numbers

    def warn(self, problem: Problem) -> None:
        """A caveat about something that was ingested."""
        self.problems.append(problem)


class Format(Protocol):
    """What a module in `ingest/formats/` must offer. Modules are the adapters; there are no classes.

    A claim looks at content, not at the file's name, is cheap, and never raises. Exactly one format may claim
    a file. `read` may assume that `claims` returned a reason; it reports every other surprise as a problem.
    """

    NAME: str  # stable id, e.g. "lm_eval"
    TITLE: str  # for people, e.g. "lm-evaluation-harness 0.4"
    VERSION: str  # of the adapter; part of the cache key
    SUFFIXES: tuple[str, ...]  # file endings it can claim, lower case, e.g. (".json",)
    NEEDS: str  # the keys or header it looks for, for "closest format" messages
    TOLERATES_NAN: bool  # True where the tool is known to write bare NaN

    def claims(self, source: Source) -> str | None:
        """Why this file is of this format, in a few words; None when it is not."""

    def read(self, source: Source) -> Reading:
        """All records of the file, and everything that did not become one."""
