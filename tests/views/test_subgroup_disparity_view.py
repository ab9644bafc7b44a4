"""The page of groups of the population: its sentence, dots and tables."""

from __future__ import annotations

import pytest
from reports import NOT_WORDS, answer, column, make_report, notices, pages_of, parts, score, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.subgroup_disparity import PATH

#: model -> group -> (accuracy, items)
TABLE = {
    "fair": {"en": (85.0, 400), "de": (80.0, 200), "fr": (81.0, 100)},
    "skewed": {"en": (95.0, 400), "de": (60.0, 200), "fr": (90.0, 100)},
}


def entries(table, **more):
    return [
        score(model, {"id": "B", "suite": "S"}, value, n=n, conditions={"group": group, **more})
        for model, groups in table.items()
        for group, (value, n) in groups.items()
    ]


@pytest.fixture
def page(tmp_path):
    return pages_of(make_report(tmp_path, entries(TABLE)))[PATH]


def test_the_sentence_says_whose_worst_group_fares_best(page):
    """de has 80 ± 2.8 against 60 ± 3.5; 5 and 35 points apart; of the fair one none is clearly behind.

    Wilson at 1 - 0.05 / 3 goes from 70.0 (fr) to 88.8 (en), and all three overlap.
    """
    assert answer(page) == (
        "fair has the best worst group: de with 80 ± 3 (B, 200 items); no other comes as close as its error. That is 5.0 "
        "points from its best, en (interval 0.0 to 18.7). 0 of 3 groups are clearly behind the rest. The range is widest "
        "for skewed: 35.0 points."
    )


def test_one_system_is_told_by_itself(tmp_path):
    """No comparison with others."""
    page = pages_of(make_report(tmp_path, entries({"skewed": TABLE["skewed"]})))[PATH]
    assert answer(page).startswith(
        "skewed is worst on de: 60 ± 3 (B, 200 items). That is 35.0 points from its best, en"
    )
    assert answer(page).endswith("1 of 3 groups is clearly behind the rest.")


def test_dots_are_sorted_with_their_sizes_at_the_right(page):
    """Of the first system: worst group on top, n beside each, the mean as a line."""
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert figure.layout["yaxis"]["ticktext"] == ["de", "fr", "en"]
    assert figure.layout["yaxis2"]["ticktext"] == ["n = 200", "n = 100", "n = 400"]
    assert figure.layout["yaxis2"]["range"] == figure.layout["yaxis"]["range"]
    assert figure.layout["shapes"][0]["x0"] == 82.0
    assert figure.data[0]["x"] == [80.0, 81.0, 85.0]


def test_small_groups_are_hollow_and_flagged(tmp_path):
    """Three of five are no worst group."""
    page = pages_of(make_report(tmp_path, entries({"fair": {**TABLE["fair"], "it": (60.0, 5)}})))[PATH]
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert figure.data[0]["marker"]["symbol"] == ["circle", "circle", "circle", "circle-open"]
    flags = {row[0].text: row[0].flags for row in tables(page)["groups"].rows}
    assert flags["it"] == ("few items",)
    assert any("1 of 4 groups have fewer than 10 items" in text for text in notices(page))
    assert answer(page).startswith("fair is worst on de")


def test_tables_show_systems_and_groups(page):
    """Best worst group first; what is behind is marked."""
    found = tables(page)
    assert column(found["systems"], "system") == ["fair", "skewed"]
    assert column(found["systems"], "behind") == ["0 of 3", "1 of 3"]
    behind = [(row[1].text, row[0].text) for row in found["groups"].rows if row[0].flags == ("behind",)]
    assert behind == [("skewed", "de")]


def test_where_nothing_can_be_compared_it_says_so(tmp_path):
    """Two groups of five items."""
    page = pages_of(make_report(tmp_path, entries({"m": {"x": (60.0, 5), "y": (80.0, 5)}})))[PATH]
    assert answer(page) == "No groups can be compared on B: fewer than two groups have 10 items or more."


def test_without_groups_there_is_no_page(tmp_path):
    """And no broken one."""
    assert PATH not in pages_of(make_report(tmp_path, [score("a", "x", 50.0)]))


def test_nothing_on_the_page_is_a_programmers_word(page):
    """Unknown is a dash."""
    assert not [text for text in texts(page) if NOT_WORDS.search(text)]
