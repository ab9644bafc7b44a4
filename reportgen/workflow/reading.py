"""Files to records: the first step of every command, and the accounts of `check`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.analysis.consistency import contradictions, plain_rows
from reportgen.errors import NothingIngestedError
from reportgen.ingest.accounting import summary_lines, to_github, to_gitlab, to_json, to_text, total
from reportgen.ingest.engines import Engine, EngineName
from reportgen.ingest.remote import Root, root_of
from reportgen.ingest.run import ingest as read_results
from reportgen.ingest.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportgen.ingest.accounting import FileReport, Totals
    from reportgen.ingest.run import Ingested

    Progress = Callable[[str, int, int], None]

_ANNOTATIONS = {"github": to_github, "gitlab": to_gitlab}
EXIT_CLEAN, EXIT_NOTHING, EXIT_QUARANTINE = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended: lines for people and an exit code."""

    summary: tuple[str, ...]
    exit_code: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The text of `check` in the format asked for, and its exit code."""

    text: str
    exit_code: int


def unwatched(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def results_root(written: str) -> Root:
    """Where results lie, from a path or an address as the user wrote it."""
    return root_of(written)


def engine_of(engine: EngineName, workers: int | None, scheduler: str) -> Engine:
    """How files are to be read."""
    return Engine("dask" if scheduler else engine, workers, scheduler)


def load(
    results: Root, *, cache: Path | None = None, progress: Progress = unwatched, engine: Engine | None = None
) -> Ingested:
    """All records of a results folder, with every file accounted for."""
    told = partial(progress, "reading files")
    settings = load_settings(results)
    return read_results(results, settings, cache=cache, progress=told, engine=engine or Engine())


def load_some(
    results: Root, cache: Path | None, progress: Progress = unwatched, engine: Engine | None = None
) -> Ingested:
    """All records of a results folder; an error that says why where there is none."""
    ingested = load(results, cache=cache, progress=progress, engine=engine)
    if exit_code(ingested) == EXIT_NOTHING:
        lines = [f"nothing to publish: no record could be read from {results}"]
        lines += [*summary_lines(ingested.totals), *problem_lines(ingested)]
        lines += ["See `reportgen formats` for what can be read."]
        raise NothingIngestedError("\n".join(lines))
    return ingested


def exit_code(ingested: Ingested) -> int:
    """0 when all was clean, 3 when something was quarantined, 1 when nothing could be read."""
    return code_of(ingested.totals)


def code_of(totals: Totals) -> int:
    if totals.records == 0:
        return EXIT_NOTHING
    return EXIT_CLEAN if totals.clean else EXIT_QUARANTINE


def problem_lines(ingested: Ingested, limit: int = 20) -> tuple[str, ...]:
    """The first problems, one line each, and how many more there are."""
    problems = [problem for report in ingested.files for problem in report.problems]
    problems.sort(key=lambda problem: problem.severity != "error")
    lines = [f"{problem.severity}: {problem.text()}" for problem in problems[:limit]]
    more = len(problems) - len(lines)
    return (
        (*lines, f"… and {more} more problems; see the ingest page or `reportgen check`")
        if more
        else tuple(lines)
    )


def check(paths: Sequence[Root], *, fmt: str, engine: Engine | None = None) -> Checked:
    """Read each path without building; one account over all of them, in the format text, json, github or gitlab."""
    many = len(paths) > 1
    found = [(path, load(path, engine=engine)) for path in paths]
    reports = [
        _shown(file, _shown_path(path, file.path, many=many))
        for path, ingested in found
        for file in ingested.files
    ]
    totals = total(
        reports,
        records=sum(ingested.totals.records for _, ingested in found),
        items=sum(ingested.totals.items for _, ingested in found),
        duplicates=sum(ingested.totals.duplicates for _, ingested in found),
        superseded=sum(ingested.totals.superseded for _, ingested in found),
        conflicts=sum(ingested.totals.conflicts for _, ingested in found),
    )
    rows = [
        row for _, ingested in found for row in plain_rows(contradictions(ingested.frame, ingested.items))
    ]
    if fmt == "json":
        text = to_json(reports, totals, rows)
    elif fmt in _ANNOTATIONS:
        text = _ANNOTATIONS[fmt](reports, rows, prefix="" if many else _github_prefix(paths[0]))
    else:
        text = to_text(reports, totals, rows)
    return Checked(text, code_of(totals))


def _shown(report: FileReport, path: str) -> FileReport:
    """The report under another path, which its problems name too."""
    return replace(
        report, path=path, problems=tuple(replace(problem, file=path) for problem in report.problems)
    )


def _shown_path(root: Root, path: str, *, many: bool) -> str:
    """With several roots a path is shown from where the command runs."""
    if isinstance(root, str):
        return f"{root}/{path}" if many else path
    return (root / path if root.is_dir() else root).as_posix() if many else path


def _github_prefix(root: Root) -> str:
    """From the repository to the results, for annotations."""
    if isinstance(root, str):
        return ""
    folder = root if root.is_dir() else root.parent
    return "" if folder == Path() or folder.is_absolute() else f"{folder.as_posix()}/"
