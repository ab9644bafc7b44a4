"""Kinds of values, in words that a person reads."""

from __future__ import annotations

import pytest

from reportgen.ingest.kinds import kind
from reportgen.ingest.source import NotANumber


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": "private"}, "an object"),
        (["private"], "a list"),
        ("private", "a text"),
        (True, "true or false"),
        (3, "a number"),
        (0.5, "a number"),
        (None, "null"),
        (NotANumber("NaN"), "not a number"),
    ],
)
def test_a_kind_never_shows_the_value(value, words) -> None:
    """Not a Python name either."""
    assert kind(value) == words
