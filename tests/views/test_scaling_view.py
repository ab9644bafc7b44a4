"""The page of score against size."""

from __future__ import annotations

from reports import answer, column, make_report, notices, pages_of, parts, score, tables

from reportgen.views import blocks
from reportgen.views.summaries.scaling import PATH

VALUES = {"F-1b": 30.0, "F-10b": 43.0, "F-100b": 47.0, "F-1000b": 60.0}


def page(folder, values=None, *, family="F", **more):
    values = values or VALUES
    models = [
        {"id": name, "parameters": 1e9 * float(name[2:-1]), **({"family": family} if family else {})}
        for name in values
    ]
    entries = [score(name, {"id": "bench", "suite": "S"}, value, **more) for name, value in values.items()]
    return pages_of(make_report(folder, entries, catalog={"models": models})).get(PATH)


def test_answer_says_what_ten_times_the_size_brings(tmp_path):
    """Slope 9.4; residuals -0.9, 2.7, -2.7, 0.9 have sum of squares 16.2; sqrt(8.1 / 5) = 1.27."""
    assert answer(page(tmp_path)) == (
        "A model with ten times the parameters gains 9.4 ± 1.3 points in F (bench); 1 of 1 series surely rises."
    )


def test_mixed_families_are_said_in_the_answer(tmp_path):
    """Without a family there is only the mixture."""
    found = page(tmp_path, family="")
    assert answer(found).endswith("1 of 1 series surely rises. Families are mixed.")
    assert any("families are mixed" in text for text in notices(found))


def test_there_is_no_page_with_three_sizes(tmp_path):
    """And nothing leads to it."""
    assert page(tmp_path, dict(list(VALUES.items())[:3])) is None


def test_fit_is_in_the_table_and_extrapolation_is_marked(tmp_path):
    """45 + 9.4 · 2.5 = 68.5 at ten times the largest size."""
    table = tables(page(tmp_path))["fits"]
    assert column(table, "series") == ["F"]
    assert column(table, "range") == ["1.00 billion to 1000 billion"]
    (row,) = table.rows
    cell = row[[one.key for one in table.columns].index("extrapolated")]
    assert cell.flags == ("extrapolated",)
    assert cell.sort == 68.5


def test_figure_ends_at_the_largest_size(tmp_path):
    """Band, line and points on a logarithmic axis in billions; the line is not drawn on."""
    (figure,) = [part for part in parts(page(tmp_path)) if isinstance(part, blocks.Figure)]
    assert figure.layout["xaxis"]["type"] == "log"
    assert {trace["x"][-1] for trace in figure.data} == {1000.0}
    assert [trace["name"] for trace in figure.data if trace.get("showlegend", True)] == ["F"]


def test_series_without_a_fit_are_listed_with_the_reason(tmp_path):
    """Another family has one size less."""
    values = VALUES | {"G-1b": 10.0, "G-10b": 20.0, "G-100b": 30.0}
    models = [{"id": name, "parameters": 1e9 * float(name[2:-1]), "family": name[0]} for name in values]
    entries = [score(name, "bench", value) for name, value in values.items()]
    found = pages_of(make_report(tmp_path, entries, catalog={"models": models}))[PATH]
    assert column(tables(found)["unfitted"], "series") == ["G"]
    assert column(tables(found)["unfitted"], "reason") == ["3 sizes; a fit needs 4"]
