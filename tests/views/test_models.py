from __future__ import annotations

import pytest
from reports import (
    column,
    make_report,
    pages_of,
    parts,
    report_of,
    score,
    scores,
    tables,
    write_native,
    write_results,
)

from reportgen.numbers import ABSENT
from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.report import model_page


def facts(page):
    (found,) = [part for part in page.blocks if isinstance(part, blocks.Facts)]
    return [plain_text(item) for item in found.items]


@pytest.mark.parametrize(
    ("name", "model", "sentence"),
    [
        ("one model", "a", "a scores 50 ± 2 on Leaderboard, where nobody else is ranked."),
        ("two models", "b", "b scores 60.0 ± 1.0 on Leaderboard, rank 1 of 2."),
        ("two models alike", "a", "a scores 50.0 ± 1.0 on Leaderboard, rank 1–2 of 2."),
        ("no errors", "b", "b scores 22.8 on Leaderboard, place 2 of 3, with no interval."),
        (
            "same name in two suites",
            "a",
            "a scores 70.0 ± 1.0 on T, rank 1 of 2; it is ranked on 2 more boards.",
        ),
        ("variants", "a", "a scores 55.0 ± 1.0 on Leaderboard as a (precision=fp16), rank 1 of 5."),
        ("missing cells", "b", "b has scores here but no rank: has 1 of 2 settings: lacks y."),
        ("unknown direction", "a", "a has scores here but no rank: no setting can be compared."),
    ],
)
def test_the_answer_says_where_a_model_stands(case, name, model, sentence):
    """On the board where it stands best, or why nowhere."""
    found = case(name)
    assert found.answer(model_page(model)) == sentence


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no usable score", "0 models have scores in this report; 0 are ranked on at least one leaderboard."),
        ("one model", "1 model has scores in this report; 1 is ranked on at least one leaderboard."),
        ("missing cells", "4 models have scores in this report; 3 are ranked on at least one leaderboard."),
        ("variants", "3 models have scores in this report; 3 are ranked on at least one leaderboard."),
    ],
)
def test_the_index_counts_models_and_ranked_ones(case, name, sentence):
    """Models, not variants."""
    assert case(name).answer("models/") == sentence


def test_the_index_has_the_best_place_of_each(case):
    """On its best board, out of how many."""
    table = tables(case("same name in two suites").pages["models/"])["models"]
    assert [[cell.text for cell in row] for row in table.rows] == [["a", "1 of 2", "2"], ["b", "1 of 2", "2"]]
    assert [row[1].note for row in table.rows] == ["T", "Overall"]
    assert column(tables(case("missing cells").pages["models/"])["models"], "best") == [
        "1 of 3",
        ABSENT,
        "2 of 3",
        "3 of 3",
    ]


def test_variants_of_a_model_share_its_page(case):
    """A table each, and each variant where it ranks."""
    page = case("variants").pages[model_page("a")]
    found = tables(page)
    assert [table.heading for name, table in found.items() if name.startswith("scores-")] == [
        "a (precision=fp16)",
        "a (precision=int8)",
    ]
    assert [(row[0].text, row[0].note, row[1].text, row[2].text) for row in found["boards"].rows] == [
        ("Leaderboard", "a (precision=fp16)", "1", "55.0 ± 1.0"),
        ("Leaderboard", "a (precision=int8)", "2", "50.0 ± 1.0"),
    ]
    assert facts(page) == ["2 scores", "1 benchmark setting", "2 variants"]


def test_places_on_benchmarks_are_told(case):
    """Out of how many; none where the direction is unknown."""
    table = tables(case("missing cells").pages[model_page("b")])["scores"]
    assert [[cell.text for cell in row] for row in table.rows] == [["x", "55.0", "1"]]
    assert table.columns[2].note == "by score, of 4"
    table = tables(case("missing cells").pages[model_page("a")])["scores"]
    assert [(row[2].text, row[2].note) for row in table.rows] == [("2", "of 4"), ("1", "of 3")]
    table = tables(case("unknown direction").pages[model_page("a")])["scores"]
    assert (table.rows[0][2].text, table.rows[0][2].title) == (ABSENT, "direction unknown, not ranked")


def test_what_the_catalog_knows_is_shown(case):
    """Family, developer, size, date; nothing is shown of what it does not know."""
    found = case("catalog")
    assert facts(found.pages[model_page("a")]) == [
        "2 scores", "2 benchmark settings", "family letters", "by Ann", "7.00 billion parameters", "released 2024-05-06",
    ]  # fmt: skip
    assert facts(found.pages[model_page("b")]) == ["2 scores", "2 benchmark settings", "family letters"]
    table = tables(found.pages["models/"])["models"]
    assert (column(table, "family"), column(table, "size")) == (["letters", "letters"], ["7.00", ABSENT])
    assert "family" not in [one.key for one in tables(case("two models").pages["models/"])["models"].columns]


def test_an_alias_is_the_model_it_stands_for(tmp_path):
    """Scores under both names are on one page."""
    rows = [score("a", "x", 50.0), score("Org/A", "y", 60.0)]
    found = pages_of(make_report(tmp_path, rows, catalog={"models": [{"id": "a", "aliases": ["Org/A"]}]}))
    assert [path for path in found if path.startswith("models/")] == ["models/", model_page("a")]
    assert column(tables(found[model_page("a")])["scores"], "benchmark") == ["x", "y"]


def test_every_name_a_model_had_is_on_its_page(tmp_path):
    """As written, with the reason why it is this model; a model with one name needs no list."""
    rows = [score("a", "x", 50.0), score("Org/A", "y", 60.0), score("A v1", "z", 60.0), score("b", "x", 1.0)]
    aliases = [{"name": "Org/A", "source": "the card of the model"}, "A v1"]
    found = pages_of(make_report(tmp_path, rows, catalog={"models": [{"id": "a", "aliases": aliases}]}))
    table = tables(found[model_page("a")])["names"]
    assert list(
        zip(column(table, "name"), column(table, "source"), column(table, "records"), strict=True)
    ) == [
        ("A v1", "alias in the catalog", "1"),
        ("Org/A", "the card of the model", "1"),
        ("a", "its id", "1"),
    ]
    assert "names" not in tables(found[model_page("b")])


def test_a_name_that_its_format_cleaned_is_shown_too(tmp_path):
    """A folder is called org__m, its model org/m: no alias was needed."""
    entry = score("x", "x", 50.0) | {"model": {"id": "org/m", "raw": "org__m"}}
    table = tables(pages_of(make_report(tmp_path, [entry]))[model_page("org/m")])["names"]
    assert (column(table, "name"), column(table, "source")) == (["org__m"], ["as its format is read"])


def test_where_the_numbers_come_from_is_named(tmp_path):
    """Each file with its format, its tool and how many records of the model it holds."""
    folder = write_results(tmp_path, [score("a", "x", 50.0), score("b", "x", 60.0)])
    write_native(
        folder / "more" / "second.json",
        [score("a", "y", 1.0), score("a", "z", 1.0)],
        tool={"name": "runner", "version": "2"},
    )
    table = tables(pages_of(report_of(folder))[model_page("a")])["sources"]
    assert [(row[0].text, row[1].text, row[1].note, row[2].text) for row in table.rows] == [
        ("more/second.json", "native", "runner 2", "2"),
        ("run.json", "native", "", "1"),
    ]
    # Their hashes are there: a change of one model must not change the pages of all that share its file.
    assert {(row[0].link, row[0].title) for row in table.rows} == {("ingest/", "")}


def test_models_that_differ_in_case_have_pages_of_their_own(tmp_path):
    """Also where the file system sees no difference."""
    found = pages_of(make_report(tmp_path, scores({"model": {"x": 1.0}, "Model": {"x": 2.0}})))
    paths = [path for path in found if path.startswith("models/")]
    assert len({path.casefold() for path in paths}) == 3


def test_a_page_can_be_found_by_every_variant(case):
    """The search knows the names of the systems."""
    assert "a (precision=int8)" in case("variants").pages[model_page("a")].search_text


def test_a_model_without_a_usable_score_has_no_page(case):
    """There would be nothing on it, and nothing leads to it."""
    assert [path for path in case("no usable score").pages if path.startswith("models/")] == ["models/"]


def test_a_gain_has_a_sign_and_an_unknown_a_dash(case):
    """In the table of losses."""
    row = tables(case("gains under shift").pages[model_page("a")])["gap"].rows[0]
    assert [cell.text + cell.pm for cell in row] == ["S", "60.0", "65.0", "−5±2", ABSENT]


def test_breadcrumbs_lead_back(case):
    """To the list of models."""
    page = case("two models").pages[model_page("a")]
    assert [link.page for link in page.parents] == ["models/"]
    assert any(isinstance(part, blocks.Link) and part.page == "leaderboard/" for part in parts(page.answer))
