"""From findings to alarms: subjects that cannot be confused, and counts that lose nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.diff.findings import MOST, Finding, Label, alarms, listed, name_shown, subject

LABEL = Label("removed", "error", "Do something.", "lost things")


def finding(name: str, place: str = "here") -> Finding:
    return Finding((name, place), (place,), name, lambda: f"{name} is gone from {place}")


def test_a_few_findings_are_an_alarm_each() -> None:
    """In the order given, with everything the rule says."""
    first, _ = alarms([finding("a"), finding("b")], LABEL)
    assert (first.rule, first.severity, first.subject) == ("removed", "error", "a | here")
    assert (first.text, first.fix, first.expected) == ("a is gone from here.", "Do something.", False)


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 40)), max_size=120, unique=True))
def test_however_many_findings_there_are_the_alarms_are_few_and_count_them_all(
    pairs: list[tuple[int, int]],
) -> None:
    """Each alarm stands for one finding or says for how many."""
    told = alarms([finding(f"n{name}", f"p{place}") for name, place in pairs], LABEL)
    counts = [
        int(found[1]) if (found := re.search(r": (\d+) lost things \(", alarm.text)) else 1 for alarm in told
    ]
    assert len(told) <= MOST
    assert sum(counts) == len(pairs)
    assert len({alarm.subject for alarm in told}) == len(told)


def test_more_places_than_are_read_end_in_one_alarm_on_the_rest() -> None:
    """Twenty-five models with two findings each: nineteen alarms on a model, one on six models."""
    told = alarms([finding(f"n{at}", f"p{at % 25:02}") for at in range(50)], LABEL)
    assert len(told) == MOST
    assert told[0].text == "p00: 2 lost things (n0 and n25). The first: n0 is gone from p00."
    assert told[-1].text.startswith("elsewhere: 12 lost things (n19, n44, n20 and 9 more). The first: n19")


def test_the_sentence_of_a_finding_that_is_not_shown_is_never_made() -> None:
    """A hundred thousand findings cost no hundred thousand sentences."""
    made = []

    def say() -> str:
        made.append(1)
        return "x"

    alarms([Finding((str(at),), ("here",), str(at), say) for at in range(1000)], LABEL)
    assert len(made) == 1


def test_an_alarm_on_several_findings_is_another_one_when_one_of_them_is() -> None:
    """Whoever accepted those 25 has not accepted these 25."""
    one = alarms([finding(f"n{at}") for at in range(25)], LABEL)
    other = alarms([finding(f"n{at}") for at in range(1, 26)], LABEL)
    again = alarms([finding(f"n{at}") for at in reversed(range(25))], LABEL)
    assert len({one[0].subject, other[0].subject}) == 2
    assert one[0].subject == again[0].subject


TEXT = st.text(st.sampled_from("a|\\ é\n…\ud800"), max_size=6)


@given(st.lists(TEXT, min_size=1, max_size=3), st.lists(TEXT, min_size=1, max_size=3))
@settings(max_examples=300)
def test_different_names_make_different_subjects(one: list[str], other: list[str]) -> None:
    """Whatever is in them; empty names at the end do not count."""

    def bare(names: list[str]) -> list[str]:
        while names and not names[-1]:
            names = names[:-1]
        return names

    assert (subject(*one) == subject(*other)) is (bare(one) == bare(other))


def test_a_bar_in_a_name_is_no_border_between_names() -> None:
    """ "a | b" is one model, and not model a on benchmark b."""
    assert subject("a | b") == r"a \| b"
    assert subject("a", "b") == "a | b"


def test_a_very_long_name_is_cut_and_stays_another_one() -> None:
    """Two names of ten thousand characters that differ in the last one."""
    one, other = subject("x" * 10_000), subject("x" * 9_999 + "y")
    assert len(one) < 250
    assert one != other


def test_half_a_surrogate_pair_is_written_as_an_escape() -> None:
    """No file can hold it."""
    assert subject("a\ud800").encode() == rb"a\ud800"
    assert name_shown("a\ud800").encode() == rb"a\ud800"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
        ([""], "without a name"),
        (["x" * 200], "x" * 79 + "…"),
    ],
)
def test_names_are_listed_up_to_a_few(names: list[str], text: str) -> None:
    """The total is never lost."""
    assert listed(names) == text
