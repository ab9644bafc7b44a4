"""Scores of OpenAI's simple-evals (https://github.com/openai/simple-evals): `<eval>_<model>[_<date>].json`.

The file is a flat object of numbers with a `score`, which many tools write. So this is the one format that is also
recognised by the name of its file: an evaluation of simple-evals, then the model. `<metric>:std` is a deviation over
items and no standard error, and the number of items is not written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import pointer, score
from reportgen.ingest.read import inner_name
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "simple_evals"
TITLE = "OpenAI simple-evals"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "score, chars, <evaluation>_<model>.json"
TOLERATES_NAN = True

_FILE = re.compile(
    r"(?:^|/)(?P<eval>mmlu|math|gpqa|mgsm|drop|humaneval|simpleqa|browsecomp"
    r"|healthbench(?:_hard|_consensus|_meta)?)"
    r"_(?P<model>[^/]+?)(?P<debug>_DEBUG)?"
    r"(?:_(?P<day>\d{8})_(?P<time>\d{6}))?(?P<debug_after>_DEBUG)?\.json$",
    re.ASCII,
)
_DEVIATION = ":std"


def claims(source: Source) -> str | None:
    """A file name of an evaluation and a model, and in the file nothing nested, but a `score`."""
    document = source.document
    if not isinstance(document, dict) or "score" not in document or not _FILE.search(inner_name(source.path)):
        return None
    flat = not any(isinstance(value, (dict, list)) for value in document.values())
    return "file name of an evaluation and a model, a flat object with a `score`" if flat else None


def read(source: Source) -> Reading:
    """One record for each metric; the score is the main one."""
    found = _FILE.search(inner_name(source.path))
    reading = Reading()
    if found is None:
        return reading
    fields = _fields(found)
    for key, value in source.document.items():
        if key.endswith(_DEVIATION):
            reading.ignore(
                "standard deviation over items, which is not a standard error", count_numbers(value)
            )
            continue
        number, missing = score(value)
        if number is None and not missing:
            problem = Problem(
                code="value_not_a_number",
                message="the score is not a number",
                pointer=pointer(key),
                seen=shorten(value),
                expected="a number",
            )
            reading.quarantine(problem, count_numbers(value))
            continue
        record = Record(
            **fields,
            metric=key,
            metric_raw=key,
            primary=key == "score",
            value=number,
            missing=missing,
            pointer=pointer(key),
        )
        reading.take(record, count_numbers(value))
    return reading


def _fields(found: re.Match[str]) -> dict[str, Any]:
    """What the name of the file says; a trial run on a few items is partial."""
    day, time = found["day"], found["time"]
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}" if day else ""
    trial = bool(found["debug"] or found["debug_after"])
    return {
        "model": found["model"],
        "model_raw": found["model"],
        "benchmark": found["eval"],
        "benchmark_raw": found["eval"],
        "status": "partial" if trial else "ok",
        "flags": "debug run on a few items" if trial else "",
        "tool": "simple_evals",
        "date": date,
        "date_source": "filename" if date else "",
    }
