"""The only chain through the house: files -> records -> frame -> analysis -> views -> site.

No click and no printing: every function returns what happened. Each command of the CLI is one call here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen import __version__
from reportgen.analysis.concurrence.agreement import agreement
from reportgen.analysis.leaderboard import boards, overall_reason
from reportgen.analysis.scores import score_table
from reportgen.analysis.selection import select
from reportgen.analysis.summaries.id_ood_gap import id_ood_gap
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.errors import NothingIngestedError, PublishError
from reportgen.ingest.accounting import (
    document_json,
    summary_lines,
    to_document,
    to_github,
    to_json,
    to_text,
    total,
)
from reportgen.ingest.engines import Engine, EngineName
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.remote import Root, root_of
from reportgen.ingest.run import ingest as read_results
from reportgen.ingest.settings import load_settings
from reportgen.numbers import NotEstimable
from reportgen.records.native import SCHEMA_VERSION, json_schema
from reportgen.site.assets import find_assets
from reportgen.site.locate import built_in_mkdocs, templates_folder, user_mkdocs
from reportgen.site.publish import check as compare
from reportgen.site.publish import publish
from reportgen.site.render import Renderer
from reportgen.site.save import records_parquet, write_file, write_project
from reportgen.site.settings import Look, SiteSettings, read_look
from reportgen.site.write import write_version
from reportgen.views import tables
from reportgen.views.datasets import datasets
from reportgen.views.registry import PAGES, TABS
from reportgen.views.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportgen.analysis.table import ScoreTable
    from reportgen.config import Settings
    from reportgen.ingest.accounting import FileReport, Totals
    from reportgen.ingest.run import Ingested

    Progress = Callable[[str, int, int], None]

EXIT_CLEAN, EXIT_NOTHING, EXIT_QUARANTINE = 0, 1, 3
#: Settings compared pairwise on the site, the most covered ones; more pairs than 200 * 199 / 2 = 19,900 help nobody.
MAX_COMPARED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What `build` was asked for."""

    results: Root
    out: Path
    version: str = "dev"
    aliases: tuple[str, ...] = ()
    force: bool = False
    strict: bool = False
    check: bool = False
    site_url: str | None = None
    mkdocs_config: Path | None = None
    cache: Path | None = None
    engine: Engine = Engine()  # noqa: RUF009  # frozen


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


def _silent(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def results_root(written: str) -> Root:
    """Where results lie, from a path or an address as the user wrote it."""
    return root_of(written)


def engine_of(engine: EngineName, workers: int | None, scheduler: str) -> Engine:
    """How files are to be read."""
    return Engine("dask" if scheduler else engine, workers, scheduler)


def load(
    results: Root, *, cache: Path | None = None, progress: Progress = _silent, engine: Engine | None = None
) -> Ingested:
    """All records of a results folder, with every file accounted for."""
    told = partial(progress, "reading files")
    settings = load_settings(results)
    return read_results(results, settings, cache=cache, progress=told, engine=engine or Engine())


def _load_some(
    results: Root, cache: Path | None, progress: Progress = _silent, engine: Engine | None = None
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
    return _exit_code(ingested.totals)


def _exit_code(totals: Totals) -> int:
    if totals.records == 0:
        return EXIT_NOTHING
    return EXIT_CLEAN if totals.clean else EXIT_QUARANTINE


def snapshot_digest(ingested: Ingested, settings: Settings) -> str:
    """SHA-256 over every input's path and content, the settings and the catalog."""
    inputs = sorted((report.path, report.sha256) for report in ingested.files)
    parts = [inputs, settings.model_dump(mode="json"), ingested.catalog.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def analyse(ingested: Ingested, settings: Settings, *, version: str = "dev", command: str = "") -> Report:
    """Every number of the report, computed; nothing worded yet."""
    table = score_table(ingested.frame, ingested.catalog)
    level = settings.confidence
    found = boards(table, policy=settings.missing_data, level=level, catalog=ingested.catalog)
    return Report(
        title=settings.title,
        description=settings.description,
        version=version,
        software=__version__,
        snapshot=snapshot_digest(ingested, settings),
        level=level,
        policy=settings.missing_data,
        fewest_models=settings.min_models_for_concurrence,
        frame=ingested.frame,
        catalog=ingested.catalog,
        table=table,
        boards=found,
        no_overall=overall_reason(table, found),
        gap=id_ood_gap(table, ingested.catalog, level=level),
        agreement=agreement(
            table, level=level, max_settings=MAX_COMPARED, fewest=settings.min_models_for_concurrence
        ),
        accounting=to_document(ingested.files, ingested.totals),
        command=command,
    )


def build(request: BuildRequest, *, progress: Progress = _silent) -> Outcome:
    """Read, compute, render and publish one version; or, with `request.check`, compare with what is published.

    Raises:
        ConfigError: Settings, catalog or mkdocs.yml have errors.
        NothingIngestedError: No record could be read.
        PublishError: The version exists with other content, or cannot be written.
    """
    _refuse_inside(request)
    settings = load_settings(request.results)
    ingested = _load_some(request.results, request.cache, progress, request.engine)
    code, summary = exit_code(ingested), tuple(summary_lines(ingested.totals))
    if code == EXIT_QUARANTINE and request.strict:
        return Outcome((*problem_lines(ingested), *summary, "nothing published: --strict"), EXIT_NOTHING)
    progress("computing", 0, 1)
    command = f"reportgen build RESULTS --version {request.version}"
    report = analyse(ingested, settings, version=request.version, command=command)
    progress("computing", 1, 1)
    write = _writer(request, settings, ingested, report, progress)
    if request.check:
        differing = compare(request.out, request.version, write)
        found = [f"differs: {path}" for path in differing[:20]]
        verdict = (
            f"{len(differing)} files differ" if differing else "identical to what is published, byte for byte"
        )
        return Outcome((*summary, *found, verdict), EXIT_NOTHING if differing else code)
    published = publish(
        request.out,
        request.version,
        request.aliases,
        write,
        force=request.force,
        mutable=request.version == "dev",
    )
    lines = (*problem_lines(ingested), *summary, published_line(request, published))
    return Outcome(lines, code)


def _refuse_inside(request: BuildRequest) -> None:
    if isinstance(request.results, Path) and request.out.resolve().is_relative_to(request.results.resolve()):
        raise PublishError(
            f"{request.out} lies inside the results folder and would be read as results next time; "
            "choose another folder with --out"
        )


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


def published_line(request: BuildRequest, published: Any) -> str:
    """Where the site is now."""
    aliases = f" ({', '.join(request.aliases)})" if request.aliases else ""
    state = "published" if published.changed else "already published, nothing to do"
    return f"{state}: {request.out / request.version}{aliases}"


def _writer(
    request: BuildRequest, settings: Settings, ingested: Ingested, report: Report, progress: Progress
) -> Callable[[Path], Any]:
    """A function that writes the whole version into an empty folder."""
    mkdocs = user_mkdocs(request.mkdocs_config, Path(request.results))
    ours = mkdocs is None or mkdocs.resolve() == built_in_mkdocs().resolve()
    site = SiteSettings(
        title=settings.title,
        version=request.version,
        description=settings.description,
        site_url=request.site_url or settings.site_url,
        tabs=TABS,
        look=Look() if mkdocs is None or ours else read_look(mkdocs),
    )

    def write(target: Path) -> Any:
        progress("making pages", 0, 1)
        templates = templates_folder()
        assets = find_assets(templates)
        pages = [page for module in PAGES for page in module.pages(report)]
        progress("making pages", 1, 1)
        return write_version(
            target,
            pages=pages,
            datasets={table.name: table.frame for table in datasets(report)},
            files=snapshot_files(ingested, settings, report),
            renderer=Renderer(templates, assets.urls),
            settings=site,
            assets=assets,
        )

    return write


def snapshot_files(ingested: Ingested, settings: Settings, report: Report) -> dict[str, bytes]:
    """What a version carries so that it can be compared later without its inputs."""
    snapshot = {
        "schema": "reportgen.snapshot",
        "version": 1,
        "reportgen": __version__,
        "record_schema": SCHEMA_VERSION,
        "report_version": report.version,
        "digest": report.snapshot,
        "settings": settings.model_dump(mode="json"),
        "catalog": ingested.catalog.model_dump(mode="json", by_alias=True),
        "inputs": {file.path: file.sha256 for file in ingested.files if file.sha256},
    }
    text = json.dumps(snapshot, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    files = {
        "data/snapshot.json": text.encode(),
        "data/ingest.json": document_json(report.accounting).encode(),
        "data/records.parquet": records_parquet(ingested.frame),
    }
    if len(ingested.items):
        files["data/items.parquet"] = records_parquet(ingested.items)
    return files


def check(paths: Sequence[Root], *, fmt: str, engine: Engine | None = None) -> Checked:
    """Read each path without building; one account over all of them, in the format text, json or github."""
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
    if fmt == "json":
        text = to_json(reports, totals)
    elif fmt == "github":
        text = to_github(reports, prefix="" if many else _github_prefix(paths[0]))
    else:
        text = to_text(reports, totals)
    return Checked(text, _exit_code(totals))


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


def save_records(results: Root, out: Path, *, cache: Path | None, progress: Progress = _silent) -> Outcome:
    """Write all records as one Parquet file.

    Raises:
        NothingIngestedError: No record could be read.
    """
    ingested = _load_some(results, cache, progress)
    write_file(out, records_parquet(ingested.frame))
    lines = (*problem_lines(ingested), *summary_lines(ingested.totals), f"wrote {out}")
    return Outcome(lines, exit_code(ingested))


def _table_input(results: Root, cache: Path | None) -> tuple[Ingested, Settings, ScoreTable]:
    """What `rank`, `concurrence` and `summarize` start from."""
    ingested = _load_some(results, cache)
    return ingested, load_settings(results), score_table(ingested.frame, ingested.catalog)


def rank(results: Root, *, board: str | None, policy: str | None, fmt: str, cache: Path | None = None) -> str:
    """The leaderboards as text."""
    ingested, settings, table = _table_input(results, cache)
    found = boards(
        table, policy=policy or settings.missing_data, level=settings.confidence, catalog=ingested.catalog
    )
    return tables.rank(tables.choose_boards(found, board), fmt)


def concurrence(results: Root, *, suite: str | None, fmt: str, cache: Path | None = None) -> str:
    """Agreement of all pairs of benchmarks as text."""
    _, settings, table = _table_input(results, cache)
    found = agreement(table, level=settings.confidence, fewest=settings.min_models_for_concurrence)
    return tables.concurrence(found, fmt, suite=suite)


def summarize(results: Root, *, kind: str, fmt: str, cache: Path | None = None) -> str:
    """The table of one summary kind as text.

    Raises:
        KeyError: No such kind; the argument names those there are.
    """
    kinds = {entry.name: entry for entry in SUMMARIES}
    if kind not in kinds:
        raise KeyError(", ".join(kinds))
    ingested, settings, table = _table_input(results, cache)
    found = kinds[kind].compute(table, ingested.catalog, level=settings.confidence)
    return tables.summary(found if isinstance(found, NotEstimable) else kinds[kind].table(found), kind, fmt)


def selection(results: Root, *, method: str, fmt: str, cache: Path | None = None) -> str:
    """What one rule of model selection reports of the training runs, as text; rules: `selection.LABELS`."""
    return tables.selection(select(_load_some(results, cache).frame, method), method, fmt)


def schema() -> str:
    """JSON Schema of the native format."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False)


def formats(fmt: str) -> str:
    """The formats that are recognised, and by what."""
    rows = [(one.NAME, one.TITLE, one.SUFFIXES, one.NEEDS, one.VERSION) for one in FORMATS]
    return tables.formats(rows, fmt)


def init_project(folder: Path) -> tuple[list[Path], list[Path]]:
    """Write a new results repository; returns (written, kept because they exist)."""
    return write_project(folder)
