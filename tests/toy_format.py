"""A tiny result format for tests of the machinery around formats.

    {"toy": "1", "model": "m", "scores": {"bench": 0.5, "other": "n/a"}, "date": "2026-01-01", "seconds": 3}

A score that is no number is quarantined, `seconds` is ignored by rule, everything else is not mentioned.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportgen.ingest.source import Reading, Source
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def toy_claims(source: Source) -> str | None:
    document = source.document
    return "has 'toy'" if isinstance(document, dict) and "toy" in document and "scores" in document else None


def toy_read(source: Source) -> Reading:
    reading = Reading()
    document = source.document
    reading.ignore("runtime", int("seconds" in document))
    for name, value in document["scores"].items():
        pointer = f"/scores/{name}"
        if type(value) in (int, float):
            reading.take(
                Record(
                    model=document["model"],
                    benchmark=name,
                    metric=document.get("metric", "accuracy"),
                    value=float(value),
                    pointer=pointer,
                    date=document.get("date", ""),
                    tool=document.get("tool", ""),
                    unit=document.get("unit", ""),
                    flags=document.get("flags", ""),
                )
            )
        else:
            problem = Problem(
                code="not_a_number", message="a score is no number", pointer=pointer, seen=shorten(value)
            )
            reading.quarantine(problem, 0)
    return reading


@dataclass(frozen=True)
class ToyFormat:
    """Stands where a module of `ingest/formats/` would."""

    NAME: str = "toy"
    TITLE: str = "Toy results"
    VERSION: str = "7"
    SUFFIXES: tuple[str, ...] = (".json",)
    NEEDS: str = "toy, model and scores"
    TOLERATES_NAN: bool = False
    claims: Callable[[Source], str | None] = field(default=toy_claims)
    read: Callable[[Source], Reading] = field(default=toy_read)


TOY = ToyFormat()


def toy_document(model: str = "m", scores: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"toy": "1", "model": model, "scores": {"bench": 0.5} if scores is None else scores, **more}


def write_toy(place: Path, model: str = "m", scores: dict[str, Any] | None = None, **more: Any) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(toy_document(model, scores, **more)), encoding="utf-8")
    return place
