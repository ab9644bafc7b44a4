from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from reportgen.numbers import ABSENT
from reportgen.views import common
from reportgen.views.blocks import Code, External, Link, Strong, Term


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, pd.NA, pd.NaT, "x", np.float64("nan")])
def test_what_is_no_number_is_unknown(nothing):
    """Never 0, never NaN."""
    assert common.known(nothing) is None
    assert common.value_cell(nothing, 1.0).text == ABSENT
    assert common.value_cell(nothing, 1.0).pm == ""
    assert common.value_cell(nothing).sort is None


@pytest.mark.parametrize("zero", [0, 0.0, np.int64(0), np.float64(0), False])
def test_zero_is_a_number(zero):
    """And not unknown."""
    assert common.known(zero) == 0.0
    assert common.value_cell(zero).text == "0.0"


def test_a_score_has_its_error_beside_it():
    """Both to the digit that the error allows, sorted by the full value."""
    cell = common.value_cell(71.2345, 0.314)
    assert (cell.text, cell.pm, cell.sort) == ("71.2", "±0.3", 71.2345)
    cell = common.value_cell(71.2345, 0.314, decimals=3)
    assert (cell.text, cell.pm) == ("71.234", "±0.314")
    assert common.value_cell(71.2345, None).pm == ""


def test_a_column_has_the_digits_of_its_median_error():
    """Unknown and zero errors have no say; without any, each score has its own digits."""
    assert common.column_decimals([0.3, 0.04, 5.0]) == 1
    assert common.column_decimals([math.nan, 0.0, None, 0.04]) == 2
    assert common.column_decimals([math.nan, 0.0]) is None
    assert common.column_decimals([]) is None


def test_words_sort_without_case():
    """As a reader looks for them."""
    assert common.text_cell("Zeta").sort == "zeta"
    assert common.text_cell(3).text == "3"
    assert common.count_cell(1234).text == "1,234"
    assert common.count_cell(None).text == ABSENT


@pytest.mark.parametrize(
    ("parts", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", Strong("b"), "c"], "a, b and c")],
)
def test_an_enumeration_reads_as_one(parts, text):
    """Commas, and the last with 'and'."""
    assert common.plain_text(common.join(parts)) == text


def test_a_number_and_its_noun_agree():
    """One model, two models, two entries."""
    assert common.plain_text(common.number(1, "model")) == "1 model"
    assert common.plain_text(common.number(2000, "model")) == "2,000 models"
    assert common.plain_text(common.number(2, "entry", "entries")) == "2 entries"


def test_a_sentence_without_markup_keeps_every_word():
    """Whatever kind of words they are."""
    words = (
        "a ",
        Strong("b"),
        " ",
        Link("c", "x/"),
        " ",
        External("d", "https://e"),
        " ",
        Code("f"),
        " ",
        Term("g", "h"),
    )
    assert common.plain_text(words) == "a b c d f g"


@pytest.mark.parametrize("name", sorted(common.TERMS))
def test_every_term_is_explained_in_a_sentence(name):
    """At hand wherever it is used."""
    term = common.term(name)
    assert term.text == name
    assert term.meaning.endswith(".")
    assert common.term(name, "other words").text == "other words"


def test_rows_are_read_by_name():
    """Columns of the frame are fields of the row."""
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert [(row.a, row.b) for row in common.rows_of(frame)] == [(1, "x"), (2, "y")]
