"""Single files that commands write: records as Parquet, a new results repository."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from reportgen.errors import PublishError
from reportgen.site.locate import templates_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

#: Below site_templates: the files of a new results repository. A leading "dot-" stands for ".".
PROJECT_FOLDER = "project"


def records_parquet(frame: pd.DataFrame) -> bytes:
    """The frame as zstd Parquet. The same frame gives the same bytes with the same pyarrow."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        PublishError: It cannot be written; what was there is untouched.
    """
    write_chunks(path, [content])


def write_chunks(path: Path, content: Iterable[bytes]) -> None:
    """Write a file whole or not at all, from chunks that are made while it is written.

    Raises:
        PublishError: It cannot be written; what was there is untouched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(content)
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise PublishError(f"cannot write {path}: {error.strerror}") from error


def write_project(folder: Path) -> tuple[list[Path], list[Path]]:
    """Copy the files of a new results repository into `folder`; returns (written, kept because they exist)."""
    source = templates_folder() / PROJECT_FOLDER
    written, kept = [], []
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        parts = [
            part.replace("dot-", ".", 1) if part.startswith("dot-") else part
            for part in path.relative_to(source).parts
        ]
        target = folder.joinpath(*parts)
        if target.exists():
            kept.append(target)
        else:
            write_file(target, path.read_bytes())
            written.append(target)
    return written, kept
