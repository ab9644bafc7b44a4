"""The page of seen against unseen: its sentence, marks and figures."""

from __future__ import annotations

import pytest
from reports import NOT_WORDS, answer, column, make_report, pages_of, parts, score, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.novelty_split import PATH


def entries(table, *, method="", **more):
    return [
        score(
            model,
            {"id": "B", "suite": "S"},
            value,
            method=method,
            conditions={"unit_name": unit, "unit_seen": seen, **extra},
            **more,
        )
        for model, row in table.items()
        for unit, seen, value, extra in row
    ]


def units(seen, unseen, **extra):
    return [("p", True, seen, extra), ("q", False, unseen, extra)]


@pytest.fixture
def page(tmp_path):
    rows = entries({"a": units(80, 70), "b": units(90, 60), "guess": units(25, 25)}, stderr=1.0, n=100)
    rows += entries({"a": units(82, 75)}, method="hint", stderr=1.0, n=100)
    report = make_report(tmp_path, rows, catalog={"benchmarks": [{"id": "B", "suite": "S", "chance": 25}]})
    return pages_of(report)[PATH]


def test_the_sentence_says_who_loses_least_and_how_sure_that_is(page):
    """7 points against 10 with errors of 1.4 each: three others compared, one of them alike."""
    said = answer(page)
    assert said.startswith("hint on a loses least on what was not seen in training: 7.0 ± 1.4 points")
    assert "1 other cannot be told apart from it" in said
    assert "3 of 4 lose; the highest unseen score is 75.0 (hint on a)." in said
    assert said.endswith("hint on a changes the unseen score by +5.0 points.")


def test_a_guesser_is_marked(page):
    """Its gap of 0 comes first and means nothing."""
    table = tables(page)["systems"]
    assert table.rows[0][0].text == "guess"
    assert table.rows[0][0].flags == ("near chance",)
    assert column(table, "gain") == ["–", "5.0", "–", "–"]
    assert column(table, "units") == ["1 + 1"] * 4


def test_bars_for_few_systems_and_points_for_many(page, tmp_path):
    """Seen beside unseen; from seven systems on, one against the other."""
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert [trace["name"] for trace in figure.data] == ["seen", "unseen"]
    assert figure.data[1]["x"] == [25.0, 75.0, 70.0, 60.0]
    many = entries({f"m{k}": units(50 + k, 40 + k) for k in range(8)})
    page = pages_of(make_report(tmp_path / "many", many))[PATH]
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert figure.layout["yaxis"]["title"]["text"] == "Mean over unseen units, percent"
    assert "errors are unknown" in answer(page)


def test_types_of_composition_have_a_figure_and_a_table(tmp_path):
    """A group of bars for each type."""
    table = {"a": units(80, 70, axis="text") + units(90, 50, axis="image")}
    page = pages_of(make_report(tmp_path, entries(table)))[PATH]
    assert column(tables(page)["types"], "type") == ["image", "text"]
    assert column(tables(page)["types"], "unseen") == ["50.0", "70.0"]
    assert "figure-types-0" in {part.name for part in parts(page) if isinstance(part, blocks.Figure)}


def test_nobody_above_chance_is_no_finding(tmp_path):
    """There is nothing to lose, and nobody is praised for it."""
    rows = entries({"a": units(25, 25), "b": units(26, 24)})
    report = make_report(tmp_path, rows, catalog={"benchmarks": [{"id": "B", "suite": "S", "chance": 25}]})
    assert answer(pages_of(report)[PATH]).startswith("All 2 systems are near chance on the seen units")


def test_without_units_there_is_no_page(tmp_path):
    """And no broken one."""
    assert PATH not in pages_of(make_report(tmp_path, [score("a", "x", 50.0)]))


def test_nothing_on_the_page_is_a_programmers_word(page):
    """Unknown is a dash."""
    assert not [text for text in texts(page) if NOT_WORDS.search(text)]
