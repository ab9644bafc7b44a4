"""The page of quality against cost."""

from __future__ import annotations

import pytest
from reports import answer, column, make_report, notices, pages_of, parts, score, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.efficiency_frontier import PATH

ROWS = (("big", 80.0, 100.0), ("small", 79.5, 10.0), ("tiny", 70.0, 1.0), ("waste", 60.0, 50.0))


def page(folder, rows=ROWS, catalog=None, **more):
    entries = [
        score(
            name, {"id": "bench", "suite": "S"}, value, cost={"usd": cost} if cost is not None else {}, **more
        )
        for name, value, cost in rows
    ]
    return pages_of(make_report(folder, entries, catalog=catalog)).get(PATH)


def test_answer_names_the_best_its_match_and_what_the_cheapest_keeps(tmp_path):
    """1000 items: 80 ± 1.26 and 79.5 ± 1.28, so half a point is nothing; 70 of 80 is 87.5 %."""
    assert answer(page(tmp_path, n=1000)) == (
        "3 of 4 systems cannot be had better without a higher cost (usd, S · bench). The best is big (80.0, at 100 usd); "
        "small cannot be told apart from it at 1/10 the cost. The cheapest, tiny, keeps 88\N{NARROW NO-BREAK SPACE}% "
        "of the best score at 1/100 of the cost."
    )


def test_without_errors_it_claims_no_match(tmp_path):
    """79.5 is not 80."""
    assert "nothing cheaper is as good" in answer(page(tmp_path))


def test_there_is_no_page_without_costs(tmp_path):
    """And nothing leads to it."""
    assert page(tmp_path, [("a", 1.0, None), ("b", 2.0, None)]) is None


def test_tables_show_comparison_and_members_cheapest_first(tmp_path):
    """The beaten system is in the figure and the download, not among the members."""
    found = tables(page(tmp_path, n=1000))
    assert column(found["members"], "system") == ["tiny", "small", "big"]
    assert column(found["members"], "saving") == ["100", "10.0", "1.00"]
    assert column(found["comparisons"], "ratio") == ["10.0"]
    assert column(found["comparisons"], "frontier") == ["3 of 4"]
    assert column(found["comparisons"], "saving") == ["0\N{NARROW NO-BREAK SPACE}%"]


def test_figure_is_logarithmic_and_says_so(tmp_path):
    """Frontier and other systems are told apart; an amount of 0 has no logarithm."""
    (figure,) = [part for part in parts(page(tmp_path)) if isinstance(part, blocks.Figure)]
    assert figure.layout["xaxis"]["type"] == "log"
    assert [trace["name"] for trace in figure.data] == ["frontier", "others", "on the frontier"]
    assert figure.data[0]["x"] == [1.0, 10.0, 100.0]
    free = page(tmp_path / "free", [("a", 50.0, 0.0), ("b", 60.0, 1.0), ("c", 70.0, 2.0)])
    (figure,) = [part for part in parts(free) if isinstance(part, blocks.Figure)]
    assert "type" not in figure.layout["xaxis"]
    assert "none of" not in answer(free)


def test_sizes_are_told_in_billions(tmp_path):
    """From the catalog, where no cost is stated."""
    models = [{"id": "a", "parameters": 7e9}, {"id": "b", "parameters": 70e9}]
    found = page(tmp_path, [("a", 50.0, None), ("b", 60.0, None)], catalog={"models": models})
    assert "70.0 billion parameters" in answer(found)


def test_unknown_errors_are_said(tmp_path):
    """A frontier of figures without errors is no frontier of systems."""
    assert any("error of some score is unknown" in text for text in notices(page(tmp_path)))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a|b\nc", "x" * 200])
def test_hostile_names_pass_as_text(tmp_path, name):
    """They are escaped at the sink, not here; nothing breaks on them."""
    found = page(tmp_path, [(name, 50.0, 1.0), ("b", 60.0, 2.0)])
    assert any(name.split("\n")[0] in text for text in texts(found))
