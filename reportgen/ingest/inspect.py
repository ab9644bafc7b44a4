"""What one file is and why, what is in it, and, where nobody knows it, a mapping to begin with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from reportgen.errors import ConfigError
from reportgen.ingest.columns import combine
from reportgen.ingest.companions import rules_of, with_companions
from reportgen.ingest.detect import Readers, read_result
from reportgen.ingest.guess import Guess, guess
from reportgen.ingest.mapping import load_mapping
from reportgen.ingest.read import load_bytes, open_source
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.source import Limits
from reportgen.ingest.walk import SETTINGS_FILE, Entry, walk
from reportgen.numbers import count, plain, plural, size
from reportgen.records.frame import to_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from reportgen.config import Settings
    from reportgen.ingest.accounting import FileReport
    from reportgen.ingest.mapping import Mapping
    from reportgen.ingest.source import Source

#: What tells one line of the summary from another.
_BY = ("model", "model_variant", "benchmark", "split", "metric", "metric_variant")
#: Lines of the summary that are kept, and that are printed.
MOST, PRINTED = 1000, 20


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one model, benchmark and metric."""

    model: str
    model_variant: str
    benchmark: str
    split: str
    metric: str
    metric_variant: str
    records: int
    lowest: float | None
    highest: float | None
    missing: int  # records without a value
    direction: str
    unit: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """Everything there is to say about one file."""

    report: FileReport
    title: str  # of the format or the path of the mapping; "" where nobody reads it
    why: str
    models: int
    benchmarks: int
    metrics: int
    missing: dict[str, int]  # records without a value, by reason
    groups: tuple[Group, ...]  # at most `MOST`
    groups_in_all: int
    guess: Guess | None


def folder_of(file: Path) -> Path:
    """The results folder a file belongs to: the nearest above it with settings, else the one it lies in."""
    above = file.resolve().parents
    return next((folder for folder in above if (folder / SETTINGS_FILE).is_file()), above[0])


def inspect(file: Path, root: Path, settings: Settings) -> Inspected:
    """Read one file of a results folder as `ingest` would.

    Raises:
        ConfigError: The file does not lie in the folder.
    """
    entries = walk(root)
    entry = _entry(entries, file, root)
    limits = Limits(settings.max_file_bytes, settings.max_archive_ratio)
    mappings = _mappings(entries, entry, limits)
    readers = Readers(FORMATS, mappings, limits, settings.max_file_seconds)
    others = [other for other in entries if other.kind != "mapping"]
    (entry,) = [e for e in with_companions(others, rules_of(FORMATS)) if e.path == entry.path] or [entry]
    if entry.kind != "maybe":
        entry = replace(entry, kind="result")  # asked for by name, whatever rule leaves it out of a folder
    content = load_bytes(entry.place, entry.path, limits.max_bytes)
    source = open_source(content, entry.path, limits).source
    result = read_result(entry, content, readers)
    frame = combine([*result.frames, *([to_frame(result.records)] if result.records else [])])
    title, why = _who(source, readers, result.report)
    unknown = source is not None and not title
    groups, in_all = _groups(frame)
    return Inspected(
        report=result.report,
        title=title,
        why=why,
        models=frame["model"].nunique(),
        benchmarks=frame["benchmark"].nunique(),
        metrics=frame["metric"].nunique(),
        missing=_missing(frame),
        groups=groups,
        groups_in_all=in_all,
        guess=guess(source) if unknown and source is not None else None,
    )


def _entry(entries: Sequence[Entry], file: Path, root: Path) -> Entry:
    """The entry of the file."""
    place = file.resolve()
    if not place.is_relative_to(root.resolve()):
        raise ConfigError(str(file), [f"does not lie in the results folder {root}"])
    path = place.relative_to(root.resolve()).as_posix()
    found = next((entry for entry in entries if entry.path == path), None)
    return found if found is not None else Entry(path, str(place))


def _mappings(entries: Sequence[Entry], about: Entry, limits: Limits) -> list[Mapping]:
    """The valid mappings that mean the file."""
    mappings = []
    for entry in entries:
        if entry.kind == "mapping" and about.path.startswith(entry.path.rpartition("/")[0]):
            opened = open_source(load_bytes(entry.place, entry.path, limits.max_bytes), entry.path, limits)
            mapping = load_mapping(entry.path, opened.source.text)[0] if opened.source is not None else None
            mappings += [mapping] if mapping is not None and mapping.matches(about.path) else []
    return mappings


def _who(source: Source | None, readers: Readers, report: FileReport) -> tuple[str, str]:
    """Who reads the file, and why."""
    if source is None:
        return "", ""
    declared = readers.declared(source.path)
    if len(declared) == 1:
        return declared[0].path, "this mapping means the file"
    by_name = {candidate.NAME: candidate for candidate in readers.asked(source.path)}
    if declared or report.format not in by_name:
        return "", ""
    chosen = by_name[report.format]
    return chosen.TITLE, chosen.claims(source) or ""


def _missing(frame: pd.DataFrame) -> dict[str, int]:
    counts = frame.loc[frame["value"].isna(), "missing"].astype(str).value_counts()
    return {str(reason): int(many) for reason, many in sorted(counts.items())}


def _groups(frame: pd.DataFrame) -> tuple[tuple[Group, ...], int]:
    """The first records by what they are about, in order of their names, and how many groups there are."""
    if frame.empty:
        return (), 0
    grouped = frame.groupby(list(_BY), observed=True, sort=True)
    table = grouped.agg(
        records=("value", "size"),
        known=("value", "count"),
        lowest=("value", "min"),
        highest=("value", "max"),
        direction=("direction", "first"),
        unit=("unit", "first"),
    ).reset_index()
    return tuple(_group(row) for row in table.head(MOST).to_dict("records")), len(table)


def _group(row: dict[Any, Any]) -> Group:
    known = row["known"] > 0
    return Group(
        **{name: str(row[name]) for name in _BY},
        records=int(row["records"]),
        lowest=float(row["lowest"]) if known else None,
        highest=float(row["highest"]) if known else None,
        missing=int(row["records"] - row["known"]),
        direction=str(row["direction"]),
        unit=str(row["unit"]),
    )


def to_json(found: Inspected) -> str:
    """As plain data, for programs."""
    document = {
        "file": found.report.to_dict(),
        "title": found.title,
        "why": found.why,
        "models": found.models,
        "benchmarks": found.benchmarks,
        "metrics": found.metrics,
        "missing": found.missing,
        "groups": [asdict(group) for group in found.groups],
        "groups_in_all": found.groups_in_all,
        "guess": asdict(found.guess) if found.guess is not None else None,
    }
    return json.dumps(document, indent=1, sort_keys=True, allow_nan=False)


def to_text(found: Inspected) -> str:
    """For people. What the file says is made printable; the guessed mapping is valid YAML as it stands."""
    report = found.report
    lines = [f"{report.path}: {size(report.size)}", *_about(found)]
    numbers = report.numbers
    lines.append(
        f"{plural(numbers.found, 'number')}: {count(numbers.ingested)} ingested, "
        f"{count(numbers.quarantined)} quarantined, {count(numbers.ignored_total)} ignored"
    )
    lines += [f"  ignored, {reason}: {count(many)}" for reason, many in numbers.ignored.items()]
    if numbers.places:
        told = ", ".join(f"{place or 'elsewhere'} {count(many)}" for place, many in numbers.places.items())
        lines.append(f"  in no record, by JSON pointer: {told}")
    lines += _contents(found)
    lines += [f"{problem.severity}: {problem.text()}" for problem in report.problems[:PRINTED]]
    more = len(report.problems) - PRINTED
    lines += [f"… and {plural(more, 'more problem')}"] if more > 0 else []
    text = "\n".join(map(_printable, lines)) + "\n"
    return text + ("\n" + found.guess.text if found.guess is not None else "")


def _printable(text: str) -> str:
    """Nothing a terminal would act on, nothing that could pass for another line."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _about(found: Inspected) -> list[str]:
    if found.title:
        return [f"read as: {found.title}", f"because: {found.why}"]
    if found.guess is None:
        return ["read as: nothing that is known; its scores have no names, or not all at one depth"]
    lines = ["read as: nothing that is known; a mapping to begin with is below"]
    if found.guess.ambiguous:
        lines.append("the mapping can be read in two ways, and only you can tell which is right:")
        lines += [
            f"  either {found.guess.readings[0]}",
            *(f"  or {other}" for other in found.guess.readings[1:]),
        ]
    return lines


def _contents(found: Inspected) -> list[str]:
    if not found.report.records:
        return []
    what = (
        plural(found.models, "model"),
        plural(found.benchmarks, "benchmark"),
        plural(found.metrics, "metric"),
    )
    lines = [f"{plural(found.report.records, 'record')}: {', '.join(what)}"]
    lines += [f"  without a value, {reason}: {count(many)}" for reason, many in found.missing.items()]
    lines += [f"  {_group_line(group)}" for group in found.groups[:PRINTED]]
    more = found.groups_in_all - PRINTED
    return [*lines, *([f"  … and {count(more)} more"] if more > 0 else [])]


def _group_line(group: Group) -> str:
    """One line: what it is about, how many records, and the value or the range of values."""
    model = f"{group.model} ({group.model_variant})" if group.model_variant else group.model
    metric = f"{group.metric} ({group.metric_variant})" if group.metric_variant else group.metric
    about = " · ".join(filter(None, (model, group.benchmark, group.split, metric)))
    if group.lowest is None:
        values = "no value"
    elif group.lowest == group.highest:
        values = plain(group.lowest)
    else:
        values = f"{plain(group.lowest)} to {plain(group.highest)}"
    known = ", ".join(
        filter(None, (group.unit, "" if group.direction == "unknown" else f"{group.direction} is better"))
    )
    return f"{about}: {plural(group.records, 'record')}, {values}" + (f" ({known})" if known else "")
