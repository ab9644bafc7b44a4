"""Where in a document the numbers stand that became no record, by JSON pointer of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.json_text import pointer_part
from reportgen.records.redaction import redact_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Parts of a document that are named; a file with more (one per model, say) is not told part by part.
MOST_PLACES = 30
#: Characters of a pointer that are published.
_LONGEST = 80


def places_of_rest(
    document: Any, pointers: Iterable[str], rest: int, parts: dict[str, int] | None = None
) -> dict[str, int]:
    """How many of the `rest` numbers that are in no record stand where, by JSON pointer, in its order.

    Parts are the values of the outermost object, or of the objects of the outermost list ("/*/seconds"). A part
    that no record points into has all its numbers left out. What remains of the parts with records is told
    together: under the pointer of the part where there is one, else under "", the whole document.

    Args:
        document: parsed JSON or YAML.
        pointers: where the records are from.
        rest: numbers of the file that are in no record.
        parts: what `parts_of` says of the document, where that is known.

    Returns:
        Numbers above 0; the sum is `rest`.
    """
    parts = parts_of(document) if parts is None else parts
    if len(parts) > MOST_PLACES:
        return {"": rest} if rest else {}
    depth = 2 if isinstance(document, list) else 1
    held = {_part_of(pointer, depth) for pointer in set(pointers)}
    left = {place: many for place, many in parts.items() if many and not _within(place, held)}
    remaining = rest - sum(left.values())
    if remaining < 0:  # records take numbers from parts that they do not point into, such as defaults
        return {"": rest} if rest else {}
    if remaining:
        left[next(iter(held)) if len(held) == 1 and held <= set(parts) else ""] = remaining
    return _published(left)


def _published(left: dict[str, int]) -> dict[str, int]:
    shown: dict[str, int] = {}
    for place, many in sorted(left.items()):
        name = redact_pointer(place[:_LONGEST])
        shown[name] = shown.get(name, 0) + many
    return dict(sorted(shown.items()))


def parts_of(document: Any) -> dict[str, int]:
    """Numbers in each part of a document, by JSON pointer; of a document without parts, in all of it."""
    if isinstance(document, dict):
        return {f"/{pointer_part(key)}": count_numbers(value) for key, value in document.items()}
    if not isinstance(document, list):
        return {"": count_numbers(document)}
    parts: dict[str, int] = {}
    for entry in document:
        if not isinstance(entry, dict):
            parts["/*"] = parts.get("/*", 0) + count_numbers(entry)
            continue
        for key, value in entry.items():
            place = f"/*/{pointer_part(key)}"
            parts[place] = parts.get(place, 0) + count_numbers(value)
    return parts


def _part_of(pointer: str, depth: int) -> str:
    steps = pointer.split("/")[1 : depth + 1]
    return "".join(f"/{step}" for step in (["*", *steps[1:]] if depth > 1 and steps else steps))


def _within(place: str, held: set[str]) -> bool:
    """Whether a record points into this part, or to something that holds it."""
    return any(place == one or place.startswith(f"{one}/") or not one for one in held)
