"""Single files that commands write: records as Parquet, a new results repository, its workflows."""

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
#: Below site_templates: a folder for each host, with the files that let it build and compare.
CI_FOLDER = "ci"
#: In these files, for the version of this program: a workflow installs what it was written with.
_VERSION_MARK = b"@VERSION@"


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
    return _copy(PROJECT_FOLDER, folder)


def write_workflows(folder: Path, host: str, version: str) -> tuple[list[Path], list[Path]]:
    """Copy the workflows of a host ("github", "gitlab"), which install this version; returns as `write_project`."""
    return _copy(f"{CI_FOLDER}/{host}", folder, version)


def _copy(name: str, folder: Path, version: str = "") -> tuple[list[Path], list[Path]]:
    source = templates_folder() / name
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
            write_file(target, path.read_bytes().replace(_VERSION_MARK, version.encode()))
            written.append(target)
    return written, kept
