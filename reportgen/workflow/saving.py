"""Records and projects written to files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest.accounting import summary_lines
from reportgen.site.save import records_parquet, write_file, write_project
from reportgen.workflow.reading import Outcome, exit_code, load_some, problem_lines, unwatched

if TYPE_CHECKING:
    from pathlib import Path

    from reportgen.ingest.remote import Root
    from reportgen.workflow.reading import Progress


def save_records(results: Root, out: Path, *, cache: Path | None, progress: Progress = unwatched) -> Outcome:
    """Write all records as one Parquet file.

    Raises:
        NothingIngestedError: No record could be read.
    """
    ingested = load_some(results, cache, progress)
    write_file(out, records_parquet(ingested.frame))
    lines = (*problem_lines(ingested), *summary_lines(ingested.totals), f"wrote {out}")
    return Outcome(lines, exit_code(ingested))


def init_project(folder: Path) -> tuple[list[Path], list[Path]]:
    """Write a new results repository; returns (written, kept because they exist)."""
    return write_project(folder)
