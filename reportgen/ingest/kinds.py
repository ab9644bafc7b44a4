"""What kind of thing stands where a number should be, in words: the thing itself may be private."""

from __future__ import annotations

from typing import Any

_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def kind(value: Any) -> str:
    """The JSON kind of a parsed value."""
    return _KINDS.get(type(value), "not a number")
