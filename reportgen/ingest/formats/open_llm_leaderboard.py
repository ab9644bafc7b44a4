"""Open LLM Leaderboard 2 of Hugging Face: rows of its API (JSON), and its wide table (CSV or Parquet).

Every benchmark has two scores, which are two metrics: `raw_score`, a fraction, and `normalized_score`, in percent
of the range between chance and a perfect score, the one the leaderboard shows. The average is over the latter. One
model may be there in several precisions, which make other systems, and at several commits.
"""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, text
from reportgen.ingest.read import inner_name
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import (
    named,
    numbers_of,
    of_benchmark,
    of_metric,
    open_table,
    refuse,
    remarks,
    take_score,
)
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import read_header
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.source import Source

NAME = "open_llm_leaderboard"
TITLE = "Open LLM Leaderboard 2"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".csv", ".parquet")
NEEDS = "model, evaluations, features, metadata"
TOLERATES_NAN = False

SUITE = "Open LLM Leaderboard 2"
AVERAGE = "average"
#: Columns of the wide table; each is there once more with " Raw" behind it.
COLUMNS = {
    "IFEval": "ifeval", "BBH": "bbh", "MATH Lvl 5": "math", "GPQA": "gpqa", "MUSR": "musr", "MMLU-PRO": "mmlu_pro",
}  # fmt: skip
_RAW = " Raw"
_LEAST = 3
_ANCHOR = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_TRUE = frozenset({"true", "1", "yes"})


def claims(source: Source) -> str | None:
    """Rows with `evaluations` of a value and a normalized score; or columns such as `IFEval Raw`."""
    if source.is_document:
        rows = source.document if isinstance(source.document, list) else []
        return "`model` and `evaluations` with normalized scores" if any(map(_is_row, rows)) else None
    if inner_name(source.path).lower().endswith(".parquet"):
        header = _parquet_columns(source.data)
    else:
        header = read_header(source.text, path=source.path)
    found = sum(name + _RAW in header and name in header for name in COLUMNS)
    return "columns such as `IFEval` and `IFEval Raw`" if found >= _LEAST and "Model" in header else None


def _is_row(row: Any) -> bool:
    scores = members(members(row).get("evaluations"))
    return isinstance(members(row).get("model"), dict) and any(
        {"value", "normalized_score"} <= members(score).keys() for score in scores.values()
    )


def _parquet_columns(data: bytes) -> tuple[str, ...]:
    import pyarrow as pa  # noqa: PLC0415  # slow, and only needed for Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415  # the same

    try:
        return tuple(pq.read_schema(io.BytesIO(data)).names)
    except (pa.ArrowException, OSError):
        return ()


def read(source: Source) -> Reading:
    """Two records for each model and benchmark, and one for its average."""
    return _read_rows(source.document) if source.is_document else _read_wide(source)


def _system(name: str, revision: str, precision: str, weights: str, *, flagged: bool) -> dict[str, Any]:
    """The fields of one model at one commit and precision; adapters and deltas are other systems."""
    system = named(name)
    variant = {
        "precision": precision.removeprefix("torch."),
        "weights": "" if weights == "Original" else weights,
    }
    return system | {
        "model_revision": revision,
        "model_variant": ", ".join(f"{key}={value}" for key, value in variant.items() if value),
        "flags": remarks(system["flags"], "flagged by the leaderboard" if flagged else ""),
        "status": "flagged" if flagged else "ok",
        "suite": SUITE,
        "tool": NAME,
    }


def _measured(metric: str, *, benchmark: str, raw: str) -> dict[str, Any]:
    fields = of_benchmark(benchmark, raw) | of_metric(metric) | {"primary": metric == "normalized_score"}
    return fields | {"unit": "percent" if metric == "normalized_score" else "fraction", "parent": AVERAGE}


def _average(raw: str) -> dict[str, Any]:
    fields = _measured("normalized_score", benchmark=AVERAGE, raw=raw)
    return fields | {"benchmark_level": "aggregate", "parent": ""}


def _read_rows(rows: list[Any]) -> Reading:
    reading = Reading()
    for position, row in enumerate(rows):
        model, scores = members(members(row).get("model")), members(row).get("evaluations")
        name = text(model.get("name"))
        if not name or not isinstance(scores, dict):
            refuse(
                reading,
                "a row without a model or evaluations",
                f"/{position}",
                row,
                "model.name and evaluations",
            )
            continue
        system = _system(
            name,
            text(model.get("sha")),
            text(model.get("precision")),
            text(model.get("weight_type")),
            flagged=members(row.get("features")).get("is_flagged") is True,
        )
        for key, score in scores.items():
            _read_scores(reading, system, key, score, f"/{position}/evaluations/{key}")
        if "average_score" in model:
            where = f"/{position}/model/average_score"
            take_score(reading, system | _average("average_score"), model["average_score"], where)
    return reading


def _read_scores(reading: Reading, system: dict[str, Any], key: str, score: Any, where: str) -> None:
    if not isinstance(score, dict) or not key.strip():
        refuse(reading, "a benchmark without scores", where, score, "value and normalized_score")
        return
    raw = text(score.get("name")) or key
    for metric, name in (("raw_score", "value"), ("normalized_score", "normalized_score")):
        if name in score:
            fields = system | _measured(metric, benchmark=key, raw=raw)
            take_score(reading, fields, score[name], f"{where}/{name}")


def _wide_rows(source: Source, reading: Reading) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row of the wide table with the line or row it stands in, by column."""
    if not inner_name(source.path).lower().endswith(".parquet"):
        table = open_table(reading, source)
        for row in table.rows:
            yield row.line, {name: row.cells[place].strip() for name, place in table.columns.items()}
        return
    import pyarrow.parquet as pq  # noqa: PLC0415  # slow, and only needed for Parquet

    rows = pq.read_table(io.BytesIO(source.data)).to_pylist()
    reading.found = count_numbers(rows)
    yield from enumerate(rows, start=1)


def _read_wide(source: Source) -> Reading:
    reading = Reading()
    for line, row in _wide_rows(source, reading):
        name = text(row.get("fullname")) or model_of(text(row.get("Model")))
        if not name:
            problem = Problem(
                code="missing_field",
                message="a row without a model",
                pointer=place_in_table(line, "Model"),
                expected="a name",
            )
            known = [value for column, value in row.items() if _meaning(column)]
            reading.quarantine(problem, sum(numbers_of(value, as_text=True) for value in known))
            continue
        system = _system(
            name,
            text(row.get("Model sha")),
            text(row.get("Precision")),
            text(row.get("Weight type")),
            flagged=str(row.get("Flagged")).lower() in _TRUE,
        )
        for column, value in row.items():
            fields = _meaning(column)
            if fields:
                take_score(reading, system | fields, value, place_in_table(line, column), as_text=True)
    return reading


def _meaning(column: str) -> dict[str, Any]:
    """The fields that a column of the wide table stands for; empty for one that holds no score."""
    if column.split(" ", maxsplit=1)[0].lower() == AVERAGE:
        return _average(column)
    name = column.removesuffix(_RAW)
    if name not in COLUMNS:
        return {}
    metric = "raw_score" if column.endswith(_RAW) else "normalized_score"
    return _measured(metric, benchmark=COLUMNS[name], raw=column)


def model_of(cell: str) -> str:
    """The model that a cell with links names: the text of the first link, or the cell without tags."""
    anchor = _ANCHOR.search(cell)
    return html.unescape(_TAG.sub("", anchor[1] if anchor else cell)).strip()
