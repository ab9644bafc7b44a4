"""Parquet tables, a batch of rows at a time, under limits that are checked before anything is unpacked."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reportgen.ingest.tables import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow.parquet as pq

SUFFIXES = (".parquet",)
MAX_ROWS = 10_000_000
#: Bytes of all columns unpacked, as the file states them: a small file may hold as many as it likes.
MAX_UNPACKED = 2_000_000_000
BATCH = 10_000


class ParquetError(Exception):
    """The bytes are no Parquet table, or one beyond the limits. The message says which."""


def open_parquet(data: bytes) -> pq.ParquetFile:
    """The table in these bytes. Raises `ParquetError`."""
    import pyarrow.parquet as pq  # noqa: PLC0415  # slow to import, and most folders hold no Parquet

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        metadata = file.metadata
        unpacked = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ParquetError(f"cannot be read as Parquet: {_first_line(error)}") from None
    if metadata.num_columns > MAX_COLUMNS:
        raise ParquetError(f"{metadata.num_columns} columns; at most {MAX_COLUMNS} are read")
    if metadata.num_rows > MAX_ROWS:
        raise ParquetError(f"{metadata.num_rows} rows; at most {MAX_ROWS} are read")
    if unpacked > MAX_UNPACKED:
        raise ParquetError(f"{unpacked} bytes unpacked; at most {MAX_UNPACKED} are read")
    return file


def column_names(data: bytes) -> tuple[str, ...]:
    """The names of the columns. Raises `ParquetError`."""
    return tuple(open_parquet(data).schema_arrow.names)


def parquet_rows(data: bytes) -> Iterator[dict[str, Any]]:
    """Each row as plain data: dates as ISO text, decimals as floats, bytes left out. Raises `ParquetError`."""
    for batch in _batches(data):
        columns = [list(map(_plain, column.to_pylist())) for column in batch.columns]
        names = batch.schema.names
        for values in zip(*columns, strict=True):
            yield dict(zip(names, values, strict=True))


def count_parquet(data: bytes) -> int:
    """Numbers in a Parquet table, nested ones included; null is none, true and false are none."""
    return sum(_count(column) for batch in _batches(data) for column in batch.columns)


def _batches(data: bytes) -> Iterator[pa.RecordBatch]:
    file = open_parquet(data)
    try:
        yield from file.iter_batches(batch_size=BATCH)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ParquetError(f"cannot be read as Parquet: {_first_line(error)}") from None


def _count(array: pa.Array) -> int:
    kind, is_a = array.type, pa.types
    if is_a.is_integer(kind) or is_a.is_floating(kind) or is_a.is_decimal(kind):
        return len(array) - int(array.null_count)
    return sum(map(_count, _parts(array)))


def _parts(array: pa.Array) -> list[pa.Array]:
    """The arrays that a nested or encoded one is made of."""
    kind, is_a = array.type, pa.types
    if isinstance(array, pa.ExtensionArray):
        return [array.storage]
    if is_a.is_dictionary(kind):
        return [array.dictionary_decode()]
    if is_a.is_struct(kind):
        return list(array.flatten())
    if is_a.is_map(kind):
        return [array.items]
    nested = is_a.is_list(kind) or is_a.is_large_list(kind) or is_a.is_fixed_size_list(kind)
    return [array.flatten()] if nested else []


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value) if math.isfinite(value) else float("nan")
    if isinstance(value, date):  # a moment is a date too
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value if value is None or isinstance(value, (str, bool, int, float)) else ""


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
