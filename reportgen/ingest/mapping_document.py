"""Nested JSON documents read by a mapping: levels of keys lead to a score, or to an object that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

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
#: Every item of the list that `records` leads to, where no level says so.
_ITEM = ""
_LEFT_OUT = "key left out by the mapping"


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A place of the document at which all levels are used up."""

    node: Any
    where: str
    fields: dict[str, Any]
    start: tuple[Any, str] | None = None  # the node and place from which pointers to names lead


class _Keys(NamedTuple):
    """What the mapping says of the keys of all levels."""

    left_out: frozenset[str]
    names: dict[str, str]  # level -> pointer to the names of the items of its list


def findings(spec: MappingFile) -> Iterator[tuple[str, str, str]]:
    """What is well-formed in `names` and cannot work: pointer, what was seen, what was expected."""
    for level, steps in spec.names.items():
        if level not in spec.levels or level.startswith("/"):
            yield (pointer("names", level), level, "one of `levels` that is no fixed step")
        if not steps.startswith("/"):
            yield (pointer("names", level), steps, "a JSON pointer, which begins with /")


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
    listed = isinstance(root, list) and spec.levels[:1] != [_EACH]
    levels = (_ITEM, *spec.levels) if listed else (*spec.levels,)
    where = document.where + spec.records
    start = _Leaf(root, where, {}, None if listed else (root, where))
    score = score_column(spec, "")
    for leaf in _walk(reading, start, levels, _Keys(frozenset(spec.leave_out), spec.names)):
        _read_leaf(reading, spec, leaf, shared, score)


def _walk(reading: Reading, place: _Leaf, levels: tuple[str, ...], keys: _Keys) -> Iterator[_Leaf]:
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
        below = _Leaf(node, place.where + level, place.fields, (place.node, place.where))
        yield from _walk(reading, below, rest, keys)
        return
    found = _members(place, level, keys.names.get(level, ""))
    if isinstance(found, Problem):
        reading.quarantine(found, count_numbers(place.node))
        return
    for key, step, node in found:
        where = place.where + pointer(step)
        if key in keys.left_out:
            reading.ignore(_LEFT_OUT, count_numbers(node))
            continue
        fields = place.fields if level in {_EACH, _ITEM} else place.fields | {level: key}
        yield from _walk(reading, _Leaf(node, where, fields, place.start or (node, where)), rest, keys)


def _members(place: _Leaf, level: str, names: str) -> list[tuple[Any, Any, Any]] | Problem:
    """Key, step of the pointer and node of each member, or why there are none."""
    if names:
        listed = _names(place, names)
        if isinstance(listed, Problem):
            return listed
        return [(name, at, node) for at, (name, node) in enumerate(zip(listed, place.node, strict=True))]
    if level in {_EACH, _ITEM} and isinstance(place.node, list):
        return [(None, at, node) for at, node in enumerate(place.node)]
    if level not in {_EACH, _ITEM} and isinstance(place.node, dict):
        return [(key, key, node) for key, node in place.node.items()]
    return _unexpected(
        place, "a list" if level in {_EACH, _ITEM} else f"an object whose keys are the {level}"
    )


def _names(place: _Leaf, steps: str) -> list[str] | Problem:
    """The names of the items of a list: as many, each a text or number, none twice."""
    if not isinstance(place.node, list):
        return _unexpected(place, f"a list whose items {steps} names")
    origin, above = place.start or (place.node, place.where)
    try:
        found = resolve(origin, steps)
    except KeyError:
        return _absent(above, steps)
    where = above + steps
    if not isinstance(found, list):
        return _unexpected(_Leaf(found, where, {}), "a list of names")
    if len(found) != len(place.node):
        return Problem(
            code="unequal_lengths",
            message="a list is not as long as that of its names",
            pointer=place.where,
            seen=f"{len(place.node)} items",
            expected=f"{len(found)} items, as many as {where} names",
        )
    first: dict[str, int] = {}
    for at, name in enumerate(map(text, found)):
        if not name or first.setdefault(name, at) != at:
            return Problem(
                code="invalid",
                message="a name of the items of a list is no text, or occurs twice",
                pointer=where + pointer(at),
                seen=shorten(found[at]),
                expected="a text or number that no other item has",
            )
    return list(first)


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
