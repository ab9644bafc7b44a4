"""Records to a published version of the site."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen import __version__
from reportgen.analysis.consistency import contradictions, plain_rows
from reportgen.analysis.leaderboard import overall_reason
from reportgen.analysis.rankings.parts import registry as rankings
from reportgen.analysis.trends import version_rows
from reportgen.diff.study import Study
from reportgen.errors import PublishError
from reportgen.ingest.accounting import document_json, summary_lines, to_document
from reportgen.ingest.engines import Engine
from reportgen.ingest.settings import load_settings
from reportgen.records.native import SCHEMA_VERSION
from reportgen.site.assets import find_assets
from reportgen.site.documents import document_files
from reportgen.site.locate import built_in_mkdocs, templates_folder, user_mkdocs
from reportgen.site.publish import check as compare
from reportgen.site.publish import publish
from reportgen.site.render import Renderer
from reportgen.site.save import records_parquet
from reportgen.site.settings import Look, SiteSettings, read_look
from reportgen.site.write import write_version
from reportgen.views.concurrence.documents import documents
from reportgen.views.datasets import datasets
from reportgen.views.registry import PAGES, TABS
from reportgen.views.report import Report
from reportgen.workflow.history import (
    changes_since,
    history_files,
    history_of,
    read_past,
    snapshot_date,
    version_before,
)
from reportgen.workflow.papers import paper_summaries
from reportgen.workflow.reading import (
    EXIT_NOTHING,
    EXIT_QUARANTINE,
    Outcome,
    exit_code,
    load_some,
    problem_lines,
    unwatched,
)
from reportgen.workflow.side import ingested_side
from reportgen.workflow.summarising import concurrence_study, evidence_of, generator_of, summaries_of
from reportgen.workflow.versions import size_line, size_warning

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from reportgen.config import Settings
    from reportgen.ingest.remote import Root
    from reportgen.ingest.run import Ingested
    from reportgen.workflow.history import Past
    from reportgen.workflow.reading import Progress

#: Files that `build --check` names; the others are counted.
SHOWN_DIFFERENCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What `build` was asked for."""

    results: Root
    out: Path
    version: str = "dev"
    aliases: tuple[str, ...] = ()
    previous: str | None = None
    force: bool = False
    strict: bool = False
    check: bool = False
    site_url: str | None = None
    mkdocs_config: Path | None = None
    cache: Path | None = None
    engine: Engine = Engine()  # noqa: RUF009  # frozen, so it may be shared


def snapshot_digest(ingested: Ingested, settings: Settings) -> str:
    """SHA-256 over every input's path and content, the settings and the catalog."""
    inputs = sorted((report.path, report.sha256) for report in ingested.files)
    parts = [inputs, settings.model_dump(mode="json"), ingested.catalog.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def analyse(
    ingested: Ingested,
    settings: Settings,
    *,
    version: str = "dev",
    command: str = "",
    past: Past | None = None,
) -> Report:
    """Every number of the report, computed; nothing worded yet. `past`: the version to compare it with."""
    study = Study(ingested.frame, ingested.catalog, settings)
    table, found, agreed = study.table, study.boards, study.agreement
    level = settings.confidence
    evidence = evidence_of(ingested, table)
    contradicted = contradictions(ingested.frame, ingested.items)
    digest = snapshot_digest(ingested, settings)
    accounting = to_document(ingested.files, ingested.totals, plain_rows(contradicted))
    side = ingested_side(ingested, settings, label=version, digest=digest, accounting=accounting)
    changes = changes_since(past, side, level=level)
    date = snapshot_date(ingested.frame)

    def hand_on() -> pd.DataFrame:
        own = version_rows(version, date, table, found, agreed)
        return history_of(past, own, ingested.catalog, changes)

    return Report(
        title=settings.title,
        description=settings.description,
        version=version,
        software=__version__,
        snapshot=digest,
        level=level,
        policy=settings.missing_data,
        fewest_models=settings.min_models_for_concurrence,
        frame=ingested.frame,
        catalog=ingested.catalog,
        table=table,
        boards=found,
        no_overall=overall_reason(table, found),
        summaries=summaries_of(evidence, level=level),
        agreement=agreed,
        concurrence=concurrence_study(ingested, evidence, agreed, settings),
        rankings=rankings.study(evidence, found, generator_of),
        accounting=accounting,
        contradictions=contradicted,
        command=command,
        papers=paper_summaries(ingested, level=level),
        date=date,
        before=past.version if past else "",
        changes=changes,
        hand_on=hand_on,
    )


def build(request: BuildRequest, *, progress: Progress = unwatched) -> Outcome:
    """Read, compute, render and publish one version; or, with `request.check`, compare with what is published.

    Raises:
        ConfigError: Settings, catalog or mkdocs.yml have errors.
        NothingIngestedError: No record could be read.
        PublishError: The version exists with other content, or cannot be written.
    """
    _refuse_inside(request)
    settings = load_settings(request.results)
    ingested = load_some(request.results, request.cache, progress, request.engine)
    code, summary = exit_code(ingested), tuple(summary_lines(ingested.totals))
    if code == EXIT_QUARANTINE and request.strict:
        return Outcome((*problem_lines(ingested), *summary, "nothing published: --strict"), EXIT_NOTHING)
    command = f"reportgen build RESULTS --version {request.version}"
    past = read_past(
        request.out, version_before(request.out, request.version, request.previous), request.results
    )
    report = analyse(ingested, settings, version=request.version, command=command, past=past)
    _compute_all(report, progress)
    write = _writer(request, settings, ingested, report, progress)
    if request.check:
        differing = compare(request.out, request.version, write)
        pages_first = sorted(differing, key=lambda path: (not path.endswith(".html"), path))
        found = [f"differs: {path}" for path in pages_first[:SHOWN_DIFFERENCES]]
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
    warning = size_warning(request.out)
    lines = (
        *problem_lines(ingested),
        *summary,
        published_line(request, published),
        *((warning,) if warning else ()),
    )
    return Outcome(lines, code)


def _compute_all(report: Report, progress: Progress) -> None:
    """Every number now, so that what takes long shows how far it is."""
    studies = [report.summaries, report.concurrence, *report.rankings.values()]
    waiting = [(study, name) for study in studies for name in study]
    for done, (study, name) in enumerate(waiting):
        progress("computing", done, len(waiting))
        _ = study[name]
    progress("computing", len(waiting), len(waiting))


def _refuse_inside(request: BuildRequest) -> None:
    if isinstance(request.results, Path) and request.out.resolve().is_relative_to(request.results.resolve()):
        raise PublishError(
            f"{request.out} lies inside the results folder and would be read as results next time; "
            "choose another folder with --out"
        )


def published_line(request: BuildRequest, published: Any) -> str:
    """Where the site is now, and how much of the version is new."""
    aliases = f" ({', '.join(request.aliases)})" if request.aliases else ""
    state = "published" if published.changed else "already published, nothing to do"
    place = f"{state}: {request.out / request.version}{aliases}"
    if not published.changed:
        return place
    return f"{place}\n{size_line(request.version, (), published.sizes)}"


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
            files=snapshot_files(ingested, settings, report)
            | document_files(documents(report))
            | history_files(report, title=site.name, address=site.root_url),
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
        "date": report.date,
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
