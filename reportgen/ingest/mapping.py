"""Mapping files: how the user says what the columns of a table or the levels of a document mean.

`<name>.mapping.yml` lies beside the data or in a folder above it, and speaks for the files that its glob
matches in and below its own folder. A mapped file is never offered to the formats.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from reportgen.ingest import mapping_document, mapping_objects, mapping_scores, mapping_table
from reportgen.ingest.cells import CellRules
from reportgen.ingest.counting import count_source
from reportgen.ingest.document import members, pointer
from reportgen.ingest.fields import SETTABLE, UnfitError, fit
from reportgen.ingest.invalid import problems_of
from reportgen.ingest.mapping_schema import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_PATTERN,
    ColumnSettings,
    Constants,
    MappingFile,
)
from reportgen.ingest.names import names_of
from reportgen.ingest.plan import Shared
from reportgen.ingest.source import Reading
from reportgen.ingest.yaml_text import load_yaml
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from pydantic import BaseModel

    from reportgen.ingest.source import Source
    from reportgen.records.record import KnownFrom

#: Stands as `format` and `adapter_version` in records that a mapping made.
FORMAT = "mapping"
VERSION = "2"
SUFFIXES = (".mapping.yml", ".mapping.yaml")
#: Paths longer than this are matched by no pattern.
MAX_PATH = 1000
_REPEATED_GROUP = re.compile(r"(?<!\\)\)[*+{]")


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping file, ready to use."""

    path: str
    spec: MappingFile
    digest: str  # SHA-256 of its text; part of the cache key of every file that it maps
    globs: tuple[re.Pattern[str], ...]
    path_pattern: re.Pattern[str] | None
    rules: CellRules

    @property
    def version(self) -> str:
        """Stands as the version of the adapter, so that another mapping is another reading."""
        return f"{VERSION}-{self.digest[:12]}"

    @property
    def folder(self) -> str:
        """The folder whose files it may map, with a / at the end; empty for the results folder."""
        head, slash, _ = self.path.rpartition("/")
        return head + slash

    def matches(self, path: str) -> bool:
        """Whether this mapping speaks for the file."""
        if not path.startswith(self.folder) or is_mapping(path):
            return False
        below = path[len(self.folder) :]
        return len(below) <= MAX_PATH and any(glob.fullmatch(below) for glob in self.globs)


def is_mapping(path: str) -> bool:
    """Whether a file is a mapping, by its name."""
    return path.lower().endswith(SUFFIXES)


def load_mapping(path: str, text: str) -> tuple[Mapping | None, list[Problem]]:
    """The mapping in a text, or everything that is wrong with it, with pointers into the YAML."""
    document, problem = load_yaml(text.removeprefix("\ufeff"), MAX_CHARACTERS, MAX_DEPTH)
    if problem is not None:
        return None, [_about(problem, path)]
    problems: list[Problem] = []
    spec = None
    try:
        spec = TypeAdapter(MappingFile).validate_python(document)
    except ValidationError as error:
        problems += problems_of(error)
    problems += _constants_problems(members(document))
    problems += _contradictions(spec) if spec is not None else []
    pattern, pattern_problems = _compile("path_pattern", members(document).get("path_pattern"))
    _, header_problems = _compile("header_pattern", members(document).get("header_pattern"))
    problems += pattern_problems + header_problems
    if spec is None or problems:
        return None, [_about(problem, path) for problem in _unique(problems)]
    globs = [spec.files] if isinstance(spec.files, str) else spec.files
    mapping = Mapping(
        path=path,
        spec=spec.model_copy(update=_typed(spec)),
        digest=hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest(),
        globs=tuple(map(glob_pattern, globs)),
        path_pattern=pattern,
        rules=CellRules(
            spec.decimal, spec.thousands, frozenset(spec.missing), spec.parentheses, spec.plus_minus
        ),
    )
    return mapping, []


def _typed(spec: MappingFile) -> dict[str, Any]:
    """Constants and column settings with the types of their fields: 0 for a bound is 0.0."""
    columns = spec.columns
    if isinstance(columns, dict):
        columns = {name: _dump(ColumnSettings, stated or {}) for name, stated in columns.items()}
    return {"constants": _dump(Constants, spec.constants), "columns": columns}


def _dump(model: type[BaseModel], stated: dict[str, Any]) -> dict[str, Any]:
    return model.model_validate(stated).model_dump(exclude_none=True)


def _about(problem: Problem, path: str) -> Problem:
    return replace(problem, file=path, hint=problem.hint or "see the page about mapping files")


def _unique(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _constants_problems(document: dict[str, Any]) -> list[Problem]:
    """Constants and column settings are fields of a record, each with its own type."""
    problems: list[Problem] = []
    columns = document.get("columns")
    checks: list[tuple[tuple[str, ...], Any, Any]] = [(("constants",), document.get("constants"), Constants)]
    if isinstance(columns, dict):
        checks += [(("columns", str(name)), stated, ColumnSettings) for name, stated in columns.items()]
    for place, stated, model in checks:
        if isinstance(stated, dict):
            try:
                TypeAdapter(model).validate_python(stated)
            except ValidationError as error:
                problems += problems_of(error, prefix=place)
    return problems


def _contradictions(spec: MappingFile) -> list[Problem]:
    """What is well-formed and cannot work."""
    found: list[tuple[str, str, str]] = []
    if spec.layout == "nested" and spec.format in {"csv", "parquet"}:
        found.append(("/layout", spec.layout, "wide or tidy for csv and parquet"))
    if spec.layout != "wide" and (spec.header != ["benchmark"] or spec.header_pattern):
        found.append(("/header", spec.layout, "layout: wide"))
    if len(spec.header) > 1 and (spec.format != "csv" or spec.header_pattern):
        found.append(("/header", "several header rows", "format: csv, and no header_pattern"))
    if spec.row_names is not None and (spec.format != "csv" or len(spec.header) > 1):
        found.append(("/row_names", spec.row_names, "format: csv, and one header row"))
    unknown = [(pointer("fields", name), name) for name in spec.fields if name not in SETTABLE]
    unknown += [(pointer("levels", at), name) for at, name in enumerate(spec.levels) if not _is_level(name)]
    unknown += [(pointer("header", at), name) for at, name in enumerate(spec.header) if name not in SETTABLE]
    found += [(where, name, "a field of a record") for where, name in unknown]
    if spec.decimal == spec.thousands:
        found.append(("/thousands", spec.thousands, "another character than `decimal`"))
    found += _unreachable(spec)
    found += mapping_scores.findings(spec)
    found += mapping_document.findings(spec)
    globs = [spec.files] if isinstance(spec.files, str) else spec.files
    found += [
        ("/files", glob, "a glob below the folder of the mapping")
        for glob in globs
        if glob.startswith("/") or ".." in glob.split("/")
    ]
    return [
        Problem(
            code="invalid", message="this cannot work", pointer=where, seen=shorten(seen), expected=expected
        )
        for where, seen, expected in found
    ]


def _is_level(name: str) -> bool:
    return name in SETTABLE or name == "*" or name.startswith("/")


def _unreachable(spec: MappingFile) -> list[tuple[str, str, str]]:
    """Models, benchmarks and values that nothing in the mapping leads to."""
    stated = {*spec.fields, *spec.levels, *spec.constants, *_groups(spec.path_pattern)}
    found: list[tuple[str, str, str]] = []
    if "model" not in stated and spec.model_column is None:
        found.append(
            ("/fields", "no model", "model_column, or a field, level, constant or group named model")
        )
    if spec.layout == "wide":
        if not spec.columns:
            found.append(("/columns", "no columns", "all, a list of columns, or columns with settings"))
        own = (
            [settings or {} for settings in spec.columns.values()] if isinstance(spec.columns, dict) else [{}]
        )
        named = {*stated, *spec.header, *_groups(spec.header_pattern)}
        if "benchmark" not in named and not all("benchmark" in settings for settings in own):
            found.append(("/header", "no benchmark", "a header, field, constant or group named benchmark"))
    elif "benchmark" not in stated:
        found.append(("/fields", "no benchmark", "a field, level, constant or group named benchmark"))
    if spec.layout == "tidy" and "value" not in spec.fields:
        found.append(("/fields", "no value", "value: <name of the column with the scores>"))
    return found


def _groups(pattern: str | None) -> list[str]:
    return re.findall(r"\(\?P<(\w+)>", pattern or "")


def _compile(key: str, pattern: Any) -> tuple[re.Pattern[str] | None, list[Problem]]:
    if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN:
        return None, []  # the schema has said so
    try:
        if _REPEATED_GROUP.search(pattern):
            raise re.error("a repeated group can take forever; repeat single characters only")  # noqa: TRY301  # one except clause words it
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return None, [
            Problem(
                code="invalid_pattern",
                message=f"not a regular expression: {error}",
                pointer=f"/{key}",
                seen=shorten(pattern),
                expected=f"a regular expression of at most {MAX_PATTERN} characters",
            )
        ]
    return compiled, [
        Problem(
            code="unknown_field",
            message="a group names no field of a record",
            pointer=f"/{key}",
            seen=shorten(name),
            hint="write (?:...) for a group without a meaning",
        )
        for name in compiled.groupindex
        if name not in SETTABLE
    ]


def glob_pattern(glob: str) -> re.Pattern[str]:
    """A glob as a regular expression: `*` and `?` stay within a folder, `**/` stands for any folders."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", re.sub(r"(\*\*/)+", "**/", re.sub(r"\*{3,}", "**", glob)))
    translated = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(translated.get(part, re.escape(part)) for part in parts))


def read_mapped(mapping: Mapping, source: Source, known: KnownFrom = "user") -> Reading:
    """All records of a file, read as its mapping says; `known` is who wrote the mapping."""
    reading = Reading()
    constants = dict(mapping.spec.constants)
    problem = _read_path(mapping, source.path, constants)
    if problem is not None:
        reading.quarantine(problem, count_source(source))
        return reading
    unmet = unmet_names(mapping.spec, source)
    if unmet:
        reading.quarantine(_not_meant(unmet), count_source(source))
        return reading
    spec, shared = mapping.spec, Shared(constants, mapping.rules, known)
    read = mapping_document.read if spec.layout == "nested" else mapping_objects.read
    if spec.format == "csv":
        mapping_table.read(reading, spec, source, shared)
    elif _is_of(spec.format, source):
        read(reading, spec, source, shared)
    else:
        message = f"the mapping says {spec.format}, and the file is not"
        reading.problems.append(Problem(code=f"not_{spec.format}", message=message, pointer=""))
    return reading


def _is_of(kind: str, source: Source) -> bool:
    if kind == "parquet":
        return bool(source.data)
    if kind == "jsonl":
        return not source.is_document and not source.data
    return source.is_document


def unmet_names(spec: MappingFile, source: Source) -> list[tuple[str, str]]:
    """The names that `when` asks for or excludes and the file does not fulfil, each with what is wrong."""
    if spec.when is None:
        return []
    names = names_of(source, records=spec.records, skip_rows=spec.skip_rows)
    lacking = [(name, "is absent") for name in spec.when.columns if name not in names]
    return lacking + [(name, "is there") for name in spec.when.absent if name in names]


def _not_meant(unmet: list[tuple[str, str]]) -> Problem:
    return Problem(
        code="not_meant",
        message="the file is not what its mapping says under `when`",
        seen=", ".join(f"{shorten(name)} {what}" for name, what in unmet[:5]),
        hint="narrow `files` of the mapping, or mend `when`",
    )


def _read_path(mapping: Mapping, path: str, constants: dict[str, Any]) -> Problem | None:
    """Add what the path says to the constants; a problem where the pattern does not match."""
    if mapping.path_pattern is None:
        return None
    match = mapping.path_pattern.search(path) if len(path) <= MAX_PATH else None
    if match is None:
        return Problem(
            code="path_unmatched",
            message="the path does not match the path_pattern of its mapping",
            seen=shorten(path),
            expected=mapping.path_pattern.pattern,
        )
    for name, written in match.groupdict(default="").items():
        try:
            constants[name] = fit(name, written)
        except UnfitError as error:
            return Problem(
                code="invalid",
                message=f"the path states a {name} that does not fit",
                seen=shorten(written),
                expected=str(error),
            )
        if name == "date" and written:
            constants["date_source"] = "filename"
    return None
