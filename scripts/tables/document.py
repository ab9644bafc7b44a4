"""What every suite is written as: a `reportgen.result` document with one result per line, and YAML lists."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """One result file.

    Attributes:
        path: relative to `results/`, with /.
        source: where the figures were published (fields of `records.native.SourceRef`).
        defaults: merged under every result, one level deep.
        results: as in the native format, in the order of the source table.
        date: when the evaluation ran, where the source says so.
    """

    path: str
    source: dict[str, str]
    defaults: Entry
    results: list[Entry]
    date: str = ""

    def text(self) -> str:
        """The file: keys in a fixed order, one result per line, a newline at the end."""
        head: Entry = {"schema": "reportgen.result", "version": 1, "source": self.source}
        if self.date:
            head["date"] = self.date
        head["defaults"] = self.defaults
        opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
        lines = ",\n".join("  " + _compact(result) for result in self.results)
        return f'{opening},\n "results": [\n{lines}\n ]\n}}\n'


def _compact(value: Entry) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def result(model: str | Entry, benchmark: str, value: float | None, **more: Any) -> Entry:
    """One line of `results`: what was tested, on what, with which outcome; then whatever else is known."""
    return {"model": model, "benchmark": benchmark, **_before(more), "value": value, **_after(more)}


def _before(more: Entry) -> Entry:
    return {key: more[key] for key in ("conditions", "metric") if key in more}


def _after(more: Entry) -> Entry:
    return {
        key: value for key, value in more.items() if key not in {"conditions", "metric"} and value is not None
    }


def read_rows(path: Path, *, delimiter: str = ",") -> list[dict[str, str]]:
    """A table with a header as one dictionary per row, cells stripped."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=delimiter))
    return [{key.strip(): value.strip() for key, value in row.items()} for row in rows]


def number(cell: str) -> Entry:
    """`value` and, where the cell holds no number, why: a dash is "not run", never 0."""
    if cell == "-":
        return {"value": None, "raw": cell, "missing": "dash"}
    return {"value": float(cell)}


def possible_share(value: float, items: int, decimals: int) -> bool:
    """Whether this percentage, printed with so many decimals, can be k / items for a whole k."""
    nearest = 100 * round(value * items / 100) / items
    return abs(nearest - value) <= 0.5 * 10.0**-decimals + 1e-9


def yaml_list(kind: str, entries: Iterable[Entry], header: str) -> str:
    """A YAML document with one key and a list under it, one entry per line, below a comment.

    Absent fields are left out.
    """
    lines = [*(f"# {line}".rstrip() for line in header.strip().splitlines()), f"{kind}:"]
    for entry in entries:
        stated = {key: value for key, value in entry.items() if value not in ("", None, [])}
        flow = yaml.safe_dump(
            stated, default_flow_style=True, sort_keys=False, allow_unicode=True, width=100_000
        )
        lines.append(f"  - {flow.strip()}")
    return "\n".join(lines) + "\n"
