"""The page of a board says whether other weights of the benchmarks would change the first place."""

from __future__ import annotations

import pytest
from reports import NOT_WORDS, make_report, pages_of, paragraphs, scores, texts

from reportgen.views.rankings import weights


def shown(folder, table, **more):
    """The paragraphs of the section, and the report."""
    report = make_report(folder, scores(table, suite="S"), **more)
    (board,) = report.boards
    return paragraphs(weights.blocks(report, board)), report


def test_the_first_under_most_weightings_and_the_least_change(tmp_path):
    """a leads by 20 on x, b by 10 on y: b is first where y weighs more than two thirds."""
    found, report = shown(tmp_path, {"a": {"x": 90.0, "y": 50.0}, "b": {"x": 70.0, "y": 60.0}})
    assert found == [
        "a stays first under 67\u202f% of all weightings of the 2 benchmarks. The least change that ends its lead: "
        "17\u202f% of the weight moved to y makes b as good.",
        "By one benchmark alone it would be first on 1 of 2. Others that are first: b under 33\u202f%.",
    ]
    page = pages_of(report)["leaderboard/"]
    assert not [text for text in texts(page.blocks) if NOT_WORDS.search(text)]
    assert any("With two benchmarks the share is exact." in text for text in texts(page.blocks))


def test_who_is_best_everywhere_is_first_whatever_the_weights(tmp_path):
    """No number is needed."""
    found, _ = shown(tmp_path, {"a": {"x": 90.0, "y": 70.0}, "b": {"x": 70.0, "y": 60.0}})
    assert found == ["a is first whatever the weights: nobody is better on any benchmark."]


def test_a_shared_first_place_is_called_one(tmp_path):
    """Equal means: any change of the weights decides."""
    found, _ = shown(tmp_path, {"a": {"x": 90.0, "y": 50.0}, "b": {"x": 50.0, "y": 90.0}})
    assert found[0] == (
        "With equal weights several systems share first place; a is first under 50\u202f% of all weightings of the "
        "2 benchmarks."
    )


def test_a_share_of_all_draws_is_not_called_certain(tmp_path):
    """b is better on one of eight benchmarks, by a hair: 10,000 weightings drawn did not find it."""
    table = {
        "a": {f"b{at}": 90.0 for at in range(8)},
        "b": {f"b{at}": 10.0 for at in range(7)} | {"b7": 90.5},
    }
    found, _ = shown(tmp_path, table)
    assert found[0].startswith("a stays first under all 10,000 weightings drawn of the 8 benchmarks. ")
    assert "moved to b7 makes b as good." in found[0]


@pytest.mark.parametrize(
    "table", [{"a": {"x": 90.0}, "b": {"x": 50.0}}, {"a": {"x": 90.0, "y": 1.0}}], ids=["benchmark", "system"]
)
def test_with_one_of_either_nothing_is_said(tmp_path, table):
    """There is nothing to weigh."""
    found, report = shown(tmp_path, table)
    assert found == []
    assert list(weights.definitions(report, report.boards[0])) == []
