"""The page of variants: its sentence, figures and tables."""

from __future__ import annotations

import pytest
from reports import NOT_WORDS, answer, column, make_report, pages_of, parts, score, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.variant_matrix import PATH


def entries(table, **more):
    return [
        score(model, {"id": "B", "suite": "S", "task": task}, value, conditions={"variant": variant}, **more)
        for model, tasks in table.items()
        for task, variants in tasks.items()
        for variant, value in variants.items()
    ]


TABLE = {
    "a": {"solve": {"original": 80.0, "noise": 60.0}, "judge": {"original": 70.0, "noise": 66.0}},
    "b": {"solve": {"original": 50.0, "noise": 50.0}, "judge": {"original": 40.0, "noise": 46.0}},
}


@pytest.fixture
def page(tmp_path):
    return pages_of(make_report(tmp_path, entries(TABLE, stderr=2.0)))[PATH]


def test_the_sentence_says_who_is_best_and_what_breaks_it(page):
    """All 69 against 46.5; noise is 12 below the original; the median of 12 and -3 is 4.5."""
    assert answer(page) == (
        "a is best over 2 variants of 2 tasks of B: mean 69 ± 2; no other comes as close as its error. "
        "Its worst variant is noise (63.0, 12.0 points below the original). The median system loses 4.5 points. "
        "noise is the worst variant of most systems."
    )


def test_units_are_a_heat_map_with_their_means(page):
    """Best system first; the corner is All."""
    figures = {part.name: part for part in parts(page) if isinstance(part, blocks.Figure)}
    heat = figures["figure-units-0"]
    assert heat.layout["xaxis"]["ticktext"] == ["mean", "judge", "solve"]
    assert heat.data[0]["z"] == [[69.0, 68.0, 70.0], [63.0, 66.0, 60.0], [75.0, 70.0, 80.0]]
    bars = figures["figure-variants-0"]
    assert [trace["x"] for trace in bars.data] == [[12.0], [-3.0]]


def test_tables_show_drops_with_their_errors(page):
    """Every system, and every unit."""
    assert column(tables(page)["systems"], "drop") == ["12", "−3"]
    assert [row[0].text for row in tables(page)["systems"].rows] == ["a", "b"]
    assert column(tables(page)["units"], "task").count("all tasks") == 4


def test_consistency_is_told_where_items_are_linked(tmp_path):
    """One of two items is right in both variants."""
    rows = [
        {
            **score("m", "B", value, conditions={"variant": variant, "item_id": str(at)}),
            "metric": {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"},
        }
        for variant, values in (("original", (1, 1)), ("x", (1, 0)))
        for at, value in enumerate(values)
    ]
    rows.append(score("m", "other", 50.0))
    page = pages_of(make_report(tmp_path, rows))[PATH]
    assert "It is right in every variant on 50\N{NARROW NO-BREAK SPACE}% of items." in answer(page)
    assert column(tables(page)["systems"], "flips") == ["50\N{NARROW NO-BREAK SPACE}%"]


def test_without_variants_there_is_no_page(tmp_path):
    """And no broken one."""
    assert PATH not in pages_of(make_report(tmp_path, [score("a", "x", 50.0)]))


def test_nothing_on_the_page_is_a_programmers_word(page):
    """Unknown is a dash."""
    assert not [text for text in texts(page) if NOT_WORDS.search(text)]
