"""What a format adapter is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from reportgen.records.frame import to_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from reportgen.records.problem import Problem
    from reportgen.records.record import Record

#: Records a reading holds as objects before they become columns (about 1 kB each, so some 50 MB).
FLUSH_AT = 50_000


class Line(NamedTuple):
    """One line of a JSON Lines file: its 1-based number, and its document or why there is none."""

    number: int
    document: Any
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What may come out of a packed file: bytes of one member, and how many times its packed size."""

    max_bytes: int = 64 * 1024 * 1024
    max_ratio: int = 250


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read safely: size capped, strict UTF-8, depth scanned, duplicates and NaN handled.

    `document` is the parsed content of a .json or .yaml file (dict, list, str, int, float, bool or None; a bare
    NaN or Infinity is a `NotANumber`); `is_document` says that there is one. Of a .jsonl file it is the document
    of the first line, `is_document` is False and all lines come from `ingest.lines.read_lines`. A binary file
    (zip, Parquet) has `data` only. Other files have `text` only. A compressed file (.csv.xz) is given unpacked.

    `companions` are the files beside it that the format asked for in `COMPANIONS`, by path, read the same way;
    one that is absent or cannot be read is not there.
    """

    path: str  # relative to the results folder, with /
    sha256: str
    size: int
    text: str
    document: Any = None
    is_document: bool = False
    has_nan: bool = False
    data: bytes = b""
    limits: Limits = Limits()
    companions: Mapping[str, Source] = field(default_factory=dict)

    def beside(self, name: str) -> Source | None:
        """The companion of this name: "run_spec.json" in the same folder, "../meta.yaml" in the one above."""
        folders = self.path.split("/")[:-1]
        steps = name.split("/")
        while steps and steps[0] == "..":
            if not folders:
                return None
            steps, folders = steps[1:], folders[:-1]
        return self.companions.get("/".join([*folders, *steps]))


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
    An item-level result is a record whose `item_id` is set.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ingested: int = 0
    quarantined: int = 0
    ignored: dict[str, int] = field(default_factory=dict)
    frames: list[pd.DataFrame] = field(default_factory=list)  # earlier records of a large file, as columns
    found: int | None = None  # numbers of the file, where the adapter has counted them itself

    def take(self, record: Record, numbers: int = 1) -> None:
        """Add a record made of this many numbers of the file (value, and error, n, ... if stated there)."""
        self.records.append(record)
        self.ingested += numbers
        if len(self.records) >= FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        """Turn the records so far into columns, which take a tenth of the memory."""
        if self.records:
            self.frames.append(to_frame(self.records))
            self.records = []

    def batches(self) -> Iterator[pd.DataFrame]:
        """All records as frames with the columns `FIELDS`, in the order taken."""
        self.flush()
        yield from self.frames

    def pointers(self) -> set[str]:
        """JSON pointers of all records taken so far."""
        flushed = (frame["pointer"].astype(str).tolist() for frame in self.frames)
        return {record.pointer for record in self.records}.union(*flushed)

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

    A format whose runs are folders may also offer `COMPANIONS: dict[str, tuple[str, ...]]`: for file names of
    its own (globs), which files beside them it wants to see, as globs relative to the file's folder
    (`{"stats.json": ("run_spec.json",)}`, `{"*": ("../meta.yaml", "../params/*")}`; a folder `{2}` is named as the
    second one above the file). They are only read when
    the format claims the file, and each is an input of its own as well. It may offer `PATHS`, a compiled
    pattern over the whole path, for files that have no ending of their own.
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
