"""Data for scripts cannot leave its element and means nothing but text."""

from __future__ import annotations

import json

import gallery
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.site.islands import (
    NAMED,
    column_island,
    figure_island,
    plotly_template,
    plotly_text,
    script_json,
    sort_attribute,
    sort_key,
    table_island,
)
from reportgen.views.blocks import Cell, Figure
from reportgen.views.slugs import slug


def figure(**layout):
    return Figure(name="f", caption=(), alt="", data=[], layout=layout)


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans() | st.none(), lambda inner: st.lists(inner, max_size=4)
    )
)
def test_island_cannot_end_its_element_and_reads_back_the_same(value):
    """No < > & and no line separator of JavaScript is in it, and parsing gives the value."""
    text = script_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value


def test_island_is_compact_and_keeps_the_order_of_keys():
    """No blanks, and keys as given, so that the same input gives the same bytes."""
    assert script_json({"b": 1, "a": [1, 2]}) == '{"b":1,"a":[1,2]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_not_a_number_is_refused(value):
    """NaN on a page is a mistake of the view, found at build time."""
    with pytest.raises(ValueError, match="JSON"):
        script_json({"x": [value]})
    with pytest.raises(ValueError, match="JSON"):
        figure_island(figure(x=value))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<b>x</b>", "&#60;b&#62;x&#60;/b&#62;"),
        ("a & b", "a &#38; b"),
        ("%{x} 5 %", "%&#123;x} 5 %"),
        ("$x$", "&#36;x&#36;"),
        ("a $\\href{javascript:1}{x}$", "a &#36;\\href{javascript:1}{x}&#36;"),
        ("costs $5", "costs $5"),
        ("two\nlines", "two<br>lines"),
        ("token:accent", "token:accent"),
    ],
)
def test_raw_text_is_inert_in_a_figure(raw, shown):
    """No tag, no placeholder, no TeX; newlines are the only markup a view can ask for."""
    assert plotly_text(raw) == shown


def test_templates_keep_placeholders_and_plain_tags_only():
    """Ours work; what a careless view put between them is text."""
    own = "<b>%{text}</b><br>score %{y:.1f}, n %{customdata[0]}<extra></extra>"
    assert plotly_template(own) == own
    assert plotly_template('<a href="x">%{y}</a>') == "&#60;a href=&#34;x&#34;&#62;%{y}&#60;/a&#62;"
    assert plotly_template("%{x!r} <b onclick=1>") == "%&#123;x!r} &#60;b onclick=1&#62;"


def test_every_string_of_a_figure_is_made_inert():
    """Names, labels, hover texts, categories, keys and nested titles; templates apart."""
    hostile = "<img src=x onerror=fire()>"
    trace = {
        "name": hostile,
        "x": [hostile],
        "hovertext": [[hostile]],
        "meta": {hostile: hostile},
        "hovertemplate": "%{x}",
    }
    made = json.loads(
        figure_island(Figure(name="f", caption=(), alt="", data=[trace], layout={"title": {"text": hostile}}))
    )
    assert "<img" not in json.dumps(made)
    assert made["data"][0]["hovertemplate"] == "%{x}"
    assert made["layout"]["title"]["text"] == "&#60;img src=x onerror=fire()&#62;"


def test_figures_carry_no_needless_digits():
    """Seven significant digits; whole numbers, gaps and truth values stay what they are."""
    made = json.loads(figure_island(figure(x=[0.1234567891, 3.0, 12, None, True])))
    assert made["layout"]["x"] == [0.1234568, 3, 12, None, True]


@pytest.mark.parametrize(
    ("cell", "key", "attribute"),
    [
        (Cell(text="71.3", sort=71.2987654), 71.2988, 71.2988),
        (Cell(text="12,345,678", sort=12345678), 12345678, None),
        (Cell(text="−0.50", sort=-0.5), -0.5, None),
        (Cell(text="5–7", sort=5), 5, 5),
        (Cell(text="ResNet"), "ResNet", None),
        (Cell(text="ResNet", sort="resnet"), "resnet", None),
        (Cell(text="v10", sort="v0010"), "v0010", "v0010"),
        (Cell(text="–"), None, None),
        (Cell(text=""), None, None),
        (Cell(text="failed", sort=float("nan")), None, ""),
    ],
)
def test_sort_keys_are_written_only_where_the_text_does_not_say_them(cell, key, attribute):
    """The number behind the digits shown; nothing for plain words; missing always last."""
    assert sort_key(cell) == key
    assert sort_attribute(cell) == attribute


def test_a_column_leaves_out_what_it_does_not_use():
    """Empty fields are absent, fields equal in all rows are written once."""
    cells = [
        Cell(text="71.3", sort=71.25, pm="±0.3", tone="ood"),
        Cell(text="70.0", sort=70.0, pm="±0.3", tone="ood"),
    ]
    assert column_island(cells) == {
        "text": ["71.3", "70.0"],
        "sort": [71.25, 70],
        "pm": "±0.3",
        "tone": "ood",
    }
    assert column_island([Cell(text="a"), Cell(text="b", url="javascript:x")]) == {"text": ["a", "b"]}


def test_a_page_that_a_name_tells_is_not_written():
    """Only where the script would make the same of it: ASCII, and the page of that very model."""
    cells = [
        Cell(text=name, link=f"models/{slug(of)}/") for name, of in (("a/b", "a/b"), ("é", "é"), ("a", "b"))
    ]
    assert column_island(cells)["page"] == [NAMED, cells[1].link, cells[2].link]
    assert column_island(cells[:1] * 3)["page"] == NAMED


def test_long_table_is_whole_in_its_island():
    """Every row, and where the rules are."""
    table = gallery.board(300)
    made = json.loads(table_island(table))
    assert made["size"] == 300
    assert made["rules"] == sorted(table.rule_before)
    assert made["columns"][1]["text"] == [row[1].text for row in table.rows]
