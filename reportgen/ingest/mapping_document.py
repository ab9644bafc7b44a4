"""Nested JSON documents read by a mapping: levels of keys lead to a score, or to an object that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import pointer, resolve, text
from reportgen.ingest.fields import MEASURED, UnfitError, fit
from reportgen.ingest.mapping_scores import implied, score_column
from reportgen.ingest.object_rows import Broken, objects_of, steps_of
from reportgen.ingest.plan import outermost, variant_of
from reportgen.ingest.rows import take_cell
from reportgen.ingest.scaling import cells_of, share
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.mapping_schema import MappingFile
    from reportgen.ingest.plan import ScoreColumn, Shared
    from reportgen.ingest.source import Reading, Source

_EACH = "*"
_LEFT_OUT = "key left out by the mapping"


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A place of the document at which all levels are used up."""

    node: Any
    where: str
    fields: dict[str, Any]


def read(reading: Reading, spec: MappingFile, source: Source, shared: Shared) -> None:
    """Add all records of the document, or of each line that is one, to the reading."""
    if source.is_document:
        _read_document(reading, spec, _Leaf(source.document, "", {}), shared)
        return
    found = 0
    for row in objects_of(source):
        if isinstance(row, Broken):
            reading.quarantine(row.problem, row.numbers)
            found += row.numbers
            continue
        found += count_numbers(row.values)
        _read_document(reading, spec, _Leaf(row.values, row.place, {}), shared)
    reading.found = found


def _read_document(reading: Reading, spec: MappingFile, document: _Leaf, shared: Shared) -> None:
    try:
        root = resolve(document.node, spec.records)
    except KeyError:
        numbers = count_numbers(document.node)
        reading.quarantine(_absent("/records of the mapping", spec.records), numbers)
        return
    levels = (
        (_EACH, *spec.levels) if isinstance(root, list) and spec.levels[:1] != [_EACH] else (*spec.levels,)
    )
    start = _Leaf(root, document.where + spec.records, {})
    score = score_column(spec, "")
    for leaf in _walk(reading, start, levels, frozenset(spec.leave_out)):
        _read_leaf(reading, spec, leaf, shared, score)


def _walk(
    reading: Reading, place: _Leaf, levels: tuple[str, ...], left_out: frozenset[str]
) -> Iterator[_Leaf]:
    if not levels:
        yield place
        return
    level, rest = levels[0], levels[1:]
    if level.startswith("/"):
        try:
            node = resolve(place.node, level)
        except KeyError:
            reading.quarantine(_absent(place.where, level), count_numbers(place.node))
            return
        yield from _walk(reading, _Leaf(node, place.where + level, place.fields), rest, left_out)
        return
    if level == _EACH and isinstance(place.node, list):
        members: list[tuple[Any, Any]] = list(enumerate(place.node))
    elif level != _EACH and isinstance(place.node, dict):
        members = list(place.node.items())
    else:
        wanted = "a list" if level == _EACH else f"an object whose keys are the {level}"
        reading.quarantine(_unexpected(place, wanted), count_numbers(place.node))
        return
    for key, node in members:
        where = place.where + pointer(key)
        if level != _EACH and key in left_out:
            reading.ignore(_LEFT_OUT, count_numbers(node))
            continue
        fields = place.fields if level == _EACH else place.fields | {level: key}
        yield from _walk(reading, _Leaf(node, where, fields), rest, left_out)


def _read_leaf(reading: Reading, spec: MappingFile, leaf: _Leaf, shared: Shared, score: ScoreColumn) -> None:
    nodes = _nodes(leaf, spec.fields)
    steps = spec.fields.get("value", "")
    value, where = nodes.pop("value", None), leaf.where + steps
    if "value" in spec.fields and not _leads(leaf.node, steps):
        reading.quarantine(_absent(leaf.where, steps), count_numbers(leaf.node))
        return
    value = value if "value" in spec.fields else leaf.node
    if isinstance(value, (dict, list)):
        reading.quarantine(_unexpected(_Leaf(value, where, {}), "a number"), count_numbers(value))
        return
    written = leaf.fields | {name: _plain(node) for name, node in nodes.items()}
    fields = implied(score) | shared.constants
    for name, plain in written.items():
        try:
            found = fit(name, plain, shared.rules)
        except UnfitError as error:
            problem = _unfit(leaf.where + spec.fields.get(name, ""), plain, error)
            reading.quarantine(problem, count_numbers(leaf.node))
            return
        if found not in {None, ""}:
            fields[name] = found
    if spec.variants:
        pairs = [(name.rpartition("/")[2], _plain_at(leaf.node, name)) for name in spec.variants]
        fields["model_variant"] = variant_of(pairs)
    measured = ({} if score.equal else {"value": value}) | {
        name: node for name, node in nodes.items() if name in MEASURED
    }
    own = outermost({name: steps_of(spec.fields.get(name, "")) for name in measured})
    numbers = count_numbers([measured[name] for name in own])
    other = resolve(leaf.node, score.equal) if score.equal and _leads(leaf.node, score.equal) else None
    cells = cells_of(value, score, shared.rules, other)
    for (metric, cell), used in zip(cells, share(numbers, len(cells)), strict=True):
        named = fields | {"metric": metric} if metric else fields
        take_cell(reading, named, cell, place=where, numbers=used, known=shared.known)


def _nodes(leaf: _Leaf, fields: dict[str, str]) -> dict[str, Any]:
    """What each field points to; fields whose place is not there are left out."""
    return {name: resolve(leaf.node, steps) for name, steps in fields.items() if _leads(leaf.node, steps)}


def _plain_at(node: Any, steps: str) -> str:
    return _plain(resolve(node, steps)) if _leads(node, steps) else ""


def _leads(node: Any, steps: str) -> bool:
    try:
        resolve(node, steps)
    except KeyError:
        return False
    return True


def _plain(node: Any) -> str:
    return str(node).lower() if isinstance(node, bool) else text(node)


def _absent(where: str, steps: str) -> Problem:
    return Problem(
        code="pointer_absent",
        message="the mapping points to a place that is not there",
        pointer=where,
        expected=steps,
    )


def _unexpected(place: _Leaf, expected: str) -> Problem:
    seen = "an object" if isinstance(place.node, dict) else "a list" if isinstance(place.node, list) else ""
    return Problem(
        code="unexpected_shape",
        message="the document is not as deep here as the mapping says",
        pointer=place.where,
        seen=seen or shorten(place.node),
        expected=expected,
        hint="name the key in `except`, or change `levels`",
    )


def _unfit(where: str, seen: Any, error: UnfitError) -> Problem:
    return Problem(
        code="invalid",
        message="a value does not fit its field",
        pointer=where,
        seen=shorten(seen),
        expected=str(error),
    )
