from __future__ import annotations

import numpy as np
import pytest
from reports import answer, column, make_report, pages_of, parts, score, tables
from scipy.special import expit

from reportgen.views import blocks

PATH = "generalization/psychometrics/"
CORRECT = {"id": "correct", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
STAIRS = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]


def entries(answers, **conditions):
    """Native entries of systems m00, m01, … on items 0, 1, …"""
    return [
        {
            **score(
                f"m{row:02}",
                {"id": "sums", "suite": "S"},
                value,
                conditions={"item_id": str(at), **conditions},
            ),
            "metric": CORRECT,
        }
        for row, answered in enumerate(answers)
        for at, value in enumerate(answered)
    ]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    generator = np.random.default_rng(4)
    chance = expit(1.5 * (np.linspace(-2, 2, 12)[:, None] - np.linspace(-2, 2, 20)))
    drawn = (generator.random(chance.shape) < chance).astype(int)
    drawn[:, 0] = 1
    return pages_of(make_report(tmp_path_factory.mktemp("test"), entries(drawn.tolist())))[PATH]


def test_the_answer_is_computed(tmp_path):
    """The staircase: alpha 2/3, low end 1 - F(0.975; 3, 9) / 3 = 1 - 5.078 / 3; the first item is solved by all; four systems are too few for a model."""
    said = answer(pages_of(make_report(tmp_path, entries(STAIRS)))[PATH])
    assert said == (
        "sums tells its systems apart with a reliability of 0.67 (−0.69 to 0.98; 1 is best, 4 items and 4 systems). "
        "1 item says nothing (1 right and 0 wrong for all)."
    )


def test_equal_totals_are_said(tmp_path):
    """No reliability is made up."""
    said = answer(pages_of(make_report(tmp_path, entries([[1, 0, 0], [0, 1, 0], [0, 0, 1]])))[PATH])
    assert said.startswith("sums gives all of 3 systems the same total: it cannot tell them apart.")


def test_the_ablest_is_named(page):
    """With its ability and how sure that is."""
    said = answer(page)
    assert "is ablest (+" in said
    assert "cannot be told apart from it" in said


def test_the_map_has_systems_and_items(page):
    """Twelve dots and twenty difficulties on one axis."""
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    systems, items = figure.data
    assert len(systems["x"]) == len(systems["error_x"]["array"]) == 12
    assert len(items["x"]) == 20


def test_tables_list_tests_systems_and_items(page):
    """Items that agree least with the rest come first; those without a correlation last."""
    found = tables(page)
    assert column(found["tests"], "silent") != ["0"]
    assert len(found["systems"].rows) == 12
    rest = [row[2].sort for row in found["items"].rows if row[2].sort is not None]
    assert rest == sorted(rest)
    assert "all right" in {row[2].note.split(":")[0] for row in found["items"].rows}


def test_two_forms_are_compared(tmp_path):
    """Pearson of 4 3 2 1 and 4 4 2 1."""
    other = [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]
    page = pages_of(make_report(tmp_path, [*entries(STAIRS, variant="A"), *entries(other, variant="B")]))[
        PATH
    ]
    r = np.corrcoef([4, 3, 2, 1], [4, 4, 2, 1])[0, 1]
    assert f"Scores on the forms A and B correlate with r = {r:.2f}" in answer(page)
    assert column(tables(page)["forms"], "r") == [f"{r:.2f}"]


def test_without_items_there_is_no_page(case):
    """And the overview says what to supply."""
    assert PATH not in case("two models").pages
