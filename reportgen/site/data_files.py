"""Tables for download: CSV for spreadsheets, JSON and Parquet as the exact copies. Same frame, same bytes.

A number is written as the shortest text that reads back as the same double. What is unknown is an empty
field or null, never NaN. In CSV a text that a spreadsheet would run as a formula gets an apostrophe in
front; numbers are typed and stay as they are, and the two other formats carry the text unchanged.
"""

from __future__ import annotations

import io
import json
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reportgen.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

FOLDER = "data/tables"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
#: What makes a spreadsheet take a text for a formula (CWE-1236), also in the full-width forms some of them
#: fold.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")  # the full-width forms are meant
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


def dataset_files(datasets: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """`data/tables/<name>.{csv,json,parquet}` of every dataset, by path from the version's root, sorted.

    Raises:
        EngineError: A name is not made of lower-case letters, digits, '_' and '-', or a column name repeats.
    """
    files: dict[str, bytes] = {}
    for name, frame in sorted(datasets.items()):
        _check(name, frame)
        columns = {str(column): _plain_column(frame[column]) for column in frame.columns}
        files[f"{FOLDER}/{name}.csv"] = csv_bytes(columns)
        files[f"{FOLDER}/{name}.json"] = json_bytes(columns)
        files[f"{FOLDER}/{name}.parquet"] = parquet_bytes(columns, frame)
    return files


def download_formats(files: Mapping[str, bytes], name: str) -> tuple[tuple[str, str, int], ...]:
    """(format, path, bytes) of one dataset, as `views.blocks.Download.formats` wants them."""
    paths = [(kind, f"{FOLDER}/{name}.{kind}") for kind in ("csv", "json", "parquet")]
    return tuple((kind, path, len(files[path])) for kind, path in paths if path in files)


def _check(name: str, frame: pd.DataFrame) -> None:
    if not _NAME.fullmatch(name):
        raise EngineError(f"dataset name {name!r} cannot be a file name")
    labels = [str(column) for column in frame.columns]
    if len(set(labels)) != len(labels):
        raise EngineError(f"dataset {name!r} has two columns of the same name")


# --- values


def _plain_column(column: pd.Series[Any]) -> list[Any]:
    """Python values that JSON knows: None, bool, int, finite float, str, list, dict."""
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind == "f":
        return _plain_floats(column.to_numpy())
    values = column.tolist()
    if kind in "biu":
        return values
    return [value if type(value) is str else _plain(value) for value in values]


def _plain_floats(array: Any) -> list[float | None]:
    values: list[float | None] = (array + 0.0).tolist()  # + 0.0 makes one of the two zeros
    for place in np.flatnonzero(~np.isfinite(array)):
        values[place] = None
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))}
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=repr)
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    return _plain_scalar(value.item() if isinstance(value, np.generic) else value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else None  # + 0.0 makes one of the two zeros
    if pd.isna(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_json_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _texts(values: list[Any], encode: Callable[[Any], str]) -> list[str]:
    """Each value encoded. Words come again and again in a column, so each is encoded once; numbers are their `repr`."""
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        known = {value: encode(value) for value in set(values)}
        return [known[value] for value in values]
    if kinds <= {float, type(None)}:
        nothing = encode(None)
        return [nothing if value is None else repr(value) for value in values]
    return [encode(value) for value in values]


# --- formats


def csv_bytes(columns: Mapping[str, list[Any]]) -> bytes:
    """Comma-separated, UTF-8, one header line, LF line ends."""
    texts = [_texts(values, _csv_field) for values in columns.values()]
    header = ",".join(_csv_field(name) for name in columns)
    lines = [header, *(",".join(row) for row in zip(*texts, strict=True))]
    return ("\n".join(lines) + "\n").encode()


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = value if isinstance(value, str) else _json_text(value)
    if text[:1] in _FORMULA_STARTS:
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def json_bytes(columns: Mapping[str, list[Any]]) -> bytes:
    """`{"columns": [names], "rows": [[values in the order of columns], ...]}`, one row per line."""
    return b"".join(json_chunks([columns]))


def json_chunks(parts: Iterable[Mapping[str, list[Any]]]) -> Iterator[bytes]:
    """The same document from its rows in parts, each with all columns; at least one part, which may be empty."""
    opened = between = ""
    for columns in parts:
        if not opened:
            opened = f'{{"columns":{_json_text(list(columns))},\n"rows":[\n'
            yield opened.encode()
        texts = [_texts(values, _json_text) for values in columns.values()]
        rows = ",\n".join([f"[{','.join(row)}]" for row in zip(*texts, strict=True)])
        if rows:
            yield (between + rows).encode()
            between = ",\n"
    yield b"\n]}\n"


def csv_chunks(parts: Iterable[Mapping[str, list[Any]]]) -> Iterator[bytes]:
    """`csv_bytes` from the rows in parts: one header line for all."""
    for number, columns in enumerate(parts):
        text = csv_bytes(columns)
        yield text if number == 0 else text.partition(b"\n")[2]


def plain_parts(frame: pd.DataFrame, size: int = 10_000) -> Iterator[dict[str, list[Any]]]:
    """The frame's columns as plain values, `size` rows at a time; an empty frame is one part without rows."""
    for start in range(0, max(len(frame), 1), size):
        part = frame.iloc[start : start + size]
        yield {str(name): _plain_column(part[name]) for name in part.columns}


def parquet_bytes(columns: Mapping[str, list[Any]], frame: pd.DataFrame) -> bytes:
    """Typed columns with nulls, zstd, without the metadata of pandas (its version would change the bytes)."""
    arrays = dict(_arrow_columns(columns, frame))
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays), buffer, compression="zstd")
    return buffer.getvalue()


def _arrow_columns(columns: Mapping[str, list[Any]], frame: pd.DataFrame) -> Iterator[tuple[str, pa.Array]]:
    for (name, values), dtype in zip(columns.items(), frame.dtypes, strict=True):
        yield name, _arrow(values, dtype)


def _arrow(values: list[Any], dtype: Any) -> pa.Array:
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return pa.array(values, pa.from_numpy_dtype(dtype))
    if all(value is None or isinstance(value, str) for value in values):
        return pa.array(values, pa.string())
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Values of several types in one column: as JSON text, so that 1 and "1" stay apart.
        return pa.array([None if value is None else _json_text(value) for value in values], pa.string())
