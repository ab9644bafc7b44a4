"""A number that changed while nothing did that it is made from."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.config import Settings
from reportgen.diff.alarms import same_file_other_number
from tests.diff_sides import compared, score, side

FILES = {"runs/a.json": "1" * 64, "runs/b.json": "2" * 64}


def made(value: float, **fields: Any) -> Any:
    """A side with another score of model a, from files that say the same."""
    return side([score("a", "math", value), score("b", "math", 0.6)], **({"inputs": FILES} | fields))


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in same_file_other_number.find(compared(old, new))}


def test_another_number_from_the_same_file_is_told_with_both_values() -> None:
    """Either the number was edited after reading, or the reader is not deterministic."""
    assert found(made(0.5), made(0.7)) == {
        "file runs/a.json": "The accuracy of a on math of suite is 0.500 on the old side and 0.700 on the new one, from the"
        " same content of runs/a.json."
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"inputs": FILES | {"runs/a.json": "9" * 64}},
        {"software": "0.2.0"},
        {"settings": Settings(conflicts="mean")},
    ],
)
def test_another_file_version_or_setting_explains_it(fields: dict[str, Any]) -> None:
    """Then it is a change and no riddle."""
    assert found(made(0.5), made(0.7, **fields)) == {}


def test_another_title_explains_nothing() -> None:
    """Words reach no number."""
    assert list(found(made(0.5), made(0.7, settings=Settings(title="Other")))) == ["file runs/a.json"]


def test_a_record_that_is_gone_from_the_same_file_is_told() -> None:
    """The file still says it."""
    less = side([score("b", "math", 0.6)], inputs=FILES)
    ((_, text),) = found(made(0.5), less).items()
    assert "is 0.500 on the old side and – on the new one" in text
    assert found(made(0.5), made(0.5)) == {}


def test_several_records_of_one_file_are_one_alarm() -> None:
    """A file is what a person can look at."""
    old, new = (
        side([score("a", name, value) for name in ("math", "code", "logic")], inputs=FILES)
        for value in (0.5, 0.6)
    )
    assert list(found(old, new).values()) == ["3 records of a differ, from the same content of runs/a.json."]
