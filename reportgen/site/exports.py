"""Records written for others: one table as CSV, JSON or Parquet, or a folder of result files.

Same records, same bytes. In CSV a text that a spreadsheet would run as a formula gets an apostrophe in front.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from reportgen.errors import PublishError
from reportgen.records import every_eval_ever, native_files
from reportgen.site.data_files import csv_chunks, json_chunks, plain_parts
from reportgen.site.save import records_parquet, write_chunks, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

#: Formats that are a folder of files, and those that are one file.
FOLDERS = ("every-eval-ever", "native")
TABLES = ("csv", "json", "parquet")


def save(frame: pd.DataFrame, fmt: str, out: Path | BinaryIO, *, retrieved: int = 0) -> int:
    """Write records (columns `records.frame.COLUMNS`) in one of `FOLDERS` or `TABLES`; returns how many files.

    Args:
        frame: the records.
        fmt: the format.
        out: a file, or for `FOLDERS` a folder that is empty or not there; a table may go to a stream.
        retrieved: seconds since 1970, for formats that ask when a number without a date was read.

    Raises:
        PublishError: It cannot be written, or the folder holds other files.
    """
    if fmt in FOLDERS:
        if not isinstance(out, Path):
            raise PublishError(f"{fmt} is a folder of files; name it with --out")
        return _save_folder(out, _documents(frame, fmt, retrieved))
    chunks = _table(frame, fmt)
    if isinstance(out, Path):
        write_chunks(out, chunks)
    else:
        out.writelines(chunks)
    return 1


def _table(frame: pd.DataFrame, fmt: str) -> Iterable[bytes]:
    if fmt == "parquet":
        return [records_parquet(frame)]
    return csv_chunks(plain_parts(frame)) if fmt == "csv" else json_chunks(plain_parts(frame))


def _documents(frame: pd.DataFrame, fmt: str, retrieved: int) -> Iterator[tuple[str, dict[str, Any]]]:
    if fmt == "native":
        return native_files.files(frame)
    return every_eval_ever.files(frame, retrieved=retrieved)


def _save_folder(folder: Path, documents: Iterable[tuple[str, dict[str, Any]]]) -> int:
    if folder.exists() and (not folder.is_dir() or next(folder.iterdir(), None) is not None):
        raise PublishError(f"{folder} is not empty; files of another export would stay among the new ones")
    written = 0
    for path, document in documents:
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        write_file(folder / path, f"{text}\n".encode())
        written += 1
    return written
