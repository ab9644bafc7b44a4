"""Alarms that are meant: marked, accepted, and no longer needed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reportgen.config import RULES
from reportgen.diff.alarms import registry
from reportgen.diff.expected import accepted, mark, stale
from reportgen.records.expected_changes import ExpectedChange, ExpectedChanges, parse_expected_changes
from tests.diff_sides import compared, scores
from tests.diffs import alarm

ONE = alarm(rule="removed", subject="model a")
OTHER = alarm(rule="regression", subject="model a")


def expected(*entries: tuple[str, str, str]) -> ExpectedChanges:
    return ExpectedChanges(
        changes=tuple(
            ExpectedChange(rule=rule, subject=subject, note=note) for rule, subject, note in entries
        )
    )


def test_an_alarm_is_expected_by_rule_and_subject_together() -> None:
    """A removal that is meant does not excuse a fall."""
    marked = mark([ONE, OTHER], frozenset({("removed", "model a")}))
    assert [one.expected for one in marked] == [True, False]
    assert [one.text for one in marked] == [ONE.text, OTHER.text]


def test_nothing_is_expected_without_a_file() -> None:
    """And what was marked before is not any more."""
    assert [one.expected for one in mark(mark([ONE], frozenset({("removed", "model a")})), frozenset())] == [
        False
    ]


def test_accepting_writes_exactly_the_alarms_there_are_and_keeps_notes() -> None:
    """An entry that no longer applies goes, with its note."""
    before = expected(("removed", "model a", "withdrawn"), ("removed", "model z", "long ago"))
    after = parse_expected_changes(accepted([OTHER, ONE], before), "x")
    assert after.notes == {("removed", "model a"): "withdrawn", ("regression", "model a"): ""}


def test_entries_that_match_nothing_are_stale() -> None:
    """They would hide the next removal of the same name."""
    before = expected(("removed", "model a", ""), ("removed", "model z", ""), ("removed", "model z", ""))
    assert [entry.subject for entry in stale([ONE], before)] == ["model z"]
    assert stale([ONE], ExpectedChanges()) == ()


ALARMS = st.lists(
    st.builds(
        alarm,
        rule=st.sampled_from(RULES),
        subject=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=10),
    ),
    max_size=6,
)


@given(ALARMS, st.randoms(use_true_random=False))
def test_what_was_accepted_is_expected_and_the_file_is_the_same_in_any_order(found, random) -> None:
    """Accepting twice changes nothing."""
    text = accepted(found)
    again = parse_expected_changes(text, "x")
    assert all(one.expected for one in mark(found, again.keys))
    assert stale(found, again) == ()
    assert accepted(random.sample(found, len(found)), again) == text


def test_accepted_alarms_of_a_real_comparison_are_expected_the_next_time() -> None:
    """Also those that stand for many, and those of names that look like YAML."""
    table = {f"m{at}": {"math": 0.9, "no: yes | *x": 0.8} for at in range(30)} | {"- a\n# b": {"math": 0.9}}
    new = {name: {"math": 0.3} for at, name in enumerate(table) if at % 2}
    found = registry.find(compared(scores(table), scores(new)))
    assert {one.rule for one in found} >= {"removed", "regression"}
    keys = parse_expected_changes(accepted(found), "x").keys
    assert all(one.expected for one in mark(registry.find(compared(scores(table), scores(new))), keys))
    worse = {name: {"math": 0.3} for at, name in enumerate(table) if at % 2 and at < 25}
    assert not all(one.expected for one in mark(registry.find(compared(scores(table), scores(worse))), keys))
