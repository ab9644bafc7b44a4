"""Records and projects written to files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

from reportgen import __version__
from reportgen.errors import PublishError
from reportgen.ingest.accounting import summary_lines
from reportgen.ingest.columns import joined_column
from reportgen.numbers import plural
from reportgen.records.frame import COLUMNS, sort_rows
from reportgen.site.exports import save
from reportgen.site.save import write_project, write_workflows
from reportgen.workflow.reading import Outcome, exit_code, load_some, problem_lines, unwatched

if TYPE_CHECKING:
    from reportgen.ingest.remote import Root
    from reportgen.ingest.run import Ingested
    from reportgen.workflow.reading import Progress


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """How records are to be written."""

    fmt: str = "parquet"  # one of `site.exports`
    items: bool = False  # item-level results too
    retrieved: int = 0  # seconds since 1970, where a format asks when a number without a date was read


def save_records(
    results: Root,
    out: Path | BinaryIO,
    request: ExportRequest = ExportRequest(),  # frozen
    *,
    cache: Path | None,
    progress: Progress = unwatched,
) -> Outcome:
    """Write all records to a file, or to a folder for the formats that are one; a table may also go to a stream.

    Raises:
        NothingIngestedError: No record could be read.
        PublishError: It cannot be written, or would be read as results next time.
    """
    if (
        isinstance(out, Path)
        and isinstance(results, Path)
        and out.resolve().is_relative_to(results.resolve())
    ):
        raise PublishError(f"{out} lies inside the results and would be read as results next time")
    ingested = load_some(results, cache, progress)
    progress("writing", 0, 1)
    files = save(_frame(ingested, items=request.items), request.fmt, out, retrieved=request.retrieved)
    progress("writing", 1, 1)
    wrote = (
        f"wrote {out}" + (f" ({plural(files, 'file')})" if files != 1 else "")
        if isinstance(out, Path)
        else ""
    )
    lines = (*problem_lines(ingested), *summary_lines(ingested.totals), wrote)
    return Outcome(tuple(filter(None, lines)), exit_code(ingested))


def _frame(ingested: Ingested, *, items: bool) -> pd.DataFrame:
    if not items or ingested.items.empty:
        return ingested.frame
    both = (ingested.frame, ingested.items)
    return sort_rows(pd.DataFrame({name: joined_column(both, name) for name in COLUMNS}))


def init_project(folder: Path, ci: str | None = None) -> tuple[list[Path], list[Path]]:
    """Write a new results repository with the workflows of a host; returns (written, kept because they exist).

    Where `ci` names the host and the folder has results already, only the workflows are written: nobody wants
    invented figures beside their own. Without `ci` the host is GitHub.
    """
    steps = [write_workflows(folder, ci or "github", __version__)]
    if ci is None or not (folder / "results").exists():
        steps.append(write_project(folder))
    return sorted(path for step in steps for path in step[0]), sorted(
        path for step in steps for path in step[1]
    )
