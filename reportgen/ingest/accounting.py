"""What became of every file and of every number: found = ingested + quarantined + ignored, checked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from reportgen.ingest.counting import count_source
from reportgen.ingest.json_text import count_literals
from reportgen.ingest.places import parts_of, places_of_rest
from reportgen.numbers import count, plural
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reportgen.ingest.source import Reading, Source

Status = Literal["ingested", "quarantined", "ignored"]

NOT_A_SCORE = "not a score"
#: Contradictions that the terminal is shown.
_PRINTED = 20


class AccountingError(AssertionError):
    """The sums do not add up: a defect of this program or of an adapter, never of the data."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of one file by what became of them; `AccountingError` unless the parts make the whole."""

    found: int = 0
    ingested: int = 0
    quarantined: int = 0
    ignored: dict[str, int] = field(default_factory=dict)  # by rule, rules in alphabetical order
    places: dict[str, int] = field(default_factory=dict)  # of a document: those in no record, by JSON pointer

    def __post_init__(self) -> None:
        parts = (self.ingested, self.quarantined, *self.ignored.values())
        if min(parts) < 0 or sum(parts) != self.found:
            raise AccountingError(f"{self.found} numbers found, but {self} accounts for {sum(parts)}")
        if self.places and sum(self.places.values()) != self.found - self.ingested:
            raise AccountingError(f"places of {sum(self.places.values())} numbers in no record, but {self}")

    @property
    def ignored_total(self) -> int:
        """Numbers ignored by any rule."""
        return sum(self.ignored.values())


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. `records` are those read from it, before duplicates are taken out."""

    path: str
    status: Status
    format: str = ""
    reason: str = ""  # why it was ignored or quarantined
    records: int = 0
    numbers: Numbers = field(default_factory=Numbers)
    problems: tuple[Problem, ...] = ()
    sha256: str = ""  # "" where the file was not read
    size: int = 0
    read_with: dict[str, str] = field(default_factory=dict)  # SHA-256 of the companions, by path

    def __post_init__(self) -> None:
        if self.status != "ingested" and (self.records or self.numbers.ingested):
            raise AccountingError(f"{self.path}: {self.status}, but {self.records} records were taken")
        if self.status == "ignored" and self.numbers.quarantined:
            raise AccountingError(f"{self.path}: ignored, but numbers of it are quarantined")

    def to_dict(self) -> dict[str, Any]:
        """As plain data, the same in `ingest.json`, `check --format json` and the cache."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain["numbers"] = {name: getattr(self.numbers, name) for name in Numbers.__slots__}
        plain["problems"] = [_problem_to_dict(problem) for problem in self.problems]
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> FileReport:
        """The report that `to_dict` was made from."""
        problems = tuple(Problem(file=plain["path"], **problem) for problem in plain["problems"])
        return cls(**{**plain, "numbers": Numbers(**plain["numbers"]), "problems": problems})


def _problem_to_dict(problem: Problem) -> dict[str, Any]:
    plain = asdict(problem)
    del plain["file"]
    return plain


def account(source: Source, reading: Reading) -> Numbers:
    """The numbers of a file an adapter has read; those it does not mention are ignored as no scores.

    Raises `AccountingError` when the adapter accounts for more numbers than the file can hold.
    """
    named = reading.ingested + reading.quarantined + sum(reading.ignored.values())
    parts = parts_of(source.document) if source.is_document else None
    found = reading.found
    if found is None:
        found = count_numbers_of(source) if parts is None else sum(parts.values())
    if named > found:
        # an adapter may take numbers that are written as text ("93.5", "82.00 (7/8)")
        if reading.found is not None or named > max(found, count_literals(source.text.replace('"', " "))):
            raise AccountingError(f"{source.path}: {named} numbers accounted for, {found} found")
        found = named
    ignored = dict(reading.ignored)
    if found > named:
        ignored[NOT_A_SCORE] = ignored.get(NOT_A_SCORE, 0) + found - named
    places: dict[str, int] = {}
    if parts is not None and found > reading.ingested:
        places = places_of_rest(source.document, reading.pointers(), found - reading.ingested, parts)
    return Numbers(found, reading.ingested, reading.quarantined, dict(sorted(ignored.items())), places)


def count_numbers_of(source: Source) -> int:
    """Numbers of a JSON document or a table; of any other text those outside quotes."""
    return count_source(source) or (0 if source.is_document else count_literals(source.text))


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all files. Raises `AccountingError` unless the parts make the whole."""

    files: int = 0
    ingested: int = 0
    quarantined: int = 0
    ignored: int = 0
    numbers: int = 0
    numbers_ingested: int = 0
    numbers_quarantined: int = 0
    numbers_ignored: int = 0
    records_read: int = 0
    records: int = 0  # what is left of them
    items: int = 0  # of those, the ones about a single item
    duplicates: int = 0  # rows left out because another says the same
    superseded: int = 0  # rows left out by the policy on conflicts
    conflicts: int = 0  # evaluations reported with different values
    errors: int = 0
    warnings: int = 0

    def __post_init__(self) -> None:
        if self.files != self.ingested + self.quarantined + self.ignored:
            raise AccountingError(f"files do not add up: {self}")
        if self.numbers != self.numbers_ingested + self.numbers_quarantined + self.numbers_ignored:
            raise AccountingError(f"numbers do not add up: {self}")
        if self.records_read != self.records + self.duplicates + self.superseded:
            raise AccountingError(f"records do not add up: {self}")

    @property
    def clean(self) -> bool:
        """Whether nothing was quarantined, neither a file nor a number, and nothing else is an error."""
        return not (self.quarantined or self.numbers_quarantined or self.errors)


def total(
    files: Iterable[FileReport],
    *,
    records: int,
    items: int = 0,
    duplicates: int = 0,
    superseded: int = 0,
    conflicts: int = 0,
) -> Totals:
    """The sums over these files, with what became of their records afterwards."""
    reports = list(files)
    severities = [problem.severity for report in reports for problem in report.problems]
    return Totals(
        files=len(reports),
        ingested=sum(report.status == "ingested" for report in reports),
        quarantined=sum(report.status == "quarantined" for report in reports),
        ignored=sum(report.status == "ignored" for report in reports),
        numbers=sum(report.numbers.found for report in reports),
        numbers_ingested=sum(report.numbers.ingested for report in reports),
        numbers_quarantined=sum(report.numbers.quarantined for report in reports),
        numbers_ignored=sum(report.numbers.ignored_total for report in reports),
        records_read=sum(report.records for report in reports),
        records=records,
        items=items,
        duplicates=duplicates,
        superseded=superseded,
        conflicts=conflicts,
        errors=severities.count("error"),
        warnings=severities.count("warning"),
    )


def to_document(
    files: Sequence[FileReport], totals: Totals, contradictions: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """The whole account as plain data, files in path order.

    `contradictions` are rows with the columns of `analysis.consistency`: numbers that were ingested and cannot all
    be right.
    """
    return {
        "totals": {**asdict(totals), "clean": totals.clean, "contradictions": len(contradictions)},
        "files": [report.to_dict() for report in sorted(files, key=lambda report: report.path)],
        "contradictions": [dict(row) for row in contradictions],
    }


def document_json(document: Mapping[str, Any]) -> str:
    """The account as JSON, a line per file: keys sorted, ASCII only; same input, same bytes."""
    files, contradictions = (
        ",\n".join(_json_line(row) for row in document[name]) for name in ("files", "contradictions")
    )
    return (
        f'{{"contradictions": [\n{contradictions}\n],\n"files": [\n{files}\n],\n'
        f'"totals": {_json_line(document["totals"])}}}\n'
    )


def _json_line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False)


def to_json(
    files: Sequence[FileReport], totals: Totals, contradictions: Sequence[Mapping[str, str]] = ()
) -> str:
    """The whole account as JSON; arguments as of `to_document`."""
    return document_json(to_document(files, totals, contradictions))


def to_text(
    files: Sequence[FileReport], totals: Totals, contradictions: Sequence[Mapping[str, str]] = ()
) -> str:
    """For the terminal: every problem and contradiction on a line of its own, what was ignored by rule, the sums."""
    lines = []
    for report in sorted(files, key=lambda report: report.path):
        lines += [f"{_label(problem)} {_one_line(problem.text())}" for problem in report.problems]
    lines += [f"contradiction: {_one_line(_contradiction(row))}" for row in contradictions[:_PRINTED]]
    more = len(contradictions) - _PRINTED
    lines += [f"{plural(more, 'more contradiction')}; `--format json` lists all"] if more > 0 else []
    lines += [f"ignored: {plural(many, 'file')}: {reason}" for reason, many in _ignored_reasons(files)]
    return "\n".join([*lines, *summary_lines(totals)]) + "\n"


def _contradiction(row: Mapping[str, str]) -> str:
    where = f"{row['system']}, {row['benchmark']}: {row['message']}"
    return f"{where}: found {row['found']}, expected {row['expected']} ({row['cells']})"


def _label(problem: Problem) -> str:
    return f"{problem.severity}:"


def _ignored_reasons(files: Sequence[FileReport]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for report in files:
        if report.status == "ignored":
            counts[report.reason] = counts.get(report.reason, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def summary_lines(totals: Totals) -> list[str]:
    """The sums in three lines."""
    lines = [
        f"{plural(totals.files, 'file')}: " + _split(totals.ingested, totals.quarantined, totals.ignored),
        f"{plural(totals.numbers, 'number')}: "
        + _split(totals.numbers_ingested, totals.numbers_quarantined, totals.numbers_ignored),
        f"{plural(totals.records, 'record')}"
        + (f", of these {count(totals.items)} about single items" if totals.items else ""),
    ]
    if totals.duplicates or totals.conflicts:
        lines[-1] += (
            f" ({plural(totals.duplicates, 'duplicate')} and {count(totals.superseded)} superseded left out, "
            f"{plural(totals.conflicts, 'conflict')})"
        )
    return lines


def _split(ingested: int, quarantined: int, ignored: int) -> str:
    return f"{count(ingested)} ingested, {count(quarantined)} quarantined, {count(ignored)} ignored"


def to_github(
    files: Sequence[FileReport], contradictions: Sequence[Mapping[str, str]] = (), *, prefix: str = ""
) -> str:
    """Commands that GitHub shows as annotations; `prefix` leads from the repository to the results."""
    lines = []
    for report in sorted(files, key=lambda report: report.path):
        for problem in report.problems:
            where = [f"file={_property(prefix + report.path)}"]
            where += [f"line={problem.line}"] if problem.line is not None else []
            where += [f"title={_property(problem.code)}"]
            lines.append(f"::{problem.severity} {','.join(where)}::{_data(_annotation(problem))}")
    lines += [f"::warning title=contradiction::{_data(_contradiction(row))}" for row in contradictions]
    return "".join(line + "\n" for line in lines)


def to_gitlab(
    files: Sequence[FileReport], contradictions: Sequence[Mapping[str, str]] = (), *, prefix: str = ""
) -> str:
    """A report that GitLab shows as code quality; `prefix` leads from the repository to the results.

    Its fingerprints stay the same from run to run, so that a merge request shows what is new.
    """
    found = [
        _finding(
            problem.code, _annotation(problem), problem.severity, prefix + report.path, problem.line or 1
        )
        for report in sorted(files, key=lambda report: report.path)
        for problem in report.problems
    ]
    found += [
        _finding("contradiction", _contradiction(row), "warning", prefix or ".", 1) for row in contradictions
    ]
    return json.dumps(found, indent=1) + "\n"


def _finding(code: str, text: str, severity: str, path: str, line: int) -> dict[str, Any]:
    """One entry; the fingerprint leaves the line out, which moves when others are added above it."""
    return {
        "check_name": code,
        "description": text,
        "fingerprint": sha256(f"{code}\0{text}\0{path}".encode(errors="surrogatepass")).hexdigest(),
        "severity": {"error": "major", "warning": "minor"}.get(severity, "info"),
        "location": {"path": path, "lines": {"begin": line}},
    }


def _annotation(problem: Problem) -> str:
    """The text without the place, which the annotation carries itself."""
    text = problem.text()
    where = problem.file + (f":{problem.line}" if problem.line is not None else "")
    return text.removeprefix(where).removeprefix(": ").strip()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _one_line(text: str) -> str:
    """Nothing a terminal would act on, nothing that could pass for another line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
