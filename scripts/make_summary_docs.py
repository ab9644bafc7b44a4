"""Write docs/summaries.md from the summaries themselves, so that the two cannot differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.analysis.summaries.registry import SUMMARIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE = Path(__file__).resolve().parent.parent / "docs" / "summaries.md"
HEAD = """\
# Generalization summaries

Each summary runs on whatever part of the results has the fields it needs; the generalization page of a report says
for each how much it covers and what is missing. `reportgen summarize KIND` prints its table, and with
`--format json` the further tables too. Formulas, sources and assumptions are at the foot of each page of a report;
[concurrence](concurrence.md) has a page of its own, and [loss under shift](generalization.md) is explained at length.

Fields are those of the [native format](formats.md); how they are named in tables of your own is in
[mapping files](mapping.md), and what is written about models, benchmarks and metrics in [the catalog](catalog.md).
A column that is empty is unknown; the column `reason` says why.

Renew this page with `make docs`.
"""


def _columns(title: str, columns: Mapping[str, str]) -> Iterator[str]:
    if columns:
        yield f"{title}\n\n| column | meaning |\n|---|---|"
        yield (
            "\n".join(f"| `{name}` | {meaning.replace('|', '/')} |" for name, meaning in columns.items())
            + "\n"
        )


def _section(kind: Any) -> Iterator[str]:
    yield f"## {kind.TITLE}\n\n`reportgen summarize {kind.NAME}` needs {'; '.join(kind.NEEDS)}.\n"
    yield f"Without that: {kind.HOW_TO_SUPPLY}.\n"
    yield from _columns("Main table:", getattr(kind, "COLUMNS", {}))
    for name, columns in getattr(kind, "TABLES", {}).items():
        yield from _columns(f"Table `{name}`:", columns)


def page() -> str:
    """The whole text of docs/summaries.md."""
    return "\n".join([HEAD, *(part for kind in SUMMARIES for part in _section(kind))])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
