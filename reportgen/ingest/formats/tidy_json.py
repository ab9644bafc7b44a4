"""One number an object: a JSON or YAML list, or JSON Lines, of flat objects with model, benchmark and value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest import tidy
from reportgen.ingest.object_rows import objects_of, read_objects
from reportgen.ingest.source import Reading

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "tidy_json"
TITLE = "JSON, YAML or JSON Lines with one score an object"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".yaml", ".yml", ".jsonl", ".ndjson")
NEEDS = tidy.NEEDS
TOLERATES_NAN = True


def claims(source: Source) -> str | None:
    """The first object names a model, a benchmark and a value plainly."""
    first = source.document
    if source.is_document:
        first = first[0] if isinstance(first, list) and first else None
    return tidy.claim(first, "keys") if tidy.is_flat(first) else None


def read(source: Source) -> Reading:
    """One record for each object; keys may differ from object to object."""
    reading = Reading()
    plans = read_objects(reading, objects_of(source), tidy.plan_of)
    tidy.warn(reading, plans)
    return reading
