"""Small drawings of figures: where marks stand, what is not drawn, and that no input can break out of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.diff.model import FigureText
from reportgen.site.small_axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from reportgen.site.small_figure import MOST_POINTS, drawing, is_drawable

HOSTILE = "<script>alert(1)</script>\"'&\u202e"


def figure(*traces, **layout):
    return FigureText("figure-1", "Scores", {"data": list(traces), "layout": layout})


def drawn(shown, *others, changed=()):
    """The drawing, parsed; its axes hold the others too."""
    svg = drawing(shown, [shown, *others], "after: Scores", changed)
    return None if svg is None else ET.fromstring(str(svg))  # noqa: S314  # our own text


def paths(svg, css):
    return [path.get("d") for path in svg.iter("path") if css in path.get("class").split()]


def texts(svg):
    return [text.text for text in svg.iter("text")]


def dots(values, **more):
    return {"type": "scatter", "mode": "markers", "x": values, "y": list(range(len(values))), **more}


# --- where things are


def test_the_least_and_the_largest_lie_near_the_ends():
    """Values 0 and 10 across: 4 % of room at either end of the drawing's width."""
    svg = drawn(figure(dots([0, 10])))
    (path,) = paths(svg, "dots")
    first, second = (float(x) for x in re.findall(r"M([\d.]+) ", path))
    width = WIDTH - RIGHT - LEFT
    assert first == pytest.approx(LEFT + width * 0.4 / 10.8, abs=0.1)
    assert second == pytest.approx(LEFT + width * 10.4 / 10.8, abs=0.1)


def test_before_and_after_share_their_axes():
    """The same value lies at the same place although the other side has larger ones."""
    old, new = figure(dots([1, 2])), figure(dots([1, 200]))
    (before,) = paths(drawn(old, new), "dots")
    (after,) = paths(drawn(new, old), "dots")
    assert before.split("h0")[0] == after.split("h0")[0]
    assert before != after


def test_ticks_are_round_numbers_and_at_most_a_few():
    """0 to 10: 0, 2, ... 10; below zero with a real minus."""
    assert texts(drawn(figure(dots([0, 10]))))[:6] == ["0", "2", "4", "6", "8", "10"]
    assert "−4" in texts(drawn(figure(dots([-5, 5]))))


def test_names_of_places_are_ticks():
    """Names given by the layout, and categories of bars."""
    svg = drawn(
        figure(
            dots([1, 2]),
            yaxis={"tickvals": [0, 1], "ticktext": ["north", "south"]},
            xaxis={"title": {"text": "Score"}},
        )
    )
    assert {"north", "south", "Score"} <= set(texts(svg))
    assert {"a", "b"} <= set(texts(drawn(figure({"type": "bar", "x": ["a", "b"], "y": [1, 2]}))))


def test_a_reversed_axis_begins_at_the_other_end():
    """The best on top: place 0 above place 1."""
    (path,) = paths(drawn(figure(dots([1, 2]), yaxis={"autorange": "reversed"})), "dots")
    first, second = (float(y) for y in re.findall(r" ([\d.]+)h0", path))
    assert first < second
    (path,) = paths(drawn(figure(dots([1, 2]), yaxis={"range": [1, 0]})), "dots")
    first, second = (float(y) for y in re.findall(r" ([\d.]+)h0", path))
    assert first < second


def test_a_logarithmic_axis_has_equal_steps_for_equal_factors():
    """1, 10, 100 are equally far apart; nothing is drawn of zero."""
    (path,) = paths(drawn(figure(dots([1, 10, 100, 0]), xaxis={"type": "log"})), "dots")
    across = [float(x) for x in re.findall(r"M([\d.]+) ", path)]
    assert len(across) == 3
    assert across[1] - across[0] == pytest.approx(across[2] - across[1], abs=0.2)


# --- kinds of trace


def test_bars_begin_at_zero_and_stand_beside_one_another():
    """Two traces at one place: two boxes from the same line, of which none covers the other."""
    svg = drawn(figure({"type": "bar", "x": ["a"], "y": [4]}, {"type": "bar", "x": ["a"], "y": [2]}))
    boxes = [[float(part) for part in re.findall(r"[\d.]+", path)] for path in paths(svg, "fill")]
    assert (
        boxes[0][1]
        == boxes[1][1]
        == pytest.approx(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * 0.16 / 4.32, abs=0.2)
    )
    assert boxes[0][2] <= boxes[1][0]
    assert boxes[0][1] - boxes[0][3] == pytest.approx(2 * (boxes[1][1] - boxes[1][3]), abs=0.3)


def test_a_heat_map_is_darker_where_its_values_are_larger():
    """Three cells: the lightest class, the middle one, the darkest; none for what is missing."""
    svg = drawn(figure({"type": "heatmap", "z": [[0, 5], [10, None]], "x": ["p", "q"], "y": ["a", "b"]}))
    found = [path.get("class") for path in svg.iter("path") if "fill" in path.get("class")]
    assert found == ["fill h0", "fill h5", "fill h10"]


def test_lines_errors_and_colours_of_the_site():
    """A dashed line in a known colour, whiskers of one error to either side."""
    trace = {
        "mode": "lines+markers",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": "token:ood@0.5", "dash": "dot"},
        "error_y": {"array": [0.5, None]},
    }
    svg = drawn(figure(trace))
    classes = [path.get("class") for path in svg.iter("path")]
    assert "line k-ood dashed" in classes
    assert len(paths(svg, "whisker")) == 1
    assert "k-accent" in " ".join(
        path.get("class") for path in drawn(figure(dots([1], marker={"color": "red;}"}))).iter("path")
    )


def test_points_that_changed_get_a_ring():
    """Known by the name of their trace and their own; none where everything changed."""
    shown = figure(dots([1, 2], text=["a", "b"], name="t"))
    assert len(paths(drawn(shown, changed={("t", "a")}), "ring")) == 1
    assert paths(drawn(shown, changed={("t", str(at)) for at in range(100)}), "ring") == []


def test_of_very_many_points_a_part_is_drawn():
    """A drawing of this size shows no more, and stays small."""
    (path,) = paths(drawn(figure(dots([float(at) for at in range(10 * MOST_POINTS)]))), "dots")
    assert path.count("h0") == MOST_POINTS


# --- what is not drawn


@pytest.mark.parametrize(
    "shown",
    [figure({"type": "histogram", "x": [1, 1, 2]}), figure(dots([1], yaxis="y2")), figure(dots([1]), yaxis={"domain": [0, 0.4]}),
     figure({"type": "bar", "x": [1], "y": [1]}, {"type": "bar", "x": [1], "y": [2]}, barmode="stack"), figure({"type": "pie", "values": [1]})],
)  # fmt: skip
def test_what_would_be_drawn_falsely_is_not_drawn(shown):
    """Histograms, several panels, bars upon bars, unknown kinds: a table says it instead."""
    assert not is_drawable(shown)
    assert drawn(shown) is None


def test_nothing_to_draw_is_none():
    """No trace, no number, or only what makes room."""
    for shown in (figure(), figure(dots([])), figure(dots([None])), figure(dots([1], opacity=0))):
        assert drawn(shown) is None


# --- whatever comes


def test_names_stay_text():
    """Titles, ticks and the label are escaped: no element comes from them."""
    shown = figure(
        {"type": "bar", "x": [HOSTILE, "b"], "y": [1, 2], "name": HOSTILE},
        xaxis={"title": {"text": HOSTILE}},
        yaxis={"title": HOSTILE},
    )
    svg = drawing(shown, [shown], HOSTILE)
    root = ET.fromstring(str(svg))  # noqa: S314  # our own text
    assert {element.tag for element in root.iter()} <= {"svg", "path", "text", "g"}
    assert root.get("aria-label") == HOSTILE


value = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3),
    st.lists(st.integers(), max_size=2),
)
values = st.one_of(value, st.lists(value, max_size=4))
trace = st.dictionaries(st.sampled_from(["x", "y", "z", "type", "mode", "text", "name", "error_x", "marker", "orientation", "xaxis", "opacity", "zmin"]),
    st.one_of(values, st.sampled_from(["bar", "heatmap", "scatter", "h", "lines", "markers"]), st.dictionaries(st.just("array"), values)), max_size=6)  # fmt: skip
axis = st.dictionaries(
    st.sampled_from(["type", "title", "range", "tickvals", "ticktext", "autorange"]),
    st.one_of(values, st.just("log"), st.just("reversed")),
)


@given(
    st.lists(trace, max_size=2),
    st.dictionaries(st.sampled_from(["xaxis", "yaxis", "barmode"]), st.one_of(axis, value)),
)
@settings(max_examples=150, deadline=None)
def test_any_document_is_drawn_or_not_but_never_fails(traces, layout):
    """Documents of strangers: well-formed SVG without an infinite coordinate, or None."""
    svg = drawn(figure(*traces, **layout))
    if svg is not None:
        assert not any("nan" in path.get("d") or "inf" in path.get("d") for path in svg.iter("path"))
