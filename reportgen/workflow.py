"""The only chain through the house: files -> records -> frame -> analysis -> views -> site.

No click and no printing: every function returns what happened. Each command of the CLI is one call here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen import __version__
from reportgen.config import Settings, parse_settings
from reportgen.errors import ConfigError, NothingIngestedError
from reportgen.ingest.run import Ingested
from reportgen.ingest.run import ingest as read_results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportgen.views.report import Report

    Progress = Callable[[str, int, int], None]

EXIT_CLEAN, EXIT_NOTHING, EXIT_QUARANTINE = 0, 1, 3
SETTINGS_FILE = "reportgen.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What `build` was asked for."""

    results: Path
    out: Path
    version: str = "dev"
    aliases: tuple[str, ...] = ()
    force: bool = False
    strict: bool = False
    check: bool = False
    site_url: str | None = None
    mkdocs_config: Path | None = None
    cache: Path | None = None


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


def load_settings(results: Path) -> Settings:
    """`reportgen.yml` of the results folder, or the defaults.

    Raises:
        ConfigError: The file has errors; all of them are listed.
    """
    path = (results if results.is_dir() else results.parent) / SETTINGS_FILE
    if not path.is_file():
        return Settings()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(SETTINGS_FILE, [f"cannot be read: {error}"]) from error
    return parse_settings(text, SETTINGS_FILE)


def load(results: Path, *, cache: Path | None = None, progress: Progress = _silent) -> Ingested:
    """All records of a results folder, with every file accounted for."""
    settings = load_settings(results)
    return read_results(
        results, settings, cache=cache, progress=lambda done, total: progress("reading files", done, total)
    )


def exit_code(ingested: Ingested) -> int:
    """0 when all was clean, 3 when something was quarantined, 1 when nothing could be read."""
    if ingested.totals.records == 0:
        return EXIT_NOTHING
    return EXIT_CLEAN if ingested.totals.clean else EXIT_QUARANTINE


def snapshot_digest(ingested: Ingested, settings: Settings) -> str:
    """SHA-256 over every input's path and content, the settings and the catalog."""
    inputs = sorted((report.path, report.sha256) for report in ingested.files)
    parts = [inputs, settings.model_dump(mode="json"), ingested.catalog.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def analyse(ingested: Ingested, settings: Settings, *, version: str = "dev", command: str = "") -> Report:
    """Every number of the report, computed; nothing worded yet."""
    from reportgen.analysis.concurrence.agreement import agreement
    from reportgen.analysis.leaderboard import boards, overall_reason
    from reportgen.analysis.scores import score_table
    from reportgen.analysis.summaries.id_ood_gap import id_ood_gap
    from reportgen.ingest.accounting import to_document
    from reportgen.views.report import Report

    table = score_table(ingested.frame, ingested.catalog)
    level = settings.confidence
    return Report(
        title=settings.title,
        description=settings.description,
        version=version,
        software=__version__,
        snapshot=snapshot_digest(ingested, settings),
        level=level,
        policy=settings.missing_data,
        frame=ingested.frame,
        catalog=ingested.catalog,
        table=table,
        boards=boards(table, policy=settings.missing_data, level=level),
        no_overall=overall_reason(table),
        gap=id_ood_gap(table, ingested.catalog, level=level),
        agreement=agreement(table, level=level, max_settings=settings.max_concurrence),
        accounting=to_document(ingested.files, ingested.totals),
        command=command,
    )
