"""MNLI on genres that its training data have and on genres that they lack, for the first systems of GLUE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables import glue
from tables.document import Document, read_rows, result

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Entry

SYSTEMS = 25
SOURCE = {
    **glue.SOURCE,
    "title": "GLUE leaderboard, MNLI by genres",
    "note": (
        f"The two test sets of MNLI as the GLUE leaderboard prints them, for its first {SYSTEMS} systems without the "
        "human baselines: the matched one is of the five genres of the training data, the mismatched one of five "
        "others. The same figures are in the file of the whole leaderboard; here they are units of one benchmark, seen "
        "and not seen in training."
    ),
}
#: Column -> (unit, seen in training).
UNITS = {"MNLI-m": ("matched genres", True), "MNLI-mm": ("mismatched genres", False)}


def read(folder: Path) -> list[Document]:
    """One document, two figures for each system."""
    table = read_rows(folder / "leaderboards" / "glue__leaderboard.tsv", delimiter="\t")
    rows = [row for row in table if not row["Model"].endswith(glue.HUMAN)][:SYSTEMS]
    metric = {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"}
    defaults = {"benchmark": {"suite": "MNLI genres", "split": "test"}, "metric": metric}
    return [
        Document(
            "mnli_genres.json", SOURCE, defaults, [_unit(row, column) for row in rows for column in UNITS]
        )
    ]


def _unit(row: dict[str, str], column: str) -> Entry:
    name, seen = UNITS[column]
    items = glue.COLUMNS[column][2]
    where = {"unit_name": name, "unit_seen": seen}
    return result(row["Model"], "MNLI by genres", float(row[column]), conditions=where, n=items)
