"""Which pages differ, and how: data, text or layout."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.diff.model import PAGE_COLUMNS, FigureText, PageText
from reportgen.diff.pages import KINDS, pages

BAR = {"data": [{"type": "bar", "x": ["a", "b"], "y": [1.0, 2.0]}], "layout": {}}
LINES = (
    ("h1", "GLUE"),
    ("p", "86 systems are ranked."),
    ("thead", "System | Score"),
    ("tr", "a | 0.5"),
    ("tr", "b | 0.4"),
)


def page(*lines, path="p/", figures=()):
    """A page of (block, line); its heading is its title."""
    lines = lines or LINES
    title = next((line for tag, line in lines if tag == "h1"), "")
    return PageText(
        path, title, tuple(line for _, line in lines), tuple(tag for tag, _ in lines), tuple(figures)
    )


def figure(document=BAR, name="figure-1", title="Scores"):
    return FigureText(name, title, document)


def kind(old, new):
    """The kind of one page that differs."""
    table, compared = pages({"p/": old}, {"p/": new})
    assert compared == 1
    (found,) = table["kind"]
    return found


def changed(at, line, tag=None):
    """The page with another line at this place."""
    lines = list(LINES)
    lines[at] = (tag or lines[at][0], line)
    return page(*lines)


# --- what is listed


def test_equal_pages_are_not_listed():
    """The same pages, also in another order of the mapping, give an empty table with all columns."""
    side = {"": page(path=""), "p/": page(figures=[figure()])}
    table, compared = pages(side, dict(reversed(side.items())))
    assert table.empty
    assert list(table.columns) == list(PAGE_COLUMNS)
    assert compared == 2


@pytest.mark.parametrize(("old", "new"), [(None, {}), ({}, None), (None, None)])
def test_a_side_without_pages_is_not_compared(old, new):
    """Nothing is known of pages then; that is not the same as no difference."""
    table, compared = pages(old, new)
    assert table.empty
    assert compared is None


def test_new_and_removed_pages_are_listed_after_changed_ones():
    """A page on one side only has all its lines and figures there."""
    old = {"gone/": page(path="gone/"), "p/": page()}
    new = {"come/": page(path="come/", figures=[figure()]), "p/": changed(3, "a | 0.6")}
    table, compared = pages(old, new)
    assert compared == 1
    assert table.to_dict("split")["data"] == [
        ["p/", "GLUE", "changed", "data", 1, 1, 0],
        ["come/", "GLUE", "new", "", 5, 0, 1],
        ["gone/", "GLUE", "removed", "", 0, 5, 0],
    ]


def test_pages_with_other_data_come_first():
    """Then those with other words, then those that only look different; each by path."""
    old = {path: page(path=path) for path in ("a/", "b/", "c/", "d/")}
    new = {"a/": replace(page(*(("h2" if tag == "p" else tag, line) for tag, line in LINES)), path="a/"),
           "b/": replace(changed(1, "Some are ranked."), path="b/"), "c/": replace(changed(3, "a | 0.1"), path="c/"),
           "d/": replace(changed(4, "b | 0.1"), path="d/")}  # fmt: skip
    table, _ = pages(old, new)
    assert list(table["path"]) == ["c/", "d/", "b/", "a/"]


# --- kinds


def test_a_number_in_a_row_or_a_sentence_is_data():
    """Rows count as data whatever is in them, sentences where only their numbers differ."""
    assert kind(page(), changed(3, "a | 0.6")) == "data"
    assert kind(page(), changed(3, "c | 0.5")) == "data"
    assert kind(page(), changed(1, "85 systems are ranked.")) == "data"
    assert kind(page(), page(*LINES[:-1])) == "data"


def test_other_words_are_text():
    """A sentence, the heads of columns, the title."""
    assert kind(page(), changed(1, "86 systems have a rank.")) == "text"
    assert kind(page(), changed(2, "System | Mean score")) == "text"
    assert kind(page(), changed(0, "SuperGLUE")) == "text"
    assert kind(page(), page(*LINES, ("p", "One more."))) == "text"


def test_both_can_differ():
    """A row and a sentence."""
    lines = [*LINES[:3], ("tr", "a | 0.6"), LINES[4], ("p", "One more.")]
    assert kind(page(), page(*lines)) == "data + text"


def test_the_same_lines_in_other_blocks_or_another_order_are_layout():
    """Nothing that is said differs. The order of rows says something: who comes first."""
    assert kind(page(), changed(1, LINES[1][1], tag="li")) == "layout"
    assert kind(page(), changed(3, LINES[3][1], tag="p")) == "layout"
    assert kind(page(), page(*LINES[2:], *LINES[:2])) == "layout"
    assert kind(page(), page(*LINES[:3], LINES[4], LINES[3])) == "data"


def test_a_figure_is_data_where_its_points_differ_and_layout_where_its_look_does():
    """A new figure is data as well."""
    before = page(figures=[figure()])
    points = {**BAR, "data": [{"type": "bar", "x": ["a", "b"], "y": [1.0, 2.5]}]}
    look = {**BAR, "layout": {"bargap": 0.5}}
    assert kind(before, page(figures=[figure(points)])) == "data"
    assert kind(before, page(figures=[figure(look)])) == "layout"
    assert kind(before, page()) == "data"
    assert pages({"p/": before}, {"p/": page(figures=[figure(), figure(look, name="other")])})[0][
        "figures"
    ].tolist() == [1]


def test_a_figure_that_is_only_numbered_otherwise_has_not_changed():
    """Figures are numbered over a site, so one benchmark more shifts the names of others."""
    old, new = page(figures=[figure(name="figure-7")]), page(figures=[figure(name="figure-8")])
    assert pages({"p/": old}, {"p/": new})[0].empty


def test_a_line_that_repeats_is_counted_as_often():
    """Three of the same where two were is one line more."""
    old, new = page(*LINES, *[("tr", "x | 1")] * 2), page(*LINES, *[("tr", "x | 1")] * 3)
    table, _ = pages({"p/": old}, {"p/": new})
    assert table[["lines_added", "lines_removed"]].to_numpy().tolist() == [[1, 0]]


# --- laws

line = st.tuples(
    st.sampled_from(["h1", "p", "tr", "thead"]),
    st.sampled_from(["a 1", "a 2", "b", "c | 1", "c | 2", "1 | d"]),
)
drawn_page = st.builds(
    lambda lines, figures: page(*lines, figures=[figure({"data": [{"y": values}]}) for values in figures]),
    st.lists(line, min_size=1, max_size=6),
    st.lists(st.lists(st.integers(0, 2), max_size=1), max_size=1),
)
drawn_side = st.dictionaries(st.sampled_from(["", "a/", "b/", "c/"]), drawn_page, max_size=4)


@given(drawn_side, drawn_side)
def test_the_other_way_round_is_the_mirror_image(old, new):
    """The same rows with new for removed and counts exchanged; and a page that differs always has a kind."""
    there, _ = pages(old, new)
    back, _ = pages(new, old)
    mirror = {"new": "removed", "removed": "new", "changed": "changed"}
    back = back.assign(
        state=back["state"].map(mirror), lines_added=back["lines_removed"], lines_removed=back["lines_added"]
    )
    key = ["path", "state", "kind", "lines_added", "lines_removed", "figures"]
    assert sorted(there[key].to_numpy().tolist()) == sorted(back[key].to_numpy().tolist())
    kinds = there.loc[there["state"] == "changed", "kind"]
    assert all(set(text.split(" + ")) <= set(KINDS) for text in kinds)
    assert set(there["path"]) == {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


@given(drawn_side)
def test_a_side_does_not_differ_from_itself(side):
    """No row."""
    assert pages(side, side)[0].empty
