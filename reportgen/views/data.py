"""The data page: every table of the site as CSV, JSON and Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.views.blocks import Code, Download, Downloads, Facts, Page, Prose, Strong
from reportgen.views.common import number
from reportgen.views.datasets import datasets, files_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.views.report import Report


def pages(report: Report) -> Iterator[Page]:
    """One page."""
    tables = datasets(report)
    rows = sum(len(table.frame) for table in tables)
    yield Page(
        path="data/",
        title="Download the data",
        section="data/",
        answer=(
            "Every table on this site is here as ",
            Strong("CSV, JSON and Parquet"),
            f": {numbers.plural(len(tables), 'table')}, {numbers.plural(rows, 'row')}, in full precision.",
        ),
        blocks=(
            Facts(
                items=(
                    number(len(report.frame), "record"),
                    ("snapshot ", Strong(report.snapshot[:8])),
                    ("version ", Strong(report.version)),
                )
            ),
            Downloads(
                items=tuple(
                    Download(
                        name=table.name,
                        title=table.title,
                        rows=len(table.frame),
                        columns=tuple(
                            (str(name), table.columns.get(str(name), "")) for name in table.frame.columns
                        ),
                        formats=files_of(table.name),
                    )
                    for table in tables
                )
            ),
            _snapshot(),
        ),
    )


def _snapshot() -> Prose:
    return Prose(
        heading="The whole snapshot",
        paragraphs=(
            (
                Code("data/records.parquet"),
                " holds every record with all its fields and its origin (file, JSON pointer, SHA-256). ",
                Code("data/snapshot.json"),
                " names all inputs, ",
                Code("data/ingest.json"),
                " accounts for every file, ",
                Code("data/history.parquet"),
                " holds ranks, best scores and agreement of this version and of those before it. "
                "Text cells that a spreadsheet would run as a formula carry a "
                "leading apostrophe in the CSV files; JSON and Parquet hold the exact text.",
            ),
        ),
    )
