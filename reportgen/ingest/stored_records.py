"""`records.parquet` of a published version to a frame as ingest makes it, whatever release wrote it.

The file may come from a stranger. Every row holds two hashes, which no compression makes smaller than their ten
bytes each, so a file that claims many more rows than it has bytes for is refused before anything is unpacked. Texts
are read as a dictionary, so that a long text in a million rows is in memory once.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reportgen.errors import SideError
from reportgen.ingest.parquet import MAX_UNPACKED, ParquetError, open_parquet
from reportgen.records.frame import BOOLEANS, COLUMNS, FLOATS, INTEGERS, identify, sort_rows, text_column
from reportgen.records.problem import shorten
from reportgen.records.record import FIELDS, Record

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: Rows that any file may have, and bytes that each further row has at least: half of what two hashes take.
_FREE_ROWS = 100_000
_BYTES_A_ROW = 10
_IDS = ("record_id", "content_id")
#: Without these a row says nothing; every other column may be one that the file's release did not know.
_REQUIRED = ("model", "benchmark", "metric", "value")
#: Rows whose hashes are computed again, to see whether they mean what they mean today.
_CHECKED = 200
#: Of `record_id` and `content_id`: 80 bits as hex.
_HASH_CHARACTERS = 20
_DAMAGED = "copy or publish the version again"


def read_records(data: bytes, where: str, *, leave_out: frozenset[str] = frozenset()) -> pd.DataFrame:
    """The records in a Parquet file, columns `records.frame.COLUMNS`, canonical order.

    Columns that the file lacks, and those to leave out, hold what a record holds that does not state them; others
    than these are left out.
    `record_id` and `content_id` are computed anew where one of them that was read is not what this release would
    compute.

    Raises `SideError`: not Parquet, beyond the limits, a column of a wrong type, a word that none of the fields has.
    """
    file = _opened(data, where)
    present = [name for name in COLUMNS if name in file.schema_arrow.names and name not in leave_out]
    rows, spent = file.metadata.num_rows, 0
    columns: dict[str, Any] = {}
    default = cache(partial(_default, rows=rows))
    for name in present:
        array = _read(file, name, where)
        spent += array.nbytes if name not in FLOATS | INTEGERS | BOOLEANS else 0
        if spent > MAX_UNPACKED:
            raise SideError(f"{where}: its texts take more than {MAX_UNPACKED} bytes unpacked; {_DAMAGED}")
        columns[name] = default(_kind_of(name)) if _is_unknown(name, array) else _column(name, array, where)
        if len(columns[name]) != rows:
            raise SideError(f"{where}: column {name} has {len(columns[name])} rows, not {rows}; {_DAMAGED}")
    for name in (*FIELDS, *leave_out):
        columns.setdefault(name, default(_kind_of(name)))
    chosen = {name: columns[name] for name in COLUMNS if name in columns}
    return _identified(pd.DataFrame(chosen, copy=False), leave_out)


def _opened(data: bytes, where: str) -> pq.ParquetFile:
    import pyarrow.parquet as pq  # noqa: PLC0415  # slow to import

    try:
        checked = open_parquet(data)
    except ParquetError as error:
        raise SideError(f"{where}: {error}; {_DAMAGED}") from None
    rows = checked.metadata.num_rows
    if rows > _FREE_ROWS + len(data) // _BYTES_A_ROW:
        raise SideError(
            f"{where}: claims {rows} rows in {len(data)} bytes, which no records fit in; {_DAMAGED}"
        )
    schema = checked.schema_arrow
    _refuse_names(schema.names, where)
    for field in schema:
        if field.name in COLUMNS and not _is_right(field.name, field.type):
            raise _wrong_type(field.name, field.type, where)
    texts = [field.name for field in schema if field.name in COLUMNS and _is_text(field.type)]
    return pq.ParquetFile(pa.BufferReader(data), read_dictionary=texts)


def _refuse_names(names: list[str], where: str) -> None:
    absent = [name for name in _REQUIRED if name not in names]
    if absent:
        raise SideError(f"{where}: no column {', '.join(absent)}; not the records of a published version")
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise SideError(f"{where}: column {', '.join(twice)} is there twice; {_DAMAGED}")


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_right(name: str, kind: pa.DataType) -> bool:
    """Whether a column of this type can be the field of this name; one without any value can be every one."""
    is_a = pa.types
    if is_a.is_null(kind):
        return name not in _REQUIRED or name == "value"
    if name in FLOATS:
        return bool(is_a.is_floating(kind) or is_a.is_integer(kind))
    if name in INTEGERS:
        return bool(is_a.is_integer(kind))
    return bool(is_a.is_boolean(kind)) if name in BOOLEANS else _is_text(kind)


def _wrong_type(name: str, kind: pa.DataType, where: str) -> SideError:
    words = ((FLOATS, "numbers"), (INTEGERS, "whole numbers"), (BOOLEANS, "true or false"))
    expected = next((word for names, word in words if name in names), "text")
    return SideError(f"{where}: column {name}: found {shorten(str(kind))}, expected {expected}; {_DAMAGED}")


def _read(file: pq.ParquetFile, name: str, where: str) -> pa.Array:
    """One column in one piece, a text as a dictionary, hashes as plain texts."""
    try:
        column = file.read(columns=[name], use_threads=False).column(0)
        column = (
            _hashes(name, column, where) if name in _IDS and not pa.types.is_null(column.type) else column
        )
        whole = column.combine_chunks()
        array = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) and whole.num_chunks else whole
        if isinstance(array, pa.ChunkedArray):
            array = pa.array([], type=column.type)
        array.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise SideError(f"{where}: column {name} cannot be read: {first}; {_DAMAGED}") from None
    return array


def _is_unknown(name: str, array: pa.Array) -> bool:
    """Whether no row states this field."""
    counted = name in FLOATS | INTEGERS | BOOLEANS
    return bool(pa.types.is_null(array.type) or (counted and array.null_count == len(array)))


def _column(name: str, array: pa.Array, where: str) -> Any:
    if name in FLOATS:
        return _floats(name, array, where)
    if name in BOOLEANS:
        return pd.Series(pd.arrays.BooleanArray(_filled(array, fill=False), _absent(array)))
    if name in INTEGERS:
        values = _cast(name, array, pa.int64(), where)
        return pd.Series(pd.arrays.IntegerArray(_filled(values, fill=0), _absent(values)))
    return _texts(name, array, where)


def _cast(name: str, array: pa.Array, kind: pa.DataType, where: str) -> pa.Array:
    try:
        return array.cast(kind)
    except pa.ArrowException:
        raise _wrong_type(name, array.type, where) from None


def _filled(array: pa.Array, *, fill: Any) -> Any:
    return pc.fill_null(array, fill).to_numpy(zero_copy_only=False).copy()


def _absent(array: pa.Array) -> Any:
    return array.is_null().to_numpy(zero_copy_only=False).copy()


def _floats(name: str, array: pa.Array, where: str) -> pd.Series[float]:
    values = _filled(_cast(name, array, pa.float64(), where), fill=np.nan)
    if np.isinf(values).any():
        raise SideError(f"{where}: column {name} holds an infinite number; {_DAMAGED}")
    return pd.Series(values)


def _texts(name: str, array: pa.Array, where: str) -> pd.Series[Any]:
    """A text column: categories sorted and all in use; plain texts for the two hashes."""
    if name in _IDS:
        return pd.Series(pd.array(pc.fill_null(array, ""), dtype="str"))
    known = pa.concat_arrays([pc.fill_null(array.dictionary, ""), pa.array([""], array.dictionary.type)])
    places = pc.fill_null(array.indices, len(known) - 1).to_numpy(zero_copy_only=False)
    used = np.flatnonzero(np.bincount(places, minlength=len(known)))
    words = known.take(pa.array(used))
    order = pc.array_sort_indices(words).to_numpy()  # by bytes of UTF-8, which is the order of Python's texts
    ordered = words.take(pa.array(order))
    other = np.ones(len(ordered), dtype=bool)  # than the text before it
    other[1:] = pc.not_equal(ordered[1:], ordered[:-1]).to_numpy(zero_copy_only=False)
    texts = ordered.filter(pa.array(other))
    _refuse_words(name, texts, where)
    code = np.zeros(len(known), dtype=np.min_scalar_type(-max(len(texts), 1)))
    code[used[order]] = np.cumsum(other) - 1
    categories = pd.Index(pd.array(texts, dtype="str"))
    return pd.Series(pd.Categorical.from_codes(code[places], categories=categories, validate=False))


def _hashes(name: str, column: pa.ChunkedArray, where: str) -> pa.ChunkedArray:
    """Plain texts of at most 20 characters; their dictionaries, all different, are not worth uniting."""
    parts = []
    for chunk in column.chunks:
        chunk.validate(full=True)
        longest = (
            pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0
        )  # before they are repeated row by row
        if longest > _HASH_CHARACTERS:
            raise SideError(f"{where}: column {name} holds no hashes of records; {_DAMAGED}")
        parts.append(chunk.dictionary_decode())
    return pa.chunked_array(parts, type=column.type.value_type)


def _refuse_words(name: str, words: pa.Array, where: str) -> None:
    allowed = _words().get(name)
    wrong = sorted(set(words.to_pylist()) - allowed) if allowed else []
    if allowed and wrong:
        expected = ", ".join(sorted(word or "nothing" for word in allowed))
        raise SideError(
            f"{where}: column {name}: found {shorten(wrong[0])}, expected one of {expected}; {_DAMAGED}"
        )


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """The words that a field may hold, of the fields that may hold some only."""
    hints = get_type_hints(Record)
    return {name: frozenset(get_args(hint)) for name, hint in hints.items() if get_origin(hint) is Literal}


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    """What a record holds that does not state a field."""
    return {field.name: field.default for field in fields(Record) if field.name not in _REQUIRED}


def _kind_of(name: str) -> str | type:
    """What columns have in common that no row states: the type of their numbers, or the text they default to."""
    kinds = ((FLOATS, float), (INTEGERS, int), (BOOLEANS, bool))
    return next((kind for names, kind in kinds if name in names), _defaults().get(name, ""))


def _default(kind: str | type, rows: int) -> pd.Series[Any]:
    """A column that no row states; all of one kind may share it, which is a third of a large side's memory."""
    if kind is float:
        return pd.Series(np.full(rows, np.nan))
    unknown = np.ones(rows, dtype=bool)
    if kind is int:
        return pd.Series(pd.arrays.IntegerArray(np.zeros(rows, dtype=np.int64), unknown))
    if kind is bool:
        return pd.Series(pd.arrays.BooleanArray(np.zeros(rows, dtype=bool), unknown))
    return pd.Series(text_column([str(kind)], np.zeros(rows, dtype=np.intp)))


def _identified(frame: pd.DataFrame, leave_out: frozenset[str]) -> pd.DataFrame:
    if list(frame.columns) != list(COLUMNS) or not _same_ids(frame, [n for n in _IDS if n not in leave_out]):
        return identify(frame[list(FIELDS)])
    ids = pa.array(frame["record_id"].array, pa.large_string())
    in_order = pc.all(pc.less(ids[:-1], ids[1:])).as_py() is not False
    return frame if in_order else sort_rows(frame)


def _same_ids(frame: pd.DataFrame, names: list[str]) -> bool:
    """Whether these hashes of some rows, spread over all, are what this release computes of their fields."""
    sample = frame.iloc[:: max(1, len(frame) // _CHECKED)]
    again = identify(sample[list(FIELDS)].reset_index(drop=True))
    pairs = (set(zip(*(one[name] for name in names), strict=True)) for one in (sample, again))
    return len(frame) == 0 or next(pairs) == next(pairs)
