"""The whole comparison of two sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reportgen.diff.compare import compare
from reportgen.diff.model import Alarm
from reportgen.records.catalog import Catalog, ModelEntry
from tests.diff_sides import LEVEL, score, scores, side

FOUR = {
    name: {"math": value, "code": value} for name, value in zip("abcd", (0.8, 0.6, 0.4, 0.2), strict=True)
}
OLD = side(scores(FOUR), label="old")


def told(new: Any, **options: Any) -> Any:
    """What differs between four models and this side."""
    return compare(OLD, new, level=LEVEL, **options)


def test_a_side_compared_with_itself_is_empty() -> None:
    """No table has a row, no alarm is raised, no gate fails."""
    found = told(OLD, fail_on=("removed", "regression"))
    assert found.empty
    assert (found.same_cells, found.same_records, found.failed) == (8, 8, ())
    assert [gate.rule for gate in found.gates] == ["removed", "regression"]


def test_a_model_that_is_gone_is_named_alarming_and_fails_its_gate() -> None:
    """Three of four stay."""
    new = side(scores({name: FOUR[name] for name in "abc"}))
    found = told(new, fail_on=("removed",))
    assert (found.models_removed, found.models_added) == (("d",), ())
    assert [(alarm.rule, alarm.subject) for alarm in found.alarms] == [("removed", "model d")]
    assert [gate.rule for gate in found.failed] == ["removed"]
    assert not found.empty


def test_an_expected_alarm_is_marked_and_fails_nothing() -> None:
    """Somebody looked at it and wrote it down."""
    new = side(scores({name: FOUR[name] for name in "abc"}))
    found = told(new, fail_on=("removed",), expected=frozenset({("removed", "model d")}))
    assert found.failed == ()
    assert isinstance(found.alarms[0], Alarm)
    assert found.alarms[0].expected


def test_a_rename_by_alias_is_neither_new_nor_removed() -> None:
    """The catalog of the new side knows the old name."""
    renamed = [replace(one, model="z") if one.model == "a" else one for one in scores(FOUR)]
    new = side(renamed, catalog=Catalog(models=(ModelEntry(id="z", aliases=("a",)),)))
    found = told(new)
    assert [(one.old, one.new) for one in found.renames] == [("a", "z")]
    assert (found.models_added, found.models_removed) == ((), ())
    assert (len(found.cells), found.same_cells) == (0, 8)
    assert "removed" not in {alarm.rule for alarm in found.alarms}


def test_another_version_of_the_software_with_equal_numbers_says_so() -> None:
    """A change of code alone: nothing differs but the version."""
    found = told(replace(OLD, software="0.2.0"))
    assert found.causes.code == ("0.1.0", "0.2.0")
    assert found.cells.empty
    assert found.alarms == ()
    assert not found.empty


def test_each_side_is_identified_by_what_it_holds() -> None:
    """Files, records, models and benchmarks."""
    found = told(side([*scores(FOUR), score("e", "math", 0.1)], label="new"))
    assert (found.old.files, found.old.records, found.old.models, found.old.benchmarks) == (4, 8, 4, 2)
    assert (found.new.label, found.new.models, found.models_added) == ("new", 5, ("e",))
    assert found.causes.data == 1


@pytest.mark.parametrize("value", [0.9, 0.1])
def test_a_changed_score_is_caused_by_its_file(value: float) -> None:
    """Better or worse."""
    found = told(side(scores(FOUR | {"b": {"math": value, "code": 0.6}})))
    assert found.cells["verdict"].tolist() == ["better" if value > 0.6 else "worse"]
    assert found.cells["cause"].tolist() == ["data"]
    assert len(found.inputs) == 1
