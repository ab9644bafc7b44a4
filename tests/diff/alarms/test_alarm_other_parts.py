"""Means over another set of parts."""

from __future__ import annotations

from typing import Any

from reportgen.diff.alarms import other_parts
from tests.diff_sides import compared, score


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in other_parts.find(compared(old, new))}


def parts(subsets: str, models: str = "abc") -> list[Any]:
    """Scores of each model on each of these subsets."""
    return [score(name, "pacs", 0.5, subset=subset) for name in models for subset in subsets]


def test_a_mean_over_fewer_parts_is_told_with_both_numbers() -> None:
    """A mean over three domains is not the mean over four."""
    assert found(parts("PACS"), parts("PAC")) == {
        "pacs": "The scores of pacs are a mean over 3 parts, before over 4."
    }
    assert list(found(parts("PAC"), parts("PACS")).values()) == [
        "The scores of pacs are a mean over 4 parts, before over 3."
    ]


def test_the_same_parts_are_no_alarm() -> None:
    """Nor are new models on them."""
    assert found(parts("PACS"), parts("PACS")) == {}
    assert found(parts("PACS"), parts("PACS", models="abcdef")) == {}
