"""A mapping to begin with, from the levels of keys of a nested document. Which level is which, it cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import parse_value
from reportgen.ingest.guess_text import UNSAID, constants, listed, quoted
from reportgen.ingest.tidy import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Fields that an object below the last level may hold beside the score.
_BESIDE = ("value", "stderr", "n", "n_shot", "seed", "split")
_WRAPPERS = frozenset(
    {"results", "scores", "data", "models", "benchmarks", "leaderboard", "evaluations", "metrics"}
)
_MODEL, _BENCHMARK = "NAME OF THE MODEL", "NAME OF THE BENCHMARK"


@dataclass(frozen=True, slots=True)
class Levels:
    """The lines of a mapping after `format`."""

    lines: list[str]
    note: list[str]
    ambiguous: bool = False
    readings: tuple[str, ...] = ()


def guess_levels(document: Any) -> Levels | None:
    """What the keys could be; None where the levels are of uneven depth or hold no scores."""
    where, root = _top(document)
    paths = list(_paths(root, ()))
    depths = {len(path) for path in paths}
    if len(depths) != 1:
        return None
    fields = _fields(root, depths)
    left = [] if fields else _no_scores(root, paths)
    depth = depths.pop() - bool(fields)
    if depth not in {1, 2, 3}:
        return None
    return _levels(where, depth, fields, left, paths[0])


def _top(document: Any) -> tuple[str, Any]:
    """The document without an outer object that only holds the results."""
    where = ""
    while isinstance(document, dict):
        inner = [(key, node) for key, node in document.items() if isinstance(node, dict)]
        if len(inner) != 1 or inner[0][0].lower() not in _WRAPPERS:
            break
        key, document = inner[0]
        where += "/" + key
    return where, document


def _no_scores(root: Any, paths: list[tuple[str, ...]]) -> list[str]:
    """Keys under which something stands that is neither a score nor nothing."""
    keys = {path[-1] for path, node in _leaves(root, ()) if path and node is not None and not _is_score(node)}
    return sorted(keys - {key for path in paths for key in path})


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _leaves(child, (*path, key))
    else:
        yield path, node


def _paths(root: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The keys that lead to each score."""
    return (found for found, node in _leaves(root, path) if _is_score(node) and found)


def _is_score(node: Any) -> bool:
    if node is None or isinstance(node, (bool, list)):
        return False
    return parse_value(node).value is not None


def _fields(root: Any, depths: set[int]) -> dict[str, str]:
    """Fields of objects that hold a score under a usual name with other things beside it."""
    if len(depths) != 1 or max(depths) < 2:
        return {}
    objects = list(_objects(root, max(depths) - 1))
    keys = dict.fromkeys(key for node in objects for key in node)
    found = {name: f"/{key}" for name, key in columns_of(keys).items() if name in _BESIDE}
    return found if "value" in found and len(keys) > 1 else {}


def _objects(node: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        if isinstance(node, dict):
            yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from _objects(child, depth - 1)


def _levels(
    where: str, depth: int, fields: dict[str, str], left: list[str], example: tuple[str, ...]
) -> Levels:
    orders = {
        1: [["metric"]],
        2: [["model", "benchmark"], ["benchmark", "model"]],
        3: [["model", "benchmark", "metric"], ["benchmark", "model", "metric"]],
    }[depth]
    readings = tuple(
        ", ".join(f"{name} {quoted(key)}" for name, key in zip(order, example, strict=False))
        for order in orders
    )
    lines = ["layout: nested", *([f"records: {quoted(where)}"] if where else [])]
    note = ["What the keys of the outermost level are, only you can tell."]
    if depth == 1:
        note = ["The file names neither the model nor the benchmark: state them below."]
        lines += ["levels: [metric]                    # CHECK: what the keys are"]
    else:
        note = [
            "AMBIGUOUS: models outside or benchmarks outside look the same. The first key means, as written:",
            f"  {readings[0]}",
            "and with the other line of `levels` in its place:",
            f"  {readings[1]}",
        ]
        first, second = (f"levels: {listed(order)}" for order in orders)
        lines += [f"{first}    # CHECK: one of these two", f"# {second}"]
    if fields:
        lines += ["fields:", *(f"  {name}: {quoted(steps)}" for name, steps in fields.items())]
    lines += [f"except: {listed(left)}    # CHECK: hold no scores"] if left else []
    stated = {"model": _MODEL, "benchmark": _BENCHMARK} if depth == 1 else {}
    lines += constants(stated) if stated else ["# constants:", *UNSAID]
    return Levels(lines, note, depth > 1, readings if depth > 1 else ())
