"""Errors of pydantic as problems with a pointer, the value seen and what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.document import pointer
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import ValidationError

#: Most errors that are listed for one entry.
MAX_ERRORS = 20
#: Largest part of a document that is shown back; anything with members is named by its type.
_PLAIN = (str, int, float, bool, type(None))


def problems_of(
    error: ValidationError,
    *,
    prefix: tuple[object, ...] = (),
    rename: Mapping[tuple[str, ...], tuple[str, ...]] | None = None,
    code: str = "invalid",
) -> list[Problem]:
    """One problem for each error, at most `MAX_ERRORS`.

    Args:
        error: What pydantic raised.
        prefix: Steps of the JSON pointer to the value that was validated.
        rename: Places of the validated value that stand elsewhere in the file.
        code: Code of the problems.
    """
    listed = error.errors(include_url=False, include_context=False)[:MAX_ERRORS]
    return [_problem(item, prefix, rename or {}, code) for item in listed]


def _problem(
    item: Any, prefix: tuple[object, ...], rename: Mapping[tuple[str, ...], tuple[str, ...]], code: str
) -> Problem:
    place = tuple(str(step) for step in item["loc"])
    place = next((new + place[len(old) :] for old, new in rename.items() if place[: len(old)] == old), place)
    kind = item["type"]
    return Problem(
        code="missing_field" if kind == "missing" else "unknown_field" if kind == "extra_forbidden" else code,
        message=_MESSAGES.get(kind) or _message(item["msg"]),
        pointer=pointer(*prefix, *place),
        seen="" if kind == "missing" else _seen(item["input"]),
        expected=_lower(item["msg"]) if item["msg"].startswith(_SHOULD_BE) else "",
    )


_MESSAGES = {
    "missing": "a required field is absent",
    "extra_forbidden": "no such field",
}


def _message(message: str) -> str:
    """What is wrong, where `expected` does not already say all of it."""
    return "a value does not fit its field" if message.startswith(_SHOULD_BE) else _lower(message)


_SHOULD_BE = "Input should be "


def _seen(value: Any) -> str:
    if isinstance(value, _PLAIN):
        return shorten(value)
    literal = getattr(value, "literal", None)
    return str(literal) if literal is not None else f"a {_NAMES.get(type(value).__name__, 'value')}"


_NAMES: dict[str, str] = {"dict": "JSON object", "list": "list", "tuple": "list"}


def _lower(message: str) -> str:
    text = message.removeprefix(_SHOULD_BE).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def joined(problems: Iterable[Problem]) -> str:
    """All problems as lines of text."""
    return "\n".join(problem.text() for problem in problems)
