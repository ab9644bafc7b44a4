"""Rows of a comparison in words, by hand."""

from __future__ import annotations

from collections import namedtuple

import pytest
from diffs import NAN, cell, identity, noise, one_sided, pair, rank, worse

from reportgen.views.diff import words


def row(fields):
    return namedtuple("Row", fields)(**fields)  # noqa: PYI024  # its fields are the columns of a table


@pytest.mark.parametrize(
    ("fields", "old", "new"),
    [
        ({}, "70.0 ±1.0", "75.0 ±1.0"),
        ({"old_error": 0.4, "old": 71.23}, "71.2 ±0.4", "75.0 ±1.0"),
        ({"old_error": NAN, "new_error": NAN}, "70.0", "75.0"),
        (
            {"old": 71.231, "new": 71.234, "difference": 0.003, "old_error": NAN, "new_error": NAN},
            "71.231",
            "71.234",
        ),
        ({"old": 0.712341, "new": 0.712344, "old_error": NAN, "new_error": NAN}, "0.712341", "0.712344"),
        ({"old": 71.23, "new": 71.24}, "71.2 ±1.0", "71.2 ±1.0"),
        ({"old": NAN, "old_error": NAN}, "–", "75.0 ±1.0"),
    ],
)
def test_digits_follow_the_error_or_the_difference(fields, old, new):
    """Two scores that differ never look alike, unless their errors are larger than what is hidden."""
    assert words.scores(row(cell(**fields))) == (old, new)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (cell(), "▲ +5.0 (+2.2 to +7.8)"),
        (worse(), "▼ −5.0 (−7.8 to −2.2)"),
        (noise(), "+0.4 (−2.4 to +3.2)"),
        (
            cell(direction="lower", old=0.5, new=0.4, difference=0.1, low=0.05, high=0.15),
            "▲ +0.10 (+0.05 to +0.15)",
        ),
        (cell(low=NAN, high=NAN, difference=-0.25, verdict="noise unknown"), "−0.25"),
        (cell(low=NAN, high=NAN, difference=4.9, verdict="noise unknown"), "+4.9"),
        (cell(low=NAN, high=NAN, difference=-16.4, verdict="noise unknown"), "−16"),
        (cell(low=NAN, high=NAN, difference=2e-8, verdict="noise unknown"), "+2.00×10⁻⁸"),
        (one_sided("new"), "–"),
        (cell(difference=NAN, verdict="not comparable"), "–"),
    ],
)
def test_a_difference_points_to_the_better_side(fields, said):
    """Up is better for errors too; without a verdict there is no arrow."""
    assert words.difference(row(fields)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"items": 1319.0, "test": "paired"}, "1,319"), ({}, "unpaired"), ({"test": ""}, "–")],
)
def test_the_number_of_shared_items_says_how_it_was_tested(fields, said):
    """Or that it was not."""
    assert words.items(row(cell(**fields))) == said


def test_what_cannot_be_compared_says_why():
    """The reason is the news."""
    fields = cell(verdict="not comparable", reason="another dataset revision")
    assert words.verdict(row(fields)) == "not comparable: another dataset revision"
    assert words.verdict(row(cell())) == "better"


def test_a_verdict_has_its_cause_where_it_is_asked_for():
    """And where it is known."""
    assert words.cell(row(cell(cause="code")), caused=True).verdict == "better (code)"
    assert words.cell(row(cell(cause="code"))).verdict == "better"
    assert words.cell(row(cell(cause="")), caused=True).verdict == "better"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "↑ 3 (2–5) → 2 (1–4), tie group 2 → 1"),
        (
            {"moved": "down", "new_rank": 7, "new_low": 7, "new_high": 7, "new_group": 3},
            "↓ 3 (2–5) → 7 (7), tie group 2 → 3",
        ),
        ({"moved": "", "new_group": 2}, "3 (2–5) → 2 (1–4), same tie group"),
        ({"moved": "", "old_low": NAN, "old_group": NAN, "new_high": NAN, "new_group": NAN}, "3 → 2"),
        ({"moved": "new", "old_rank": NAN}, "rank 2 (1–4) of 13"),
        ({"moved": "removed", "new_rank": NAN}, "was rank 3 (2–5) of 12"),
        ({"moved": "up", "new_group": 2}, "↑ 3 (2–5) → 2 (1–4)"),
    ],
)
def test_places_move_when_the_tie_group_does(fields, said):
    """An arrow for no more than that."""
    assert words.rank(row(rank(**fields))) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "0.81 (0.70 to 0.90), 12 models"),
        ({"old_low": NAN, "old_n": 1}, "0.81, 1 model"),
        ({"old_tau": NAN}, "–"),
    ],
)
def test_agreement_has_its_interval_and_its_models(fields, said):
    """One side of a pair of benchmarks."""
    assert words.agreement(row(pair(**fields)), "old") == said


def test_a_side_says_how_much_it_holds():
    """In words that fit one and many."""
    assert (
        words.holds(identity(files=1, records=1234, models=1, benchmarks=0))
        == "1 file, 1,234 records, 1 model, 0 benchmarks"
    )
    assert words.short_hash("0123456789abcdef") == "0123456789ab"
