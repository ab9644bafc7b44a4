"""Files and numbers that could not be taken in any more."""

from __future__ import annotations

from typing import Any

from reportgen.diff.alarms import quarantined
from tests.diff_sides import compared, scores, side

TABLE = {"a": {"math": 0.5}}
PROBLEM = {"code": "not_json", "message": "the file ends in the middle of a list", "severity": "error"}


def with_file(path: str = "runs/b.json", **fields: Any) -> dict[str, Any]:
    """An account of one file, read without a problem unless said otherwise."""
    plain = {"path": path, "status": "ingested", "reason": "", "numbers": {"quarantined": 0}, "problems": []}
    return plain | fields


def found(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[str, str]:
    sides = [side(scores(TABLE), accounting={"files": files}) for files in (old, new)]
    return {alarm.subject: alarm.text for alarm in quarantined.find(compared(*sides))}


def test_a_file_that_is_newly_quarantined_is_told_with_its_reason() -> None:
    """It was read before, or is new."""
    broken = with_file(
        status="quarantined", reason="the file ends in the middle of a list", problems=[PROBLEM]
    )
    expected = {
        "file runs/b.json": "The file runs/b.json was set aside: the file ends in the middle of a list."
    }
    assert found([with_file()], [broken]) == expected
    assert found([], [broken]) == expected
    assert found([broken], [broken]) == {}
    assert found([broken], [with_file()]) == {}


def test_numbers_of_a_file_that_are_newly_set_aside_are_counted() -> None:
    """The file as a whole was read."""
    some = with_file(numbers={"quarantined": 3}, problems=[PROBLEM | {"message": "no number"}])
    assert found([with_file()], [some]) == {
        "file runs/b.json | numbers": "3 numbers of the file runs/b.json were set aside: no number."
    }
    assert found([some], [some]) == {}


def test_a_side_without_an_account_has_no_quarantine() -> None:
    """Nothing is known of it."""
    assert quarantined.find(compared(scores(TABLE), scores(TABLE))) == []


def test_many_files_with_one_fault_are_one_alarm() -> None:
    """A changed format breaks all files of a tool at once."""
    broken = [
        with_file(f"runs/{at:02}.json", status="quarantined", reason="unknown version") for at in range(30)
    ]
    ((subject, text),) = found([], broken).items()
    assert subject.startswith("unknown version | 30 quarantined files | ")
    assert "(runs/00.json, runs/01.json, runs/02.json and 27 more)" in text
