"""Sources for tests of the readers: from a file, a text or a document, by the real reader."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reportgen.ingest.read import Content, open_source

if TYPE_CHECKING:
    from pathlib import Path

    from reportgen.ingest.source import Source


def text_source(path: str, text: str) -> Source:
    """The source that the reader makes of a text at a path below the results folder."""
    data = text.encode("utf-8")
    opened = open_source(Content(data, "0" * 64, len(data)), path)
    assert opened.source is not None, [problem.text() for problem in opened.problems]
    return opened.source


def document_source(path: str, document: Any) -> Source:
    """The source of a JSON document."""
    return text_source(path, json.dumps(document))


def file_source(file: Path, folder: Path) -> Source:
    """The source of a file, with its path below `folder`."""
    data = file.read_bytes()
    opened = open_source(Content(data, "0" * 64, len(data)), file.relative_to(folder).as_posix())
    assert opened.source is not None, [problem.text() for problem in opened.problems]
    return opened.source
