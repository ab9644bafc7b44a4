"""Rules that were asked to fail a comparison."""

from __future__ import annotations

from reportgen.diff.gates import gates
from reportgen.diff.model import Gate
from tests.diffs import alarm


def test_a_gate_counts_the_alarms_of_its_rule() -> None:
    """Other rules fail nothing."""
    found = [alarm(rule="removed"), alarm(rule="removed", subject="b"), alarm(rule="best_jump")]
    assert gates(found, ("removed",)) == (Gate("removed", 2),)


def test_a_gate_that_passes_is_there_too_in_the_order_asked() -> None:
    """Silence would look like no gate."""
    assert gates([alarm(rule="removed")], ("regression", "removed")) == (
        Gate("regression", 0),
        Gate("removed", 1),
    )


def test_what_is_expected_fails_nothing() -> None:
    """That is what expecting it means."""
    found = [alarm(rule="removed", expected=True), alarm(rule="removed", subject="b")]
    assert gates(found, ("removed",)) == (Gate("removed", 1),)


def test_a_rule_that_is_asked_for_twice_is_one_gate() -> None:
    """By the settings and on the command line."""
    assert gates([], ("removed", "regression", "removed")) == (Gate("removed", 0), Gate("regression", 0))


def test_without_a_rule_asked_for_there_is_no_gate() -> None:
    """Alarms alone are for people."""
    assert gates([alarm()], ()) == ()
