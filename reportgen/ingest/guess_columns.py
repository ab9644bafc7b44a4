"""A mapping to begin with, from the names of columns and the look of what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import CellRules, parse_cell, parse_value
from reportgen.ingest.fields import FIELD_TYPES, UnfitError, fit
from reportgen.ingest.guess_text import constants, listed, quoted
from reportgen.ingest.tidy import SYNONYMS, is_deviation, plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Names that are seen, but that only a person should take for a field.
_MODELS = (*SYNONYMS["model"], "name", "models", "checkpoint", "algorithm", "llm", "")
_BENCHMARKS = (
    *SYNONYMS["benchmark"],
    "task_name",
    "dataset_name",
    "test_set",
    "testset",
    "eval",
    "evaluation",
)
#: Fields that are taken from a column of their name or of a usual one.
_CONDITIONS = (
    "stderr", "n", "model_revision", "n_shot", "split", "subset", "seed", "date", "metric", "direction", "unit",
    "dataset_revision",
)  # fmt: skip
#: Numbers that describe a model or a row, and are no scores.
_NO_SCORES = re.compile(
    r"#|rank|index|id|year|params?|parameters?|.*_params?|size|.*_size|.*tokens|.*length|.*cost|price|unnamed.*|"
    r".*_date|released?|.*version|url|link|count|total"
)
_SHOTS = re.compile(r".+?\s*\(\d+[- ]shot\)\s*[↑↓]?")
_SHOTS_PATTERN = r"(?P<benchmark>.+?)\s*\((?P<n_shot>\d+)[- ]shot\)"
#: Share of cells that must be scores, or marks for none, before a column is taken for one.
_SHARE = 0.8
#: With more columns than these they are not listed one by one.
_LISTED = 60
_COMMA = CellRules(decimal=",")


@dataclass(slots=True)
class _Seen:
    """What the columns are taken for."""

    model: str | None = None
    benchmark: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    scores: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    comma: bool = False


def guess_columns(
    columns: dict[str, list[Any]], *, form: str, records: str = "", header_rows: int = 1
) -> list[str] | None:
    """The lines of a mapping after `files`; None where no column holds scores."""
    seen = _look(columns)
    if not seen.scores:
        return None
    lines = [f"format: {form}"] if form != "csv" else []
    lines += [f"records: {quoted(records)}"] if records else []
    lines += ['decimal: ","'] if seen.comma else []
    if seen.benchmark is not None and len(seen.scores) == 1 and header_rows == 1:
        return [*lines, *_tidy(seen)]
    return [*lines, *_wide(seen, header_rows)]


def _look(columns: dict[str, list[Any]]) -> _Seen:
    seen = _Seen()
    plain = {plain_name(name): name for name in reversed(list(columns))}
    texts = [name for name, cells in columns.items() if not _is_score(cells, CellRules())]
    seen.model = next((plain[name] for name in _MODELS if name in plain and plain[name] in texts), None)
    seen.benchmark = next(
        (plain[name] for name in _BENCHMARKS if name in plain and plain[name] in texts), None
    )
    for name in _CONDITIONS:
        column = next((plain[other] for other in SYNONYMS.get(name, (name,)) if other in plain), None)
        if column is not None and _fits(name, columns[column]):
            seen.fields[name] = column
    taken = {seen.model, seen.benchmark, *seen.fields.values()}
    left = {name: cells for name, cells in columns.items() if name not in taken}
    seen.comma = _decimal_comma(left.values())
    rules = _COMMA if seen.comma else CellRules()
    for name, cells in left.items():
        score = bool(name) and _is_score(cells, rules) and not _NO_SCORES.fullmatch(plain_name(name))
        (seen.scores if score and not is_deviation(name) else seen.left).append(name)
    if seen.model is None:
        seen.model = next((name for name in seen.left if name in texts and _is_text(columns[name])), None)
    seen.left = [name for name in seen.left if name != seen.model]
    return seen


def _fits(name: str, cells: list[Any]) -> bool:
    """Whether what stands in a column is of the type of its field, and so the column is what its name says."""
    try:
        for cell in cells:
            if isinstance(cell, (dict, list)):
                return False
            fit(name, "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell))
    except UnfitError:
        return False
    return FIELD_TYPES[name] is not str or _is_text(cells) or any(isinstance(cell, str) for cell in cells)


def _is_text(cells: list[Any]) -> bool:
    return any(isinstance(cell, str) and cell.strip() for cell in cells)


def _is_score(cells: list[Any], rules: CellRules) -> bool:
    """Whether most cells are scores or marks for none, and at least one is a score."""
    read = [parse_value(cell, rules) for cell in cells if cell is not None]
    if not any(cell.value is not None for cell in read):
        return False
    return sum(cell.understood for cell in read) >= _SHARE * len(read)


def _decimal_comma(columns: Iterable[list[Any]]) -> bool:
    """Whether more cells are numbers with a decimal comma than without."""
    texts = [cell for cells in columns for cell in cells if isinstance(cell, str) and "," in cell]
    return bool(texts) and all(parse_cell(cell, _COMMA).understood for cell in texts)


def _tidy(seen: _Seen) -> list[str]:
    stated = {"model": seen.model, "benchmark": seen.benchmark, "value": seen.scores[0]} | seen.fields
    lines = ["layout: tidy                        # a row for each score", "fields:"]
    lines += [
        f"  {name}: {quoted(column)}    # CHECK" for name, column in stated.items() if column is not None
    ]
    missing = {} if seen.model is not None else {"model": "NAME OF THE MODEL"}
    named = {} if "metric" in seen.fields else {"metric": seen.scores[0]}
    return [*lines, *_left(seen), *constants(missing | named)]


def _wide(seen: _Seen, header_rows: int) -> list[str]:
    lines = ["layout: wide                        # a column for each score"]
    fields = dict(seen.fields)
    if seen.benchmark is not None:
        fields["benchmark"] = seen.benchmark
    if seen.model is not None:
        lines.append(f"model_column: {quoted(seen.model)}    # CHECK")
    if header_rows > 1:
        lines.append("header: [benchmark, variant]        # CHECK: what each header row names")
    elif seen.benchmark is not None:
        lines.append("header: [metric]                    # CHECK: what the header of a score column names")
    else:
        lines.append(
            "header: [benchmark]                 # CHECK: or [metric], with the benchmark as a constant"
        )
    if header_rows == 1 and any(_SHOTS.fullmatch(name) for name in seen.scores):
        lines.append(f"header_pattern: '{_SHOTS_PATTERN}'")
    if any(mark in name for name in seen.scores for mark in "↓↑"):
        lines.append("arrows: true                        # ↓ and ↑ are directions")
    lines += _score_columns(seen)
    if fields:
        lines += ["fields:", *(f"  {name}: {quoted(column)}    # CHECK" for name, column in fields.items())]
    stated = {} if seen.model is not None else {"model": "NAME OF THE MODEL"}
    named = {} if seen.benchmark is not None or "metric" in fields else {"metric": "score"}
    return [*lines, *constants(stated | named)]


def _score_columns(seen: _Seen) -> list[str]:
    if len(seen.scores) > _LISTED:
        return ["columns: all", f"except: {listed(seen.left)}"]
    listing = [f"  {quoted(name)}: {{}}" for name in seen.scores]
    return ["columns:                            # CHECK: take out what is no score", *listing, *_left(seen)]


def _left(seen: _Seen) -> list[str]:
    return [f"# not read: {listed(seen.left)}"] if seen.left else []
