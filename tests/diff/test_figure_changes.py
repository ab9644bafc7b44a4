"""Figures are compared as numbers: which points, before and after."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.diff.figure_changes import PointChange, figure_changes, paired, point_changes
from reportgen.diff.model import FigureText


def figure(*traces, name="figure-1", title="Scores", **layout):
    return FigureText(name, title, {"data": list(traces), "layout": layout})


def named_axis(*names, **more):
    """An axis with a name at each whole number."""
    return {"tickvals": list(range(len(names))), "ticktext": list(names), **more}


def dots(names, values, errors=None):
    """A dot plot as the site draws it: names down, values across."""
    trace = {
        "type": "scatter",
        "x": values,
        "y": list(range(len(names))),
        "text": [f"{name}: {value}" for name, value in zip(names, values, strict=True)],
    }
    trace |= {"error_x": {"array": errors}} if errors else {}
    return figure(trace, xaxis={"title": {"text": "Score"}}, yaxis=named_axis(*names))


# --- points


def test_a_point_keeps_its_name_when_others_come_and_go():
    """a leaves and b moves up one place: that is one number less, none other."""
    old, new = dots(["a", "b", "c"], [0.9, 0.8, 0.7]), dots(["b", "c"], [0.8, 0.75])
    assert point_changes(old, new) == (
        PointChange("", "c", "Score", 0.7, 0.75),
        PointChange("", "a", "Score", 0.9, None),
    )


def test_an_error_is_a_number_of_its_own():
    """The same score, less sure."""
    assert point_changes(dots(["a"], [0.9], [0.1]), dots(["a"], [0.9], [0.2])) == (
        PointChange("", "a", "error of Score", 0.1, 0.2),
    )


def test_points_of_a_scatter_are_known_by_their_text():
    """Both coordinates count."""
    old = figure(
        {"x": [1, 2], "y": [3, 4], "text": ["a", "b"], "name": "systems"},
        xaxis={"title": "In"},
        yaxis={"title": {"text": "Out"}},
    )
    new = figure(
        {"x": [2, 1.5], "y": [4, 3], "text": ["b", "a"], "name": "systems"},
        xaxis={"title": "In"},
        yaxis={"title": {"text": "Out"}},
    )
    assert point_changes(old, new) == (PointChange("systems", "a", "In", 1.0, 1.5),)


def test_points_of_a_line_are_known_by_where_they_are():
    """A curve without names: the value at 2 differs."""
    old, new = (
        figure({"mode": "lines", "x": [1, 2, 3], "y": [5, value, 7], "text": ["s", "s", "s"]})
        for value in (6, 6.5)
    )
    assert point_changes(old, new) == (PointChange("", "2", "y", 6.0, 6.5),)


def test_points_of_a_histogram_are_counted_off():
    """Nothing names them."""
    assert point_changes(figure({"x": [1, 1]}), figure({"x": [1, 2]})) == (
        PointChange("", "point 2", "x", 1.0, 2.0),
    )


def test_cells_of_a_heat_map_are_known_by_row_and_column():
    """A row that comes does not move the others."""
    old = figure({"z": [[1, 2]], "x": ["p", "q"], "y": [0]}, yaxis=named_axis("b"))
    new = figure({"z": [[8, 9], [1, None]], "x": ["p", "q"], "y": [0, 1]}, yaxis=named_axis("a", "b"))
    assert point_changes(old, new) == (
        PointChange("", "a, p", "value", None, 8.0),
        PointChange("", "a, q", "value", None, 9.0),
        PointChange("", "b, q", "value", 2.0, None),
    )


def test_traces_of_one_name_are_told_apart_by_their_order():
    """Four lines called "run"."""
    old, new = (
        figure({"name": "run", "x": ["a"], "y": [1]}, {"name": "run", "x": ["a"], "y": [value]})
        for value in (2, 3)
    )
    assert point_changes(old, new) == (PointChange("run", "a", "y", 2.0, 3.0),)


# --- figures


def test_figures_are_matched_by_title_before_name():
    """A benchmark more shifts the numbers in names; numbers in titles do not matter."""
    old = [figure(name="figure-0", title="GLUE of 3"), figure(name="figure-1", title="VTAB of 3")]
    new = [
        figure(name="figure-0", title="AX of 3"),
        figure(name="figure-1", title="GLUE of 4"),
        figure(name="figure-2", title="VTAB of 3"),
    ]
    assert paired(old, new) == [(0, 1), (1, 2)]
    assert paired(new, old) == [(1, 0), (2, 1)]


def test_a_figure_with_another_title_is_matched_by_name():
    """What is left over on both sides under one name."""
    assert paired([figure(title="Old words")], [figure(title="New words")]) == [(0, 0)]
    assert paired([figure(name="a-1", title="x")], [figure(name="b-1", title="y")]) == []


def test_states_of_figures():
    """Changed in numbers, in look only, new, removed, in the order of the new page."""
    same, look, points, gone, come = "same", "look", "points", "gone", "come"
    old = [
        figure({"y": [1]}, name=same, title=same),
        figure({"y": [1]}, name=look, title=look),
        figure({"y": [1]}, name=points, title=points),
        figure(name=gone, title=gone),
    ]
    new = [
        figure(name=come, title=come),
        figure({"y": [2]}, name=points, title=points),
        figure({"y": [1]}, name=look, title=look, bargap=1),
        figure({"y": [1]}, name=same, title=same),
    ]
    assert [(change.state, (change.new or change.old).name) for change in figure_changes(old, new)] == [
        ("new", come), ("changed", points), ("look", look), ("removed", gone)]  # fmt: skip


# --- whatever is in a document


@pytest.mark.parametrize(
    "document",
    [{}, {"data": [{}], "layout": 3}, {"data": [{"x": 5, "y": {"a": 1}}]}, {"data": [{"z": [[1], 5, None, ["a"]]}]},
     {"data": [{"x": [True, "a", None, 10**400], "y": [[1]], "error_x": {"array": "no"}, "xaxis": 7}]},
     {"data": [{"x": [0], "y": [1], "yaxis": "y2"}], "layout": {"yaxis2": {"tickvals": [[]], "ticktext": ["a"], "title": 5}}}],
)  # fmt: skip
def test_any_document_is_read_as_far_as_it_goes(document):
    """Documents of other releases and of strangers: numbers where there are some, no error."""
    before = figure({"x": ["a"], "y": [1.0]})
    after = FigureText("figure-1", "Scores", document)
    assert all(change.old is not None or change.new is not None for change in point_changes(before, after))
    assert point_changes(after, after) == ()


values = st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=4)
trace = st.fixed_dictionaries(
    {"x": values, "y": values, "text": st.lists(st.sampled_from("abc"), max_size=4)}
)


@given(trace, trace)
def test_points_the_other_way_round_are_the_mirror_image(first, second):
    """The same changes with before and after exchanged."""
    there, back = point_changes(figure(first), figure(second)), point_changes(figure(second), figure(first))
    assert {(p.point, p.value, p.old, p.new) for p in there} == {
        (p.point, p.value, p.new, p.old) for p in back
    }
