"""As much of JSON Schema as pydantic (2020-12) and Every Eval Ever (draft 7) write.

A keyword it does not know is an error, never passed over.
"""

from __future__ import annotations

import re
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
#: Say something to people and editors, nothing about validity.
SILENT = {"$defs", "$schema", "title", "description", "default", "examples", "version"}


def errors(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str = "") -> list[str]:
    """Where the value breaks the schema."""
    found: list[str] = []
    for keyword, wanted in schema.items():
        if keyword not in SILENT:
            found += CHECKS[keyword](value, wanted, schema, root, place)
    return found


def _ref(value: Any, wanted: str, _schema: Any, root: dict[str, Any], place: str) -> list[str]:
    target: Any = root
    for step in wanted.removeprefix("#/").split("/"):
        target = target[step]
    return errors(value, target, root, place)


def _any_of(value: Any, wanted: list[Any], _schema: Any, root: dict[str, Any], place: str) -> list[str]:
    tried = [errors(value, one, root, place) for one in wanted]
    return [] if any(not one for one in tried) else [f"{place}: fits none of {len(wanted)}: {tried}"]


def _one_of(value: Any, wanted: list[Any], _schema: Any, root: dict[str, Any], place: str) -> list[str]:
    tried = [errors(value, one, root, place) for one in wanted]
    fitting = sum(not one for one in tried)
    return [] if fitting == 1 else [f"{place}: fits {fitting} of {len(wanted)}: {tried}"]


def _if(
    value: Any, wanted: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], place: str
) -> list[str]:
    branch = "else" if errors(value, wanted, root, place) else "then"
    return errors(value, schema.get(branch, {}), root, place)


def _type(value: Any, wanted: str | list[str], _schema: Any, _root: Any, place: str) -> list[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    fits = any(
        isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
        for name in names
    )
    return [] if fits else [f"{place}: {value!r} is no {' or '.join(names)}"]


def _properties(
    value: Any, wanted: dict[str, Any], _schema: Any, root: dict[str, Any], place: str
) -> list[str]:
    here = value if isinstance(value, dict) else {}
    return [
        error
        for name in here
        if name in wanted
        for error in errors(here[name], wanted[name], root, f"{place}/{name}")
    ]


def _additional(
    value: Any, wanted: Any, schema: dict[str, Any], root: dict[str, Any], place: str
) -> list[str]:
    names = (
        [name for name in value if name not in schema.get("properties", {})]
        if isinstance(value, dict)
        else []
    )
    if isinstance(wanted, dict):
        return [error for name in names for error in errors(value[name], wanted, root, f"{place}/{name}")]
    return [] if wanted else [f"{place}/{name}: no such field" for name in names]


def _items(value: Any, wanted: dict[str, Any], _schema: Any, root: dict[str, Any], place: str) -> list[str]:
    here = value if isinstance(value, list) else []
    return [error for at, item in enumerate(here) for error in errors(item, wanted, root, f"{place}/{at}")]


def _simple(holds: Any) -> Any:
    def check(value: Any, wanted: Any, _schema: Any, _root: Any, place: str) -> list[str]:
        return [] if holds(value, wanted) else [f"{place}: {value!r} against {wanted!r}"]

    return check


def _number(compare: Any) -> Any:
    return _simple(lambda value, wanted: not isinstance(value, int | float) or compare(value, wanted))


def _length(compare: Any) -> Any:
    return _simple(lambda value, wanted: not isinstance(value, str) or compare(len(value), wanted))


def _branch(*_: Any) -> list[str]:
    """Looked at by `if`."""
    return []


CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "if": _if,
    "then": _branch,
    "else": _branch,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "required": _simple(lambda value, wanted: not isinstance(value, dict) or set(wanted) <= set(value)),
    "const": _simple(lambda value, wanted: value == wanted),
    "enum": _simple(lambda value, wanted: value in wanted),
    "pattern": _simple(lambda value, wanted: not isinstance(value, str) or re.search(wanted, value)),
    "minItems": _simple(lambda value, wanted: not isinstance(value, list) or len(value) >= wanted),
    "minimum": _number(lambda value, wanted: value >= wanted),
    "maximum": _number(lambda value, wanted: value <= wanted),
    "exclusiveMinimum": _number(lambda value, wanted: value > wanted),
    "exclusiveMaximum": _number(lambda value, wanted: value < wanted),
    "minLength": _length(lambda size, wanted: size >= wanted),
    "maxLength": _length(lambda size, wanted: size <= wanted),
}
