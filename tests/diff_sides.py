"""Sides to compare, made of records a test states in a line each."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportgen.config import Settings
from reportgen.diff.comparison import Comparison
from reportgen.diff.model import Side
from reportgen.records.catalog import Catalog
from reportgen.records.frame import COLUMNS, identify, to_frame
from tests.factories import make_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from reportgen.records.record import Record

LEVEL = 0.95


def score(model: str, benchmark: str, value: float | None, **fields: Any) -> Record:
    """One score in [0, 1] with a standard error of 0.02, from a file of its model."""
    told = {
        "model": model,
        "model_raw": model,
        "benchmark": benchmark,
        "benchmark_raw": benchmark,
        "value": value,
    }
    return make_record(**(told | {"file": f"runs/{model}.json"} | fields))


def scores(table: Mapping[str, Mapping[str, float | None]], **fields: Any) -> list[Record]:
    """`{model: {benchmark: value}}` as records."""
    return [
        score(model, benchmark, value, **fields)
        for model, row in table.items()
        for benchmark, value in row.items()
    ]


def side(records: Iterable[Record], **fields: Any) -> Side:
    """One side; files are hashed by what the records of each say, unless `inputs` are given."""
    told = list(records)
    items = [record for record in told if record.item_id]
    whole = [record for record in told if not record.item_id]
    defaults: dict[str, Any] = {
        "label": "side",
        "kind": "results",
        "software": "0.1.0",
        "digest": _sha([repr(record) for record in told]),
        "settings": Settings(),
        "catalog": Catalog(),
        "inputs": _inputs(told),
        "frame": frame_of(whole),
        "items": frame_of(items),
        "accounting": {},
    }
    return Side(**(defaults | fields))


def frame_of(records: Sequence[Record]) -> pd.DataFrame:
    """The identified frame; an empty one has all columns too."""
    return _identified(tuple(records)).copy()


@lru_cache(maxsize=256)
def _identified(records: tuple[Record, ...]) -> pd.DataFrame:
    """Identifying takes longer than comparing, and many tests begin with the same records."""
    return (
        identify(to_frame(records))
        if records
        else identify(to_frame([make_record()])).iloc[:0][list(COLUMNS)]
    )


def compared(
    old: Iterable[Record] | Side, new: Iterable[Record] | Side, *, level: float = LEVEL
) -> Comparison:
    """The comparison of two sides, or of the sides of these records."""
    sides = [one if isinstance(one, Side) else side(one) for one in (old, new)]
    return Comparison(sides[0], sides[1], level)


def _inputs(records: Sequence[Record]) -> dict[str, str]:
    files: dict[str, list[str]] = {}
    for record in records:
        files.setdefault(record.file, []).append(repr(record))
    return {path: _sha(sorted(content)) for path, content in sorted(files.items())}


def _sha(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
