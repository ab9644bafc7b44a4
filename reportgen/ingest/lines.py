"""JSON Lines, one line at a time: a file of transcripts is never held as documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reportgen.ingest.json_text import parse_json
from reportgen.ingest.source import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.source import Source


def text_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line that is not blank, with its 1-based number."""
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        if line.strip():
            yield number, line
        start, number = end + 1, number + 1


def read_lines(source: Source) -> Iterator[Line]:
    """Each line that is not blank; one that is broken or cut off has a problem in place of a document."""
    for number, line in text_lines(source.text):
        parsed = parse_json(line, source.path)
        problem = replace(parsed.problem, line=number) if parsed.problem is not None else None
        yield Line(number, parsed.document, problem)
