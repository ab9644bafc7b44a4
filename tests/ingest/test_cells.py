"""The grammar of a cell, and the counting of its numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.ingest.cells import CellRules, numbers_in_cell, parse_cell, parse_value
from reportgen.ingest.source import NotANumber


@pytest.mark.parametrize(
    ("text", "value", "stderr"),
    [
        ("64.24%", 64.24, None),
        ("82.00 (7/8)", 82.0, None),
        ("78.3 ± 0.2", 78.3, 0.2),
        ("78.3 +/- 0.2", 78.3, 0.2),
        ("78.3%±0.2%", 78.3, 0.2),
        ("-1.5", -1.5, None),
        ("−1.5", -1.5, None),
        (" .5 ", 0.5, None),
        ("1e-3", 0.001, None),
        ("0", 0.0, None),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value, stderr) -> None:
    """Percent signs, counts in parentheses, plus-minus, a true minus sign."""
    cell = parse_cell(text)
    assert (cell.value, cell.stderr, cell.missing, cell.understood) == (value, stderr, "", True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("-", "dash"),
        ("–", "dash"),
        ("N/A", "text"),
        ("NaN", "nan"),
        ("inf", "infinite"),
        ("None", "null"),
    ],
)
def test_a_mark_for_no_score_is_a_reason(text, reason) -> None:
    """Never a zero, and never a problem."""
    cell = parse_cell(text)
    assert (cell.value, cell.missing, cell.understood) == (None, reason, True)


@pytest.mark.parametrize(
    "text",
    [
        "1,234",
        "1.234,5",
        "7/8",
        "78.3 (0.2)",
        "high",
        "12 %%",
        "1 2",
        "١٢",
        "1e999",
        "0x10",
        "5" * 300,
        "3 ± ",
    ],
)
def test_anything_else_is_not_understood(text) -> None:
    """A cell is refused rather than guessed at."""
    cell = parse_cell(text)
    assert (cell.value, cell.understood) == (None, False)


@pytest.mark.parametrize(
    ("text", "rules", "value"),
    [
        ("78,3", CellRules(decimal=","), 78.3),
        ("1.234,5", CellRules(decimal=",", thousands="."), 1234.5),
        ("1,234,567", CellRules(thousands=","), 1234567.0),
        ("1 234", CellRules(thousands=" "), 1234.0),
        ("12,34", CellRules(thousands=","), None),
        ("78.3", CellRules(decimal=","), None),
        ("78.3 (0.2)", CellRules(parentheses="ignore"), 78.3),
    ],
)
def test_conventions_hold_only_where_they_are_declared(text, rules, value) -> None:
    """And groups of thousands have three digits."""
    assert parse_cell(text, rules).value == value


def test_parentheses_and_plus_minus_mean_what_the_rules_say() -> None:
    """A number in parentheses can be the error; one after ± can be none."""
    assert parse_cell("78.3 (0.2)", CellRules(parentheses="stderr")).stderr == 0.2
    assert parse_cell("78.3 ± 0.2", CellRules(plus_minus="ignore")).stderr is None
    assert parse_cell("n.r.", CellRules(missing=frozenset({"n.r."}))).understood


def test_raw_is_kept_only_where_it_says_more() -> None:
    """A plain number is not repeated as text."""
    assert parse_cell("64.2").raw == ""
    assert parse_cell("64.2%").raw == "64.2%"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.5, (0.5, "")),
        (3, (3.0, "")),
        (None, (None, "null")),
        (NotANumber("NaN"), (None, "nan")),
        (NotANumber("-Infinity"), (None, "infinite")),
        ("64%", (64.0, "")),
    ],
)
def test_a_value_of_a_document_is_read_like_a_cell(value, expected) -> None:
    """Numbers as they are, texts by the grammar, a bare NaN as a reason."""
    cell = parse_value(value)
    assert (cell.value, cell.missing) == expected


@pytest.mark.parametrize("value", [True, [], {}])
def test_a_truth_or_a_container_is_no_score(value) -> None:
    """True is not 1."""
    assert not parse_value(value).understood


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("78.3 ± 0.2", 2),
        ("85.1/86.0", 2),
        ("82.00 (7/8)", 1),
        ("1.234,5", 1),
        ("64%", 1),
        ("2024-05-01", 0),
        ("gpt-4", 0),
        ("-", 0),
        ("78 (0.2)", 2),
    ],
)
def test_numbers_of_a_cell_are_counted(text, count) -> None:
    """Under any convention, so that the count does not depend on a mapping."""
    assert numbers_in_cell(text) == count


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_what_python_writes_is_read_back(number) -> None:
    """Every finite float survives, and counts as one number."""
    cell = parse_cell(repr(number))
    assert cell.value is not None
    assert math.isclose(cell.value, number, rel_tol=0, abs_tol=0)
    assert numbers_in_cell(repr(number)) == 1


@given(
    st.text(max_size=60),
    st.sampled_from(
        [
            CellRules(),
            CellRules(decimal=",", thousands="."),
            CellRules(parentheses="stderr"),
            CellRules(thousands=" ", parentheses="ignore"),
        ]
    ),
)
def test_no_text_breaks_the_grammar(text, rules) -> None:
    """It is a finite number, a reason, or not understood; and never more numbers than were counted."""
    cell = parse_cell(text, rules)
    assert (cell.value is None) == bool(cell.missing)
    assert cell.value is None or math.isfinite(cell.value)
    assert numbers_in_cell(text) >= (cell.value is not None) + (cell.stderr is not None)
