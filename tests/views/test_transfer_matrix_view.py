"""The page of transfer between domains: its sentence, pictures, tables and what it cannot say."""

from __future__ import annotations

import pytest
from domain_scores import cell, matrix, vector
from reports import NOT_WORDS, answer, column, make_report, notices, pages_of, parts, tables, texts

from reportgen.views import blocks
from reportgen.views.figures_matrix import heat_map
from reportgen.views.summaries.transfer_matrix import PATH

FOUR = {
    "ERM": {"A": 80.0, "C": 70.0, "P": 90.0, "S": 60.0},
    "new": {"A": 82.0, "C": 74.0, "P": 90.0, "S": 58.0},
}


def page_of(folder, entries, **more):
    return pages_of(make_report(folder, entries, **more))[PATH]


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (
            vector(FOUR, stderr=1.0),
            "new transfers best: 76.0 ± 0.5 points over 4 test domains of Photos; 1 other cannot be told apart from it. "
            "Its worst domain is S (58.0). Against ERM that is +1.0 points (-0.4 to 2.4).",
        ),
        (
            vector(FOUR),
            "new transfers best: 76.0 points over 4 test domains of Photos; how sure that is cannot be said, because errors "
            "are unknown. Its worst domain is S (58.0). Against ERM that is +1.0 points.",
        ),
        (
            matrix({"m": {"A": {"A": 90.0, "B": 60.0}, "B": {"A": 40.0, "B": 80.0}}}),
            "m scores 50.0 points over 2 test domains of Photos; there is no other system to compare it with. Outside of its "
            "training domains it loses 35.0 points. Its worst domain is A (40.0).",
        ),
        (
            vector(FOUR, stderr=0.1, selection="oracle"),
            "new transfers best: 76.00 ± 0.05 points over 4 test domains of Photos (oracle), clearly more than any other. "
            "Its worst domain is S (58.0). Against ERM that is +1.0 points (0.9 to 1.1).",
        ),
    ],
)
def test_the_sentence_says_who_transfers_best_and_how_sure_that_is(tmp_path, entries, sentence):
    """With the worst domain, the loss outside and the difference to the baseline."""
    assert answer(page_of(tmp_path, entries)).replace("\N{MINUS SIGN}", "-") == sentence


def test_several_benchmarks_are_spoken_of_together(tmp_path):
    """The mean over benchmarks comes first, with a picture of it and of each benchmark."""
    other = {"ERM": {"X": 40.0, "Y": 50.0}, "new": {"X": 44.0, "Y": 50.0}}
    page = page_of(tmp_path, vector(FOUR) + vector(other, benchmark="Maps"))
    assert answer(page).startswith("new transfers best: 61.5 points over 2 benchmarks of Domains;")
    figures = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert [figure.heading for figure in figures] == [
        "Domains",
        "Domains: difference to ERM",
        "Photos",
        "Maps",
    ]
    assert figures[0].data[0]["z"] == [[47.0, 76.0], [45.0, 75.0]]
    assert (figures[0].data[0]["zmin"], figures[0].data[0]["zmax"]) == (0.0, 100.0)
    assert figures[1].data[0]["z"] == [[2.0, 1.0]]
    assert column(tables(page)["comparisons"], "panel") == ["Domains", "Photos", "Maps"]


def test_the_picture_of_a_matrix_has_sources_and_targets(tmp_path):
    """Rows are training domains."""
    page = page_of(tmp_path, matrix({"m": {"A": {"A": 90.0, "B": 60.0}, "B": {"A": 40.0, "B": 80.0}}}))
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert figure.data[0]["z"] == [[90.0, 60.0], [40.0, 80.0]]
    row = tables(page)["systems"].rows[0]
    assert [one.text for one in row] == ["m", "Photos", "50.0", "40.0", "85.0", "35.0", "–"]


def test_the_oracle_is_marked_and_explained(tmp_path):
    """In the table, and in a notice."""
    page = page_of(tmp_path, vector(FOUR, selection="oracle"))
    assert tables(page)["comparisons"].rows[0][0].flags == ("reads the test domain",)
    assert any("read the test domain" in text for text in notices(page))


def test_a_mean_that_is_not_there_says_why(tmp_path):
    """No partial mean."""
    table = dict.fromkeys("abc", FOUR["ERM"]) | {"d": {"A": 99.0}}
    page = page_of(tmp_path, vector(table))
    row = next(row for row in tables(page)["systems"].rows if row[0].text == "d")
    assert (row[2].text, row[2].note) == ("–", "1 of 4 cells")
    assert column(tables(page)["left-out"], "where") == ["Domains: Photos"]


def test_there_is_no_page_without_domains(case):
    """And nothing leads to it."""
    assert PATH not in case("no errors").pages


def test_hostile_names_stay_text(tmp_path):
    """No word of the page is a failed number, and names reach the figure as they are."""
    name = "<b>%{x}</b> {{ 1 }}"
    page = page_of(
        tmp_path,
        [cell(method, name + str(at), 50.0 + at, benchmark=name) for method in "ab" for at in (1, 2)],
    )
    assert not [text for text in texts(page) if NOT_WORDS.search(text)]
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert figure.data[0]["texttemplate"] == "%{text}"


def test_many_columns_leave_no_room_for_numbers():
    """And differences are centred on no difference."""
    names = [f"c{at}" for at in range(13)]
    data, _ = heat_map(rows=["r"], columns=names, values=[[float(at) for at in range(13)]], axes=("", ""))
    assert "texttemplate" not in data[0]
    assert (data[0]["zmin"], data[0]["zmax"]) == (0.0, 12.0)
    data, _ = heat_map(rows=["r"], columns=["a", "b"], values=[[1.0, -3.0]], axes=("", ""), difference=True)
    assert (data[0]["zmin"], data[0]["zmax"], data[0]["text"]) == (-3.0, 3.0, [["+1.0", "−3.0"]])
    data, _ = heat_map(rows=["r"], columns=["a"], values=[[None]], axes=("", ""), difference=True)
    assert (data[0]["z"], data[0]["text"]) == ([[None]], [["–"]])
