from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import numbers
from reportgen.numbers import ABSENT, MINUS, NotEstimable

ANY_FLOAT = st.floats()
MAYBE = st.none() | ANY_FLOAT


@pytest.mark.parametrize(
    ("error", "decimals"),
    [
        (0.3, 1),  # one digit of the error
        (0.03, 2),
        (3.0, 0),
        (30.0, 0),
        (0.1, 2),  # two where it begins with 1
        (0.14, 2),
        (0.19, 2),
        (0.194, 2),
        (0.195, 1),  # would round to 0.2
        (1.0, 1),
        (1.94, 1),
        (1.95, 0),
        (2.0, 0),
        (14.0, 0),
        (0.0000014, 6),  # never more than six
        (5e-324, 6),  # the smallest float
        (1.7e308, 0),
    ],
)
def test_digits_follow_the_error(error, decimals):
    """Down to the first significant digit of the error, and one further where that is 1."""
    assert numbers.decimals_for(error) == decimals


@pytest.mark.parametrize("error", [None, math.nan, math.inf, 0.0, -1.0])
def test_an_error_that_says_nothing_decides_no_digits(error):
    """Unknown, infinite or zero: the caller's own choice counts."""
    assert numbers.decimals_for(error, fallback=3) == 3


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (71.2345, 0.3, "71.2"),
        (71.2345, 0.14, "71.23"),
        (71.2345, 0.0312, "71.23"),
        (71.2345, 4.0, "71"),
        (71.2345, 1.94, "71.2"),
        (71.2345, 1.95, "71"),
        (1234.5, 25.0, "1234"),
        (123456789.0, 5.0, "123456789"),
        (-0.04, 0.3, "0.0"),
        (-0.4, 0.3, f"{MINUS}0.4"),
        (0.5, 1e-320, "0.500000"),
    ],
)
def test_a_score_has_the_digits_its_error_allows(value, error, text):
    """More would be made up, fewer would be thrown away."""
    assert numbers.score(value, error) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (71.2345, "71.2"),
        (7.12345, "7.12"),
        (712.345, "712"),
        (7123.45, "7123"),
        (0.712345, "0.712"),
        (0.0712345, "0.0712"),
        (0.00712345, "0.0071"),
        (9.996, "10.0"),  # three digits of what is shown, not of what was there before rounding
        (99.96, "100"),
        (0.1 + 0.2 - 0.2 - 1e-17, "0.100"),
        (1234567.0, "1234567"),
        (12345678.0, "1.23×10⁷"),
        (-1e300, f"{MINUS}1.00×10³⁰⁰"),
        (0.00001234, "0.00001"),
        (0.0000001234, "1.23×10⁻⁷"),
        (0.1 + 0.2 - 0.3, "0.0"),  # 5.6e-17: what rounding leaves
    ],
)
def test_without_an_error_three_digits_are_shown(value, text):
    """A tiny number never looks like zero, a huge one never runs across the page."""
    assert numbers.score(value) == text
    assert numbers.score(value, 0.0) == text
    assert numbers.score(value, math.nan) == text


def test_given_decimals_come_before_the_error():
    """A column is one column."""
    assert numbers.score(71.2345, 4.0, decimals=2) == "71.23"
    assert numbers.score(71.2345, decimals=0) == "71"


@pytest.mark.parametrize(
    ("value", "decimals", "plus", "text"),
    [
        (1.25, 1, False, "1.2"),
        (-1.5, 1, False, f"{MINUS}1.5"),
        (-0.01, 1, False, "0.0"),
        (-0.01, 1, True, "0.0"),
        (0.01, 1, True, "0.0"),
        (0.1, 1, True, "+0.1"),
        (-0.1, 1, True, f"{MINUS}0.1"),
        (1e15, 1, True, "+1.00×10¹⁵"),
        (-1e15, 1, False, f"{MINUS}1.00×10¹⁵"),
        (999999999999999.0, 0, False, "999999999999999"),
    ],
)
def test_fixed_decimals_with_a_true_minus_and_no_negative_zero(value, decimals, plus, text):
    """What rounds to zero has no sign."""
    assert numbers.fixed(value, decimals, plus=plus) == text


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
def test_no_number_is_a_dash_and_never_a_zero(nothing):
    """Unknown is not zero."""
    assert numbers.fixed(nothing) == ABSENT
    assert numbers.score(nothing) == ABSENT
    assert numbers.score(nothing, 1.0, decimals=2) == ABSENT
    assert numbers.percent(nothing) == ABSENT
    assert numbers.interval(nothing, 1.0) == ABSENT
    assert numbers.interval(0.0, nothing) == ABSENT
    assert numbers.plus_minus(nothing) == ""
    assert numbers.count(None) == ABSENT
    assert numbers.ranks(None, 2) == numbers.ranks(1, None) == ABSENT


@pytest.mark.parametrize(
    ("error", "text"),
    [(0.3, "±0.3"), (0.14, "±0.14"), (0.195, "±0.2"), (4.2, "±4"), (0.0, "±0.0"), (12.6, "±13")],
)
def test_an_error_is_shown_with_its_own_digits(error, text):
    """One significant digit, two where it begins with 1."""
    assert numbers.plus_minus(error) == text


def test_an_error_takes_the_digits_of_its_column():
    """So that value and error end at the same digit."""
    assert numbers.plus_minus(0.3, decimals=2) == "±0.30"


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [(0.85, 0, "85\u202f%"), (0.8549, 1, "85.5\u202f%"), (0.0, 0, "0\u202f%"), (-0.1, 0, f"{MINUS}10\u202f%"), (1, 0, "100\u202f%")],
)  # fmt: skip
def test_a_share_is_a_percentage_that_never_breaks(share, decimals, text):
    """A narrow space that keeps number and sign on one line."""
    assert numbers.percent(share, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567"), (-1234, f"{MINUS}1,234")],
)
def test_whole_numbers_have_thousands_separators(value, text):
    """For counts of models, scores and files."""
    assert numbers.count(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (4600, "4.6 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
     (2_500_000, "2.5 MB"), (3_000_000_000, "3.0 GB"), (5_000_000_000_000, "5000.0 GB")],
)  # fmt: skip
def test_sizes_are_in_decimal_units(size, text):
    """And never '1000.0 kB'."""
    assert numbers.size(size) == text


def test_intervals_and_ranks_read_as_ranges():
    """Both ends, or one place."""
    assert numbers.interval(0.5199, 0.81) == "0.52 to 0.81"
    assert numbers.interval(-1.0, 0.0, decimals=1) == f"{MINUS}1.0 to 0.0"
    assert numbers.ranks(3, 3) == "3"
    assert numbers.ranks(5, 7) == "5–7"


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("model",), "0 models"),
        (1, ("model",), "1 model"),
        (2632, ("score",), "2,632 scores"),
        (1, ("entry", "entries"), "1 entry"),
        (2, ("entry", "entries"), "2 entries"),
    ],
)
def test_one_of_a_kind_is_singular(number, words, text):
    """Also zero is many."""
    assert numbers.plural(number, *words) == text


def test_what_is_not_estimable_says_why():
    """A value, never an exception and never 0."""
    assert str(NotEstimable("only one model")) == "not estimable: only one model"
    assert NotEstimable("a") == NotEstimable("a")


@given(value=MAYBE, error=MAYBE, plus=st.booleans())
def test_no_number_ever_reads_nan_or_inf(value, error, plus):
    """Whatever comes: a dash, or digits that somebody can read."""
    for text in (
        numbers.score(value, error, plus=plus),
        numbers.fixed(value, 2, plus=plus),
        numbers.plus_minus(error),
        numbers.percent(value),
        numbers.interval(value, error),
    ):
        assert "n" not in text.replace(" to ", "")
        assert "-" not in text
        assert not text.startswith((f"{MINUS}0 ", f"{MINUS}0.0 "))
        assert len(text) <= 60


@given(value=st.floats(min_value=-1e9, max_value=1e9), error=st.floats(min_value=1e-6, max_value=1e6))
def test_what_is_shown_is_within_the_error(value, error):
    """Rounding moves a score by less than its error."""
    shown = float(numbers.score(value, error).replace(MINUS, "-"))
    assert abs(shown - value) <= 0.5001 * error + 1e-6


@given(st.floats(min_value=1e-4, max_value=1e6))
def test_without_an_error_the_third_digit_is_kept(value):
    """Half a unit of the third digit at most is lost above one hundredth; below, half a unit of the fourth decimal."""
    shown = float(numbers.score(value))
    assert abs(shown - value) <= max(0.00501 * value, 0.0000501)
