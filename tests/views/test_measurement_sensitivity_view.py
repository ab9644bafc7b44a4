from __future__ import annotations

import pytest
from reports import ACCURACY, answer, column, make_report, pages_of, parts, score, tables

from reportgen.views import blocks

PATH = "generalization/measurement-sensitivity/"


def entries(table, **more):
    """Native entries from `{model: (by strict, by flexible)}`."""
    return [
        {
            **score(model, {"id": "sums", "suite": "S"}, value, **more),
            "metric": {**ACCURACY, "variant": name},
        }
        for model, pair in table.items()
        for name, value in zip(("strict", "flexible"), pair, strict=True)
    ]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    table = {"a": (50.0, 70.0), "b": (60.0, 60.0), "c": (55.0, 90.0)}
    return pages_of(make_report(tmp_path_factory.mktemp("two"), entries(table)))[PATH]


def test_the_answer_is_computed(page):
    """Means 220 / 3 = 73.33 and 55: 18.33 points."""
    assert answer(page) == (
        "The same outputs of S score 18.33 points more by flexible (73.33) than by strict (55.00), in the mean of 3 scores "
        "by each of 2 procedures. Another system comes first in 1 of 1 comparison of ranks; "
        "no system moves by more than 2 places."
    )


def test_the_same_first_is_said(tmp_path):
    """Nobody moves where all gain alike."""
    page = pages_of(make_report(tmp_path, entries({"a": (50.0, 60.0), "b": (40.0, 50.0)})))[PATH]
    assert answer(page).endswith("The same system comes first in 1 comparison of ranks; no system moves.")


def test_without_common_scores_the_widest_difference_is_told(tmp_path):
    """Three procedures, no output has all: the mean is not made up."""
    rows = [
        {**score(model, "sums", value), "metric": {**ACCURACY, "variant": name}}
        for model, name, value in (("a", "s", 50.0), ("a", "f", 70.0), ("b", "f", 10.0), ("b", "g", 40.0))
    ]
    page = pages_of(make_report(tmp_path, rows))[PATH]
    assert answer(page).startswith(
        "b on sums scores 30.00 points more by g than by f, from the same outputs."
    )
    assert set(column(tables(page)["procedures"], "mean")) == {"–"}


def test_tables_show_procedures_orders_and_systems(page):
    """Largest difference first."""
    found = tables(page)
    assert column(found["procedures"], "difference") == ["–", "\N{MINUS SIGN}18.33"]
    assert column(found["ranks"], "tau") == ["\N{MINUS SIGN}0.33"]
    assert column(found["ranks"], "first") == ["b instead of c"]
    assert column(found["differences"], "system") == ["c", "a", "b"]
    assert column(found["differences"], "difference") == [
        "\N{MINUS SIGN}35.00",
        "\N{MINUS SIGN}20.00",
        "0.00",
    ]


def test_the_figure_draws_a_line_for_each_system(page):
    """From rank 2, 3, 1 to rank 3, 1, 2."""
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert {trace["text"][0]: trace["y"] for trace in figure.data if "text" in trace} == {
        "c": [1, 2],
        "a": [2, 3],
        "b": [3, 1],
    }


def test_two_systems_are_no_figure(tmp_path):
    """Two lines say less than two numbers."""
    page = pages_of(make_report(tmp_path, entries({"a": (50.0, 60.0), "b": (40.0, 50.0)})))[PATH]
    assert not [part for part in parts(page) if isinstance(part, blocks.Figure)]


def test_without_two_measurements_there_is_no_page(case):
    """And the overview says what to supply."""
    assert PATH not in case("two models").pages
